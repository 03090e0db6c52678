"""Calls of providers, as people look at them."""

from datetime import datetime

import sqlalchemy as sa

from workers.ledger import schema
from workers.ledger.queries import paging
from workers.ledger.queries.paging import BadCursor, Page, Row

#: Everything of a call but what it said.
_COLUMNS = [column for column in schema.hook_calls.c if column.name not in ("body", "headers")]
#: Those that a person should look at.
WAITING = ("unmatched", "unreadable", "refused")


def list_calls(
    connection: sa.Connection,
    *,
    statuses: tuple[str, ...] = WAITING,
    provider: str | None = None,
    limit: int = paging.USUAL,
    cursor: str | None = None,
) -> Page[Row]:
    """Calls of these statuses, the oldest first; of every status where none is given.

    Raises:
        BadCursor: `cursor` was not given by an earlier page.
    """
    table, limit = schema.hook_calls.c, min(limit, paging.MOST)
    statement = sa.select(*_COLUMNS)
    if statuses:
        statement = statement.where(table.status.in_(statuses))
    if provider is not None:
        statement = statement.where(table.provider == provider)
    if cursor is not None:
        at, call_id = paging.read(cursor, 2)
        try:
            since = datetime.fromisoformat(at)
        except ValueError:
            raise BadCursor(cursor) from None
        statement = statement.where(sa.tuple_(table.received_at, table.call_id) > sa.tuple_(since, call_id))
    rows = connection.execute(statement.order_by(table.received_at, table.call_id).limit(limit + 1)).all()
    return paging.page_of(rows, limit, ("received_at", "call_id"))


def find_calls(connection: sa.Connection, call_id: str) -> list[Row]:
    """The calls whose id begins so, whole; two at most."""
    begins = schema.hook_calls.c.call_id.startswith(call_id, autoescape=True)
    return list(connection.execute(sa.select(schema.hook_calls).where(begins).limit(2)).all())
