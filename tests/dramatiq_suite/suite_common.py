"""Copied beside dramatiq's tests as `tests/common.py`: what they import and their source distribution lacks."""

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from dramatiq import Broker, Worker

pika: Any = importlib.import_module("pika")  # installed for this suite only
RABBITMQ_USERNAME = RABBITMQ_PASSWORD = "guest"
RABBITMQ_CREDENTIALS = pika.PlainCredentials(RABBITMQ_USERNAME, RABBITMQ_PASSWORD)

skip_in_ci = pytest.mark.skipif("False", reason="nothing is skipped here")
skip_on_pypy = pytest.mark.skipif(sys.implementation.name == "pypy", reason="not for PyPy")
skip_on_windows = pytest.mark.skipif(sys.platform == "win32", reason="not for Windows")
skip_unless_rabbit_mq = pytest.mark.skip(reason="this suite is about Redis")


@contextmanager
def worker(broker: Broker, **options: Any) -> Iterator[Worker]:  # noqa: ANN401  # dramatiq types them
    """A worker that runs as long as the block."""
    running = Worker(broker, **options)
    running.start()
    try:
        yield running
    finally:
        running.stop()
