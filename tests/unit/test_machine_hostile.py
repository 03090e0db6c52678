"""Histories that a fast machine gets wrong: found by review, each failed once."""

from datetime import datetime, timedelta

import pytest

from tests.unit.ladder_facts import (
    COMPANY,
    DUE,
    FIRST,
    NOTICE,
    NUMBER,
    PREVENT,
    PREVENTIVE,
    R1,
    R2,
    R3,
    SECOND,
    THIRD,
    TOTAL,
    Mode,
    Outcome,
    Story,
    after,
    ladder,
    only,
    paid,
    reversed_,
)
from workflows.case import Stage
from workflows.events import (
    Allocation,
    CasePaused,
    CaseResumed,
    DebtorInsolvent,
    DebtorRecovered,
    DispatchReported,
    InvoiceChange,
    InvoiceUpdated,
    LetterTracked,
    MessageBounced,
    ScenarioChanged,
    StepApproved,
    StepSkipped,
)
from workflows.invoice import Channel
from workflows.machine import standing
from workflows.scenario import Condition, Scenario

EMAIL, SMS, LETTER, REGISTERED = Channel.EMAIL, Channel.SMS, Channel.LETTER, Channel.REGISTERED


# --- one step, several channels -------------------------------------------------------------------------------------


def test_the_text_of_a_step_still_leaves_when_its_email_has_left() -> None:
    story = Story().climbs(2).rings()
    email, sms = story.wanted()

    story.reports(email)

    assert story.wanted() == [sms]
    assert story.withheld == []


def test_a_text_that_a_gate_refused_does_not_take_the_email_back() -> None:
    story = Story().climbs(2).rings()
    email, sms = story.wanted()

    story.reports(sms, "withheld", reason="gate.no_contact")

    assert story.wanted() == [email]


@pytest.mark.parametrize("first", [pytest.param(True, id="bounced first"), pytest.param(False, id="text sent first")])
def test_a_letter_follows_an_email_that_came_back_although_its_text_arrived(*, first: bool) -> None:
    story = Story().climbs(2).rings()
    email, sms = story.wanted()
    story.reports(email) if first else story.reports(sms)
    story.reports(sms) if first else story.reports(email)

    story.bounces(f"<{email.key}>").rings()

    assert story.ordered[-3:] == [(R2, EMAIL), (R2, SMS), (R2, LETTER)]
    assert story.delivers().climbs().ordered[-1] == (R3, LETTER)


def test_a_text_does_not_leave_alone_when_its_email_failed() -> None:
    story = Story().climbs(2).rings()
    email, sms = story.wanted()
    story.marks(EMAIL)

    story.reports(email, "failed", reason="address").rings()

    assert story.withheld == [sms.key]
    assert story.ordered[-2:] == [(R2, LETTER), (R2, SMS)]


def test_an_address_that_was_refused_meanwhile_takes_the_email_back_and_the_letter_follows() -> None:
    story = Story().climbs(1).rings()
    story.debtor = only([LETTER])

    story.happens(paid(100, story.case.as_of))
    assert story.wanted() == []

    story.rings()
    assert story.ordered[-1] == (R1, LETTER)


def test_a_bounced_step_is_asked_again_by_its_fallback() -> None:
    story = Story().climbs(2)

    story.bounces(story.case.steps[-1].message_id or "").rings()

    assert story.ordered == [(PREVENT, EMAIL), (R1, EMAIL), (R1, LETTER)]


def test_a_complaint_means_that_it_arrived() -> None:
    story = Story().climbs(2)

    story.bounces(story.case.steps[-1].message_id or "", kind="complaint").rings()

    assert story.ordered[-2:] == [(R2, LETTER), (R2, SMS)]


def test_a_registered_letter_returned_for_its_address_did_not_arrive() -> None:
    story = Story().climbs(5)
    notice = story.case.steps[-1].message_id or ""

    story.marks(REGISTERED).hears(LetterTracked, story.case.as_of + timedelta(days=3), message_id=notice, state="npai")

    assert (story.case.stage, story.case.idle_reason) == (Stage.BLOCKED, "blocked.no_contact")


def test_an_address_that_nobody_marks_is_not_written_to_for_ever() -> None:
    story = Story().climbs(1)
    for _ in range(40):
        if story.case.next_wake_at is None:
            break
        story.rings().delivers("failed", reason="address")

    assert story.case.idle_reason == "blocked.failed"
    assert len(story.sends) < 10


def test_a_gate_that_withholds_for_good_is_not_asked_again_the_same_day() -> None:
    story = Story().climbs(1).rings().delivers("withheld", reason="gate.template")

    assert story.case.next_wake_at is None or story.case.next_wake_at.date() > story.case.as_of.date()


