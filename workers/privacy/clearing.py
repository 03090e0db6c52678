"""Statements that clear the columns of `columns.py`; what is clear already is left alone, so that all may run again."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from workers.ledger import schema
from workers.privacy.columns import Holds, cleared


def clear(
    connection: sa.Connection, table: str, where: str, given: Mapping[str, object], *, holds: Holds = Holds.PERSON
) -> int:
    """Clear the columns of the rows of `where`.

    Args:
        connection: of the caller's transaction.
        table: a table of the ledger.
        where: SQL over its columns, with parameters of `given`.
        given: the parameters.
        holds: whose columns.

    Returns:
        How many rows were not clear yet.
    """
    columns = cleared(table, by=holds)
    changes = ", ".join(f'"{name}" = {value}' for name, value in columns.items())
    statement = f"UPDATE {table} SET {changes} WHERE ({where}) AND {unclear(columns)}"
    return connection.execute(sa.text(statement), given).rowcount


def unclear(columns: Mapping[str, str]) -> str:
    """SQL: whether any of these columns is not clear yet."""
    return "(" + " OR ".join(f'"{name}" IS DISTINCT FROM {value}' for name, value in columns.items()) + ")"


def keys_of(table: str) -> Sequence[str]:
    """The primary key of a table."""
    return [column.name for column in schema.metadata.tables[table].primary_key]
