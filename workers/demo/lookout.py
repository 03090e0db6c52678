"""Looking at the ledger and the queues from outside: whether anything is under way, what is next, what was recorded."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import sqlalchemy as sa

from workers.publisher import milliseconds
from workers.wiring import System

_NEXT: Final = sa.text("SELECT min(next_wake_at) FROM cases")
#: What has been committed and is not finished: wake-ups that rang or were not handed over, messages on their way.
_UNFINISHED: Final = sa.text("""
    SELECT (SELECT count(*) FROM cases
            WHERE next_wake_at <= :now OR (armed_epoch < epoch AND next_wake_at IS NOT NULL))
         + (SELECT count(*) FROM dispatches WHERE status = 'claimed' OR (status = 'wanted' AND NOT published))
         + (SELECT count(*) FROM messages WHERE status = 'claimed')
""")
_NEWS: Final = sa.text("""
    SELECT journal.seq, journal.case_id, journal.kind, journal.recorded_at, journal.event, journal.decision,
           cases.number, cases.scenario || '@' || cases.scenario_version AS ladder, debtors.name AS debtor
    FROM journal JOIN cases USING (case_id)
    JOIN debtors ON debtors.creditor_ref = cases.creditor_ref AND debtors.ref = cases.debtor_ref
    WHERE journal.seq > :after ORDER BY journal.seq
""")
_ANSWER: Final = sa.text("SELECT status, findings FROM events WHERE source = :source AND event_id = :event_id")
_UNREAD: Final = sa.text("SELECT findings FROM rejects ORDER BY id DESC LIMIT 1")
_ALIVE: Final = sa.text("SELECT DISTINCT kind FROM workers")


@dataclass(frozen=True, slots=True)
class News:
    """One line of the journal, with the names that people know; `ladder` is what the case is on now."""

    case_id: str
    kind: str
    at: datetime
    event: dict[str, Any]
    decision: dict[str, Any]
    number: str
    ladder: str
    debtor: str


class Lookout:
    """Reads; changes nothing."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._seen = 0

    def is_idle(self) -> bool:
        """Whether nothing is under way and nothing is due at the present moment of the stepped clock.

        The ledger is asked first: what it has handed over by then is in the queues, or finished with all that follows
        from it, when the queues are asked. They answer for all of them in one instant, and a message leaves there only
        once what follows from it has been handed over.
        """
        with self._system.ledger.connect() as connection:
            if connection.execute(_UNFINISHED, {"now": self._system.clock.now()}).scalar_one():
                return False
        now_ms = self._system.clock.now_ms()
        stats = self._system.broker.queue_stats()
        is_due = any(each.next_due_ms is not None and each.next_due_ms <= now_ms for each in stats)
        return not is_due and not any(each.ready + each.running for each in stats)

    def next_moment(self) -> datetime | None:
        """The next appointed moment; the ledger is asked too, since the timetable may be rebuilt from it."""
        with self._system.ledger.connect() as connection:
            next_wake_at = connection.execute(_NEXT).scalar_one()
        due_ms = self._system.broker.next_due()
        known = [] if next_wake_at is None else [milliseconds(next_wake_at)]
        known += [] if due_ms is None else [due_ms]
        return datetime.fromtimestamp(min(known) / 1000, UTC) if known else None

    def news(self) -> Sequence[News]:
        """What has been recorded since the last call, in an order that does not depend on who was faster."""
        with self._system.ledger.connect() as connection:
            rows = connection.execute(_NEWS, {"after": self._seen}).all()
        self._seen = max((row.seq for row in rows), default=self._seen)
        return list(_in_order(rows))

    def answer(self, source: str, event_id: str | None) -> tuple[str, list[str]]:
        """What became of an event: its status, and what was wrong with it; `unreadable` where it was kept as text."""
        with self._system.ledger.connect() as connection:
            row = None
            if event_id is not None:
                row = connection.execute(_ANSWER, {"source": source, "event_id": event_id}).one_or_none()
            if row is not None:
                return str(row.status), json.loads(row.findings) if row.findings else []
            findings = connection.execute(_UNREAD).scalar_one_or_none()
        return "unreadable", json.loads(findings) if findings else []

    def kinds_alive(self) -> frozenset[str]:
        """Which kinds of processes have said that they live."""
        with self._system.ledger.connect() as connection:
            return frozenset(connection.scalars(_ALIVE))


def _in_order(rows: Sequence[sa.Row[Any]]) -> Iterator[News]:
    """By instant and case; the lines of one case in their own order."""
    for row in sorted(rows, key=lambda row: (row.recorded_at, row.case_id, row.seq)):
        yield News(
            case_id=row.case_id, kind=row.kind, at=row.recorded_at, event=json.loads(row.event),
            decision=json.loads(row.decision), number=row.number, ladder=row.ladder, debtor=row.debtor,
        )  # fmt: skip
