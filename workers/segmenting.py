"""Keeping the segments of debtors up to date between two invoices: after a payment, and of everybody at once."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import NamedTuple

import sqlalchemy as sa

from workers.ledger import schema
from workers.ledger.book import Book
from workers.ledger.facts import debtor_of
from workers.ledger.queries.history import Key, histories, invoiced_by_creditor
from workflows.invoice import Debtor, Segment
from workflows.segments import History, SegmentPolicy, computed, with_found

#: Debtors looked at in one transaction.
CROWD = 500


class Change(NamedTuple):
    """What the ledger showed of a debtor before and shows now."""

    creditor_ref: str
    debtor_ref: str
    before: frozenset[Segment]
    now: frozenset[Segment]


def refresh(
    ledger: sa.Engine,
    now: datetime,
    policy: SegmentPolicy,
    debtors: Sequence[Key],
    *,
    totals: Mapping[str, int] | None = None,
) -> list[Change]:
    """Look again at these debtors and keep what changed.

    Nothing is locked unless something changes; then only the debtors that changed, which every order of locks allows.

    Args:
        ledger: connections.
        now: the instant as of which the ledger is looked at.
        policy: the thresholds.
        debtors: (creditor, reference) each; unknown ones are passed over.
        totals: what each creditor invoiced in twelve months, for the shares of revenue; None keeps what was found.
    """
    with ledger.begin() as connection:
        found = histories(connection, debtors, _day(now), policy, totals=totals)
        stale = [key for key, debtor in _known(connection, debtors) if _renewed(debtor, found[key], policy) != debtor]
        book = Book(connection, now)
        book.lock_debtors(stale)
        changes = []
        for key in stale:
            debtor = book.debtors[key]  # as it is under the lock
            renewed = _renewed(debtor, found[key], policy)
            if renewed != debtor:
                book.save_debtor(key[0], renewed)
                changes.append(Change(*key, debtor.segments_found, renewed.segments_found))
    return changes


def refresh_all(ledger: sa.Engine, now: datetime, policy: SegmentPolicy) -> Iterator[tuple[int, list[Change]]]:
    """Look again at every debtor, shares of revenue included; yields for each crowd its size and what changed."""
    row = schema.debtors.c
    with ledger.connect() as connection:
        totals = invoiced_by_creditor(connection, _day(now))
    after: Key = ("", "")
    while True:
        following = sa.tuple_(row.creditor_ref, row.ref) > sa.tuple_(*map(sa.literal, after))
        with ledger.connect() as connection:
            some = sa.select(row.creditor_ref, row.ref).where(following).order_by(row.creditor_ref, row.ref)
            keys = [(each.creditor_ref, each.ref) for each in connection.execute(some.limit(CROWD))]
        if not keys:
            return
        yield len(keys), refresh(ledger, now, policy, keys, totals=totals)
        after = keys[-1]


def _day(now: datetime) -> date:
    return now.astimezone(UTC).date()


def _known(connection: sa.Connection, debtors: Sequence[Key]) -> list[tuple[Key, Debtor]]:
    row = schema.debtors.c
    mine = sa.select(row.creditor_ref, row.ref, row.facts).where(sa.tuple_(row.creditor_ref, row.ref).in_(debtors))
    return [((each.creditor_ref, each.ref), debtor_of(each.facts)) for each in connection.execute(mine)]


def _renewed(debtor: Debtor, history: History, policy: SegmentPolicy) -> Debtor:
    return with_found(debtor, computed(debtor, history, policy))
