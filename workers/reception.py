"""What becomes of one event from outside, inside the transaction: known, refused, parked, applied."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from workers import debtor_words, marking, payments
from workers.arrivals import Memo, came_back, name_of, what_may_be_awaited
from workers.choosing import Chooser, Library
from workers.ledger import schema, store
from workers.ledger.book import Book, Held, Kind
from workers.orders import Orders, Outcome
from workers.routing import Route, route
from workflows.admission import objections
from workflows.choice import unfit
from workflows.effects import AskOperator, Decision
from workflows.event_schemas import content_hash
from workflows.events import (
    CallLogged,
    ContactOptedIn,
    ContactOptedOut,
    CreditNoteIssued,
    DebtorUpdated,
    Event,
    FeedCompleted,
    Inbound,
    InvoiceIssued,
    PaymentReceived,
    ScenarioChanged,
)
from workflows.invoice import Creditor, Debtor
from workflows.limitation import Claim
from workflows.machine import open_case
from workflows.scenario import ScenarioRef

#: How far a publisher's clock, or its zone, may be ahead of ours; further ahead, an event would make steps fall due.
AHEAD = timedelta(days=1)


class Decider(Library, Protocol):
    """What the reception needs of the engine."""

    def decide_held(self, book: Book, orders: Orders, held: Held, event: Event) -> Decision:
        """Decide about a case under its lock, and take the decision into the book."""
        ...


@dataclass(frozen=True, slots=True)
class Reception:
    """Events from outside, taken in one by one within one transaction."""

    engine: Decider
    book: Book
    orders: Orders
    memo: Memo = field(default_factory=Memo)

    def lock_ahead(self, events: Sequence[Inbound]) -> None:
        """Take every lock in one order before anything is written, so that two imports cannot block each other.

        Payments and ids first, for what waits for them cannot be seen otherwise; then debtors, then cases. What does
        not exist yet is locked by its name: two transactions cannot both find the other's half missing.
        """
        single = self._only_creditor() if any(event.creditor is None for event in events) else None
        known = [(event.creditor or single, event) for event in events]
        self.book.lock_names(Kind.EVENT, [name for creditor, event in known if (name := name_of(event, creditor))])
        routes = [
            (creditor, event, route(self.book.connection, creditor, event)) for creditor, event in known if creditor
        ]
        debtors = [
            (creditor, ref)
            for creditor, event, where in routes
            if (ref := event.debtor.ref if isinstance(event, InvoiceIssued) else where.debtor_ref) is not None
        ]
        self.book.lock_debtors(debtors)
        cases: set[str] = set()
        for creditor, event, where in routes:  # no debtor gets another case any more: those known now are all
            now = route(self.book.connection, creditor, event) if where.is_about_debtor else where
            cases.update(now.cases)
        self.book.lock_all(cases)
        invoices = [(creditor, event) for creditor, event, _where in routes if isinstance(event, InvoiceIssued)]
        self._chooser.look_ahead((creditor, event.debtor.ref) for creditor, event in invoices)
        self.memo.awaited |= store.awaited(self.book.connection, what_may_be_awaited(routes))
        self.memo.spoken_of |= store.spoken_of(self.book.connection, debtors)

    def _creditor(self, ref: str | None) -> Creditor | None:
        if ref is not None and ref not in self.memo.creditors:
            self.memo.creditors[ref] = store.creditor(self.book.connection, ref)
        return None if ref is None else self.memo.creditors[ref]

    def _only_creditor(self) -> str | None:
        refs = store.creditor_refs(self.book.connection)
        return refs[0] if len(refs) == 1 else None

    def apply(self, event: Inbound) -> Outcome:
        """Take one event in: duplicate, conflict, refused, parked or accepted."""
        creditor_ref = event.creditor or self._only_creditor()
        earlier = self._remember(event, creditor_ref)
        if earlier is not None:
            return earlier
        creditor = self._creditor(creditor_ref)
        if creditor is None:
            known = ", ".join(store.creditor_refs(self.book.connection)) or "none"
            return self._refuse(event, (f"creditor {event.creditor!r} is not declared; known: {known}",))
        where = self._route(event, creditor.ref)
        findings = self._objections(event, where, creditor)
        if findings:
            return self._refuse(event, findings)
        self._note(event, creditor.ref)
        decisions = list(self._open(event, creditor)) if isinstance(event, InvoiceIssued) else []
        if not decisions:
            decisions = self._decide_all(event, where, creditor.ref)
        missing = self._park(event, where)
        if (subject := store.subject_of(event)) is not None:
            self.memo.spoken_of.add((creditor.ref, subject))
        if isinstance(event, PaymentReceived):
            decisions += self._arrived([f"payment:{creditor.ref}/{event.payment_id}"], creditor.ref)
        return Outcome(event, "parked" if missing else "accepted", tuple(decisions), waiting_for=missing)

    def _route(self, event: Event, creditor_ref: str) -> Route:
        """Where an event goes, its cases under lock; those opened in this very transaction count."""
        where = route(self.book.connection, creditor_ref, event)
        if where.is_about_debtor:
            mine = (creditor_ref, where.debtor_ref)
            invoices = {key: held.case.invoice for key, held in self.book.held.items() if held.is_new}
            opened = {key for key, item in invoices.items() if (item.creditor_ref, item.debtor_ref) == mine}
            if opened:
                where = replace(where, cases=tuple(sorted(opened | set(where.cases))), waits_for=None)
        self.book.lock_all(where.cases)
        return where

    def _remember(self, event: Inbound, creditor_ref: str | None) -> Outcome | None:
        """None for a new event (or one refused before); else what became of it already."""
        content = content_hash(event)
        row = store.event_row(event, creditor=creditor_ref, content=content, status="accepted", now=self.book.now)
        remember = insert(schema.events).on_conflict_do_nothing().returning(schema.events.c.event_id)
        if self.book.connection.execute(remember, row).one_or_none() is not None:
            return None
        known, status = store.known_event(self.book.connection, event)
        if status == "refused":  # it never took effect: mended, or what was missing is there now
            this = (schema.events.c.source == event.source) & (schema.events.c.event_id == event.event_id)
            self.book.connection.execute(sa.update(schema.events).where(this).values(row | {"findings": sa.null()}))
            return None
        if known in (content, store.ANONYMISED):  # its words are gone, and do not come back with the same id
            return Outcome(event, "duplicate")
        finding = f"id {event.event_id!r} of {event.source!r} is already known with other content; use a new id"
        store.reject(self.book.connection, event, (finding,), self.book.now)
        return Outcome(event, "conflict", findings=(finding,))

    def _objections(self, event: Inbound, where: Route, creditor: Creditor) -> tuple[str, ...]:
        found: list[str] = []
        if event.at > self.book.now + AHEAD:
            found.append(f"at {event.at.isoformat()} lies in the future; correct the clock or the zone of the source")
        if where.unknown is not None:
            found.append(f"{where.unknown} is not one of ours; check it")
        if isinstance(event, InvoiceIssued):
            found += self._scenario_objections(event, creditor)
        if isinstance(event, ScenarioChanged):
            ref = ScenarioRef(name=event.scenario, version=event.version)
            if store.scenario(self.book.connection, ref) is None:
                found.append(f"scenario {ref} is not published; publish it first")
        known = [self.book.held[key] for key in where.cases if key in self.book.held]
        for held in known:
            pinned = held.case.scenario
            if isinstance(event, ScenarioChanged):
                pinned = ScenarioRef(name=event.scenario, version=event.version)
            ladder = None if found else self.engine.scenario(self.book.connection, pinned)
            found += objections(event, held.case, ladder, held.debtor)
        if not known:
            found += objections(event, None)
        return tuple(dict.fromkeys(found))

    def _scenario_objections(self, event: InvoiceIssued, creditor: Creditor) -> list[str]:
        try:
            chosen = self._chooser.choose(event, creditor, self._debtor_of(event, creditor))
        except KeyError as missing:
            return [f"scenario {missing.args[0]!r} is not published; publish it first"]
        reason = unfit(chosen.scenario, chosen.debtor)
        return [reason] if reason else []

    def _debtor_of(self, event: InvoiceIssued, creditor: Creditor) -> Debtor:
        debtor = debtor_words.known_with(self.book, creditor.ref, event)
        if debtor is None:
            raise KeyError(event.debtor.ref)
        return debtor

    @property
    def _chooser(self) -> Chooser:
        return Chooser(self.engine, self.book, self.memo)

    def _refuse(self, event: Inbound, findings: tuple[str, ...]) -> Outcome:
        this = (schema.events.c.source == event.source) & (schema.events.c.event_id == event.event_id)
        values = {"status": "refused", "findings": schema.json_text(list(findings))}
        self.book.connection.execute(sa.update(schema.events).where(this).values(values))
        return Outcome(event, "refused", findings=findings)

    def _open(self, event: InvoiceIssued, creditor: Creditor) -> Iterator[Decision]:
        """Open the case, unless it is open: then the same facts again change nothing."""
        case_id = f"{creditor.ref}/{event.invoice_no}"
        known = debtor_words.take_in(self.book, creditor.ref, event) or self._debtor_of(event, creditor)
        if case_id in self.book.held:
            return
        scenario, debtor, because = self._chooser.choose(event, creditor, known)
        if debtor is not known:
            self.book.save_debtor(creditor.ref, debtor)
        claim = Claim(creditor.claim)
        decision = open_case(event, creditor.ref, scenario, debtor, because=because, claim=claim)
        self.book.write(event, decision, debtor=debtor)
        self.orders.of(decision)
        yield decision
        held = self.book.held[case_id]
        if (creditor.ref, f"debtor/{debtor.ref}") in self.memo.spoken_of:
            for fact in store.facts_about_debtor(self.book.connection, creditor.ref, debtor.ref):
                yield self.engine.decide_held(self.book, self.orders, held, fact)
        yield from self._arrived([case_id, f"debtor:{creditor.ref}/{debtor.ref}"], creditor.ref)

    def _arrived(self, keys: Sequence[str], creditor_ref: str) -> list[Decision]:
        """Apply what waited for one of `keys`; what it then still lacks, it goes on waiting for."""
        decisions: list[Decision] = []
        waiting = [key for key in keys if key in self.memo.awaited]
        for waiting_for, event in store.parked_for(self.book.connection, waiting) if waiting else ():
            where = self._route(event, creditor_ref)
            if waiting_for in self.book.held:
                where = replace(where, cases=(waiting_for,))
            store.unpark(self.book.connection, waiting_for, event)
            findings = self._late_objections(event, where)
            if findings:
                self._refuse_late(event, findings, creditor_ref)
                continue
            self._note(event, creditor_ref)
            decisions += self._decide_all(event, where, creditor_ref)
            self._park(event, where)
        return decisions

    def _late_objections(self, event: Inbound, where: Route) -> tuple[str, ...]:
        """What only shows now that the cases are there."""
        found: list[str] = []
        for held in [self.book.held[key] for key in where.cases if key in self.book.held]:
            ladder = None  # of a move to another one
            if not isinstance(event, ScenarioChanged):
                ladder = self.engine.scenario(self.book.connection, held.case.scenario)
            found += objections(event, held.case, ladder, held.debtor)
        return tuple(dict.fromkeys(found))

    def _refuse_late(self, event: Inbound, findings: tuple[str, ...], creditor_ref: str) -> None:
        """What looked well until its invoice arrived; where other invoices have taken it in, a person mends it."""
        self.book.flush()
        where = route(self.book.connection, creditor_ref, event)
        if store.has_effect(self.book.connection, event, where.cases):
            store.note_findings(self.book.connection, event, findings)
            key = f"{creditor_ref}/event/{event.source}/{event.event_id}"
            self.book.ask(AskOperator(key=key, task="unallocated", detail=findings[0]), creditor_ref)
            return
        if isinstance(event, PaymentReceived):
            payments.forget(self.book, event, creditor_ref)
        self._refuse(event, findings)

    def _decide_all(self, event: Inbound, where: Route, creditor_ref: str) -> list[Decision]:
        if isinstance(event, DebtorUpdated):
            debtor_words.take_in(self.book, creditor_ref, event)
        elif isinstance(event, ContactOptedOut | ContactOptedIn):
            debtor_words.choose(self.book, creditor_ref, event)
        elif came_back(event):
            marking.mark_contact(self.book, event)
        elif isinstance(event, CallLogged):
            marking.mark_number(self.book, creditor_ref, event)
        held = [self.book.held[case_id] for case_id in where.cases if case_id in self.book.held]
        return [self.engine.decide_held(self.book, self.orders, item, event) for item in held]

    def _park(self, event: Inbound, where: Route) -> tuple[str, ...]:
        missing = [case_id for case_id in where.cases if case_id not in self.book.held]
        missing += [where.waits_for] if where.waits_for else []
        if not missing:
            return ()
        row = {"source": event.source, "event_id": event.event_id, "since": self.book.now}
        self.book.connection.execute(insert(schema.parked), [row | {"waiting_for": key} for key in missing])
        this = (schema.events.c.source == event.source) & (schema.events.c.event_id == event.event_id)
        self.book.connection.execute(sa.update(schema.events).where(this).values(status="parked"))
        self.memo.awaited.update(missing)
        return tuple(missing)

    def _note(self, event: Event, creditor_ref: str) -> None:
        """What an event says beside the cases: money, feeds, things for a person."""
        if isinstance(event, PaymentReceived):
            payments.note_payment(self.book, event, creditor_ref)
        elif isinstance(event, CreditNoteIssued) and event.invoice_no is None:
            key = f"{creditor_ref}/credit_note/{event.credit_note_no}"
            self.book.ask(AskOperator(key=key, task="unallocated", detail=event.credit_note_no), creditor_ref)
        elif isinstance(event, FeedCompleted):
            payments.note_feed(self.book, event, creditor_ref)
