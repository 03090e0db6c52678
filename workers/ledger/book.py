"""One transaction's work: cases read under their lock, and rows that are written together at the end.

Lock order everywhere: debtors, then cases by id. Many events in one transaction cost few statements: each table is
written once, a case once however often it was touched.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from workers.ledger import schema, store
from workers.ledger.pipeline import Query, Row, ask, sql_of, tell_all
from workflows.case import Case
from workflows.effects import AskOperator, Decision, SendStep, WithholdStep
from workflows.events import Fact
from workflows.invoice import Debtor

_CASES = sql_of(
    sa.select(schema.cases.c.state, schema.cases.c.chain, schema.debtors.c.facts)
    .join_from(schema.cases, schema.debtors)
    .where(schema.cases.c.case_id == sa.any_(sa.bindparam("ids", type_=sa.ARRAY(sa.Text))))
    .order_by(schema.cases.c.case_id)
    .with_for_update(of=schema.cases)
)
_DEBTOR = sql_of(
    sa.select(schema.debtors.c.facts)
    .where(schema.debtors.c.creditor_ref == sa.bindparam("creditor"), schema.debtors.c.ref == sa.bindparam("ref"))
    .with_for_update()
)
_INSERT_DEBTOR = insert(schema.debtors)
_SAVE_DEBTOR = sql_of(
    _INSERT_DEBTOR.on_conflict_do_update(
        index_elements=["creditor_ref", "ref"],
        set_={"name": _INSERT_DEBTOR.excluded.name, "facts": _INSERT_DEBTOR.excluded.facts},
    )
)
_UPDATED = (
    "stage", "epoch", "next_wake_at", "idle_reason", "balance", "due_on", "scenario", "scenario_version", "chain",
    "state",
)  # fmt: skip
_UPDATE_CASE = sql_of(
    sa.update(schema.cases)
    .where(schema.cases.c.case_id == sa.bindparam("b_case_id"))
    .values(
        {name: sa.bindparam(f"b_{name}") for name in _UPDATED}
        | {"armed_epoch": sa.func.greatest(schema.cases.c.armed_epoch, sa.bindparam("b_armed_epoch"))}
    )
)
_INSERT_CASE = sql_of(
    sa.insert(schema.cases), ("case_id", "creditor_ref", "debtor_ref", "number", "currency", "armed_epoch", *_UPDATED)
)
_INSERT_LINE = sql_of(
    sa.insert(schema.journal),
    ("case_id", "source", "event_id", "kind", "at", "recorded_at", "event", "decision", "hash"),
)
_INSERT_DISPATCH = sql_of(
    sa.insert(schema.dispatches),
    (
        "key", "case_id", "creditor_ref", "debtor_ref", "ladder", "step", "channel", "template", "tone",
        "deadline_days", "from_reception", "status", "wanted_at",
    ),
)  # fmt: skip
#: Only what no worker has claimed can be taken back; a claimed one is on its way.
_WITHHOLD = sql_of(
    sa.update(schema.dispatches)
    .where(schema.dispatches.c.key == sa.bindparam("b_key"), schema.dispatches.c.status == "wanted")
    .values(status="withheld", reason=sa.bindparam("b_reason"), done_at=sa.bindparam("b_done_at"))
)
_INSERT_TASK = sql_of(
    insert(schema.tasks).on_conflict_do_nothing(),
    ("key", "kind", "creditor_ref", "case_id", "detail", "due_on", "asked_at"),
)
#: Below every epoch: nothing was given to the timetable yet.
NEVER_ARMED = -1


@dataclass(slots=True)
class Held:
    """A case under its lock, as the transaction leaves it so far."""

    case: Case
    chain: str
    debtor: Debtor
    is_new: bool = False
    is_changed: bool = False


@dataclass(slots=True)
class Book:
    """What one transaction has read and is going to write; nothing is written before `flush`."""

    connection: sa.Connection
    now: datetime
    held: dict[str, Held] = field(default_factory=dict)
    debtors: dict[tuple[str, str], Debtor] = field(default_factory=dict)
    _queries: list[Query] = field(default_factory=list)

    def lock_debtor(self, creditor_ref: str, ref: str) -> Debtor | None:
        """The debtor, held until the transaction ends; None if there is none."""
        key = (creditor_ref, ref)
        if key not in self.debtors:
            rows = ask(self.connection, _DEBTOR, {"creditor": creditor_ref, "ref": ref})
            if not rows:
                return None
            self.debtors[key] = Debtor.model_validate_json(rows[0].facts)
        return self.debtors[key]

    def save_debtor(self, creditor_ref: str, debtor: Debtor) -> None:
        """Keep what is now known of the debtor, for the ledger and for the cases held here."""
        row = {"creditor_ref": creditor_ref, "ref": debtor.ref, "name": debtor.name, "facts": debtor.model_dump_json()}
        tell_all(self.connection, [(_SAVE_DEBTOR, row)])
        self.debtors[creditor_ref, debtor.ref] = debtor
        for held in self.held.values():
            if (held.case.invoice.creditor_ref, held.case.invoice.debtor_ref) == (creditor_ref, debtor.ref):
                held.debtor = debtor

    def lock(self, case_ids: Iterable[str]) -> None:
        """Read these cases and hold them until the transaction ends; ids without a case are passed over."""
        missing = sorted({case_id for case_id in case_ids if case_id not in self.held})
        if not missing:
            return
        self.take_in(ask(self.connection, _CASES, {"ids": missing}))

    def take_in(self, rows: Iterable[Row]) -> None:
        """Cases that were just read under lock: `state`, `chain`, and the debtor's `facts`."""
        for row in rows:
            case = Case.model_validate_json(row.state)
            if case.case_id in self.held:
                continue
            known = self.debtors.get((case.invoice.creditor_ref, case.invoice.debtor_ref))
            self.held[case.case_id] = Held(case, row.chain, known or Debtor.model_validate_json(row.facts))

    def write(self, event: Fact, decision: Decision, *, debtor: Debtor | None = None) -> None:
        """Take in one decision: the line of the journal, the case, and all it orders."""
        case = decision.case
        held = self.held.get(case.case_id)
        if held is None:
            if debtor is None:
                raise KeyError(case.case_id)
            held = self.held[case.case_id] = Held(case, store.NO_HASH, debtor, is_new=True)
        line = store.journal_line(event, decision, held.chain, self.now)
        held.case, held.chain, held.is_changed = case, str(line["hash"]), True
        self._queries.append((_INSERT_LINE, line))
        for effect in decision.effects:
            if isinstance(effect, SendStep):
                self._queries.append((_INSERT_DISPATCH, store.dispatch_row(case, effect, self.now)))
            elif isinstance(effect, WithholdStep):
                self._queries.append(
                    (_WITHHOLD, {"b_key": effect.key, "b_reason": effect.reason, "b_done_at": self.now})
                )
            elif isinstance(effect, AskOperator):
                task = store.task_row(effect, case.invoice.creditor_ref, case.case_id, self.now)
                self._queries.append((_INSERT_TASK, task))

    def ask(self, effect: AskOperator, creditor_ref: str | None) -> None:
        """Ask a person something that belongs to no case."""
        self._queries.append((_INSERT_TASK, store.task_row(effect, creditor_ref, None, self.now)))

    def later(self, statement: str, parameters: Mapping[str, object]) -> None:
        """Another statement to write with the rest, after what was decided before it."""
        self._queries.append((statement, parameters))

    def flush(self) -> None:
        """Write everything in one round trip; the caller commits."""
        changed = [held for held in self.held.values() if held.is_changed]
        cases = [
            (_INSERT_CASE, _new_case(held)) if held.is_new else (_UPDATE_CASE, _changed_case(held)) for held in changed
        ]
        if cases or self._queries:
            tell_all(self.connection, [*cases, *self._queries])
        self._queries.clear()
        for held in changed:
            held.is_new = held.is_changed = False


def _armed_epoch(case: Case) -> int:
    """A case without a next moment has nothing to give to the timetable."""
    return case.epoch if case.next_wake_at is None else NEVER_ARMED


def _new_case(held: Held) -> dict[str, object]:
    return store.case_row(held.case, held.chain) | {"armed_epoch": _armed_epoch(held.case)}


def _changed_case(held: Held) -> dict[str, object]:
    row = store.case_row(held.case, held.chain)
    return {f"b_{name}": row[name] for name in ("case_id", *_UPDATED)} | {"b_armed_epoch": _armed_epoch(held.case)}
