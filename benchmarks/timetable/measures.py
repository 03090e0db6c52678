"""What is measured, each on a fresh private server with an append-only file."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks.timetable.brokers import CALLS, LATENESS, QUEUE, STOCK, declare, make, now_ms
from tests.private_valkey import PrivateValkey
from workers.broker import Appointment, TimetableBroker

PROJECT: Final = Path(__file__).resolve().parents[2]
DAY_MS: Final = 86_400_000
Figures = dict[str, float | int | str | None]


@dataclass(frozen=True)
class Sizes:
    """How much of everything.

    Attributes:
        far: pending far timers of the timetable.
        far_stock: same, of the stock broker, which takes them one by one.
        single: messages scheduled one by one.
        batch: messages scheduled, cancelled and promoted in batches.
        per_second, seconds: messages whose lateness is noted.
        killed: messages that are under way when a process is killed.
        patience_s: how long a lost message is waited for.
    """

    far: int = 1_000_000
    far_stock: int = 20_000
    single: int = 5_000
    batch: int = 100_000
    per_second: int = 100
    seconds: int = 15
    killed: int = 3_000
    patience_s: float = 45.0


QUICK: Final = Sizes(far=50_000, far_stock=10_000, single=1_000, batch=10_000, seconds=5, killed=1_000)


def rates(name: str, sizes: Sizes) -> Figures:
    """Messages per second of one producer; no worker runs."""
    with PrivateValkey() as server:
        broker: Any = make(name, server.url)
        wake, _, _ = declare(broker)
        figures: Figures = {
            "enqueue_per_s": per_second(sizes.single, lambda n: wake.send(n, 1)),
            "schedule_per_s": per_second(sizes.single, lambda n: wake.send_with_options(args=(n, 1), delay=DAY_MS)),
        }
        return figures if name == STOCK else figures | _batch_rates(broker, sizes.batch)


def _batch_rates(broker: TimetableBroker, count: int) -> Figures:
    wake = broker.get_actor("wake")
    due_ms = int(now_ms()) + DAY_MS
    messages = [Appointment(wake.message(n, 1), due_ms + n, f"case {n}") for n in range(count)]
    broker.flush(QUEUE)
    scheduled = seconds_of(lambda: broker.schedule_many(messages))
    moved = seconds_of(lambda: broker.schedule_many(messages))
    cancelled = seconds_of(lambda: broker.cancel_many(QUEUE, (f"case {n}" for n in range(count))))
    broker.schedule_many(messages)
    broker.clock = lambda: due_ms + count
    promoted = seconds_of(lambda: _promote_all(broker))
    assert broker.queue_stats([QUEUE])[0].ready == count
    return {
        "schedule_batch_per_s": round(count / scheduled),
        "reschedule_batch_per_s": round(count / moved),
        "cancel_batch_per_s": round(count / cancelled),
        "promote_per_s": round(count / promoted),
    }


def _promote_all(broker: TimetableBroker) -> None:
    while broker.do_promote(QUEUE)[0]:
        pass


def behind_far_timers(name: str, sizes: Sizes) -> Figures:
    """Memory of an idle worker, of the same with many far timers, and a message due in 5 s behind them."""
    count = sizes.far_stock if name == STOCK else sizes.far
    with PrivateValkey() as server, worker(name, server) as process:
        broker: Any = make(name, server.url)
        _, note, _ = declare(broker)
        note.send(now_ms())
        wait(lambda: server.client().llen(LATENESS) == 1, 20)
        time.sleep(2)
        idle_mb, empty_bytes = memory_mb(process), server.memory_bytes()
        seconds = seconds_of(lambda: _fill(broker, count))
        bytes_each = (server.memory_bytes() - empty_bytes) / count
        time.sleep(3)
        note.send_with_options(args=(now_ms() + 5_000,), delay=5_000)
        arrived = wait(lambda: server.client().llen(LATENESS) == 2, 5 + 15)
        late = lateness(server)[1] if arrived else None
        return {
            "far_timers": count,
            "fill_s": round(seconds, 1),
            "bytes_per_timer": round(bytes_each),
            "worker_idle_mb": idle_mb,
            "worker_with_far_timers_mb": memory_mb(process),
            "message_due_in_5_s_late_by_ms": "not within 20 s" if late is None else round(late, 1),
        } | (_lateness_figures(name, server, sizes) if arrived else {})


def _fill(broker: Any, count: int) -> None:  # noqa: ANN401  # either broker
    wake = broker.get_actor("wake")
    if not isinstance(broker, TimetableBroker):
        for n in range(count):
            wake.send_with_options(args=(n, 1), delay=7 * DAY_MS)
        return
    due_ms = int(now_ms()) + 7 * DAY_MS
    for first in range(0, count, 10_000):
        numbers = range(first, min(first + 10_000, count))
        broker.schedule_many(Appointment(wake.message(n, 1), due_ms + n, f"case {n}") for n in numbers)


def punctuality(name: str, sizes: Sizes) -> Figures:
    """Lateness with nothing else on the server."""
    with PrivateValkey() as server, worker(name, server):
        return _lateness_figures(name, server, sizes)


def _lateness_figures(name: str, server: PrivateValkey, sizes: Sizes) -> Figures:
    """Lateness of messages due at a steady rate, each sent 2 s ahead; from its due time to the actor's first line."""
    broker: Any = make(name, server.url)
    _, note, _ = declare(broker)
    server.client().delete(LATENESS)
    count = sizes.per_second * sizes.seconds
    start = time.monotonic()
    for n in range(count):
        time.sleep(max(start + n / sizes.per_second - time.monotonic(), 0))
        note.send_with_options(args=(now_ms() + 2_000,), delay=2_000)
    wait(lambda: server.client().llen(LATENESS) == count, 20)
    late = sorted(lateness(server))
    return {
        "noted": f"{len(late)} of {count}",
        "late_p50_ms": round(late[len(late) // 2], 1),
        "late_p99_ms": round(late[len(late) * 99 // 100], 1),
        "late_max_ms": round(late[-1], 1),
    }


def killed_worker(name: str, sizes: Sizes) -> Figures:
    """Two workers, one killed with SIGKILL in the middle: what arrives, how often, how late the last."""
    with PrivateValkey() as server, worker(name, server) as victim, worker(name, server):
        broker: Any = make(name, server.url)
        count = declare(broker)[2]
        for n in range(sizes.killed):
            count.send_with_options(args=(n,), delay=2_000 + n)
        wait(lambda: server.client().llen(CALLS) > sizes.killed // 4, 60)
        victim.kill()
        seconds = seconds_of(lambda: wait(lambda: arrived(server) == sizes.killed, sizes.patience_s))
        return _arrivals(server, sizes.killed) | {"all_back_after_s": _if_all(server, sizes.killed, seconds)}


def killed_server(name: str, sizes: Sizes) -> Figures:
    """The server is killed with SIGKILL in the middle, and started again on its append-only file."""
    with PrivateValkey() as server, worker(name, server):
        broker: Any = make(name, server.url)
        count = declare(broker)[2]
        for n in range(sizes.killed):
            count.send_with_options(args=(n,), delay=2_000 + n)
        wait(lambda: server.client().llen(CALLS) > sizes.killed // 4, 60)
        server.kill()
        server.start()
        seconds = seconds_of(lambda: wait(lambda: arrived(server) == sizes.killed, sizes.patience_s))
        return _arrivals(server, sizes.killed) | {"all_back_after_s": _if_all(server, sizes.killed, seconds)}


def _arrivals(server: PrivateValkey, count: int) -> Figures:
    calls: Any = server.client().llen(CALLS)
    return {"messages": count, "arrived": arrived(server), "called_again": calls - arrived(server)}


def _if_all(server: PrivateValkey, count: int, seconds: float) -> float | str:
    return round(seconds, 1) if arrived(server) == count else f"not within {seconds:.0f} s"


def arrived(server: PrivateValkey) -> int:
    """How many different messages `count` was called with."""
    numbers: Any = server.client().lrange(CALLS, 0, -1)
    return len(set(numbers))


def lateness(server: PrivateValkey) -> list[float]:
    """What `note` noted, in ms."""
    noted: Any = server.client().lrange(LATENESS, 0, -1)
    return [float(each) for each in noted]


@contextmanager
def worker(name: str, server: PrivateValkey) -> Iterator[subprocess.Popen[bytes]]:
    """A worker process with dramatiq's 8 threads."""
    command = [sys.executable, "-m", "benchmarks.timetable.worker", name, server.url]
    with subprocess.Popen(command, cwd=PROJECT, stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.kill()


def memory_mb(process: subprocess.Popen[bytes]) -> float:
    """Resident memory of a process (Linux)."""
    status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
    [kilobytes] = (line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))
    return round(int(kilobytes) / 1024, 1)


def per_second(count: int, act: Callable[[int], object]) -> int:
    """How often something can be done in a second."""
    return round(count / seconds_of(lambda: [act(n) for n in range(count)]))


def seconds_of(act: Callable[[], object]) -> float:
    """How long something takes."""
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def wait(holds: Callable[[], bool], within_s: float) -> bool:
    """Whether it holds before the deadline."""
    deadline = time.monotonic() + within_s
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
