"""The processes of a demonstration: a worker, a relay, an SMTP server; started, watched and ended together."""

import os
import subprocess
import sys
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from workers.demo.place import Place

#: Seconds for the SMTP server to listen.
_START_S: Final = 30.0
#: Seconds a process may take to finish what is under way before it is killed.
_GRACE_S: Final = 20.0
_LOOK_EVERY_S: Final = 0.01


class ChildDied(Exception):
    """A process of the demonstration ended by itself; its log says why."""

    def __init__(self, name: str, log: Path) -> None:
        super().__init__(name, log)
        self.name, self.log = name, log

    def text(self, language: str) -> str:
        """What happened and where to look."""
        if language == "fr":
            return f"le processus « {self.name} » s’est arrêté ; son journal : {self.log}"
        return f"the process '{self.name}' has ended; its log: {self.log}"

    def __str__(self) -> str:
        return self.text("en")


@dataclass
class Children:
    """The processes of one demonstration.

    Each reads a pipe whose other end is here: when this process is gone, however it went, they end by themselves.
    They are in sessions of their own, so that Ctrl-C reaches them once, through us.
    """

    place: Place
    _running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str, *words: str) -> None:
        """Start one more process of ours: a module and its arguments."""
        with self._log(name).open("ab") as log:
            self._running[name] = subprocess.Popen(  # noqa: S603 - our own program
                [sys.executable, "-m", *words, "--with-parent"],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                env=environment(os.environ),
                start_new_session=True,
            )

    def start_mail_server(self, refused: Collection[str]) -> None:
        """Start the SMTP server that keeps what it is given; `mail_port` waits until it listens.

        Args:
            refused: recipients it refuses for good.
        """
        faults = [word for who in refused for word in ("--fault", f"rcpt@{who}=550 5.1.1 no such user here")]
        folder, told = str(self.place.mails), str(self.place.mail_port)
        self.start("mails", "workers.channels.sink", "--dir", folder, "--port-file", told, *faults)

    def mail_port(self) -> int:
        """Where the SMTP server listens.

        Raises:
            ChildDied: it does not.
        """
        deadline = time.monotonic() + _START_S
        while not self.place.mail_port.exists():
            self.look()
            if time.monotonic() > deadline:
                raise ChildDied("mails", self._log("mails"))
            time.sleep(_LOOK_EVERY_S)
        return int(self.place.mail_port.read_text(encoding="ascii"))

    def look(self) -> None:
        """Raise if one of them has ended.

        Raises:
            ChildDied: with the place of its log.
        """
        for name, process in self._running.items():
            if process.poll() is not None:
                raise ChildDied(name, self._log(name))

    def stop(self) -> None:
        """Ask all of them to end, and kill what does not."""
        for process in self._running.values():
            process.terminate()
        deadline = time.monotonic() + _GRACE_S
        for process in self._running.values():
            try:
                process.wait(max(deadline - time.monotonic(), 0))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            if process.stdin is not None:
                process.stdin.close()
        self._running.clear()

    def _log(self, name: str) -> Path:
        return self.place.logs / f"{name}.log"


def environment(environ: Mapping[str, str]) -> dict[str, str]:
    """`environ` without settings of an installation: a demonstration must never reach somebody's servers."""
    return {name: value for name, value in environ.items() if not name.startswith("RELANCE_")}
