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


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    data_dir = Path(tempfile.mkdtemp(prefix="relance-bench-"))
    try:
        ledger = fill(data_dir, options.cases)
        reading_s, moving = floor(ledger)
        with reading(ledger) as connection:
            row = connection.execute("SELECT count(*) FROM cases").fetchone()
        taken_s, found = measure(ledger, options.processes)
    finally:
        embedded.stop(data_dir)
        shutil.rmtree(data_dir, ignore_errors=True)
    figures = {
        "open_cases": row[0] if row else 0, "moving_cases": moving, "messages": len(found.active.planned),
        "tasks": len(found.active.asked), "processes": options.processes, "seconds": round(taken_s, 2),
        "cases_per_s": round(row[0] / taken_s) if row else 0, "floor_seconds": round(reading_s, 2),
        "of_the_floor": round(reading_s / taken_s, 3),
        "cpu_seconds_of_processes": round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime, 1),
    }  # fmt: skip
    if options.json:
        print(json.dumps(figures, indent=2))
        return
    print(f"{figures['open_cases']} open cases, {figures['moving_cases']} of which move within {DAYS} days: "
          f"{figures['messages']} messages, {figures['tasks']} tasks")  # fmt: skip
    print(f"  rehearsal    {figures['seconds']:7.2f} s  {figures['cases_per_s']:8d} cases/s, "
          f"{options.processes} processes")  # fmt: skip
    print(f"  floor        {figures['floor_seconds']:7.2f} s  reading and parsing them only, one process "
          f"({figures['of_the_floor']:.3f} of the floor)")  # fmt: skip


if __name__ == "__main__":
    main()
