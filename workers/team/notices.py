"""The rows of `notices`: which target is told of which fact, and what became of it.

A row is wanted, then claimed by one worker until its lease ends, then sent, failed or in doubt; one whose fact needs
nobody any more is withdrawn. Nothing leaves a row without a status, and nothing is claimed twice.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

import sqlalchemy as sa

from workers.ledger import schema
from workers.settings_parts.team import Target
from workers.team.facts import FACTS, Fact, moments, of_creditors
from workers.team.kinds import DIGEST

Outcome = Literal["sent", "failed", "in_doubt", "wanted"]
#: Characters of what is kept about a failure.
_DETAIL: Final = 300
_TABLE: Final = schema.notices
#: For all targets in one statement: the facts are read once.
_WANT: Final = sa.text(
    f"WITH {FACTS} INSERT INTO notices (target, subject, kind, status, wanted_at) "
    "SELECT targets.name, subject, kind, 'wanted', CAST(:now AS timestamptz) FROM facts "
    "JOIN jsonb_to_recordset(CAST(:targets AS jsonb)) AS targets(name text, at_once text[], creditors text[]) "
    f"ON facts.kind = ANY(targets.at_once) AND {of_creditors('targets.creditors')} "
    "WHERE NOT EXISTS (SELECT FROM notices AS said WHERE said.target = targets.name AND said.subject = facts.subject) "
    # sorted, so that looking ends before writing begins: a plan that scans the table must not scan what it writes
    "ORDER BY targets.name, subject ON CONFLICT DO NOTHING"
)
_DUE: Final = sa.text(
    "WITH free AS (SELECT target, subject FROM notices WHERE status = 'wanted' AND target = ANY(:targets) "
    "AND (not_before IS NULL OR not_before <= :now) AND (published_at IS NULL OR published_at < :stale) "
    "FOR UPDATE SKIP LOCKED) "
    "UPDATE notices SET published_at = :now FROM free "
    "WHERE notices.target = free.target AND notices.subject = free.subject RETURNING notices.target"
)
#: Held by whoever looks for what is new, until its transaction ends.
_TURN: Final = sa.text("SELECT pg_try_advisory_xact_lock(hashtext('relance/notices'))")


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What leaves in one message, claimed until `until`.

    Attributes:
        facts: that still need a person; of a digest, all that is open.
        attempts: how often the oldest of them was tried before.
    """

    target: str
    name: str
    is_digest: bool
    facts: list[Fact]
    attempts: int
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What became of a message.

    Attributes:
        outcome: `wanted` when it is to be tried again.
        code: the other side's code, or the fact in two words.
        detail: in words an operator can read.
        again_at: when to try again.
        counts: whether it was an attempt: not while the circuit is open.
    """

    outcome: Outcome
    code: str | None = None
    detail: str = ""
    again_at: datetime | None = None
    counts: bool = True


def is_first(connection: sa.Connection) -> bool:
    """Whether nobody else is looking for what is new right now; holds until the transaction ends."""
    return bool(connection.execute(_TURN).scalar_one())


def want(connection: sa.Connection, targets: Sequence[Target], now: datetime) -> int:
    """Note every fact that one of these targets should hear at once and was not told of; returns how many are new."""
    told = [{"name": each.name, "at_once": each.at_once, "creditors": each.creditors} for each in targets]
    return connection.execute(_WANT, moments(now) | {"targets": json.dumps(told)}).rowcount


def want_digest(connection: sa.Connection, target: str, name: str, now: datetime) -> bool:
    """Note that a daily list is due, by a name that is its own; False if that was known."""
    row = sa.text(
        "INSERT INTO notices (target, subject, kind, status, wanted_at) "
        "VALUES (:target, :subject, :kind, 'wanted', :now) ON CONFLICT DO NOTHING"
    )
    given = {"target": target, "subject": f"{DIGEST}/{name}", "kind": DIGEST, "now": now}
    return connection.execute(row, given).rowcount == 1


def due(connection: sa.Connection, targets: Sequence[str], now: datetime, stale: datetime) -> list[str]:
    """Targets for which something may leave now, marked as handed over; those marked after `stale` are not repeated."""
    rows = connection.execute(_DUE, {"now": now, "stale": stale, "targets": list(targets)})
    return sorted({row.target for row in rows})


def expire(connection: sa.Connection, now: datetime) -> int:
    """Claims of workers that fell silent: nobody knows whether their message left."""
    silent = sa.update(_TABLE).where(_TABLE.c.status == "claimed", _TABLE.c.lease_until < now)
    words = "the worker fell silent while it was sending"
    return connection.execute(silent.values(status="in_doubt", ended_at=now, code="lease", detail=words)).rowcount


def last_claim(connection: sa.Connection, target: str) -> datetime | None:
    """When something other than a daily list last left for this target."""
    mine = sa.select(sa.func.max(_TABLE.c.claimed_at)).where(_TABLE.c.target == target, _TABLE.c.kind != DIGEST)
    found: datetime | None = connection.execute(mine).scalar_one()
    return found


def lock(connection: sa.Connection, target: str, now: datetime) -> Sequence[Any]:
    """What is wanted of this target now, locked: another worker finds it claimed, and one message leaves for all."""
    wanted = sa.select(_TABLE).where(_TABLE.c.target == target, _TABLE.c.status == "wanted")
    wanted = wanted.where(sa.or_(_TABLE.c.not_before.is_(None), _TABLE.c.not_before <= now))
    return connection.execute(wanted.order_by(_TABLE.c.subject).with_for_update()).all()


def claim(connection: sa.Connection, batch: Batch, subjects: Sequence[str], now: datetime) -> None:
    """Note that one worker lets these out."""
    values = {"status": "claimed", "batch": batch.name, "claimed_at": now, "lease_until": batch.until}
    connection.execute(_of(batch.target, subjects).values(**values))


def withdraw(connection: sa.Connection, target: str, subjects: Sequence[str], now: datetime) -> None:
    """Note that these need nobody any more: done before anybody was told."""
    connection.execute(_of(target, subjects).values(status="withdrawn", ended_at=now))


def postpone(connection: sa.Connection, target: str, subjects: Sequence[str], until: datetime) -> None:
    """Let these wait."""
    connection.execute(_of(target, subjects).values(not_before=until, published_at=None))


def record(connection: sa.Connection, batch: Batch, ending: Ending, now: datetime) -> int:
    """What became of a claimed message; what its own worker says ends a doubt that the lease's end raised."""
    mine = sa.update(_TABLE).where(_TABLE.c.target == batch.target, _TABLE.c.batch == batch.name)
    mine = mine.where(_TABLE.c.status.in_(["claimed", "in_doubt"]))
    values: dict[str, Any] = {"status": ending.outcome, "code": ending.code, "detail": ending.detail[:_DETAIL]}
    values["attempts"] = _TABLE.c.attempts + int(ending.counts)
    if ending.outcome == "wanted":
        values |= {"not_before": ending.again_at, "published_at": None, "ended_at": None}
        values |= {"batch": None, "lease_until": None, "claimed_at": None}
    else:
        values["ended_at"] = now
    return connection.execute(mine.values(**values)).rowcount


def counts(connection: sa.Connection, since: datetime) -> dict[tuple[str, str], int]:
    """How many rows each target has in each status: all that are open, and those that ended after `since`."""
    recent = sa.or_(_TABLE.c.ended_at.is_(None), _TABLE.c.ended_at > since)
    grouped = sa.select(_TABLE.c.target, _TABLE.c.status, sa.func.count().label("rows")).where(recent)
    rows = connection.execute(grouped.group_by(_TABLE.c.target, _TABLE.c.status))
    return {(row.target, row.status): row.rows for row in rows}


def _of(target: str, subjects: Sequence[str]) -> sa.Update:
    mine = (_TABLE.c.target == target) & (_TABLE.c.status == "wanted") & _TABLE.c.subject.in_(list(subjects))
    return sa.update(_TABLE).where(mine)
