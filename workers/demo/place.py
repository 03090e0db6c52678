"""The directory of a demonstration: marked as ours, emptied for the next one, never mistaken for somebody's data."""

import contextlib
import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from workers import embedded
from workers.outlets import POST

#: The file that says that a directory is a demonstration's.
MARK: Final = "relance-demo.json"
_LOCK: Final = "relance-demo.lock"
#: Everything a demonstration and its servers make there; nothing else is ever removed.
_OURS: Final = (
    "relance.toml", "clock", "clock.new", "clock.lock", "inputs", "mails", "mails.port", "outbox", "logs", "valkey",
    "lots", "postgres", "run", "postgres.held", "postgres.log", "valkey.log", "servers.lock",
)  # fmt: skip


class NotADemo(Exception):
    """The directory holds something that no demonstration made."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.root = root

    def text(self, language: str) -> str:
        """What is wrong and what to do about it."""
        if language == "fr":
            return f"{self.root} n’est pas vide et n’est pas celui d’une démonstration ; donnez-en un autre avec --data"
        return f"{self.root} is not empty and is no demonstration's; give another one with --data"

    def __str__(self) -> str:
        return self.text("en")


class DemoIsRunning(NotADemo):
    """Another demonstration runs in the directory."""

    def text(self, language: str) -> str:
        """What is wrong and what to do about it."""
        if language == "fr":
            return f"une démonstration tourne déjà dans {self.root} ; attendez sa fin, ou donnez un autre --data"
        return f"a demonstration is running in {self.root}; wait for it to end, or give another --data"


@dataclass(frozen=True, slots=True)
class Place:
    """Where things lie in the directory of a demonstration; `root` is absolute."""

    root: Path

    @property
    def config(self) -> Path:
        """The settings with which every process of the demonstration runs."""
        return self.root / "relance.toml"

    @property
    def clock(self) -> Path:
        """The stepped clock that all of them share."""
        return self.root / "clock"

    @property
    def inputs(self) -> Path:
        """Copies of the files that were imported, with the files of rejected lines beside them."""
        return self.root / "inputs"

    @property
    def mails(self) -> Path:
        """What the SMTP server kept."""
        return self.root / "mails"

    @property
    def mail_port(self) -> Path:
        """Where the SMTP server says on which port it listens."""
        return self.root / "mails.port"

    @property
    def outbox(self) -> Path:
        """Letters and text messages."""
        return self.root / "outbox"

    @property
    def letters_in(self) -> Path:
        """What debtors and mail servers wrote."""
        return self.inputs / "courriels"

    @property
    def batches(self) -> Path:
        """Letters printed together, with the list of whoever fills envelopes."""
        return self.root / "lots"

    def of_channel(self, channel: str) -> Path:
        """Where what left by a channel lies; letters lie where somebody prints them."""
        return self.outbox / POST / channel if channel in ("letter", "tracked", "registered") else self.outbox / channel

    @property
    def logs(self) -> Path:
        """What the processes said."""
        return self.root / "logs"


@contextlib.contextmanager
def prepared(directory: Path) -> Iterator[Place]:
    """A fresh place, for as long as the demonstration runs; what an earlier one left there is removed.

    Raises:
        NotADemo: the directory holds something else.
        DemoIsRunning: another demonstration holds it.
        OSError: it cannot be made or written.
    """
    root = directory.expanduser().absolute()
    if root.exists() and not (root / MARK).is_file() and (not root.is_dir() or any(root.iterdir())):
        raise NotADemo(root)
    root.mkdir(parents=True, exist_ok=True)
    lock = os.open(root / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DemoIsRunning(root) from None
        _empty(root)
        yield _furnished(Place(root))
    finally:
        os.close(lock)


def _empty(root: Path) -> None:
    embedded.stop(root)
    for name in _OURS:
        path = root / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _furnished(place: Place) -> Place:
    (place.root / MARK).write_text(json.dumps({"made_by": "relance demo"}) + "\n", encoding="utf-8")
    for folder in (place.inputs, place.letters_in, place.mails, place.outbox, place.batches, place.logs):
        folder.mkdir()
    return place
