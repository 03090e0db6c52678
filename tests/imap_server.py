"""A real IMAP server (pymap, in memory) in a process of its own, for tests that read a mailbox."""

import contextlib
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from imap_tools import MailBoxUnencrypted

from tests.until import until

USER, PASSWORD = "relance", "s3cret"


@dataclass(frozen=True)
class ImapServer:
    """Where it listens, and what tests do with its one mailbox."""

    port: int

    def put(self, *messages: bytes) -> None:
        """Let messages arrive."""
        with self._opened() as box:
            for message in messages:
                box.append(message, "INBOX")

    def take_away(self, number: int) -> None:
        """Let another program delete the message at this place of the mailbox, from 0 on."""
        with self._opened() as box:
            box.delete(box.uids()[number])

    def count(self, folder: str) -> int:
        """How many messages a folder holds; none where there is no such folder."""
        with self._opened() as box:
            return box.folder.status(folder)["MESSAGES"] if box.folder.exists(folder) else 0

    def settings(self, **changes: str) -> str:
        """The table of the settings that leads to it."""
        said = {"host": "127.0.0.1", "security": "none", "username": USER, "password": PASSWORD} | changes
        return f"[mailbox]\nport = {self.port}\n" + "".join(f'{key} = "{value}"\n' for key, value in said.items())

    @contextmanager
    def _opened(self) -> Iterator[MailBoxUnencrypted]:
        with MailBoxUnencrypted("127.0.0.1", self.port, 10) as box:
            box.login(USER, PASSWORD)
            yield box

    def answers(self) -> bool:
        """Whether it takes a connection."""
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
            return True
        return False


@contextmanager
def imap_server(folder: Path) -> Iterator[ImapServer]:
    """A server with an empty mailbox; it ends with the block."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        server = ImapServer(free.getsockname()[1])
    words = ["--host", "127.0.0.1", "--port", str(server.port), "--no-tls",
             "dict", "--demo-user", USER, "--demo-password", PASSWORD]  # fmt: skip
    with (folder / "imap.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", "from pymap.main import main; main()", *words], stdout=log, stderr=log
        )
        try:
            until(server.answers, within_s=30)
            yield server
        finally:
            process.terminate()
            process.wait(timeout=10)
