"""Looking at embedded servers from outside, as programs do."""

import contextlib
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import redis
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from workers import embedded

#: A program that starts the servers in the directory it is given, and says where and under which numbers they run.
START = """
import json, os, sys
from pathlib import Path
from workers import embedded
data_dir = Path(sys.argv[1])
servers = embedded.start(data_dir)
numbers = [state.pid for state in embedded.status(data_dir)]
print(json.dumps([servers.redis_url, servers.postgres_url, numbers]), flush=True)
"""


def sql(servers: embedded.Servers, statement: str) -> list[tuple[object, ...]]:
    """Run one statement, committed, through the address as the program uses it."""
    with create_engine(servers.postgres_url, poolclass=NullPool).begin() as connection:
        result = connection.execute(text(statement))
        return [tuple(row) for row in result] if result.returns_rows else []


@contextlib.contextmanager
def valkey(servers: embedded.Servers) -> Iterator[redis.Redis]:
    with contextlib.closing(redis.Redis.from_url(servers.redis_url, decode_responses=True)) as client:
        yield client


def remember(servers: embedded.Servers, word: str) -> None:
    """Write the word to both servers, acknowledged."""
    sql(servers, "CREATE TABLE words (word text)")
    sql(servers, f"INSERT INTO words VALUES ('{word}')")
    with valkey(servers) as client:
        client.set("word", word)


def recalled(servers: embedded.Servers) -> list[object]:
    with valkey(servers) as client:
        return [client.get("word"), *(word for (word,) in sql(servers, "SELECT word FROM words"))]


def pids(data_dir: Path) -> list[int]:
    return [state.pid for state in embedded.status(data_dir) if state.pid is not None]


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def wait_until_refused(servers: embedded.Servers) -> None:
    def is_refused() -> bool:
        try:
            psycopg.connect(postgres_address(servers)).close()
        except psycopg.OperationalError:
            return True
        return False

    wait_until(is_refused)


def begin(program: str, data_dir: Path) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", program, data_dir], stdout=subprocess.PIPE, text=True)


def postgres_address(servers: embedded.Servers) -> str:
    return servers.postgres_url.replace("+psycopg", "", 1)
