"""From cases to the facts of one letter, and from the letter to the message that leaves."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from workers.addresses import address
from workers.channels.base import Attachment, OutgoingMessage
from workers.channels.mail_message import to_mime
from workers.delivery.charges import with_charges, without_charges
from workers.delivery.parties import origin_of, recipient_of, with_address
from workers.delivery.side_letters import parts_of
from workers.ledger.book import Held
from workers.rendering.catalogue import Catalogue
from workers.rendering.messages import Rendered, render
from workers.return_addresses import ReturnAddresses
from workflows import imputation
from workflows.case import Case
from workflows.errands import answered_on, deadline_on, lead_of, letter_that_fits, previous_contacts
from workflows.invoice import SHEETS, Channel, Creditor, Debtor
from workflows.machine import records
from workflows.rates import Rates
from workflows.regions import zone_of
from workflows.reply_answers import part_of, reader_of, takes_documents, thread_of
from workflows.scenario import FORMAL_TONE, Scenario
from workflows.wording import InvoiceLine, LetterFacts, Need, NextStep

NO_ADDRESSES = ReturnAddresses()
#: A payment reference longer than this no longer fits a transfer (SEPA: 140 characters).
_REFERENCE_LENGTH = 140
#: Days; a longer one is a due date that was agreed otherwise.
_LONGEST_TERMS = 365


@dataclass(frozen=True, slots=True)
class Order:
    """One dispatch with the case that wants it."""

    key: str
    step: int | None
    template: str
    tone: int
    deadline_days: int | None
    from_reception: bool
    held: Held
    scenario: Scenario

    @property
    def case(self) -> Case:
        """The case, as the transaction leaves it so far."""
        return self.held.case

    @property
    def debtor(self) -> Debtor:
        """Whom it goes to."""
        return self.held.debtor


@dataclass(frozen=True, slots=True)
class Letter:
    """One message, written: what leaves, and what the ledger keeps of it."""

    message: OutgoingMessage
    body: bytes
    facts: LetterFacts

    @property
    def sha256(self) -> str:
        """Hash of exactly what is handed over."""
        return hashlib.sha256(self.body).hexdigest()


def write(
    orders: Sequence[Order],
    creditor: Creditor,
    channel: Channel,
    *,
    now: datetime,
    catalogue: Catalogue,
    rates: Rates,
    returns: ReturnAddresses = NO_ADDRESSES,
) -> Letter:
    """Write one message for all `orders`; the oldest invoice gives the letter and its tone.

    Args:
        orders: of one debtor, for one message.
        creditor: who writes.
        channel: that carries it.
        now: what stands in it as the moment of its figures.
        catalogue: the creditor's letters.
        rates: of interest.
        returns: where bounces of an e-mail and answers to it go.

    Raises:
        TemplateProblem, BadFacts, UnknownRate, ValueError: it cannot be written; nothing was claimed.
    """
    lead = lead_of(orders)
    rendered = render(_facts(lead, orders, creditor, channel, now=now, catalogue=catalogue, rates=rates), catalogue)
    message = _addressed(_message(lead, orders, rendered, now), returns)
    return Letter(message, _stored(message), rendered.facts)


def _facts(
    lead: Order,
    orders: Sequence[Order],
    creditor: Creditor,
    channel: Channel,
    *,
    now: datetime,
    catalogue: Catalogue,
    rates: Rates,
) -> LetterFacts:
    debtor = lead.held.debtor
    contact = reader_of(lead, channel)
    if contact is None:
        raise ValueError(f"debtor {debtor.ref!r} has no contact for {channel}; add one")
    here = now.astimezone(zone_of(records.region(debtor)))
    cases = sorted((order.held.case for order in orders), key=lambda case: (case.invoice.due_on, case.case_id))
    language = catalogue.language_for(lead.template, debtor.language)
    previous = previous_contacts(orders, debtor)
    cites_reminders = Need.PREVIOUS in catalogue.letter(lead.template, language).meta.needs
    letter = letter_that_fits(lead, previous, cites_reminders=cites_reminders)
    language = catalogue.language_for(letter, debtor.language)
    meta = catalogue.letter(letter, language).meta
    tone = lead.tone if letter == lead.template else meta.tone
    claimed = without_charges(cases, here.date())
    if Need.INTEREST in meta.needs:
        order = imputation.Order(creditor.imputation)
        claimed = with_charges(cases, debtor, here.date(), rates, is_formal=tone >= FORMAL_TONE, formal_order=order)
    return LetterFacts(
        letter=letter, tone=tone, channel=channel,
        language=language, creditor=creditor, debtor=debtor,
        contact=with_address(contact, debtor, channel), lines=claimed.lines,
        currency=cases[0].invoice.currency, balance=claimed.balance,
        deadline_on=deadline_on(lead, here.date()),
        deadline_days=lead.deadline_days if lead.from_reception else None,
        from_reception=lead.from_reception, situation_at=here, previous=previous,
        answered_on=answered_on(cases, debtor),
        interest=claimed.interest, interest_total=claimed.interest_total, indemnity=claimed.indemnity,
        notice_received_on=claimed.notice_received_on,
        grand_total=claimed.balance + claimed.interest_total + claimed.indemnity,
        next_step=_next_step(lead), payment_reference=_reference(claimed.lines, debtor), pay_url=creditor.pay_url,
        attached=tuple(case.invoice.number for case in cases if case.invoice.document and takes_documents(lead)),
        terms_days=_terms(cases), answer=part_of(lead), **parts_of(letter, lead, creditor, here.date()),
    )  # fmt: skip


def _terms(cases: Sequence[Case]) -> int | None:
    """Days from issue to maturity, where all invoices state the same."""
    found = {(case.invoice.due_on - case.invoice.issued_on).days for case in cases}
    return min(found) if len(found) == 1 and min(found) <= _LONGEST_TERMS else None


def _next_step(lead: Order) -> NextStep:
    """What the ladder holds after this step; the letter announces it at the firmness of its tone."""
    if lead.step is None:
        return NextStep.NONE
    if lead.step + 1 >= len(lead.scenario.steps):
        return NextStep.LEGAL_ACTION if lead.tone == FORMAL_TONE else NextStep.NONE
    following = lead.scenario.step(lead.step + 1)
    if following.is_formal:
        return NextStep.FORMAL_NOTICE
    return NextStep.CALL if following.channel is Channel.CALL else NextStep.REMINDER


def _reference(lines: Sequence[InvoiceLine], debtor: Debtor) -> str:
    numbers = " ".join(line.number for line in lines)
    return numbers if len(numbers) <= _REFERENCE_LENGTH else debtor.ref


def _message(lead: Order, orders: Sequence[Order], rendered: Rendered, now: datetime) -> OutgoingMessage:
    facts = rendered.facts
    thread = thread_of(lead) or _thread(orders, facts.channel)
    is_email = facts.channel is Channel.EMAIL
    is_letter = facts.channel in SHEETS
    return OutgoingMessage(
        dispatch_id=lead.key, channel=facts.channel, to=address(facts.contact, facts.channel),
        to_name=facts.contact.name or facts.debtor.name, sender=facts.creditor.email,
        sender_name=facts.creditor.name, subject=rendered.subject, text=rendered.body,
        recipient=recipient_of(facts.debtor, facts.contact) if is_letter else None,
        origin=origin_of(facts.creditor) if is_letter else None,
        html=rendered.html if is_email else None, inline=_inline(rendered) if is_email else (),
        attachments=_attachments(rendered, orders),
        message_id=message_id(lead.key, facts.creditor), in_reply_to=thread[-1] if thread else None,
        references=thread, language=facts.language, date=now, is_approved=facts.answer is not None,
    )  # fmt: skip


def _addressed(message: OutgoingMessage, returns: ReturnAddresses) -> OutgoingMessage:
    """The message with addresses of its own for what comes back."""
    if message.channel != Channel.EMAIL:
        return message
    bounces, replies = returns.for_bounces(message.message_id), returns.for_replies(message.message_id)
    return replace(message, envelope_sender=bounces, reply_to=replies)


def message_id(key: str, creditor: Creditor) -> str:
    """RFC 5322 identifier made of the dispatch's key: the same order is the same message, whoever sends it."""
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{creditor.email.rpartition('@')[2]}>"


