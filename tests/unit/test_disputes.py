"""Disputes over time: who has to act and by when, what is not asked for any more, and how the ladder comes back."""

from datetime import date, datetime, timedelta
from typing import Any, Literal

import pytest

from tests.unit.ladder_facts import (
    COMPANY,
    DUE,
    NOTICE,
    NUMBER,
    TOTAL,
    Story,
    after,
    disputed,
    paid,
)
from tests.unit.letter_facts import NOW, USUAL, reminded, wish
from workflows.case import Stage
from workflows.effects import AskOperator, EndTask
from workflows.events import (
    CallLogged,
    CreditNoteIssued,
    DisputeAnswered,
    DisputeOpened,
    DisputeReason,
    DisputeResolved,
    DisputeUpdated,
    Event,
    ReplyReceived,
    StepApproved,
)
from workflows.machine import disputes, standing
from workflows.money import Money

Awaited = Literal["creditor", "debtor"]
Outcome = Literal["creditor", "debtor", "partial"]
#: Tuesday 17 November and ten working days.
DEADLINE = date(2026, 12, 1)


def opened(**said: Any) -> DisputeOpened:  # noqa: ANN401 - any field of the fact
    return disputed(NOW, said.pop("amount", None)).model_copy(update=said)


def updated(days: float = 0, event_id: str = "u", **said: Any) -> DisputeUpdated:  # noqa: ANN401 - as above
    return DisputeUpdated(event_id=event_id, at=NOW + timedelta(days=days), dispute_id="d1", invoice_no=NUMBER, **said)


def answered(hours: float, by: Awaited, event_id: str = "a") -> DisputeAnswered:
    at = NOW + timedelta(hours=hours)
    return DisputeAnswered(
        event_id=event_id, at=at, dispute_id="d1", invoice_no=NUMBER, answer_id=event_id, by=by, text="x"
    )


def ended(outcome: Outcome, when: datetime | None = None, amount: int | None = None) -> DisputeResolved:
    return DisputeResolved(
        event_id="end", at=when or NOW + timedelta(days=2), dispute_id="d1", invoice_no=NUMBER, outcome=outcome,
        amount=amount,
    )  # fmt: skip


def credited(amount: int, when: datetime | None = None, dispute_id: str | None = None) -> CreditNoteIssued:
    return CreditNoteIssued(
        event_id=f"credit-{amount}", at=when or NOW + timedelta(days=3), credit_note_no=f"A-{amount}",
        amount=Money(amount=amount), invoice_no=NUMBER, dispute_id=dispute_id,
    )  # fmt: skip


def open_tasks(story: Story) -> list[str]:
    prefix = f"{story.case.case_id}/"
    return sorted(key.removeprefix(prefix) for key in story.case.asked - story.case.answered)


# --- the follow-up --------------------------------------------------------------------------------------------------


def test_a_dispute_is_to_be_answered_within_ten_working_days_and_a_person_hears_when_it_was_not() -> None:
    story = reminded().happens(opened()).writes()
    assert disputes.deadline_of(story.case, story.case.disputes[0], USUAL, COMPANY) == DEADLINE
    assert (story.case.stage, story.next_day()) == (Stage.DISPUTED, DEADLINE + timedelta(days=1))

    story.rings()

    assert open_tasks(story) == ["dispute/d1", f"dispute_overdue/d1/{DEADLINE}"]
    assert story.case.next_wake_at is None


def test_the_letter_that_notes_a_dispute_names_the_day_of_the_answer() -> None:
    story = reminded().happens(opened()).writes()

    assert (story.written[-1], story.case.letters[-1].deadline_on) == ("dispute_acknowledged", DEADLINE)


def test_a_dispute_may_be_noted_without_a_letter() -> None:
    assert reminded().happens(opened(acknowledge=False)).writes().written == []


def test_a_deadline_that_is_moved_ends_the_task_and_counts_from_then_on() -> None:
    story = reminded().happens(opened(deadline=DUE + timedelta(days=11))).writes().rings()
    assert "dispute_overdue" in story.asked

    story.happens(updated(10, deadline=DUE + timedelta(days=30)))

    assert open_tasks(story) == ["dispute/d1"]
    assert story.next_day() == DUE + timedelta(days=31)


