"""The timetable broker beside dramatiq's Redis broker, on the same machine in the same run.

    python -m benchmarks.timetable [--quick] [--json FILE]

Each figure comes from real processes and a private Valkey with an append-only file (`appendfsync everysec`). The stock
broker gets fewer far timers: it takes them one by one, and its default prefetch holds 8,000 of them in a worker.
"""

import argparse
import json
import platform
import sys
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.timetable import measures
from benchmarks.timetable.brokers import BROKERS, STOCK, TIMETABLE
from benchmarks.timetable.measures import QUICK, Figures, Sizes

MEASURES: dict[str, Callable[[str, Sizes], Figures]] = {
    "rates": measures.rates,
    "punctuality": measures.punctuality,
    "behind far timers": measures.behind_far_timers,
    "kill -9 of a worker": measures.killed_worker,
    "kill -9 of the server": measures.killed_server,
}
WIDTH = 100
Results = dict[str, dict[str, Figures]]


def main() -> int:
    """Measure, and print a table and JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="smaller numbers: two minutes instead of five")
    parser.add_argument("--json", type=Path, help="write the figures to this file instead of printing them")
    parser.add_argument("--only", choices=MEASURES, action="append", help="measure only this; may be repeated")
    options = parser.parse_args()
    console = Console(stderr=True)
    sizes = QUICK if options.quick else Sizes()
    results: Results = {}
    for title in options.only or MEASURES:
        for broker in BROKERS:
            console.print(f"{title}: {broker} …")
            results.setdefault(title, {})[broker] = MEASURES[title](broker, sizes)
    Console(width=WIDTH).print(table(results))
    text = json.dumps({"machine": machine(), "sizes": vars(sizes), "results": results}, indent=2)
    if options.json:
        options.json.write_text(text + "\n", encoding="utf-8")
    else:
        print(text)
    return 0


def table(results: Results) -> Table:
    """One row a figure, one column a broker."""
    drawn = Table("", "figure", *BROKERS, title="Timetable broker and stock broker")
    for column in drawn.columns[2:]:
        column.justify = "right"
    for title, by_broker in results.items():
        names = dict.fromkeys(name for figures in by_broker.values() for name in figures)
        for position, name in enumerate(names):
            cells = (shown(by_broker[broker].get(name)) for broker in (STOCK, TIMETABLE))
            drawn.add_row("" if position else title, name, *cells)
        drawn.add_section()
    return drawn


def shown(value: float | str | None) -> str:
    """A cell."""
    if value is None:
        return "—"
    return f"{value:,}" if isinstance(value, int | float) else value


def machine() -> str:
    """On what it was measured."""
    return f"{platform.machine()}, Python {platform.python_version()}, {platform.system()}"


if __name__ == "__main__":
    sys.exit(main())
