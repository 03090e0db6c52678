"""Events as other programs send them: read, applied, and kept for the operator where they cannot be read."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from workers.intake import unreadable
from workers.intake.unreadable import Unread
from workers.ledger.book import Book
from workers.orders import Orders, Outcome
from workers.reception import Reception
from workflows.errors import BadEvent
from workflows.event_schemas import parse_event, short_form
from workflows.events import Fact, Inbound

if TYPE_CHECKING:
    from workers.wiring import System


def receive(system: "System", payload: bytes | str, *, way: str = "/message") -> Outcome | Unread:
    """Take in one event as it travels; bad input is an answer, never an exception.

    Args:
        system: where it goes.
        payload: JSON, see docs/events.md.
        way: by which it came, for the list of what could not be read.

    Returns:
        The outcome of the event; `Unread`, and the input is kept, where it is none.

    Raises:
        sqlalchemy.exc.OperationalError: the ledger is away; nothing happened, send it again.
    """
    return receive_many(system, [payload], way=way)[0]


def receive_many(system: "System", payloads: Sequence[bytes | str], *, way: str) -> list[Outcome | Unread]:
    """Take in several events in one transaction, in order; a bad one does not stop those behind it."""
    read = [_read(payload) for payload in payloads]
    outcomes = iter(system.engine.handle_many([each for each in read if isinstance(each, Fact)]))
    answers = [next(outcomes) if isinstance(each, Fact) else each for each in read]
    return [
        _kept(system, payload, answer, way) if isinstance(answer, Unread) else answer
        for payload, answer in zip(payloads, answers, strict=True)
    ]


def rehearse(system: "System", payloads: Sequence[bytes | str]) -> list[Outcome | Unread]:
    """What `receive_many` would answer; nothing is written."""
    read = [_read(payload) for payload in payloads]
    outcomes = iter(rehearse_events(system, [each for each in read if isinstance(each, Fact)]))
    return [next(outcomes) if isinstance(each, Fact) else each for each in read]


def rehearse_events(system: "System", events: Sequence[Inbound]) -> list[Outcome]:
    """What the engine would answer to `events`, in a transaction that is taken back."""
    with system.ledger.connect() as connection, connection.begin() as transaction:
        book, orders = Book(connection, system.clock.now()), Orders()
        reception = Reception(system.engine, book, orders)
        reception.lock_ahead(events)
        outcomes = [reception.apply(event) for event in events]
        transaction.rollback()
    return outcomes


def wire_form(event: Fact) -> bytes:
    """An event as `receive` takes it."""
    return json.dumps(short_form(event), ensure_ascii=False).encode()


def _read(payload: bytes | str) -> Inbound | Unread:
    try:
        return parse_event(payload)
    except BadEvent as error:
        return Unread(None, error.findings)


def _kept(system: "System", payload: bytes | str, answer: Unread, way: str) -> Unread:
    with system.ledger.begin() as connection:
        number = unreadable.keep(connection, payload, answer.findings, source=way, now=system.clock.now())
    return Unread(number, answer.findings)
