"""What the tests of the timetable broker share."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dramatiq import Actor, Broker, Message, Worker, actor

from workers.broker import TimetableBroker

FAR = 4_102_444_800_000
"""2100-01-01, in ms."""
LONG_AGO = 1_000


class Steps:
    """A clock that stands still until it is told to jump."""

    def __init__(self, now_ms: int = 1_000_000) -> None:
        self.now_ms = now_ms

    def __call__(self) -> int:
        return self.now_ms


@contextmanager
def working(broker: Broker, threads: int = 4) -> Iterator[Worker]:
    worker = Worker(broker, worker_threads=threads, worker_timeout=100)
    worker.start()
    try:
        yield worker
    finally:
        worker.stop()


def collecting(broker: Broker) -> tuple[Actor[[Any], None], list[Any]]:
    """An actor, and what it was called with."""
    seen: list[Any] = []
    return actor(broker=broker, actor_name="collect")(seen.append), seen


def delivered(broker: TimetableBroker, queue: str = "default") -> list[Message[Any]]:
    """Promote what is due, and take all of it off the queue."""
    while broker.do_promote(queue)[0]:
        pass
    return [Message.decode(each) for each in broker.do_fetch(queue, 10_000)]
