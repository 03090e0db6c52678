"""What all providers of letters share: the sheets, the two ends, and addresses that an envelope can bear.

An address that does not fit is refused before anybody is asked: nothing is cut off silently. La Poste asks for lines of
at most 38 characters and a postcode of five digits (standard NF Z 10-011).
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import structlog

from workers.channels.base import OutgoingMessage, Party, Place, Refused

LETTER: Final = "letter.pdf"
#: Characters of one line of an address.
LONGEST_LINE: Final = 38
#: Lines between the name and the postcode that providers have fields for.
MOST_LINES: Final = 3
_FRENCH_POSTCODE: Final = re.compile(r"\d{5}", re.ASCII)
log = structlog.get_logger()


class Postage(StrEnum):
    """How a letter is posted; the name of its channel."""

    SIMPLE = "letter"
    TRACKED = "tracked"
    REGISTERED = "registered"


@dataclass(frozen=True, slots=True)
class PaperLetter:
    """One letter, ready for any provider.

    Attributes:
        reference: ours, the same however often it is sent: the message's identifier without its angle brackets.
        postage: how it is posted; registered is with acknowledgement of receipt.
        pdf: the sheets, A4.
        recipient: its `place` is known and fits an envelope.
        to: that place.
        origin: its `place` is known.
        back_to: that place.
    """

    reference: str
    postage: Postage
    pdf: bytes
    recipient: Party
    to: Place
    origin: Party
    back_to: Place


@dataclass(frozen=True, slots=True)
class Printing:
    """How sheets are printed.

    Attributes:
        colour: not in black and white.
        both_sides: on both sides of a sheet.
        returned_mail: the provider takes back, scans and reports what could not be delivered; it charges for that.
    """

    colour: bool = False
    both_sides: bool = True
    returned_mail: bool = True


def paper_letter(message: OutgoingMessage, provider: str) -> PaperLetter:
    """The letter of `message`; what leaves, by whom and how is in the log before it does.

    Raises:
        Refused: the debtor has no address, or none that an envelope can bear; nothing left.
        ValueError: the message is no letter: names the field.
    """
    recipient, origin = message.recipient, message.origin
    if recipient is None or origin is None or origin.place is None:
        raise ValueError("recipient or origin is missing: a letter goes from somebody to somebody, at an address")
    if recipient.place is None:
        raise Refused("no-address", f"{recipient.name} has no postal address: add one", address_is_bad=True)
    _check_name(recipient)
    _check_place(recipient.place)
    letter = PaperLetter(
        reference_of(message.message_id), Postage(message.channel), letter_pdf(message),
        recipient, recipient.place, origin, origin.place,
    )  # fmt: skip
    log.info("letter_leaves", provider=provider, message_id=message.message_id, postage=str(letter.postage))
    return letter


def reference_of(message_id: str) -> str:
    """What providers are told to call a message."""
    return message_id.strip("<>")


def letter_pdf(message: OutgoingMessage) -> bytes:
    """The sheets.

    Raises:
        ValueError: there is not exactly one file named `letter.pdf`, or it is no PDF.
    """
    letters = [item.content for item in message.attachments if item.filename == LETTER]
    if len(letters) != 1 or not letters[0].startswith(b"%PDF-"):
        raise ValueError(f"attachments hold {len(letters)} PDF named {LETTER}: a letter is exactly one")
    return letters[0]


def _check_name(party: Party) -> None:
    for line in filter(None, (party.name, party.person)):
        if len(line) > LONGEST_LINE:
            words = f"the name {line!r} has {len(line)} characters, {LONGEST_LINE} at most: shorten it"
            raise Refused("long-name", words, address_is_bad=False)  # the address may be right


def _check_place(place: Place) -> None:
    if len(place.lines) > MOST_LINES:
        words = f"{len(place.lines)} lines between name and postcode, {MOST_LINES} at most: join two of them"
        raise Refused("many-lines", words, address_is_bad=True)
    for line in (*place.lines, f"{place.postcode} {place.city}"):
        if len(line) > LONGEST_LINE:
            words = f"the line {line!r} has {len(line)} characters, {LONGEST_LINE} at most: shorten it"
            raise Refused("long-line", words, address_is_bad=True)
    if place.country == "FR" and not _FRENCH_POSTCODE.fullmatch(place.postcode):
        words = f"the postcode is {place.postcode!r}: France has five digits"
        raise Refused("bad-postcode", words, address_is_bad=True)
