"""`Engine.handle`: an event in, one transaction, a decision recorded; then what follows is handed to the queues."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import sqlalchemy as sa
import structlog

from workers.choosing import Choosing
from workers.clock import Clock
from workers.ledger import deliveries, store
from workers.ledger.book import Book, Held
from workers.ledger.pipeline import LEDGER_IS_AWAY, THERE_ALREADY, UNSTORABLE, ask, was_deadlock
from workers.orders import Orders, Outcome, Publisher
from workers.reception import Reception
from workers.segmenting import refresh
from workflows.case import Stage
from workflows.effects import Decision
from workflows.events import (
    CaseReviewed,
    Event,
    Inbound,
    ScenarioChanged,
    StepFellDue,
)
from workflows.machine import decide
from workflows.scenario import Scenario, ScenarioRef

#: How many cases ring in one transaction at most.
CROWD = 50
log = structlog.get_logger()


class Engine:
    """The only writer of cases.

    Args:
        ledger: connections to the ledger.
        clock: the instant of recording; decisions see the event's own.
        publisher: where orders go after the commit.
        choosing: where segments begin, and which ladder goes with what; None has the usual thresholds and no rule.
    """

    def __init__(
        self, ledger: sa.Engine, clock: Clock, publisher: Publisher, *, choosing: Choosing | None = None
    ) -> None:
        self.ledger, self.clock, self.publisher = ledger, clock, publisher
        self.choosing = choosing or Choosing()
        self._scenarios: dict[ScenarioRef, Scenario] = {}  # a published version never changes

    def handle(self, event: Inbound) -> Outcome:
        """Apply one event from outside, once."""
        return self.handle_many([event])[0]

    def handle_many(self, events: Sequence[Inbound]) -> list[Outcome]:
        """Apply many events in one transaction; one that is refused does not stop the others."""
        try:
            return self._handle(events)
        except UNSTORABLE as error:
            if len(events) == 1:
                return [self._keep(events[0], error)]
        half = len(events) // 2  # what the ledger cannot hold stops only itself
        return self.handle_many(events[:half]) + self.handle_many(events[half:])

    def _handle(self, events: Sequence[Inbound], attempts: int = 3) -> list[Outcome]:
        try:
            with self.transaction() as (book, orders):
                reception = Reception(self, book, orders)
                reception.lock_ahead(events)
                outcomes = [reception.apply(event) for event in events]
                book.flush()
        except LEDGER_IS_AWAY as error:
            if attempts > 1 and was_deadlock(error):  # nothing happened, and the other one is through by now
                return self._handle(events, attempts - 1)
            raise
        self.publisher.publish(orders)
        self._look_again(outcomes)
        return outcomes

    def _look_again(self, outcomes: Sequence[Outcome]) -> None:
        """Whoever has paid an invoice may now be another sort of client; what is lost here comes with the next one."""
        cases = (decision.case for outcome in outcomes for decision in outcome.decisions)
        paid = {(case.invoice.creditor_ref, case.invoice.debtor_ref) for case in cases if case.stage is Stage.PAID}
        if not paid:
            return
        try:
            refresh(self.ledger, self.clock.now(), self.choosing.policy, sorted(paid))
        except LEDGER_IS_AWAY as error:
            log.warning("segments_not_refreshed", error=repr(error))

    def _keep(self, event: Inbound, error: Exception) -> Outcome:
        """An event that no text of the ledger can hold: kept among the unreadable, in escapes."""
        words = str(error.orig if isinstance(error, sa.exc.DBAPIError) else error).splitlines()[0]
        findings = (f"the event cannot be stored: {words}; mend it and publish it again",)
        with self.ledger.begin() as connection:
            store.reject(connection, event, findings, self.clock.now())
        return Outcome(event, "refused", findings=findings)

    def ring(self, case_id: str, epoch: int) -> Decision | None:
        """A wake-up rang; None if there is no such case. A stale one is a decision without effects."""
        try:
            decisions = self.ring_many([(case_id, epoch)])
        except THERE_ALREADY:  # what was taken back is still claimed, and no relay has looked since
            if not self._expire_claims_of(case_id):
                raise
            decisions = self.ring_many([(case_id, epoch)])
        return decisions[0] if decisions else None

    def _expire_claims_of(self, case_id: str) -> bool:
        """Let the case hear of claims whose worker fell silent; whether there were any."""
        from workers.delivery.reports import SILENT, Reporter  # noqa: PLC0415 - it decides through this very engine

        with self.transaction() as (book, orders):
            rows = ask(book.connection, deliveries.SILENT_CLAIMS, {"case_id": case_id, "now": book.now})
            Reporter(self, book, orders).record({row.message_id: SILENT for row in rows})
            book.flush()
        self.publisher.publish(orders)
        return bool(rows)

    def ring_crowd(self, case_id: str, epoch: int) -> None:
        """A wake-up rang; on a crowded morning, let others that are due ring in the same transaction.

        Those that another worker holds are left to it; their own wake-ups will be stale. A case that cannot be decided
        stops only itself.
        """
        try:
            self._ring_crowd(case_id, epoch)
        except LEDGER_IS_AWAY:
            raise
        except Exception as error:  # noqa: BLE001 - perhaps another one's fault: it rings by itself, and says so there
            log.warning("crowd_failed", case_id=case_id, error=repr(error))
            self.ring(case_id, epoch)

    def _ring_crowd(self, case_id: str, epoch: int) -> None:
        with self.transaction() as (book, orders):
            book.lock([case_id])
            due = {"now": book.now, "case_id": case_id, "limit": CROWD - 1}
            book.take_in(ask(book.connection, deliveries.LOCK_DUE, due))
            for held in list(book.held.values()):
                mine = held.case.case_id == case_id
                self.ring_held(book, orders, held, epoch if mine else held.case.epoch)
            book.flush()
        self.publisher.publish(orders)

    def ring_many(self, wake_ups: Sequence[tuple[str, int]]) -> list[Decision]:
        """Many wake-ups in one transaction, (case id, epoch) each: a crowded morning. Unknown cases are passed over."""
        with self.transaction() as (book, orders):
            book.lock([case_id for case_id, _epoch in wake_ups])
            known = [(book.held[case_id], epoch) for case_id, epoch in wake_ups if case_id in book.held]
            decisions = [self.ring_held(book, orders, held, epoch) for held, epoch in known]
            book.flush()
        self.publisher.publish(orders)
        return decisions

    def review(self, case_ids: Sequence[str]) -> None:
        """Look at cases that nothing else wakes, because a day is near that no fact tells.

        A case that cannot be decided stops only itself.
        """
        try:
            self._review(case_ids)
        except LEDGER_IS_AWAY:
            raise
        except Exception as error:  # noqa: BLE001 - one case's fault: the others must not wait for it
            log.warning("review_failed", case_ids=list(case_ids), error=repr(error))
            if len(case_ids) > 1:
                for case_id in case_ids:
                    self.review([case_id])

    def _review(self, case_ids: Sequence[str]) -> None:
        with self.transaction() as (book, orders):
            book.lock(case_ids)
            for held in list(book.held.values()):
                event = CaseReviewed(
                    event_id=store.short_id(f"{held.case.case_id}/reviewed/{book.now.isoformat()}"), source="/upkeep",
                    at=book.now, creditor=held.case.invoice.creditor_ref, invoice_no=held.case.invoice.number,
                )  # fmt: skip
                self.decide_held(book, orders, held, event)
            book.flush()
        self.publisher.publish(orders)

    def ring_held(self, book: Book, orders: Orders, held: Held, epoch: int) -> Decision:
        """Let a wake-up ring for a case under its lock; a stale one leaves no trace in the journal."""
        number, creditor_ref = held.case.invoice.number, held.case.invoice.creditor_ref
        event = StepFellDue(
            event_id=store.short_id(f"{held.case.case_id}/{epoch}"), source="/timetable", at=book.now,
            creditor=creditor_ref, invoice_no=number, epoch=epoch,
        )  # fmt: skip
        if epoch != held.case.epoch or held.case.next_wake_at is None:
            return decide(held.case, event, self.scenario_of(book, held), held.debtor)
        return self.decide_held(book, orders, held, event)

    def decide_held(self, book: Book, orders: Orders, held: Held, event: Event) -> Decision:
        """Decide about a case under its lock, and take the decision into the book."""
        ref = held.case.scenario
        if isinstance(event, ScenarioChanged):
            ref = ScenarioRef(name=event.scenario, version=event.version)
        decision = decide(held.case, event, self.scenario(book.connection, ref), held.debtor)
        book.write(event, decision)
        orders.of(decision)
        return decision

    def scenario_of(self, book: Book, held: Held) -> Scenario:
        """The ladder a case is pinned to."""
        return self.scenario(book.connection, held.case.scenario)

    def scenario(self, connection: sa.Connection, ref: ScenarioRef) -> Scenario:
        """A published version.

        Raises:
            KeyError: it was never published.
        """
        if ref not in self._scenarios:
            found = store.scenario(connection, ref)
            if found is None:
                raise KeyError(str(ref))
            self._scenarios[ref] = found
        return self._scenarios[ref]

    @contextmanager
    def transaction(self) -> Iterator[tuple[Book, Orders]]:
        """One transaction with its book and its orders; publish the orders after it."""
        with self.ledger.begin() as connection:
            yield Book(connection, self.clock.now()), Orders()
