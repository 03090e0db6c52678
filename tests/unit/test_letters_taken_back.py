"""Letters beside the ladder whose occasion is over, and what the ladder notices of any."""

from datetime import timedelta
from typing import Any

import pytest

from tests.unit.ladder_facts import (
    COMPANY,
    DEBTOR,
    DUE,
    LADDER,
    NUMBER,
    TOTAL,
    after,
    disputed,
    paid,
    resolved,
    reversed_,
)
from tests.unit.letter_facts import ALL, NOW, USUAL, promised, reminded, wish
from workflows.case import Stage
from workflows.effects import WithholdStep
from workflows.events import (
    CasePaused,
    DebtorInsolvent,
    Event,
    InvoiceCancelled,
)
from workflows.machine import is_letter_wanted, stages
from workflows.side_letters import ANSWERS, SIDE_LETTERS

INSOLVENT = DebtorInsolvent(event_id="i", at=NOW, debtor_ref=DEBTOR, procedure="liquidation", judgment_date=DUE)


@pytest.mark.parametrize(
    ("called_for", "ended_by", "reason"),
    [
        pytest.param(disputed(NOW), resolved(NOW), "letter.gone", id="the dispute was resolved"),
        pytest.param(disputed(NOW), paid(TOTAL, NOW), "letter.gone", id="the disputed invoice was paid"),
        pytest.param(promised(), paid(TOTAL, NOW), "letter.gone", id="the promise was kept"),
        pytest.param(paid(TOTAL, NOW), reversed_(TOTAL, NOW), "letter.gone", id="the payment went back"),
        pytest.param(disputed(NOW), INSOLVENT, "letter.hushed", id="a procedure opened"),
        pytest.param(
            disputed(NOW), InvoiceCancelled(event_id="c", at=NOW, invoice_no=NUMBER, reason="x"), "letter.gone",
            id="the invoice was cancelled",
        ),
        pytest.param(
            promised(), CasePaused(event_id="h", at=NOW, ref=NUMBER, until=NOW.date(), reason="x"), "letter.hushed",
            id="a pause",
        ),
    ],
)  # fmt: skip
def test_a_letter_on_its_way_is_taken_back_when_what_it_speaks_of_is_over(
    called_for: Event, ended_by: Event, reason: str
) -> None:
    story = reminded(ALL).happens(called_for).rings()
    [letter] = story.letters

    story.happens(ended_by)

    taken = [effect for effect in story.last.effects if isinstance(effect, WithholdStep)]
    assert [(effect.key, effect.reason) for effect in taken] == [(letter.key, reason)]


def test_the_last_look_asks_whether_the_occasion_still_stands() -> None:
    story = reminded().happens(promised()).rings()
    [letter] = story.letters

    def stands(when: Any) -> bool:  # noqa: ANN401 - a moment
        today = story.case.model_copy(update={"as_of": when})
        today = today.model_copy(update={"stage": stages.stage_of(today, USUAL, COMPANY)})
        return is_letter_wanted(today, letter.key, USUAL, COMPANY)

    assert (stands(NOW), stands(after(19)), stands(after(21))) == (True, True, False)


def test_a_letter_after_a_pause_is_asked_once_more() -> None:
    story = reminded().happens(promised()).rings()
    story.hears(CasePaused, NOW, ref=NUMBER, until=NOW.date() + timedelta(days=2), reason="x")
    story.rings().rings().writes()

    assert [letter.key[-1] for letter in story.letters] == ["1", "2"]


# --- what the ladder notices ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("letter", sorted(name for name, kind in SIDE_LETTERS.items() if kind.is_chasing))
def test_a_letter_by_hand_leaves_stage_and_steps_as_they_were(letter: str) -> None:
    plain, written = reminded(), reminded()
    written.happens(wish(letter)).writes()

    assert written.written == [letter]
    assert written.case.stage is plain.case.stage is Stage.REMINDING
    assert written.case.steps == plain.case.steps
    assert [item.key for item in written.climbs(3).case.steps] == [item.key for item in plain.climbs(3).case.steps]


def test_a_dispute_and_its_receipt_leave_the_dates_that_the_dispute_alone_would() -> None:
    facts: list[Event] = [disputed(NOW), resolved(after(12))]
    plain, written = reminded(LADDER).happens(*facts), reminded().happens(facts[0]).writes().happens(facts[1])

    assert written.case.next_wake_at == plain.case.next_wake_at
    assert (written.written, plain.written) == (["dispute_acknowledged"], [])


def test_only_letters_that_answer_are_no_pressure() -> None:
    assert {"payment_thanks", "promise_acknowledged", "call_confirmation"} <= ANSWERS
    assert ANSWERS.isdisjoint({"reason_request", "credit_policy", "instalment_offer", "instalment_missed"})
