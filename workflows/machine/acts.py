"""What a case knows of acts that count for the limitation clock, and of those that do not."""

from datetime import date

from workflows.case import Case
from workflows.invoice import PROVEN, Debtor
from workflows.limitation import Act, ActKind, Claim, Limitation, limitation_of, start_of
from workflows.machine import records, standing
from workflows.scenario import FORMAL_TONE


def limitation_of_case(
    case: Case, debtor: Debtor, claim: Claim = Claim.GENERAL, completed_on: date | None = None
) -> Limitation:
    """The clock of a case, from everything it knows.

    Args:
        case: with its payments, promises, plan and messages.
        debtor: who owes.
        claim: what the creditor's invoices are for.
        completed_on: the day of completion or delivery, where it is known.
    """
    invoice = case.invoice
    start_on = start_of(
        debtor.kind, claim, issued_on=invoice.issued_on, due_on=invoice.due_on, completed_on=completed_on
    )
    return limitation_of(debtor.kind, claim, start_on, acts_of(case, debtor))


def acts_of(case: Case, debtor: Debtor) -> tuple[Act, ...]:
    """What a case knows of acts, in order: what the debtor did, and what was written to him.

    Only what the debtor did or wrote himself is sure to count: payments in part, plans (agreed in writing), promises
    that came by a written channel. Where it is in doubt the act is left out, and the earlier last day stands: a promise
    noted in a call, one of no stated channel, an announced payment. A payment that went back whole proves nothing. A
    promise stays an acknowledgement when it is withdrawn. Court claims, enforcement measures and declared claims are
    not known to a case: add them.
    """
    found = [
        Act(kind=ActKind.PAYMENT, on=payment.value_date, reference=payment.payment_id)
        for payment in case.payments
        if standing.kept(case, payment) > 0
    ]
    found += [
        Act(kind=ActKind.PROMISE, on=records.local_day(promise.stamp[0], debtor), reference=promise.promise_id)
        for promise in case.promises
        if promise.in_writing
    ]
    if case.plan is not None:
        said = records.local_day(case.plan.stamp[0], debtor)
        found.append(Act(kind=ActKind.PLAN, on=said, reference=case.plan.plan_id))
    return tuple(sorted([*found, *_written(case, debtor)], key=lambda act: (act.on, act.kind, act.reference)))


def _written(case: Case, debtor: Debtor) -> list[Act]:
    """The messages that reached the debtor after the due date: none of them counts, and each is shown to say so."""
    found = []
    for record in records.reached(case):
        kind = ActKind.REMINDER
        if record.tone >= FORMAL_TONE:
            kind = ActKind.REGISTERED_NOTICE if record.channel in PROVEN else ActKind.FORMAL_NOTICE
        if not record.is_preventive:
            found.append(Act(kind=kind, on=records.local_day(record.at, debtor), reference=record.key))
    return found
