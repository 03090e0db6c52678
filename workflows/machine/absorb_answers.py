"""Taking in what was said between creditor and debtor: disputes, promises, calls, plans, offers, replies."""

from collections.abc import Callable
from typing import Any

from workflows.case import Case
from workflows.events import (
    CallLogged,
    DisputeAnswered,
    DisputeOpened,
    DisputeResolved,
    DisputeUpdated,
    Fact,
    InstalmentPlanAgreed,
    InstalmentPlanBroken,
    InstalmentPlanOffered,
    InstalmentPlanRequested,
    LetterRequested,
    PaymentAnnounced,
    PromiseMade,
    PromiseWithdrawn,
    ReplyAnswered,
    ReplyHandled,
    ReplyReceived,
    SettlementOffered,
    SettlementWithdrawn,
    dispute_of_call,
    promise_of_call,
)
from workflows.invoice import WRITTEN, Stamp
from workflows.known import (
    Announcement,
    Answer,
    Attempt,
    Call,
    Dispute,
    DisputeAnswer,
    DisputeWord,
    LetterRequest,
    Plan,
    PlanEnd,
    PlanOffer,
    PlanRequest,
    Promise,
    Reply,
    ReplyRead,
    Resolution,
    Settlement,
    SettlementEnd,
    Withdrawal,
)
from workflows.machine.registers import add, every, latest

Changes = dict[str, Any]
#: The channel of what a debtor said by himself on the portal.
PORTAL = "portal"


def _disputed(case: Case, event: DisputeOpened, stamp: Stamp) -> Changes:
    dispute = Dispute(
        stamp=stamp, dispute_id=event.dispute_id, amount=event.amount, reason=event.reason, owner=event.owner,
        deadline=event.deadline, is_acknowledged=event.acknowledge,
    )  # fmt: skip
    return {"disputes": add(case.disputes, dispute, "dispute_id")}


def _dispute_updated(case: Case, event: DisputeUpdated, stamp: Stamp) -> Changes:
    word = DisputeWord(
        stamp=stamp, dispute_id=event.dispute_id, owner=event.owner, deadline=event.deadline, awaiting=event.awaiting
    )
    return {"dispute_words": every(case.dispute_words, word)}


def _dispute_answered(case: Case, event: DisputeAnswered, stamp: Stamp) -> Changes:
    answer = DisputeAnswer(stamp=stamp, dispute_id=event.dispute_id, answer_id=event.answer_id, by=event.by)
    return {"dispute_answers": add(case.dispute_answers, answer, "answer_id")}


def _resolved(case: Case, event: DisputeResolved, stamp: Stamp) -> Changes:
    resolution = Resolution(stamp=stamp, dispute_id=event.dispute_id, outcome=event.outcome, amount=event.amount)
    return {"resolutions": add(case.resolutions, resolution, "dispute_id")}


def _promised(case: Case, event: PromiseMade, stamp: Stamp) -> Changes:
    amount = event.amount if len(event.invoice_nos) == 1 else None  # nobody said how it is shared among several
    promise = Promise(
        stamp=stamp, promise_id=event.promise_id, on=event.date, amount=amount, in_writing=event.channel in WRITTEN,
        is_self_service=event.channel == PORTAL, is_acknowledged=event.acknowledge,
    )  # fmt: skip
    return {"promises": add(case.promises, promise, "promise_id")}


def _withdrawn(case: Case, event: PromiseWithdrawn, stamp: Stamp) -> Changes:
    return {"withdrawals": add(case.withdrawals, Withdrawal(stamp=stamp, promise_id=event.promise_id), "promise_id")}


def _called(case: Case, event: CallLogged, stamp: Stamp) -> Changes:
    if event.disposition == "voicemail" or event.disposition == "wrong_number" or event.disposition == "call_back":  # noqa: PLR1714 - mypy narrows no set
        attempt = Attempt(
            stamp=stamp, call_id=event.call_id, disposition=event.disposition, call_back_on=event.call_back_on
        )
        return {"attempts": add(case.attempts, attempt, "call_id")}
    call = Call(
        stamp=stamp, call_id=event.call_id, disposition=event.disposition, with_name=event.with_name,
        promised_on=event.promised_on,
        promised_amount=event.promised_amount if len(event.invoice_nos) == 1 else None,
    )  # fmt: skip
    changes: Changes = {"calls": add(case.calls, call, "call_id")}
    if call.promised_on is not None:
        name = promise_of_call(call.call_id)
        promise = Promise(stamp=stamp, promise_id=name, on=call.promised_on, amount=call.promised_amount)
        changes["promises"] = add(case.promises, promise, "promise_id")
    if event.dispute_reason is not None:
        opened = Dispute(
            stamp=stamp, dispute_id=dispute_of_call(call.call_id), amount=event.dispute_amount,
            reason=event.dispute_reason,
        )  # fmt: skip
        changes["disputes"] = add(case.disputes, opened, "dispute_id")
    return changes