def _thread(orders: Sequence[Order], channel: Channel) -> tuple[str, ...]:
    """Messages of the same channel about these invoices, letters beside the ladder among them, oldest first."""
    sent = {found for order in orders for found in _left(order.held.case, channel)}
    return tuple(dict.fromkeys(identifier for _at, identifier in sorted(sent)))


def _left(case: Case, channel: Channel) -> Iterator[tuple[datetime, str]]:
    """When and as what each message of the channel left that did not come back."""
    back = records.came_back(case)
    for step in records.reached(case):
        if step.channel is channel and step.message_id is not None:
            yield step.at, step.message_id
    for letter in case.letters:
        is_sent = letter.state == "sent" and letter.channel is channel
        if is_sent and letter.message_id is not None and letter.message_id not in back:
            yield letter.at, letter.message_id


def _inline(rendered: Rendered) -> tuple[Attachment, ...]:
    """The images that the HTML shows."""
    return tuple(
        Attachment(
            filename=image.filename, media_type=image.media_type, content=image.content, content_id=image.content_id
        )
        for image in rendered.inline_images
    )


def _attachments(rendered: Rendered, orders: Sequence[Order]) -> tuple[Attachment, ...]:
    found: list[Attachment] = []
    if rendered.facts.channel in SHEETS:
        found.append(Attachment(filename="letter.pdf", media_type="application/pdf", content=rendered.letter_pdf))
    if rendered.facts.channel is not Channel.EMAIL:
        return tuple(found)
    for order in orders:
        document = order.held.case.invoice.document
        if document is not None and takes_documents(order):
            path = Path(document)
            found.append(Attachment(filename=path.name, media_type="application/pdf", content=path.read_bytes()))
    return tuple(found)


def _stored(message: OutgoingMessage) -> bytes:
    if message.channel == Channel.EMAIL:
        return to_mime(message)
    letters = [item.content for item in message.attachments if item.filename == "letter.pdf"]
    return letters[0] if letters else message.text.encode()