# --- failures and doubt ---------------------------------------------------------------------------------------------


def test_a_failed_step_blocks_until_a_person_retries_the_same_dispatch() -> None:
    story = Story().climbs(1).rings().delivers("failed", reason="refused")
    assert story.case.idle_reason == "blocked.failed"

    story.reports(story.case.steps[-1], "postponed", reason="retry")
    assert [record.state for record in story.case.steps] == ["sent", "wanted"]
    assert story.case.idle_reason == "waits.wanted"

    story.delivers()
    assert story.case.next_wake_at is not None
    assert len(story.sends) == 2


def test_a_second_failure_after_a_retry_is_told_again() -> None:
    story = Story().climbs(1).rings().delivers("failed", reason="refused")
    told = len(story.asked)

    story.reports(story.case.steps[-1], "postponed", story.case.as_of + timedelta(hours=1), reason="retry")
    story.delivers("failed", story.case.as_of + timedelta(hours=1), reason="refused")

    assert len(story.asked) > told


def test_a_retry_after_payment_is_taken_back_at_once() -> None:
    story = Story().climbs(1).rings().delivers("failed", reason="refused")
    failed = story.case.steps[-1]
    story.happens(paid(TOTAL, story.case.as_of))

    story.reports(failed, "postponed", reason="retry")

    assert story.wanted() == []
    assert story.withheld == [failed.key]


def test_a_withheld_step_does_not_come_back_by_a_late_postponement() -> None:
    story = Story().climbs(1).rings()
    wanted = story.wanted()[0]
    story.happens(paid(TOTAL, story.case.as_of))

    story.reports(wanted, "postponed", until=story.case.as_of + timedelta(hours=1), reason="gate.window")

    assert story.case.steps[-1].state == "withheld"


def test_what_left_before_it_could_be_stopped_is_not_sent_again() -> None:
    story = Story().climbs(1).rings()
    leased = story.wanted()[0]
    now = story.case.as_of
    story.happens(paid(TOTAL, now), reversed_(TOTAL, now + timedelta(minutes=1)))
    while not story.wanted():
        story.rings()

    story.reports(leased)

    assert story.wanted() == []
    assert story.case.steps[1].state == "sent"


def test_a_step_taken_back_is_not_asked_again_on_the_same_day() -> None:
    story = Story().climbs(1).rings()
    now = story.case.as_of
    until = now.date() + timedelta(days=9)
    story.hears(CasePaused, now, ref=NUMBER, until=until, reason="x")
    story.hears(CaseResumed, now + timedelta(minutes=1), ref=NUMBER, reason="x")

    assert story.next_day() > now.date()


def test_doubt_does_not_come_back_by_a_repeated_report() -> None:
    story = Story().climbs(1).rings().delivers("in_doubt")
    doubtful = story.case.steps[-1]

    story.reports(doubtful, "postponed", reason="gate.window")
    assert story.case.steps[-1].state == "in_doubt"

    story.reports(doubtful, "withheld", reason="gate.no_longer_wanted")
    assert story.case.steps[-1].state == "in_doubt"
    assert story.case.idle_reason == "waits.in_doubt"


def test_doubt_about_a_step_that_a_person_passed_over_holds_nothing_back() -> None:
    story = Story().climbs(1).rings().delivers("in_doubt")
    left = story.case.as_of.date()

    story.hears(StepSkipped, story.case.as_of, invoice_no=NUMBER, step=R1, reason="x")

    assert story.next_day() >= left + timedelta(days=10)
    assert story.rings().ordered[-1] == (R2, SMS)


def test_doubt_resolved_days_later_keeps_the_day_it_left() -> None:
    story = Story().climbs(1).rings()
    left = story.case.as_of
    story.delivers("in_doubt")

    story.reports(story.case.steps[-1], "sent", left + timedelta(days=4))

    assert story.case.steps[-1].at == left


def test_the_first_word_that_it_was_sent_counts() -> None:
    story = Story().climbs(1).rings().delivers()
    record = story.case.steps[-1]

    story.reports(record, "sent", story.case.as_of + timedelta(days=2), message_id="<other>")

    assert story.case.steps[-1] == record


@pytest.mark.parametrize("outcome", ["failed", "in_doubt", "withheld", "postponed"])
def test_what_was_sent_stays_sent(outcome: Outcome) -> None:
    story = Story().climbs(2)
    before = story.case

    story.reports(before.steps[-1], outcome, reason="retry")

    assert story.case == before


