"""What every channel takes, returns and raises.

A channel is told once to let one message out, and its answer is one of four:
a `Receipt` (the provider has it), `TryLater` (it certainly has not; the same message may go
through later), `Refused` (it certainly has not and never will), `InDoubt` (nobody knows).
Only `InDoubt` must never be followed by a second, blind attempt.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that goes with a message.

    Attributes:
        filename: as the debtor sees it; a plain name, any alphabet, no directory.
        media_type: such as `application/pdf`.
        content: the bytes themselves.
        content_id: by which the HTML shows it (`cid:`), with a part before and after an `@`; None for a file.
    """

    filename: str
    media_type: str
    content: bytes
    content_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A postal address in parts.

    Attributes:
        lines: between the name and the postcode; one to four.
        postcode: as the country writes it.
        city: the post town.
        country: ISO 3166-1, two letters.
        country_name: the same in French capitals, as an envelope bears it.
    """

    lines: tuple[str, ...]
    postcode: str
    city: str
    country: str = "FR"
    country_name: str = "FRANCE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Whom a letter goes to, or comes from, in the parts that providers want apart.

    Attributes:
        name: the company, or the person where there is no company.
        person: whose attention it is for, if that is known and not `name`.
        place: the postal address; an electronic letter needs none.
        email: if it is known.
        is_consumer: not a professional: the law asks for more.
    """

    name: str
    person: str | None = None
    place: Place | None = None
    email: str | None = None
    is_consumer: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingMessage:
    """One message to one debtor by one channel, rendered and final.

    The same message always gives the same bytes: nothing is added later, neither a date
    nor an identifier.

    Attributes:
        dispatch_id: the ledger's key of this sending; channels use it to stay idempotent.
        channel: `email`, `sms`, `letter`, `call`…
        to: an e-mail address, a phone number in E.164 form, or the lines of a postal address
            joined by line feeds.
        to_name: the debtor's name, if the channel shows one.
        sender: the creditor's address on that channel: what the debtor sees.
        sender_name: the creditor's name.
        recipient: letters of every kind: the debtor in parts; `to` says the same in lines.
        origin: letters of every kind: the creditor in parts; where what cannot be delivered comes back to.
        reply_to: e-mail only: where answers go, if not to `sender`.
        envelope_sender: e-mail only: where bounces go (VERP); `sender` if None.
        subject: one line; letters print it, SMS ignore it.
        text: the whole message as plain text.
        html: the same message as HTML with its styles inlined, if there is one.
        inline: images that the HTML shows by their `content_id`; they are not listed as files.
        attachments: in the order in which the debtor sees them; a letter is the one named
            `letter.pdf`.
        message_id: e-mail: RFC 5322 identifier with its angle brackets; unique and
            deterministic. Other channels pass it to providers as their reference.
        in_reply_to: the `message_id` of the previous message of the thread.
        references: the thread, oldest first.
        headers: additional e-mail headers; they may not replace those above.
        language: `fr` or `en`, as in BCP 47.
        date: aware instant written on the message.
        is_approved: a person read and approved this very text; an e-mail does not call it automatic (RFC 3834).
    """

    dispatch_id: str
    channel: str
    to: str
    to_name: str | None = None
    sender: str
    sender_name: str | None = None
    recipient: Party | None = None
    origin: Party | None = None
    reply_to: str | None = None
    envelope_sender: str | None = None
    subject: str
    text: str
    html: str | None = None
    inline: tuple[Attachment, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    message_id: str
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    language: str = "fr"
    date: datetime
    is_approved: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The provider has the message.

    Attributes:
        provider_id: its own name for the message, if it gave one: what to ask it about later.
        detail: its answer in its own words, for the operator.
        path: where the message lies, for channels that write files.
    """

    provider_id: str | None
    detail: str
    path: str | None = None


class ChannelError(Exception):
    """A message that the channel did not deliver, or may not have.

    Attributes:
        code: the provider's code (`450`, `550`), or the fact in two words (`no-route`).
        text: its answer, or what happened, in words an operator can read.
    """

    def __init__(self, code: str, text: str) -> None:
        super().__init__(code, text)
        self.code, self.text = code, text

    def __str__(self) -> str:
        return f"{self.code}: {self.text}"


class TryLater(ChannelError):
    """The provider certainly has nothing; the same message may go through later.

    Attributes:
        retry_after_s: seconds before which a new attempt is pointless, if that is known.
    """

    def __init__(self, code: str, text: str, retry_after_s: int | None = None) -> None:
        super().__init__(code, text)
        self.args = (code, text, retry_after_s)  # so that it pickles
        self.retry_after_s = retry_after_s


class Refused(ChannelError):
    """The provider certainly has nothing and will never take this message.

    Attributes:
        address_is_bad: the address itself is wrong or closed: no other message will reach it
            either. False when it is this message that was not wanted.
    """

    def __init__(self, code: str, text: str, address_is_bad: bool) -> None:  # noqa: FBT001 - an exception pickles its positional arguments
        super().__init__(code, text)
        self.args = (code, text, address_is_bad)
        self.address_is_bad = address_is_bad


class InDoubt(ChannelError):
    """The connection broke when the provider could already have accepted the message."""


class Channel(Protocol):
    """One way out. Worker threads share it: every method is thread-safe."""

    @property
    def name(self) -> str:
        """What operators and settings call it, such as `email`."""

    def send(self, message: OutgoingMessage) -> Receipt:
        """Let the message out, once, and wait for the answer.

        Raises:
            TryLater: it certainly did not leave; try again.
            Refused: it certainly did not leave; trying again is pointless.
            InDoubt: it may have left; never send it again blindly.
            ValueError: the message itself is malformed; names the field. Nothing left.
        """

    def check(self) -> str:
        """Probe the provider without sending anything; one line for the operator.

        Raises:
            ChannelError: in words, what does not work.
        """

    def close(self) -> None:
        """Give back connections; the channel cannot be used afterwards."""
