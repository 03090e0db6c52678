"""One debtor at a time: what is due of its cases, messages and replies becomes anonymous in one transaction."""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from workers.ledger import redactions, schema
from workers.ledger.book import Book
from workers.ledger.copies import MARK, JsonObject, Level, debtor_copy, event_copy, state_copy
from workers.ledger.pipeline import Row
from workers.ledger.redactions import Ground
from workers.ledger.seals import text_of
from workers.privacy.clearing import clear
from workers.privacy.old_rows import STRAY, replace_event
from workers.privacy.policy import CORRESPONDENCE, EVIDENCE, Standing, Verdict, verdicts
from workers.privacy.tally import Tally
from workers.settings_parts.retention import Retention
from workflows.case import Case
from workflows.machine import standing

#: Days are those of Paris: the settings speak of French law.
PARIS = ZoneInfo("Europe/Paris")
#: Tables that name a debtor beside its cases.
_NAMING = ("dispatches", "messages", "incoming", "person_requests")
_CARRIED = (
    "SELECT dispatches.message_id FROM dispatches WHERE dispatches.case_id = ANY(:ids) "
    "AND dispatches.message_id IS NOT NULL"
)
#: Mail of a debtor that came in about these cases, and about no case of which all is kept.
_ANSWERED = (
    "creditor_ref = :creditor AND debtor_ref = :debtor "
    "AND mail_id IN (SELECT event_id FROM journal WHERE case_id = ANY(:ids)) "
    "AND mail_id NOT IN (SELECT event_id FROM journal JOIN cases USING (case_id) "
    "WHERE cases.creditor_ref = :creditor AND cases.debtor_ref = :debtor AND cases.level = 0)"
)
_SHARED = (
    "SELECT allocations.payment_id, min(cases.level) AS level FROM allocations JOIN cases "
    "ON cases.creditor_ref = allocations.creditor_ref AND cases.number = allocations.number "
    "WHERE allocations.creditor_ref = :creditor AND allocations.payment_id = ANY(:payments) GROUP BY 1"
)


