"""The life of the embedded servers: one pair for a data directory, shared by all, that survives whoever started it."""

import contextlib
import json
import os
import signal
from pathlib import Path

import psycopg
import pytest

from tests.embedded_probes import (
    START,
    begin,
    pids,
    postgres_address,
    recalled,
    remember,
    sql,
    valkey,
    wait_until,
    wait_until_refused,
)
from workers import embedded
from workers.embedded import postgres
from workers.embedded.errors import NoSpace, OtherVersion, ServerDied

KILL_MYSELF = "os.kill(os.getpid(), 9)"


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
