"""What only some letters say, taken from the case: a promise, a call, a plan, an offer, a payment, a dispute."""

from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from workflows.case import Case, SideLetter
from workflows.errands import Errand
from workflows.events import promise_of_call
from workflows.invoice import Creditor, Debtor
from workflows.known import (
    Call,
    Dispute,
    DisputeAnswer,
    LetterRequest,
    Payment,
    Plan,
    PlanOffer,
    Promise,
    Resolution,
)
from workflows.machine import instalments, records, standing
from workflows.machine.occasions import crossing, latest_promise, settling
from workflows.wording_parts import (
    AnswerKind,
    AnswerLink,
    CallPart,
    DisputePart,
    HandOverPart,
    InstalmentLine,
    OfferPart,
    PaymentPart,
    PlanPart,
)

Parts = dict[str, Any]


def parts_of(letter: str, lead: Errand, creditor: Creditor, today: date) -> Parts:
    """The fields of `LetterFacts` that only `letter` has; empty for most. What is not known is left out."""
    case, debtor = lead.case, lead.debtor
    record = next((item for item in case.letters if item.key == lead.key), None)
    match letter:
        case "promise_acknowledged":
            return _promise(case, debtor, record)
        case "call_confirmation":
            return _call(case, debtor, record)
        case "instalment_offer" | "instalment_confirmation" | "instalment_missed":
            return _plan(case, record)
        case "early_settlement_offer":
            return _offer(case)
        case "payment_thanks" | "apology":
            return _thanks(case, debtor, today, record)
        case "dispute_acknowledged" | "dispute_answered":
            return _dispute(case, debtor, record)
        case "hand_over_notice":
            return _handed_over(case, debtor)
        case "hand_over_warning" | "final_warning":
            return _hand_over_ahead(case, lead.step)
        case "reason_request":
            return {"answers": _answers(case, creditor)}
        case _:
            return {}


def _request(case: Case, record: SideLetter | None) -> LetterRequest | None:
    """The wish of the person who asked for the letter."""
    if record is None or not record.by_hand:
        return None
    return next((item for item in case.requests if item.request_id == record.occasion), None)


# --- promises and calls ---------------------------------------------------------------------------------------------


def _promise(case: Case, debtor: Debtor, record: SideLetter | None) -> Parts:
    open_promises = {item.promise_id: item for item in standing.open_promises(case)}
    named = open_promises.get(record.occasion) if record is not None else None
    promise = named or latest_promise(case, debtor)
    return {} if promise is None else _promised(promise)


def _promised(promise: Promise) -> Parts:
    return {"promised_on": promise.on, "promised_amount": promise.amount}


def _call(case: Case, debtor: Debtor, record: SideLetter | None) -> Parts:
    """The call that the letter confirms, with the promise made in it, or the latest one."""
    named = [call for call in case.calls if record is not None and promise_of_call(call.call_id) == record.occasion]
    call = max(named or case.calls, key=lambda item: item.stamp, default=None)
    if call is None:
        return {}
    part = CallPart(on=records.local_day(call.stamp[0], debtor), with_name=call.with_name)
    return {"call": part} | _promise_in(case, call, debtor)


def _promise_in(case: Case, call: Call, debtor: Debtor) -> Parts:
    mine = promise_of_call(call.call_id)
    made = next((item for item in standing.open_promises(case) if item.promise_id == mine), None)
    promise = made or latest_promise(case, debtor)
    return {} if promise is None else _promised(promise)


# --- plans and offers -----------------------------------------------------------------------------------------------


def _plan(case: Case, record: SideLetter | None) -> Parts:
    if record is not None and record.template == "instalment_offer":
        offer = standing.open_plan_offer(case)
        return {} if offer is None else {"plan": PlanPart(lines=_lines(case, offer))}
    plan = standing.agreed_plan(case)
    if plan is None:
        return {}
    missed = None
    if record is not None and record.template == instalments.MISSED:
        number = int(record.occasion.rpartition("/")[2])
        missed = sum(at <= number for at in _shown(case, plan))
    return {"plan": PlanPart(lines=_lines(case, plan), missed=missed, break_clause=plan.break_clause)}


def _shown(case: Case, plan: Plan | PlanOffer) -> list[int]:
    """Numbers of the instalments that a letter names: not those that are neither paid nor asked for, but contested."""
    first, _line = instalments.first_open(case, plan)
    paid = instalments.covered(plan, standing.balance(case))
    return [at for at in range(1, len(plan.lines) + 1) if at <= paid or at >= first]


