"""Queue figures that only the ledger can give: what waits, what failed, what is in doubt, how fast it goes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from workers.ledger import schema
from workers.ledger.queries.dispatches import OPEN_STATUSES, State, condition

#: How far back the throughput is counted.
WINDOW = timedelta(minutes=5)
#: So many of the latest lines of the journal are looked at for the throughput of wake-ups; more than that in five
#: minutes is counted as a rate over the time they span.
LATEST_LINES = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """One queue as the ledger sees it.

    Attributes:
        oldest_ready: when the longest-waiting message that could leave became due; None if there is none.
        per_minute: how many ended in the last five minutes, for each minute.
        median_s, p95_s: from claim to answer, seconds; None where nothing ended in that time.
    """

    ready: int = 0
    delayed: int = 0
    held: int = 0
    retry: int = 0
    running: int = 0
    dead: int = 0
    in_doubt: int = 0
    oldest_ready: datetime | None = None
    next_due: datetime | None = None
    per_minute: float = 0.0
    median_s: float | None = None
    p95_s: float | None = None


def channel_figures(connection: sa.Connection, now: datetime) -> dict[str, Figures]:
    """Figures of every channel that has any, by channel."""
    row = schema.dispatches.c
    states = {
        "ready": State.READY, "delayed": State.DELAYED, "held": State.HELD, "retry": State.RETRY,
        "running": State.RUNNING, "dead": State.DEAD, "in_doubt": State.IN_DOUBT,
    }  # fmt: skip
    counts = [sa.func.count().filter(condition(state, now)).label(name) for name, state in states.items()]
    due = sa.func.coalesce(row.not_before, row.wanted_at)
    oldest = sa.func.min(due).filter(condition(State.READY, now)).label("oldest_ready")
    later = sa.or_(condition(State.DELAYED, now), condition(State.RETRY, now))
    coming = sa.func.min(row.not_before).filter(later).label("next_due")
    open_ones = sa.select(row.channel, *counts, oldest, coming).where(row.status.in_(OPEN_STATUSES))
    found: dict[str, dict[str, object]] = {
        line.channel: {name: getattr(line, name) for name in (*states, "oldest_ready", "next_due")}
        for line in connection.execute(open_ones.group_by(row.channel))
    }
    for channel, pace in _pace(connection, now).items():
        found.setdefault(channel, {}).update(pace)
    return {channel: Figures(**values) for channel, values in found.items()}  # type: ignore[arg-type] # fields by name


def _pace(connection: sa.Connection, now: datetime) -> dict[str, Mapping[str, object]]:
    row, sent = schema.dispatches.c, schema.messages.c
    took = sa.extract("epoch", sent.ended_at - sent.claimed_at)
    ended = (
        sa.select(
            row.channel,
            sa.func.count().label("ended"),
            sa.func.percentile_cont(0.5).within_group(took).label("median_s"),
            sa.func.percentile_cont(0.95).within_group(took).label("p95_s"),
        )
        .join_from(schema.dispatches, schema.messages, row.message_id == sent.message_id)
        .where(row.status == "sent", row.done_at > now - WINDOW, row.done_at <= now)
        .group_by(row.channel)
    )
    minutes = WINDOW.total_seconds() / 60
    return {
        each.channel: {
            "per_minute": each.ended / minutes, "median_s": float(each.median_s), "p95_s": float(each.p95_s)
        }
        for each in connection.execute(ended)
    }  # fmt: skip


def wake_figures(connection: sa.Connection, now: datetime) -> Figures:
    """Figures of the wake-ups: what is due, what comes, how many rang."""
    cases = schema.cases.c
    late = sa.select(sa.func.count(), sa.func.min(cases.next_wake_at)).where(cases.next_wake_at <= now)
    ready, oldest = connection.execute(late).one()
    coming = sa.select(sa.func.count(), sa.func.min(cases.next_wake_at)).where(cases.next_wake_at > now)
    delayed, next_due = connection.execute(coming).one()
    return Figures(ready=ready, oldest_ready=oldest, delayed=delayed, next_due=next_due,
                   per_minute=_rings_per_minute(connection, now))  # fmt: skip


def _rings_per_minute(connection: sa.Connection, now: datetime) -> float:
    journal = schema.journal.c
    latest = sa.select(journal.kind, journal.recorded_at).order_by(journal.seq.desc()).limit(LATEST_LINES).subquery()
    recent = latest.c.recorded_at > now - WINDOW
    rang = sa.func.count().filter(recent, latest.c.kind == "step.fell_due")
    count, lines, first = connection.execute(
        sa.select(rang, sa.func.count().filter(recent), sa.func.min(latest.c.recorded_at).filter(recent))
    ).one()
    span = WINDOW if lines < LATEST_LINES or first is None else max(now - first, timedelta(seconds=1))
    return float(count) / (span.total_seconds() / 60)
