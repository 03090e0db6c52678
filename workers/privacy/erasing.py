"""Erasing what is held of one person, as far as nothing makes us keep it; what is kept is said, with the reason.

Correspondence and accounting evidence are kept for their time: `policy.py`. Remarks, contacts, details and what fits
nobody go at once.
"""

import json
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import sqlalchemy as sa

from workers.ledger import redactions, schema
from workers.ledger.book import Book
from workers.ledger.copies import JsonObject, Level
from workers.ledger.pipeline import Row
from workers.ledger.redactions import Ground
from workers.ledger.seals import text_of
from workers.privacy.clearing import clear
from workers.privacy.debtors import PARIS, anonymise, debtor_without_people, standing_of
from workers.privacy.old_rows import STRAY, STRAY_CALL, replace_event
from workers.privacy.person import Person, count, debtors_of, tables, whole_address, whole_word
from workers.privacy.policy import Standing, correspondence_until, evidence_until, verdict
from workers.settings_parts.retention import Retention
from workflows.case import Case
from workflows.invoice import DebtorKind

#: The rule under which it is noted.
RULE: Final = "person.erase"
#: Kinds of events that are correspondence with the debtor, or facts of the claim.
_CORRESPONDENCE: Final = (
    "reply.received", "reply.answered", "dispute.opened", "dispute.answered", "dispute.updated", "dispute.resolved",
    "dispatch.reported", "letter.requested", "letter.tracked", "message.bounced", "promise.made", "case.escalated",
    "step.approved", "debtor.insolvent",
)  # fmt: skip
#: Tables that hold what the law makes us keep, by the reason; the others are emptied of the person at once.
_KEPT: Final = {
    "messages": "correspondence", "incoming": "correspondence", "post_letters": "correspondence",
    "dispatches": "correspondence", "attempts": "correspondence", "hook_calls": "correspondence",
    "letter_proofs": "correspondence",
    "debtors": "evidence", "cases": "evidence", "payments": "evidence", "journal": "evidence", "events": "evidence",
}  # fmt: skip
_AT_ONCE: Final = ("rejects", "tasks", "notices")


@dataclass(frozen=True, slots=True)
class Item:
    """What became of the rows of one table.

    Attributes:
        why: a code of `policy.WHY` where they are kept; None where they were erased.
        until: the last day on which they are kept, where that is known.
    """

    table: str
    rows: int
    why: str | None = None
    until: date | None = None