def test_a_deadline_and_its_task_are_over_with_the_dispute() -> None:
    story = reminded().happens(opened(amount=40_000, deadline=DUE + timedelta(days=11))).writes().rings()

    story.happens(ended("creditor", after(20)))

    assert open_tasks(story) == []
    assert "dispute_overdue" in str([item.key for item in story.last.effects if isinstance(item, EndTask)])


def test_the_last_word_on_the_owner_counts_in_whatever_order_it_comes() -> None:
    words = [updated(2, "u2", owner="Karim"), updated(1, "u1", owner="Claire", deadline=DEADLINE)]

    found = []
    for order in (words, words[::-1]):
        case = reminded().happens(opened(owner="Anne"), *order).case
        found.append(disputes.owner_of(case, case.disputes[0]))

    assert found == ["Karim", "Karim"]


@pytest.mark.parametrize(
    ("facts", "who"),
    [
        pytest.param([], "creditor", id="just opened"),
        pytest.param([answered(1, "creditor")], "debtor", id="we answered"),
        pytest.param([answered(1, "creditor"), answered(2, "debtor", "b")], "creditor", id="the debtor answered"),
        pytest.param(
            [answered(1, "creditor"),
             ReplyReceived(event_id="r", at=NOW + timedelta(hours=3), reply_id="r", debtor_ref=COMPANY.ref)],
            "creditor", id="the debtor wrote",
        ),
        pytest.param([updated(1, awaiting="debtor")], "debtor", id="somebody says so"),
        pytest.param([updated(1, awaiting="debtor"), answered(1, "debtor")], "debtor", id="said after the answer"),
    ],
)  # fmt: skip
def test_who_has_to_act_next_follows_from_the_last_word(facts: list[Event], who: str) -> None:
    case = reminded().happens(opened(), *facts).case

    assert disputes.awaited(case, case.disputes[0]) == who


# --- the end --------------------------------------------------------------------------------------------------------


def test_what_the_debtor_won_is_not_asked_for_and_its_credit_note_is() -> None:
    story = reminded().happens(opened(amount=40_000), ended("debtor"))
    assert standing.chased(story.case) == TOTAL - 40_000
    asked = [item for item in story.last.effects if isinstance(item, AskOperator)]
    assert [(item.task, item.detail) for item in asked] == [("credit_note_requested", "400.00")]

    story.happens(credited(40_000))

    assert (standing.chased(story.case), standing.balance(story.case)) == (TOTAL - 40_000, TOTAL - 40_000)
    assert open_tasks(story) == []


def test_a_whole_invoice_that_was_lost_waits_for_its_credit_note_and_is_never_chased() -> None:
    story = reminded().happens(opened(), ended("debtor"))
    assert (story.case.stage, story.case.idle_reason) == (Stage.DISPUTED, "waits.credit_note")

    story.happens(credited(TOTAL))

    assert (story.case.stage, open_tasks(story)) == (Stage.PAID, [])


@pytest.mark.parametrize(
    ("notes", "chased", "waits"),
    [
        pytest.param([], TOTAL - 6_000, True, id="none yet"),
        pytest.param([credited(2_000)], TOTAL - 6_000, True, id="a part of it"),
        pytest.param([credited(6_000)], TOTAL - 6_000, False, id="all of it"),
        pytest.param([credited(6_000, after(1))], TOTAL - 12_000, True, id="one from before the dispute"),
        pytest.param([credited(6_000, after(1), dispute_id="d1")], TOTAL - 6_000, False, id="one that names it"),
        pytest.param([credited(6_000, dispute_id="other")], TOTAL - 12_000, True, id="one that names another"),
    ],
)
def test_a_part_that_was_given_up_waits_for_its_own_credit_note(
    notes: list[CreditNoteIssued],
    chased: int,
    waits: bool,  # noqa: FBT001 - what a table gives
) -> None:
    story = reminded().happens(opened(amount=40_000), ended("partial", amount=6_000), *notes)

    assert standing.chased(story.case) == chased
    assert (open_tasks(story) == ["credit_note_requested/d1"]) is waits


