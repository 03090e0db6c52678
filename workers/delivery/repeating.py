"""The very same message once more, for a provider that takes one reference for one message however often it comes."""

from datetime import datetime

import sqlalchemy as sa

from workers.addresses import address
from workers.channels.base import Attachment, OutgoingMessage, Receipt
from workers.channels.base import Channel as Outlet
from workers.delivery.deliver import Delivery
from workers.delivery.letters import message_id as name_of
from workers.delivery.parties import origin_of, recipient_of
from workers.ledger import deliveries, schema
from workers.ledger.book import Book
from workers.ledger.pipeline import Row, ask
from workers.rendering.messages import render
from workflows.case import ON_THE_LADDER
from workflows.invoice import SHEETS, Channel
from workflows.machine import stages, standing
from workflows.wording import LetterFacts


def repeat(delivery: Delivery, outlet: Outlet, message_id: str) -> Receipt | None:
    """Give `message_id`, which is in doubt, to its provider again as the ledger keeps it; None where it may not leave.

    It may not where nobody would let it leave now: what it says is no longer owed, its case rests, the debtor or a
    person does not want it. E-mails are no business of this: their servers keep no references.

    Raises:
        ChannelError: the provider does not take it, or is not certain; the doubt stays.
    """
    with delivery.engine.transaction() as (book, _orders):
        message = _kept(delivery, book, message_id)
    return None if message is None else outlet.send(message)


def _kept(delivery: Delivery, book: Book, message_id: str) -> OutgoingMessage | None:
    message = schema.messages.c
    row = book.connection.execute(sa.select(schema.messages).where(message.message_id == message_id)).one_or_none()
    if row is None or row.status != "in_doubt" or row.channel == Channel.EMAIL:
        return None
    facts = LetterFacts.model_validate_json(row.facts)
    keys = _keys_that_may_leave(delivery, book, row, facts)
    lead = next((key for key in keys if name_of(key, facts.creditor) == message_id), None)
    return None if lead is None else _message(delivery, row, facts, lead)


def _keys_that_may_leave(delivery: Delivery, book: Book, row: Row, facts: LetterFacts) -> list[str]:
    """The dispatches of the message, under lock; none where one of them would not be let out now."""
    debtor = book.lock_debtor(row.creditor_ref, row.debtor_ref)
    mine = schema.dispatches.c
    chosen = sa.select(schema.dispatches).where(mine.message_id == row.message_id).order_by(mine.key)
    found = book.connection.execute(chosen).all()
    book.lock(each.case_id for each in found)
    scopes = {each.scope for each in ask(book.connection, deliveries.HOLDS, {"now": book.now})}
    contact = None if debtor is None else debtor.contact_for(Channel(row.channel))
    if debtor is None or debtor.do_not_contact or contact is None or scopes & {"all", row.channel}:
        return []
    if address(contact, Channel(row.channel)) != row.recipient:
        return []
    wanted = [each for each in found if each.status == "in_doubt" and _is_wanted(delivery, book, each, book.now)]
    owed = sum(standing.chased(book.held[each.case_id].case) for each in wanted)
    return [each.key for each in wanted] if len(wanted) == len(found) and owed == facts.balance else []


def _is_wanted(delivery: Delivery, book: Book, dispatch: Row, now: datetime) -> bool:
    """Whether the case is still where it ordered the step; letters beside the ladder are left to a person."""
    held = book.held.get(dispatch.case_id)
    if held is None or dispatch.step is None:
        return False
    today = held.case.model_copy(update={"as_of": max(held.case.as_of, now)})
    return stages.stage_of(today, delivery.engine.scenario_of(book, held), held.debtor) in ON_THE_LADDER


def _message(delivery: Delivery, row: Row, facts: LetterFacts, lead: str) -> OutgoingMessage:
    body, is_sheet = bytes(row.body), facts.channel in SHEETS
    text = render(facts, delivery.catalogue.of(facts.creditor.ref)).text if is_sheet else body.decode()
    letter = Attachment(filename="letter.pdf", media_type="application/pdf", content=body)
    return OutgoingMessage(
        dispatch_id=lead, channel=facts.channel, to=row.recipient, to_name=facts.contact.name or facts.debtor.name,
        sender=facts.creditor.email, sender_name=facts.creditor.name, subject=row.subject, text=text,
        recipient=recipient_of(facts.debtor, facts.contact) if is_sheet else None,
        origin=origin_of(facts.creditor) if is_sheet else None, attachments=(letter,) if is_sheet else (),
        message_id=row.message_id, language=facts.language, date=row.claimed_at,
    )  # fmt: skip