@dataclass(slots=True)
class Erasure:
    """One erasure, in the caller's transaction.

    Attributes:
        erased: rows by table.
        names: of somebody with an address, as its contacts bear them: name and telephone.
        refs: the same, of the contacts themselves.
    """

    connection: sa.Connection
    person: Person
    settings: Retention
    ground: Ground
    erased: dict[str, int] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    refs: set[str] = field(default_factory=set)

    def erase(self) -> list[Item]:
        """Erase what may be erased, and say what is kept."""
        debtors = debtors_of(self.connection, self.person)
        self._lock(debtors)
        lines = self._lines(debtors)
        for key in debtors if self.person.email is not None else ():
            self._contact(key)
        for key in debtors:
            done = anonymise(self.connection, key, self.settings, at=self.ground.at, by=self.ground.by)
            for (_rule, table), rows in done.changed.items():
                self._add(table, rows)
        cases = [case for key in debtors for case in self.cases(key)]
        for case_id in sorted({row.case_id for row in lines}):
            theirs = [row.seq for row in lines if row.case_id == case_id]
            self._add("journal", redactions.redact(
                self.connection, case_id, Level.EVIDENCE, self.ground, only=theirs))  # fmt: skip
        self._events(lines)
        self._states(debtors)
        for table in _AT_ONCE:
            self._add(table, clear(self.connection, table, self._where(table), self.person.given))
        for table, stray in (("incoming", STRAY), ("hook_calls", STRAY_CALL)):
            where = f"({self._where(table)}) AND {stray}"
            self._add(table, clear(self.connection, table, where, self.person.given))
        if self.person.email is None:
            self._debtor(cases)
        return [Item(table, rows) for table, rows in self.erased.items() if rows] + list(self._kept(cases))

    def _lock(self, debtors: Sequence[tuple[str, str]]) -> None:
        """Hold all debtors, then all their cases, before anything changes: in the order in which everybody does."""
        book, cases = Book(self.connection, self.ground.at), schema.cases.c
        book.lock_debtors(debtors)
        theirs = sa.select(cases.case_id).where(sa.tuple_(cases.creditor_ref, cases.debtor_ref).in_(list(debtors)))
        book.lock(self.connection.scalars(theirs).all())

    def _add(self, table: str, rows: int) -> None:
        self.erased[table] = self.erased.get(table, 0) + rows

    def _where(self, table: str) -> str:
        closed = "done_at IS NOT NULL AND " if table == "tasks" else ""
        return f"{closed}({self.person.where(table)})"

    def cases(self, key: tuple[str, str]) -> list[Standing]:
        """The cases of a debtor."""
        cases = schema.cases.c
        chosen = sa.select(cases.state, cases.level, cases.claim_ends_on)
        rows = self.connection.execute(chosen.where(cases.creditor_ref == key[0], cases.debtor_ref == key[1]))
        return [standing_of(Case.model_validate_json(row.state), row) for row in rows]

    def _contact(self, key: tuple[str, str]) -> None:
        """Take the person out of the contacts of a debtor, and what was said of the address."""
        table = schema.debtors.c
        this = sa.and_(table.creditor_ref == key[0], table.ref == key[1])
        facts = self.connection.execute(sa.select(table.facts).where(this)).scalar_one_or_none()
        if facts is None or self.is_needed(json.loads(facts), self.cases(key)):
            return
        copy = without_contact(json.loads(facts), str(self.person.email), self.refs | self.names)
        if copy != json.loads(facts):
            self.connection.execute(sa.update(schema.debtors).where(this).values(facts=text_of(copy)))
            self._add("debtors", 1)

    def is_needed(self, facts: JsonObject, cases: Sequence[Standing]) -> bool:
        """Whether the person is the debtor, a natural person, with whom something is still open."""
        today = self.ground.at.astimezone(PARIS).date()
        return facts["kind"] == DebtorKind.CONSUMER and any(
            verdict(case, today, self.settings).why not in (None, "correspondence", "evidence") for case in cases
        )

    # --- lines and events ---------------------------------------------------------------------------------------

    def _lines(self, debtors: Sequence[tuple[str, str]]) -> Sequence[Row]:
        """Lines whose words are neither correspondence nor evidence: contacts, remarks, names of who was spoken to.

        Somebody with an address is also found by the name and telephone that its contacts bear, at the same debtors.
        """
        found = self._chosen(sa.text(self.person.where("journal")).bindparams(**self.person.used("journal")))
        if self.person.email is None:
            return found
        email = self.person.email.casefold()
        contacts = [each for row in found for each in _contacts_with(json.loads(row.event), email)]
        self.names = {each[key] for each in contacts for key in ("name", "phone") if each.get(key)}
        self.refs = {each["ref"] for each in contacts if each.get("ref")}
        cases = schema.cases.c
        mine = sa.select(cases.case_id).where(sa.tuple_(cases.creditor_ref, cases.debtor_ref).in_(list(debtors)))
        named = [schema.journal.c.event.regexp_match(whole_word(word)) for word in sorted(self.names)]
        more = self._chosen(sa.and_(schema.journal.c.case_id.in_(mine), sa.or_(sa.false(), *named)))
        return list({row.seq: row for row in (*found, *more)}.values())

    def _chosen(self, where: sa.ColumnElement[bool] | sa.TextClause) -> Sequence[Row]:
        journal = schema.journal.c
        chosen = sa.select(journal.seq, journal.case_id, journal.source, journal.event_id, journal.event).where(where)
        chosen = chosen.where(journal.salts.is_not(None), journal.level == 0, journal.kind.not_in(_CORRESPONDENCE))
        return self.connection.execute(chosen.order_by(journal.case_id, journal.seq)).all()

    def _events(self, lines: Sequence[Row]) -> None:
        events = schema.events.c
        same = sa.tuple_(events.source, events.event_id).in_([(row.source, row.event_id) for row in lines])
        chosen = sa.select(events.source, events.event_id, events.body).where(
            sa.or_(sa.text(f"({self.person.where('events')})"), same), events.kind.not_in(_CORRESPONDENCE),
            events.status != "parked", events.content_hash != "",
        )  # fmt: skip
        for row in self.connection.execute(chosen, self.person.used("events")).all():
            replace_event(self.connection, row, Level.EVIDENCE)
            self._add("events", 1)

    def _states(self, debtors: Sequence[tuple[str, str]]) -> None:
        """Names of who was spoken to, as the cases remember them."""
        cases = schema.cases.c
        mine = sa.tuple_(cases.creditor_ref, cases.debtor_ref).in_(list(debtors))
        for row in self.connection.execute(sa.select(cases.case_id, cases.state).where(mine)).all():
            state = json.loads(row.state)
            calls = [
                {key: value for key, value in each.items() if key != "with_name" or not self._is_meant(value)}
                for each in state.get("calls", ())
            ]
            if calls != state.get("calls", []):
                change = sa.update(schema.cases).where(cases.case_id == row.case_id)
                self.connection.execute(change.values(state=text_of(state | {"calls": calls})))
                self._add("cases", 1)

    def _is_meant(self, name: str) -> bool:
        return self.person.email is None or name in self.names

    def _debtor(self, cases: Sequence[Standing]) -> None:
        """Contacts of a debtor with whom nothing is open any more; who was invoiced, and where, is evidence."""
        today = self.ground.at.astimezone(PARIS).date()
        if any(verdict(case, today, self.settings).why not in (None, "correspondence", "evidence") for case in cases):
            return
        table = schema.debtors.c
        this = sa.and_(table.creditor_ref == self.person.creditor_ref, table.ref == self.person.debtor_ref)
        facts = self.connection.execute(sa.select(table.facts).where(this)).scalar_one_or_none()
        if facts is None or (copy := debtor_without_people(json.loads(facts), Level.EVIDENCE)) == json.loads(facts):
            return
        self.connection.execute(sa.update(schema.debtors).where(this).values(facts=text_of(copy)))
        self._add("debtors", 1)

    # --- what is kept -------------------------------------------------------------------------------------------

    def _kept(self, cases: Sequence[Standing]) -> Iterator[Item]:
        today = self.ground.at.astimezone(PARIS).date()
        whys = [found.why for case in cases if (found := verdict(case, today, self.settings)).why is not None]
        open_why = next((why for why in whys if why not in ("correspondence", "evidence")), None)
        for table in tables():
            rows = count(self.connection, self.person, table) if table in (*_KEPT, *_AT_ONCE) else 0
            if not rows:
                continue
            why = open_why or _KEPT.get(table)
            if table in _AT_ONCE and self.person.email is None:
                continue  # the rows of a debtor stay, without their words
            yield Item(table, rows, why or "open", None if open_why else self._until(table, cases))

    def _until(self, table: str, cases: Sequence[Standing]) -> date | None:
        """The last day, counted from the case that closed last."""
        days = [
            (correspondence_until if _KEPT.get(table) == "correspondence" else evidence_until)(
                case.closed_on, self.settings
            )
            for case in cases
        ]
        return max(days, default=None)