def test_a_part_of_which_nobody_said_how_much_holds_all_that_was_contested_until_a_credit_note_says_it() -> None:
    story = reminded().happens(opened(amount=40_000), ended("partial"))
    assert standing.chased(story.case) == TOTAL - 40_000

    assert standing.chased(story.happens(credited(5_000)).case) == TOTAL - 5_000


def test_a_payment_ends_no_dispute_but_what_it_covers_needs_no_credit_note() -> None:
    story = reminded().happens(opened(), ended("debtor"), paid(TOTAL, after(15)))

    assert (story.case.stage, open_tasks(story)) == (Stage.PAID, [])


# --- back on the ladder ---------------------------------------------------------------------------------------------


def before_the_notice() -> Story:
    """Every amicable step has left, and a dispute about the whole was opened and resolved."""
    story = Story(USUAL).climbs(4)
    late = story.case.as_of + timedelta(days=1)
    dispute = opened().model_copy(update={"at": late})
    return story.happens(dispute, ended("creditor", late + timedelta(days=1)))


def until_asked(story: Story) -> Story:
    while story.asked[-1] != "confirm_step":
        story.rings()
    return story


def test_after_a_dispute_a_formal_notice_waits_for_a_person() -> None:
    story = until_asked(before_the_notice())

    assert (NOTICE, "registered") not in story.ordered
    assert story.case.idle_reason == "waits.confirmation"


def test_a_person_may_let_the_notice_leave_and_an_earlier_approval_is_asked_again() -> None:
    story = Story(USUAL).climbs(4)
    story.hears(StepApproved, story.case.as_of, invoice_no=NUMBER, step=NOTICE)
    late = story.case.as_of + timedelta(days=1)
    story.happens(opened().model_copy(update={"at": late}), ended("creditor", late + timedelta(days=1)))
    until_asked(story)

    story.hears(StepApproved, story.case.as_of + timedelta(hours=1), invoice_no=NUMBER, step=NOTICE).rings()

    assert story.ordered[-1] == (NOTICE, "registered")
    assert open_tasks(story.delivers()) == []


def test_a_letter_that_says_how_the_dispute_ended_is_the_soft_step_before_the_notice() -> None:
    story = before_the_notice()
    story.happens(wish("dispute_answered", story.case.as_of)).writes()
    assert story.written[-1] == "dispute_answered"
    granted = story.case.letters[-1].deadline_on

    while not story.wanted():
        story.rings()

    assert story.ordered[-1] == (NOTICE, "registered")
    assert granted is not None
    assert story.case.as_of.date() > granted


def test_after_a_dispute_the_next_amicable_step_leaves_by_itself_after_the_gap() -> None:
    story = reminded().happens(opened(), ended("creditor", after(30)))
    assert story.next_day() >= DUE + timedelta(days=35)

    assert [record.template for record in story.rings().wanted()] == ["second_reminder"] * 2


# --- in a call ------------------------------------------------------------------------------------------------------


def test_a_dispute_told_in_a_call_is_opened_by_it() -> None:
    call = CallLogged(
        event_id="c", at=NOW, call_id="k", debtor_ref=COMPANY.ref, invoice_nos=(NUMBER,), disposition="disputes",
        dispute_reason=DisputeReason.PRICE, dispute_amount=30_000,
    )  # fmt: skip
    story = reminded().happens(call)

    assert [(item.dispute_id, item.amount) for item in story.case.disputes] == [("call:k", 30_000)]
    assert open_tasks(story) == ["dispute/call:k"]


def test_an_answer_by_letter_may_leave_while_the_dispute_is_open() -> None:
    story = reminded().happens(opened(), answered(1, "creditor"))
    story.happens(
        wish("dispute_answered", NOW + timedelta(hours=1), note="Nous échangeons les deux panneaux.")
    ).writes()

    assert "dispute_answered" in story.written
    assert story.case.stage is Stage.DISPUTED
