"""What becomes of one event from outside, inside the transaction: known, refused, parked, applied."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from workflows.admission import objections
from workflows.case import Case
from workflows.debtors import contact_marked, debtor_after

from workers.ledger import schema, store
from workers.ledger.book import Book, Held
from workers.orders import Orders, Outcome
from workers.routing import Route, route
from workflows.effects import AskOperator, Decision
from workflows.event_schemas import content_hash
from workflows.events import (
    CreditNoteIssued,
    DebtorUpdated,
    Event,
    FeedCompleted,
    Inbound,
    InvoiceIssued,
    MessageBounced,
    PaymentReceived,
    ScenarioChanged,
)
from workflows.invoice import Channel, Creditor
from workflows.machine import open_case
from workflows.scenario import Scenario, ScenarioRef
from workflows.segments import choose_scenario, unfit


class Decider(Protocol):
    """What the reception needs of the engine."""

    def decide_held(self, book: Book, orders: Orders, held: Held, event: Event) -> Decision:
        """Decide about a case under its lock, and take the decision into the book."""
        ...

    def scenario(self, connection: sa.Connection, ref: ScenarioRef) -> Scenario:
        """A published version of a scenario; KeyError where it was never published."""
        ...


@dataclass(frozen=True, slots=True)
class Reception:
    """Events from outside, taken in one by one within one transaction."""

    engine: Decider
    book: Book
    orders: Orders

    def lock_ahead(self, events: Sequence[Inbound]) -> None:
        """Take every lock in one order before anything is written, so that two imports cannot block each other."""
        single = self._only_creditor() if any(event.creditor is None for event in events) else None
        debtors: set[tuple[str, str]] = set()
        cases: set[str] = set()
        for event in events:
            creditor = event.creditor or single
            if creditor is None:
                continue
            if isinstance(event, InvoiceIssued):
                debtors.add((creditor, event.debtor.ref))
            where = route(self.book.connection, creditor, event)
            cases.update(where.cases)
            if where.debtor_ref is not None:
                debtors.add((creditor, where.debtor_ref))
        for creditor, ref in sorted(debtors):
            self.book.lock_debtor(creditor, ref)
        self.book.lock(cases)

    def _only_creditor(self) -> str | None:
        refs = store.creditor_refs(self.book.connection)
        return refs[0] if len(refs) == 1 else None

    def apply(self, event: Inbound) -> Outcome:
        """Take one event in: duplicate, conflict, refused, parked or accepted."""
        creditor_ref = event.creditor or self._only_creditor()
        earlier = self._remember(event, creditor_ref)
        if earlier is not None:
            return earlier
        creditor = store.creditor(self.book.connection, creditor_ref) if creditor_ref else None
        if creditor is None:
            known = ", ".join(store.creditor_refs(self.book.connection)) or "none"
            return self._refuse(event, (f"creditor {event.creditor!r} is not declared; known: {known}",))
        where = route(self.book.connection, creditor.ref, event)
        self.book.lock(where.cases)
        findings = self._objections(event, where, creditor)
        if findings:
            return self._refuse(event, findings)
        self._note(event, creditor.ref)
        decisions = list(self._open(event, creditor)) if isinstance(event, InvoiceIssued) else []
        if not decisions:
            decisions = self._decide_all(event, where, creditor.ref)
        missing = self._park(event, where)
        if isinstance(event, PaymentReceived):
            decisions += self._arrived([f"payment:{creditor.ref}/{event.payment_id}"], creditor.ref)
        return Outcome(event, "parked" if missing else "accepted", tuple(decisions), waiting_for=missing)

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
            self.book.connection.execute(sa.update(schema.events).where(this).values(row | {"findings": None}))
            return None
        if known == content:
            return Outcome(event, "duplicate")
        finding = f"id {event.event_id!r} of {event.source!r} is already known with other content; use a new id"
        return Outcome(event, "conflict", findings=(finding,))

    def _objections(self, event: Inbound, where: Route, creditor: Creditor) -> tuple[str, ...]:
        found: list[str] = []
        if where.unknown is not None:
            found.append(f"{where.unknown} is not one of ours; check it")
        if isinstance(event, InvoiceIssued):
            found += self._scenario_objections(event, creditor)
        if isinstance(event, ScenarioChanged):
            ref = ScenarioRef(name=event.scenario, version=event.version)
            if store.scenario(self.book.connection, ref) is None:
                found.append(f"scenario {ref} is not published; publish it first")
        known: list[Case | None] = [self.book.held[key].case for key in where.cases if key in self.book.held]
        for case in known or [None]:
            found += objections(event, case)
        return tuple(dict.fromkeys(found))

    def _scenario_objections(self, event: InvoiceIssued, creditor: Creditor) -> list[str]:
        try:
            scenario = self._scenario_for(event, creditor)
        except KeyError:
            return [f"scenario {event.scenario or creditor.scenario!r} is not published; publish it first"]
        debtor = debtor_after(self.book.lock_debtor(creditor.ref, event.debtor.ref), event)
        reason = unfit(scenario, debtor)
        return [reason] if reason else []

    def _scenario_for(self, event: InvoiceIssued, creditor: Creditor) -> Scenario:
        debtor = debtor_after(self.book.lock_debtor(creditor.ref, event.debtor.ref), event)
        name = choose_scenario(debtor, explicit=event.scenario, creditor_default=creditor.scenario).scenario
        version = store.newest_version(self.book.connection, name)
        if version is None:
            raise KeyError(name)
        return self.engine.scenario(self.book.connection, ScenarioRef(name=name, version=version))

    def _refuse(self, event: Inbound, findings: tuple[str, ...]) -> Outcome:
        this = (schema.events.c.source == event.source) & (schema.events.c.event_id == event.event_id)
        values = {"status": "refused", "findings": schema.json_text(list(findings))}
        self.book.connection.execute(sa.update(schema.events).where(this).values(values))
        return Outcome(event, "refused", findings=findings)

    def _open(self, event: InvoiceIssued, creditor: Creditor) -> Iterator[Decision]:
        """Open the case, unless it is open: then the same facts again change nothing."""
        case_id = f"{creditor.ref}/{event.invoice_no}"
        scenario = self._scenario_for(event, creditor)
        debtor = debtor_after(self.book.lock_debtor(creditor.ref, event.debtor.ref), event)
        self.book.save_debtor(creditor.ref, debtor)
        if case_id in self.book.held:
            return
        decision = open_case(event, creditor.ref, scenario, debtor)
        self.book.write(event, decision, debtor=debtor)
        self.orders.of(decision)
        yield decision
        held = self.book.held[case_id]
        for fact in store.facts_about_debtor(self.book.connection, creditor.ref, debtor.ref):
            yield self.engine.decide_held(self.book, self.orders, held, fact)
        yield from self._arrived([case_id, f"debtor:{creditor.ref}/{debtor.ref}"], creditor.ref)

    def _arrived(self, keys: Sequence[str], creditor_ref: str) -> Iterable[Decision]:
        """Apply what waited for one of `keys`."""
        decisions: list[Decision] = []
        for waiting_for, event in store.parked_for(self.book.connection, keys):
            where = route(self.book.connection, creditor_ref, event)
            self.book.lock(where.cases)
            only = [waiting_for] if waiting_for in self.book.held else list(where.cases)
            self._note(event, creditor_ref)
            decisions += [
                self.engine.decide_held(self.book, self.orders, self.book.held[key], event)
                for key in only
                if key in self.book.held
            ]
            store.unpark(self.book.connection, waiting_for, event)
        return decisions

    def _decide_all(self, event: Inbound, where: Route, creditor_ref: str) -> list[Decision]:
        if isinstance(event, DebtorUpdated | MessageBounced):
            self._update_debtor(event, creditor_ref)
        held = [self.book.held[case_id] for case_id in where.cases if case_id in self.book.held]
        return [self.engine.decide_held(self.book, self.orders, item, event) for item in held]

    def _update_debtor(self, event: DebtorUpdated | MessageBounced, creditor_ref: str) -> None:
        if isinstance(event, DebtorUpdated):
            debtor = self.book.lock_debtor(creditor_ref, event.debtor_ref)
            if debtor is not None:
                self.book.save_debtor(creditor_ref, debtor_after(debtor, event))
            return
        message = self.book.connection.execute(
            sa.select(schema.messages).where(schema.messages.c.message_id == event.message_id)
        ).one_or_none()
        if message is None or event.bounce == "soft":
            return
        debtor = self.book.lock_debtor(message.creditor_ref, message.debtor_ref)
        if debtor is not None:
            marked = contact_marked(debtor, Channel(message.channel), message.recipient)
            self.book.save_debtor(message.creditor_ref, marked)
        bounced = sa.update(schema.dispatches).where(schema.dispatches.c.message_id == event.message_id)
        self.book.connection.execute(bounced.values(status="bounced", reason=event.bounce, detail=event.code))

    def _park(self, event: Inbound, where: Route) -> tuple[str, ...]:
        missing = [case_id for case_id in where.cases if case_id not in self.book.held]
        missing += [where.waits_for] if where.waits_for else []
        if not missing:
            return ()
        row = {"source": event.source, "event_id": event.event_id, "since": self.book.now}
        self.book.connection.execute(insert(schema.parked), [row | {"waiting_for": key} for key in missing])
        this = (schema.events.c.source == event.source) & (schema.events.c.event_id == event.event_id)
        self.book.connection.execute(sa.update(schema.events).where(this).values(status="parked"))
        return tuple(missing)

    def _note(self, event: Event, creditor_ref: str) -> None:
        """What an event says beside the cases: money, feeds, things for a person."""
        if isinstance(event, PaymentReceived):
            _note_payment(self.book, event, creditor_ref)
        elif isinstance(event, CreditNoteIssued) and event.invoice_no is None:
            key = f"{creditor_ref}/credit_note/{event.credit_note_no}"
            self.book.ask(AskOperator(key=key, task="unallocated", detail=event.credit_note_no), creditor_ref)
        elif isinstance(event, FeedCompleted):
            _note_feed(self.book, event, creditor_ref)


def _note_payment(book: Book, event: PaymentReceived, creditor_ref: str) -> None:
    left = event.amount.amount - sum(part.amount for part in event.allocations)
    payment = {"creditor_ref": creditor_ref, "payment_id": event.payment_id}
    row = {"amount": event.amount.amount, "currency": event.amount.currency, "value_date": event.value_date}
    row |= {"reference": event.reference, "unallocated": left}
    book.connection.execute(insert(schema.payments).on_conflict_do_nothing(), payment | row)
    parts = [payment | {"number": part.invoice_no, "amount": part.amount} for part in event.allocations]
    if parts:
        book.connection.execute(insert(schema.allocations).on_conflict_do_nothing(), parts)
    if left:
        key = f"{creditor_ref}/payment/{event.payment_id}"
        book.ask(AskOperator(key=key, task="unallocated", detail=event.payment_id), creditor_ref)


def _note_feed(book: Book, event: FeedCompleted, creditor_ref: str) -> None:
    """Keep the latest state a feed has reported, and let what waited for it look again."""
    row = {"creditor_ref": creditor_ref, "feed": event.feed, "as_of": event.as_of}
    statement = insert(schema.feeds).values(row)
    latest = sa.func.greatest(schema.feeds.c.as_of, statement.excluded.as_of)
    book.connection.execute(
        statement.on_conflict_do_update(index_elements=["creditor_ref", "feed"], set_={"as_of": latest})
    )
    held_back = (schema.dispatches.c.creditor_ref == creditor_ref) & (schema.dispatches.c.reason == "gate.freshness")
    book.connection.execute(
        sa.update(schema.dispatches)
        .where(held_back, schema.dispatches.c.status == "wanted")
        .values(published=False, not_before=None, reason=None)
    )
