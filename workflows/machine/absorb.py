"""Taking a fact in: what is known grows, whatever the order; no decision is made here."""

from collections.abc import Callable
from datetime import UTC
from typing import Any

from workflows.business_days import add_months
from workflows.case import Case
from workflows.events import (
    CaseClosed,
    CaseEscalated,
    CasePaused,
    CaseResumed,
    CreditNoteIssued,
    DebtorInsolvent,
    DebtorRecovered,
    DispatchReported,
    Event,
    Fact,
    InvoiceCancelled,
    InvoiceUpdated,
    LetterTracked,
    MessageBounced,
    PaymentReceived,
    PaymentReversed,
    ScenarioChanged,
    StepApproved,
    StepSkipped,
)
from workflows.invoice import Stamp
from workflows.known import (
    Approval,
    Bounce,
    Credit,
    HandOver,
    Insolvency,
    Judgment,
    Pause,
    Payment,
    Reversal,
    Skip,
    Track,
)
from workflows.machine.absorb_answers import ANSWERED, Changes
from workflows.machine.progress import reported
from workflows.machine.registers import add, every, latest
from workflows.scenario import ScenarioRef


def absorb(case: Case, event: Event) -> Case:
    """`case` with the fact of `event`; the same fact twice, or in another order, gives the same case."""
    stamp = (event.at.astimezone(UTC), event.event_id)
    take = _TAKERS.get(type(event))
    changes = take(case, event, stamp) if take else {}
    changes["as_of"] = max(case.as_of, stamp[0])
    return case.model_copy(update=changes)


def scenario_after(case: Case, event: ScenarioChanged) -> ScenarioRef:
    """The ladder the case is pinned to once it knows `event`: a move older than the last one changes nothing."""
    if case.scenario_stamp is not None and (event.at, event.event_id) <= case.scenario_stamp:
        return case.scenario
    return ScenarioRef(name=event.scenario, version=event.version)


def _updated(case: Case, event: InvoiceUpdated, stamp: Stamp) -> Changes:
    changes: Changes = {}
    invoice: Changes = {}
    if event.changed.due_date is not None and (case.due_on_word is None or stamp > case.due_on_word):
        changes["due_on_word"], invoice["due_on"] = stamp, event.changed.due_date
    if event.changed.total is not None and (case.total_word is None or stamp > case.total_word):
        changes["total_word"], invoice["total"] = stamp, event.changed.total.amount
    if event.changed.contract_rate is not None and (case.rate_word is None or stamp > case.rate_word):
        changes["rate_word"], invoice["contract_rate"] = stamp, event.changed.contract_rate
    if invoice:
        changes["invoice"] = case.invoice.model_copy(update=invoice)
    return changes


def _paid(case: Case, event: PaymentReceived, stamp: Stamp) -> Changes:
    before = 0
    for part in sorted(event.allocations, key=lambda allocation: allocation.invoice_no):
        if part.invoice_no == case.invoice.number:
            payment = Payment(
                stamp=stamp,
                payment_id=event.payment_id,
                amount=part.amount,
                before=before,
                whole=event.amount.amount,
                value_date=event.value_date,
            )
            return {"payments": add(case.payments, payment, "payment_id")}
        before += part.amount
    return {}


def _reversed(case: Case, event: PaymentReversed, stamp: Stamp) -> Changes:
    reversal = Reversal(
        stamp=stamp, reversal_id=event.reversal_id, payment_id=event.payment_id, amount=event.amount.amount
    )
    return {"reversals": add(case.reversals, reversal, "reversal_id")}


def _credited(case: Case, event: CreditNoteIssued, stamp: Stamp) -> Changes:
    credit = Credit(
        stamp=stamp,
        credit_note_no=event.credit_note_no,
        amount=event.amount.amount,
        is_corrective=event.corrective,
        dispute_id=event.dispute_id,
    )
    return {"credits": add(case.credits, credit, "credit_note_no")}


