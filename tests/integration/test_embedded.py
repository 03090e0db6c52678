"""The embedded servers: one pair for a data directory, shared by all, that survives whoever started it."""

import contextlib
import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
import redis
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from workers import embedded
from workers.embedded import postgres
from workers.embedded.daemon import LAUNCH
from workers.embedded.errors import NoSpace, NotWritable, OtherOwner, OtherVersion, ServerDied, UnsafeSocketDirectory
from workers.embedded.home import LONGEST_SOCKET_PATH, home_at

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root may become somebody else")
START = """
import json, os, sys
from pathlib import Path
from workers import embedded
data_dir = Path(sys.argv[1])
servers = embedded.start(data_dir)
numbers = [state.pid for state in embedded.status(data_dir)]
print(json.dumps([servers.redis_url, servers.postgres_url, numbers]), flush=True)
"""
KILL_MYSELF = "os.kill(os.getpid(), 9)"


@pytest.fixture
def place() -> Iterator[Path]:
    """A short directory in which a test may make data directories; all servers of `place / "data"` end with it."""
    folder = Path(tempfile.mkdtemp(prefix="relance-e-"))
    folder.chmod(0o755)
    yield folder
    with contextlib.suppress(OtherOwner, NotWritable):
        embedded.stop(folder / "data")
    shutil.rmtree(folder)


@pytest.fixture
def data_dir(place: Path) -> Path:
    return place / "data"


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


def test_both_servers_serve_and_only_on_their_sockets(data_dir: Path) -> None:
    servers = embedded.start(data_dir)

    with valkey(servers) as client:
        persistence = client.config_get("append*", "maxmemory-policy", "port", "save")
    expected = {
        "appendonly": "yes",
        "appendfsync": "everysec",
        "maxmemory-policy": "noeviction",
        "port": "0",
        "save": "",
    }
    assert expected.items() <= persistence.items()
    names = ("fsync", "full_page_writes", "listen_addresses", "server_encoding", "data_checksums")
    answers = sql(servers, "SELECT " + ", ".join(f"current_setting('{name}')" for name in names))
    assert answers == [("on", "on", "", "UTF8", "on")]
    assert sql(servers, "SELECT current_database(), lower('ÉTÉ')") == [("relance", "été")]


def test_only_the_owner_can_reach_the_sockets(data_dir: Path) -> None:
    embedded.start(data_dir)

    assert home_at(data_dir).sockets.stat().st_mode & 0o077 == 0
    assert data_dir.stat().st_mode & 0o077 == 0


def test_starting_again_attaches(data_dir: Path) -> None:
    first = embedded.start(data_dir)
    before = pids(data_dir)

    second = embedded.start(data_dir)

    assert (second, pids(data_dir)) == (first, before)


def test_processes_that_start_at_once_share_one_pair(data_dir: Path) -> None:
    starters = [begin(START, data_dir) for _ in range(3)]

    answers = {starter.communicate()[0] for starter in starters}

    assert [starter.returncode for starter in starters] == [0, 0, 0]
    (answer,) = answers
    assert json.loads(answer)[2] == pids(data_dir)


def test_the_servers_outlive_the_killed_process_that_started_them(data_dir: Path) -> None:
    starter = begin(START + KILL_MYSELF, data_dir)
    answer, _ = starter.communicate()
    assert starter.returncode == -signal.SIGKILL

    servers = embedded.start(data_dir)

    assert [servers.redis_url, servers.postgres_url, pids(data_dir)] == json.loads(answer)


def test_what_was_acknowledged_is_there_after_both_servers_were_killed(data_dir: Path) -> None:
    servers = embedded.start(data_dir)
    remember(servers, "payé")
    before = pids(data_dir)
    with contextlib.closing(psycopg.connect(postgres_address(servers))) as open_connection:
        open_connection.execute("SELECT 1")  # a child of PostgreSQL that must go as well
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        wait_until(lambda: not set(pids(data_dir)) & set(before))

        again = embedded.start(data_dir)

    assert recalled(again) == ["payé", "payé"]
    assert not set(pids(data_dir)) & set(before)


