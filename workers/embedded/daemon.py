"""One server process that outlives its starter: start it apart, know whether it lives, wait for it, end it."""

import contextlib
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from workers.embedded.errors import NoAnswer, ServerDied

#: Generous: after a crash PostgreSQL replays its log, and Valkey reads a portfolio of timers.
PATIENCE_S = 120.0
POLL_S = 0.01
LARGEST_LOG_BYTES = 1_000_000
LAUNCH = Path(__file__).with_name("launch.py")
#: Nothing of the caller's environment (PGDATA, LC_ALL, proxies…) may steer a server.
ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL": "C", "TZ": "UTC"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Daemon:
    """A server and how to recognise it.

    Attributes:
        name: for messages.
        held: a file whose lock is inherited by every process of the server. The kernel
            releases it when the last of them has ended, however it ended: unlike a pid file it is
            never stale, and no other process can be mistaken for the server.
        pid_file: its first line is the number of the main process; that process was started with the file's
            directory among its arguments.
        log: what the server says.
    """

    name: str
    held: Path
    pid_file: Path
    log: Path

    def is_alive(self) -> bool:
        """Whether any process of the server still runs, ready or not."""
        try:
            probe = os.open(self.held, os.O_RDWR)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(probe, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(probe)
        return False

    def pid(self) -> int | None:
        """The main process, or None if there is none, or if it has not said yet."""
        if not self.is_alive():
            return None
        with contextlib.suppress(FileNotFoundError, ValueError, IndexError):
            pid = int(self.pid_file.read_text().splitlines()[0])
            return pid if self._is_known_as(pid) else None
        return None

    def _is_known_as(self, pid: int) -> bool:
        """Whether `pid` is the server: the number may be another process's by now, or another container's."""
        try:
            return os.fsencode(self.pid_file.parent) in Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            return sys.platform != "linux"


def spawn(daemon: Daemon, command: Sequence[str | Path], way: Sequence[str] = ()) -> None:
    """Start the server apart from this process; return at once, before it is ready."""
    held = _claim(daemon.held)
    try:
        launch(["--detach", *way], command, log=daemon.log, pass_fds=(held,))
    finally:
        os.close(held)  # the lock stays: the server has the same open file


def launch(way: Sequence[str], command: Sequence[str | Path], *, log: Path, pass_fds: tuple[int, ...] = ()) -> int:
    """Run `launch.py`, with what it says added to `log`; its exit status is the command's, or 0 once detached."""
    _keep_log_small(log)
    log.touch(mode=0o600)
    arguments = [sys.executable, "-I", "-S", LAUNCH, *way, "--", *command]
    with log.open("ab") as output:
        ended = subprocess.run(  # noqa: S603 - no shell, and every argument is ours
            arguments,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=ENVIRONMENT,
            pass_fds=pass_fds,
            check=False,
        )
    return ended.returncode


def attach(daemon: Daemon, is_ready: Callable[[], bool]) -> bool:
    """Wait for the answer of a server that runs already; False if none runs, or it was only on its way out.

    After `kill -9` of the main process its children end by themselves, and no second server may touch the data before.

    Raises:
        NoAnswer: it lives, but has not answered for `PATIENCE_S`.
    """
    deadline = time.monotonic() + PATIENCE_S
    while daemon.is_alive():
        if is_ready():
            return True
        _pause(daemon, deadline)
    return False


def wait_until_ready(daemon: Daemon, is_ready: Callable[[], bool]) -> None:
    """Wait for the first answer of a server that was just spawned.

    Raises:
        ServerDied: it ended instead; with the end of its log.
        NoAnswer: it lives, but has not answered for `PATIENCE_S`.
    """
    if not attach(daemon, is_ready):
        raise ServerDied(daemon.name, daemon.log, tail(daemon.log))


def end(daemon: Daemon, how: signal.Signals) -> bool:
    """Ask the server to end and wait for its last process; False if it did not run.

    Raises:
        NoAnswer: it did not end within `PATIENCE_S`.
    """
    deadline = time.monotonic() + PATIENCE_S
    was_alive = daemon.is_alive()
    asked: int | None = None
    while daemon.is_alive():
        pid = daemon.pid()  # a server that is only starting has no number yet
        if pid is not None and pid != asked:
            asked = pid
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, how)
        _pause(daemon, deadline)
    return was_alive


def tail(log: Path, lines: int = 15) -> str:
    """The last lines of a log, for an error message."""
    with contextlib.suppress(FileNotFoundError):
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
    return ""


def _pause(daemon: Daemon, deadline: float) -> None:
    if time.monotonic() > deadline:
        raise NoAnswer(daemon.name, daemon.pid(), PATIENCE_S, daemon.log)
    time.sleep(POLL_S)


def _claim(held: Path) -> int:
    lock = os.open(held, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)  # waits at most for somebody who is looking whether it is held
    return lock


def _keep_log_small(log: Path) -> None:
    if log.exists() and log.stat().st_size > LARGEST_LOG_BYTES:
        log.replace(log.with_name(f"{log.name}.old"))
