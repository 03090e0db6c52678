"""Taking a fact in: what is known grows, whatever the order; no decision is made here."""

from collections.abc import Callable
from datetime import UTC
from typing import Any, TypeVar

from workflows.business_days import add_months
from workflows.case import (
    Announcement,
    Approval,
    Bounce,
    Case,
    Credit,
    Dispute,
    HandOver,
    Insolvency,
    Known,
    Pause,
    Payment,
    Plan,
    PlanEnd,
    Promise,
    Reply,
    ReplyRead,
    Resolution,
    Reversal,
    Skip,
    Track,
    Withdrawal,
)
from workflows.events import (
    CaseClosed,
    CaseEscalated,
    CasePaused,
    CaseResumed,
    CreditNoteIssued,
    DebtorInsolvent,
    DebtorRecovered,
    DisputeOpened,
    DisputeResolved,
    Event,
    Fact,
    InstalmentPlanAgreed,
    InstalmentPlanBroken,
    InvoiceCancelled,
    InvoiceUpdated,
    LetterTracked,
    MessageBounced,
    PaymentAnnounced,
    PaymentReceived,
    PaymentReversed,
    PromiseMade,
    PromiseWithdrawn,
    ReplyHandled,
    ReplyReceived,
    ScenarioChanged,
    StepApproved,
    StepSkipped,
)
from workflows.invoice import Stamp
from workflows.scenario import ScenarioRef

K = TypeVar("K", bound=Known)
Changes = dict[str, Any]


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


def _add(known: tuple[K, ...], new: K, identity: str) -> tuple[K, ...]:
    """A set by id: of two statements under one id the earlier stands, so that order does not matter."""
    by_id = {getattr(item, identity): item for item in known}
    old = by_id.get(getattr(new, identity))
    if old is not None and old.stamp <= new.stamp:
        return known
    by_id[getattr(new, identity)] = new
    return tuple(by_id[key] for key in sorted(by_id))


def _all(known: tuple[K, ...], new: K) -> tuple[K, ...]:
    """Every statement, in the order in which they were made."""
    return tuple(sorted({*known, new}, key=lambda item: item.stamp))


def _latest(old: K | None, new: K) -> K:
    """A register: the latest statement wins."""
    return new if old is None or new.stamp > old.stamp else old


def _updated(case: Case, event: InvoiceUpdated, stamp: Stamp) -> Changes:
    changes: Changes = {}
    invoice: Changes = {}
    if event.changed.due_date is not None and (case.due_on_word is None or stamp > case.due_on_word):
        changes["due_on_word"], invoice["due_on"] = stamp, event.changed.due_date
    if event.changed.total is not None and (case.total_word is None or stamp > case.total_word):
        changes["total_word"], invoice["total"] = stamp, event.changed.total.amount
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
            return {"payments": _add(case.payments, payment, "payment_id")}
        before += part.amount
    return {}


def _reversed(case: Case, event: PaymentReversed, stamp: Stamp) -> Changes:
    reversal = Reversal(
        stamp=stamp, reversal_id=event.reversal_id, payment_id=event.payment_id, amount=event.amount.amount
    )
    return {"reversals": _add(case.reversals, reversal, "reversal_id")}


def _credited(case: Case, event: CreditNoteIssued, stamp: Stamp) -> Changes:
    credit = Credit(stamp=stamp, credit_note_no=event.credit_note_no, amount=event.amount.amount)
    return {"credits": _add(case.credits, credit, "credit_note_no")}


def _disputed(case: Case, event: DisputeOpened, stamp: Stamp) -> Changes:
    dispute = Dispute(stamp=stamp, dispute_id=event.dispute_id, amount=event.amount)
    return {"disputes": _add(case.disputes, dispute, "dispute_id")}


def _resolved(case: Case, event: DisputeResolved, stamp: Stamp) -> Changes:
    resolution = Resolution(stamp=stamp, dispute_id=event.dispute_id, outcome=event.outcome)
    return {"resolutions": _add(case.resolutions, resolution, "dispute_id")}


def _promised(case: Case, event: PromiseMade, stamp: Stamp) -> Changes:
    amount = event.amount if len(event.invoice_nos) == 1 else None  # nobody said how it is shared among several
    promise = Promise(stamp=stamp, promise_id=event.promise_id, on=event.date, amount=amount)
    return {"promises": _add(case.promises, promise, "promise_id")}


def _withdrawn(case: Case, event: PromiseWithdrawn, stamp: Stamp) -> Changes:
    return {"withdrawals": _add(case.withdrawals, Withdrawal(stamp=stamp, promise_id=event.promise_id), "promise_id")}


