"""What people have to look at: open tasks, events that wait or were refused, feeds, holds, what was done by hand."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from workers.ledger import schema
from workers.ledger.queries import paging
from workers.ledger.queries.paging import Page, Row


def list_tasks(
    connection: sa.Connection,
    *,
    kind: str | None = None,
    creditor: str | None = None,
    limit: int = paging.USUAL,
    cursor: str | None = None,
) -> Page[Row]:
    """Open tasks, the oldest first.

    Raises:
        BadCursor: `cursor` was not given by an earlier page.
    """
    limit = min(limit, paging.MOST)
    tasks = schema.tasks.c
    statement = sa.select(schema.tasks).where(tasks.done_at.is_(None))
    if kind is not None:
        statement = statement.where(tasks.kind == kind)
    if creditor is not None:
        statement = statement.where(tasks.creditor_ref == creditor)
    if cursor is not None:
        at, key = paging.read(cursor, 2)
        position = sa.tuple_(sa.literal(_instant(at, cursor)), sa.literal(key))
        statement = statement.where(sa.tuple_(tasks.asked_at, tasks.key) > position)
    rows = connection.execute(statement.order_by(tasks.asked_at, tasks.key).limit(limit + 1)).all()
    return paging.page_of(rows, limit, ("asked_at", "key"))


def list_events(
    connection: sa.Connection, status: str, *, limit: int = paging.USUAL, cursor: str | None = None
) -> Page[Row]:
    """Events that are `parked` or `refused`, the oldest first.

    Raises:
        BadCursor: `cursor` was not given by an earlier page.
    """
    limit = min(limit, paging.MOST)
    events = schema.events.c
    waiting = sa.select(sa.func.string_agg(schema.parked.c.waiting_for, sa.literal(", "))).where(
        schema.parked.c.source == events.source, schema.parked.c.event_id == events.event_id
    )
    statement = sa.select(schema.events, waiting.scalar_subquery().label("waiting_for")).where(
        events.status == status, events.status != "accepted"
    )
    if cursor is not None:
        at, source, event_id = paging.read(cursor, 3)
        position = sa.tuple_(sa.literal(_instant(at, cursor)), sa.literal(source), sa.literal(event_id))
        statement = statement.where(sa.tuple_(events.recorded_at, events.source, events.event_id) > position)
    statement = statement.order_by(events.recorded_at, events.source, events.event_id)
    rows = connection.execute(statement.limit(limit + 1)).all()
    return paging.page_of(rows, limit, ("recorded_at", "source", "event_id"))


def feeds(connection: sa.Connection) -> Sequence[Row]:
    """The latest state that each feed of each creditor has reported."""
    table = schema.feeds.c
    return connection.execute(sa.select(schema.feeds).order_by(table.creditor_ref, table.feed)).all()


def holds(connection: sa.Connection, now: datetime) -> Sequence[Row]:
    """What keeps everything, or a channel, from leaving at `now`."""
    table = schema.holds.c
    in_force = sa.or_(table.until.is_(None), table.until > now)
    return connection.execute(sa.select(schema.holds).where(in_force).order_by(table.scope)).all()


def operations(connection: sa.Connection, subject: str | None = None, *, limit: int = paging.USUAL) -> Sequence[Row]:
    """What people did, the latest first; about one subject, or all of it."""
    table = schema.operations.c
    statement = sa.select(schema.operations).order_by(table.id.desc()).limit(min(limit, paging.MOST))
    return connection.execute(statement if subject is None else statement.where(table.subject == subject)).all()


def _instant(text: str, cursor: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise paging.BadCursor(cursor) from None
