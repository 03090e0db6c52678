"""One delivery: look once more, claim, let it out, record what became of it.

Two transactions with the sending between them. The first one claims: it holds the debtor, re-reads everything, and
stores what is going to leave; from its commit on the message counts as on its way, so that a payment committed before
it stops the message and one committed after it finds it claimed. The second one records. A worker that dies between
them leaves a claim that expires into `in_doubt`, never into a second message.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy.dialects.postgresql import insert

from workers.channels.base import Channel as Outlet
from workers.channels.base import InDoubt, Refused, TryLater
from workers.delivery import gates
from workers.delivery.letters import Letter, Order, write
from workers.delivery.reports import Report, Reporter
from workers.engine import Engine
from workers.ledger import schema, store
from workers.ledger.book import Book, Held
from workers.orders import Orders
from workers.rendering.catalogue import Catalogue
from workers.rendering.errors import TemplateProblem
from workflows.errors import WorkflowError
from workflows.invoice import Channel, Creditor, DebtorKind
from workflows.machine.records import BAD_ADDRESS
from workflows.pressure import Budget
from workflows.rates import Rates
from workflows.scenario import Scenario, ScenarioRef

#: Rows of the tables in `schema`, whose columns are typed there.
Row = sa.Row[*tuple[Any, ...]]
#: Seconds between attempts to record what became of a message while the ledger is away.
RECORD_AGAIN_AFTER_S = (0.2, 0.5, 1, 2, 5, 5, 10, 10, 20, 30)
log = structlog.get_logger()
#: How far back contacts are read for the pressure budget: its longest window, and then some.
_CONTACTS_SINCE = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class DeliveryPolicy:
    """What the operator decides about deliveries."""

    freshness: timedelta
    lease: timedelta
    budgets: Mapping[DebtorKind, Budget]
    worker: str


@dataclass(frozen=True, slots=True)
class Claim:
    """A message that this worker, and no other, may let out."""

    letter: Letter
    keys: tuple[str, ...]
    channel: Channel


class Delivery:
    """Lets messages out.

    Args:
        engine: decides about the cases, in the same transactions.
        outlets: what carries each channel.
        policy: what the operator decides.
        catalogue: the letters.
        rates: late-payment rates, for letters that state interest.
    """

    def __init__(
        self,
        engine: Engine,
        outlets: Mapping[Channel, Outlet],
        policy: DeliveryPolicy,
        *,
        catalogue: Catalogue,
        rates: Rates,
    ) -> None:
        self.engine, self.outlets, self.policy = engine, outlets, policy
        self.catalogue, self.rates = catalogue, rates

    def deliver(self, key: str) -> None:
        """Deliver what was ordered under `key`, with what else is due to this debtor by this channel; or say why not.

        Calling it again, at once or later, by any worker, changes nothing.
        """
        claim = self.claim(key)
        if claim is None:
            return
        report = self._let_out(claim)
        self._record_patiently(claim, report)

    # --- first transaction ------------------------------------------------------------------------------------------

    def claim(self, key: str) -> Claim | None:
        """Look once more and claim; None when nothing may leave now, with the reason in the ledger."""
        with self.engine.transaction() as (book, orders):
            lead = self._wanted(book, key)
            debtor = None if lead is None else book.lock_debtor(lead.creditor_ref, lead.debtor_ref)
            if lead is None or debtor is None:
                return None
            self._ring_what_is_due(book, orders, lead)
            claim = self._claim_group(book, orders, lead)
            book.flush()
        self.engine.publisher.publish(orders)
        return claim

    def _wanted(self, book: Book, key: str) -> Row | None:
        """The dispatch, if it is still wanted and its time has come."""
        table = schema.dispatches
        row = book.connection.execute(sa.select(table).where(table.c.key == key)).one_or_none()
        if row is None or row.status != "wanted" or (row.not_before is not None and row.not_before > book.now):
            return None
        return row

    def _ring_what_is_due(self, book: Book, orders: Orders, lead: Row) -> None:
        """Other cases of this debtor that fall due this minute: their steps go into the same message."""
        cases = schema.cases.c
        due = (
            sa.select(cases.case_id)
            .where(cases.creditor_ref == lead.creditor_ref, cases.debtor_ref == lead.debtor_ref)
            .where(cases.next_wake_at <= book.now)
        )
        ids = book.connection.scalars(due).all()
        book.lock(ids)
        for case_id in sorted(ids):
            held = book.held.get(case_id)
            if held is not None and held.case.next_wake_at is not None and held.case.next_wake_at <= book.now:
                self.engine.ring_held(book, orders, held, held.case.epoch)
        book.flush()

    def _claim_group(self, book: Book, orders: Orders, lead: Row) -> Claim | None:
        channel = Channel(lead.channel)
        group = self._group(book, lead)
        reporter = Reporter(self.engine, book, orders)
        reading = self._reading(book, lead, channel)
        closed = gates.gate_of_debtor(reading)
        if closed is not None:
            for order in group:
                reporter.withhold(order, channel, closed)
            return None
        ready = []
        for order in group:
            verdict = gates.gate_of_case(order, book.now)
            if verdict is None:
                ready.append(order)
            else:
                reporter.withhold(order, channel, verdict)
        return self._write_and_claim(book, reporter, ready, channel) if ready else None

    def _group(self, book: Book, lead: Row) -> list[Order]:
        """All that is wanted of this debtor by this channel now, of the lead's family and currency; under lock."""
        table = schema.dispatches.c
        rows = book.connection.execute(
            sa.select(schema.dispatches)
            .where(table.creditor_ref == lead.creditor_ref, table.debtor_ref == lead.debtor_ref)
            .where(table.channel == lead.channel, table.status == "wanted")
            .where(sa.or_(table.not_before.is_(None), table.not_before <= book.now))
            .order_by(table.key)
            .with_for_update()
        ).all()
        book.lock([row.case_id for row in rows])
        orders = [self._order(book, row) for row in rows if row.case_id in book.held]
        leader = next((order for order in orders if order.key == lead.key), None)
        if leader is None:
            return []
        currency = leader.held.case.invoice.currency
        mine = [item for item in orders if item.family == leader.family]
        return [item for item in mine if item.held.case.invoice.currency == currency]

    def _order(self, book: Book, row: Row) -> Order:
        held = book.held[row.case_id]
        return Order(
            key=row.key, step=row.step, template=row.template, tone=row.tone, deadline_days=row.deadline_days,
            from_reception=row.from_reception, held=held, scenario=self._scenario(book, held, row.ladder),
        )  # fmt: skip

    def _scenario(self, book: Book, held: Held, ladder: str) -> Scenario:
        name, _, version = ladder.rpartition("@")
        if ladder == str(held.case.scenario):
            return self.engine.scenario_of(book, held)
        return self.engine.scenario(book.connection, ScenarioRef(name=name, version=int(version)))

    def _reading(self, book: Book, lead: Row, channel: Channel) -> gates.Reading:
        debtor = book.debtors[lead.creditor_ref, lead.debtor_ref]
        sent = schema.messages.c
        contacts = book.connection.scalars(
            sa.select(sent.claimed_at)
            .where(sent.creditor_ref == lead.creditor_ref, sent.debtor_ref == lead.debtor_ref)
            .where(sent.claimed_at > book.now - _CONTACTS_SINCE, sent.status.in_(["claimed", "sent", "in_doubt"]))
            .order_by(sent.claimed_at)
        ).all()
        feeds = schema.feeds.c
        fresh = sa.select(feeds.as_of).where(feeds.creditor_ref == lead.creditor_ref, feeds.feed == "payments")
        holds = schema.holds.c
        held = sa.select(holds.reason).where(holds.scope.in_(["all", channel]))
        held = held.where(sa.or_(holds.until.is_(None), holds.until > book.now))
        return gates.Reading(
            now=book.now, debtor=debtor, channel=channel, budget=self.policy.budgets[debtor.kind], contacts=contacts,
            payments_as_of=book.connection.execute(fresh).scalar_one_or_none(), freshness=self.policy.freshness,
            held=book.connection.execute(held.limit(1)).scalar_one_or_none(),
        )  # fmt: skip

    def _write_and_claim(
        self, book: Book, reporter: Reporter, ready: Sequence[Order], channel: Channel
    ) -> Claim | None:
        creditor = self._creditor(book, ready[0])
        try:
            letter = write(ready, creditor, channel, now=book.now, catalogue=self.catalogue, rates=self.rates)
        except (TemplateProblem, WorkflowError, ValueError, OSError) as error:
            for order in ready:
                reporter.fail(order, channel, "gate.template", str(error))
            return None
        keys = tuple(order.key for order in ready)
        self._store(book, letter)
        table = schema.dispatches.c
        claimed = sa.update(schema.dispatches).where(table.key.in_(keys), table.status == "wanted")
        book.connection.execute(
            claimed.values(status="claimed", message_id=letter.message.message_id, reason=None, published=True)
        )
        return Claim(letter, keys, channel)

    def _creditor(self, book: Book, order: Order) -> Creditor:
        creditor = store.creditor(book.connection, order.held.case.invoice.creditor_ref)
        if creditor is None:
            raise KeyError(order.held.case.invoice.creditor_ref)
        return creditor

    def _store(self, book: Book, letter: Letter) -> None:
        facts = letter.facts
        row: dict[str, object] = {
            "message_id": letter.message.message_id, "creditor_ref": facts.creditor.ref, "debtor_ref": facts.debtor.ref,
            "channel": facts.channel, "template": facts.letter, "recipient": letter.message.to,
            "subject": letter.message.subject, "facts": facts.model_dump_json(), "body": letter.body,
            "body_sha256": letter.sha256, "status": "claimed", "claimed_at": book.now,
            "lease_until": book.now + self.policy.lease, "claimed_by": self.policy.worker, "ended_at": None,
            "receipt": None, "path": None,
        }  # fmt: skip
        statement = insert(schema.messages).values(row)
        # the provider refused it "for now" before: the same order is the same message again
        again = statement.on_conflict_do_update(
            index_elements=["message_id"], set_=row, where=schema.messages.c.status == "failed"
        )
        if book.connection.execute(again.returning(schema.messages.c.message_id)).one_or_none() is None:
            raise RuntimeError(f"message {letter.message.message_id} exists already and did not fail")

    # --- the sending, and the second transaction --------------------------------------------------------------------

    def _let_out(self, claim: Claim) -> Report:
        outlet = self.outlets.get(claim.channel)
        if outlet is None:
            return Report("failed", "delivery.no_outlet", detail=f"no channel carries {claim.channel}")
        try:
            receipt = outlet.send(claim.letter.message)
        except TryLater as error:
            return Report("later", "delivery.retry", error.code, error.text, retry_after_s=error.retry_after_s)
        except Refused as error:
            reason = BAD_ADDRESS if error.address_is_bad else "delivery.refused"
            return Report("failed", reason, error.code, error.text)
        except InDoubt as error:
            return Report("in_doubt", "delivery.in_doubt", error.code, error.text)
        except Exception as error:  # noqa: BLE001 - a fault of a channel: nobody knows how far it came
            return Report("in_doubt", "delivery.in_doubt", type(error).__name__, str(error))
        return Report("sent", "delivery.sent", receipt.provider_id, receipt.detail, path=receipt.path)

    def _record_patiently(self, claim: Claim, report: Report) -> None:
        """The message has left: a ledger that restarts is waited for, since only we know what became of it."""
        for wait_s in RECORD_AGAIN_AFTER_S:
            try:
                return self.record(claim, report)
            except sa.exc.OperationalError as error:
                log.warning("record_failed", error=str(error), message_id=claim.letter.message.message_id)
                time.sleep(wait_s)
        return self.record(claim, report)

    def record(self, claim: Claim, report: Report) -> None:
        """Write what became of a claimed message, for every invoice in it."""
        with self.engine.transaction() as (book, orders):
            Reporter(self.engine, book, orders).record(claim.letter.message.message_id, report)
            book.flush()
        self.engine.publisher.publish(orders)

    def expire(self, message_id: str) -> None:
        """A claim whose worker fell silent: nobody knows whether the provider has it."""
        with self.engine.transaction() as (book, orders):
            report = Report("in_doubt", "delivery.lease_expired", detail="the worker fell silent while sending")
            Reporter(self.engine, book, orders).record(message_id, report)
            book.flush()
        self.engine.publisher.publish(orders)
