"""Addresses and numbers that turned out to be of no use: they are not used again."""

import sqlalchemy as sa

from workers.addresses import without
from workers.ledger import schema
from workers.ledger.book import Book
from workflows.events import CallLogged, LetterTracked, MessageBounced
from workflows.invoice import Channel


def mark_contact(book: Book, event: MessageBounced | LetterTracked) -> None:
    """The address of this message is not used again; a message still on its way is told by its own report."""
    message = book.connection.execute(
        sa.select(schema.messages).where(schema.messages.c.message_id == event.message_id)
    ).one_or_none()
    if message is None:
        return
    debtor = book.lock_debtor(message.creditor_ref, message.debtor_ref)
    if debtor is not None:
        marked = without(debtor, Channel(message.channel), message.recipient)
        book.save_debtor(message.creditor_ref, marked)
    if isinstance(event, MessageBounced) and event.bounce == "complaint":
        return  # it did arrive
    words = event.bounce if isinstance(event, MessageBounced) else str(event.state)
    back = sa.update(schema.dispatches).where(schema.dispatches.c.message_id == event.message_id)
    back = back.where(schema.dispatches.c.status.in_(["sent", "in_doubt"]))
    book.connection.execute(back.values(status="bounced", reason=words))


def mark_number(book: Book, creditor_ref: str, event: CallLogged) -> None:
    """Whoever answers a wrong number is not the debtor: it is neither called nor texted again."""
    if event.disposition != "wrong_number" or event.phone is None:
        return
    debtor = book.lock_debtor(creditor_ref, event.debtor_ref)
    if debtor is not None:
        marked = without(without(debtor, Channel.CALL, event.phone), Channel.SMS, event.phone)
        book.save_debtor(creditor_ref, marked)
