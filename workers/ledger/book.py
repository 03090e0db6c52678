"""One transaction's work: cases read under their lock, and rows that are written together at the end.

Lock order everywhere: debtors, then cases by id. Many events in one transaction cost few statements: each table is
written once, a case once however often it was touched.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from workers.ledger import schema, store
from workflows.case import Case
from workflows.effects import AskOperator, Decision, SendStep, WithholdStep
from workflows.events import Fact
from workflows.invoice import Debtor

Rows = list[dict[str, object]]

_CASES = (
    sa.select(schema.cases.c.state, schema.cases.c.chain, schema.debtors.c.facts)
    .join_from(schema.cases, schema.debtors)
    .where(schema.cases.c.case_id == sa.any_(sa.bindparam("ids", type_=sa.ARRAY(sa.Text))))
    .order_by(schema.cases.c.case_id)
    .with_for_update(of=schema.cases)
)
_DEBTOR = (
    sa.select(schema.debtors.c.facts)
    .where(schema.debtors.c.creditor_ref == sa.bindparam("creditor"), schema.debtors.c.ref == sa.bindparam("ref"))
    .with_for_update()
)
_SAVE_DEBTOR = insert(schema.debtors)
_SAVE_DEBTOR = _SAVE_DEBTOR.on_conflict_do_update(
    index_elements=["creditor_ref", "ref"],
    set_={"name": _SAVE_DEBTOR.excluded.name, "facts": _SAVE_DEBTOR.excluded.facts},
)
_UPDATED = (
    "stage", "epoch", "next_wake_at", "idle_reason", "balance", "due_on", "scenario", "scenario_version", "chain",
    "state",
)  # fmt: skip
_UPDATE_CASE = (
    sa.update(schema.cases)
    .where(schema.cases.c.case_id == sa.bindparam("b_case_id"))
    .values(
        {name: sa.bindparam(f"b_{name}") for name in _UPDATED}
        # a case without a next moment has nothing to give to the timetable
        | {"armed_epoch": sa.case((sa.bindparam("b_idle"), sa.bindparam("b_epoch")), else_=schema.cases.c.armed_epoch)}
    )
)
#: Only what no worker has claimed can be taken back; a claimed one is on its way.
_WITHHOLD = (
    sa.update(schema.dispatches)
    .where(schema.dispatches.c.key == sa.bindparam("b_key"), schema.dispatches.c.status == "wanted")
    .values(status="withheld", reason=sa.bindparam("b_reason"), done_at=sa.bindparam("b_done_at"))
)
_TASK = insert(schema.tasks).on_conflict_do_nothing()


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
    _lines: Rows = field(default_factory=list)
    _dispatches: Rows = field(default_factory=list)
    _withheld: Rows = field(default_factory=list)
    _tasks: Rows = field(default_factory=list)

    def lock_debtor(self, creditor_ref: str, ref: str) -> Debtor | None:
        """The debtor, held until the transaction ends; None if there is none."""
        key = (creditor_ref, ref)
        if key not in self.debtors:
            row = self.connection.execute(_DEBTOR, {"creditor": creditor_ref, "ref": ref}).scalar_one_or_none()
            if row is None:
                return None
            self.debtors[key] = Debtor.model_validate_json(row)
        return self.debtors[key]

    def save_debtor(self, creditor_ref: str, debtor: Debtor) -> None:
        """Keep what is now known of the debtor, for the ledger and for the cases held here."""
        row = {"creditor_ref": creditor_ref, "ref": debtor.ref, "name": debtor.name, "facts": debtor.model_dump_json()}
        self.connection.execute(_SAVE_DEBTOR, row)
        self.debtors[creditor_ref, debtor.ref] = debtor
        for held in self.held.values():
            if (held.case.invoice.creditor_ref, held.case.invoice.debtor_ref) == (creditor_ref, debtor.ref):
                held.debtor = debtor

    def lock(self, case_ids: Iterable[str]) -> None:
        """Read these cases and hold them until the transaction ends; ids without a case are passed over."""
        missing = sorted({case_id for case_id in case_ids if case_id not in self.held})
        if not missing:
            return
        for row in self.connection.execute(_CASES, {"ids": missing}):
            case = Case.model_validate_json(row.state)
            known = self.debtors.get((case.invoice.creditor_ref, case.invoice.debtor_ref))
            debtor = known or Debtor.model_validate_json(row.facts)
            self.held[case.case_id] = Held(case, row.chain, debtor)

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
        self._lines.append(line)
        for effect in decision.effects:
            if isinstance(effect, SendStep):
                self._dispatches.append(store.dispatch_row(case, effect, self.now))
            elif isinstance(effect, WithholdStep):
                self._withheld.append({"b_key": effect.key, "b_reason": effect.reason, "b_done_at": self.now})
            elif isinstance(effect, AskOperator):
                self._tasks.append(store.task_row(effect, case.invoice.creditor_ref, case.case_id, self.now))

    def ask(self, effect: AskOperator, creditor_ref: str | None) -> None:
        """Ask a person something that belongs to no case."""
        self._tasks.append(store.task_row(effect, creditor_ref, None, self.now))

    def flush(self) -> None:
        """Write everything; the caller commits."""
        changed = [held for held in self.held.values() if held.is_changed]
        self._send(sa.insert(schema.cases), [_new_case(held) for held in changed if held.is_new])
        self._send(_UPDATE_CASE, [_changed_case(held) for held in changed if not held.is_new])
        self._send(sa.insert(schema.journal), self._lines)
        self._send(sa.insert(schema.dispatches), self._dispatches)
        self._send(_WITHHOLD, self._withheld)
        self._send(_TASK, self._tasks)
        for held in changed:
            held.is_new = held.is_changed = False

    def _send(self, statement: sa.Executable, rows: Rows) -> None:
        if len(rows) == 1:
            self.connection.execute(statement, rows[0])
        elif rows:
            self.connection.execute(statement, rows)
        rows.clear()


def _new_case(held: Held) -> dict[str, object]:
    is_idle = held.case.next_wake_at is None
    return store.case_row(held.case, held.chain) | {"armed_epoch": held.case.epoch if is_idle else -1}


def _changed_case(held: Held) -> dict[str, object]:
    row = store.case_row(held.case, held.chain)
    return {f"b_{name}": row[name] for name in ("case_id", *_UPDATED)} | {"b_idle": held.case.next_wake_at is None}
