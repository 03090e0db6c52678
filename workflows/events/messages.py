"""What becomes of a message once it has left."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from workflows.events.base import Fact

#: As the message bore it; longer than other references, since a domain is part of it.
MessageId = Annotated[str, Field(min_length=1, max_length=320, pattern=r"^[^\s\x00-\x1f]+$")]


class MessageBounced(Fact):
    """A message did not reach its address; the contact is marked and the next channel tried."""

    kind: Literal["message.bounced"] = "message.bounced"
    message_id: MessageId
    bounce: Literal["hard", "soft", "complaint", "sms_rejected", "npai"]
    code: str | None = None


class MessageDelivered(Fact):
    """A provider says the message arrived; only told, never decides."""

    kind: Literal["message.delivered"] = "message.delivered"
    message_id: MessageId


class LetterState(StrEnum):
    """Where a posted letter stands."""

    DEPOSITED = "deposited"
    NOTIFIED = "notified"
    DELIVERED = "delivered"
    REFUSED = "refused"
    UNCLAIMED = "unclaimed"
    NPAI = "npai"


class LetterTracked(Fact):
    """The carrier reports on a letter; a registered letter's deadline runs from reception or first presentation."""

    kind: Literal["letter.tracked"] = "letter.tracked"
    message_id: MessageId
    state: Annotated[LetterState, Field(strict=False)]
    tracking_no: str | None = None
    proof_sha256: str | None = Field(None, pattern=r"^[0-9a-f]{64}$")