@dataclass(slots=True)
class OneDebtor:
    """A debtor under lock, with the cases and what is due of each.

    Attributes:
        levels: what is left of each case, once this is done.
    """

    connection: sa.Connection
    creditor_ref: str
    ref: str
    settings: Retention
    ground: Ground
    tally: Tally = field(default_factory=Tally)
    levels: dict[str, Level] = field(default_factory=dict)

    @property
    def given(self) -> dict[str, object]:
        """Parameters that name it."""
        return {"creditor": self.creditor_ref, "debtor": self.ref}

    @property
    def level(self) -> Level:
        """What is left of the debtor: as much as of the case of which most is left."""
        return min(self.levels.values(), default=Level.WHOLE)

    def anonymise(self) -> None:
        """Do all that is due; the caller commits."""
        cases = self._locked()
        today = self.ground.at.astimezone(PARIS).date()
        due = verdicts(list(cases.values()), today, self.settings)
        for case_id, case in cases.items():
            self.levels[case_id] = max(due[case_id].level, case.level)
            self._count_kept(due[case_id])
            if due[case_id].level > case.level:
                self._redact_case(case)
        if self.level == Level.WHOLE and not self.tally.total:
            return
        self._clear_events()
        self._clear_messages()
        self._clear_payments()
        if self.level > Level.WHOLE:
            self._clear_debtor()
        self.tally.debtors = int(self.tally.total > 0)

    def _count_kept(self, found: Verdict) -> None:
        if found.why is not None:
            self.tally.kept[found.why] += 1

    # --- reading ------------------------------------------------------------------------------------------------

    def _locked(self) -> dict[str, Standing]:
        book = Book(self.connection, self.ground.at)
        book.lock_debtor(self.creditor_ref, self.ref)
        known = sa.text("SELECT case_id, level, claim_ends_on FROM cases WHERE creditor_ref = :creditor "
                        "AND debtor_ref = :debtor ORDER BY case_id")  # fmt: skip
        rows = self.connection.execute(known, self.given).all()
        levels = [row.case_id for row in rows]
        book.lock(levels)
        carried: dict[str, set[str]] = {}
        orders = schema.dispatches.c
        chosen = sa.select(orders.case_id, orders.message_id).where(
            orders.case_id.in_(levels), orders.message_id.is_not(None)
        )
        for row in self.connection.execute(chosen):
            carried.setdefault(row.case_id, set()).add(row.message_id)
        return {
            row.case_id: standing_of(book.held[row.case_id].case, row, frozenset(carried.get(row.case_id, ())))
            for row in rows
        }

    # --- cases --------------------------------------------------------------------------------------------------

    def _redact_case(self, case: Standing) -> None:
        level, given = self.levels[case.case_id], {"id": case.case_id}
        ground, rule = self._ground(level), self._ground(level).rule
        lines = redactions.redact(self.connection, case.case_id, level, ground)
        self.tally.add(rule, "journal", lines, case.closed_on)
        cases = schema.cases.c
        mine = cases.case_id == case.case_id
        state = self.connection.execute(sa.select(cases.state).where(mine)).scalar_one()
        copy = text_of(state_copy(json.loads(state), level))
        self.connection.execute(sa.update(schema.cases).where(mine).values(state=copy, level=int(level)))
        self.tally.add(rule, "cases", 1, case.closed_on)
        its, still = "case_id = :id", "case_id = :id AND done_at IS NULL"  # what is done has a rule of its own
        keys = "dispatch_key IN (SELECT key FROM dispatches WHERE case_id = :id)"
        for table, where in (("dispatches", its), ("attempts", keys), ("tasks", still)):
            self.tally.add(rule, table, clear(self.connection, table, where, given))

    def _ground(self, level: Level) -> Ground:
        rule = CORRESPONDENCE if level is Level.EVIDENCE else EVIDENCE
        return Ground(self.ground.by, rule, self.ground.reason, self.ground.at)

    # --- what belongs to several cases --------------------------------------------------------------------------

    def _clear_events(self) -> None:
        """Events as they arrived: as much is left of each as of the case of which most is left."""
        journal = schema.journal.c
        lines = sa.select(journal.source, journal.event_id, journal.case_id).where(journal.case_id.in_(self.levels))
        found: dict[tuple[str, str], Level] = {}
        for line in self.connection.execute(lines.where(journal.salts.is_not(None))):
            key, level = (line.source, line.event_id), self.levels[line.case_id]
            found[key] = min(level, found.get(key, level))
        events = schema.events.c
        mine = (events.creditor_ref == self.creditor_ref) & (events.body["debtor_ref"].astext == self.ref)
        chosen = sa.select(events.source, events.event_id, events.kind, events.body).where(events.status == "accepted")
        about = sa.tuple_(events.source, events.event_id).in_(list(found))
        rows = self.connection.execute(chosen.where(about | mine).with_for_update()).all()
        shared = self._payments_of(
            [json.loads(row.body)["payment_id"] for row in rows if row.kind == "payment.received"]
        )
        for row in rows:
            body = json.loads(row.body)
            level = found.get((row.source, row.event_id), self.level)
            level = min(level, shared.get(body.get("payment_id"), level))
            if level > Level.WHOLE and _differs(body, level):
                replace_event(self.connection, row, level)
                self.tally.add(self._ground(level).rule, "events", 1)

    def _payments_of(self, payments: Sequence[str]) -> dict[str, Level]:
        """How much is left of the cases that each payment is for, those of other debtors included."""
        rows = self.connection.execute(sa.text(_SHARED), {"creditor": self.creditor_ref, "payments": list(payments)})
        return {row.payment_id: Level(row.level) for row in rows}

    def _clear_messages(self) -> None:
        ids = [case_id for case_id, level in self.levels.items() if level > Level.WHOLE]
        given, where = self.given | {"ids": ids}, f"message_id IN ({_CARRIED})"
        for table in ("messages", "post_letters", "letter_proofs", "hook_calls"):
            self.tally.add(CORRESPONDENCE, table, clear(self.connection, table, where, given))
        self.tally.add(CORRESPONDENCE, "incoming", clear(self.connection, "incoming", _ANSWERED, given))

    def _clear_payments(self) -> None:
        ids = [case_id for case_id, level in self.levels.items() if level is Level.BARE]
        where = (
            "(creditor_ref, payment_id) IN (SELECT allocations.creditor_ref, allocations.payment_id FROM allocations "
            "JOIN cases USING (creditor_ref, number) WHERE cases.case_id = ANY(:ids)) AND NOT EXISTS (SELECT FROM "
            "allocations JOIN cases USING (creditor_ref, number) WHERE cases.level < 2 "
            "AND allocations.creditor_ref = payments.creditor_ref AND allocations.payment_id = payments.payment_id) "
            "AND reference IS NOT NULL"
        )
        changed = self.connection.execute(sa.text(f"UPDATE payments SET reference = NULL WHERE {where}"), {"ids": ids})
        self.tally.add(EVIDENCE, "payments", changed.rowcount)

    # --- the debtor itself --------------------------------------------------------------------------------------

    def _clear_debtor(self) -> None:
        mine = "creditor_ref = :creditor AND debtor_ref = :debtor"
        letters = f"{mine} AND NOT {STRAY}"
        self.tally.add(CORRESPONDENCE, "incoming", clear(self.connection, "incoming", letters, self.given))
        orphans = f"{mine} AND NOT EXISTS (SELECT FROM dispatches WHERE dispatches.message_id = messages.message_id)"
        self.tally.add(CORRESPONDENCE, "messages", clear(self.connection, "messages", orphans, self.given))
        table = schema.debtors.c
        this = (table.creditor_ref == self.creditor_ref) & (table.ref == self.ref)
        facts = self.connection.execute(sa.select(table.facts).where(this)).scalar_one()
        copy = debtor_without_people(json.loads(facts), self.level)
        if copy == json.loads(facts):
            return
        self.tally.add(self._ground(self.level).rule, "debtors", 1)
        if self.level is Level.BARE:
            self._rename(copy)
        else:
            self.connection.execute(sa.update(schema.debtors).where(this).values(facts=text_of(copy)))

    def _rename(self, copy: JsonObject) -> None:
        """Give the debtor a name by chance: figures by debtor still add up, and nobody can tell who it was."""
        pseudonym = f"anonyme-{secrets.token_hex(8)}"
        row = {"creditor_ref": self.creditor_ref, "ref": pseudonym, "name": MARK, "said": "{}",
               "facts": text_of(copy | {"ref": pseudonym, "name": MARK})}  # fmt: skip
        self.connection.execute(sa.insert(schema.debtors), row)
        given = self.given | {"pseudonym": pseudonym}
        where = "WHERE creditor_ref = :creditor AND debtor_ref = :debtor"
        self.connection.execute(
            sa.text(
                "UPDATE cases SET debtor_ref = :pseudonym, state = jsonb_set(state, '{invoice,debtor_ref}', "
                f"to_jsonb(CAST(:pseudonym AS text))) {where}"
            ),
            given,
        )
        for table in _NAMING:
            self.connection.execute(sa.text(f"UPDATE {table} SET debtor_ref = :pseudonym {where}"), given)
        self.connection.execute(
            sa.text("DELETE FROM debtors WHERE creditor_ref = :creditor AND ref = :debtor"), self.given
        )


