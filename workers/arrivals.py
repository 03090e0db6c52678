"""About the events of one transaction: what to lock for them, and what is read once for all of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeGuard

from workers.routing import Route
from workflows.events import (
    CreditNoteIssued,
    Event,
    FeedCompleted,
    Inbound,
    InvoiceIssued,
    LetterState,
    LetterTracked,
    MessageBounced,
    PaymentReceived,
    PaymentReversed,
)
from workflows.invoice import Creditor
from workflows.segments import History


@dataclass(slots=True)
class Memo:
    """What was read once for all events of the transaction, under its locks.

    Attributes:
        histories: what the ledger proved, before this transaction, of the debtors of its new cases.
        awaited: what parked events wait for, of all that these events may bring.
        spoken_of: debtors, (creditor, subject), about whom an event spoke as a whole.
    """

    creditors: dict[str, Creditor | None] = field(default_factory=dict)
    versions: dict[str, int | None] = field(default_factory=dict)
    histories: dict[tuple[str, str], History] = field(default_factory=dict)
    awaited: set[str] = field(default_factory=set)
    spoken_of: set[tuple[str, str]] = field(default_factory=set)


def name_of(event: Inbound, creditor_ref: str | None) -> str | None:
    """The name to hold for an event whose effect is not under the lock of a debtor or a case."""
    if isinstance(event, PaymentReceived | PaymentReversed):
        return f"payment:{creditor_ref}/{event.payment_id}"
    if creditor_ref is None or isinstance(event, FeedCompleted | CreditNoteIssued):
        return f"event:{event.source}/{event.event_id}"
    return None


def what_may_be_awaited(routes: Sequence[tuple[str, Event, Route]]) -> list[str]:
    """Everything these events bring into being: cases, debtors, payments."""
    found: list[str] = []
    for creditor_ref, event, where in routes:
        if isinstance(event, InvoiceIssued):
            found += [*where.cases, f"debtor:{creditor_ref}/{event.debtor.ref}"]
        elif isinstance(event, PaymentReceived):
            found.append(f"payment:{creditor_ref}/{event.payment_id}")
    return found


def came_back(event: Inbound) -> TypeGuard[MessageBounced | LetterTracked]:
    """Whether `event` says that the address of a message is of no use."""
    if isinstance(event, LetterTracked):
        return event.state is LetterState.NPAI
    return isinstance(event, MessageBounced) and event.bounce != "soft"
