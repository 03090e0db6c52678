"""What becomes of promises, of wishes to pay in parts, and of the instalments of a plan."""

from datetime import date, datetime, timedelta

import pytest

from tests.unit.ladder_facts import COMPANY, DUE, LADDER, NUMBER, TOTAL, Story, after, disputed, paid, reversed_
from tests.unit.letter_facts import NOW, USUAL, promised, reminded
from workflows.case import Stage
from workflows.events import (
    CaseReviewed,
    CreditNoteIssued,
    DisputeResolved,
    Event,
    InstalmentPlanAgreed,
    InstalmentPlanBroken,
    InstalmentPlanOffered,
    InstalmentPlanRequested,
    PlanLine,
    PromiseWithdrawn,
)
from workflows.machine.promises import PromiseState, promised_amount, state_of
from workflows.money import Money

#: Promised for 28 November, a Saturday; two working days of grace end on Tuesday 1 December.
AFTERWARDS = after(40)
PARTS = (
    PlanLine(due_date=DUE + timedelta(days=20), amount=50_000),
    PlanLine(due_date=DUE + timedelta(days=50), amount=50_000),
    PlanLine(due_date=DUE + timedelta(days=80), amount=25_000),
)


# --- promises -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "now", "state"),
    [
        pytest.param([], after(22), PromiseState.AHEAD, id="the grace still runs"),
        pytest.param([], AFTERWARDS, PromiseState.BROKEN, id="nothing came"),
        pytest.param([paid(TOTAL, after(20))], AFTERWARDS, PromiseState.KEPT, id="paid in time"),
        pytest.param([paid(TOTAL, after(12))], after(12), PromiseState.KEPT, id="paid early"),
        pytest.param([paid(40_000, after(20))], AFTERWARDS, PromiseState.PARTLY, id="paid in part"),
        pytest.param([paid(TOTAL, after(30))], AFTERWARDS, PromiseState.BROKEN, id="paid too late"),
        pytest.param([paid(TOTAL, after(30), value_date=DUE + timedelta(days=20))], AFTERWARDS, PromiseState.KEPT,
                     id="heard of late, paid in time"),
        pytest.param([paid(TOTAL, after(20)), reversed_(TOTAL, after(25))], AFTERWARDS, PromiseState.BROKEN,
                     id="paid, then reversed"),
        pytest.param([PromiseWithdrawn(event_id="x", at=after(15), promise_id="w", invoice_nos=(NUMBER,))], AFTERWARDS,
                     PromiseState.WITHDRAWN, id="withdrawn"),
        pytest.param([paid(50_000, after(5), "p0")], AFTERWARDS, PromiseState.BROKEN, id="paid in part before it"),
    ],
)  # fmt: skip
def test_a_promise_is_kept_in_part_or_broken_by_what_came_in_until_its_grace(
    facts: list[Event], now: datetime, state: PromiseState
) -> None:
    case = reminded().happens(promised(), *facts).case
    later = case.model_copy(update={"as_of": now})

    assert state_of(later, later.promises[0], LADDER, COMPANY) is state


def test_a_promise_of_the_whole_is_of_what_was_asked_for_when_it_was_made() -> None:
    case = reminded().happens(disputed(after(5), 25_000), promised(), disputed(after(12), 50_000, "d2")).case

    assert promised_amount(case, case.promises[0]) == TOTAL - 25_000


# --- wishes ---------------------------------------------------------------------------------------------------------


def wished(plan_id: str = "wish", when: datetime = NOW) -> InstalmentPlanRequested:
    return InstalmentPlanRequested(
        event_id=f"wish-{plan_id}", at=when, plan_id=plan_id, invoice_no=NUMBER, count=3,
        first_on=DUE + timedelta(days=20),
    )  # fmt: skip


def offered(plan_id: str = "other") -> InstalmentPlanOffered:
    return InstalmentPlanOffered(
        event_id="offer", at=NOW + timedelta(hours=2), plan_id=plan_id, invoice_no=NUMBER, lines=PARTS,
        answer_by=DUE + timedelta(days=25),
    )  # fmt: skip


def refused() -> InstalmentPlanBroken:
    return InstalmentPlanBroken(event_id="no", at=NOW + timedelta(hours=2), plan_id="wish", invoice_no=NUMBER)


def test_a_wish_for_a_plan_silences_the_case_for_five_working_days_and_asks_a_person() -> None:
    story = reminded().happens(wished())

    assert (story.case.stage, story.asked[-1]) == (Stage.PAUSED, "plan_requested")
    assert story.rules[-1] == "silent.plan_requested"
    assert story.next_day() == date(2026, 11, 25)


@pytest.mark.parametrize("answer", [pytest.param(offered(), id="an offer"), pytest.param(refused(), id="a refusal")])
def test_an_offer_or_a_refusal_answers_the_wish(answer: Event) -> None:
    story = reminded().happens(wished(), answer)

    assert not [key for key in story.case.asked - story.case.answered if "plan_requested" in key]


def test_a_wish_that_nobody_answers_lapses_and_the_ladder_goes_on() -> None:
    story = reminded().happens(wished()).rings()

    assert story.case.stage is Stage.REMINDING
    assert any("plan_requested" in key for key in story.case.asked - story.case.answered)


# --- thanks for instalments -----------------------------------------------------------------------------------------


def planned() -> Story:
    agreed = InstalmentPlanAgreed(event_id="plan", at=NOW, plan_id="p", invoice_no=NUMBER, lines=PARTS)
    return reminded().happens(agreed).writes()


def thanks(story: Story) -> list[str]:
    return [letter.occasion for letter in story.letters if letter.template == "payment_thanks"]


