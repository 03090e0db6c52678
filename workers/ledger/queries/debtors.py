"""Debtors: one, or lists by keyset."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from workers.ledger import schema
from workers.ledger.facts import debtor_of
from workers.ledger.queries import paging
from workers.ledger.queries.paging import Page
from workflows.invoice import Debtor


@dataclass(frozen=True, slots=True)
class DebtorLine:
    """One debtor of one creditor, as the ledger keeps it."""

    creditor_ref: str
    ref: str
    debtor: Debtor


def find_debtors(connection: sa.Connection, ref: str, creditor: str | None = None) -> Sequence[DebtorLine]:
    """The debtors of this reference, at each creditor that has one, or at one creditor."""
    row = schema.debtors.c
    mine = [row.ref == ref, *([row.creditor_ref == creditor] if creditor is not None else [])]
    found = connection.execute(sa.select(row.creditor_ref, row.ref, row.facts).where(*mine).order_by(row.creditor_ref))
    return [_line(each) for each in found]


def list_debtors(
    connection: sa.Connection, *, creditor: str | None = None, limit: int = paging.USUAL, cursor: str | None = None
) -> Page[DebtorLine]:
    """Debtors by creditor and reference.

    Raises:
        BadCursor: `cursor` was not given by an earlier page.
    """
    limit, row = min(limit, paging.MOST), schema.debtors.c
    statement = sa.select(row.creditor_ref, row.ref, row.facts).order_by(row.creditor_ref, row.ref).limit(limit + 1)
    if creditor is not None:
        statement = statement.where(row.creditor_ref == creditor)
    if cursor is not None:
        after = sa.tuple_(*map(sa.literal, paging.read(cursor, 2)))
        statement = statement.where(sa.tuple_(row.creditor_ref, row.ref) > after)
    return paging.page_of([_line(each) for each in connection.execute(statement)], limit, ("creditor_ref", "ref"))


def _line(row: paging.Row) -> DebtorLine:
    return DebtorLine(row.creditor_ref, row.ref, debtor_of(row.facts))