def standing_of(case: Case, row: Row, messages: frozenset[str] = frozenset()) -> Standing:
    """What the policy must know of a case; `row` has its `level` and `claim_ends_on`."""
    return Standing(
        case_id=case.case_id, stage=case.stage, level=Level(row.level), closed_on=case.as_of.astimezone(PARIS).date(),
        claim_ends_on=row.claim_ends_on, messages=messages,
        is_disputed=bool(standing.open_disputes(case)),
    )  # fmt: skip


def debtor_without_people(facts: Mapping[str, object], level: Level) -> JsonObject:
    """A debtor as the ledger keeps it: who was invoiced, where, and no person; in the end, only what sort it was."""
    copy = debtor_copy({**facts, "contacts": None}, level, "")
    contacts = facts.get("contacts") if level is Level.EVIDENCE else ()
    copy["contacts"] = [
        {"ref": f"adresse-{number}", "address": each["address"]}
        for number, each in enumerate(contacts if isinstance(contacts, list) else (), start=1)
        if each.get("address")
    ]
    return copy


def _differs(body: JsonObject, level: Level) -> bool:
    """Whether the copy says less than what is there; a copy of a copy says the same."""
    return event_copy(body, level, "") != body


def anonymise(connection: sa.Connection, key: tuple[str, str], settings: Retention, *, at: datetime, by: str) -> Tally:
    """Anonymise what is due of one debtor, (creditor, reference); the caller commits."""
    one = OneDebtor(connection, *key, settings, Ground(by, CORRESPONDENCE, "durée de conservation échue", at))
    one.anonymise()
    return one.tally
