"""Where a message goes, as its channel writes it; and which contact that was, when it comes back."""

from workers.rendering.shared_blocks import postal_lines
from workflows.contacts import address_of
from workflows.debtors import contact_marked
from workflows.invoice import POSTED, Channel, Contact, Debtor


def address(contact: Contact, channel: Channel) -> str:
    """Where the message goes, as its channel understands it."""
    if channel in (Channel.EMAIL, Channel.LRE):
        return str(contact.email)
    if channel in POSTED:
        return "\n".join(postal_lines(contact.address))
    return str(contact.phone)


def without(debtor: Debtor, channel: Channel, recipient: str) -> Debtor:
    """The debtor with `recipient` no longer used for `channel`: a message that was addressed so came back."""
    for contact in debtor.contacts:
        known = address_of(contact, channel)
        if known is not None and address(contact, channel).casefold() == recipient.casefold():
            debtor = contact_marked(debtor, channel, known)
    return debtor
