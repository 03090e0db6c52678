"""Waiting for facts, not for time."""

import time
from collections.abc import Callable


def until(holds: Callable[[], object], *, within_s: float = 10.0, every_s: float = 0.01) -> None:
    """Return as soon as the condition holds; fail when it has not by the deadline."""
    deadline = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < deadline, f"it did not hold within {within_s} s"
        time.sleep(every_s)
