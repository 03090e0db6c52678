"""Which cases an event is about, and what it waits for where they are not there yet."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from workers.ledger import schema
from workflows.events import (
    CallLogged,
    CasePaused,
    CaseResumed,
    ContactOptedIn,
    ContactOptedOut,
    CreditNoteIssued,
    DebtorInsolvent,
    DebtorRecovered,
    DebtorUpdated,
    Event,
    FeedCompleted,
    LetterTracked,
    MessageBounced,
    MessageDelivered,
    PaymentReceived,
    PaymentReversed,
    PromiseMade,
    PromiseWithdrawn,
    ReplyAnswered,
    ReplyHandled,
    ReplyReceived,
)
from workflows.invoice import case_id


@dataclass(frozen=True, slots=True)
class Route:
    """Where an event goes, as the ledger was when it was asked.

    Attributes:
        cases: ids of the cases it is about, whether they exist or not.
        waits_for: what must come first although no case can be named yet (`payment:…`, `debtor:…`).
        debtor_ref: the debtor it is about, to be locked before the cases.
        is_about_debtor: it concerns every case of that debtor.
        unknown: a reference that nothing in the ledger has and nothing will bring.
    """

    cases: tuple[str, ...] = ()
    waits_for: str | None = None
    debtor_ref: str | None = None
    is_about_debtor: bool = False
    unknown: str | None = None


def route(connection: sa.Connection, creditor_ref: str, event: Event) -> Route:  # noqa: C901, PLR0912 - one branch a family
    """Find what `event` is about."""
    match event:
        case FeedCompleted():
            return Route()
        case PaymentReceived():
            return Route(tuple(case_id(creditor_ref, part.invoice_no) for part in event.allocations))
        case PaymentReversed():
            return _of_payment(connection, creditor_ref, event.payment_id)
        case CreditNoteIssued():
            return Route(() if event.invoice_no is None else (case_id(creditor_ref, event.invoice_no),))
        case PromiseMade() | PromiseWithdrawn() | ReplyAnswered():
            return Route(_cases(creditor_ref, event.invoice_nos))
        case CallLogged() if event.invoice_nos:
            return Route(_cases(creditor_ref, event.invoice_nos), debtor_ref=event.debtor_ref)
        case ReplyReceived() | ReplyHandled() if event.invoice_nos:
            return Route(_cases(creditor_ref, event.invoice_nos))
        case ReplyReceived() | ReplyHandled() | CallLogged() | DebtorUpdated() | DebtorInsolvent() | DebtorRecovered():
            return _of_debtor(connection, creditor_ref, event.debtor_ref)
        case ContactOptedOut() | ContactOptedIn():
            return _of_debtor(connection, creditor_ref, event.debtor_ref)
        case MessageBounced() | MessageDelivered() | LetterTracked():
            return _of_message(connection, event.message_id)
        case CasePaused() | CaseResumed():
            if event.scope == "debtor":
                return _of_debtor(connection, creditor_ref, event.ref)
            return Route((case_id(creditor_ref, event.ref),))
        case _:
            return Route((case_id(creditor_ref, event.invoice_no),))


def _cases(creditor_ref: str, numbers: Sequence[str]) -> tuple[str, ...]:
    """Each once, although an event may name an invoice twice."""
    return tuple(dict.fromkeys(case_id(creditor_ref, number) for number in numbers))


def _of_debtor(connection: sa.Connection, creditor_ref: str, debtor_ref: str) -> Route:
    table = schema.cases.c
    where = (table.creditor_ref == creditor_ref) & (table.debtor_ref == debtor_ref)
    found = _texts(connection, sa.select(table.case_id).where(where).order_by(table.case_id))
    waits_for = None if found else f"debtor:{creditor_ref}/{debtor_ref}"
    return Route(tuple(found), waits_for=waits_for, debtor_ref=debtor_ref, is_about_debtor=True)


def _of_payment(connection: sa.Connection, creditor_ref: str, payment_id: str) -> Route:
    payments, parts = schema.payments.c, schema.allocations.c
    known = (payments.creditor_ref == creditor_ref) & (payments.payment_id == payment_id)
    if connection.execute(sa.select(sa.literal(1)).where(known)).one_or_none() is None:
        return Route(waits_for=f"payment:{creditor_ref}/{payment_id}")
    mine = (parts.creditor_ref == creditor_ref) & (parts.payment_id == payment_id)
    numbers = _texts(connection, sa.select(parts.number).where(mine).order_by(parts.number))
    return Route(tuple(case_id(creditor_ref, number) for number in numbers))


def _of_message(connection: sa.Connection, message_id: str) -> Route:
    dispatches = schema.dispatches.c
    found = sa.select(dispatches.case_id, dispatches.debtor_ref).where(dispatches.message_id == message_id).distinct()
    rows = connection.execute(found).all()
    if not rows:
        return Route(unknown=f"message_id {message_id!r}")
    return Route(tuple(row.case_id for row in rows), debtor_ref=rows[0].debtor_ref)


def _texts(connection: sa.Connection, statement: sa.Select[tuple[str]]) -> Sequence[str]:
    return list(connection.scalars(statement))
