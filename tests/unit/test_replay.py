"""Look back and ahead: folding, explaining, and what would happen next."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from tests.unit.ladder_facts import (
    COMPANY,
    CREDITOR,
    DUE,
    FIRST,
    LADDER,
    NUMBER,
    SECOND,
    THIRD,
    TOTAL,
    Mode,
    Story,
    after,
    at,
    disputed,
    issued,
    ladder,
    paid,
    resolved,
)
from workflows.case import Stage
from workflows.effects import AskOperator, Effect, SendLetter, SendStep, WithholdStep
from workflows.events import EVENT, DebtorUpdated, Event, PromiseMade, StepApproved
from workflows.invoice import Channel, Contact
from workflows.limitation import Claim
from workflows.machine import standing
from workflows.replay import BadHistory, explain, fold, outlook
from workflows.scenario import Scenario

HISTORIES = Path(__file__).parent.parent / "histories"
LADDERS: dict[str, Scenario] = {
    str(ladder.ref): ladder
    for ladder in TypeAdapter(tuple[Scenario, ...]).validate_json((HISTORIES / "ladders.json").read_bytes())
}
NAMES = sorted(path.stem for path in HISTORIES.glob("*.jsonl"))


def history(name: str) -> list[Event]:
    lines = (HISTORIES / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [EVENT.validate_json(line) for line in lines]


# --- back -----------------------------------------------------------------------------------------------------------


def test_there_are_histories() -> None:
    assert len(NAMES) >= 9


@pytest.mark.parametrize("name", NAMES)
def test_a_recorded_history_still_decides_the_same(name: str) -> None:
    expected: dict[str, Any] = json.loads((HISTORIES / f"{name}.expected.json").read_text(encoding="utf-8"))

    case, decisions = fold(history(name), CREDITOR, LADDERS)

    def of(kind: type[Effect]) -> list[Any]:
        return [effect for decision in decisions for effect in decision.effects if isinstance(effect, kind)]

    assert [decision.stage.value for decision in decisions] == expected["stages"]
    assert [effect.key for effect in of(SendStep)] == expected["ordered"]
    assert [effect.key for effect in of(SendLetter)] == expected.get("letters", [])
    assert [effect.key for effect in of(WithholdStep)] == expected["withheld"]
    assert [effect.task for effect in of(AskOperator)] == expected["asked"]
    assert standing.balance(case) == expected["balance"]
    assert case.idle_reason == expected["idle_reason"]
    wake = case.model_dump(mode="json")["next_wake_at"]
    assert (wake or "").replace("Z", "+00:00") == (expected["next_wake_at"] or "")


def test_folding_what_a_story_told_gives_the_case_it_ended_with() -> None:
    story = Story().climbs(3).happens(paid(25_000, after(17)), disputed(after(18)), resolved(after(30))).climbs(1)

    case, decisions = fold(story.events, CREDITOR, {"standard@1": LADDER})

    assert case == story.case
    assert decisions == story.decisions


def test_news_about_the_debtor_count_from_their_place_in_the_history() -> None:
    story = Story().climbs(1)
    moved = DebtorUpdated(event_id="d", at=after(0), debtor_ref="perrin", contacts=(Contact(phone="+33100000000"),))

    case, _decisions = fold([*story.events, moved], CREDITOR, {"standard@1": LADDER})

    assert (case.stage, case.idle_reason) == (Stage.BLOCKED, "blocked.no_contact")


@pytest.mark.parametrize(
    ("events", "problem"),
    [
        pytest.param([], "begins with invoice.issued, this one with nothing", id="empty"),
        pytest.param(
            [paid(1, after(1))], "begins with invoice.issued, this one with payment.received", id="no invoice"
        ),
        pytest.param([issued(scenario="other")], "names scenario 'other'; given are", id="an unknown ladder"),
    ],
)
def test_a_history_that_cannot_be_folded_says_why(events: list[Event], problem: str) -> None:
    with pytest.raises(BadHistory, match=problem):
        fold(events, CREDITOR, LADDERS)


def test_an_invoice_without_a_ladder_needs_exactly_one() -> None:
    with pytest.raises(BadHistory, match="names no scenario and 3 are given"):
        fold([issued()], CREDITOR, LADDERS)


@pytest.mark.parametrize(
    ("moment", "stage", "rule"),
    [
        pytest.param(after(-3), Stage.WATCHING, "plan.offset", id="the day after the preventive step"),
        pytest.param(after(12), Stage.DISPUTED, "waits.dispute", id="while disputed"),
        pytest.param(after(40), Stage.REMINDING, "resumed.dispute", id="after the dispute"),
    ],
)
def test_any_moment_of_the_past_is_explained(moment: Any, stage: Stage, rule: str) -> None:  # noqa: ANN401 - a moment
    story = Story().climbs(2).happens(disputed(after(8)), resolved(after(35)))

    told = explain(story.events, CREDITOR, {"standard@1": LADDER}, at=moment)

    assert told is not None
    assert (told.stage, told.reasons[-1].rule) == (stage, rule)


def test_before_the_invoice_there_is_nothing_to_explain() -> None:
    assert explain(Story().events, CREDITOR, {"standard@1": LADDER}, at=after(-60)) is None


def test_a_stale_wake_up_explains_nothing() -> None:
    story = Story().rings().rings(after(-4), epoch=0)

    told = explain(story.events, CREDITOR, {"standard@1": LADDER}, at=after(0))

    assert told is not None
    assert told.reasons[-1].rule.startswith("sends.")


def test_a_history_is_folded_for_what_the_creditor_sells() -> None:
    late = [issued(when=at(date(2028, 1, 10), 8))]

    case, _decisions = fold(late, CREDITOR, {"standard@1": LADDER}, claim=Claim.CARRIAGE)
    told = explain(late, CREDITOR, {"standard@1": LADDER}, at=at(date(2028, 1, 11)), claim=Claim.CARRIAGE)

    assert case.idle_reason == "blocked.limitation"
    assert told is not None
    assert told.stage is Stage.BLOCKED


# --- ahead ----------------------------------------------------------------------------------------------------------

YEAR = after(365)


def test_the_outlook_is_what_then_happens() -> None:
    story = Story()

    planned = outlook(story.case, LADDER, COMPANY, YEAR)
    story.climbs(5)

    ordered: dict[int, list[Channel]] = {}
    for step, channel in story.ordered:
        ordered.setdefault(step, []).append(channel)
    messages = [(item.step, list(item.channels)) for item in planned if item.task is None]
    assert messages == list(ordered.items())
    assert [item.at for item in planned[:5]] == [
        next(record.at for record in story.case.steps if record.step == step) for step in range(5)
    ]
    assert planned[-1].task == "decision"


def test_the_outlook_says_what_it_assumes() -> None:
    notice, decision = outlook(Story().climbs(4).case, LADDER, COMPANY, YEAR)

    assert notice.because[-1].rule == "outlook.reception"
    assert decision.at.date() >= notice.at.date() + timedelta(days=3 + 8 + 1)


def test_the_outlook_changes_nothing_and_says_the_same_twice() -> None:
    story = Story().climbs(2)
    before = story.case.model_dump_json()

    first, second = (outlook(story.case, LADDER, COMPANY, YEAR) for _ in range(2))

    assert first == second
    assert story.case.model_dump_json() == before


def test_the_outlook_ends_where_it_is_told_to() -> None:
    assert [item.name for item in outlook(Story().case, LADDER, COMPANY, after(20))] == [
        "preventive",
        "first",
        "second",
    ]


def test_what_is_on_its_way_comes_first() -> None:
    story = Story().climbs(1).rings()

    planned = outlook(story.case, LADDER, COMPANY, after(20))

    assert [item.name for item in planned] == ["first", "second"]
    assert planned[0].because[0].rule == "outlook.on_its_way"


def test_a_step_that_waits_for_a_person_ends_the_outlook() -> None:
    careful = ladder(FIRST, SECOND.model_copy(update={"mode": Mode.TO_CONFIRM}), THIRD)
    story = Story(careful)

    planned = outlook(story.case, careful, COMPANY, YEAR)
    assert [(item.name, item.task) for item in planned] == [("first", None), ("second", "confirm_step")]

    story.climbs(1).hears(StepApproved, story.case.as_of, invoice_no=NUMBER, step=1)
    assert [item.name for item in outlook(story.case, careful, COMPANY, after(36))] == ["second", "third"]


def test_a_promise_that_nobody_keeps_is_in_the_outlook() -> None:
    story = (
        Story()
        .climbs(2)
        .hears(PromiseMade, after(6), promise_id="w", invoice_nos=(NUMBER,), date=DUE + timedelta(days=20))
    )

    planned = outlook(story.case, LADDER, COMPANY, after(35))

    assert [item.task or item.name for item in planned] == ["promise_broken", "second"]


def test_a_case_at_rest_has_no_outlook() -> None:
    assert outlook(Story().happens(paid(TOTAL, after(0))).case, LADDER, COMPANY, YEAR) == []
