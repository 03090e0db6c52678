"""Run dramatiq's own tests on the stock broker and on the timetable broker, and compare.

    python tests/dramatiq_suite/run.py

The tests come from the source distribution of the installed dramatiq, downloaded to a temporary directory; nothing of
it is kept. Both runs use a private Valkey. The exit code is 1 if the timetable broker fails a test that the stock
broker passes, unless the test is about the stock layout of keys and has a replacement of ours. It takes 8 minutes.
"""
# ruff: noqa: T201  # it is a program, and prints

import argparse
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tarfile
import tempfile
from importlib.metadata import version
from pathlib import Path
from xml.etree import ElementTree as ET

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parents[1]
sys.path.insert(0, str(PROJECT))

from tests.private_valkey import PrivateValkey  # noqa: E402  # the script may be started from anywhere

STOCK = "dramatiq.brokers.redis:RedisBroker"
OURS = "workers.broker:TimetableBroker"
LONGEST_RUN_S = 900
LONGEST_TEST_S = 90

REPLACED = {
    "tests.test_redis::test_redis_requeues_unhandled_delay_messages_on_shutdown": (
        "reads the list of the delay queue, which is a sorted set here",
        "tests/integration/test_broker.py::test_a_worker_that_stops_leaves_delayed_messages_on_the_server",
    ),
    "tests.test_redis::test_redis_join_race_condition": (
        "counts a delayed message twice, as pulled and as delayed; nothing is pulled here",
        "tests/integration/test_broker.py::test_the_queue_is_never_empty_between_a_message_and_the_one_it_books",
    ),
}


def main() -> int:
    """Print the comparison; 0 if the timetable broker is as good as stock."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sdist", type=Path, help="a dramatiq source distribution that is already here")
    parser.add_argument("-k", dest="only", default="", help="run only the tests that match, as in pytest")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="dramatiq-suite-") as folder:
        prepare(Path(folder), options.sdist)
        stock = outcomes(Path(folder), STOCK, options.only)
        ours = outcomes(Path(folder), OURS, options.only)
    return report(stock, ours)


def prepare(folder: Path, sdist: Path | None) -> None:
    """Put dramatiq's tests, and what they lack, into the folder."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    wanted = f"dramatiq=={version('dramatiq')}"
    if sdist is None:
        subprocess.run([*pip, "download", "--no-binary", ":all:", "--no-deps", "-d", folder, wanted], check=True)
        [sdist] = folder.glob("dramatiq-*.tar.gz")
    subprocess.run([*pip, "install", "--target", folder / "site", "pika", "watchdog"], check=True)
    with tarfile.open(sdist) as archive:
        archive.extractall(folder / "sdist", filter="data")
    [tests] = (folder / "sdist").glob("*/tests")
    shutil.copytree(tests, folder / "tests")
    (folder / "tests" / "__init__.py").touch()
    shutil.copy(HERE / "suite_conftest.py", folder / "tests" / "conftest.py")
    shutil.copy(HERE / "suite_common.py", folder / "tests" / "common.py")
    shutil.copy(HERE / "suite_sitecustomize.py", folder / "site" / "sitecustomize.py")
    (folder / "pytest.ini").write_text("[pytest]\ntestpaths = tests\n", encoding="utf-8")


def outcomes(folder: Path, broker: str, only: str) -> dict[str, str]:
    """Outcome of each test: passed, failed or skipped."""
    results = folder / "results.xml"
    results.unlink(missing_ok=True)
    port = free_port()
    env = os.environ | {
        "SUITE_PORT": str(port),
        "SUITE_BROKER": broker,
        "PYTHONPATH": os.pathsep.join([str(folder), str(folder / "site"), str(PROJECT)]),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),  # dramatiq restarts `python`
    }
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", "-p", "no:cacheprovider"]
    command += ["--ignore", "tests/test_rabbitmq.py", "--junitxml", str(results), "--tb=short", "-k", only]
    command += ["-o", f"faulthandler_timeout={LONGEST_TEST_S}", "-o", "faulthandler_exit_on_timeout=true"]
    print(f"\n=== {broker}", flush=True)
    with PrivateValkey(port=port):
        run_with_children(command, folder, env)
    return {
        f"{case.get('classname')}::{case.get('name')}": outcome(case)
        for case in ET.parse(results).iter("testcase")  # noqa: S314  # pytest has just written it
    }


def run_with_children(command: list[str], folder: Path, env: dict[str, str]) -> None:
    """Run a command, and leave none of the processes that it started."""
    process = subprocess.Popen(command, cwd=folder, env=env, start_new_session=True)
    try:
        process.wait(LONGEST_RUN_S)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def outcome(case: ET.Element) -> str:
    """Of one test."""
    kinds = {child.tag for child in case}
    if kinds & {"failure", "error"}:
        return "failed"
    return "skipped" if "skipped" in kinds else "passed"


def report(stock: dict[str, str], ours: dict[str, str]) -> int:
    """Print what differs; 1 if ours is worse."""
    print("\n=== comparison")
    for name, results in (("stock", stock), ("timetable", ours)):
        counts = {kind: list(results.values()).count(kind) for kind in ("passed", "failed", "skipped")}
        print(f"{name:>10}: {counts}")
    for test in sorted(name for name, kind in stock.items() if kind == "failed"):
        print(f"fails on stock, {ours.get(test, 'missing')} here: {test}")
    worse = sorted(name for name, kind in stock.items() if kind == "passed" and ours.get(name) != "passed")
    for test in worse:
        reason, replacement = REPLACED.get(test, ("NOT EXPECTED", "none"))
        print(f"passes on stock, fails here: {test}\n    {reason}; replaced by {replacement}")
    unexpected = [test for test in worse if test not in REPLACED]
    print("the timetable broker is a drop-in" if stock and not unexpected else "the timetable broker is NOT a drop-in")
    return 0 if stock and not unexpected else 1


def free_port() -> int:
    """A port of this machine that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
