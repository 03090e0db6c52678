"""What every hook takes, answers and raises.

A hook reads the calls of one provider. While the provider waits, only `Hook.is_genuine` is asked; a call that passes is
stored as it came, answered, and read afterwards by a worker, as often as it takes.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from workflows.events import LetterState

What = Literal["delivered", "bounced", "letter", "opted_out", "replied", "noted", "returned", "unread"]
Bounce = Literal["hard", "soft", "complaint", "sms_rejected", "npai"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request of a provider, as it came.

    Attributes:
        method: `POST`, or `GET` where the provider calls so.
        url: as the provider called it: the public address of this installation, the path and the query. It is what
            providers sign; without the secret segment of the path once the call is stored.
        headers: their names in lower case.
        query: the parameters of the URL, in its order; a name may stand twice.
        body: the bytes, at most `workers.hooks.registry.Entrance.largest` of them.
        token: the secret segment of the path, `/hooks/{provider}/{token}`; empty without one, and once stored.
        received_at: aware instant at which it came in.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    query: tuple[tuple[str, str], ...] = ()
    body: bytes
    token: str = field(default="", repr=False)
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Proof:
    """What a carrier gives to prove what became of a letter.

    Attributes:
        content: a PDF or a JPEG.
        media_type: which of them.
    """

    content: bytes = field(repr=False)
    media_type: str

    @property
    def sha256(self) -> str:
        """Its hash in lower-case hexadecimal, which is its name in `letter.tracked`."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One thing that a call says about one message, or about one telephone number.

    A notice finds its message by `reference`, else by `provider_id`; an opt-out and an answer find their contacts by
    `phone`.

    Attributes:
        what: `delivered` or `bounced` of a message; `letter` when a letter came to `letter_state`; `opted_out` when
            somebody wrote STOP; `replied` when somebody wrote something else; `noted` for what changes nothing, kept
            with its `code`; `returned` when a registered letter came back and nobody says why; `unread` for a part of
            a call that does not say what its provider documents, with the reason in `text`.
        at: aware instant at which the provider says that it happened; `Call.received_at` where it says none.
        reference: our own `message_id`, with or without its angle brackets, where the provider echoes it; or at least
            its first thirty characters, without domain, where the provider keeps no more.
        provider_id: the provider's name for the message, as the adapter's `Receipt.provider_id`.
        bounce: of `bounced`.
        code: the provider's own word or number for it.
        letter_state: of `letter`.
        tracking_no: the carrier's number for the letter, if it is told.
        proof: of the carrier, if it is at hand.
        proof_is_late: it has an address, at which it cannot be had yet; the call is read again for it.
        phone: of `opted_out` and `replied`: the number that wrote, in E.164 form.
        text: of `replied`: what it wrote.
        provider_event_id: the provider's name for this very event; two notices with the same are one. Without it, a
            notice is known by its message, what it says and `at`.
    """

    what: What
    at: datetime
    reference: str | None = None
    provider_id: str | None = None
    bounce: Bounce | None = None
    code: str | None = None
    letter_state: LetterState | None = None
    tracking_no: str | None = None
    proof: Proof | None = None
    proof_is_late: bool = False
    phone: str | None = None
    text: str | None = None
    provider_event_id: str | None = None


class Unreadable(Exception):
    """A genuine call that does not say what its provider documents.

    Attributes:
        field: which part, such as `status` or `body`.
        value: what stands there; shortened where it is shown.
        fix: what should stand there.
    """

    def __init__(self, field: str, value: object, fix: str) -> None:
        super().__init__(field, value, fix)
        self.field, self.value, self.fix = field, value, fix

    def __str__(self) -> str:
        return f"{self.field} {str(self.value)[:200]!r}: {self.fix}"


class Hook(Protocol):
    """The reader of one provider's calls. Threads share it: every method is thread-safe."""

    @property
    def name(self) -> str:
        """The provider's name, as in the path `/hooks/{name}`."""

    def is_genuine(self, call: Call) -> bool:
        """Whether the provider made this call: its signature, or the secret it was given.

        In constant time, without asking anybody, and without an error whatever the call holds.
        """

    def read(self, call: Call) -> tuple[Notice, ...]:
        """What the call says; empty if it says nothing that concerns us.

        It runs in a worker, after the answer, with `url` and `token` as stored: it may take its time, and may ask the
        provider where the call only says that there is news.

        Raises:
            Unreadable: it does not say what the provider documents; kept for a person.
            workers.channels.base.ChannelError: the provider was asked and did not answer; the call is read again.
        """


def same(given: str, wanted: str) -> bool:
    """Whether two secrets or signatures are the same, in a time that tells nothing of either; none proves nothing."""
    return bool(wanted) and hmac.compare_digest(
        given.encode("utf-8", "surrogatepass"), wanted.encode("utf-8", "surrogatepass")
    )


class SecretAddress:
    """What hooks share whose provider signs nothing: it calls an address that ends with a secret.

    Args:
        token: the secret.
    """

    def __init__(self, token: str) -> None:
        self._token = token

    def is_genuine(self, call: Call) -> bool:
        """Whether it knows the secret; see `Hook.is_genuine`."""
        return same(call.token, self._token)
