"""Cases of which something was said that a list is about, as they stand now, each with its debtor and its ladder."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from workers.ledger import schema, store
from workers.ledger.facts import debtor_of
from workflows.case import ENDED, Case
from workflows.invoice import Debtor
from workflows.scenario import Scenario, ScenarioRef

_ENDED = sorted(str(stage) for stage in ENDED)


@dataclass(frozen=True, slots=True)
class Seen:
    """One case at the instant at which the list is made."""

    case: Case
    debtor: Debtor
    ladder: Scenario


def seen_cases(
    connection: sa.Connection,
    now: datetime,
    *fields: str,
    creditor: str | None = None,
    debtor: str | None = None,
    number: str | None = None,
    is_open: bool = True,
    task: str | None = None,
) -> Iterator[Seen]:
    """Cases whose state has one of `fields`, if any is named, by id; what is default in a case is not stored.

    Args:
        connection: to the ledger.
        now: "now" for what the mere passing of time decides.
        fields: names of fields of `Case`.
        creditor: whose cases; None for all.
        debtor: against whom.
        number: of the invoice.
        task: only cases that wait for a person to do this kind of thing.
        is_open: without those that are paid, cancelled or written off.
    """
    cases, debtors = schema.cases.c, schema.debtors.c
    equal = {cases.creditor_ref: creditor, cases.debtor_ref: debtor, cases.number: number}
    where = [column == value for column, value in equal.items() if value is not None]
    if fields:
        where.append(sa.or_(*(sa.func.jsonb_exists(cases.state, field) for field in fields)))
    if task is not None:
        tasks = schema.tasks.c
        where.append(cases.case_id.in_(sa.select(tasks.case_id).where(tasks.kind == task, tasks.done_at.is_(None))))
    if is_open:
        where.append(cases.stage.not_in(_ENDED))
    query = sa.select(cases.state, debtors.facts).join_from(schema.cases, schema.debtors).where(*where)
    ladders: dict[ScenarioRef, Scenario] = {}
    for row in connection.execute(query.order_by(cases.case_id)):
        case = Case.model_validate_json(row.state)
        if case.scenario not in ladders:
            ladders[case.scenario] = _ladder(connection, case.scenario)
        at = case.model_copy(update={"as_of": max(case.as_of, now)})
        yield Seen(at, debtor_of(row.facts), ladders[case.scenario])


def _ladder(connection: sa.Connection, ref: ScenarioRef) -> Scenario:
    found = store.scenario(connection, ref)
    if found is None:
        raise KeyError(str(ref))
    return found
