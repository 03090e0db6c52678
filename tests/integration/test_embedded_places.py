"""Where the embedded servers may live, and for whom: any path, root or not, nobody else's."""

import json
import os
import pwd
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.embedded_probes import START, recalled, remember, sql, wait_until
from workers import embedded
from workers.embedded import postgres
from workers.embedded.daemon import LAUNCH
from workers.embedded.errors import NotWritable, OtherOwner, UnsafeSocketDirectory
from workers.embedded.home import LONGEST_SOCKET_PATH, home_at

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root may become somebody else")


def test_only_the_owner_can_reach_the_sockets(data_dir: Path) -> None:
    embedded.start(data_dir)

    assert home_at(data_dir).sockets.stat().st_mode & 0o077 == 0
    assert data_dir.stat().st_mode & 0o077 == 0


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
