"""Copied beside dramatiq's tests as `sitecustomize.py`, so that the processes which they start are prepared as well.

The tests name the default port of Redis and the stock broker; this sends them to the private server, and to the broker
that is being tested.
"""

import importlib
import os
from typing import Any

import dramatiq.brokers.redis
import redis.connection

DEFAULT_PORT = 6379
PRIVATE_PORT = int(os.environ["SUITE_PORT"])
_connect: Any = redis.connection.Connection.__init__


def _to_the_private_server(self: redis.connection.Connection, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
    if kwargs.get("port", DEFAULT_PORT) == DEFAULT_PORT:
        kwargs["port"] = PRIVATE_PORT
    _connect(self, *args, **kwargs)


redis.connection.Connection.__init__ = _to_the_private_server  # type: ignore[method-assign]
_module, _, _name = os.environ["SUITE_BROKER"].partition(":")
dramatiq.brokers.redis.RedisBroker = getattr(importlib.import_module(_module), _name)  # type: ignore[misc]
