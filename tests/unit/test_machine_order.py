"""Same facts, same state: any order, repetition or lateness of the same events ends in the same case."""

from collections.abc import Iterable
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fact_strategies import KINDS, facts
from tests.unit.ladder_facts import (
    DUE,
    FIRST,
    LADDER,
    NUMBER,
    PREVENTIVE,
    SECOND,
    TOTAL,
    Story,
    after,
    disputed,
    ladder,
    paid,
    resolved,
    reversed_,
)
from workflows.case import Case
from workflows.events import (
    DebtorInsolvent,
    DebtorRecovered,
    Event,
    InstalmentPlanAgreed,
    InvoiceChange,
    InvoiceUpdated,
    PlanLine,
    ScenarioChanged,
)
from workflows.machine import decide, scenario_after, standing
from workflows.scenario import Scenario
from workflows.side_letters import Automatic

OTHER = ladder(PREVENTIVE, FIRST, SECOND, name="other")
#: The ladder with every letter that may leave by itself.
WRITTEN = LADDER.model_copy(
    update={"name": "written", "letters": Automatic(payment_thanks=True, dispute_answered=True, hand_over_notice=True)}
)
PUBLISHED = {str(item.ref): item for item in (LADDER, OTHER, WRITTEN)}


def told(case: Case) -> dict[str, Any]:
    """What must not depend on the order.

    The epoch counts how often the plan changed on the way; `asked` holds the tasks that were due at some moment on the
    way (a promise may have been broken before its withdrawal was heard of), `answered` those that were over. All three
    are histories, not states.
    """
    return case.model_dump(exclude={"epoch", "asked", "answered"})


def after_facts(story: Story, events: Iterable[Event]) -> Case:
    """The case of `story` once it has heard `events`, each under its right ladder."""
    case = story.case
    for event in events:
        ref = scenario_after(case, event) if isinstance(event, ScenarioChanged) else case.scenario
        case = decide(case, event, PUBLISHED[str(ref)], story.debtor).case
    return case


def climbed(steps: int, scenario: Scenario = LADDER) -> Story:
    """A story in which so many steps have left and arrived, and nothing is on its way."""
    return Story(scenario).climbs(steps) if steps else Story(scenario)


def with_a_missed_instalment() -> Story:
    """A plan is in force, an instalment did not come in, and the debtor was told so."""
    lines = (PlanLine(due_date=DUE + timedelta(days=20), amount=60_000),
             PlanLine(due_date=DUE + timedelta(days=50), amount=65_000))  # fmt: skip
    told = climbed(2, WRITTEN).hears(InstalmentPlanAgreed, after(9), plan_id="plan1", invoice_no=NUMBER, lines=lines)
    return told.writes().rings().writes()


#: Built once: stories are read, never told on.
STORIES = [
    *(climbed(steps) for steps in range(6)),
    climbed(1, WRITTEN),
    climbed(3, WRITTEN),
    with_a_missed_instalment(),
]


def a_move(number: int, name: str, entry: int) -> ScenarioChanged:
    when = after(number)
    return ScenarioChanged(
        event_id=f"move{number}", at=when, invoice_no=NUMBER, scenario=name, version=1, entry_step=entry, reason="x"
    )


moves = st.builds(
    a_move, st.integers(0, 40), st.sampled_from(["standard", "other", "written"]), st.sampled_from([0, 1, 9])
)


@st.composite
def heard_in_two_orders(draw: Any) -> tuple[list[Event], list[Event]]:  # noqa: ANN401 - hypothesis draws anything
    """Distinct events, and the same ones shuffled, some of them repeated."""
    drawn = draw(st.lists(facts() | facts(tuple(KINDS), 0, 5) | moves, min_size=2, max_size=7))
    events: list[Event] = list({event.event_id: event for event in drawn}.values())
    shuffled = draw(st.permutations([*events, *draw(st.lists(st.sampled_from(events), max_size=3))]))
    return events, list(shuffled)


@settings(derandomize=True, max_examples=250, deadline=None)
@given(story=st.sampled_from(STORIES), orders=heard_in_two_orders())
def test_any_order_and_repetition_of_facts_ends_in_the_same_case(
    story: Story, orders: tuple[list[Event], list[Event]]
) -> None:
    events, shuffled = orders

    one, other = after_facts(story, events), after_facts(story, shuffled)

    assert told(one) == told(other)
    assert standing.balance(one) == standing.balance(other)


INSOLVENT = DebtorInsolvent(event_id="i", at=after(3), debtor_ref="perrin", procedure="sauvegarde", judgment_date=DUE)
RECOVERED = DebtorRecovered(event_id="o", at=after(30), debtor_ref="perrin")


def corrected(day: int, amount: int) -> InvoiceUpdated:
    change = InvoiceChange.model_validate(
        {"total": {"amount": f"{amount // 100}.00"}, "due_date": DUE + timedelta(day)}
    )
    return InvoiceUpdated(event_id=f"u{day}", at=after(day), invoice_no=NUMBER, changed=change, reason="x")


@pytest.mark.parametrize(
    ("events", "stage", "owed"),
    [
        pytest.param([paid(TOTAL, after(1)), disputed(after(2)), resolved(after(3))], "paid", 0, id="paid in full"),
        pytest.param(
            [paid(25_000, after(1)), disputed(after(2)), resolved(after(3))], "reminding", 100_000, id="paid in part"
        ),
        pytest.param(
            [paid(25_000, after(1)), disputed(after(2), 100_000), reversed_(5_000, after(3))],
            "reminding", 105_000, id="part disputed, part paid, part of that reversed",
        ),
        pytest.param([paid(TOTAL, after(1)), reversed_(TOTAL, after(2))], "reminding", TOTAL, id="paid and reversed"),
        pytest.param([INSOLVENT, RECOVERED, paid(100, after(40))], "paused", TOTAL - 100, id="insolvent and recovered"),
        pytest.param([corrected(1, 2_000_00), corrected(2, 500_00), paid(500_00, after(3))], "paid", 0, id="corrected"),
        pytest.param(
            [paid(TOTAL, after(1)), paid(TOTAL, after(2), "p2"), reversed_(TOTAL, after(3), "p2")],
            "paid", 0, id="paid twice, once by mistake",
        ),
    ],
)  # fmt: skip
def test_every_order_of_a_few_facts_ends_the_same(events: list[Event], stage: str, owed: int) -> None:
    cases = [after_facts(STORIES[2], order) for order in permutations(events)]

    assert {(case.stage.value, standing.balance(case)) for case in cases} == {(stage, owed)}
    assert all(told(case) == told(cases[0]) for case in cases)


def test_the_same_fact_under_other_event_ids_counts_once() -> None:
    story = Story().happens(paid(50_000, after(1)), paid(50_000, after(1), event_id="again"))
    story.happens(disputed(after(2), 10_000), disputed(after(2), 10_000).model_copy(update={"event_id": "again2"}))

    assert (standing.balance(story.case), standing.disputed(story.case)) == (75_000, 10_000)


def test_repeating_a_whole_history_asks_nothing_new() -> None:
    story = Story().climbs(3).happens(paid(100, after(17)), disputed(after(18), 500), resolved(after(19)))
    before, effects = story.case, len(story.sends)

    repeated = tuple(story.events[1:])
    story.happens(*repeated)

    assert told(story.case) == told(before)
    assert len(story.sends) == effects
    assert all(decision.effects == () for decision in story.decisions[-len(repeated) :])
