"""Facts of every kind about one invoice, with few ids, so that they meet, repeat and contradict each other."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, get_args

from hypothesis import strategies as st

from tests.unit.ladder_facts import DEBTOR, DUE, NUMBER, TOTAL, at
from workflows.events import (
    Allocation,
    CallLogged,
    CaseClosed,
    CaseEscalated,
    CasePaused,
    CaseResumed,
    CreditNoteIssued,
    DebtorInsolvent,
    DebtorRecovered,
    DisputeAnswered,
    DisputeOpened,
    DisputeReason,
    DisputeResolved,
    DisputeUpdated,
    Event,
    InstalmentPlanAgreed,
    InstalmentPlanBroken,
    InstalmentPlanOffered,
    InstalmentPlanRequested,
    InvoiceCancelled,
    InvoiceChange,
    InvoiceUpdated,
    LetterRequested,
    LetterState,
    LetterTracked,
    MessageBounced,
    MessageDelivered,
    PaymentAnnounced,
    PaymentReceived,
    PaymentReversed,
    PlanLine,
    PromiseMade,
    PromiseWithdrawn,
    ReplyAnswered,
    ReplyHandled,
    ReplyReceived,
    RequestedLetter,
    SettlementOffered,
    SettlementWithdrawn,
    StepApproved,
    StepSkipped,
)
from workflows.invoice import Channel
from workflows.money import Money

AMOUNTS = (100, 40_000, 85_000, TOTAL, TOTAL + 5_000)
_some_amount = st.sampled_from([None, 100, 40_000, 85_000, TOTAL])
MESSAGES = ("<m1>", "<m2>", f"<atelier-martin/{NUMBER}/standard@1/1/email#1>")
Draw = Callable[[st.SearchStrategy[Any]], Any]


def _money(draw: Draw) -> Money:
    return Money(amount=draw(st.sampled_from(AMOUNTS)))


def _day(draw: Draw, moment: datetime, *, ahead: int = 40) -> date:
    return moment.date() + timedelta(days=draw(st.integers(-10, ahead)))


def _payment(draw: Draw, moment: datetime) -> dict[str, Any]:
    mine, other = draw(st.sampled_from(AMOUNTS)), draw(st.sampled_from([0, 30_000]))
    parts = [Allocation(invoice_no=NUMBER, amount=mine)]
    parts += [Allocation(invoice_no="F-2026-0001", amount=other)] if other else []
    number = draw(st.sampled_from(["p1", "p2", "p3"]))
    whole = Money(amount=mine + other)
    return {"payment_id": number, "amount": whole, "value_date": moment.date(), "allocations": tuple(parts)}


def _plan(draw: Draw, moment: datetime) -> dict[str, Any]:
    first = moment.date() + timedelta(days=draw(st.integers(-5, 20)))
    amounts = draw(st.lists(st.sampled_from([40_000, 60_000, 65_000]), min_size=1, max_size=3))
    lines = [PlanLine(due_date=first + timedelta(days=30 * n), amount=amount) for n, amount in enumerate(amounts)]
    return {"plan_id": draw(st.sampled_from(["plan1", "plan2"])), "invoice_no": NUMBER, "lines": tuple(lines)}


def _plan_offer(draw: Draw, moment: datetime) -> dict[str, Any]:
    answer_by = moment.date() + timedelta(days=draw(st.integers(1, 20)))
    return _plan(draw, moment) | {"answer_by": answer_by}


def _discount(draw: Draw, moment: datetime) -> dict[str, Any]:
    share, until = draw(st.booleans()), moment.date() + timedelta(days=draw(st.integers(1, 20)))
    said: dict[str, Any] = {"percent": draw(st.sampled_from(["2", "32"]))} if share else {"amount": 40_000}
    return said | {"offer_id": draw(st.sampled_from(["o1", "o2"])), "invoice_no": NUMBER, "until": until}


_UNPROMISING = ["voicemail", "voicemail", "reached", "refuses", "wrong_number", "asks_document"]


def _call(draw: Draw, moment: datetime) -> dict[str, Any]:
    said: dict[str, Any] = {"call_id": draw(st.sampled_from(["k1", "k2", "k3", "k4"])), "debtor_ref": DEBTOR}
    what = draw(st.sampled_from(["nothing", "call_back", "dispute", "promise"]))
    if what == "nothing":
        return said | {"disposition": draw(st.sampled_from(_UNPROMISING))}
    if what == "call_back":
        return said | {"disposition": "call_back", "call_back_on": _day(draw, moment, ahead=10)}
    if what == "dispute":
        part = draw(st.sampled_from([None, 40_000]))
        contested = {"dispute_reason": draw(st.sampled_from(list(DisputeReason))), "dispute_amount": part}
        return said | contested | {"disposition": "disputes", "invoice_nos": _INVOICES}
    amount = draw(st.sampled_from([None, 40_000]))
    promise = {"promised_on": _day(draw, moment, ahead=20), "promised_amount": amount}
    return said | promise | {"disposition": "promises", "invoice_nos": _INVOICES}


def _opened(draw: Draw, moment: datetime) -> dict[str, Any]:
    said = {"dispute_id": draw(st.sampled_from(["d1", "d2"])), "invoice_no": NUMBER, "amount": draw(_some_amount)}
    deadline = _day(draw, moment) if draw(st.booleans()) else None
    return said | {
        "reason": draw(st.sampled_from(list(DisputeReason))), "owner": draw(st.sampled_from([None, "Claire", "Karim"])),
        "deadline": deadline, "acknowledge": draw(st.booleans()),
    }  # fmt: skip


def _updated_dispute(draw: Draw, moment: datetime) -> dict[str, Any]:
    said: dict[str, Any] = {"dispute_id": draw(st.sampled_from(["d1", "d2", "call:k1"])), "invoice_no": NUMBER}
    what = draw(st.sampled_from(["owner", "deadline", "awaiting"]))
    values = {
        "owner": "Karim",
        "deadline": _day(draw, moment),
        "awaiting": draw(st.sampled_from(["creditor", "debtor"])),
    }
    return said | {what: values[what]}


def _resolved(draw: Draw, _moment: datetime) -> dict[str, Any]:
    outcome = draw(st.sampled_from(["creditor", "debtor", "partial"]))
    amount = draw(_some_amount) if outcome == "partial" else None
    name = draw(st.sampled_from(["d1", "d2", "call:k1"]))
    return {"dispute_id": name, "invoice_no": NUMBER, "outcome": outcome, "amount": amount}


def _wish(draw: Draw, moment: datetime) -> dict[str, Any]:
    first = moment.date() + timedelta(days=draw(st.integers(0, 30)))
    name = draw(st.sampled_from(["plan1", "plan2", "wish"]))
    return {"plan_id": name, "invoice_no": NUMBER, "count": draw(st.integers(2, 4)), "first_on": first}


def _change(draw: Draw, _moment: datetime) -> dict[str, Any]:
    due = draw(st.none() | st.integers(-20, 60))
    due_date = None if due is None else DUE + timedelta(days=due)
    total = _money(draw) if due is None or draw(st.booleans()) else None
    rate = draw(st.sampled_from([None, "12.5", "3x"]))
    change = InvoiceChange(due_date=due_date, total=total, contract_rate=rate)
    return {"invoice_no": NUMBER, "changed": change, "reason": "x"}


def _choice(**choices: Any) -> Callable[[Draw, datetime], dict[str, Any]]:  # noqa: ANN401 - any field of the fact
    """Fields that are drawn from a list, or are constant."""

    def build(draw: Draw, _moment: datetime) -> dict[str, Any]:
        return {
            name: draw(st.sampled_from(value)) if isinstance(value, list) else value for name, value in choices.items()
        }

    return build


def _with_day(
    field: str, ahead: int, rest: Callable[[Draw, datetime], dict[str, Any]]
) -> Callable[[Draw, datetime], dict[str, Any]]:
    def build(draw: Draw, moment: datetime) -> dict[str, Any]:
        return rest(draw, moment) | {field: _day(draw, moment, ahead=ahead)}

    return build


def _with_amount(
    rest: Callable[[Draw, datetime], dict[str, Any]], *, is_money: bool
) -> Callable[[Draw, datetime], dict[str, Any]]:
    def build(draw: Draw, moment: datetime) -> dict[str, Any]:
        money = _money(draw)
        amount = money if is_money else draw(st.sampled_from([None, money.amount]))
        return rest(draw, moment) | {"amount": amount}

    return build


_INVOICES = (NUMBER,)
_REFS = [NUMBER]
#: Every kind of fact from outside, and how its fields are drawn.
KINDS: dict[type[Any], Callable[[Draw, datetime], dict[str, Any]]] = {
    PaymentReceived: _payment,
    PaymentReversed: _with_amount(
        _choice(payment_id=["p1", "p2"], reversal_id=["r1", "r2"], reason="erreur"), is_money=True
    ),
    CreditNoteIssued: _with_amount(
        _choice(
            credit_note_no=["c1", "c2"],
            invoice_no=NUMBER,
            corrective=[False, True],
            dispute_id=[None, None, "d1", "d2"],
        ),
        is_money=True,
    ),
    PaymentAnnounced: _with_day("expected_date", 30, _choice(invoice_no=NUMBER)),
    DisputeOpened: _opened,
    DisputeUpdated: _updated_dispute,
    DisputeAnswered: _choice(
        dispute_id=["d1", "d2"], invoice_no=NUMBER, answer_id=["a1", "a2"], by=["creditor", "debtor"], text="x"
    ),
    DisputeResolved: _resolved,
    PromiseMade: _with_day(
        "date",
        40,
        _with_amount(
            _choice(
                promise_id=["w1", "w2"],
                invoice_nos=_INVOICES,
                channel=[None, "email", "portal"],
                acknowledge=[True, False],
            ),
            is_money=False,
        ),
    ),
    PromiseWithdrawn: _choice(promise_id=["w1", "w2"], invoice_nos=_INVOICES),
    InstalmentPlanRequested: _wish,
    InstalmentPlanAgreed: _plan,
    InstalmentPlanBroken: _choice(plan_id=["plan1", "plan2", "wish"], invoice_no=NUMBER),
    ReplyReceived: _choice(reply_id=["y1", "y2"], debtor_ref=DEBTOR, automatic=[False, True]),
    ReplyHandled: _choice(reply_id=["y1", "y2"], debtor_ref=DEBTOR),
    ReplyAnswered: _choice(
        reply_id=["y1", "y2"],
        debtor_ref=DEBTOR,
        invoice_nos=(NUMBER,),
        text=["Oui.", "Non."],
        by="Claire",
        deadline_on=[None, DUE + timedelta(days=25)],
    ),
    CallLogged: _call,
    InstalmentPlanOffered: _plan_offer,
    SettlementOffered: _discount,
    SettlementWithdrawn: _choice(offer_id=["o1", "o2"], invoice_no=NUMBER),
    LetterRequested: _choice(
        request_id=["q1", "q2", "q3"],
        invoice_no=NUMBER,
        letter=list(get_args(RequestedLetter)),
        channel=[None, None, Channel.LETTER],
    ),
    MessageBounced: _choice(message_id=list(MESSAGES), bounce=["hard", "soft", "complaint", "npai"]),
    MessageDelivered: _choice(message_id=list(MESSAGES)),
    LetterTracked: _choice(message_id=list(MESSAGES), state=list(LetterState)),
    InvoiceUpdated: _change,
    InvoiceCancelled: _choice(invoice_no=NUMBER, reason="x"),
    CasePaused: _with_day("until", 40, _choice(scope=["invoice", "debtor"], ref=_REFS, reason="x")),
    CaseResumed: _choice(scope=["invoice", "debtor"], ref=_REFS, reason="x"),
    CaseEscalated: _choice(invoice_no=NUMBER, to=["agency", "avocat"]),
    CaseClosed: _choice(invoice_no=NUMBER, reason="x"),
    DebtorInsolvent: _with_day("judgment_date", 0, _choice(debtor_ref=DEBTOR, procedure=["sauvegarde", "liquidation"])),
    DebtorRecovered: _choice(debtor_ref=DEBTOR),
    StepApproved: _choice(invoice_no=NUMBER, step=[0, 1, 2, 3, 4, 9]),
    StepSkipped: _choice(invoice_no=NUMBER, step=[0, 1, 2, 3, 4, 9], reason="x"),
}
#: Facts that end a case or take it out of our hands; drawn less often, so that stories live longer.
FINAL = (InvoiceCancelled, CaseClosed, CaseEscalated, DebtorInsolvent)


@st.composite
def facts(draw: Draw, kinds: tuple[type[Any], ...] = tuple(KINDS), first: int = -20, last: int = 60) -> Event:
    """One fact that happened `first` to `last` days after the due date."""
    moment = at(DUE + timedelta(days=draw(st.integers(first, last))), draw(st.integers(6, 20)))
    return fact(draw, draw(st.sampled_from(kinds)), moment)


def fact(draw: Draw, kind: type[Any], moment: datetime) -> Event:
    """One fact of `kind`; its event id says no more than that it is one event."""
    number = draw(st.integers(0, 999))
    event: Event = kind(event_id=f"{kind.__name__}{number}", at=moment, **KINDS[kind](draw, moment))
    return event
