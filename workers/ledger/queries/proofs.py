"""What an evidence file is made of: everything the ledger holds about some cases of one debtor, in one reading."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa

from workers.ledger import schema
from workers.ledger.facts import debtor_of
from workers.ledger.queries.cases import TimelineEntry, timeline
from workers.ledger.queries.paging import Row
from workers.ledger.queries.proofs_beside import Beside, beside
from workers.ledger.redactions import recorded
from workers.ledger.store import creditor
from workflows.case import Case
from workflows.invoice import Creditor, Debtor


@dataclass(frozen=True, slots=True)
class CaseEvidence:
    """One case with its journal.

    Attributes:
        head: hash of the last line.
        lines: the rows of the journal as they stand, for their hashes.
        entries: the same lines, read.
        redactions: the records of lines that were anonymised, in order.
    """

    case: Case
    head: str
    lines: Sequence[Row]
    entries: Sequence[TimelineEntry]
    redactions: Sequence[Row] = ()


@dataclass(frozen=True, slots=True)
class MessageEvidence:
    """One message that left, or may have.

    Attributes:
        row: of `messages`, with the body.
        dispatches: everything it carried, with the number of each invoice.
        attempts: what the provider said, in order.
    """

    row: Row
    dispatches: Sequence[Row]
    attempts: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Cases of one debtor of one creditor, by due date, and the messages about them, as they left.

    Attributes:
        shared_payments: payments that settle invoices of other debtors, too; the journal's lines name those.
        beside: what came in and was done about these cases, beside their journals.
    """

    creditor: Creditor
    debtor: Debtor
    cases: tuple[CaseEvidence, ...]
    messages: tuple[MessageEvidence, ...]
    shared_payments: tuple[str, ...] = ()
    beside: Beside = field(default_factory=Beside)


_SHARED = sa.text("""
    SELECT DISTINCT mine.payment_id FROM allocations AS mine
    JOIN allocations AS theirs ON theirs.creditor_ref = mine.creditor_ref AND theirs.payment_id = mine.payment_id
    JOIN cases ON cases.creditor_ref = theirs.creditor_ref AND cases.number = theirs.number
    WHERE mine.creditor_ref = :creditor AND mine.number = ANY(:numbers) AND cases.debtor_ref <> :debtor
    ORDER BY mine.payment_id
""")


def evidence(ledger: sa.Engine, creditor_ref: str, debtor_ref: str, number: str | None = None) -> Evidence | None:
    """The evidence about one invoice of a debtor, or about all of them, of one instant; None where there is no case."""
    with ledger.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        rows = _cases(connection, creditor_ref, debtor_ref, number)
        who = creditor(connection, creditor_ref)
        if not rows or who is None:
            return None
        cases = tuple(_case(connection, row) for row in rows)
        messages = _messages(connection, [row.case_id for row in rows])
        mine = {"creditor": creditor_ref, "debtor": debtor_ref, "numbers": [each.case.invoice.number for each in cases]}
        shared = tuple(connection.scalars(_SHARED, mine))
        heard = {entry.happened.event_id for case in cases for entry in case.entries}
        more = beside(connection, [row.case_id for row in rows], [each.row.message_id for each in messages], heard)
        return Evidence(who, debtor_of(rows[0].facts), cases, messages, shared, more)


def _cases(connection: sa.Connection, creditor_ref: str, debtor_ref: str, number: str | None) -> Sequence[Row]:
    cases = schema.cases.c
    query = sa.select(cases.case_id, cases.chain, cases.state, schema.debtors.c.facts)
    query = query.join_from(schema.cases, schema.debtors).order_by(cases.due_on, cases.case_id)
    query = query.where(cases.creditor_ref == creditor_ref, cases.debtor_ref == debtor_ref)
    return connection.execute(query if number is None else query.where(cases.number == number)).all()


def _case(connection: sa.Connection, row: Row) -> CaseEvidence:
    journal = schema.journal.c
    lines = sa.select(schema.journal).where(journal.case_id == row.case_id).order_by(journal.seq)
    return CaseEvidence(
        Case.model_validate_json(row.state),
        row.chain,
        connection.execute(lines).all(),
        timeline(connection, row.case_id),
        recorded(connection, row.case_id).get(row.case_id, ()),
    )


def _messages(connection: sa.Connection, case_ids: Sequence[str]) -> tuple[MessageEvidence, ...]:
    orders, sent, tries = schema.dispatches.c, schema.messages.c, schema.attempts.c
    mine = sa.select(orders.message_id).where(orders.case_id.in_(case_ids))
    left = sa.select(schema.messages).where(sent.message_id.in_(mine), sent.status.in_(["sent", "in_doubt"]))
    found = []
    for row in connection.execute(left.order_by(sent.claimed_at, sent.message_id)).all():
        carried = sa.select(schema.dispatches, schema.cases.c.number)
        carried = carried.join_from(schema.dispatches, schema.cases, orders.case_id == schema.cases.c.case_id)
        dispatches = connection.execute(carried.where(orders.message_id == row.message_id).order_by(orders.key)).all()
        keys = [each.key for each in dispatches]
        attempts = sa.select(schema.attempts).where(tries.dispatch_key.in_(keys)).order_by(tries.id)
        found.append(MessageEvidence(row, dispatches, connection.execute(attempts).all()))
    return tuple(found)
