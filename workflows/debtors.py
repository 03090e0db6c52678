"""What is known of a debtor, event after event: merged, never forgotten by silence."""

from collections.abc import Iterable, Iterator
from datetime import UTC

from workflows.contacts import Choice, address_of, same_address
from workflows.events import ContactOptedIn, ContactOptedOut, DebtorUpdated, InvoiceIssued, NewDebtor
from workflows.invoice import Channel, Contact, Debtor, DebtorKind, Stamp

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
    return chosen(debtor.model_copy(update=changes), event)


def chosen(debtor: Debtor, event: InvoiceIssued | DebtorUpdated | ContactOptedOut | ContactOptedIn) -> Debtor:
    """The debtor with what `event` says about its channels; in whatever order such events come, the latest counts.

    Contacts that an event lists speak of the addresses they have there: what they refuse, and their consent.
    """
    if isinstance(event, ContactOptedOut | ContactOptedIn):
        return _with_choices(debtor, [_choice_of(event)])
    said = event.debtor if isinstance(event, InvoiceIssued) else event
    stamp = (event.at.astimezone(UTC), event.event_id)
    return _with_choices(debtor, [word for contact in said.contacts or () for word in _words_of(contact, stamp)])


def _choice_of(event: ContactOptedOut | ContactOptedIn) -> Choice:
    address = None if event.address is None else event.address.casefold()
    return Choice(
        channel=event.channel, contact=event.contact, address=address, how=event.how,
        is_refused=isinstance(event, ContactOptedOut), stamp=(event.at.astimezone(UTC), event.event_id),
        on=event.on if isinstance(event, ContactOptedIn) else None,
    )  # fmt: skip


def _words_of(contact: Contact, stamp: Stamp) -> Iterator[Choice]:
    for channel in sorted(contact.opted_out):
        if (address := address_of(contact, channel)) is not None:
            yield Choice(channel=channel, address=address, is_refused=True, stamp=stamp)
    address, given = address_of(contact, Channel.LRE), contact.lre_consent
    if given is not None and address is not None and Channel.LRE not in contact.opted_out:
        yield Choice(channel=Channel.LRE, address=address, is_refused=False, stamp=stamp, on=given.on, how=given.how)


def _with_choices(debtor: Debtor, new: Iterable[Choice]) -> Debtor:
    """The debtor with `new`; of two words about one channel of one contact or address the later one is kept."""
    known = {(item.channel, item.contact, item.address): item for item in debtor.choices}
    for item in new:
        key = (item.channel, item.contact, item.address)
        if key not in known or known[key].stamp < item.stamp:
            known[key] = item
    choices = tuple(known[key] for key in sorted(known, key=lambda key: (key[0], key[1] or "", key[2] or "")))
    return debtor if choices == debtor.choices else debtor.model_copy(update={"choices": choices})


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
