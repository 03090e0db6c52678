"""a journal that can be anonymised: seals in the place of texts, and a record of what was anonymised

The old chain is verified line by line before anything is changed; a ledger that does not hold is left as it is.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from workers.ledger import seals

revision = "0008"
down_revision = "0007"

#: The chain of a case begins with this.
NO_HASH = "0" * 64
#: Cases carried over in one go.
PAGE = 500
_LINES = (
    "SELECT seq, case_id, recorded_at, event, decision, hash FROM journal WHERE case_id = ANY(CAST(:ids AS text[])) "
    "ORDER BY case_id, seq"
)
_SEAL = (
    "UPDATE journal SET salts = given.salts, seals = given.seals, hash = given.hash FROM (SELECT "
    "unnest(CAST(:seqs AS bigint[])) AS seq, unnest(CAST(:hashes AS text[])) AS hash, "
    "unnest(CAST(:salts AS text[])) AS salts, unnest(CAST(:seals AS text[])) AS seals"
    ") AS given WHERE journal.seq = given.seq"
)
_ENDS = (
    "UPDATE cases SET chain = ends.hash FROM (SELECT DISTINCT ON (case_id) case_id, hash FROM journal "
    "ORDER BY case_id, seq DESC) AS ends WHERE cases.case_id = ends.case_id"
)
Row = Any


def upgrade() -> None:
    """Forward only. Stop every older program first: what it writes has no seals, and is refused from now on."""
    _add_tables()
    op.add_column("cases", sa.Column("level", sa.SmallInteger(), nullable=False, server_default="0"))
    op.add_column("journal", sa.Column("level", sa.SmallInteger(), nullable=False, server_default="0"))
    op.add_column("journal", sa.Column("salts", sa.Text(), nullable=True))
    op.add_column("journal", sa.Column("seals", sa.Text(), nullable=True))
    op.execute("DROP TRIGGER journal_is_append_only ON journal")
    _seal_what_is_there(op.get_bind())
    op.alter_column("journal", "seals", existing_type=sa.Text(), nullable=False)
    _keep_the_journal_as_it_is_written()


def _add_tables() -> None:
    op.create_table(
        "redactions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("lines", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redactions")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.case_id"], name=op.f("fk_redactions_case_id_cases")),
    )
    op.create_index(op.f("ix_redactions_case_id"), "redactions", ["case_id"])
    op.create_table(
        "person_requests",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("asked_for", sa.Text(), nullable=False),
        sa.Column("creditor_ref", sa.Text(), nullable=True),
        sa.Column("debtor_ref", sa.Text(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("answer", JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_requests")),
    )


def _seal_what_is_there(connection: sa.Connection) -> None:
    """Verify each chain as it was, and write it anew over seals; some cases at a time, so that memory stays small."""
    cases = connection.execute(sa.text("SELECT case_id, chain FROM cases ORDER BY case_id")).all()
    for first in range(0, len(cases), PAGE):
        ends = {row.case_id: row.chain for row in cases[first : first + PAGE]}
        lines = connection.execute(sa.text(_LINES), {"ids": list(ends)}).all()
        rows = [row for case_id, group in groupby(lines, key=_case_of) for row in _sealed(case_id, list(group), ends)]
        given = {name: [row[name] for row in rows] for name in ("seqs", "hashes", "salts", "seals")}
        connection.execute(sa.text(_SEAL), given)
    connection.execute(sa.text(_ENDS))


def _case_of(row: Row) -> str:
    return str(row.case_id)


def _sealed(case_id: str, lines: Sequence[Row], ends: Mapping[str, str]) -> Iterator[dict[str, object]]:
    _verify(case_id, lines, ends[case_id])
    chain = NO_HASH
    for line in lines:
        sealed = seals.seals_of(line.event, line.decision)
        chain = seals.line_hash(chain, case_id, line.recorded_at, sealed.seals)
        yield {"seqs": line.seq, "hashes": chain, "salts": sealed.salts, "seals": sealed.seals}


def _verify(case_id: str, lines: Sequence[Row], end: str) -> None:
    chain = NO_HASH
    for line in lines:
        instant = line.recorded_at.astimezone(UTC).isoformat()
        text = f"{chain}\n{case_id}\n{instant}\n{line.event}\n{line.decision}"
        chain = hashlib.sha256(text.encode()).hexdigest()
        if chain != line.hash:
            break
    if chain != lines[-1].hash or chain != end:
        raise ValueError(
            f"the journal of case {case_id} does not hold; run `relance ledger check` with the version before, "
            "and bring back a ledger that holds"
        )


def _keep_the_journal_as_it_is_written() -> None:
    """A line becomes a copy that its own seals promise, or nothing: the database itself compares."""
    op.execute(
        "CREATE FUNCTION refuse_change_of_line() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF NEW.level > OLD.level AND NEW.level <= 2 AND OLD.salts IS NOT NULL "
        "AND (NEW.seq, NEW.case_id, NEW.source, NEW.event_id, NEW.kind, NEW.at, NEW.recorded_at, NEW.seals, NEW.hash) "
        "IS NOT DISTINCT FROM "
        "(OLD.seq, OLD.case_id, OLD.source, OLD.event_id, OLD.kind, OLD.at, OLD.recorded_at, OLD.seals, OLD.hash) "
        "AND NEW.salts = (CASE NEW.level WHEN 1 THEN '- ' || split_part(OLD.salts, ' ', 2) ELSE '- -' END) "
        "AND encode(sha256(convert_to(split_part(NEW.salts, ' ', NEW.level + 1) || chr(10) || NEW.event || chr(10) "
        "|| NEW.decision, 'UTF8')), 'hex') = split_part(OLD.seals, ' ', NEW.level + 1) "
        "THEN RETURN NEW; END IF; "
        "RAISE EXCEPTION 'the journal is append-only: % is refused', TG_OP USING ERRCODE = 'restrict_violation'; "
        "END $$"
    )
    op.execute(
        "CREATE TRIGGER journal_keeps_its_lines BEFORE UPDATE ON journal "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change_of_line()"
    )
    for table, changes in (("journal", "DELETE OR TRUNCATE"), ("redactions", "UPDATE OR DELETE OR TRUNCATE")):
        op.execute(
            f"CREATE TRIGGER {table}_is_append_only BEFORE {changes} ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
