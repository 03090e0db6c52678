"""The only reader of the clock: the machine's, or a stepped one that all processes of a run share."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from workers.settings import Settings

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Clock(Protocol):
    """What time it is, for everything that must be right on time."""

    def now(self) -> datetime:
        """The instant, in UTC, with its zone."""
        ...

    def now_ms(self) -> int:
        """The same instant in whole milliseconds since 1970, rounded down."""
        ...


class SystemClock:
    """The machine's clock: production."""

    def now(self) -> datetime:
        """The instant, in UTC, with its zone."""
        return datetime.now(UTC)  # noqa: TID251 - this module is the reader of the clock

    def now_ms(self) -> int:
        """The same instant in whole milliseconds since 1970, rounded down."""
        return _ms(self.now())


class SteppedClock:
    """A clock that stands still until somebody moves it, and never goes back.

    Its instant is one line in a file: every process that names the file reads the same time,
    from the moment of the jump on. A reader never sees half an instant, and a killed process leaves nothing to repair.

    Args:
        path: the file that `begin` made; on a local disk.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def begin(cls, path: Path, at: datetime) -> "SteppedClock":
        """Make the file if it is missing, and jump to `at`."""
        path.parent.mkdir(parents=True, exist_ok=True)
        clock = cls(path)
        clock.jump_to(at)
        return clock

    def now(self) -> datetime:
        """The instant, in UTC, with its zone.

        Raises:
            ClockUnreadable: no run has begun in this file, or something else wrote to it.
        """
        instant = self._read()
        if instant is None:
            raise ClockUnreadable(self.path, "it does not exist")
        return instant

    def now_ms(self) -> int:
        """The same instant in whole milliseconds since 1970, rounded down."""
        return _ms(self.now())

    def jump_to(self, at: datetime) -> datetime:
        """Move forward to `at`, and return the instant that now holds.

        That is later than `at` if the clock was there already: of two processes that jump at once, the later instant
        wins.

        Raises:
            ValueError: `at` has no time zone.
        """
        if at.utcoffset() is None:
            raise ValueError(f"{at.isoformat()} has no time zone; give one, such as +00:00")
        with self._turn():
            known = self._read()
            if known is None or at > known:
                known = at.astimezone(UTC)
                self._write(known)
        return known

    def _read(self) -> datetime | None:
        try:
            text = self.path.read_text(encoding="ascii")
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise ClockUnreadable(self.path, str(error)) from error
        try:
            return datetime.fromisoformat(text.strip()).astimezone(UTC)
        except ValueError as error:
            raise ClockUnreadable(self.path, f"it holds {text[:40]!r}") from error

    def _write(self, at: datetime) -> None:
        """Replace the file in one step; the turn is ours, so the name beside it is free."""
        fresh = self.path.with_name(f"{self.path.name}.new")
        fresh.write_text(f"{at.isoformat()}\n", encoding="ascii")
        fresh.replace(self.path)

    @contextlib.contextmanager
    def _turn(self) -> Iterator[None]:
        lock = os.open(self.path.with_name(f"{self.path.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)


class ClockUnreadable(Exception):
    """The file of a stepped clock is missing or holds no instant."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(path, reason)
        self.path, self.reason = path, reason

    def __str__(self) -> str:
        return (
            f"clock_file {self.path} cannot be read: {self.reason}; begin a stepped run there, or remove the setting "
            "to use the machine's clock"
        )


def clock_of(settings: Settings) -> Clock:
    """The clock that the settings ask for: stepped where they name a `clock_file`."""
    return SystemClock() if settings.clock_file is None else SteppedClock(settings.clock_file)


def _ms(instant: datetime) -> int:
    return (instant - EPOCH) // timedelta(milliseconds=1)
