"""Looking at what is due, and doing it: in batches, each committed, so that a run that was killed is taken up again."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa

from workers.ledger.redactions import BrokenPromise
from workers.privacy import old_rows
from workers.privacy.debtors import anonymise
from workers.privacy.policy import years_after
from workers.privacy.tally import Tally
from workers.settings_parts.retention import Retention

#: Debtors found in one reading.
PAGE = 200
#: Debtors with a closed case of which the time may be over; the exact day is the policy's to say.
_CANDIDATES = sa.text("""
    SELECT DISTINCT creditor_ref, debtor_ref FROM cases
    WHERE stage IN ('paid', 'cancelled', 'written_off') AND (creditor_ref, debtor_ref) > (:creditor, :debtor)
    AND (state->>'as_of')::timestamptz < CASE level WHEN 0 THEN :correspondence WHEN 1 THEN :evidence END
    ORDER BY creditor_ref, debtor_ref LIMIT :limit
""")
_WAITING = sa.text("SELECT count(*) FROM parked WHERE since < :before")
Key = tuple[str, str]


def plan(ledger: sa.Engine, settings: Retention, now: datetime) -> Tally:
    """What `apply` would do, by doing it and taking it back: the figures are those of the same statements."""
    found = Tally()
    for key in candidates(ledger, settings, now):
        with ledger.connect() as connection, connection.begin() as transaction:
            found.take(_one(connection, key, settings, at=now, by="plan"))
            transaction.rollback()
    with ledger.connect() as connection:
        found.take(old_rows.count(connection, settings, now))
        limit = old_rows.before_of("", settings, now)
        if waiting := connection.scalar(_WAITING, {"before": limit}):
            found.kept["waiting"] += waiting
    return found


def apply(ledger: sa.Engine, settings: Retention, now: datetime, *, by: str) -> Iterator[Tally]:
    """Anonymise what is due, one debtor or batch of rows at a time, each in a transaction of its own."""
    for key in candidates(ledger, settings, now):
        with ledger.begin() as connection:
            found = _one(connection, key, settings, at=now, by=by)
        yield found
    yield from old_rows.clear_all(ledger, settings, now)


def _one(connection: sa.Connection, key: Key, settings: Retention, *, at: datetime, by: str) -> Tally:
    """A debtor whose journal does not hold is left as it is, and keeps nobody else from their turn."""
    try:
        with connection.begin_nested():
            return anonymise(connection, key, settings, at=at, by=by)
    except BrokenPromise:
        return Tally(kept=Counter({"broken": 1}))


def candidates(ledger: sa.Engine, settings: Retention, now: datetime) -> Iterator[Key]:
    """Debtors to look at, by reference."""
    given: dict[str, object] = {
        "correspondence": _years_before(now, settings.correspondence_years),
        "evidence": _years_before(now, settings.evidence_years), "limit": PAGE,
    }  # fmt: skip
    after: Key = ("", "")
    while True:
        with ledger.connect() as connection:
            rows = connection.execute(_CANDIDATES, given | {"creditor": after[0], "debtor": after[1]}).all()
        if not rows:
            return
        yield from ((row.creditor_ref, row.debtor_ref) for row in rows)
        after = (rows[-1].creditor_ref, rows[-1].debtor_ref)


def _years_before(now: datetime, years: int) -> datetime:
    return now.combine(years_after(now.date(), -years), now.timetz())
