"""The two brokers, and the actors that both run."""

import time
from typing import Any, Final

import redis
from dramatiq import Actor, Broker, actor
from dramatiq.brokers.redis import RedisBroker
from redis.backoff import ConstantBackoff
from redis.retry import Retry

from workers.broker import TimetableBroker

STOCK: Final = "stock"
TIMETABLE: Final = "timetable"
BROKERS: Final = (STOCK, TIMETABLE)
QUEUE: Final = "default"
LATENESS: Final = "benchmark:lateness"
CALLS: Final = "benchmark:calls"


def make(name: str, url: str) -> Broker:
    """A broker with its defaults."""
    if name == STOCK:
        stock: Broker = RedisBroker(url=url)  # type: ignore[no-untyped-call]
        return stock
    return TimetableBroker(url=url)


def now_ms() -> float:
    """Of this machine, on which the server runs too."""
    return time.time_ns() / 1e6


def patient(url: str) -> redis.Redis:
    """A client for the notes, which waits for a server that is restarted."""
    return redis.Redis.from_url(url, retry=Retry(ConstantBackoff(0.1), 100))


def declare(broker: Any, url: str = "") -> tuple[Actor[[int, int], None], Actor[[float], None], Actor[[int], None]]:  # noqa: ANN401
    """The actors: `wake` does nothing, `note` notes how late it is, `count` notes that it was called."""
    notes = patient(url) if url else broker.client

    def wake(case: int, epoch: int) -> None:
        """Take what a wake-up takes."""

    def note(due_ms: float) -> None:
        notes.rpush(LATENESS, now_ms() - due_ms)

    def count(number: int) -> None:
        time.sleep(0.002)
        notes.rpush(CALLS, number)

    return actor(broker=broker)(wake), actor(broker=broker)(note), actor(broker=broker)(count)