def test_a_reversal_takes_the_parts_of_a_payment_in_the_order_of_invoices() -> None:
    parts = tuple(Allocation(invoice_no=number, amount=50_000) for number in ("A-1", NUMBER, "Z-9"))
    story = Story().happens(paid(150_000, after(1), allocations=parts))
    owed = []
    for number, amount in enumerate([50_000, 20_000, 70_000]):
        story.happens(reversed_(amount, after(2 + number), reversal_id=f"r{number}"))
        owed.append(standing.balance(story.case))

    assert owed == [75_000, 95_000, TOTAL]


def test_a_message_in_doubt_that_bounced_certainly_did_not_arrive() -> None:
    story = Story().climbs(1).rings().delivers("in_doubt", message_id="<m>")

    story.bounces("<m>").rings()

    assert story.ordered[-1] == (R1, LETTER)


# --- preventive steps -----------------------------------------------------------------------------------------------


def test_a_preventive_step_without_a_channel_is_passed_over() -> None:
    story = Story(debtor=only([LETTER])).rings()

    assert story.ordered == [(R1, LETTER)]


def test_a_preventive_step_that_failed_does_not_stop_the_ladder() -> None:
    story = Story().rings().delivers("failed", reason="refused").rings()

    assert story.ordered[-1] == (R1, EMAIL)


def test_a_preventive_step_nobody_confirmed_does_not_stop_the_ladder() -> None:
    story = Story(ladder(PREVENTIVE.model_copy(update={"mode": Mode.TO_CONFIRM}), FIRST, SECOND)).rings()
    assert story.asked == ["confirm_step"]

    while story.case.next_wake_at is not None and not story.wanted():
        story.rings()

    assert story.ordered == [(R1, EMAIL)]


def test_a_preventive_step_postponed_past_the_due_date_is_taken_back() -> None:
    story = Story().rings()

    story.delivers("postponed", until=after(1), reason="gate.pressure")

    assert story.wanted() == []
    while story.case.as_of < after(1):
        story.rings()
        story.delivers("postponed", until=after(1), reason="gate.pressure")
    assert R1 in {step for step, _channel in story.ordered}


# --- skipping, approving, moving ------------------------------------------------------------------------------------


def test_skipping_a_later_step_does_not_skip_those_before_it() -> None:
    story = Story().climbs(1).hears(StepSkipped, after(0), invoice_no=NUMBER, step=R3, reason="x").climbs(2).rings()

    assert story.ordered == [(PREVENT, EMAIL), (R1, EMAIL), (R2, EMAIL), (R2, SMS), (NOTICE, REGISTERED)]


def test_a_skip_of_the_old_ladder_skips_nothing_on_the_new_one() -> None:
    story = Story().climbs(1).hears(StepSkipped, after(0), invoice_no=NUMBER, step=R1, reason="x")
    other = ladder(PREVENTIVE, FIRST, SECOND, name="other")

    moved(story, other, after(1))
    story.rings()

    assert story.ordered[-1] == (R1, EMAIL)


def test_an_approval_of_the_old_ladder_approves_nothing_on_the_new_one() -> None:
    story = Story().climbs(1).hears(StepApproved, after(0), invoice_no=NUMBER, step=R1)

    moved(story, ladder(PREVENTIVE, FIRST.model_copy(update={"mode": Mode.TO_CONFIRM}), name="other"), after(1))
    story.rings()

    assert story.case.idle_reason == "waits.confirmation"
    story.hears(StepApproved, story.case.as_of, invoice_no=NUMBER, step=R1).rings()
    assert story.ordered[-1] == (R1, EMAIL)


def test_a_step_ordered_on_the_old_ladder_is_taken_back() -> None:
    story = Story().climbs(1).rings()
    other = ladder(PREVENTIVE, FIRST.model_copy(update={"template": "first_reminder_warm"}), name="other")

    moved(story, other, story.case.as_of)
    assert story.wanted() == []

    story.rings()
    assert story.sends[-1].template == "first_reminder_warm"


def test_a_formal_notice_of_the_old_ladder_keeps_its_deadline() -> None:
    story = Story().climbs(5)
    moved(story, ladder(PREVENTIVE, FIRST, name="other"), story.case.as_of, entry_step=R1)
    assert story.rings().asked[-1] == "reception_unknown"

    received = story.case.as_of
    story.hears(LetterTracked, received, message_id=story.case.steps[-1].message_id, state="delivered")

    assert story.next_day() > received.date() + timedelta(days=8)


def test_an_older_move_that_arrives_late_changes_nothing() -> None:
    story = Story().climbs(1)
    moved(story, ladder(PREVENTIVE, FIRST, name="newer"), after(2))
    before = story.case

    moved(story, ladder(FIRST, SECOND, name="older"), after(1), keep=story.scenario)

    assert story.case == before


