"""The operator's view of bad and early input: what waits, what was refused, what could not be read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Literal

import sqlalchemy as sa
from pydantic import TypeAdapter

from workers.intake import unreadable
from workers.intake.unreadable import Unread
from workers.ledger import schema
from workers.orders import Outcome
from workflows.errors import BadEvent
from workflows.event_schemas import parse_event, short_form
from workflows.events import EVENT, Inbound

if TYPE_CHECKING:
    from workers.wiring import System

State = Literal["parked", "refused", "unreadable"]
STATES: Final[tuple[State, ...]] = ("parked", "refused", "unreadable")
#: Ids of unreadable inputs begin so; they have none of their own.
MARK: Final = "r"
_WORDS: TypeAdapter[tuple[str, ...]] = TypeAdapter(tuple[str, ...])
_INBOUND: TypeAdapter[Inbound] = TypeAdapter(Inbound)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One event that did not simply go in.

    Attributes:
        id: of the event; `r` and a number for an input that is none.
        status: `accepted` for one that went in after all, or was looked up by its id.
        why: findings of what was refused or unreadable; what a parked one waits for.
        body: JSON of the event in its short form; the raw input of an unreadable one.
    """

    id: str
    source: str
    status: str
    kind: str | None
    at: datetime
    why: tuple[str, ...]
    body: str


def listed(connection: sa.Connection, states: Sequence[State], *, limit: int = 50) -> list[Item]:
    """What is in these states, the latest first, at most `limit` of all."""
    items: list[Item] = []
    known = [state for state in states if state != "unreadable"]
    if known:
        table = schema.events.c
        chosen = sa.select(schema.events).where(table.status.in_(known)).order_by(table.recorded_at.desc()).limit(limit)
        items += [_item(connection, row) for row in connection.execute(chosen)]
    if "unreadable" in states:
        items += [_unread(kept) for kept in unreadable.kept(connection, limit=limit)]
    return sorted(items, key=lambda item: item.at, reverse=True)[:limit]


def found(connection: sa.Connection, event_id: str, source: str | None = None) -> list[Item]:
    """The events with this id, one a source, whatever became of them; or the unreadable input of that number."""
    number = event_id.removeprefix(MARK)
    if event_id.startswith(MARK) and number.isdecimal() and len(number) < len("9" * 19):
        return [_unread(kept) for kept in unreadable.kept(connection, [int(number)])]
    table = schema.events.c
    chosen = sa.select(schema.events).where(table.event_id == event_id).order_by(table.source)
    if source is not None:
        chosen = chosen.where(table.source == source)
    return [_item(connection, row) for row in connection.execute(chosen)]


def try_again(system: "System", item: Item) -> Outcome | Unread:
    """Give a refused event, or an unreadable input that can be read now, to the engine once more."""
    if item.status != "unreadable":
        table = schema.events.c
        mine = sa.select(table.body).where(table.source == item.source, table.event_id == item.id)
        with system.ledger.connect() as connection:
            event = _INBOUND.validate_json(connection.scalars(mine).one())
        return system.engine.handle(event)
    number = int(item.id.removeprefix(MARK))
    try:
        event = parse_event(item.body)
    except BadEvent as error:
        return Unread(number, error.findings)
    outcome = system.engine.handle(event)
    with system.ledger.begin() as connection:
        unreadable.forget(connection, number)
    return outcome


def _item(connection: sa.Connection, row: sa.Row[Any]) -> Item:
    why = _WORDS.validate_json(row.findings) if row.findings else ()
    if row.status == "parked":
        table = schema.parked.c
        mine = sa.select(table.waiting_for).where(table.source == row.source, table.event_id == row.event_id)
        why = tuple(connection.scalars(mine.order_by(table.waiting_for)))
    event = EVENT.validate_json(row.body)
    return Item(
        id=row.event_id,
        source=row.source,
        status=row.status,
        kind=row.kind,
        at=row.recorded_at,
        why=why,
        body=TypeAdapter(dict[str, Any]).dump_json(short_form(event)).decode(),
    )


def _unread(kept: unreadable.Kept) -> Item:
    return Item(
        id=f"{MARK}{kept.number}",
        source=kept.source,
        status="unreadable",
        kind=None,
        at=kept.received_at,
        why=kept.findings,
        body=kept.body,
    )