def test_a_server_on_its_way_out_is_waited_for_and_started_again(data_dir: Path) -> None:
    servers = embedded.start(data_dir)
    remember(servers, "payé")
    before = pids(data_dir)
    with psycopg.connect(postgres_address(servers)) as last_client:  # as long as it stays, so does the server
        os.kill(before[1], signal.SIGTERM)
        wait_until_refused(servers)
        starter = begin(START, data_dir)
        assert Path(f"/proc/{before[1]}").exists()
        last_client.close()

    answer, _ = starter.communicate()

    assert starter.returncode == 0
    assert json.loads(answer)[2] == pids(data_dir)
    assert pids(data_dir)[1] != before[1]
    assert recalled(servers) == ["payé", "payé"]


def test_a_pid_file_whose_number_another_process_has_by_now_does_no_harm(data_dir: Path) -> None:
    remember(embedded.start(data_dir), "payé")
    embedded.stop(data_dir)
    (data_dir / "postgres" / "postmaster.pid").write_text(f"{os.getpid()}\n{data_dir}/postgres\n")
    (data_dir / "valkey" / "valkey.pid").write_text(f"{os.getpid()}\n")

    assert pids(data_dir) == []
    assert not embedded.stop(data_dir)
    assert recalled(embedded.start(data_dir)) == ["payé", "payé"]


def test_stopping_ends_both_and_keeps_what_they_know(data_dir: Path) -> None:
    remember(embedded.start(data_dir), "payé")

    assert embedded.stop(data_dir)
    assert [(state.name, state.is_running, state.pid) for state in embedded.status(data_dir)] == [
        ("Valkey", False, None),
        ("PostgreSQL", False, None),
    ]
    assert not embedded.stop(data_dir)
    assert recalled(embedded.start(data_dir)) == ["payé", "payé"]


def test_stopping_what_never_was_makes_nothing(data_dir: Path) -> None:
    assert not embedded.stop(data_dir)
    assert not data_dir.exists()


@pytest.mark.parametrize(
    "name",
    [
        pytest.param('données de l’été + 100 % "sûres"', id="accents, spaces, signs and quotes"),
        pytest.param("a,b", id="a comma, which libpq reads as two hosts"),
        pytest.param("d" * 120, id="longer than a socket's path may be"),
    ],
)
def test_any_directory_will_do(place: Path, name: str) -> None:
    data_dir = place / name
    servers = embedded.start(data_dir, durable=False)
    try:
        remember(servers, "payé")
        assert recalled(embedded.start(data_dir)) == ["payé", "payé"]
        longest = home_at(data_dir).sockets / "pg" / ".s.PGSQL.5432"
        assert longest.exists()
        assert len(os.fsencode(longest)) <= LONGEST_SOCKET_PATH
    finally:
        embedded.stop(data_dir)
    assert not home_at(data_dir).sockets.exists()


