"""What is known of a debtor, event after event: merged, never forgotten by silence."""

from workflows.events import DebtorUpdated, InvoiceIssued, NewDebtor
from workflows.invoice import Channel, Contact, Debtor, DebtorKind, same_address

#: What an event may say about a debtor; what it leaves out keeps what is known.
_SAID = ("name", "kind", "siren", "language", "tags", "client_since", "do_not_contact", "segments")


def debtor_after(debtor: Debtor | None, event: InvoiceIssued | DebtorUpdated) -> Debtor:
    """The debtor once `event` is known.

    Contacts, where the event gives any, replace all of them; a channel that bounced or was refused stays so for as
    long as its address is the same, under whatever name the contact comes back.

    Args:
        debtor: as known before; None for a debtor that an invoice names for the first time.
        event: the news.

    Raises:
        ValueError: `debtor` is None and the event is no invoice, or `debtor` is somebody else.
    """
    said = event.debtor if isinstance(event, InvoiceIssued) else event
    ref = said.ref if isinstance(said, NewDebtor) else said.debtor_ref
    if debtor is None:
        if not isinstance(said, NewDebtor):
            raise ValueError(f"debtor {ref!r} is not known yet; an invoice must name it first")
        debtor = Debtor(ref=said.ref, name=said.name, kind=said.kind or DebtorKind.BUSINESS)
    if ref != debtor.ref:
        raise ValueError(f"event {event.event_id!r} is about debtor {ref!r}, not {debtor.ref!r}")
    changes: dict[str, object] = {field: value for field in _SAID if (value := getattr(said, field, None)) is not None}
    if isinstance(said, DebtorUpdated):
        changes.pop("kind", None)  # that is the event's own
    if said.contacts is not None:
        changes["contacts"] = tuple(_remembering(debtor, contact) for contact in said.contacts)
    return debtor.model_copy(update=changes)


def _remembering(debtor: Debtor, contact: Contact) -> Contact:
    """`contact` with what its addresses went through before."""
    known = {channel: [old for old in debtor.contacts if _is_same(old, contact, channel)] for channel in Channel}
    refused = {channel for channel, olds in known.items() if any(channel in old.opted_out for old in olds)}
    bounced = {channel for channel, olds in known.items() if any(channel in old.invalid for old in olds)}
    changes = {"opted_out": contact.opted_out | refused, "invalid": contact.invalid | bounced}
    return contact.model_copy(update=changes)


def _is_same(old: Contact, new: Contact, channel: Channel) -> bool:
    address = address_of(new, channel)
    return address is not None and address == address_of(old, channel)


def address_of(contact: Contact, channel: Channel) -> str | None:
    """Where a message by `channel` goes, in one comparable line; None where the contact has no such address."""
    if channel in (Channel.EMAIL, Channel.LRE):
        return contact.email.casefold() if contact.email else None
    if channel in (Channel.SMS, Channel.CALL):
        return contact.phone
    if contact.address is None:
        return None
    address = contact.address
    return ", ".join((*address.lines, f"{address.postcode} {address.city}", address.country)).casefold()


def contact_marked(debtor: Debtor, channel: Channel, address: str) -> Debtor:
    """The debtor with `address` no longer used for `channel`: a message to it came back.

    Args:
        debtor: as known.
        channel: by which the message went; a returned letter rules out every kind of post, a lost e-mail the electronic
            registered letter.
        address: as the message bore it; an e-mail address in any case, or the line of `address_of`.
    """
    ruled_out = same_address(channel)
    contacts = tuple(
        contact.model_copy(update={"invalid": contact.invalid | ruled_out})
        if address_of(contact, channel) == address.casefold()
        else contact
        for contact in debtor.contacts
    )
    return debtor.model_copy(update={"contacts": contacts})
