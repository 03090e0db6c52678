"""Many statements in one round trip, for the paths that every step of every case takes.

Statements are written with SQLAlchemy Core, or as text where that reads better, and turned into SQL once; psycopg's
pipeline mode then sends them together inside the transaction that SQLAlchemy began. JSON columns come as JSON text.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg.rows import namedtuple_row
from pydantic_core import PydanticSerializationError
from sqlalchemy.dialects import postgresql

Query = tuple[str, Mapping[str, object]]
#: A row whose columns are attributes.
Row = Any

#: Something that may be there once is there already.
THERE_ALREADY = (sa.exc.IntegrityError, psycopg.errors.UniqueViolation)
#: What both layers raise when the server is away or restarts.
LEDGER_IS_AWAY = (sa.exc.OperationalError, sa.exc.TimeoutError, psycopg.OperationalError)
#: What is raised for texts and numbers that no column can hold.
UNSTORABLE = (sa.exc.DataError, psycopg.DataError, UnicodeError, PydanticSerializationError)
_DIALECT = postgresql.psycopg.dialect()  # type: ignore[no-untyped-call] # SQLAlchemy leaves it untyped


def sql_of(statement: sa.ClauseElement, columns: Sequence[str] | None = None) -> str:
    """The SQL of a Core statement, constants in it, and `%(name)s` for each parameter still to be bound.

    Args:
        statement: built once, when its module is imported.
        columns: those that an insert names.
    """
    compiled = statement.compile(dialect=_DIALECT, column_keys=None if columns is None else list(columns))
    text = str(compiled)
    for name, bound in getattr(compiled, "binds", {}).items():
        if not bound.required:
            text = text.replace(f"%({name})s", psycopg.sql.Literal(bound.value).as_string(None))
    return text


def ask_all(connection: sa.Connection, queries: Sequence[Query]) -> list[list[Row]]:
    """The rows of each query; they run in the order given, so that locks are taken in it."""
    raw = _raw(connection)
    cursors = [raw.cursor(row_factory=namedtuple_row) for _query in queries]
    with raw.pipeline():
        for cursor, (statement, parameters) in zip(cursors, queries, strict=True):
            cursor.execute(statement, parameters)
    return [cursor.fetchall() for cursor in cursors]


def ask(connection: sa.Connection, statement: str, parameters: Mapping[str, object]) -> list[Row]:
    """The rows of one query."""
    with _raw(connection).cursor(row_factory=namedtuple_row) as cursor:
        return cursor.execute(statement, parameters).fetchall()


def tell_all(connection: sa.Connection, queries: Iterable[Query]) -> None:
    """Run statements whose rows nobody wants, in the order given."""
    raw = _raw(connection)
    with raw.pipeline():
        for statement, parameters in queries:
            raw.execute(statement, parameters)


def was_deadlock(error: Exception) -> bool:
    """Whether the server ended this transaction because it and another one waited for each other."""
    reason = error.orig if isinstance(error, sa.exc.DBAPIError) else error
    return isinstance(reason, psycopg.errors.DeadlockDetected)


def _raw(connection: sa.Connection) -> "psycopg.Connection[Any]":
    raw = connection.connection.driver_connection
    if not isinstance(raw, psycopg.Connection):
        raise TypeError(f"the ledger is {type(raw).__name__}; only psycopg has pipelines")
    return raw
