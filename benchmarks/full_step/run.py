"""Full steps per second, beside the floor: the same SQL statements sent raw, one transaction each, in the same run.

`python -m benchmarks.full_step.run [--steps 500] [--batch 100] [--json]`

A full step is: a wake-up rings, the decision is committed, the message is claimed after its last look, a no-op channel
takes it, the outcome is recorded, and the next wake-up stands in the timetable. The floor replays the very statements
of such a run with psycopg, without SQLAlchemy, decisions, letters or Redis, on a copy of the same database.
"""

import argparse
import json
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

import psycopg
import sqlalchemy as sa

from benchmarks.full_step.portfolio import system_with
from workers import embedded
from workers.wiring import System


@dataclass(slots=True)
class Recording:
    """Statements as psycopg sent them, by transaction."""

    transactions: list[list[tuple[Any, Any]]] = field(default_factory=lambda: [[]])

    @contextmanager
    def of_everything(self) -> Iterator[None]:
        """Note every statement of this process while it lasts."""
        execute, commit = psycopg.Cursor.execute, psycopg.Connection.commit

        def noted_execute(cursor: Any, query: Any, params: Any = None, **options: Any) -> Any:  # noqa: ANN401 - any query
            self.transactions[-1].append((query, params))
            return execute(cursor, query, params, **options)

        def noted_commit(connection: Any) -> None:  # noqa: ANN401 - any connection
            commit(connection)
            self.transactions.append([])

        with (
            patch.object(psycopg.Cursor, "execute", noted_execute),
            patch.object(psycopg.Connection, "commit", noted_commit),
        ):
            yield

    def replay(self, url: str) -> float:
        """Send it all again, raw; returns seconds."""
        plain = sa.make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(plain, prepare_threshold=3) as connection:
            began = time.perf_counter()
            for transaction in self.transactions:
                for statement, parameters in transaction:
                    cursor = connection.execute(statement, parameters)
                    if cursor.description is not None:
                        cursor.fetchall()
                if transaction:
                    connection.commit()
            return time.perf_counter() - began


def due(system: System) -> list[tuple[str, int]]:
    """Cases whose moment has come, with their epochs."""
    with system.ledger.connect() as connection:
        rows = connection.execute(sa.text("SELECT case_id, epoch FROM cases ORDER BY case_id"))
        return [(row.case_id, row.epoch) for row in rows]


def one_by_one(system: System, cases: Sequence[tuple[str, int]]) -> None:
    """As a worker does it: a wake-up, then the delivery it orders."""
    for case_id, epoch in cases:
        decision = system.engine.ring(case_id, epoch)
        for effect in decision.effects if decision else ():
            if effect.kind == "send_step":
                system.delivery.deliver(effect.key)


def in_batches(system: System, cases: Sequence[tuple[str, int]], size: int) -> None:
    """As a worker does it on a crowded morning: many wake-ups in one transaction, and so their deliveries."""
    for some in chunks(cases, size):
        decisions = system.engine.ring_many(some)
        keys = [effect.key for decision in decisions for effect in decision.effects if effect.kind == "send_step"]
        system.delivery.deliver_many(keys)


def chunks(cases: Sequence[tuple[str, int]], size: int) -> Iterator[Sequence[tuple[str, int]]]:
    """Slices of `size`."""
    return (cases[first : first + size] for first in range(0, len(cases), size))


def timed(work: Callable[[System, Sequence[tuple[str, int]]], None], system: System) -> float:
    """Seconds that `work` takes for every case but the first twenty, which warm everything up."""
    cases = due(system)
    work(system, cases[:20])
    began = time.perf_counter()
    work(system, cases[20:])
    return time.perf_counter() - began


def measure(data_dir: Path, steps: int, size: int) -> dict[str, float]:
    """All figures of one run; rates are full steps per second."""
    count = steps + 20
    with system_with(data_dir, "bench_ours", count) as system:
        ours = timed(one_by_one, system)
        check(system, count)
    with system_with(data_dir, "bench_batch", count) as system:
        batch = timed(lambda which, cases: in_batches(which, cases, size), system)
        check(system, count)
    recording = Recording()
    with system_with(data_dir, "bench_record", count) as system:
        one_by_one(system, due(system)[:20])
        rest = due(system)[20:]
        with recording.of_everything():
            one_by_one(system, rest)
    with system_with(data_dir, "bench_floor", count) as system:
        one_by_one(system, due(system)[:20])
        floor = recording.replay(system.ledger.url.render_as_string(hide_password=False))
    statements = sum(len(transaction) for transaction in recording.transactions)
    return {
        "steps": steps,
        "statements_per_step": statements / steps,
        "transactions_per_step": sum(bool(transaction) for transaction in recording.transactions) / steps,
        "floor_per_s": steps / floor,
        "one_by_one_per_s": steps / ours,
        "in_batches_per_s": steps / batch,
        "one_by_one_to_floor": floor / ours,
        "in_batches_to_floor": floor / batch,
    }


def check(system: System, count: int) -> None:
    """Every case got exactly one message and has its next wake-up in the timetable."""
    with system.ledger.connect() as connection:
        sent = connection.execute(sa.text("SELECT count(*) FROM messages WHERE status = 'sent'")).scalar_one()
    assert sent == count, f"{sent} messages for {count} cases"
    assert system.broker.pending("wake") == count


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=500)
    parser.add_argument("--batch", type=int, default=100)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    data_dir = Path(tempfile.mkdtemp(prefix="relance-bench-"))
    try:
        figures = measure(data_dir, options.steps, options.batch)
    finally:
        embedded.stop(data_dir)
        shutil.rmtree(data_dir, ignore_errors=True)
    if options.json:
        print(json.dumps(figures))
        return
    for name, figure in figures.items():
        print(f"{name:24} {figure:10.2f}")


if __name__ == "__main__":
    main()
