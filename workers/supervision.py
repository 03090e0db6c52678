"""Several processes of the program under one: started, started again when they die, ended softly together."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import IO

import structlog

#: Seconds before a process that died is started again: the first time, and at most.
FIRST_WAIT_S, LONGEST_WAIT_S = 0.5, 30.0
#: A process that lived for so long begins again with the first wait.
STEADY_S = 60.0
#: Seconds a process may take to finish what is under way before it is killed.
GRACE_S = 60.0
LOOK_EVERY_S = 0.2
#: Read below Python's buffer, whose lock a thread would still hold when the process ends.
STANDARD_INPUT = 0
log = structlog.get_logger()


@dataclass(slots=True)
class Child:
    """One process: its words after `relance`, and what became of it."""

    name: str
    words: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    wait_s: float = FIRST_WAIT_S
    again_at: float = 0.0
    deaths: int = 0


@dataclass
class Supervisor:
    """Keeps children running.

    Each child reads a pipe whose other end is here: when this process is gone, however it went, they end softly by
    themselves. They are in a session of their own, so that Ctrl-C reaches them once, through us.

    Args:
        general: words between `relance` and the command: `--config`, `--data`.
        children: what to keep running.
    """

    general: Sequence[str]
    children: Sequence[Child]
    grace_s: float = GRACE_S
    _life_lines: dict[str, IO[bytes]] = field(default_factory=dict)

    def run(self, until: threading.Event) -> None:
        """Keep all of them running until `until` is set, then end them; returns when the last one has ended."""
        try:
            while not until.is_set():
                self.look()
                until.wait(LOOK_EVERY_S)
        finally:
            self.stop()

    def look(self) -> None:
        """Start what does not run and may be started again by now."""
        now = time.monotonic()
        for child in self.children:
            if child.process is not None and child.process.poll() is not None:
                self._note_death(child, now)
            if child.process is None and now >= child.again_at:
                self._start(child, now)

    def stop(self) -> None:
        """Ask all of them to end, wait for what is under way, and kill what does not end in time."""
        running = [child.process for child in self.children if child.process is not None]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + self.grace_s
        for process in running:
            try:
                process.wait(max(deadline - time.monotonic(), 0))
            except subprocess.TimeoutExpired:
                log.warning("child_killed", pid=process.pid, after_s=self.grace_s)
                process.kill()
                process.wait()
        for line in self._life_lines.values():
            line.close()

    def _start(self, child: Child, now: float) -> None:
        words = [sys.executable, "-m", "workers.cli", *self.general, *child.words, "--with-parent"]
        child.process = subprocess.Popen(words, stdin=subprocess.PIPE, start_new_session=True)  # noqa: S603 - our own program
        child.started_at = now
        if child.process.stdin is not None:
            self._life_lines[child.name] = child.process.stdin
        log.info("child_started", name=child.name, pid=child.process.pid)

    def _note_death(self, child: Child, now: float) -> None:
        code = None if child.process is None else child.process.returncode
        if now - child.started_at >= STEADY_S:
            child.wait_s = FIRST_WAIT_S
        self._life_lines.pop(child.name).close()
        child.process, child.again_at, child.deaths = None, now + child.wait_s, child.deaths + 1
        log.warning("child_died", name=child.name, exit_code=code, again_in_s=child.wait_s)
        child.wait_s = min(child.wait_s * 2, LONGEST_WAIT_S)


def stop_with_parent(stopping: threading.Event) -> None:
    """Set `stopping` once standard input ends: the process that started this one is gone."""

    def watch() -> None:
        while os.read(STANDARD_INPUT, 1):
            pass
        stopping.set()

    threading.Thread(target=watch, name="parent", daemon=True).start()
