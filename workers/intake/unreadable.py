"""What could not even be read as an event: kept for the operator with the reasons, and given back to be tried again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

import sqlalchemy as sa
from pydantic import TypeAdapter

from workers.ledger import schema

#: Characters of an unreadable input that are kept.
KEPT: Final = 100_000
_FINDINGS: TypeAdapter[tuple[str, ...]] = TypeAdapter(tuple[str, ...])


@dataclass(frozen=True, slots=True)
class Unread:
    """The answer to an input that is no event.

    Attributes:
        number: under which the ledger keeps it; None where nothing was to be written.
        findings: the field, the value and the fix.
    """

    number: int | None
    findings: tuple[str, ...]
    status: Literal["unreadable"] = "unreadable"


@dataclass(frozen=True, slots=True)
class Kept:
    """One unreadable input as it was kept."""

    number: int
    received_at: datetime
    source: str
    findings: tuple[str, ...]
    body: str


def keep(
    connection: sa.Connection, payload: bytes | str, findings: Sequence[str], *, source: str, now: datetime
) -> int:
    """Keep an unreadable input.

    Args:
        connection: in a transaction that the caller commits.
        payload: as it came; what the database cannot hold is written as an escape.
        findings: why it cannot be read.
        source: by which way it came.
        now: when.

    Returns:
        The number under which it is kept.
    """
    values = {
        "received_at": now,
        "source": source,
        "findings": schema.json_text([storable(each) for each in findings]),
        "body": storable(payload)[:KEPT],
    }
    number: int = connection.execute(
        sa.insert(schema.rejects).values(values).returning(schema.rejects.c.id)
    ).scalar_one()
    return number


def kept(connection: sa.Connection, numbers: Sequence[int] | None = None, *, limit: int = 50) -> list[Kept]:
    """Unreadable inputs, the latest first.

    Args:
        connection: to the ledger.
        numbers: these only; None for the latest.
        limit: how many at most.
    """
    table = schema.rejects.c
    chosen = sa.select(schema.rejects).order_by(table.id.desc()).limit(limit)
    if numbers is not None:
        chosen = chosen.where(table.id.in_(numbers))
    return [
        Kept(row.id, row.received_at, row.source, _FINDINGS.validate_json(row.findings), row.body)
        for row in connection.execute(chosen)
    ]


def forget(connection: sa.Connection, number: int) -> bool:
    """Delete one unreadable input, once it was read after all; False if it is gone already."""
    gone = connection.execute(sa.delete(schema.rejects).where(schema.rejects.c.id == number))
    return gone.rowcount > 0


def storable(text: bytes | str) -> str:
    """`text` without what PostgreSQL cannot hold: NUL, half characters and bytes that are no UTF-8 become escapes."""
    if isinstance(text, str):
        text = text.encode("utf-8", "backslashreplace")
    return text.decode("utf-8", "backslashreplace").replace("\x00", "\\x00")
