"""Creditor and debtor as the two ends of a letter."""

from workers.channels.base import Party, Place
from workers.rendering.formats import country_text
from workflows.invoice import Address, Channel, Contact, Creditor, Debtor, DebtorKind


def recipient_of(debtor: Debtor, contact: Contact) -> Party:
    """The debtor, for the attention of `contact`."""
    is_named = contact.name is not None and contact.name.casefold() != debtor.name.casefold()
    return Party(
        name=debtor.name,
        person=contact.name if is_named else None,
        place=_place(contact.address),
        email=contact.email,
        is_consumer=debtor.kind is DebtorKind.CONSUMER,
    )


def with_address(contact: Contact, debtor: Debtor, channel: Channel) -> Contact:
    """The reader of an electronic registered letter, under the debtor's address: a formal notice names both parties."""
    if channel is not Channel.LRE or contact.address is not None:
        return contact
    known = next((item.address for item in debtor.contacts if item.address is not None and item.address.is_whole), None)
    return contact.model_copy(update={"address": known})


def origin_of(creditor: Creditor) -> Party:
    """The creditor."""
    return Party(name=creditor.name, place=_place(creditor.address), email=creditor.email)


def _place(address: Address | None) -> Place | None:
    if address is None:
        return None
    return Place(
        lines=address.lines,
        postcode=address.postcode,
        city=address.city,
        country=address.country,
        country_name=country_text(address.country),
    )
