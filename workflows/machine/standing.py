"""What is owed and what is open of a case, derived from what is known."""

from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal

from workflows.business_days import zone_of
from workflows.case import Case
from workflows.invoice import Debtor
from workflows.known import Dispute, Payment, Plan, PlanOffer, PlanRequest, Promise, Reply, Settlement
from workflows.machine.concessions import concessions
from workflows.machine.records import region
from workflows.money import Cents


def paid(case: Case) -> Cents:
    """Cents received for this invoice and not taken back; credit notes not included."""
    return sum(kept(case, payment) for payment in case.payments)


def kept(case: Case, payment: Payment) -> Cents:
    """Cents of the part of `payment` that did not go back; a reversal takes its parts in the order of invoices."""
    back = sum(item.amount for item in case.reversals if item.payment_id == payment.payment_id)
    return payment.amount - min(max(back - payment.before, 0), payment.amount)


def balance(case: Case) -> Cents:
    """Cents still owed; negative when more was paid than owed."""
    if not case.payments and not case.credits:
        return case.invoice.total
    return case.invoice.total - sum(credit.amount for credit in case.credits) - paid(case)


def owed_by(case: Case, day: date) -> Cents:
    """Cents that were still owed at the end of `day`, by the value dates of what came in; credit notes all count."""
    came = sum(kept(case, payment) for payment in case.payments if payment.value_date <= day)
    return case.invoice.total - sum(credit.amount for credit in case.credits) - came


def known_by(case: Case, at: datetime) -> Case:
    """`case` with no more money than had come in or gone by `at`."""
    money = {"payments": case.payments, "reversals": case.reversals, "credits": case.credits}
    return case.model_copy(
        update={name: tuple(item for item in known if item.stamp[0] <= at) for name, known in money.items()}
    )


def disputed(case: Case) -> Cents:
    """Cents of the balance that are contested, or were given up and wait for their credit note."""
    if not case.disputes:
        return 0
    contested = open_disputes(case)
    owed = max(balance(case), 0)
    if any(item.amount is None for item in contested):
        return owed
    given_up = sum(item.missing for item in concessions(case))
    return min(sum(item.amount or 0 for item in contested) + given_up, owed)


def open_disputes(case: Case) -> tuple[Dispute, ...]:
    """Disputes that nobody has resolved; a payment never does."""
    if not case.disputes:
        return ()
    resolved = {item.dispute_id for item in case.resolutions}
    return tuple(item for item in case.disputes if item.dispute_id not in resolved)


def chased(case: Case) -> Cents:
    """Cents that may be asked for: the balance less what is disputed; none once an offered net was paid in time."""
    if case.settlement is None and not case.disputes:  # asked many times in a decision, and nearly always so
        return max(balance(case), 0)
    return 0 if is_settled_early(case) else max(balance(case), 0) - disputed(case)


def open_settlement(case: Case) -> Settlement | None:
    """The discount on offer, whatever the day; None where it was taken back."""
    offer = case.settlement
    if offer is None or any(end.offer_id == offer.offer_id for end in case.settlement_ends):
        return None
    return offer


def discount(case: Case) -> Cents:
    """Cents that the latest offer forgives: a share of what was owed when it was made, or the amount it named."""
    offer = case.settlement
    if offer is None:
        return 0
    owed = max(balance(known_by(case, offer.stamp[0])), 0)
    if offer.percent is None:
        return min(offer.amount or 0, owed)
    return int((owed * Decimal(offer.percent) / 100).quantize(Decimal(1), ROUND_HALF_UP))


def is_settled_early(case: Case) -> bool:
    """Whether the net of the latest offer was paid by its last day, by value date, and before it was taken back."""
    offer = case.settlement
    if offer is None:
        return False
    ended = [end.stamp for end in case.settlement_ends if end.offer_id == offer.offer_id]
    in_time = tuple(item for item in case.payments if not ended or item.stamp < ended[0])
    forgiven = discount(case)
    return forgiven > 0 and owed_by(case.model_copy(update={"payments": in_time}), offer.until) <= forgiven


def start_of(day: date, debtor: Debtor) -> datetime:
    """00:05 of `day` at the debtor's: the moment at which what lapsed the day before is looked at."""
    return datetime.combine(day, time(0, 5), tzinfo=zone_of(region(debtor)))


def is_quiet(case: Case) -> bool:
    """Whether nothing was ever said of a case that could keep it silent, which is so of most."""
    return not (
        case.promises or case.announcement or case.plan_requests or case.plan_offer or case.settlement or case.replies
        or case.invoice_pause or case.debtor_pause
    )  # fmt: skip


def open_promises(case: Case) -> tuple[Promise, ...]:
    """Promises that were not withdrawn."""
    if not case.promises:
        return ()
    gone = {item.promise_id for item in case.withdrawals}
    return tuple(item for item in case.promises if item.promise_id not in gone)


def open_plan_offer(case: Case) -> PlanOffer | None:
    """The plan on offer, whatever the day; None once a plan was agreed after it, or the offer was refused."""
    offer = case.plan_offer
    if offer is None or any(end.plan_id == offer.plan_id for end in case.plan_ends):
        return None
    plan = case.plan
    return None if plan is not None and (plan.plan_id == offer.plan_id or plan.stamp >= offer.stamp) else offer


def open_plan_requests(case: Case) -> tuple[PlanRequest, ...]:
    """The debtor's wishes to pay in parts that nobody has answered with a plan, an offer of one, or a refusal."""
    if not case.plan_requests:
        return ()
    over = {item.plan_id for item in case.plan_ends}
    answers = [item for item in (case.plan, case.plan_offer) if item is not None]
    return tuple(
        wish
        for wish in case.plan_requests
        if wish.plan_id not in over
        and not any(item.plan_id == wish.plan_id or item.stamp >= wish.stamp for item in answers)
    )


def agreed_plan(case: Case) -> Plan | None:
    """The instalment plan that was agreed and that nobody has ended; its own clause may have (`instalments`)."""
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
    if not case.replies:
        return ()
    read = {item.reply_id for item in case.replies_read}
    return tuple(item for item in case.replies if item.reply_id not in read)


def paused_until(case: Case) -> date | None:
    """The last day of the pause in force, of the invoice or of the debtor."""
    days = [word.until for word in (case.invoice_pause, case.debtor_pause) if word and word.until]
    return max(days, default=None)
