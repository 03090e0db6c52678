"""Anonymising lines of the journal: what a line becomes was sealed when it was written; who did it, when, why is kept.

The records of a case are chained like its journal. They cannot make a line pass that its seals do not promise: they
say who is answerable for what is gone.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from workers.ledger import schema, seals, store
from workers.ledger.copies import Level
from workers.ledger.pipeline import Row

#: What a line became, and which.
_NAMED = "{level} {hash}"
_REDACT = "UPDATE journal SET event = :event, decision = :decision, level = :level, salts = :salts WHERE seq = :seq"


class BrokenPromise(ValueError):
    """A line, or its copy, is not what was sealed; nothing is done about it."""


@dataclass(frozen=True, slots=True)
class Ground:
    """Why something is anonymised.

    Attributes:
        by: the person, or `retention`.
        rule: of the policy or of the person's right, such as `retention.correspondence` or `person.erase`.
        reason: in words.
    """

    by: str
    rule: str
    reason: str
    at: datetime


def redact(connection: sa.Connection, case_id: str, level: Level, ground: Ground, *, only: Iterable[int] = ()) -> int:
    """Replace lines of a case by their copies, and record it; the caller holds the case and commits.

    Args:
        connection: of the caller's transaction.
        case_id: whose lines.
        level: what is to be left; a line whose copies are the same goes to the last level at once.
        ground: who, when, why.
        only: `seq` of the lines; none for all.

    Returns:
        How many lines changed; what was done before is left alone.

    Raises:
        BrokenPromise: a line is not what its seals say.
    """
    journal = schema.journal.c
    wanted = sa.select(schema.journal).where(journal.case_id == case_id, journal.level < level)
    wanted = wanted.where(journal.salts.is_not(None)).order_by(journal.seq)
    chosen = set(only)
    rows = [row for row in connection.execute(wanted) if not chosen or row.seq in chosen]
    changes = [change for row in rows if (change := _change(row, level)) is not None]
    if changes:
        connection.execute(sa.text(_REDACT), changes)
        hashes = {row.seq: row.hash for row in rows}
        _record(connection, case_id, ground, [(int(str(each["level"])), hashes[each["seq"]]) for each in changes])
    return len(changes)


def _change(row: Row, level: Level) -> dict[str, object] | None:
    """What becomes of a line; None where its copy is the line, or where its seals know no such copy."""
    salts = str(row.salts).split(" ")
    made = seals.copies_of((row.event, row.decision), salts[0])
    evidence, bare = made if made is not None else ((row.event, row.decision),) * 2
    reached = Level.BARE if evidence == bare else level
    texts = bare if reached is Level.BARE else evidence
    if reached <= row.level or (reached is Level.EVIDENCE and texts == (row.event, row.decision)):
        return None
    left = f"{seals.GONE} {salts[1] if reached is Level.EVIDENCE else seals.GONE}"
    if not seals.holds(reached, texts, seals.Seals(row.seals, left)):
        raise BrokenPromise(f"line {row.seq} of {row.case_id} is not what it promised; run `relance ledger check`")
    return {"seq": row.seq, "event": texts[0], "decision": texts[1], "level": int(reached), "salts": left}


def _record(connection: sa.Connection, case_id: str, ground: Ground, lines: Sequence[tuple[int, str]]) -> None:
    table = schema.redactions.c
    last = sa.select(table.hash).where(table.case_id == case_id).order_by(table.id.desc()).limit(1)
    row: dict[str, object] = {
        "case_id": case_id, "at": ground.at, "by": ground.by, "rule": ground.rule, "reason": ground.reason,
        "lines": [_NAMED.format(level=level, hash=digest) for level, digest in lines],
    }  # fmt: skip
    row["hash"] = record_hash(connection.scalar(last) or store.NO_HASH, row)
    connection.execute(sa.insert(schema.redactions), row)


def record_hash(before: str, row: Mapping[str, object]) -> str:
    """SHA-256 that ties a record to the one before it of the same case."""
    at = row["at"]
    instant = at.astimezone(UTC).isoformat() if isinstance(at, datetime) else str(at)
    lines = row["lines"]
    parts = [before, row["case_id"], instant, row["by"], row["rule"], row["reason"]]
    return hashlib.sha256(
        "\n".join(map(str, [*parts, *(lines if isinstance(lines, list) else ())])).encode()
    ).hexdigest()


def recorded(connection: sa.Connection, case_id: str | None = None) -> dict[str, list[Row]]:
    """The records of one case, or of all, in their order."""
    table = schema.redactions.c
    found: dict[str, list[Row]] = {}
    rows = sa.select(schema.redactions).order_by(table.case_id, table.id)
    for row in connection.execute(rows if case_id is None else rows.where(table.case_id == case_id)):
        found.setdefault(row.case_id, []).append(row)
    return found


def figures(connection: sa.Connection) -> tuple[int, int]:
    """How many lines are anonymised, and how many records say so; looks at every line."""
    statement = "SELECT (SELECT count(*) FROM journal WHERE level > 0), (SELECT count(*) FROM redactions)"
    lines, records = connection.execute(sa.text(statement)).one()
    return lines, records


def gaps(lines: Iterable[Row], records: Sequence[Row]) -> Iterator[tuple[int | None, str]]:
    """Where lines and records of one case do not agree, with the `seq` of the line."""
    before = store.NO_HASH
    for row in records:
        if row.hash != record_hash(before, row._mapping):  # noqa: SLF001 - SQLAlchemy's own way to a mapping
            yield None, "the record of what was anonymised is not what was written"
        before = row.hash
    named = {digest: int(level) for row in records for level, digest in (each.split(" ") for each in row.lines)}
    for line in lines:
        said = named.pop(line.hash, 0)
        if line.level > said:
            yield line.seq, "the line was anonymised, and no record says so"
        elif line.level < said:
            yield line.seq, "a line is recorded as anonymised, and is not"
