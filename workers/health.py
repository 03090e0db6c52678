"""Is the system well? One look at the ledger, the timetable, the payment feeds and the processes."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import redis
import sqlalchemy as sa

from workers.ledger import schema
from workers.processes import HEARTBEAT_S
from workers.wiring import System

#: A process that was silent for so long counts as gone.
SILENT_AFTER = timedelta(seconds=3 * HEARTBEAT_S)


@dataclass(frozen=True, slots=True)
class Answer:
    """What one server said, and how long that took, in milliseconds; `error` None when it is well."""

    name: str
    took_ms: float
    error: str | None = None

    @property
    def is_well(self) -> bool:
        """Whether it answered."""
        return self.error is None


@dataclass(frozen=True, slots=True)
class Feed:
    """How fresh a creditor's payments are; `is_fresh` False closes the gate for all of its messages."""

    creditor: str
    as_of: datetime
    is_fresh: bool


@dataclass(frozen=True, slots=True)
class Process:
    """A worker, a relay, as it last said that it lives.

    Attributes:
        silent_s: seconds since its last sign of life, by the ledger's clock.
    """

    worker_id: str
    kind: str
    host: str
    pid: int
    version: str
    queues: tuple[str, ...]
    started_at: datetime
    beat_at: datetime
    silent_s: float

    @property
    def is_alive(self) -> bool:
        """Whether it has said so lately."""
        return self.silent_s < SILENT_AFTER.total_seconds()


@dataclass(frozen=True, slots=True)
class Health:
    """One look; feeds and processes are empty where the ledger did not answer."""

    ledger: Answer
    timetable: Answer
    feeds: tuple[Feed, ...] = ()
    processes: tuple[Process, ...] = ()
    holds: tuple[str, ...] = field(default=())

    @property
    def is_up(self) -> bool:
        """Whether both stores answer; stale payments hold messages back, they are no failure of the system."""
        return self.ledger.is_well and self.timetable.is_well


def look(system: System) -> Health:
    """Look once; never raises for a server that is away."""
    timetable = _ask("timetable", system.broker.client.ping)
    found: dict[str, tuple[object, ...]] = {}

    def read() -> None:
        with system.ledger.connect() as connection:
            hours = timedelta(hours=system.settings.delivery.freshness_hours)
            found["feeds"] = payment_feeds(connection, system.clock.now(), hours)
            found["processes"] = processes(connection)
            found["holds"] = tuple(connection.scalars(sa.select(schema.holds.c.scope).order_by(schema.holds.c.scope)))

    ledger = _ask("ledger", read)
    return Health(ledger, timetable, **found) if ledger.is_well else Health(ledger, timetable)  # type: ignore[arg-type] # three fields by name


def payment_feeds(connection: sa.Connection, now: datetime, freshness: timedelta) -> tuple[Feed, ...]:
    """The payment feed of every creditor that ever reported one; the others are not waited for."""
    feeds = schema.feeds.c
    rows = connection.execute(
        sa.select(feeds.creditor_ref, feeds.as_of).where(feeds.feed == "payments").order_by(feeds.creditor_ref)
    )
    return tuple(Feed(row.creditor_ref, row.as_of, now - row.as_of <= freshness) for row in rows)


def processes(connection: sa.Connection) -> tuple[Process, ...]:
    """Every process with a heartbeat in the ledger, alive or silent, by kind, host and number."""
    table = schema.workers.c
    silent = sa.extract("epoch", sa.func.now() - table.beat_at).label("silent_s")
    rows = connection.execute(sa.select(schema.workers, silent).order_by(table.kind, table.host, table.pid))
    return tuple(
        Process(
            worker_id=row.worker_id, kind=row.kind, host=row.host, pid=row.pid, version=row.version,
            queues=tuple(row.queues.split()), started_at=row.started_at, beat_at=row.beat_at,
            silent_s=max(float(row.silent_s), 0.0),
        )
        for row in rows
    )  # fmt: skip


def _ask(name: str, question: Callable[[], object]) -> Answer:
    begun = time.perf_counter()
    error: str | None = None
    try:
        question()
    except (redis.RedisError, sa.exc.SQLAlchemyError) as problem:
        reason = getattr(problem, "orig", None) or problem
        error = str(reason).strip().partition("\n")[0] or type(reason).__name__
    return Answer(name, round((time.perf_counter() - begun) * 1000, 1), error)
