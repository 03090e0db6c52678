"""Beside the ladder: promises, pauses, plans, disputes, insolvency, endings, and what they cancel."""

from datetime import date, timedelta

import pytest

from tests.unit.ladder_facts import (
    DEBTOR,
    DUE,
    NUMBER,
    R1,
    TOTAL,
    Story,
    after,
    disputed,
    paid,
    resolved,
    reversed_,
)
from workflows.case import Stage
from workflows.effects import AskOperator, WithholdStep
from workflows.events import (
    CaseClosed,
    CaseEscalated,
    CasePaused,
    CaseResumed,
    CreditNoteIssued,
    DebtorInsolvent,
    DebtorRecovered,
    Inbound,
    InstalmentPlanAgreed,
    InstalmentPlanBroken,
    InvoiceCancelled,
    InvoiceUpdated,
    PaymentAnnounced,
    PlanLine,
    PromiseMade,
    PromiseWithdrawn,
    ReplyHandled,
    ReplyReceived,
)
from workflows.invoice import Channel
from workflows.machine import standing
from workflows.money import Money

#: Friday 13 November: the first reminder is on its way.
NOW = after(5, 9)
FRIDAY = NOW.date()


def on_its_way() -> Story:
    """The first reminder is ordered and has not left."""
    story = Story().climbs(1).rings()
    assert [record.step for record in story.wanted()] == [R1]
    return story


def lines(*parts: tuple[int, int]) -> tuple[PlanLine, ...]:
    return tuple(PlanLine(due_date=DUE + timedelta(days=day), amount=amount) for day, amount in parts)


