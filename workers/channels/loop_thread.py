"""An asyncio event loop in a thread of its own, for callers that block.

Dramatiq's worker threads are synchronous; the SMTP client and the SMTP sink are not.
"""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")

_START_S = 10.0
_STOP_S = 10.0


class LoopThread:
    """Runs coroutines for any number of threads; starts with the first one.

    Create it in the process that uses it: a thread does not survive a fork.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._closed = False

    @property
    def is_running(self) -> bool:
        """Whether anything has been run yet, and the thread not been closed since."""
        return self._thread is not None

    def run(self, work: Callable[[], Coroutine[Any, Any, T]], timeout_s: float) -> T:
        """Run `work` in the loop and wait for what it returns or raises.

        Args:
            work: makes the coroutine; it is called in the loop's own thread.
            timeout_s: seconds after which the coroutine is cancelled.

        Raises:
            TimeoutError: it took longer; whether it had its effect is unknown.
            RuntimeError: the thread has been closed.
        """
        future: Future[T] = asyncio.run_coroutine_threadsafe(_made_there(work), self._running_loop())
        try:
            return future.result(timeout_s)
        except BaseException:
            future.cancel()  # also when the waiting thread is interrupted: nobody would read the answer
            raise

    def close(self) -> None:
        """Cancel what still runs, end the thread; safe to call twice."""
        with self._lock:
            thread, loop, stop = self._thread, self._loop, self._stop
            self._thread, self._closed = None, True
        if thread is not None and loop is not None and stop is not None:
            loop.call_soon_threadsafe(stop.set)
            thread.join(_STOP_S)

    def _running_loop(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._closed:
                raise RuntimeError(f"{self._name} has been closed")
            if self._thread is None:
                ready = threading.Event()
                self._thread = threading.Thread(target=self._main, args=(ready,), name=self._name, daemon=True)
                self._thread.start()
                ready.wait(_START_S)
            if self._loop is None:
                raise RuntimeError(f"{self._name} did not start within {_START_S:.0f} s")
            return self._loop

    def _main(self, ready: threading.Event) -> None:
        asyncio.run(self._until_stopped(ready))

    async def _until_stopped(self, ready: threading.Event) -> None:
        self._stop = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        ready.set()
        await self._stop.wait()


async def _made_there(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    return await work()