def test_passed_over_steps_are_told_with_their_reason() -> None:
    story = Story(ladder(PREVENTIVE, FIRST.model_copy(update={"when": Condition(min_amount=TOTAL + 1)}), SECOND, THIRD))
    story.climbs(1)

    assert "passed.condition" in story.rules


def test_a_condition_may_exclude_tags() -> None:
    loyal = COMPANY.model_copy(update={"tags": frozenset({"loyal"})})
    steps = FIRST.model_copy(update={"when": Condition(without_tags=frozenset({"loyal"}))}), SECOND
    story = Story(ladder(*steps), debtor=loyal).rings()

    assert story.ordered[0] == (1, EMAIL)


# --- stages ---------------------------------------------------------------------------------------------------------


def test_a_formal_notice_that_came_back_is_not_a_formal_notice() -> None:
    story = Story().climbs(5)
    assert story.case.stage is Stage.FORMAL_NOTICE

    story.hears(MessageBounced, story.case.as_of, message_id=story.case.steps[-1].message_id, bounce="npai")

    assert story.case.stage is not Stage.FORMAL_NOTICE


def test_a_ring_for_a_case_that_never_had_a_wake_up_is_stale() -> None:
    story = Story(debtor=only([]))
    assert story.case.stage is Stage.BLOCKED
    story.debtor = COMPANY

    story.rings(after(10, 9), epoch=story.case.epoch)

    assert story.rules == ["wake.stale"]
    assert story.sends == []


def test_a_restart_after_an_insolvency_outlives_a_later_pause() -> None:
    story = Story().climbs(1)
    story.hears(DebtorInsolvent, after(1), debtor_ref="perrin", procedure="sauvegarde", judgment_date=DUE)
    story.hears(DebtorRecovered, after(20), debtor_ref="perrin")
    assert (story.case.stage, story.case.idle_reason) == (Stage.PAUSED, "waits.restart")

    story.hears(CaseResumed, after(21), ref=NUMBER, reason="x")
    story.hears(CasePaused, after(22), ref=NUMBER, until=DUE + timedelta(days=30), reason="x")

    assert story.case.next_wake_at is not None
    assert story.rings().case.stage is Stage.REMINDING


def test_a_claim_is_declared_when_a_reversal_reopens_an_insolvent_case() -> None:
    story = Story().happens(paid(TOTAL, after(0)))
    story.hears(DebtorInsolvent, after(1), debtor_ref="perrin", procedure="sauvegarde", judgment_date=DUE)
    assert "declare_claim" not in story.asked

    story.happens(reversed_(TOTAL, after(2)))

    assert "declare_claim" in story.asked


def test_a_blocked_step_is_told_again_when_a_new_address_fails_too() -> None:
    story = (
        Story(ladder(FIRST), debtor=only([EMAIL])).climbs(1).bounces("<atelier-martin/F-2026-0042/custom@1/0/email#1>")
    )
    assert story.asked.count("blocked") == 1

    story.debtor = only([EMAIL])
    story.happens(paid(100, story.case.as_of)).climbs(1)
    story.bounces(story.case.steps[-1].message_id or "")

    assert story.asked.count("blocked") == 2


def test_a_due_date_moved_later_takes_a_wanted_step_back_and_moved_earlier_brings_it_forward() -> None:
    story = Story().climbs(1).rings()
    later = InvoiceChange(due_date=DUE + timedelta(days=30))
    story.hears(InvoiceUpdated, story.case.as_of, invoice_no=NUMBER, changed=later, reason="x")
    assert story.wanted() == []
    far = story.case.next_wake_at

    earlier = InvoiceChange(due_date=DUE + timedelta(days=10))
    story.hears(InvoiceUpdated, story.case.as_of + timedelta(minutes=1), invoice_no=NUMBER, changed=earlier, reason="x")

    assert far is not None
    assert story.case.next_wake_at is not None
    assert story.case.next_wake_at < far


def test_reports_about_unknown_dispatches_say_so() -> None:
    story = Story()
    story.happens(
        DispatchReported(
            event_id="x",
            at=after(0),
            invoice_no=NUMBER,
            step=0,
            channel=EMAIL,
            dispatch_key="no-such-key",
            outcome="sent",
        )
    )

    assert "learnt.unknown_dispatch" in story.rules


def moved(
    story: Story, scenario: Scenario, when: datetime, *, entry_step: int = 0, keep: Scenario | None = None
) -> None:
    """A person moves the case to `scenario`; `keep` is the ladder it stays on where the move comes too late."""
    story.scenario, ref = scenario, scenario.ref
    said = {"invoice_no": NUMBER, "scenario": ref.name, "version": ref.version, "entry_step": entry_step}
    story.hears(ScenarioChanged, when, **said, reason="x")
    story.scenario = keep or scenario