def _planned(case: Case, event: InstalmentPlanAgreed, stamp: Stamp) -> Changes:
    return {"plan": _latest(case.plan, Plan(stamp=stamp, plan_id=event.plan_id, lines=event.lines))}


def _plan_ended(case: Case, event: InstalmentPlanBroken, stamp: Stamp) -> Changes:
    return {"plan_ends": _add(case.plan_ends, PlanEnd(stamp=stamp, plan_id=event.plan_id), "plan_id")}


def _announced(case: Case, event: PaymentAnnounced, stamp: Stamp) -> Changes:
    return {"announcement": _latest(case.announcement, Announcement(stamp=stamp, expected_on=event.expected_date))}


def _replied(case: Case, event: ReplyReceived, stamp: Stamp) -> Changes:
    if event.automatic:  # an out-of-office note is not an answer
        return {}
    return {"replies": _add(case.replies, Reply(stamp=stamp, reply_id=event.reply_id), "reply_id")}


def _reply_read(case: Case, event: ReplyHandled, stamp: Stamp) -> Changes:
    return {"replies_read": _add(case.replies_read, ReplyRead(stamp=stamp, reply_id=event.reply_id), "reply_id")}


def _paused(case: Case, event: CasePaused, stamp: Stamp) -> Changes:
    scope = f"{event.scope}_pause"
    return {scope: _latest(getattr(case, scope), Pause(stamp=stamp, until=event.until))}


def _resumed(case: Case, event: CaseResumed, stamp: Stamp) -> Changes:
    scope = f"{event.scope}_pause"
    resumed = max(case.resumed or stamp, stamp)
    return {scope: _latest(getattr(case, scope), Pause(stamp=stamp, until=None)), "resumed": resumed}


def _insolvent(case: Case, event: DebtorInsolvent, stamp: Stamp) -> Changes:
    # two months from publication in the BODACC (R622-24 of the commercial code)
    by = add_months(event.published_on or event.judgment_date, 2)
    return {"insolvency": _latest(case.insolvency, Insolvency(stamp=stamp, is_open=True, declare_by=by))}


def _recovered(case: Case, _event: DebtorRecovered, stamp: Stamp) -> Changes:
    return {"insolvency": _latest(case.insolvency, Insolvency(stamp=stamp, is_open=False))}


def _cancelled(case: Case, _event: InvoiceCancelled, stamp: Stamp) -> Changes:
    return {"cancelled": min(case.cancelled or stamp, stamp)}


def _closed(case: Case, _event: CaseClosed, stamp: Stamp) -> Changes:
    return {"written_off": min(case.written_off or stamp, stamp)}


def _escalated(case: Case, event: CaseEscalated, stamp: Stamp) -> Changes:
    return {"handed_over": _latest(case.handed_over, HandOver(stamp=stamp, to=event.to))}


def _tracked(case: Case, event: LetterTracked, stamp: Stamp) -> Changes:
    track = Track(stamp=stamp, message_id=event.message_id, state=event.state)
    return {"tracks": _all(case.tracks, track)}


def _bounced(case: Case, event: MessageBounced, stamp: Stamp) -> Changes:
    if event.bounce in ("soft", "complaint"):  # a full mailbox says nothing about the address; a complaint arrived
        return {}
    return {"bounces": _add(case.bounces, Bounce(stamp=stamp, message_id=event.message_id), "message_id")}


def _approved(case: Case, event: StepApproved, stamp: Stamp) -> Changes:
    return {"approvals": _all(case.approvals, Approval(stamp=stamp, step=event.step))}


def _skipped(case: Case, event: StepSkipped, stamp: Stamp) -> Changes:
    return {"skips": _all(case.skips, Skip(stamp=stamp, step=event.step))}


def _moved(case: Case, event: ScenarioChanged, stamp: Stamp) -> Changes:
    if case.scenario_stamp is not None and stamp <= case.scenario_stamp:
        return {}
    return {"scenario": scenario_after(case, event), "scenario_stamp": stamp, "entry_step": event.entry_step}


_TAKERS: dict[type[Fact], Callable[[Case, Any, Stamp], Changes]] = {
    InvoiceUpdated: _updated,
    PaymentReceived: _paid,
    PaymentReversed: _reversed,
    CreditNoteIssued: _credited,
    DisputeOpened: _disputed,
    DisputeResolved: _resolved,
    PromiseMade: _promised,
    PromiseWithdrawn: _withdrawn,
    InstalmentPlanAgreed: _planned,
    InstalmentPlanBroken: _plan_ended,
    PaymentAnnounced: _announced,
    ReplyReceived: _replied,
    ReplyHandled: _reply_read,
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
}
