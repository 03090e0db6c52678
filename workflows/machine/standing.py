"""Where a case stands: balance, silences and stage, derived from what is known."""

from datetime import date, datetime, time, timedelta

from workflows.business_days import add_working_days, zone_of
from workflows.case import Case, Dispute, Payment, Plan, Promise, Reply, Stage
from workflows.invoice import Debtor
from workflows.machine.records import in_doubt, local_day, reached, region
from workflows.money import Cents
from workflows.scenario import FORMAL_TONE, Scenario


def paid(case: Case) -> Cents:
    """Cents received for this invoice and not taken back; credit notes not included."""
    return sum(kept(case, payment) for payment in case.payments)


def kept(case: Case, payment: Payment) -> Cents:
    """Cents of the part of `payment` that did not go back; a reversal takes its parts in the order of invoices."""
    back = sum(item.amount for item in case.reversals if item.payment_id == payment.payment_id)
    return payment.amount - min(max(back - payment.before, 0), payment.amount)


def balance(case: Case) -> Cents:
    """Cents still owed; negative when more was paid than owed."""
    return case.invoice.total - sum(credit.amount for credit in case.credits) - paid(case)


def disputed(case: Case) -> Cents:
    """Cents of the balance that are contested by a dispute nobody has resolved."""
    contested = open_disputes(case)
    owed = max(balance(case), 0)
    if any(item.amount is None for item in contested):
        return owed
    return min(sum(item.amount or 0 for item in contested), owed)


def open_disputes(case: Case) -> tuple[Dispute, ...]:
    """Disputes that nobody has resolved; a payment never does."""
    resolved = {item.dispute_id for item in case.resolutions}
    return tuple(item for item in case.disputes if item.dispute_id not in resolved)


def chased(case: Case) -> Cents:
    """Cents that may be asked for: the balance less what is disputed."""
    return max(balance(case), 0) - disputed(case)


def start_of(day: date, debtor: Debtor) -> datetime:
    """00:05 of `day` at the debtor's: the moment at which what lapsed the day before is looked at."""
    return datetime.combine(day, time(0, 5), tzinfo=zone_of(region(debtor)))


def open_promises(case: Case) -> tuple[Promise, ...]:
    """Promises that were not withdrawn."""
    gone = {item.promise_id for item in case.withdrawals}
    return tuple(item for item in case.promises if item.promise_id not in gone)


def promise_ends_on(promise: Promise, scenario: Scenario, debtor: Debtor) -> date:
    """Last day of silence that a promise gives: its day plus the grace, in working days."""
    return add_working_days(promise.on, scenario.promise_grace_days, region(debtor))


def open_plan(case: Case) -> Plan | None:
    """The instalment plan in force, if any."""
    if case.plan is None or any(end.plan_id == case.plan.plan_id for end in case.plan_ends):
        return None
    return case.plan


def needs_restart(case: Case) -> bool:
    """Whether a collective procedure is over but nobody has restarted the case."""
    if case.insolvency is None or case.insolvency.is_open:
        return False
    return case.resumed is None or case.resumed < case.insolvency.stamp


def unread(case: Case) -> tuple[Reply, ...]:
    """Replies that nobody has read yet."""
    read = {item.reply_id for item in case.replies_read}
    return tuple(item for item in case.replies if item.reply_id not in read)


def paused_until(case: Case) -> date | None:
    """The last day of the pause in force, of the invoice or of the debtor."""
    days = [word.until for word in (case.invoice_pause, case.debtor_pause) if word and word.until]
    return max(days, default=None)


def silences(case: Case, scenario: Scenario, debtor: Debtor) -> tuple[tuple[date, str], ...]:
    """Everything that keeps the case silent: (last silent day, rule), in no order."""
    where = region(debtor)
    found: list[tuple[date, str]] = []
    if (until := paused_until(case)) is not None:
        found.append((until, "silent.paused"))
    found += [(promise_ends_on(item, scenario, debtor), "silent.promised") for item in open_promises(case)]
    if case.announcement is not None:
        said = max(case.announcement.expected_on, local_day(case.announcement.stamp[0], debtor))
        found.append((add_working_days(said, scenario.announced_hold_days, where), "silent.announced"))
    for reply in unread(case):
        said = local_day(reply.stamp[0], debtor)
        found.append((add_working_days(said, scenario.reply_hold_days, where), "silent.reply"))
    return tuple(found)


def floors(case: Case, scenario: Scenario, debtor: Debtor) -> tuple[tuple[date, str], ...]:
    """Days before which no step may leave although the case is on its ladder: (first day, rule)."""
    day = timedelta(days=1)
    found = [(last + day, f"{rule}_over") for last, rule in silences(case, scenario, debtor)]
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
    if case.resumed is not None:
        known.append((case.resumed, timedelta(), "resumed.pause"))
    return (*found, *((local_day(stamp[0], debtor) + wait, rule) for stamp, wait, rule in known))


def stage_of(case: Case, scenario: Scenario, debtor: Debtor) -> Stage:
    """The stage, from the facts and `as_of` alone; the gravest fact first."""
    settled = _settled(case)
    if settled is not None:
        return settled
    today = local_day(case.as_of, debtor)
    silent = {rule for last, rule in silences(case, scenario, debtor) if today <= last}
    if needs_restart(case) or "silent.paused" in silent:
        return Stage.PAUSED
    if chased(case) <= 0:
        return Stage.DISPUTED
    if open_plan(case) is not None:
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
    if balance(case) <= 0:
        return Stage.PAID
    if case.written_off is not None:
        return Stage.WRITTEN_OFF
    if case.insolvency is not None and case.insolvency.is_open:
        return Stage.INSOLVENT
    return Stage.HANDED_OVER if case.handed_over is not None else None


def _rung(case: Case, debtor: Debtor) -> Stage:
    out = (*reached(case), *in_doubt(case))
    if any(record.tone >= FORMAL_TONE for record in out):
        return Stage.FORMAL_NOTICE
    if any(not record.is_preventive for record in out):
        return Stage.REMINDING
    return Stage.REMINDING if local_day(case.as_of, debtor) > case.invoice.due_on else Stage.WATCHING
