"""A real SMTP server that delivers to a directory, for the demo and for tests.

Every accepted message becomes a file with exactly the bytes that came, and its envelope a file
beside it; the server can be told to refuse, hang, hang up, or lie (`workers.channels.sink_faults`).
In this process it is `SmtpSink`; on its own it is

    python -m workers.channels.sink --dir D --port 0 --port-file F --fault 'rcpt@a@b.fr=550 5.1.1 unknown'
"""

import argparse
import asyncio
import signal
import threading
from collections.abc import Collection, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from workers.channels.loop_thread import LoopThread
from workers.channels.sink_dialogue import Dialogue, Post, SinkSettings
from workers.channels.sink_faults import Fault, Faults
from workers.channels.sink_files import KeptMessage, kept
from workers.channels.whole_files import write_whole
from workers.supervision import stop_with_parent

_START_S = 10.0


class SmtpSink:
    """The server in a thread of this process; a context manager.

    Attributes:
        directory: where the messages lie.
        port: where it listens, once started.
    """

    def __init__(self, settings: SinkSettings, faults: Collection[Fault] = ()) -> None:
        self.directory = settings.directory
        self.port = settings.port
        self._settings = settings
        self._faults = Faults(faults)
        self._loop = LoopThread("smtp sink")
        self._post = Post(settings, self._faults)
        self._server: asyncio.Server | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    @property
    def connections(self) -> int:
        """How many connections have been opened so far."""
        return self._post.connections

    @property
    def open_connections(self) -> int:
        """How many are open now."""
        return len(self._post.open)

    @property
    def logins(self) -> int:
        """How many passwords have been tried so far."""
        return self._post.logins

    def start(self) -> None:
        """Listen; `port` is known afterwards."""
        self.directory.mkdir(parents=True, exist_ok=True)
        self._loop.run(self._listen, _START_S)

    def stop(self) -> None:
        """Close the port and every connection, and end the thread."""
        if self._loop.is_running:
            self._loop.run(self._close, _START_S)
        self._loop.close()

    def fail(self, *faults: Fault) -> None:
        """Let these faults happen from now on."""
        self._faults.add(*faults)

    def heal(self) -> None:
        """Let nothing go wrong from now on."""
        self._faults.clear()

    def hang_up(self) -> None:
        """Close every connection that is open now, without a word; go on listening."""
        self._loop.run(self._post.hang_up, _START_S)

    def messages(self) -> tuple[KeptMessage, ...]:
        """What has been kept, in the order of arrival."""
        return kept(self.directory)

    async def _listen(self) -> None:
        tls = self._settings.tls_context()
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: Dialogue(self._post, tls if self._settings.security == "starttls" else None),
            self._settings.host,
            self._settings.port,
            ssl=tls if self._settings.security == "tls" else None,
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def _close(self) -> None:
        if self._server is not None:
            self._server.close()
            await self._post.hang_up()


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until SIGTERM or SIGINT."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        faults = [Fault.parse(text) for text in options.fault]
    except ValueError as error:
        parser.error(str(error))
    users = dict(login.split(":", 1) for login in options.user)
    settings = SinkSettings(
        directory=options.dir,
        port=options.port,
        security=options.security,
        certificate=(options.certificate, options.key) if options.certificate else None,
        users=users,
    )
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    if options.with_parent:
        stop_with_parent(stop)
    with SmtpSink(settings, faults) as sink:
        if options.port_file is not None:
            write_whole(options.port_file, str(sink.port).encode())
        stop.wait()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m workers.channels.sink", description=__doc__)
    parser.add_argument("--dir", type=Path, required=True, help="where the messages are kept")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free port")
    parser.add_argument("--port-file", type=Path, help="written once the server listens")
    parser.add_argument("--fault", action="append", default=[], help="STAGE[@ADDRESS]=ACTION[*TIMES]")
    parser.add_argument("--security", choices=("none", "starttls", "tls"), default="none")
    parser.add_argument("--certificate", type=Path, help="PEM file")
    parser.add_argument("--key", type=Path, help="PEM file")
    parser.add_argument("--user", action="append", default=[], help="NAME:PASSWORD; then a login is needed")
    parser.add_argument("--with-parent", action="store_true", help="end when standard input does")
    return parser


if __name__ == "__main__":
    main()