def without_contact(facts: JsonObject, email: str, known: Collection[str] = ()) -> JsonObject:
    """A debtor without whoever has this address: contacts as a whole, and what was said of them or their addresses.

    Args:
        facts: of the debtor.
        email: the address.
        known: references and numbers that contacts with this address bore before.
    """
    named = re.compile(whole_address(email), re.IGNORECASE)
    contacts = facts.get("contacts", ())
    left = [each for each in contacts if not named.search(json.dumps(each, ensure_ascii=False))]
    words = {each.get(key) for each in contacts if each not in left for key in ("ref", "phone")} | set(known)
    words -= {each.get(key) for each in left for key in ("ref", "phone")} | {None}
    choices = [
        each for each in facts.get("choices", ())
        if not {each.get("contact"), each.get("address")} & words
        and not named.search(json.dumps(each, ensure_ascii=False))
    ]  # fmt: skip
    return facts | {name: kept for name, kept in (("contacts", left), ("choices", choices)) if name in facts}


def _contacts_with(part: object, email: str) -> Iterator[JsonObject]:
    """Every contact with this address, anywhere in an event."""
    if isinstance(part, dict):
        if str(part.get("email", "")).casefold() == email:
            yield part
        part = list(part.values())
    for each in part if isinstance(part, list) else ():
        yield from _contacts_with(each, email)
