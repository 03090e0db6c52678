"""What the ledger shows of each channel: its holds, and what became of its latest messages."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from workers.ledger import schema
from workflows.invoice import Channel

#: So many of the latest attempts are looked at, over all channels.
LATEST = 10_000
#: Outcomes of an attempt that say that the provider did not do what it should; `postponed` is "try later".
_FAILURES = ("failed", "in_doubt", "postponed")


@dataclass(frozen=True, slots=True)
class Attempt:
    """What a provider answered to one message.

    Attributes:
        code: its own, or the fact in two words (`no-connection`, `circuit`).
    """

    at: datetime
    outcome: str
    code: str | None
    detail: str


@dataclass(frozen=True, slots=True)
class Record:
    """One channel among the latest attempts.

    Attributes:
        failed_in_row: failures since the last success, or since the attempts looked at begin.
        held: why a person holds it; None where nobody does.
        held_until: until when; None for a hold without an end, or none.
    """

    last_sent: Attempt | None = None
    last_failed: Attempt | None = None
    failed_in_row: int = 0
    held: str | None = None
    held_until: datetime | None = None


def channel_records(connection: sa.Connection, now: datetime) -> dict[Channel, Record]:
    """Every channel with what its latest attempts came to, and whether it is held."""
    holds = _holds(connection, now)
    latest: dict[str, list[sa.Row[tuple[object, ...]]]] = {}
    for row in connection.execute(_LATEST):
        latest.setdefault(row.channel, []).append(row)
    return {channel: _record(latest.get(channel, []), holds.get("all", holds.get(channel))) for channel in Channel}


def _latest() -> sa.Select[tuple[object, ...]]:
    attempt, dispatch = schema.attempts.c, schema.dispatches.c
    recent = sa.select(schema.attempts).order_by(attempt.id.desc()).limit(LATEST).subquery().c
    columns = (dispatch.channel, recent.at, recent.outcome, recent.code, recent.detail)
    return sa.select(*columns).where(dispatch.key == recent.dispatch_key).order_by(recent.id.desc())


_LATEST = _latest()


def _holds(connection: sa.Connection, now: datetime) -> dict[str, tuple[str, datetime | None]]:
    hold = schema.holds.c
    rows = connection.execute(sa.select(schema.holds).where(sa.or_(hold.until.is_(None), hold.until > now)))
    return {row.scope: (row.reason, row.until) for row in rows}


def _record(rows: list[sa.Row[tuple[object, ...]]], hold: tuple[str, datetime | None] | None) -> Record:
    sent = next((place for place, row in enumerate(rows) if row.outcome == "sent"), None)
    failed = next((place for place, row in enumerate(rows) if row.outcome in _FAILURES), None)
    since = rows[:sent] if sent is not None else rows
    held, until = hold or (None, None)
    return Record(
        None if sent is None else _attempt(rows[sent]), None if failed is None else _attempt(rows[failed]),
        sum(row.outcome in _FAILURES for row in since), held, until,
    )  # fmt: skip


def _attempt(row: sa.Row[tuple[object, ...]]) -> Attempt:
    return Attempt(row.at, row.outcome, row.code, row.detail or "")
