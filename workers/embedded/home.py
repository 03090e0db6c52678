"""Where the embedded servers keep what is theirs, and whose turn it is to start or stop them."""

import contextlib
import fcntl
import hashlib
import os
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from workers.embedded.errors import NotWritable, OtherOwner, UnsafeSocketDirectory

#: Longest path of a socket, in bytes, without its final NUL (`sun_path`).
LONGEST_SOCKET_PATH = 107 if sys.platform == "linux" else 103
#: The longest name that a server puts below `Home.sockets`.
LONGEST_SOCKET_NAME = "pg/.s.PGSQL.5432"


@dataclass(frozen=True, slots=True)
class Home:
    """The data directory of one pair of servers.

    Attributes:
        root: absolute, without symbolic links, so that every process finds the same sockets.
    """

    root: Path

    @property
    def sockets(self) -> Path:
        """Directory of the sockets: inside the data, or a short one where that path is impossible.

        It depends on `root` alone, never on the environment (`TMPDIR`): a process that
        attaches later must come to the same answer. libpq reads a comma as a list of hosts.
        """
        inside = self.root / "run"
        longest = os.fsencode(inside / LONGEST_SOCKET_NAME)
        if len(longest) <= LONGEST_SOCKET_PATH and b"," not in longest:
            return inside
        digest = hashlib.sha256(os.fsencode(self.root)).hexdigest()[:16]
        return Path(f"/tmp/relance-{os.geteuid()}-{digest}")  # noqa: S108 - made for us alone, and checked

    @contextlib.contextmanager
    def turn(self) -> Iterator[None]:
        """Hold the right to start and stop the servers; others wait. Makes the directories.

        Raises:
            NotWritable, OtherOwner, UnsafeSocketDirectory: the place cannot be used.
        """
        try:
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            _refuse_other_owners(self.root)
            lock = os.open(self.root / "servers.lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise NotWritable(self.root, error.strerror or str(error)) from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            _make_private(self.sockets)
            yield
        finally:
            os.close(lock)


def home_at(data_dir: Path) -> Home:
    """Name the home in `data_dir` (relative, with `~` or symbolic links: any form), without touching it."""
    return Home(data_dir.expanduser().resolve())


def _refuse_other_owners(root: Path) -> None:
    """Servers of one account are not started by another: the files of the second would lock out the first."""
    lock = root / "servers.lock"
    if lock.exists() and lock.stat().st_uid != os.geteuid():
        raise OtherOwner(root, lock.stat().st_uid, os.geteuid())


def _make_private(sockets: Path) -> None:
    sockets.mkdir(mode=0o700, exist_ok=True)
    found = sockets.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o077:
        raise UnsafeSocketDirectory(sockets)