def test_symbolic_links_and_relative_paths_lead_to_the_same_servers(
    place: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    servers = embedded.start(data_dir, durable=False)
    (place / "link").symlink_to(data_dir)
    monkeypatch.chdir(place)

    assert embedded.start(place / "link") == embedded.start(Path("data")) == servers


def test_the_caller_s_environment_steers_no_server(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PGPORT", "PGHOST", "PGDATABASE", "PGUSER", "PGDATA", "TMPDIR"):
        monkeypatch.setenv(name, "1234")

    assert sql(embedded.start(data_dir, durable=False), "SELECT current_database()") == [("relance",)]


@pytest.mark.parametrize(
    "unusable",
    [
        pytest.param(Path("/dev/null/data"), id="below a file"),
        pytest.param(Path("/proc/relance"), id="where nothing can be made"),
        pytest.param(Path("/dev/null"), id="a file"),
    ],
)
def test_an_unusable_directory_is_named_with_the_fix(unusable: Path) -> None:
    with pytest.raises(NotWritable) as refused:
        embedded.start(unusable)

    assert str(unusable) in str(refused.value)
    assert "--data" in refused.value.text("fr")


@AS_ROOT
def test_an_ordinary_user_has_servers_of_its_own(place: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    os.chown(place, nobody.pw_uid, nobody.pw_gid)
    as_nobody = ["--way", "account", "--uid", str(nobody.pw_uid), "--gid", str(nobody.pw_gid)]
    answer = subprocess.run(
        [sys.executable, "-I", "-S", LAUNCH, *as_nobody, "--", sys.executable, "-c", START, place / "data"],
        env={"PYTHONPATH": str(Path(embedded.__file__).parents[2])},
        stdout=subprocess.PIPE,
        check=True,
    )

    _, _, numbers = json.loads(answer.stdout)
    assert {Path(f"/proc/{pid}").stat().st_uid for pid in numbers} == {nobody.pw_uid}
    with pytest.raises(OtherOwner, match=f"account number {nobody.pw_uid}"):
        embedded.start(place / "data")
    for pid in numbers:
        os.kill(pid, signal.SIGTERM)
    wait_until(lambda: not any(state.is_running for state in embedded.status(place / "data")))


@AS_ROOT
def test_root_runs_postgresql_as_somebody_who_is_not_root(data_dir: Path) -> None:
    embedded.start(data_dir)
    postmaster = embedded.status(data_dir)[1].pid

    status = dict(line.split(":\t", 1) for line in Path(f"/proc/{postmaster}/status").read_text().splitlines())

    assert set(status["Uid"].split()) == {str(pwd.getpwnam("nobody").pw_uid)}
    assert int(status["CapEff"], 16).bit_count() <= 1


@AS_ROOT
def test_root_works_where_nobody_else_may_enter_or_own(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A container with a single user: giving files away is impossible, so a user namespace hides that root is root."""
    if subprocess.run(["unshare", "--user", "true"], capture_output=True, check=False).returncode != 0:
        pytest.skip("this machine allows no user namespaces")
    monkeypatch.setattr(postgres, "_give_away", lambda _directory: None)

    servers = embedded.start(data_dir)

    assert sql(servers, "SELECT 1") == [(1,)]
    assert (data_dir / "postgres").stat().st_uid == 0


@AS_ROOT
def test_the_servers_of_another_account_are_left_alone(data_dir: Path) -> None:
    data_dir.mkdir()
    (data_dir / "servers.lock").touch()
    os.chown(data_dir / "servers.lock", 12_345, -1)

    with pytest.raises(OtherOwner) as refused:
        embedded.start(data_dir)

    assert "12345" in str(refused.value)
    assert not (data_dir / "postgres").exists()


def test_a_short_socket_directory_that_others_may_use_is_refused(place: Path) -> None:
    data_dir = place / ("d" * 120)
    sockets = home_at(data_dir).sockets
    sockets.mkdir(mode=0o755)
    try:
        with pytest.raises(UnsafeSocketDirectory) as refused:
            embedded.start(data_dir)
    finally:
        sockets.rmdir()

    assert str(sockets) in str(refused.value)


def test_a_database_of_another_version_is_left_alone(data_dir: Path) -> None:
    embedded.start_postgres(data_dir, durable=False)
    embedded.stop(data_dir)
    (data_dir / "postgres" / "PG_VERSION").write_text("17\n")

    with pytest.raises(OtherVersion) as refused:
        embedded.start_postgres(data_dir)

    assert "made by PostgreSQL 17, and PostgreSQL 18 is installed" in str(refused.value)


def test_a_server_that_cannot_start_shows_the_end_of_its_log(data_dir: Path) -> None:
    embedded.start_valkey(data_dir)
    embedded.stop(data_dir)
    (data_dir / "valkey" / "appendonlydir" / "appendonly.aof.manifest").write_text("nonsense\n")

    with pytest.raises(ServerDied) as refused:
        embedded.start_valkey(data_dir)

    assert str(data_dir / "valkey.log") in str(refused.value)
    assert "manifest" in refused.value.tail


def test_half_a_database_is_made_again(data_dir: Path) -> None:
    (data_dir / "postgres.new" / "base").mkdir(parents=True)
    (data_dir / "postgres.new" / "PG_VERSION").write_text("18\n")

    assert sql(embedded.start(data_dir, durable=False), "SELECT 1") == [(1,)]


def test_no_database_is_begun_on_a_full_disk(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "NEEDED_MB", 10**9)

    with pytest.raises(NoSpace, match="1000000000 are needed"):
        embedded.start_postgres(data_dir)

    assert not (data_dir / "postgres").exists()


def test_the_log_of_postgresql_holds_no_personal_data(data_dir: Path) -> None:
    servers = embedded.start(data_dir, durable=False)
    sql(servers, "CREATE TABLE debtors (name text UNIQUE)")
    sql(servers, "INSERT INTO debtors VALUES ('Jeanne Martin')")

    with psycopg.connect(postgres_address(servers)) as connection, pytest.raises(psycopg.errors.UniqueViolation):
        connection.execute("INSERT INTO debtors VALUES ('Jeanne Martin')")

    assert "Martin" not in (data_dir / "postgres.log").read_text()


def postgres_address(servers: embedded.Servers) -> str:
    return servers.postgres_url.replace("+psycopg", "", 1)
