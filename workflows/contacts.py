"""How a debtor can be reached: channels, addresses, contacts, and what was said about using them."""

import re
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Annotated, Final, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, EmailStr, Field, PlainSerializer

from workflows.numbering import takes_texts
from workflows.plain_lines import ONE_LINE, REFERENCE

#: A reference chosen by the publisher: short, printable, safe in file names once slugged.
Ref = Annotated[str, Field(min_length=1, max_length=80, pattern=REFERENCE)]
#: A line of text that ends up in a letter: nothing in it can end a header, or be read otherwise than it is written.
Line = Annotated[str, Field(min_length=1, max_length=200, pattern=ONE_LINE)]
#: When something was learnt: its instant, then the id of the event, so that two facts are always ordered the same way.
Stamp = tuple[AwareDatetime, str]
_Text = TypeVar("_Text", bound=str)
#: Texts in no order; their JSON is sorted, so that every process writes the same bytes.
Several = Annotated[frozenset[_Text], PlainSerializer(sorted, return_type=list[str], when_used="json")]


class Fact(BaseModel):
    """Common part of frozen facts: unknown fields are an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Channel(StrEnum):
    """How a message reaches a debtor; `call` is a task for a person.

    `tracked` is a letter whose way can be followed (*lettre suivie*): it is posted for sure, and nobody signs for it.
    `lre` is a qualified electronic registered letter (art. 44 of regulation (EU) 910/2014): it equals a registered
    one, and reaches whoever is not a professional only with prior consent (art. L100 CPCE).
    """

    EMAIL = "email"
    SMS = "sms"
    LETTER = "letter"
    TRACKED = "tracked"
    REGISTERED = "registered"
    LRE = "lre"
    CALL = "call"


#: What leaves a writing behind.
WRITTEN = frozenset(Channel) - {Channel.CALL}
#: What goes in an envelope to a postal address.
POSTED = frozenset({Channel.LETTER, Channel.TRACKED, Channel.REGISTERED})
#: What is written as a letter on A4 sheets, whatever carries them.
SHEETS = POSTED | {Channel.LRE}
#: Whose reception somebody proves, or that it was refused or not fetched: deadlines may run from there.
PROVEN = frozenset({Channel.REGISTERED, Channel.LRE})
#: Channels that share one address: once it is wrong, it is wrong for all of them.
_SHARED: Final = (POSTED, frozenset({Channel.EMAIL, Channel.LRE}))
_POSTCODE: Final = re.compile(r"\s*\d\s*\d\s*\d\s*\d\s*\d\s*", re.ASCII)


def same_address(channel: Channel) -> frozenset[Channel]:
    """The channels that reach the debtor at the same address as `channel`, itself among them."""
    return next((group for group in _SHARED if channel in group), frozenset({channel}))


class Address(Fact):
    """A postal address in its national form.

    `is_whole` is false where nobody could deliver to it: a French postcode has five digits, a city has a name.
    """

    lines: tuple[Line, ...] = Field(min_length=1, max_length=4)
    postcode: str = Field(min_length=2, max_length=12)
    city: Line
    country: str = Field("FR", pattern=r"^[A-Z]{2}$")

    @property
    def is_whole(self) -> bool:
        """Whether the post can deliver to it, as far as the address itself shows."""
        has_postcode = _POSTCODE.fullmatch(self.postcode) if self.country == "FR" else self.postcode.strip()
        return bool(has_postcode) and any(letter.isalpha() for letter in self.city) and bool(self.lines[0].strip())


class Consent(Fact):
    """That somebody may be reached by electronic registered letter.

    Attributes:
        on: the day it was given.
        how: where it can be read, such as a clause of a contract or a form.
    """

    on: date
    how: Line


class Contact(Fact):
    """One person or mailbox at the debtor's.

    Attributes:
        ref: stable within the debtor; `main` for the only one.
        role: `billing`, `purchasing`, `manager`, …; reminders prefer `billing`.
        phone: E.164 (`+33…`).
        opted_out: channels this contact refused (a STOP by SMS, for instance).
        invalid: channels that bounced; cleared when the address changes.
        lre_consent: only somebody who is not a professional has to give it.
    """

    ref: Ref = "main"
    name: Line | None = None
    civility: Line | None = None
    role: str = "billing"
    email: EmailStr | None = None
    phone: str | None = Field(None, pattern=r"^\+[1-9][0-9]{6,14}$")
    address: Address | None = None
    opted_out: Several[Channel] = frozenset()
    invalid: Several[Channel] = frozenset()
    lre_consent: Consent | None = None


class Choice(Fact):
    """What was said about one channel: it is refused, or welcome again; of two words the later one counts.

    Attributes:
        contact: the word is about this contact, whatever its addresses; None for the whole debtor, or an address.
        address: the word is about this address (`address_of`), whoever has it.
        is_refused: False takes a refusal back; for `lre` it is the consent.
        on: the day it was said, where that is not the day of `stamp`.
        how: where it can be read.
    """

    channel: Channel
    contact: Ref | None = None
    address: str | None = None
    is_refused: bool
    stamp: Stamp
    on: date | None = None
    how: Line | None = None

    def is_about(self, contact: Contact) -> bool:
        """Whether it says something of `contact`."""
        if self.address is not None:
            return self.address == address_of(contact, self.channel)
        return self.contact in (None, contact.ref)


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


class Obstacle(StrEnum):
    """Why a channel cannot be used; stable codes of `workflows.reasons`, the most telling last."""

    NO_ADDRESS = "channel.no_address"
    BAD_ADDRESS = "channel.bad_address"
    FIXED_LINE = "channel.fixed_line"
    INVALID = "channel.invalid"
    OPTED_OUT = "channel.opted_out"
    LRE_WITHOUT_CONSENT = "channel.lre_without_consent"


def obstacle(
    contact: Contact, channel: Channel, choices: Iterable[Choice] = (), *, needs_consent: bool = False
) -> Obstacle | None:
    """Why `contact` cannot be reached by `channel`; None where it can.

    Args:
        contact: with its addresses and what became of them.
        channel: by which a message is to go.
        choices: what the debtor said about its channels.
        needs_consent: it is no professional, so that `lre` needs its consent (art. L100 CPCE).
    """
    if address_of(contact, channel) is None:
        return Obstacle.NO_ADDRESS
    if channel in POSTED and contact.address is not None and not contact.address.is_whole:
        return Obstacle.BAD_ADDRESS
    if channel is Channel.SMS and contact.phone is not None and not takes_texts(contact.phone):
        return Obstacle.FIXED_LINE
    if same_address(channel) & contact.invalid:
        return Obstacle.INVALID
    said = [choice for choice in choices if choice.channel is channel and choice.is_about(contact)]
    last = max(said, key=lambda choice: choice.stamp, default=None)
    if channel in contact.opted_out if last is None else last.is_refused:
        return Obstacle.OPTED_OUT
    has_consent = last is not None or contact.lre_consent is not None
    return Obstacle.LRE_WITHOUT_CONSENT if channel is Channel.LRE and needs_consent and not has_consent else None
