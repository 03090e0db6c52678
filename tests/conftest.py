"""The ground that tests stand on: real servers, started by the first test that asks for one, ended with the session."""

import contextlib
import fcntl
import itertools
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
import redis
from hypothesis import settings as hypothesis_settings
from pydantic import SecretStr
from sqlalchemy.engine import make_url

from workers import embedded
from workers.clock import SteppedClock
from workers.settings import Settings

#: A Monday, nine o'clock in Paris, no holiday near.
START = datetime(2026, 1, 12, 8, 0, tzinfo=UTC)
TEMPLATE = "relance_template"
#: The start of the name of every session's data directory.
PREFIX = "relance-test-"
#: Its lock is held as long as the session lives.
SESSION = "session.lock"
_numbers = itertools.count(1)
#: `--hypothesis-profile deep`: many and longer random stories, each time others.
hypothesis_settings.register_profile("deep")


@pytest.fixture(scope="session")
def servers_dir() -> Iterator[Path]:
    """A private data directory on a short path; the servers in it end with the session, whatever happened."""
    _end_servers_of_killed_sessions()
    directory = Path(tempfile.mkdtemp(prefix=PREFIX))
    with (directory / SESSION).open("w") as session:
        fcntl.flock(session, fcntl.LOCK_EX)
        yield directory
        _remove(directory)  # under the lock: a session that begins now must not take it for a killed one's


@pytest.fixture(scope="session")
def valkey(servers_dir: Path) -> str:
    """The address of the session's Valkey; tests use `redis_url`, which is empty for each of them."""
    return embedded.start_valkey(servers_dir, durable=False)


@pytest.fixture(scope="session")
def postgres(servers_dir: Path) -> str:
    """The address of the session's PostgreSQL, with a migrated template; tests use `database_url`."""
    url = embedded.start_postgres(servers_dir, durable=False)
    _execute(url, f"CREATE DATABASE {TEMPLATE}")
    _migrate(_with_database(url, TEMPLATE))
    return url


@pytest.fixture
def redis_url(valkey: str) -> str:
    """An empty Valkey of this test's own."""
    with contextlib.closing(redis.Redis.from_url(valkey)) as client:
        client.flushall()
    return valkey


@pytest.fixture
def database_url(postgres: str) -> Iterator[str]:
    """A migrated, empty database of this test's own; connections that the test left open are cut afterwards."""
    name = f"test_{next(_numbers)}"
    _execute(postgres, f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
    yield _with_database(postgres, name)
    _execute(postgres, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def stepped_clock(tmp_path: Path) -> SteppedClock:
    """A clock that stands at `START` until the test moves it; other processes may name its file."""
    return SteppedClock.begin(tmp_path / "clock", START)


@pytest.fixture
def settings(tmp_path: Path, redis_url: str, database_url: str, stepped_clock: SteppedClock) -> Settings:
    """Settings on this test's own servers, files and clock; nothing leaves the directory `tmp_path`.

    The namespace is its own, too: a worker that another test killed the parent of may still be ending, and must not
    take this test's messages.
    """
    return Settings(
        data_dir=tmp_path,
        namespace=f"test{next(_numbers)}",
        redis_url=SecretStr(redis_url),
        postgres_url=SecretStr(database_url),
        clock_file=stepped_clock.path,
    )


@pytest.fixture
def place() -> Iterator[Path]:
    """A short directory in which a test may make data directories; all servers of `place / "data"` end with it."""
    folder = Path(tempfile.mkdtemp(prefix="relance-e-"))
    folder.chmod(0o755)
    yield folder
    with contextlib.suppress(embedded.EmbeddedError):  # some tests make it unusable
        embedded.stop(folder / "data")
    shutil.rmtree(folder)


@pytest.fixture
def data_dir(place: Path) -> Path:
    """A directory for embedded servers of this test's own; it does not exist yet."""
    return place / "data"


def _migrate(url: str) -> None:
    """Bring the template to the newest schema, once a session; every test then gets a copy of it."""
    from workers.ledger import database  # noqa: PLC0415 - tests without a database do not pay for the import

    database.upgrade(url)


def _with_database(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def _execute(url: str, statement: str) -> None:
    """Run one statement outside any transaction, as CREATE DATABASE demands."""
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(statement.encode())


def _end_servers_of_killed_sessions() -> None:
    """A session that was killed could not end its servers: the next one does."""
    for session in Path(tempfile.gettempdir()).glob(f"{PREFIX}*/{SESSION}"):
        with contextlib.suppress(BlockingIOError, FileNotFoundError, PermissionError), session.open("r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _remove(session.parent)


def _remove(data_dir: Path) -> None:
    embedded.stop(data_dir)
    shutil.rmtree(data_dir)