def _plan_requested(case: Case, event: InstalmentPlanRequested, stamp: Stamp) -> Changes:
    wish = PlanRequest(stamp=stamp, plan_id=event.plan_id, count=event.count, first_on=event.first_on)
    return {"plan_requests": add(case.plan_requests, wish, "plan_id")}


def _plan_offered(case: Case, event: InstalmentPlanOffered, stamp: Stamp) -> Changes:
    offer = PlanOffer(stamp=stamp, plan_id=event.plan_id, lines=event.lines, answer_by=event.answer_by)
    return {"plan_offer": latest(case.plan_offer, offer)}


def _planned(case: Case, event: InstalmentPlanAgreed, stamp: Stamp) -> Changes:
    plan = Plan(stamp=stamp, plan_id=event.plan_id, lines=event.lines, break_clause=event.break_clause)
    return {"plan": latest(case.plan, plan)}


def _plan_ended(case: Case, event: InstalmentPlanBroken, stamp: Stamp) -> Changes:
    return {"plan_ends": add(case.plan_ends, PlanEnd(stamp=stamp, plan_id=event.plan_id), "plan_id")}


def _discounted(case: Case, event: SettlementOffered, stamp: Stamp) -> Changes:
    offer = Settlement(
        stamp=stamp, offer_id=event.offer_id, until=event.until, percent=event.percent, amount=event.amount
    )
    return {"settlement": latest(case.settlement, offer)}


def _discount_ended(case: Case, event: SettlementWithdrawn, stamp: Stamp) -> Changes:
    end = SettlementEnd(stamp=stamp, offer_id=event.offer_id)
    return {"settlement_ends": add(case.settlement_ends, end, "offer_id")}


def _asked_for(case: Case, event: LetterRequested, stamp: Stamp) -> Changes:
    request = LetterRequest(
        stamp=stamp, request_id=event.request_id, letter=event.letter, channel=event.channel,
        deadline_on=event.deadline_on, note=event.note,
    )  # fmt: skip
    return {"requests": add(case.requests, request, "request_id")}


def _announced(case: Case, event: PaymentAnnounced, stamp: Stamp) -> Changes:
    return {"announcement": latest(case.announcement, Announcement(stamp=stamp, expected_on=event.expected_date))}


def _replied(case: Case, event: ReplyReceived, stamp: Stamp) -> Changes:
    if event.automatic:  # an out-of-office note is not an answer
        return {}
    return {"replies": add(case.replies, Reply(stamp=stamp, reply_id=event.reply_id), "reply_id")}


def _reply_read(case: Case, event: ReplyHandled, stamp: Stamp) -> Changes:
    return {"replies_read": add(case.replies_read, ReplyRead(stamp=stamp, reply_id=event.reply_id), "reply_id")}


def _answered(case: Case, event: ReplyAnswered, stamp: Stamp) -> Changes:
    answer = Answer(
        stamp=stamp, reply_id=event.reply_id, text=event.text, sender=event.sender, subject=event.subject,
        in_reply_to=event.in_reply_to, references=event.references, deadline_on=event.deadline_on,
        attach_invoices=event.attach_invoices,
    )  # fmt: skip
    return {"answers": add(case.answers, answer, "reply_id")}


#: How each is taken in.
ANSWERED: dict[type[Fact], Callable[[Case, Any, Stamp], Changes]] = {
    DisputeOpened: _disputed,
    DisputeUpdated: _dispute_updated,
    DisputeAnswered: _dispute_answered,
    DisputeResolved: _resolved,
    PromiseMade: _promised,
    PromiseWithdrawn: _withdrawn,
    CallLogged: _called,
    InstalmentPlanRequested: _plan_requested,
    InstalmentPlanOffered: _plan_offered,
    InstalmentPlanAgreed: _planned,
    InstalmentPlanBroken: _plan_ended,
    SettlementOffered: _discounted,
    SettlementWithdrawn: _discount_ended,
    LetterRequested: _asked_for,
    PaymentAnnounced: _announced,
    ReplyReceived: _replied,
    ReplyHandled: _reply_read,
    ReplyAnswered: _answered,
}
