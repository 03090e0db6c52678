"""What all providers of text messages share: the sender's name, numbers that can be reached, length and price."""

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

import structlog

from workers.channels.base import OutgoingMessage, Refused
from workflows.numbering import takes_texts
from workflows.sms import gsm_fold, sms_segments

#: A name of the sender: 3GPP TS 23.040 leaves eleven characters; a letter must be among them.
SENDER: Final = r"^(?=.*[A-Za-z])[A-Za-z0-9][A-Za-z0-9 ]{1,9}[A-Za-z0-9]$"
_E164: Final = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class TextMessage:
    """One text message, ready for any provider.

    Attributes:
        to: in E.164 form.
        text: as it will be read.
        alphabet: `GSM-7` or `UCS-2`.
        segments: how many messages the operator pays for.
        euros: what they cost; None where nobody said the price of one.
    """

    to: str
    text: str
    alphabet: str
    segments: int
    euros: Decimal | None = None

    @property
    def is_unicode(self) -> bool:
        """Whether one character is outside GSM-7."""
        return self.alphabet != "GSM-7"

    @property
    def words(self) -> str:
        """Its length and price, for the log and the receipt: `2 segment(s) GSM-7, 0.130 €`."""
        cost = "" if self.euros is None else f", {self.euros:f} €"
        return f"{self.segments} segment(s) {self.alphabet}{cost}"


@dataclass(frozen=True, slots=True)
class SmsSender:
    """Under whose name text messages leave, and what one costs.

    Attributes:
        name: what the debtor sees; `SENDER`, or a number.
        price: euros for one segment, as the operator's contract says; None where nobody said.
    """

    name: str
    price: Decimal | None = None

    def about_to_leave(self, message: OutgoingMessage, provider: str) -> TextMessage:
        """The text message of `message`; its length and price are in the log before it leaves.

        Raises:
            Refused, ValueError: as `text_message`.
        """
        sms = text_message(message)
        if self.price is not None:
            sms = replace(sms, euros=self.price * sms.segments)
        log.info(
            "sms_leaves", provider=provider, message_id=message.message_id, alphabet=sms.alphabet,
            segments=sms.segments, euros=None if sms.euros is None else f"{sms.euros:f}",
        )  # fmt: skip
        return sms

    @property
    def tariff(self) -> str:
        """One line for the operator."""
        price = "of unknown price (sms.price_per_segment)" if self.price is None else f"{self.price:f} € each"
        return f"sender {self.name}, segments {price}"


def text_message(message: OutgoingMessage) -> TextMessage:
    """The text message of `message`.

    Raises:
        Refused: the number is none, or a fixed line; nothing left.
        ValueError: there is no text.
    """
    if not _E164.fullmatch(message.to):
        raise Refused("bad-number", f"to is {message.to!r}: write a number such as +33612345678", address_is_bad=True)
    if not takes_texts(message.to):
        words = f"to is {message.to}, a fixed line: give a mobile number (06, 07, 0690, 0692…)"
        raise Refused("fixed-line", words, address_is_bad=True)
    text = gsm_fold(message.text.strip())
    if not text:
        raise ValueError("text is empty: a text message needs words")
    return TextMessage(message.to, text, *sms_segments(text))
