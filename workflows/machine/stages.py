"""The stage of a case and its silences, derived from what is known."""

from datetime import date, timedelta

from workflows.business_days import add_working_days
from workflows.case import Case, Stage
from workflows.invoice import Debtor
from workflows.known import Promise, Reply
from workflows.machine import instalments, records, standing
from workflows.scenario import FORMAL_TONE, Scenario


def promise_ends_on(promise: Promise, scenario: Scenario, debtor: Debtor) -> date:
    """Last day of silence that a promise gives: its day plus the grace, in working days."""
    return add_working_days(promise.on, scenario.promise_grace_days, records.region(debtor))


def silences(case: Case, scenario: Scenario, debtor: Debtor) -> tuple[tuple[date, str], ...]:
    """Everything that keeps the case silent: (last silent day, rule), in no order."""
    if standing.is_quiet(case):
        return ()
    where = records.region(debtor)
    found: list[tuple[date, str]] = []
    if (until := standing.paused_until(case)) is not None:
        found.append((until, "silent.paused"))
    found += [(promise_ends_on(item, scenario, debtor), "silent.promised") for item in standing.open_promises(case)]
    if case.announcement is not None:
        said = max(case.announcement.expected_on, records.local_day(case.announcement.stamp[0], debtor))
        found.append((add_working_days(said, scenario.announced_hold_days, where), "silent.announced"))
    for wish in standing.open_plan_requests(case):
        said = records.local_day(wish.stamp[0], debtor)
        found.append((add_working_days(said, scenario.announced_hold_days, where), "silent.plan_requested"))
    if (plan := standing.open_plan_offer(case)) is not None:
        found.append((add_working_days(plan.answer_by, scenario.promise_grace_days, where), "silent.plan_offered"))
    if (offer := standing.open_settlement(case)) is not None:
        found.append((add_working_days(offer.until, scenario.promise_grace_days, where), "silent.settlement"))
    found += [(reply_holds_until(reply, scenario, debtor), "silent.reply") for reply in standing.unread(case)]
    return tuple(found)


def reply_holds_until(reply: Reply, scenario: Scenario, debtor: Debtor) -> date:
    """The last day on which a reply holds everything: by then a person should have read it."""
    said = records.local_day(reply.stamp[0], debtor)
    return add_working_days(said, scenario.reply_hold_days, records.region(debtor))


def floors(case: Case, scenario: Scenario, debtor: Debtor) -> tuple[tuple[date, str], ...]:
    """Days before which no step may leave although the case is on its ladder: (first day, rule)."""
    day = timedelta(days=1)
    found = [(last + day, f"{rule}_over") for last, rule in silences(case, scenario, debtor)]
    if not (case.resolutions or case.reversals or case.replies_read or case.plan_ends or case.plan or case.resumed):
        return tuple(found)  # nothing has ended, which is so of most
    gap = timedelta(days=scenario.resume_gap_days)
    disputes = {item.dispute_id for item in case.disputes}
    payments = {item.payment_id for item in case.payments}
    replies = {item.reply_id for item in case.replies}
    known = [
        *((item.stamp, gap, "resumed.dispute") for item in case.resolutions if item.dispute_id in disputes),
        *((item.stamp, gap, "resumed.reversal") for item in case.reversals if item.payment_id in payments),
        *((item.stamp, day, "resumed.reply") for item in case.replies_read if item.reply_id in replies),
        *((item.stamp, day, "resumed.plan") for item in case.plan_ends),
    ]
    if (ended_on := instalments.ended_on(case, scenario, debtor)) is not None:
        found.append((ended_on, "resumed.plan_clause"))
    if case.resumed is not None:
        known.append((case.resumed, timedelta(), "resumed.pause"))
    return (*found, *((records.local_day(stamp[0], debtor) + wait, rule) for stamp, wait, rule in known))


def stage_of(case: Case, scenario: Scenario, debtor: Debtor) -> Stage:
    """The stage, from the facts and `as_of` alone; the gravest fact first."""
    settled = _settled(case)
    if settled is not None:
        return settled
    today = records.local_day(case.as_of, debtor)
    silent = {rule for last, rule in silences(case, scenario, debtor) if today <= last}
    if standing.needs_restart(case) or "silent.paused" in silent:
        return Stage.PAUSED
    if standing.chased(case) <= 0:
        return Stage.DISPUTED
    if case.plan is not None and instalments.plan_in_force(case, scenario, debtor) is not None:
        return Stage.INSTALMENTS
    if "silent.promised" in silent:
        return Stage.PROMISED
    if silent:  # an unread reply, an announced payment: silence without a state of its own
        return Stage.PAUSED
    return _rung(case, debtor)


def _settled(case: Case) -> Stage | None:
    """The stages that no date ends."""
    if case.cancelled is not None:
        return Stage.CANCELLED
    if standing.balance(case) <= 0 or standing.is_settled_early(case):
        return Stage.PAID
    if case.written_off is not None:
        return Stage.WRITTEN_OFF
    if case.insolvency is not None and case.insolvency.is_open:
        return Stage.INSOLVENT
    return Stage.HANDED_OVER if case.handed_over is not None else None


def _rung(case: Case, debtor: Debtor) -> Stage:
    out = records.out(case)
    if out and max([record.tone for record in out]) >= FORMAL_TONE:
        return Stage.FORMAL_NOTICE
    if any(not record.is_preventive for record in out):
        return Stage.REMINDING
    return Stage.REMINDING if records.local_day(case.as_of, debtor) > case.invoice.due_on else Stage.WATCHING
