"""Full steps per second, beside the floor: the same SQL statements sent raw, one transaction each, in the same run.

`python -m benchmarks.full_step.run [--steps 600] [--json]`

A full step is: a wake-up rings, the decision is committed, the message is claimed after its last look, a no-op channel
takes it, the outcome is recorded, and the next wake-up stands in the timetable. The floor replays the very statements
of such steps with psycopg, without SQLAlchemy, decisions, letters or Redis, on an equal database. All take turns of
fifty steps, so that whatever else the machine does falls on each of them alike.
"""

import argparse
import json
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

import psycopg
import sqlalchemy as sa

from benchmarks.full_step.portfolio import SHORT, system_with
from workers import embedded
from workers.wiring import System

#: Steps of one turn; the first turn warms everything up and does not count.
TURN = 50
#: The connection pool asks whether a connection still lives; that is our overhead, not the floor's.
PING = ";"
WakeUps = Sequence[tuple[str, int]]


@dataclass(slots=True)
class Recording:
    """Statements as psycopg sent them, by transaction."""

    transactions: list[list[tuple[Any, Any]]] = field(default_factory=lambda: [[]])

    @contextmanager
    def of_everything(self) -> Iterator[None]:
        """Note every statement of this process while it lasts."""
        execute, commit = psycopg.Cursor.execute, psycopg.Connection.commit

        def noted_execute(cursor: Any, query: Any, params: Any = None, **options: Any) -> Any:  # noqa: ANN401 - any query
            if query != PING:
                self.transactions[-1].append((query, params))
            if cursor.connection.autocommit:
                self.transactions.append([])
            return execute(cursor, query, params, **options)

        def noted_commit(connection: Any) -> None:  # noqa: ANN401 - any connection
            commit(connection)
            self.transactions.append([])

        executing = patch.object(psycopg.Cursor, "execute", noted_execute)
        with executing, patch.object(psycopg.Connection, "commit", noted_commit):
            yield

    def replay(self, connection: "psycopg.Connection[Any]") -> None:
        """Send it all again, raw."""
        for transaction in self.transactions:
            for statement, parameters in transaction:
                cursor = connection.execute(statement, parameters)
                if cursor.description is not None:
                    cursor.fetchall()
            if transaction:
                connection.commit()


def due(system: System) -> WakeUps:
    """Cases whose moment has come, with their epochs."""
    with system.ledger.connect() as connection:
        rows = connection.execute(sa.text("SELECT case_id, epoch FROM cases ORDER BY case_id"))
        return [(row.case_id, row.epoch) for row in rows]


def one_by_one(system: System, wake_ups: WakeUps) -> None:
    """As a worker does it: a wake-up, then the delivery it orders."""
    for case_id, epoch in wake_ups:
        decision = system.engine.ring(case_id, epoch)
        for effect in decision.effects if decision else ():
            if effect.kind == "send_step":
                system.delivery.deliver(effect.key)


def in_batches(system: System, wake_ups: WakeUps) -> None:
    """As a worker does it on a crowded morning: many wake-ups in one transaction, and so their deliveries."""
    decisions = system.engine.ring_many(wake_ups)
    keys = [effect.key for decision in decisions for effect in decision.effects if effect.kind == "send_step"]
    system.delivery.deliver_many(keys)


def recorded(data_dir: Path, turns: int, scenario: str | None) -> list[Recording]:
    """The statements of each turn, as one run sent them."""
    with system_with(data_dir, "bench_record", turns * TURN, scenario=scenario) as system:
        recordings = []
        for wake_ups in _turns(due(system)):
            recordings.append(Recording())
            with recordings[-1].of_everything():
                one_by_one(system, wake_ups)
    return recordings


def measure(data_dir: Path, turns: int, scenario: str | None) -> dict[str, float]:
    """Seconds per step of each way, all in one run."""
    recordings = recorded(data_dir, turns, scenario)
    seconds = {"floor": 0.0, "one_by_one": 0.0, "in_batches": 0.0}
    with ExitStack() as stack:
        systems = {
            name: stack.enter_context(system_with(data_dir, f"bench_{name}", turns * TURN, scenario=scenario))
            for name in seconds
        }
        raw = stack.enter_context(psycopg.connect(_plain(systems["floor"]), prepare_threshold=3))
        work = {name: list(_turns(due(system))) for name, system in systems.items()}
        for turn in range(turns):
            ways: dict[str, Callable[[], None]] = {
                "floor": lambda: recordings[turn].replay(raw),  # noqa: B023 - called within the turn
                "one_by_one": lambda: one_by_one(systems["one_by_one"], work["one_by_one"][turn]),  # noqa: B023
                "in_batches": lambda: in_batches(systems["in_batches"], work["in_batches"][turn]),  # noqa: B023
            }
            for name, way in ways.items():
                began = time.perf_counter()
                way()
                seconds[name] += (time.perf_counter() - began) if turn else 0.0
        for name in ("one_by_one", "in_batches"):
            check(systems[name], turns * TURN)
    return {name: taken / ((turns - 1) * TURN) for name, taken in seconds.items()} | _shape(recordings[-1])


def _shape(recording: Recording) -> dict[str, float]:
    transactions = [transaction for transaction in recording.transactions if transaction]
    return {"statements": sum(map(len, transactions)) / TURN, "transactions": len(transactions) / TURN}


def _turns(wake_ups: WakeUps) -> Iterator[WakeUps]:
    return (wake_ups[first : first + TURN] for first in range(0, len(wake_ups), TURN))


def _plain(system: System) -> str:
    return system.ledger.url.set(drivername="postgresql").render_as_string(hide_password=False)


def check(system: System, count: int) -> None:
    """Every case got exactly one message and has its next wake-up in the timetable."""
    with system.ledger.connect() as connection:
        sent = connection.execute(sa.text("SELECT count(*) FROM messages WHERE status = 'sent'")).scalar_one()
    assert sent == count, f"{sent} messages for {count} cases"
    assert system.broker.pending("wake") == count


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=600)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    data_dir = Path(tempfile.mkdtemp(prefix="relance-bench-"))
    turns = max(options.steps // TURN, 1) + 1
    try:
        figures = {
            "no-op delivery of a text message": measure(data_dir, turns, SHORT.name),
            "no-op delivery of an e-mail, written in full": measure(data_dir, turns, "standard"),
        }
    finally:
        embedded.stop(data_dir)
        shutil.rmtree(data_dir, ignore_errors=True)
    if options.json:
        print(json.dumps(figures, indent=2))
        return
    for title, figure in figures.items():
        print(f"{title}: {figure['statements']:.1f} statements in {figure['transactions']:.1f} transactions a step")
        for way in ("floor", "one_by_one", "in_batches"):
            print(f"  {way:12} {1 / figure[way]:8.0f} steps/s   {figure['floor'] / figure[way]:5.2f} of the floor")


if __name__ == "__main__":
    main()
