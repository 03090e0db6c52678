"""Running: one worker, one relay; each says that it lives, and ends softly on SIGTERM or SIGINT."""

import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import metadata

import sqlalchemy as sa
import structlog
from dramatiq import Worker
from sqlalchemy.dialects.postgresql import insert

from workers import relay
from workers.actors import QUEUES
from workers.ledger import schema
from workers.wiring import System, wire

#: Seconds between two signs of life; a process that was silent for three of them counts as gone.
HEARTBEAT_S = 5.0
log = structlog.get_logger()


def run_worker(system: System, *, queues: Sequence[str] = QUEUES, threads: int = 8, until: threading.Event) -> None:
    """Work on `queues` until `until` is set; what is under way is finished first."""
    broker = wire(system)
    worker = Worker(broker, queues=set(queues), worker_threads=threads, worker_timeout=1000)
    worker.start()
    log.info("worker_started", queues=sorted(queues), threads=threads)
    try:
        with _heartbeat(system, "worker", queues):
            until.wait()
    finally:
        worker.stop()
        log.info("worker_stopped")


def run_relay(system: System, *, until: threading.Event) -> None:
    """Sweep until `until` is set."""
    log.info("relay_started", interval_s=system.settings.relay.interval_s)
    with _heartbeat(system, "relay", ()):
        relay.run(system.relay, interval_s=system.settings.relay.interval_s, is_stopping=until.wait)
    log.info("relay_stopped")


def stop_on_signals() -> threading.Event:
    """An event that SIGTERM or SIGINT sets; a second signal ends the process at once."""
    stopping = threading.Event()

    def stop(number: int, _frame: object) -> None:
        if stopping.is_set():
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
        stopping.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    return stopping


@contextmanager
def _heartbeat(system: System, kind: str, queues: Sequence[str]) -> Iterator[None]:
    """A row in the ledger that says who lives, refreshed by a thread of its own and removed at the end."""
    host, pid = socket.gethostname(), os.getpid()
    identity = {"worker_id": f"{kind}/{host}/{pid}", "kind": kind, "host": host, "pid": pid}
    identity |= {"version": _version(), "queues": " ".join(queues)}
    done = threading.Event()
    thread = threading.Thread(target=_beat, args=(system, identity, done.wait), daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join(HEARTBEAT_S)
        with system.ledger.begin() as connection:
            mine = schema.workers.c.worker_id == identity["worker_id"]
            connection.execute(sa.delete(schema.workers).where(mine))


def _version() -> str:
    try:
        return metadata.version("relance")
    except metadata.PackageNotFoundError:  # run from its sources
        return "sources"


def _beat(system: System, identity: dict[str, object], wait: Callable[[float], bool]) -> None:
    """Wall-clock time, also in a stepped run: a heartbeat says when a process lived, not when a reminder is due."""
    row = insert(schema.workers).values(identity | {"started_at": sa.func.now(), "beat_at": sa.func.now()})
    beat = row.on_conflict_do_update(index_elements=["worker_id"], set_={"beat_at": sa.func.now()})
    is_over = False
    while not is_over:
        try:
            with system.ledger.begin() as connection:
                connection.execute(beat)
        except sa.exc.OperationalError as error:
            log.warning("heartbeat_failed", error=str(error))
        is_over = wait(HEARTBEAT_S)
