"""The queues at a glance: what the timetable holds, what the ledger knows, and who works on them."""

from dataclasses import dataclass
from datetime import UTC, datetime

from workers.actors import EVENTS, QUEUES
from workers.broker import QueueStats
from workers.health import processes
from workers.ledger.queries import inbox
from workers.ledger.queries.figures import Figures, channel_figures, wake_figures
from workers.operations.holds import ALL
from workers.publisher import WAKE
from workers.wiring import System
from workflows.invoice import Channel


@dataclass(frozen=True, slots=True)
class Stop:
    """Why nothing leaves by a queue: who stopped it, since when, until when; `by` None where nobody said."""

    scope: str
    reason: str = ""
    by: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueLine:
    """One queue.

    Attributes:
        ready: could be done now; in the ledger for channels and wake-ups, in the timetable for events.
        running: with a worker.
        delayed: have their moment, the next one at `next_due`.
        held: kept back until something happens: a release, a payment feed, a missing file.
        retry: the provider said "later".
        dead: failed, and waits for a person.
        in_doubt: nobody knows whether it left.
        oldest_s: seconds for which the oldest ready one has been waiting; None if none is.
        queued: messages that the timetable itself holds for the queue, ready or with a worker.
        workers: processes alive that work on it.
        stop: why nothing leaves; None while it runs.
    """

    queue: str
    ready: int
    running: int
    delayed: int
    held: int
    retry: int
    dead: int
    in_doubt: int
    oldest_s: float | None
    next_due: datetime | None
    per_minute: float
    median_s: float | None
    p95_s: float | None
    queued: int
    workers: int
    stop: Stop | None

    @property
    def state(self) -> str:
        """`active`, `paused`, or `idle` when nobody works on it."""
        if self.stop is not None:
            return "paused"
        return "active" if self.workers else "idle"

    @property
    def is_stuck(self) -> bool:
        """Whether work waits and nobody is there to do it."""
        return self.workers == 0 and self.ready + self.queued > 0


def queue_lines(system: System) -> list[QueueLine]:
    """Every queue, in the order in which a message passes them."""
    now = system.clock.now()
    names = [*QUEUES, *(name for name in system.broker.known_queues() if name not in QUEUES)]
    stats = {each.queue: each for each in system.broker.queue_stats(names)}
    with system.ledger.connect() as connection:
        figures = channel_figures(connection, now) | {WAKE: wake_figures(connection, now)}
        stops = {row.scope: Stop(row.scope, row.reason, row.by, row.since, row.until)
                 for row in inbox.holds(connection, now)}  # fmt: skip
        alive = [each for each in processes(connection) if each.kind == "worker" and each.is_alive]
    workers = {name: sum(name in each.queues for each in alive) for name in names}
    return [
        _line(stats[name], figures.get(name), now, stop=_stop(stats[name], stops), workers=workers[name])
        for name in names
    ]


def _stop(stats: QueueStats, stops: dict[str, Stop]) -> Stop | None:
    is_channel = stats.queue in set(Channel)
    if is_channel and (ALL in stops or stats.queue in stops):
        return stops.get(stats.queue, stops.get(ALL))
    return Stop(stats.queue) if stats.is_paused else None


def _line(stats: QueueStats, figures: Figures | None, now: datetime, *, stop: Stop | None, workers: int) -> QueueLine:
    """The ledger knows best what waits for a debtor or a moment; what it does not know, the timetable does."""
    known = figures or Figures()
    in_ledger = stats.queue == WAKE or stats.queue in set(Channel)
    next_due = known.next_due
    if not in_ledger and stats.next_due_ms is not None:
        next_due = datetime.fromtimestamp(stats.next_due_ms / 1000, UTC)
    return QueueLine(
        queue=stats.queue,
        ready=known.ready if in_ledger else stats.ready,
        running=stats.running if stats.queue in (WAKE, EVENTS) or not in_ledger else known.running,
        delayed=known.delayed if in_ledger else stats.delayed,
        held=known.held, retry=known.retry,
        dead=known.dead + stats.dead, in_doubt=known.in_doubt,
        oldest_s=None if known.oldest_ready is None else max((now - known.oldest_ready).total_seconds(), 0.0),
        next_due=next_due, per_minute=known.per_minute, median_s=known.median_s, p95_s=known.p95_s,
        queued=stats.ready + stats.running, workers=workers, stop=stop,
    )  # fmt: skip