STOPS = [
    pytest.param(paid(TOTAL, NOW), Stage.PAID, id="paid"),
    pytest.param(disputed(NOW), Stage.DISPUTED, id="disputed"),
    pytest.param(
        PromiseMade(event_id="x", at=NOW, promise_id="w", invoice_nos=(NUMBER,), date=FRIDAY),
        Stage.PROMISED, id="promised",
    ),
    pytest.param(
        CasePaused(event_id="x", at=NOW, ref=NUMBER, until=FRIDAY, reason="x"), Stage.PAUSED, id="paused for today"
    ),
    pytest.param(ReplyReceived(event_id="x", at=NOW, reply_id="y", debtor_ref=DEBTOR), Stage.PAUSED, id="replied"),
    pytest.param(
        PaymentAnnounced(event_id="x", at=NOW, invoice_no=NUMBER, expected_date=FRIDAY), Stage.PAUSED, id="announced"
    ),
    pytest.param(
        InstalmentPlanAgreed(event_id="x", at=NOW, plan_id="p", invoice_no=NUMBER, lines=lines((30, TOTAL))),
        Stage.INSTALMENTS, id="instalments",
    ),
    pytest.param(
        DebtorInsolvent(event_id="x", at=NOW, debtor_ref=DEBTOR, procedure="liquidation", judgment_date=FRIDAY),
        Stage.INSOLVENT, id="insolvent",
    ),
    pytest.param(
        CaseEscalated(event_id="x", at=NOW, invoice_no=NUMBER, to="avocat"), Stage.HANDED_OVER, id="handed over"
    ),
    pytest.param(
        InvoiceCancelled(event_id="x", at=NOW, invoice_no=NUMBER, reason="x"), Stage.CANCELLED, id="cancelled"
    ),
    pytest.param(CaseClosed(event_id="x", at=NOW, invoice_no=NUMBER, reason="x"), Stage.WRITTEN_OFF, id="written off"),
    pytest.param(
        CreditNoteIssued(event_id="x", at=NOW, credit_note_no="A1", amount=Money(amount=TOTAL), invoice_no=NUMBER),
        Stage.PAID, id="credited in full",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("fact", "stage"), STOPS)
def test_whatever_stops_a_case_takes_back_what_has_not_left(fact: Inbound, stage: Stage) -> None:
    story = on_its_way()

    story.happens(fact)

    assert story.case.stage is stage
    assert [effect.key for effect in story.last.effects if isinstance(effect, WithholdStep)] == [story.sends[-1].key]
    assert story.wanted() == []


@pytest.mark.parametrize(
    ("rests", "back"),
    [
        pytest.param((disputed(NOW),), resolved(NOW + timedelta(days=1)), id="a dispute"),
        pytest.param((paid(TOTAL, NOW),), reversed_(TOTAL, NOW + timedelta(days=1)), id="a payment"),
    ],
)
def test_what_was_taken_back_is_asked_again_once_with_another_key(rests: tuple[Inbound, ...], back: Inbound) -> None:
    story = on_its_way().happens(*rests, back)

    assert story.next_day() >= FRIDAY + timedelta(days=6)
    story.rings()
    assert [send.key[-2:] for send in story.sends[1:]] == ["#1", "#2"]
    assert story.delivers().climbs(1).ordered.count((R1, Channel.EMAIL)) == 2


def test_a_payment_reversed_after_a_step_left_repeats_nothing() -> None:
    story = Story().climbs(2)
    now = story.case.as_of
    story.happens(paid(TOTAL, now + timedelta(days=1)), reversed_(TOTAL, now + timedelta(days=9)))

    assert "payment_reversed" in story.asked
    assert R1 not in [step for step, _channel in story.climbs(1).ordered[2:]]


def test_a_dispute_about_part_leaves_the_rest_being_chased() -> None:
    story = Story().happens(disputed(after(1), 45_000))
    assert (story.case.stage, standing.chased(story.case)) == (Stage.REMINDING, 80_000)

    story.happens(paid(30_000, after(2)))
    assert (standing.balance(story.case), standing.chased(story.case)) == (95_000, 50_000)

    story.happens(paid(50_000, after(3), "p2"))
    assert (story.case.stage, standing.balance(story.case)) == (Stage.DISPUTED, 45_000)


def test_a_payment_never_ends_a_dispute() -> None:
    story = Story().happens(disputed(after(1)), paid(25_000, after(2)))

    assert story.case.stage is Stage.DISPUTED


def test_a_promise_made_while_disputed_still_counts_after_the_dispute() -> None:
    story = Story().happens(disputed(after(1)))
    story.hears(PromiseMade, after(2), promise_id="w", invoice_nos=(NUMBER,), date=DUE + timedelta(days=20))
    assert story.case.stage is Stage.DISPUTED

    story.happens(resolved(after(3)))

    assert story.last.stage is Stage.PROMISED
    assert story.next_day() > DUE + timedelta(days=20)


def test_a_promise_is_silent_to_the_end_of_its_grace_in_working_days_and_a_broken_one_is_told() -> None:
    story = on_its_way()
    story.hears(PromiseMade, NOW, promise_id="w", invoice_nos=(NUMBER,), date=date(2026, 11, 20))  # a Friday

    assert story.next_day() in (date(2026, 11, 24), date(2026, 11, 25))
    story.rings()

    assert (story.case.stage, story.asked) == (Stage.REMINDING, ["promise_broken"])
    assert story.rings().ordered[-1] == (R1, Channel.EMAIL)


def test_a_promise_of_part_that_was_kept_is_not_broken() -> None:
    story = Story().hears(
        PromiseMade, after(6), promise_id="w", invoice_nos=(NUMBER,), date=DUE + timedelta(days=9), amount=50_000
    )
    story.happens(paid(50_000, after(8))).rings()

    assert story.asked == []
    assert story.case.stage is Stage.REMINDING


def test_a_withdrawn_promise_ends_its_silence() -> None:
    story = Story().hears(PromiseMade, after(6), promise_id="w", invoice_nos=(NUMBER,), date=DUE + timedelta(days=60))
    story.hears(PromiseWithdrawn, after(7), promise_id="w", invoice_nos=(NUMBER,))

    assert story.case.stage is Stage.REMINDING


def test_several_silences_end_with_the_last_of_them() -> None:
    story = on_its_way()
    story.hears(ReplyReceived, NOW, reply_id="y", debtor_ref=DEBTOR)
    story.hears(PaymentAnnounced, NOW, invoice_no=NUMBER, expected_date=DUE + timedelta(days=12))
    story.hears(PromiseMade, NOW, promise_id="w", invoice_nos=(NUMBER,), date=DUE + timedelta(days=16))
    story.hears(CasePaused, NOW, ref=NUMBER, until=DUE + timedelta(days=10), reason="x")
    seen = {story.case.stage}
    while not story.wanted():
        story.rings()
        seen.add(story.case.stage)

    assert seen == {Stage.PAUSED, Stage.PROMISED, Stage.REMINDING}
    assert story.case.as_of.date() > DUE + timedelta(days=17)
    assert len(story.sends) == 3


def test_a_reply_that_was_read_gives_the_debtor_the_day() -> None:
    story = on_its_way().hears(ReplyReceived, NOW, reply_id="y", debtor_ref=DEBTOR)
    assert story.asked == ["reply"]

    story.hears(ReplyHandled, NOW + timedelta(days=3), reply_id="y", debtor_ref=DEBTOR)

    assert story.next_day() > FRIDAY + timedelta(days=3)


def test_an_automatic_reply_is_not_an_answer() -> None:
    story = on_its_way().hears(ReplyReceived, NOW, reply_id="y", debtor_ref=DEBTOR, automatic=True)

    assert len(story.wanted()) == 1


def test_a_plan_waits_for_each_line_and_a_missed_one_is_told_once() -> None:
    story = Story().climbs(1)
    plan = lines((10, 50_000), (40, 50_000), (70, 25_000))
    story.hears(InstalmentPlanAgreed, after(1), plan_id="p", invoice_no=NUMBER, lines=plan)
    assert story.next_day() in (DUE + timedelta(days=15), DUE + timedelta(days=16))

    story.happens(paid(50_000, after(9)))
    assert story.next_day() in (DUE + timedelta(days=45), DUE + timedelta(days=46))

    story.rings()
    assert (story.asked, story.case.idle_reason) == (["instalment_missed"], "waits.instalment")

    story.happens(paid(50_000, after(50), "p2"))
    assert story.case.next_wake_at is not None
    story.happens(paid(25_000, after(60), "p3"))
    assert story.case.stage is Stage.PAID


def test_a_plan_whose_lines_no_longer_match_still_counts_what_is_left() -> None:
    story = Story().hears(
        InstalmentPlanAgreed, after(1), plan_id="p", invoice_no=NUMBER, lines=lines((10, 50_000), (40, 75_000))
    )
    credit = Money(amount=60_000)
    story.hears(CreditNoteIssued, after(2), credit_note_no="A1", amount=credit, invoice_no=NUMBER)
    assert story.next_day() > DUE + timedelta(days=40)

    more = {"total": {"amount": "2000.00"}}
    story.hears(InvoiceUpdated, after(3), invoice_no=NUMBER, changed=more, reason="x")
    assert story.next_day() < DUE + timedelta(days=20)
    assert (story.case.stage, standing.balance(story.case)) == (Stage.INSTALMENTS, 140_000)


def test_a_plan_that_a_person_ended_gives_the_ladder_back() -> None:
    story = Story().climbs(1)
    story.hears(InstalmentPlanAgreed, after(1), plan_id="p", invoice_no=NUMBER, lines=lines((10, TOTAL)))
    story.rings().hears(InstalmentPlanBroken, after(20), plan_id="p", invoice_no=NUMBER)

    assert story.case.stage is Stage.REMINDING
    assert story.rings().ordered[-1] == (R1, Channel.EMAIL)


def test_an_insolvency_stops_everything_and_only_a_person_restarts() -> None:
    story = on_its_way()
    story.hears(
        DebtorInsolvent, NOW, debtor_ref=DEBTOR, procedure="sauvegarde", judgment_date=date(2026, 12, 31),
        published_on=date(2026, 12, 31),
    )  # fmt: skip
    tasks = [effect for effect in story.last.effects if isinstance(effect, AskOperator)]
    assert [(task.task, task.due_on) for task in tasks] == [("declare_claim", date(2027, 2, 28))]

    story.hears(DebtorRecovered, after(90), debtor_ref=DEBTOR)
    assert (story.case.stage, story.case.idle_reason) == (Stage.PAUSED, "waits.restart")

    story.hears(CaseResumed, after(95), scope="debtor", ref=DEBTOR, reason="x")
    assert story.case.stage is Stage.REMINDING
    assert story.rings().ordered[-1] == (R1, Channel.EMAIL)


def test_a_resume_before_the_recovery_restarts_nothing() -> None:
    story = Story()
    story.hears(DebtorInsolvent, after(1), debtor_ref=DEBTOR, procedure="sauvegarde", judgment_date=DUE)
    story.hears(CaseResumed, after(2), ref=NUMBER, reason="x")
    story.hears(DebtorRecovered, after(9), debtor_ref=DEBTOR)

    assert story.case.idle_reason == "waits.restart"


def test_written_off_then_paid_is_paid_and_paid_in_part_stays_written_off() -> None:
    story = Story().hears(CaseClosed, after(100), invoice_no=NUMBER, reason="x").happens(paid(25_000, after(110)))
    assert story.case.stage is Stage.WRITTEN_OFF

    story.happens(paid(100_000, after(120), "p2"))
    assert story.last.stage is Stage.PAID


@pytest.mark.parametrize(
    ("facts", "stage"),
    [
        pytest.param([paid(TOTAL + 500, after(1))], Stage.PAID, id="more than owed"),
        pytest.param(
            [paid(500, after(1)), InvoiceCancelled(event_id="c", at=after(2), invoice_no=NUMBER, reason="x")],
            Stage.CANCELLED, id="paid for nothing",
        ),
    ],
)  # fmt: skip
def test_money_to_give_back_is_told(facts: list[Inbound], stage: Stage) -> None:
    story = Story().happens(*facts)

    assert (story.case.stage, story.asked) == (stage, ["overpaid"])


def test_a_dispute_that_is_known_to_be_over_is_not_asked_about() -> None:
    story = Story().happens(resolved(after(2)), disputed(after(1)))

    assert story.asked == []
    assert story.case.stage is Stage.REMINDING
