"""Cases rehearsed per second for 30 days, beside the floor: the same cases only read and parsed, in the same run.

`python -m benchmarks.rehearsal [--cases 100000] [--processes 2] [--json]`
"""

import argparse
import json
import resource
import shutil
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from benchmarks.rehearsal.ledgers import SINCE, fill, rules
from workers import embedded
from workers.rehearsal.plan import Plan
from workers.rehearsal.reading import accounts_of, exported, reading, scenarios_of, slices_of
from workers.rehearsal.run import Rehearsed, Wish, rehearse_ledger

DAYS = 30


def floor(ledger: str) -> tuple[float, int]:
    """Seconds to read and parse, in one process, the cases that a rehearsal looks at; and how many they are."""
    began = time.perf_counter()
    with reading(ledger) as connection:
        plan = Plan(
            ledger, exported(connection), SINCE, SINCE + timedelta(days=DAYS), rules(),
        )  # fmt: skip
        scenarios_of(connection)
        count = sum(
            len(account.cases) for part in slices_of(connection) for account in accounts_of(connection, plan, part)
        )
    return time.perf_counter() - began, count


def measure(ledger: str, processes: int) -> tuple[float, Rehearsed]:
    """Seconds to rehearse all of it."""
    began = time.perf_counter()
    found = rehearse_ledger(ledger, SINCE, Wish(DAYS, rules(), processes=processes))
    return time.perf_counter() - began, found


def figures(cases: int, processes: int) -> dict[str, float]:
    """Everything worth telling of one ledger of its own."""
    data_dir = Path(tempfile.mkdtemp(prefix="relance-bench-"))
    try:
        ledger = fill(data_dir, cases)
        with reading(ledger) as connection:
            row = connection.execute("SELECT count(*) FROM cases").fetchone()
        reading_s, moving = floor(ledger)
        taken_s, found = measure(ledger, processes)
    finally:
        embedded.stop(data_dir)
        shutil.rmtree(data_dir, ignore_errors=True)
    count = int(row[0]) if row else 0
    return {
        "open_cases": count, "moving_cases": moving, "messages": len(found.active.planned),
        "tasks": len(found.active.asked), "processes": processes, "seconds": round(taken_s, 2),
        "cases_per_s": round(count / taken_s), "floor_seconds": round(reading_s, 2),
        "of_the_floor": round(reading_s / taken_s, 3),
        "cpu_seconds_of_processes": round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime, 1),
    }  # fmt: skip


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    processes = options.processes
    found = figures(options.cases, processes)
    if options.json:
        print(json.dumps(found, indent=2))
        return
    print(f"{found['open_cases']} open cases, {found['moving_cases']} of which move within {DAYS} days: "
          f"{found['messages']} messages, {found['tasks']} tasks")  # fmt: skip
    print(f"  rehearsal    {found['seconds']:7.2f} s  {found['cases_per_s']:8.0f} cases/s, {processes} processes "
          f"at most, {found['cpu_seconds_of_processes']:.1f} s of their time")  # fmt: skip
    print(f"  floor        {found['floor_seconds']:7.2f} s  reading and parsing them only, one process "
          f"({found['of_the_floor']:.3f} of the floor)")  # fmt: skip


if __name__ == "__main__":
    main()
