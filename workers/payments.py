"""What payments and feeds say beside the cases: who paid what for which invoices, and how fresh that knowledge is."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from workers.ledger import schema
from workers.ledger.book import Book
from workflows.effects import AskOperator
from workflows.events import FeedCompleted, PaymentReceived


def note_payment(book: Book, event: PaymentReceived, creditor_ref: str) -> None:
    """Keep a payment and its parts; what is not allocated is for a person."""
    left = event.amount.amount - sum(part.amount for part in event.allocations)
    payment = {"creditor_ref": creditor_ref, "payment_id": event.payment_id}
    row = {"amount": event.amount.amount, "currency": event.amount.currency, "value_date": event.value_date}
    row |= {"reference": event.reference, "unallocated": left}
    book.connection.execute(insert(schema.payments).on_conflict_do_nothing(), payment | row)
    parts = [payment | {"number": part.invoice_no, "amount": part.amount} for part in event.allocations]
    if parts:
        book.connection.execute(insert(schema.allocations).on_conflict_do_nothing(), parts)
    if left:
        key = f"{creditor_ref}/payment/{event.payment_id}"
        book.ask(AskOperator(key=key, task="unallocated", detail=event.payment_id), creditor_ref)


def forget(book: Book, event: PaymentReceived, creditor_ref: str) -> None:
    """Take back what `note_payment` kept of an event that was refused after all."""
    for table in (schema.allocations, schema.payments):
        mine = (table.c.creditor_ref == creditor_ref) & (table.c.payment_id == event.payment_id)
        book.connection.execute(sa.delete(table).where(mine))


def note_feed(book: Book, event: FeedCompleted, creditor_ref: str) -> None:
    """Keep the latest state a feed has reported, and let what waited for it look again."""
    row = {"creditor_ref": creditor_ref, "feed": event.feed, "as_of": event.as_of}
    statement = insert(schema.feeds).values(row)
    latest = sa.func.greatest(schema.feeds.c.as_of, statement.excluded.as_of)
    book.connection.execute(
        statement.on_conflict_do_update(index_elements=["creditor_ref", "feed"], set_={"as_of": latest})
    )
    held_back = (schema.dispatches.c.creditor_ref == creditor_ref) & (schema.dispatches.c.reason == "gate.freshness")
    book.connection.execute(
        sa.update(schema.dispatches)
        .where(held_back, schema.dispatches.c.status == "wanted")
        .values(published=False, not_before=None, reason=None)
    )
