"""What became of a notice, and the events that it became."""

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from workers.hooks.base import Notice
from workers.hooks.calls import Status
from workers.ledger import schema
from workflows.events import Inbound

if TYPE_CHECKING:
    from workers.wiring import System


@dataclass(frozen=True, slots=True)
class Became:
    """What became of one notice.

    Attributes:
        reason: why, for a person: a line in French and one in English, or one for both where a provider speaks; None
            where there is nothing to explain.
        message_id: the message of ours that it is about.
    """

    status: Status
    reason: str | None = None
    message_id: str | None = None
    events: tuple[Inbound, ...] = ()


def event_id(provider: str, notice: Notice, about: str) -> str:
    """The id of the event that a notice becomes about a message or a debtor: the same notice, the same id."""
    said: tuple[object, ...] = (provider, notice.what, about, notice.provider_event_id)
    if notice.provider_event_id is None:
        said = (*said, notice.at.isoformat(), notice.bounce, notice.letter_state, notice.tracking_no, notice.text)
    if notice.proof is not None:  # one that came late is told, too
        said = (*said, notice.proof.sha256)
    return hashlib.sha256("\0".join(map(str, said)).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def source_of(provider: str) -> str:
    """Where events of a provider come from, in the journal."""
    return f"/hooks/{provider}"


def publish(system: "System", event: Inbound, message_id: str | None = None) -> Became:
    """Publish an event; one that is known already, with whatever instant it was told then, is done."""
    table = schema.events.c
    known = sa.select(table.event_id).where(table.source == event.source, table.event_id == event.event_id)
    with system.ledger.connect() as connection:
        if connection.scalars(known.where(table.status != "refused")).one_or_none() is not None:
            return Became("done", None, message_id, (event,))
    outcome = system.engine.handle(event)
    if outcome.status == "refused":
        return Became("refused", "; ".join(outcome.findings), message_id, (event,))
    return Became("done", None, message_id, (event,))
