"""One transaction's work: cases read under their lock, and rows that are written together at the end.

Lock order everywhere: debtors, then cases by id; of either, names before rows. Many events in one transaction cost
few statements: each table is written once, a case once however often it was touched.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.dialects.postgresql import insert

from workers.ledger import schema, store
from workers.ledger.facts import debtor_of
from workers.ledger.pipeline import Query, Row, ask, ask_all, sql_of, tell_all
from workflows.case import Case
from workflows.effects import AskOperator, Decision, EndTask, SendLetter, SendStep, WithholdStep
from workflows.events import Fact
from workflows.invoice import Debtor

_CASES = "SELECT state, chain FROM cases WHERE case_id = ANY(CAST(%(ids)s AS text[])) ORDER BY case_id FOR UPDATE"
#: A statement of its own, after the locks: it sees what was committed while they were waited for.
_DEBTORS_OF_CASES = (
    "SELECT DISTINCT debtors.creditor_ref, debtors.ref, debtors.facts::text FROM debtors JOIN cases "
    "ON debtors.creditor_ref = cases.creditor_ref AND debtors.ref = cases.debtor_ref "
    "WHERE cases.case_id = ANY(CAST(%(ids)s AS text[]))"
)
_DEBTORS = (
    "SELECT debtors.creditor_ref, debtors.ref, debtors.facts, debtors.said FROM debtors "
    "JOIN unnest(CAST(%(creditors)s AS text[]), CAST(%(refs)s AS text[])) AS given(creditor_ref, ref) "
    "ON debtors.creditor_ref = given.creditor_ref AND debtors.ref = given.ref "
    "ORDER BY debtors.creditor_ref, debtors.ref FOR UPDATE OF debtors"
)
#: What does not exist yet has no row to lock. A fixed number of names keeps a large import within the server's lock
#: table; two things that share one only wait for each other.
_NAMES = (
    "SELECT pg_advisory_xact_lock(%(kind)s, slot) FROM (SELECT DISTINCT abs(hashtext(name) %% 4096) AS slot "
    "FROM unnest(CAST(%(names)s AS text[])) AS name ORDER BY slot) AS slots"
)
_INSERT_DEBTOR = insert(schema.debtors)
_SAVE_DEBTOR = sql_of(
    _INSERT_DEBTOR.on_conflict_do_update(
        index_elements=["creditor_ref", "ref"],
        set_={name: _INSERT_DEBTOR.excluded[name] for name in ("name", "facts", "said")},
    ),
    ("creditor_ref", "ref", "name", "facts", "said"),
)
_UPDATED = (
    "stage", "epoch", "next_wake_at", "idle_reason", "balance", "due_on", "scenario", "scenario_version",
    "claim_ends_on", "chain", "state",
)  # fmt: skip
_UPDATE_CASE = sql_of(
    sa.update(schema.cases)
    .where(schema.cases.c.case_id == sa.bindparam("b_case_id"))
    .values(
        {name: sa.bindparam(f"b_{name}") for name in _UPDATED}
        | {"armed_epoch": sa.func.greatest(schema.cases.c.armed_epoch, sa.bindparam("b_armed_epoch"))}
        | {"level": sa.literal_column("0")}  # what happens to it anew is whole again
    )
)
_INSERT_CASE = sql_of(
    sa.insert(schema.cases), ("case_id", "creditor_ref", "debtor_ref", "number", "currency", "armed_epoch", *_UPDATED)
)
_INSERT_LINE = sql_of(
    sa.insert(schema.journal),
    ("case_id", "source", "event_id", "kind", "at", "recorded_at", "event", "decision", "salts", "seals", "hash"),
)
_INSERT_DISPATCH = sql_of(
    sa.insert(schema.dispatches),
    (
        "key", "case_id", "creditor_ref", "debtor_ref", "ladder", "step", "occasion", "channel", "template",
        "tone", "deadline_days", "from_reception", "status", "wanted_at",
    ),
)  # fmt: skip
#: Only what no worker has claimed can be taken back; a claimed one is on its way.
_WITHHOLD = sql_of(
    sa.update(schema.dispatches)
    .where(schema.dispatches.c.key == sa.bindparam("b_key"), schema.dispatches.c.status == "wanted")
    .values(  # a message that was tried in vain may still leave for the other invoices in it
        status="withheld", reason=sa.bindparam("b_reason"), done_at=sa.bindparam("b_done_at"), message_id=None
    )
)
_INSERT_TASK = sql_of(
    insert(schema.tasks).on_conflict_do_nothing(),
    ("key", "kind", "creditor_ref", "case_id", "detail", "due_on", "asked_at"),
)
_END_TASK = "UPDATE tasks SET done_at = %(now)s WHERE key = %(key)s AND done_at IS NULL"
#: Below every epoch: nothing was given to the timetable yet.
NEVER_ARMED = -1
#: By debtor: for each field, the stamp (instant, event id) of the latest word on it.
Said = dict[str, tuple[str, str]]
_SAID: TypeAdapter[Said] = TypeAdapter(Said)


class Kind(IntEnum):
    """What a name stands for; names of one kind are taken in one order, kinds in this one, and names before rows."""

    EVENT = 1
    DEBTOR = 2
    CASE = 3


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
    said: dict[tuple[str, str], Said] = field(default_factory=dict)
    _absent: set[tuple[str, str]] = field(default_factory=set)
    _absent_cases: set[str] = field(default_factory=set)
    _queries: list[Query] = field(default_factory=list)

    def lock_names(self, kind: Kind, names: Iterable[str]) -> None:
        """Hold names of things that may not exist yet until the transaction ends."""
        if wanted := list(names):
            ask(self.connection, _NAMES, {"kind": kind, "names": wanted})

    def lock_debtor(self, creditor_ref: str, ref: str) -> Debtor | None:
        """The debtor, held until the transaction ends; None if there is none, and nobody else makes one before."""
        self.lock_debtors([(creditor_ref, ref)])
        return self.debtors.get((creditor_ref, ref))

    def lock_debtors(self, keys: Iterable[tuple[str, str]]) -> None:
        """Hold these debtors, (creditor, debtor) each, whether they exist or not: their names, then their rows."""
        wanted = sorted({key for key in keys if key not in self.said and key not in self._absent})
        if not wanted:
            return
        names = {"kind": Kind.DEBTOR, "names": [f"{creditor}/{ref}" for creditor, ref in wanted]}
        given = {"creditors": [creditor for creditor, _ref in wanted], "refs": [ref for _creditor, ref in wanted]}
        for row in ask_all(self.connection, [(_NAMES, names), (_DEBTORS, given)])[1]:
            self.debtors[row.creditor_ref, row.ref] = debtor_of(row.facts)
            self.said[row.creditor_ref, row.ref] = _SAID.validate_json(row.said)
        self._absent.update(key for key in wanted if key not in self.said)

    def save_debtor(self, creditor_ref: str, debtor: Debtor, said: Said | None = None) -> None:
        """Keep what is now known of a debtor under its lock, for the ledger and for the cases held here."""
        key = (creditor_ref, debtor.ref)
        self.lock_debtors([key])
        self.said[key] = said if said is not None else self.said.get(key, {})
        row = {"creditor_ref": creditor_ref, "ref": debtor.ref, "name": debtor.name, "facts": debtor.model_dump_json()}
        row["said"] = _SAID.dump_json(self.said[key]).decode()
        tell_all(self.connection, [(_SAVE_DEBTOR, row)])
        self.debtors[key] = debtor
        self._absent.discard(key)
        for held in self.held.values():
            if (held.case.invoice.creditor_ref, held.case.invoice.debtor_ref) == key:
                held.debtor = debtor

    def lock(self, case_ids: Iterable[str]) -> None:
        """Read these cases and hold them until the transaction ends; ids without a case are passed over."""
        wanted = sorted({case_id for case_id in case_ids if case_id not in self.held})
        if wanted:
            given = {"ids": wanted}
            cases, debtors = ask_all(self.connection, [(_CASES, given), (_DEBTORS_OF_CASES, given)])
            self.take_in(cases, debtors)

    def lock_all(self, case_ids: Iterable[str]) -> None:
        """Hold these cases whether they exist or not: their names, then their rows."""
        wanted = sorted({case_id for case_id in case_ids if case_id not in self.held} - self._absent_cases)
        if wanted:
            given = {"ids": wanted}
            queries: list[Query] = [
                (_NAMES, {"kind": Kind.CASE, "names": wanted}),
                (_CASES, given),
                (_DEBTORS_OF_CASES, given),
            ]
            _names, cases, debtors = ask_all(self.connection, queries)
            self.take_in(cases, debtors)
            self._absent_cases.update(case_id for case_id in wanted if case_id not in self.held)

    def take_in(self, cases: Iterable[Row], debtors: Iterable[Row] = ()) -> None:
        """Cases that were just read under lock: `state`, `chain`, and `facts` of a debtor that is not in `debtors`."""
        known = {(row.creditor_ref, row.ref): debtor_of(row.facts) for row in debtors} | self.debtors
        for row in cases:
            case = Case.model_validate_json(row.state)
            if case.case_id not in self.held:
                debtor = known.get((case.invoice.creditor_ref, case.invoice.debtor_ref))
                self.held[case.case_id] = Held(case, row.chain, debtor or debtor_of(row.facts))

    def write(self, event: Fact, decision: Decision, *, debtor: Debtor | None = None) -> None:
        """Take in one decision: the line of the journal, the case, and all it orders."""
        case = decision.case
        held = self.held.get(case.case_id)
        if held is None:
            if debtor is None:
                raise KeyError(case.case_id)
            held = self.held[case.case_id] = Held(case, store.NO_HASH, debtor, is_new=True)
            self._absent_cases.discard(case.case_id)
        line = store.journal_line(event, decision, held.chain, self.now)
        held.case, held.chain, held.is_changed = case, str(line["hash"]), True
        self._queries.append((_INSERT_LINE, line))
        for effect in decision.effects:
            if isinstance(effect, SendStep | SendLetter):
                self._queries.append((_INSERT_DISPATCH, store.dispatch_row(case, effect, self.now)))
            elif isinstance(effect, WithholdStep):
                self._queries.append(
                    (_WITHHOLD, {"b_key": effect.key, "b_reason": effect.reason, "b_done_at": self.now})
                )
            elif isinstance(effect, AskOperator):
                task = store.task_row(effect, case.invoice.creditor_ref, case.case_id, self.now)
                self._queries.append((_INSERT_TASK, task))
            elif isinstance(effect, EndTask):
                self._queries.append((_END_TASK, {"key": effect.key, "now": self.now}))

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
    return store.case_row(held.case, held.chain, held.debtor) | {"armed_epoch": _armed_epoch(held.case)}


def _changed_case(held: Held) -> dict[str, object]:
    row = store.case_row(held.case, held.chain, held.debtor)
    return {f"b_{name}": row[name] for name in ("case_id", *_UPDATED)} | {"b_armed_epoch": _armed_epoch(held.case)}