def _paused(case: Case, event: CasePaused, stamp: Stamp) -> Changes:
    scope = f"{event.scope}_pause"
    return {scope: latest(getattr(case, scope), Pause(stamp=stamp, until=event.until))}


def _resumed(case: Case, event: CaseResumed, stamp: Stamp) -> Changes:
    scope = f"{event.scope}_pause"
    resumed = max(case.resumed or stamp, stamp)
    return {scope: latest(getattr(case, scope), Pause(stamp=stamp, until=None)), "resumed": resumed}


def _insolvent(case: Case, event: DebtorInsolvent, stamp: Stamp) -> Changes:
    # two months from publication in the BODACC (R622-24 of the commercial code)
    by = add_months(event.published_on or event.judgment_date, 2)
    opened = Insolvency(stamp=stamp, is_open=True, judgment_on=event.judgment_date, declare_by=by)
    judgments = {each.procedure: each for each in case.judgments}
    told = Judgment(stamp=stamp, procedure=event.procedure, on=event.judgment_date)
    judgments[event.procedure] = latest(judgments.get(event.procedure), told)
    return {
        "insolvency": latest(case.insolvency, opened),
        "judgments": tuple(judgments[procedure] for procedure in sorted(judgments)),
    }


def _recovered(case: Case, _event: DebtorRecovered, stamp: Stamp) -> Changes:
    return {"insolvency": latest(case.insolvency, Insolvency(stamp=stamp, is_open=False))}


def _cancelled(case: Case, _event: InvoiceCancelled, stamp: Stamp) -> Changes:
    return {"cancelled": min(case.cancelled or stamp, stamp)}


def _closed(case: Case, _event: CaseClosed, stamp: Stamp) -> Changes:
    return {"written_off": min(case.written_off or stamp, stamp)}


def _escalated(case: Case, event: CaseEscalated, stamp: Stamp) -> Changes:
    went = HandOver(stamp=stamp, to=event.to, on=event.on, name=event.name, contact=event.contact)
    return {"handed_over": latest(case.handed_over, went)}


def _tracked(case: Case, event: LetterTracked, stamp: Stamp) -> Changes:
    track = Track(stamp=stamp, message_id=event.message_id, state=event.state)
    return {"tracks": every(case.tracks, track)}


def _bounced(case: Case, event: MessageBounced, stamp: Stamp) -> Changes:
    if event.bounce in ("soft", "complaint"):  # a full mailbox says nothing about the address; a complaint arrived
        return {}
    return {"bounces": add(case.bounces, Bounce(stamp=stamp, message_id=event.message_id), "message_id")}


def _approved(case: Case, event: StepApproved, stamp: Stamp) -> Changes:
    return {"approvals": every(case.approvals, Approval(stamp=stamp, step=event.step, hand_over=event.hand_over))}


def _skipped(case: Case, event: StepSkipped, stamp: Stamp) -> Changes:
    return {"skips": every(case.skips, Skip(stamp=stamp, step=event.step))}


def _moved(case: Case, event: ScenarioChanged, stamp: Stamp) -> Changes:
    if case.scenario_stamp is not None and stamp <= case.scenario_stamp:
        return {}
    return {"scenario": scenario_after(case, event), "scenario_stamp": stamp, "entry_step": event.entry_step}


_TAKERS: dict[type[Fact], Callable[[Case, Any, Stamp], Changes]] = {
    **ANSWERED,
    InvoiceUpdated: _updated,
    PaymentReceived: _paid,
    PaymentReversed: _reversed,
    CreditNoteIssued: _credited,
    CasePaused: _paused,
    CaseResumed: _resumed,
    DebtorInsolvent: _insolvent,
    DebtorRecovered: _recovered,
    InvoiceCancelled: _cancelled,
    CaseClosed: _closed,
    CaseEscalated: _escalated,
    LetterTracked: _tracked,
    MessageBounced: _bounced,
    StepApproved: _approved,
    StepSkipped: _skipped,
    ScenarioChanged: _moved,
    DispatchReported: reported,
}
