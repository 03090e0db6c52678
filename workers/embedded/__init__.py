"""Start or attach a real Valkey and a real PostgreSQL in a data directory, with nothing installed but Python packages.

The servers run apart from every process of the program, belong to the data directory, are
shared by all who name it, and go on when their starter is killed. Production uses its own servers instead.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

from workers.embedded import postgres, valkey
from workers.embedded.daemon import Daemon
from workers.embedded.errors import EmbeddedError
from workers.embedded.home import home_at

__all__ = [
    "EmbeddedError",
    "ServerState",
    "Servers",
    "start",
    "start_postgres",
    "start_valkey",
    "status",
    "stop",
]


@dataclass(frozen=True, slots=True)
class Servers:
    """Addresses of the two servers; valid while they run, and the same after every restart.

    Attributes:
        redis_url: for redis-py and dramatiq.
        postgres_url: for SQLAlchemy with psycopg 3.
    """

    redis_url: str
    postgres_url: str


@dataclass(frozen=True, slots=True)
class ServerState:
    """What an operator wants to know of one server.

    Attributes:
        pid: its main process; None if it does not run, or has only just begun to.
    """

    name: str
    is_running: bool
    pid: int | None
    log: Path


def start(data_dir: Path, *, durable: bool = True) -> Servers:
    """Start both servers or attach to them; safe to call from many processes at once.

    Args:
        data_dir: made if it is missing; keep it on a local disk.
        durable: False only for tests: a crash of the machine may then destroy the data.

    Raises:
        EmbeddedError: a server cannot be had; the text names the place and the fix.
    """
    return Servers(start_valkey(data_dir, durable=durable), start_postgres(data_dir, durable=durable))


def start_valkey(data_dir: Path, *, durable: bool = True) -> str:
    """Start or attach Valkey alone; the rest as for `start`."""
    home = home_at(data_dir)
    with home.turn():
        valkey.start(home, durable=durable)
    return valkey.url_of(home)


def start_postgres(data_dir: Path, *, durable: bool = True) -> str:
    """Start or attach PostgreSQL alone; the rest as for `start`."""
    home = home_at(data_dir)
    with home.turn():
        postgres.start(home, durable=durable)
    return postgres.url_of(home)


def stop(data_dir: Path) -> bool:
    """End both servers in good order, for every process that uses them; False if neither ran.

    Raises:
        EmbeddedError: a server does not end, or belongs to another account.
    """
    home = home_at(data_dir)
    if not home.root.exists():
        return False
    with home.turn():
        ran = any([postgres.stop(home), valkey.stop(home)])
        shutil.rmtree(home.sockets)  # it may lie outside the data directory
    return ran


def status(data_dir: Path) -> tuple[ServerState, ServerState]:
    """Look at Valkey and PostgreSQL, in this order, without changing or waiting for anything."""
    home = home_at(data_dir)
    return _state(valkey.daemon_of(home)), _state(postgres.daemon_of(home))


def _state(daemon: Daemon) -> ServerState:
    return ServerState(daemon.name, daemon.is_alive(), daemon.pid(), daemon.log)
