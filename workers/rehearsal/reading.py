"""Reading the ledger for a rehearsal: one snapshot, many readers, no lock and no write."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import psycopg

from workers.rehearsal.plan import Plan, Slice
from workflows.case import Case
from workflows.invoice import Debtor
from workflows.rehearsal import Account, Hold, Rules, Stuck
from workflows.scenario import Scenario
from workflows.side_letters import ANSWERS

Connection = psycopg.Connection[tuple[Any, ...]]
#: Debtors in one slice: small enough that two processes end together.
SLICE: Final = 250

_RANGE: Final = (
    "(creditor_ref, {0}) >= (%(first_creditor)s, %(first_debtor)s) "
    "AND (creditor_ref, {0}) <= (%(last_creditor)s, %(last_debtor)s)"
)
_SLICES: Final = (
    "SELECT (array_agg(creditor_ref ORDER BY place))[1], (array_agg(ref ORDER BY place))[1], "
    "(array_agg(creditor_ref ORDER BY place DESC))[1], (array_agg(ref ORDER BY place DESC))[1] FROM "
    "(SELECT creditor_ref, ref, row_number() OVER (ORDER BY creditor_ref, ref) AS place FROM debtors) AS placed "
    "GROUP BY (place - 1) / %(size)s ORDER BY (place - 1) / %(size)s"
)
#: What may move before the end: a moment of its own, something wanted or on its way, or a letter with the carrier.
_MOVING: Final = (
    "(next_wake_at < %(until)s OR EXISTS (SELECT FROM dispatches WHERE dispatches.case_id = cases.case_id "
    "AND (status IN ('wanted', 'claimed') OR (status = 'sent' AND from_reception AND done_at >= %(posted_since)s))))"
)
_CASES: Final = f"SELECT creditor_ref, debtor_ref, state::text FROM cases WHERE {_RANGE.format('debtor_ref')} AND "
_DEBTORS: Final = f"SELECT creditor_ref, ref, facts::text FROM debtors WHERE {_RANGE.format('ref')}"
_CONTACTS: Final = (
    f"SELECT creditor_ref, debtor_ref, claimed_at FROM messages WHERE {_RANGE.format('debtor_ref')} "
    "AND claimed_at > %(contacts_since)s AND status IN ('claimed', 'sent', 'in_doubt') "
    "AND template <> ALL(%(answers)s) ORDER BY claimed_at"
)
_CLAIMED: Final = (
    f"SELECT creditor_ref, debtor_ref, key FROM dispatches WHERE {_RANGE.format('debtor_ref')} AND status = 'claimed'"
)
_BLOCKED: Final = (
    f"SELECT idle_reason, creditor_ref, debtor_ref, number FROM cases WHERE {_RANGE.format('debtor_ref')} "
    "AND stage = 'blocked' AND next_wake_at IS NULL"
)
_ON_LADDER: Final = "scenario = %(replaces)s AND stage NOT IN ('paid', 'cancelled', 'written_off')"


@contextmanager
def reading(ledger: str, snapshot: str | None = None) -> Iterator[Connection]:
    """A connection whose transaction reads one snapshot and refuses every write.

    Args:
        ledger: address in the form of libpq.
        snapshot: one that another such transaction has exported and still holds; None takes a new one.
    """
    with psycopg.connect(ledger, application_name="relance rehearsal") as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        if snapshot is not None:
            connection.execute(psycopg.sql.SQL("SET TRANSACTION SNAPSHOT {}").format(snapshot))
        yield connection
        connection.rollback()


def exported(connection: Connection) -> str:
    """The name under which other transactions may read this one's snapshot."""
    row = connection.execute("SELECT pg_export_snapshot()").fetchone()
    return str(row[0]) if row else ""


def slices_of(connection: Connection, size: int = SLICE) -> list[Slice]:
    """All debtors in slices of `size`."""
    rows = connection.execute(_SLICES, {"size": size})
    return [Slice((first_creditor, first), (creditor, last)) for first_creditor, first, creditor, last in rows]


