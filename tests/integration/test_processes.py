"""`relance up` as people run it: real processes, one of them killed, all of them ended softly."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pydantic import SecretStr

from tests.command_line import ROOT, CommandLine
from tests.until import until
from workers.health import look, processes
from workers.ledger import database
from workers.settings import Settings
from workers.supervision import Child, Supervisor
from workers.web.server import WebServer
from workers.wiring import System, open_system


@pytest.fixture
def system(settings: Settings) -> Iterator[System]:
    system = open_system(settings)
    yield system
    system.close()


def a_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def started(relance: CommandLine, *words: str) -> Iterator[subprocess.Popen[bytes]]:
    """A command that runs until it is told to stop; killed with the test if it does not."""
    with (relance.folder / "output").open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "workers.cli", *words], cwd=relance.folder, stdout=output, stderr=output,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)} | relance.environ,
        )  # fmt: skip
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()
            process.wait()


def pids(settings: Settings, kind: str) -> set[int]:
    assert settings.postgres_url is not None
    ledger = database.connect(settings.postgres_url.get_secret_value())
    with ledger.connect() as connection:
        found = {each.pid for each in processes(connection) if each.kind == kind and each.is_alive}
    ledger.dispose()
    return found


def told(relance: CommandLine) -> str:
    """What the command of `started` has said so far."""
    return (relance.folder / "output").read_text()


def test_up_runs_everything_restarts_what_dies_and_ends_softly(relance: CommandLine, settings: Settings) -> None:
    port = a_free_port()
    with started(relance, "up", "--workers", "1", "--threads", "2", "--port", str(port)) as up:
        until(lambda: "prêt : 1 worker(s) et un relais au travail" in told(relance), within_s=60)
        [worker] = pids(settings, "worker")
        os.kill(worker, signal.SIGKILL)
        until(lambda: pids(settings, "worker") - {worker}, within_s=60)
        until(lambda: answers(port), within_s=60)

        up.send_signal(signal.SIGTERM)
        assert up.wait(60) == 0

    text = told(relance)
    assert '"event": "child_died"' in text
    assert "Traceback" not in text
    assert pids(settings, "relay") == set()
    assert pids(settings, "worker") <= {worker}  # the killed one could not take its heartbeat away


def test_the_children_end_with_a_parent_that_was_killed(relance: CommandLine, settings: Settings) -> None:
    with started(relance, "up", "--workers", "1", "--port", str(a_free_port())) as up:
        until(lambda: pids(settings, "worker") and pids(settings, "relay"), within_s=60)
        up.kill()

        until(lambda: not pids(settings, "worker") and not pids(settings, "relay"), within_s=60)


def test_a_worker_that_is_asked_to_stop_says_goodbye(relance: CommandLine, settings: Settings) -> None:
    with started(relance, "worker", "--queues", "email,wake", "--threads", "1") as worker:
        until(lambda: pids(settings, "worker") == {worker.pid}, within_s=60)
        worker.send_signal(signal.SIGINT)

        assert worker.wait(60) == 0
    assert pids(settings, "worker") == set()


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return bool(json.loads(answer.read())["status"] == "up")
    except (urllib.error.URLError, ConnectionError):
        return False


def test_a_child_that_dies_at_once_is_started_again_later_and_later() -> None:
    child = Child("broken", ["--no-such-option"])
    supervisor = Supervisor([], [child])
    try:
        for _ in range(2):
            until(lambda: died_again(supervisor, child), within_s=30)
    finally:
        supervisor.stop()

    assert child.deaths == 2
    assert child.wait_s == 2.0


def died_again(supervisor: Supervisor, child: Child) -> bool:
    before = child.deaths
    supervisor.look()
    return child.deaths > before


def test_an_unknown_queue_is_refused_by_name(relance: CommandLine) -> None:
    done = relance("worker", "--queues", "email,fax")

    assert done.code == 2
    assert "fax" in done.err


# --- health ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("gone", "timetable", "ledger"),
    [
        pytest.param({}, True, True, id="both are there"),
        pytest.param({"redis_url": SecretStr("unix:///nowhere.sock")}, False, True, id="no timetable"),
        pytest.param({"postgres_url": SecretStr("postgresql+psycopg:///x?host=/nowhere")}, True, False, id="no ledger"),
    ],
)
def test_health_tells_which_store_does_not_answer(
    settings: Settings, gone: dict[str, SecretStr], *, timetable: bool, ledger: bool
) -> None:
    system = open_system(settings.model_copy(update=gone), migrate=False)
    try:
        health = look(system)
    finally:
        system.close()

    assert (health.timetable.is_well, health.ledger.is_well) == (timetable, ledger)
    assert health.is_up == (timetable and ledger)
    assert [bool(each.error) for each in (health.timetable, health.ledger)] == [not timetable, not ledger]


@pytest.mark.parametrize(
    ("path", "code", "word"),
    [
        pytest.param("/healthz", 200, '"status": "up"', id="health"),
        pytest.param("/", 200, "La console n’existe pas encore", id="an honest page"),
        pytest.param("/console", 404, "/healthz", id="nothing else"),
    ],
)
def test_the_web_process_answers(system: System, path: str, code: int, word: str) -> None:
    server, stopping = WebServer(system, port=0), threading.Event()
    thread = threading.Thread(target=server.serve_until, args=(stopping,))
    thread.start()
    try:
        with urllib.request.urlopen(f"{server.url}{path}", timeout=10) as answer:  # noqa: S310 - our own, on this machine
            status, text = answer.status, answer.read().decode()
    except urllib.error.HTTPError as refusal:
        with refusal:
            status, text = refusal.code, refusal.read().decode()
    finally:
        stopping.set()
        thread.join()

    assert status == code
    assert word in text


# --- status, init, stop ---------------------------------------------------------------------------------------------


def test_status_and_init_say_what_is_there(relance: CommandLine) -> None:
    begun = relance("init", "--json")
    status = relance("status", "--json")

    assert begun.code == status.code == 0
    assert "standard@1" in json.loads(begun.out)["scenarios"]
    assert json.loads(status.out)["status"] == "up"
    assert "répond" in relance("status").out
    assert "answers" in relance("status", "--lang", "en").out


def test_status_of_servers_that_sleep_starts_nothing(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from workers.cli import run  # noqa: PLC0415 - this test has no servers of its own

    assert run(["--data", str(place / "data"), "status"]) == 6
    assert "ne tourne pas" in capsys.readouterr().err
    assert not (place / "data").exists()
    assert run(["--data", str(place / "data"), "stop"]) == 3


def test_relay_once_tells_what_it_found(relance: CommandLine) -> None:
    done = relance("relay", "--once", "--json")

    assert done.code == 0
    assert json.loads(done.out)["schema"] == "relance.relay/1"