def test_each_instalment_has_its_own_thanks_the_last_one_too() -> None:
    story = planned()
    for number, (days, amount) in enumerate([(19, 50_000), (49, 50_000), (78, 25_000)]):
        story.happens(paid(amount, after(days), f"i{number}")).writes()

    assert thanks(story) == ["p/2026-11-27", "p/2026-12-27", "p/2027-01-25"]
    assert story.case.stage is Stage.PAID
    assert story.written.count("payment_thanks") == 3


def test_money_paid_on_top_takes_no_thanks_away() -> None:
    story = planned().happens(paid(50_000, after(19), "i1")).writes().happens(paid(80_000, after(49), "i2")).writes()

    assert thanks(story) == ["p/2026-11-27", "p/2026-12-27"]


def test_several_payments_of_a_day_have_one_thanks() -> None:
    story = planned().happens(paid(50_000, after(19), "i1"), paid(50_000, after(19, 13), "i2")).writes()

    assert thanks(story) == ["p/2026-11-27"]


def test_money_that_covers_no_instalment_yet_is_not_thanked_for() -> None:
    assert thanks(planned().happens(paid(20_000, after(19))).writes()) == []


def test_thanks_never_leave_for_money_that_went_back() -> None:
    story = planned().happens(paid(50_000, after(19)))
    assert "letter.plan" in story.rules

    story.rings().happens(reversed_(50_000, story.case.as_of + timedelta(minutes=1)))

    assert thanks(story) == ["p/2026-11-27"]
    assert story.case.letters[-1].state == "withheld"
    assert thanks(planned().happens(reversed_(50_000, after(18)), paid(50_000, after(19))).writes()) == []


def test_an_instalment_that_was_reversed_and_paid_again_is_thanked_for_again() -> None:
    story = planned().happens(paid(50_000, after(19))).writes()
    story.happens(reversed_(50_000, after(22)), paid(50_000, after(23), "again")).writes()

    assert thanks(story) == ["p/2026-11-27", "p/2026-12-01"]


def test_money_that_went_back_is_not_thanked_for_where_a_credit_note_covered_the_instalment() -> None:
    note = CreditNoteIssued(
        event_id="cn", at=after(12), credit_note_no="A-1", invoice_no=NUMBER, amount=Money(amount=50_000)
    )

    assert thanks(planned().happens(note, reversed_(100, after(18)), paid(100, after(19))).writes()) == []


# --- a plan on an invoice that is contested in part -----------------------------------------------------------------


def missing(story: Story) -> list[str]:
    """What a person is asked to do about instalments, and the letters about them."""
    letters = [letter.occasion for letter in story.letters if letter.template == "instalment_missed"]
    return letters + [key for key in story.case.asked - story.case.answered if "/instalment_missed/" in key]


def lost(when: datetime, outcome: str = "debtor") -> DisputeResolved:
    return DisputeResolved.model_validate(
        {"event_id": "end", "at": when, "dispute_id": "d1", "invoice_no": NUMBER, "outcome": outcome}
    )


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param([disputed(after(12), 30_000)], id="open"),
        pytest.param([disputed(after(12), 30_000), lost(after(14))], id="given up, and no credit note yet"),
    ],
)
def test_nobody_misses_what_is_contested_of_an_instalment(facts: list[Event]) -> None:
    story = planned().happens(*facts, paid(20_000, after(19)))

    story.happens(CaseReviewed(event_id="r", at=after(30), invoice_no=NUMBER))

    assert story.case.stage is Stage.INSTALMENTS
    assert missing(story) == []


def test_what_is_not_contested_of_an_instalment_is_missed() -> None:
    story = planned().happens(disputed(after(12), 30_000), paid(19_999, after(19)))

    story.happens(CaseReviewed(event_id="r", at=after(30), invoice_no=NUMBER))

    assert missing(story)


def test_a_plan_whose_delay_was_met_but_for_what_was_contested_holds_after_the_dispute() -> None:
    story = planned().happens(disputed(after(12), 30_000))
    while "instalment_missed" not in story.written:
        story.rings().writes()
    story.happens(paid(20_000, story.case.as_of + timedelta(days=1)))

    story.happens(lost(after(60), "creditor"), CaseReviewed(event_id="r", at=after(61), invoice_no=NUMBER))

    assert story.case.stage is Stage.INSTALMENTS


def test_a_ladder_published_before_there_were_such_thanks_writes_none() -> None:
    story = Story(LADDER).climbs(2)
    agreed = InstalmentPlanAgreed(event_id="plan", at=NOW, plan_id="p", invoice_no=NUMBER, lines=PARTS)

    assert story.happens(agreed, paid(50_000, after(19))).letters == []


def test_a_creditor_may_do_without_them() -> None:
    letters = USUAL.letters
    assert letters is not None
    quiet = USUAL.model_copy(update={"letters": letters.model_copy(update={"instalment_thanks": False})})
    agreed = InstalmentPlanAgreed(event_id="plan", at=NOW, plan_id="p", invoice_no=NUMBER, lines=PARTS)

    assert thanks(reminded(quiet).happens(agreed, paid(50_000, after(19))).writes()) == []


def test_money_that_went_back_does_not_make_a_broken_promise_kept() -> None:
    part = promised().model_copy(update={"amount": 40_000})
    story = reminded().happens(part, paid(40_000, after(20)), reversed_(40_000, after(22)))
    while "promise_broken" not in story.asked:
        story.rings()

    assert state_of(story.case, story.case.promises[0], LADDER, COMPANY) is PromiseState.BROKEN
