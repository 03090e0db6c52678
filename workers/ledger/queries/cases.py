"""Cases: lists by keyset, one case, and its timeline."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from workers.ledger import schema
from workers.ledger.facts import debtor_of
from workers.ledger.queries import paging
from workers.ledger.queries.paging import Page
from workflows.case import ENDED, Case, Stage
from workflows.effects import Reason
from workflows.events import EVENT, Event
from workflows.invoice import Debtor

#: Stages of which something is still expected; lists show them unless told otherwise.
OPEN = tuple(stage for stage in Stage if stage not in ENDED)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFilter:
    """Which cases to list; what is None does not matter.

    Attributes:
        stages: empty for every open one.
        due_from, due_to: first and last due date.
    """

    stages: tuple[Stage, ...] = ()
    creditor: str | None = None
    debtor: str | None = None
    number: str | None = None
    scenario: str | None = None
    due_from: date | None = None
    due_to: date | None = None


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One line of a list of cases."""

    case_id: str
    creditor_ref: str
    debtor_ref: str
    debtor_name: str
    number: str
    stage: Stage
    balance: int
    currency: str
    due_on: date
    scenario: str
    next_wake_at: datetime | None
    idle_reason: str | None


def list_cases(
    connection: sa.Connection, wanted: CaseFilter, *, limit: int = paging.USUAL, cursor: str | None = None
) -> Page[CaseLine]:
    """Cases by due date, the oldest first.

    Each stage is read in the order of its index and no further than the page, so that the cost does not grow with the
    portfolio.

    Raises:
        BadCursor: `cursor` was not given by an earlier page.
    """
    limit = min(limit, paging.MOST)
    cases, debtors = schema.cases.c, schema.debtors.c
    stages = sa.func.unnest(sa.cast([str(stage) for stage in wanted.stages or OPEN], sa.ARRAY(sa.Text)))
    each = stages.table_valued("stage", name="each_stage").render_derived()
    few = sa.select(schema.cases).where(cases.stage == each.c.stage, *_conditions(wanted, cursor))
    lateral = few.order_by(cases.due_on, cases.case_id).limit(limit + 1).lateral("some")
    some = lateral.c
    statement = (
        sa.select(lateral, debtors.name.label("debtor_name"))
        .select_from(each.join(lateral, sa.true()))
        .join(schema.debtors, (debtors.creditor_ref == some.creditor_ref) & (debtors.ref == some.debtor_ref))
        .order_by(some.due_on, some.case_id)
        .limit(limit + 1)
    )
    rows = [_line(row) for row in connection.execute(statement)]
    return paging.page_of(rows, limit, ("due_on", "case_id"))


def _conditions(wanted: CaseFilter, cursor: str | None) -> list[sa.ColumnElement[bool]]:
    cases = schema.cases.c
    equal = {
        cases.creditor_ref: wanted.creditor,
        cases.debtor_ref: wanted.debtor,
        cases.number: wanted.number,
        cases.scenario: wanted.scenario,
    }
    found = [column == value for column, value in equal.items() if value is not None]
    found += [cases.due_on >= wanted.due_from] if wanted.due_from else []
    found += [cases.due_on <= wanted.due_to] if wanted.due_to else []
    if cursor is not None:
        found.append(sa.tuple_(cases.due_on, cases.case_id) > _position(cursor))
    return found


def _position(cursor: str) -> sa.ColumnElement[Any]:
    day, case_id = paging.read(cursor, 2)
    try:
        return sa.tuple_(sa.literal(date.fromisoformat(day)), sa.literal(case_id))
    except ValueError:
        raise paging.BadCursor(cursor) from None


def _line(row: paging.Row) -> CaseLine:
    return CaseLine(
        case_id=row.case_id, creditor_ref=row.creditor_ref, debtor_ref=row.debtor_ref, debtor_name=row.debtor_name,
        number=row.number, stage=Stage(row.stage), balance=row.balance, currency=row.currency, due_on=row.due_on,
        scenario=f"{row.scenario}@{row.scenario_version}", next_wake_at=row.next_wake_at, idle_reason=row.idle_reason,
    )  # fmt: skip


# --- one case -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CaseFile:
    """One case with its debtor, as the ledger has them now."""

    case: Case
    debtor: Debtor


def find_cases(connection: sa.Connection, number: str, creditor: str | None = None) -> list[CaseFile]:
    """The cases of an invoice number, one for each creditor that used it; `CREDITOR/NUMBER` names one of them."""
    cases = schema.cases.c
    query = sa.select(cases.state, schema.debtors.c.facts).join_from(schema.cases, schema.debtors)
    by_number = query.where(cases.number == number).order_by(cases.case_id)
    rows = connection.execute(by_number if creditor is None else by_number.where(cases.creditor_ref == creditor)).all()
    rows = rows or connection.execute(query.where(cases.case_id == number)).all()
    return [CaseFile(Case.model_validate_json(row.state), debtor_of(row.facts)) for row in rows]


def find_case(connection: sa.Connection, case_id: str) -> CaseFile | None:
    """The case of this identity; None if there is none."""
    query = sa.select(schema.cases.c.state, schema.debtors.c.facts).join_from(schema.cases, schema.debtors)
    row = connection.execute(query.where(schema.cases.c.case_id == case_id)).one_or_none()
    return None if row is None else CaseFile(Case.model_validate_json(row.state), debtor_of(row.facts))


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One line of the journal: what happened, what was decided about it, and why.

    Attributes:
        happened: the event as it came.
        reasons: of the decision, in the order in which they were given.
        stage: where the case stood afterwards.
        effects: what was ordered, as stored.
        next_wake_at, idle_reason: the next moment after the decision, or why there was none.
    """

    seq: int
    at: datetime
    recorded_at: datetime
    source: str
    happened: Event
    reasons: tuple[Reason, ...]
    stage: Stage
    balance: int
    effects: tuple[dict[str, Any], ...]
    next_wake_at: datetime | None
    idle_reason: str | None

    @property
    def kind(self) -> str:
        """The event's type."""
        return self.happened.kind


def timeline(connection: sa.Connection, case_id: str, *, until: datetime | None = None) -> list[TimelineEntry]:
    """The journal of one case in the order in which it was written; `until` an instant of recording."""
    journal = schema.journal.c
    lines = sa.select(schema.journal).where(journal.case_id == case_id).order_by(journal.seq)
    if until is not None:
        lines = lines.where(journal.recorded_at <= until)
    return [_entry(row) for row in connection.execute(lines)]


def _entry(row: paging.Row) -> TimelineEntry:
    verdict = json.loads(row.decision)
    wake = verdict["next_wake_at"]
    return TimelineEntry(
        seq=row.seq, at=row.at, recorded_at=row.recorded_at, source=row.source,
        happened=EVENT.validate_json(row.event),
        reasons=tuple(Reason.model_validate(each) for each in verdict["reasons"]),
        stage=Stage(verdict["stage"]), balance=verdict["balance"], effects=tuple(verdict["effects"]),
        next_wake_at=None if wake is None else datetime.fromisoformat(wake), idle_reason=verdict["idle_reason"],
    )  # fmt: skip


def open_tasks_of(connection: sa.Connection, case_ids: Sequence[str]) -> list[paging.Row]:
    """What people still have to do about these cases, the oldest first."""
    tasks = schema.tasks.c
    mine = sa.select(schema.tasks).where(tasks.case_id.in_(case_ids), tasks.done_at.is_(None))
    return list(connection.execute(mine.order_by(tasks.asked_at, tasks.key)))