def scenarios_of(connection: Connection) -> dict[str, Scenario]:
    """Every published version, by `name@version`."""
    rows = connection.execute("SELECT facts::text FROM scenarios ORDER BY name, version")
    found = [Scenario.model_validate_json(facts) for (facts,) in rows]
    return {str(each.ref): each for each in found}


def holds_of(connection: Connection, now: datetime) -> tuple[Hold, ...]:
    """The holds in force."""
    rows = connection.execute(
        "SELECT scope, reason, until FROM holds WHERE until IS NULL OR until > %s ORDER BY scope", (now,)
    )
    return tuple(Hold(*row) for row in rows)


def stale_creditors(connection: Connection, before: datetime) -> list[str]:
    """Creditors whose known payments are older than `before`: nothing leaves for them now."""
    rows = connection.execute(
        "SELECT creditor_ref FROM feeds WHERE feed = 'payments' AND as_of < %s ORDER BY creditor_ref", (before,)
    )
    return [ref for (ref,) in rows]


# --- one slice ------------------------------------------------------------------------------------------------------


def accounts_of(connection: Connection, plan: Plan, part: Slice) -> list[Account]:
    """The debtors of a slice that have a case which may move, each with all that the rehearsal looks at."""
    given = _parameters(plan, part)
    where = _MOVING if plan.draft is None else f"({_MOVING} OR ({_ON_LADDER}))"
    cases: dict[tuple[str, str], list[Case]] = defaultdict(list)
    for creditor, debtor, state in connection.execute(_CASES + where, given):
        cases[creditor, debtor].append(Case.model_validate_json(state))
    if not cases:
        return []
    contacts = _grouped(connection, _CONTACTS, given)
    claimed = _grouped(connection, _CLAIMED, given)
    return [
        Account(
            creditor_ref=creditor, debtor=Debtor.model_validate_json(facts), cases=tuple(mine),
            contacts=tuple(contacts.get((creditor, ref), ())), claimed=frozenset(claimed.get((creditor, ref), ())),
            incomplete=frozenset(case.case_id for case in mine if _lacks_its_document(case)),
        )
        for creditor, ref, facts in connection.execute(_DEBTORS, given)
        if (mine := cases.get((creditor, ref)))
    ]  # fmt: skip


def blocked_in(connection: Connection, part: Slice) -> list[Stuck]:
    """Cases of a slice that want to chase and cannot, and that no moment wakes."""
    return [Stuck(*row) for row in connection.execute(_BLOCKED, _range(part))]


def _lacks_its_document(case: Case) -> bool:
    return case.invoice.document is not None and not Path(case.invoice.document).is_file()


def _grouped(connection: Connection, statement: str, given: dict[str, object]) -> dict[tuple[str, str], list[Any]]:
    found: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for creditor, debtor, value in connection.execute(statement, given):
        found[creditor, debtor].append(value.astimezone(UTC) if isinstance(value, datetime) else value)
    return found


def _range(part: Slice) -> dict[str, object]:
    return {
        "first_creditor": part.first[0], "first_debtor": part.first[1],
        "last_creditor": part.last[0], "last_debtor": part.last[1],
    }  # fmt: skip


def _parameters(plan: Plan, part: Slice) -> dict[str, object]:
    post = timedelta(days=plan.rules.assumed.post_days or 0)
    return _range(part) | {
        "until": plan.until, "posted_since": plan.since - post, "contacts_since": plan.since - _memory(plan.rules),
        "answers": sorted(ANSWERS),
        "replaces": plan.draft.replaces if plan.draft else None,
    }  # fmt: skip


def _memory(rules: Rules) -> timedelta:
    """How far back contacts count for any budget."""
    days: Sequence[int] = [
        length
        for budget in rules.budgets.values()
        for length in (budget.min_days_between_contacts, *(limit.days for limit in budget.limits))
    ]
    return timedelta(days=max(days, default=0) + 1)