def _lines(case: Case, plan: Plan | PlanOffer) -> tuple[InstalmentLine, ...]:
    """The instalments: those that are covered, what is left of the first open one, and those to come."""
    first, _line = instalments.first_open(case, plan)
    left = standing.chased(case) - sum(line.amount for line in plan.lines[first:])
    amounts = {at: line.amount for at, line in enumerate(plan.lines, start=1)} | ({first: left} if left > 0 else {})
    return tuple(
        InstalmentLine(due_on=plan.lines[at - 1].due_date, amount=amounts[at], is_paid=at < first)
        for at in _shown(case, plan)
    )


def _offer(case: Case) -> Parts:
    offer = standing.open_settlement(case)
    if offer is None:
        return {}
    forgiven = standing.discount(case)
    percent = None if offer.percent is None else Decimal(offer.percent)
    return {"offer": OfferPart(percent=percent, discount=forgiven, net=standing.chased(case) - forgiven)}


# --- payments, disputes, hand-overs ---------------------------------------------------------------------------------


def _payment(case: Case, debtor: Debtor, today: date) -> Parts:
    payment: Payment | None = settling(case)
    if payment is None:
        return {}
    reminder = crossing(case, payment, debtor, ever=True)
    crossed_on = None if reminder is None else records.local_day(reminder.at, debtor)
    on, amount = min(payment.value_date, today), standing.kept(case, payment)
    return {"payment": PaymentPart(on=on, amount=amount, crossed_on=crossed_on)}


def _thanks(case: Case, debtor: Debtor, today: date, record: SideLetter | None) -> Parts:
    """What came in on one day of a plan, and what comes next; or the payment that settled the case."""
    plan = standing.agreed_plan(case)
    days = {} if plan is None else instalments.paid_days(case, plan, debtor)
    mine = [day for day in days if plan and record and record.occasion == instalments.thanks_for(plan, day)]
    if plan is None or not mine:
        return _payment(case, debtor, today)
    came = [item for item in case.payments if records.local_day(item.stamp[0], debtor) == mine[0]]
    on = min(max(item.value_date for item in came), today)
    parts: Parts = {"payment": PaymentPart(on=on, amount=sum(standing.kept(case, item) for item in came))}
    return parts | ({"plan": PlanPart(lines=_lines(case, plan))} if standing.chased(case) > 0 else {})


def _dispute(case: Case, debtor: Debtor, record: SideLetter | None) -> Parts:
    ends = {item.dispute_id: item for item in case.resolutions}
    is_answer = record is not None and record.template == "dispute_answered"
    mine = [item for item in case.disputes if (item.dispute_id in ends) == is_answer]
    named = [item for item in mine if record is not None and item.dispute_id == record.occasion]
    if is_answer and (wish := _request(case, record)) is not None:
        named = _last_spoken_of(case, wish)
    dispute: Dispute | None = max(named or mine, key=lambda item: item.stamp, default=None)
    if dispute is None:
        return {}
    end, request = ends.get(dispute.dispute_id), _request(case, record)
    part = DisputePart(
        opened_on=records.local_day(dispute.stamp[0], debtor), reason=dispute.reason,
        outcome=None if end is None else end.outcome, note=None if request is None else request.note,
    )  # fmt: skip
    return {"dispute": part}


def _last_spoken_of(case: Case, wish: LetterRequest) -> list[Dispute]:
    """The dispute that a person had just answered or resolved when asking for the letter."""
    words: tuple[Resolution | DisputeAnswer, ...] = (*case.resolutions, *case.dispute_answers)
    said = [item for item in words if item.stamp[0] <= wish.stamp[0]]
    latest = max(said, key=lambda item: item.stamp, default=None)
    return [item for item in case.disputes if latest is not None and item.dispute_id == latest.dispute_id]


def _handed_over(case: Case, debtor: Debtor) -> Parts:
    went = case.handed_over
    if went is None:
        return {}
    on = went.on or records.local_day(went.stamp[0], debtor)
    return {"hand_over": HandOverPart(to=went.to, on=on, name=went.name, contact=went.contact)}


def _hand_over_ahead(case: Case, step: int | None) -> Parts:
    """What a person decided when letting the step leave, or lately for another one."""
    said = [item for item in case.approvals if item.hand_over is not None]
    mine = [item for item in said if item.step == step] or said
    latest = max(mine, key=lambda item: item.stamp, default=None)
    if latest is None or latest.hand_over is None:
        return {}
    return {"hand_over": HandOverPart.model_validate(latest.hand_over.model_dump())}


def _answers(case: Case, creditor: Creditor) -> tuple[AnswerLink, ...]:
    """One link for each possible answer: an e-mail to the creditor; the letter ends its subject with the answer."""
    url = f"mailto:{creditor.email}?subject={quote(case.invoice.number, safe='')}"
    return tuple(AnswerLink(kind=kind, url=url) for kind in AnswerKind)
