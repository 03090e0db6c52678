"""What the commands that run until they are told to stop have in common."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from workers import logs
from workers.cli.invocation import Invocation
from workers.processes import stop_on_signals
from workers.supervision import stop_with_parent
from workers.wiring import System, open_system


@contextmanager
def opened(invocation: Invocation, *, with_parent: bool) -> Iterator[tuple[System, threading.Event]]:
    """The system, and the event that says when to stop; a child leaves the migration to its parent."""
    stopping = stop_on_signals()
    if with_parent:
        stop_with_parent(stopping)
    system = open_system(invocation.settings, migrate=not with_parent)
    logs.configure()  # after the migration, of which only errors are of interest
    try:
        yield system, stopping
    finally:
        system.close()
