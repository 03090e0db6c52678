"""How many reminders a ladder sends, when silence shortens it, and steps for some segments only."""

import pytest

from tests.unit.ladder_facts import (
    COMPANY,
    DUE,
    FIRST,
    FORMAL,
    NUMBER,
    PREVENTIVE,
    SECOND,
    THIRD,
    Condition,
    Story,
    after,
    disputed,
    ladder,
    paid,
    resolved,
)
from workflows.events import PromiseMade, ReplyHandled, ReplyReceived
from workflows.invoice import Segment
from workflows.scenario import Scenario

EXTRA = SECOND.model_copy(update={"name": "extra", "after_due_days": 22, "also": ()})
LOYAL = frozenset({Segment.LOYAL})


def sent(story: Story) -> list[str]:
    return list(dict.fromkeys(story.scenario.step(item.step).name for item in story.sends))


def until_the_end(story: Story, most: int = 12) -> Story:
    """Rings and delivers as long as something comes."""
    for _ring in range(most):
        if story.case.next_wake_at is None:
            break
        story.rings().delivers()
    return story


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        pytest.param(None, ["preventive", "first", "second", "third", "formal_notice"], id="no limit"),
        pytest.param(3, ["preventive", "first", "second", "third", "formal_notice"], id="as many as there are"),
        pytest.param(2, ["preventive", "first", "second", "formal_notice"], id="one less: the preventive one is free"),
        pytest.param(1, ["preventive", "first", "formal_notice"], id="a single one"),
    ],
)
def test_a_ladder_sends_so_many_amicable_reminders_at_most(limit: int | None, expected: list[str]) -> None:
    scenario = ladder(PREVENTIVE, FIRST, SECOND, THIRD, FORMAL, max_reminders=limit)

    assert sent(until_the_end(Story(scenario))) == expected


def test_a_reminder_beyond_the_limit_is_passed_over_with_its_reason() -> None:
    story = Story(ladder(FIRST, SECOND, max_reminders=1)).climbs()

    assert "passed.max_reminders" in story.rules


ESCALATES = ladder(FIRST, SECOND, EXTRA, THIRD, FORMAL, escalate_after_unanswered=2, min_gap_days=7)


def test_after_so_many_unanswered_reminders_the_case_goes_to_its_last_amicable_step() -> None:
    story = Story(ESCALATES).climbs(2)

    assert "passed.unanswered" in story.rules
    assert sent(until_the_end(story)) == ["first", "second", "third", "formal_notice"]


@pytest.mark.parametrize("answer", ["reply", "promise", "dispute", "payment"])
def test_a_debtor_who_answers_keeps_every_step(answer: str) -> None:
    story = Story(ESCALATES).climbs()
    if answer == "reply":
        story.hears(ReplyReceived, after(8), reply_id="r", debtor_ref="perrin", invoice_nos=(NUMBER,), text="Bonjour")
        story.hears(ReplyHandled, after(8, 14), reply_id="r", debtor_ref="perrin", invoice_nos=(NUMBER,))
    elif answer == "promise":
        story.hears(PromiseMade, after(8), promise_id="p", invoice_nos=(NUMBER,), date=DUE)
    elif answer == "dispute":
        story.happens(disputed(after(8)), resolved(after(8, 14)))
    else:
        story.happens(paid(100_00, after(8)))

    assert "extra" in sent(until_the_end(story))


ALTERNATIVES: Scenario = ladder(
    FIRST.model_copy(update={"name": "usual", "when": Condition(without_segments=LOYAL)}),
    FIRST.model_copy(update={"name": "warm", "after_due_days": 9, "when": Condition(segments=LOYAL)}),
)


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        pytest.param({}, "usual", id="nothing known"),
        pytest.param({"segments_found": LOYAL}, "warm", id="found by the ledger"),
        pytest.param({"segments": LOYAL}, "warm", id="said by a person"),
        pytest.param({"tags": frozenset({"loyal"})}, "warm", id="by a tag of that name"),
        pytest.param(
            {"segments_found": LOYAL, "segments": frozenset({Segment.OFTEN_LATE})}, "usual", id="a person's word wins"
        ),
    ],
)
def test_a_step_for_a_segment(known: dict[str, object], expected: str) -> None:
    story = Story(ALTERNATIVES, COMPANY.model_copy(update=known)).climbs()

    assert sent(story) == [expected]
