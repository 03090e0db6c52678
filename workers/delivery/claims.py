"""The first transaction of a delivery: read the truth once more, ask every gate, write the letter, claim."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from workers.channels.base import Channel as Outlet
from workers.delivery import gates
from workers.delivery.letters import NO_ADDRESSES, Letter, Order, write
from workers.delivery.reports import Reporter
from workers.engine import Engine
from workers.ledger import deliveries
from workers.ledger.book import Book
from workers.ledger.facts import creditor_of, debtor_of
from workers.ledger.pipeline import Row, ask, ask_all
from workers.orders import Orders
from workers.rendering.catalogue import Catalogue
from workers.return_addresses import ReturnAddresses
from workflows.errands import together
from workflows.invoice import Channel, Creditor, DebtorKind
from workflows.last_look import Reading, Verdict, gate_of_debtor
from workflows.pressure import Budget
from workflows.rates import Rates
from workflows.scenario import Scenario, ScenarioRef
from workflows.side_letters import ANSWERS, REPLY_ANSWER


@dataclass(frozen=True, slots=True)
class DeliveryPolicy:
    """What the operator decides about deliveries.

    Attributes:
        returns: where bounces of e-mails and answers to them go.
    """

    freshness: timedelta
    lease: timedelta
    budgets: Mapping[DebtorKind, Budget]
    worker: str
    returns: ReturnAddresses = NO_ADDRESSES


@dataclass(frozen=True, slots=True)
class Claim:
    """A message that this worker, and no other, may let out from `at` until `until`."""

    letter: Letter
    keys: tuple[str, ...]
    channel: Channel
    at: datetime
    until: datetime


@dataclass(slots=True)
class Truth:
    """What was read under the locks, for every debtor concerned."""

    wanted: list[Row]
    contacts: dict[tuple[str, str], list[datetime]] = field(default_factory=dict)
    payments_as_of: dict[str, datetime] = field(default_factory=dict)
    holds: dict[str, str] = field(default_factory=dict)
    creditors: dict[str, Creditor] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Claims:
    """Claims within one transaction."""

    engine: Engine
    book: Book
    orders: Orders
    policy: DeliveryPolicy
    catalogue: Catalogue
    rates: Rates
    outlets: Mapping[Channel, Outlet] = field(default_factory=dict)

    def claim(self, keys: Sequence[str]) -> list[Claim]:
        """What may leave now of what was ordered under `keys`, merged; the rest is withheld with its reason."""
        now = self.book.now
        leads = ask(self.book.connection, deliveries.WANTED, {"keys": list(keys), "now": now})
        if not leads:
            return []
        truth = self._read(deliveries.pairs(leads, now))
        claims: list[Claim] = []
        done: set[str] = set()
        for lead in sorted(leads, key=lambda row: str(row.key)):
            if lead.key not in done:
                group = self._group(truth, lead)
                done |= {order.key for order in group}
                claim = self._decide(truth, group, lead) if group else None
                claims += [claim] if claim else []
        self.book.flush()
        return claims

    def _read(self, given: Mapping[str, object]) -> Truth:
        """Everything a last look needs, in one round trip; the locks are taken first, debtors before cases."""
        connection, book = self.book.connection, self.book
        debtors, cases, wanted, contacts, fresh, holds, creditors = ask_all(
            connection,
            [
                (deliveries.LOCK_DEBTORS, given),
                (deliveries.LOCK_CASES, given),
                (deliveries.LOCK_WANTED, given),
                (deliveries.CONTACTS, given),
                (deliveries.FRESHNESS, given),
                (deliveries.HOLDS, given),
                (deliveries.CREDITORS, given),
            ],
        )
        book.debtors |= {(row.creditor_ref, row.ref): debtor_of(row.facts) for row in debtors}
        book.take_in(cases)
        truth = Truth(wanted)
        for row in contacts:
            truth.contacts.setdefault((row.creditor_ref, row.debtor_ref), []).append(row.claimed_at)
        truth.payments_as_of = {row.creditor_ref: row.as_of for row in fresh}
        truth.holds = {row.scope: row.reason for row in holds}
        truth.creditors = {row.ref: creditor_of(row.facts) for row in creditors}
        if self._ring_what_is_due():
            truth.wanted = ask(connection, deliveries.LOCK_WANTED, given)
        return truth

    def _ring_what_is_due(self) -> bool:
        """Other cases of these debtors that fall due this minute: their steps go into the same message."""
        due = [item for item in self.book.held.values() if _is_due(item.case.next_wake_at, self.book.now)]
        for held in due:
            self.engine.ring_held(self.book, self.orders, held, held.case.epoch)
        self.book.flush()
        return bool(due)

    def _group(self, truth: Truth, lead: Row) -> list[Order]:
        """All that is wanted of the lead's debtor by its channel now, of the lead's family and currency."""
        mine = (lead.creditor_ref, lead.debtor_ref, lead.channel)
        rows = [row for row in truth.wanted if (row.creditor_ref, row.debtor_ref, row.channel) == mine]
        found = [self._order(row) for row in rows if row.case_id in self.book.held]
        leader = next((order for order in found if order.key == lead.key), None)
        if leader is None:
            return []
        return together(found, leader)

    def _order(self, row: Row) -> Order:
        held = self.book.held[row.case_id]
        return Order(
            key=row.key, step=row.step, template=row.template, tone=row.tone, deadline_days=row.deadline_days,
            from_reception=row.from_reception, held=held, scenario=self._scenario(row.ladder),
        )  # fmt: skip

    def _scenario(self, ladder: str) -> Scenario:
        name, _, version = ladder.rpartition("@")
        return self.engine.scenario(self.book.connection, ScenarioRef(name=name, version=int(version)))

    def _decide(self, truth: Truth, group: Sequence[Order], lead: Row) -> Claim | None:
        """Ask the gates; write and claim what passes them all."""
        channel, reporter = Channel(lead.channel), Reporter(self.engine, self.book, self.orders)
        closed = gate_of_debtor(self._reading(truth, lead, group[0]))
        closed = closed or gates.gate_of_provider(self.outlets.get(channel), self.book.now)
        if closed is not None:
            for order in group:
                reporter.withhold(order, channel, closed)
            return None
        if self._is_answered(group[0]):
            for order in group:
                reporter.withhold(order, channel, Verdict("gate.already_answered", for_good=True))
            return None
        ready = []
        for order in group:
            verdict = gates.gate_of_case(order, self.book.now)
            if verdict is None:
                ready.append(order)
            else:
                reporter.withhold(order, channel, verdict)
        creditor = truth.creditors[lead.creditor_ref]
        return self._write(ready, creditor, channel, reporter) if ready else None

    def _is_answered(self, order: Order) -> bool:
        """Whether a message about other invoices of the same reply has answered it: one reply, one answer."""
        if order.template != REPLY_ANSWER:
            return False
        invoice = order.case.invoice
        occasion = next((item.occasion for item in order.case.letters if item.key == order.key), "")
        given = {"creditor": invoice.creditor_ref, "debtor": invoice.debtor_ref, "template": REPLY_ANSWER}
        return bool(ask(self.book.connection, deliveries.ANSWERED, given | {"reply": occasion}))

    def _reading(self, truth: Truth, lead: Row, order: Order) -> Reading:
        channel = Channel(lead.channel)
        debtor = self.book.debtors[lead.creditor_ref, lead.debtor_ref]
        return Reading(
            now=self.book.now, debtor=debtor, channel=channel, budget=self.policy.budgets[debtor.kind],
            contacts=truth.contacts.get((lead.creditor_ref, lead.debtor_ref), []),
            payments_as_of=truth.payments_as_of.get(lead.creditor_ref), freshness=self.policy.freshness,
            held=truth.holds.get("all", truth.holds.get(channel)),
            is_answer=order.step is None and order.template in ANSWERS,
        )  # fmt: skip

    def _write(self, ready: Sequence[Order], creditor: Creditor, channel: Channel, reporter: Reporter) -> Claim | None:
        now, own = self.book.now, self.catalogue.of(creditor.ref)
        try:
            letter = write(
                ready, creditor, channel, now=now, catalogue=own, rates=self.rates, returns=self.policy.returns
            )
        except Exception as error:  # noqa: BLE001 - whatever a template or an attachment does, a person must hear of it
            for order in ready:
                reporter.fail(order, channel, "gate.template", str(error) or type(error).__name__)
            return None
        keys = tuple(order.key for order in ready)
        self.book.later(deliveries.CLAIM_MESSAGE, self._message(letter))
        self.book.later(
            deliveries.CLAIM_DISPATCHES, {"message_id": letter.message.message_id, "keys": list(keys), "now": now}
        )
        return Claim(letter, keys, channel, at=now, until=now + self.policy.lease)

    def _message(self, letter: Letter) -> dict[str, object]:
        facts, message = letter.facts, letter.message
        return {
            "message_id": message.message_id, "creditor_ref": facts.creditor.ref, "debtor_ref": facts.debtor.ref,
            "channel": facts.channel, "template": facts.letter, "recipient": message.to, "subject": message.subject,
            "facts": facts.model_dump_json(), "body": letter.body, "body_sha256": letter.sha256, "status": "claimed",
            "claimed_at": self.book.now, "lease_until": self.book.now + self.policy.lease,
            "claimed_by": self.policy.worker,
        }  # fmt: skip


def _is_due(at: datetime | None, now: datetime) -> bool:
    return at is not None and at <= now
