"""Copied beside dramatiq's tests as `tests/conftest.py`: the fixtures that their source distribution lacks."""

import logging
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import dramatiq
import pytest
import redis
from dramatiq import Broker, Worker
from dramatiq.brokers import redis as redis_module
from dramatiq.brokers.stub import StubBroker
from dramatiq.rate_limits import RateLimiterBackend
from dramatiq.rate_limits.backends import RedisBackend as RedisLimits
from dramatiq.rate_limits.backends import StubBackend as StubLimits
from dramatiq.results import ResultBackend
from dramatiq.results.backends import RedisBackend as RedisResults
from dramatiq.results.backends import StubBackend as StubResults

logging.getLogger().setLevel(logging.DEBUG)


@pytest.fixture(autouse=True)
def _empty_server() -> Iterator[None]:
    redis.Redis().flushall()
    yield
    redis.Redis().flushall()


def _global(broker: Broker) -> Iterator[Broker]:
    broker.emit_after("process_boot")
    dramatiq.set_broker(broker)
    yield broker
    broker.flush_all()
    broker.emit_before("process_stop")
    broker.close()


def _working(broker: Broker) -> Iterator[Worker]:
    worker = Worker(broker, worker_timeout=100, worker_threads=32)
    worker.start()
    yield worker
    worker.stop()


@pytest.fixture
def stub_broker() -> Iterator[Broker]:
    yield from _global(StubBroker())


@pytest.fixture
def stub_worker(stub_broker: Broker) -> Iterator[Worker]:
    yield from _working(stub_broker)


@pytest.fixture
def redis_broker() -> Iterator[Broker]:
    yield from _global(redis_module.RedisBroker())  # type: ignore[no-untyped-call]


@pytest.fixture
def redis_worker(redis_broker: Broker) -> Iterator[Worker]:
    yield from _working(redis_broker)


@pytest.fixture
def redis_result_backend() -> ResultBackend:
    backend: ResultBackend = RedisResults()
    return backend


@pytest.fixture(params=[RedisResults, StubResults], ids=["redis", "stub"])
def result_backend(request: pytest.FixtureRequest) -> ResultBackend:
    backend: ResultBackend = request.param()
    return backend


@pytest.fixture(params=[RedisLimits, StubLimits], ids=["redis", "stub"])
def rate_limiter_backend(request: pytest.FixtureRequest) -> RateLimiterBackend:
    backend: RateLimiterBackend = request.param()
    return backend


@pytest.fixture
def start_cli() -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    started: list[subprocess.Popen[bytes]] = []

    def start(
        broker_path: str,
        *,
        extra_args: tuple[str, ...] = (),
        **options: Any,  # noqa: ANN401  # subprocess types them
    ) -> subprocess.Popen[bytes]:
        process = subprocess.Popen([sys.executable, "-m", "dramatiq", broker_path, *extra_args], **options)
        started.append(process)
        return process

    yield start
    for process in started:
        process.terminate()
        process.wait(30)
