"""What needs a person, read from the ledger as it is now: open tasks, and what no case can know."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

#: How long an event or a stop waits before somebody is told of it, and a channel refuses before it counts as down.
_LONG, _AN_HOUR = timedelta(days=1), timedelta(hours=1)
#: How many debtors a channel must fail before it is the channel and not an address.
_MANY: Final = 3

_TASKS = """
SELECT 'task/' || tasks.key AS subject, tasks.kind, tasks.creditor_ref, cases.number, debtors.name AS debtor,
       '' AS detail, tasks.due_on, tasks.asked_at AS since
FROM tasks LEFT JOIN cases ON cases.case_id = tasks.case_id
LEFT JOIN debtors ON debtors.creditor_ref = cases.creditor_ref AND debtors.ref = cases.debtor_ref
WHERE tasks.done_at IS NULL
"""
#: Only while messages really wait for payments: a feed that rests over a weekend is none of anybody's business.
_STALE = """
SELECT 'payments_stale/' || feeds.creditor_ref || '/' || to_char(feeds.as_of AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISS'),
       'payments_stale', feeds.creditor_ref, NULL, NULL, waiting.count::text, CAST(NULL AS date), feeds.as_of
FROM feeds JOIN (SELECT creditor_ref, count(*) AS count FROM dispatches
                 WHERE status = 'wanted' AND reason = 'gate.freshness' GROUP BY creditor_ref) AS waiting
     ON waiting.creditor_ref = feeds.creditor_ref
WHERE feeds.feed = 'payments'
"""
_DOWN = f"""
SELECT 'channel_down/' || channel || '/' || to_char(min(first) AT TIME ZONE 'UTC', 'YYYYMMDD'), 'channel_down',
       CAST(NULL AS text), NULL, NULL, channel, CAST(NULL AS date), min(first)
FROM (SELECT channel, debtor_ref, (SELECT min(at) FROM attempts WHERE dispatch_key = key) AS first
      FROM dispatches WHERE status = 'wanted' AND reason = 'delivery.retry') AS failing
WHERE first < CAST(:an_hour_ago AS timestamptz) AND NOT EXISTS (
    SELECT FROM dispatches AS sent WHERE sent.status = 'sent' AND sent.channel = failing.channel
    AND sent.done_at > CAST(:an_hour_ago AS timestamptz))
GROUP BY channel HAVING count(DISTINCT debtor_ref) >= {_MANY}
"""
_HELD = """
SELECT 'held/' || scope || '/' || to_char(since AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISS'), 'held',
       CAST(NULL AS text), NULL, NULL, scope, CAST(NULL AS date), since
FROM holds WHERE since < CAST(:long_ago AS timestamptz) AND (until IS NULL OR until > CAST(:now AS timestamptz))
"""
_PARKED = """
SELECT DISTINCT 'parked/' || events.source || '/' || events.event_id, 'parked', events.creditor_ref, NULL, NULL,
       events.kind, CAST(NULL AS date), events.recorded_at
FROM events WHERE events.status = 'parked' AND events.recorded_at < CAST(:long_ago AS timestamptz)
"""
#: Every fact that needs a person; binds `now`, `an_hour_ago`, `long_ago`.
FACTS: Final = (
    f"facts AS MATERIALIZED ({_TASKS} UNION ALL {_STALE} UNION ALL {_DOWN} UNION ALL {_HELD} UNION ALL {_PARKED})"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing that needs a person.

    Attributes:
        subject: what it is called in the ledger; the same fact always has the same.
        number: of the invoice, where it is about one.
        debtor: their name, where it is about one invoice.
        detail: a channel, a kind of event, a count; never what somebody wrote.
    """

    subject: str
    kind: str
    creditor_ref: str | None
    number: str | None
    debtor: str | None
    detail: str
    due_on: date | None
    since: datetime


def of_creditors(chosen: str) -> str:
    """SQL: whether a fact is of one of these creditors, or of none in particular; an empty array is all of them."""
    return f"(cardinality({chosen}) = 0 OR facts.creditor_ref IS NULL OR facts.creditor_ref = ANY({chosen}))"


def moments(now: datetime) -> dict[str, datetime]:
    """What `FACTS` binds."""
    return {"now": now, "an_hour_ago": now - _AN_HOUR, "long_ago": now - _LONG}


def standing(connection: sa.Connection, now: datetime, subjects: Sequence[str]) -> list[Fact]:
    """Those of these facts that still need a person, the earliest first."""
    chosen = sa.text(f"WITH {FACTS} SELECT * FROM facts WHERE subject = ANY(:subjects) ORDER BY since, subject")
    return _read(connection, chosen, moments(now) | {"subjects": list(subjects)})


def all_open(connection: sa.Connection, now: datetime, creditors: Sequence[str]) -> list[Fact]:
    """Everything that needs a person, of these creditors or (where none is named) of all, the earliest first."""
    given = "CAST(:creditors AS text[])"
    chosen = sa.text(f"WITH {FACTS} SELECT * FROM facts WHERE {of_creditors(given)} ORDER BY since, subject")
    return _read(connection, chosen, moments(now) | {"creditors": list(creditors)})


def _read(connection: sa.Connection, statement: sa.TextClause, values: dict[str, Any]) -> list[Fact]:
    return [Fact(**row._mapping) for row in connection.execute(statement, values)]  # noqa: SLF001 - SQLAlchemy's public name
