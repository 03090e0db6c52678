"""A whole system in one process, on real servers: facts to feed it, providers that do what a test says, queries.

Nothing works by itself here: `work` does what the queues hold, in this thread, so that a test decides when things
happen and what dies in between.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

import sqlalchemy as sa

from workers.actors import QUEUES
from workers.channels.base import OutgoingMessage, Receipt
from workers.clock import EPOCH, SteppedClock
from workers.doubts import LOOK_UP, look_up
from workers.hooks import take as hook_calls
from workers.hooks.queue import INTAKE
from workers.intake.mailbox_schedule import FETCH, take_turn
from workers.orders import Outcome
from workers.publisher import CHAT, WAKE
from workers.settings import Settings
from workers.timetable.scripts import as_message
from workers.wiring import System, open_system
from workflows.events import Inbound, InvoiceIssued, NewDebtor, PaymentReceived, PaymentReversed
from workflows.events.payments import Allocation
from workflows.invoice import Address, Channel, Contact, DebtorKind
from workflows.money import Money

CREDITOR: dict[str, Any] = {
    "ref": "atelier", "name": "Atelier Martin SAS", "siren": "552100554",
    "address": {"lines": ["12 rue des Forges"], "postcode": "38000", "city": "Grenoble"},
    "email": "compta@atelier-martin.example", "phone": "04 65 71 00 12", "contact_name": "Claire Delmas",
    "bank": {"holder": "ATELIER MARTIN SAS", "iban": "FR7630006000011234567890189"},
}  # fmt: skip
DUE = date(2026, 2, 4)
#: More messages than any test has at one instant.
RESTLESS = 500
WHAT_RINGS = "SELECT case_id, epoch, stage, next_wake_at, idle_reason FROM cases WHERE next_wake_at IS NOT NULL"
_numbers = count(1)
Act = Callable[[OutgoingMessage], Receipt]


class Died(BaseException):
    """The worker was killed here: no `except` of the program sees it, as none sees SIGKILL."""


@dataclass
class Provider:
    """A way out that keeps what it took, and does with the next messages what a test says."""

    name: str
    taken: list[OutgoingMessage] = field(default_factory=list)
    script: list[Act] = field(default_factory=list)

    def send(self, message: OutgoingMessage) -> Receipt:
        """Do the next act of the script; take the message when there is none."""
        return self.script.pop(0)(message) if self.script else self.take(message)

    def take(self, message: OutgoingMessage) -> Receipt:
        """Accept."""
        self.taken.append(message)
        return Receipt(provider_id=None, detail="taken")

    def refuse(self, error: BaseException) -> Act:
        """An act: take nothing and answer `error`."""

        def act(_message: OutgoingMessage) -> Receipt:
            raise error

        return act

    def take_and(self, error: BaseException) -> Act:
        """An act: take the message, and then fail with `error`."""

        def act(message: OutgoingMessage) -> Receipt:
            self.take(message)
            raise error

        return act

    def check(self) -> str:
        """It is there."""
        return "there"

    def close(self) -> None:
        """Nothing is held open."""


@dataclass
class Office:
    """The system under test with its clock and its providers."""

    system: System
    clock: SteppedClock
    providers: dict[Channel, Provider]

    @property
    def mails(self) -> list[OutgoingMessage]:
        """What the e-mail provider took."""
        return self.providers[Channel.EMAIL].taken

    @property
    def reminders(self) -> list[OutgoingMessage]:
        """Those of them that are no letters beside the ladder."""
        return [mail for mail in self.mails if "/letter/" not in mail.dispatch_id]

    @property
    def mail(self) -> Provider:
        """The e-mail provider."""
        return self.providers[Channel.EMAIL]

    def happen(self, *events: Inbound) -> list[Outcome]:
        """Let these events come in, in one transaction."""
        return self.system.engine.handle_many(events)

    def statuses(self, *events: Inbound) -> list[str]:
        """What became of each."""
        return [outcome.status for outcome in self.happen(*events)]

    # --- doing what the queues hold -----------------------------------------------------------------------------

    def work(self) -> int:
        """Do everything that is due now, and what follows from it; returns how many messages were done."""
        done = 0
        while rung := sum(self.work_on(name) for name in QUEUES):
            done += rung
            assert done < RESTLESS, f"the queues never come to rest at {self.clock.now()}: {self.rows(WHAT_RINGS)}"
        return done

    def work_on(self, queue: str) -> int:
        """Do what one queue holds now; returns how many messages were done."""
        broker = self.system.broker
        broker.do_promote(queue)
        fetched = broker.fetch(queue, 100)
        for message_id, encoded in fetched:
            message = as_message(encoded)
            if queue == WAKE:
                self.system.engine.ring(*message.args)
            elif message.actor_name == FETCH:
                take_turn(self.system)
            elif queue == INTAKE:
                hook_calls.take(self.system, *message.args)
            elif queue == CHAT:
                self.system.crew.deliver(*message.args)
            elif message.actor_name == LOOK_UP:
                look_up(self.system.delivery, *message.args)
            else:
                self.system.delivery.deliver(*message.args)
            broker.do_ack(queue, message_id)
        return len(fetched)

    def go_to(self, at: datetime) -> None:
        """Let time pass until `at`, stopping at every moment at which something is due."""
        self.work()
        while (due := self.system.broker.next_due()) is not None:
            moment = EPOCH + timedelta(milliseconds=due)
            if moment > at:
                break
            self.clock.jump_to(moment)
            self.work()
        self.clock.jump_to(at)
        self.work()

    def go_on(self, **delta: float) -> None:
        """Let this much time pass; see `go_to`."""
        self.go_to(self.clock.now() + timedelta(**delta))

    def jump(self, **delta: float) -> datetime:
        """Let this much time pass, and nothing ring."""
        return self.clock.jump_to(self.clock.now() + timedelta(**delta))

    # --- looking ------------------------------------------------------------------------------------------------

    def rows(self, statement: str, **values: object) -> Sequence[Any]:
        """Rows of a query."""
        with self.system.ledger.connect() as connection:
            return connection.execute(sa.text(statement), values).all()

    def one(self, statement: str, **values: object) -> Any:  # noqa: ANN401 - any column
        """The one value a query gives."""
        with self.system.ledger.connect() as connection:
            return connection.execute(sa.text(statement), values).scalar_one()

    def write(self, statement: str, **values: object) -> None:
        """Change the ledger behind the program's back."""
        with self.system.ledger.begin() as connection:
            connection.execute(sa.text(statement), values)

    def case(self, number: str = "F-1", creditor: str = "atelier") -> Any:  # noqa: ANN401 - a row
        """The row of a case."""
        [row] = self.rows("SELECT * FROM cases WHERE case_id = :id", id=f"{creditor}/{number}")
        return row

    def states(self) -> dict[str, tuple[str, int, object, object, str]]:
        """What must not depend on the order of events: for each case its stage, balance, next moment and facts."""
        rows = self.rows("SELECT case_id, stage, balance, next_wake_at, idle_reason, state FROM cases")
        return {row.case_id: (row.stage, row.balance, row.next_wake_at, row.idle_reason, row.state) for row in rows}

    def dispatches(self) -> list[tuple[str, str, str | None]]:
        """Channel, status and reason of every dispatch, in the order of their keys."""
        rows = self.rows("SELECT channel, status, reason FROM dispatches ORDER BY key")
        return [(row.channel, row.status, row.reason) for row in rows]

    def rules(self, number: str = "F-1") -> list[str]:
        """The rules that the journal of a case names, in order."""
        rows = self.rows(
            "SELECT reason->>'rule' AS rule FROM journal, "
            "jsonb_array_elements(decision::jsonb->'reasons') WITH ORDINALITY AS reasons(reason, place) "
            "WHERE case_id = :id ORDER BY seq, place",
            id=f"atelier/{number}",
        )
        return [row.rule for row in rows]

    def told(self, number: str = "F-1") -> list[tuple[str, str | None]]:
        """What the timeline of a case says of its dispatches: outcome and reason, in order."""
        rows = self.rows(
            "SELECT event::jsonb->>'outcome' AS outcome, event::jsonb->>'reason' AS reason FROM journal "
            "WHERE case_id = :id AND kind = 'dispatch.reported' ORDER BY seq",
            id=f"atelier/{number}",
        )
        return [(row.outcome, row.reason) for row in rows]

    def tasks(self) -> list[str]:
        """Kinds of the open tasks, sorted."""
        return [row.kind for row in self.rows("SELECT kind FROM tasks WHERE done_at IS NULL ORDER BY kind")]


@contextmanager
def office_at(settings: Settings) -> Iterator[Office]:
    """An office on the servers of `settings`, with the creditor `atelier` unless they name others."""
    creditors = settings.creditors or [CREDITOR]
    system = open_system(Settings.model_validate(settings.model_dump() | {"creditors": creditors}))
    providers = {channel: Provider(str(channel)) for channel in Channel}
    system.outlets = providers
    for name in QUEUES:
        system.broker.declare_queue(name)
    assert isinstance(system.clock, SteppedClock)
    try:
        yield Office(system, system.clock, providers)
    finally:
        system.close()


# --- facts --------------------------------------------------------------------------------------------------------

GRENOBLE = Address(lines=("3 place Notre-Dame",), postcode="38000", city="Grenoble")


def a_contact(**changes: Any) -> Contact:  # noqa: ANN401 - as many types as fields
    """Somebody with a mailbox."""
    return Contact(**{"email": "anne.perrin@btp-rhone.example", "name": "Anne Perrin", "civility": "Madame"} | changes)


def a_debtor(ref: str = "btp", *contacts: Contact, kind: DebtorKind = DebtorKind.BUSINESS) -> NewDebtor:
    """A debtor with one mailbox unless other contacts are given."""
    return NewDebtor(ref=ref, name=f"BTP {ref}", kind=kind, contacts=contacts or (a_contact(),))


def an_invoice(number: str = "F-1", **changes: Any) -> InvoiceIssued:  # noqa: ANN401 - as many types as fields
    """An invoice of 1,000.00 due on `DUE`, with an id made of its number."""
    facts: dict[str, Any] = {
        "event_id": f"invoice-{number}", "at": datetime(2026, 1, 5, 8, tzinfo=UTC), "invoice_no": number,
        "debtor": a_debtor(), "issue_date": date(2026, 1, 5), "due_date": DUE, "total": Money(amount=1000_00),
    }  # fmt: skip
    return InvoiceIssued(**facts | changes)


def a_payment(parts: dict[str, int], at: datetime, **changes: Any) -> PaymentReceived:  # noqa: ANN401 - as above
    """A payment shared among invoices, in cents, wholly allocated."""
    number = next(_numbers)
    facts: dict[str, Any] = {
        "event_id": f"payment-{number}", "at": at, "payment_id": f"P-{number}",
        "amount": Money(amount=sum(parts.values())), "value_date": at.date(),
        "allocations": tuple(Allocation(invoice_no=name, amount=cents) for name, cents in parts.items()),
    }  # fmt: skip
    return PaymentReceived(**facts | changes)


def a_reversal(of: PaymentReceived, at: datetime, **changes: Any) -> PaymentReversed:  # noqa: ANN401 - as above
    """All of a payment goes back."""
    facts: dict[str, Any] = {
        "event_id": f"back-{of.payment_id}", "at": at, "payment_id": of.payment_id,
        "reversal_id": f"R-{of.payment_id}", "amount": of.amount, "reason": "rejet_prelevement",
    }  # fmt: skip
    return PaymentReversed(**facts | changes)


# --- short ways ----------------------------------------------------------------------------------------------------


def wanted(office: Office, *numbers: str) -> str:
    """Bring cases to the point where their first message is in the queue; returns the key of one of them."""
    chosen = numbers or ("F-1",)
    while not (found := office.rows("SELECT key FROM dispatches WHERE status = 'wanted' ORDER BY key")):
        office.clock.jump_to(min(office.case(number).next_wake_at for number in chosen))
        for number in chosen:
            office.system.engine.ring(f"atelier/{number}", office.case(number).epoch)
    return str(found[0].key)


def deliver(office: Office, key: str) -> None:
    """Deliver, and do nothing else of what is due."""
    office.system.delivery.deliver(key)


def only(office: Office) -> tuple[str, str, str | None]:
    """Channel, status and reason of the one dispatch there is."""
    [dispatch] = office.dispatches()
    return dispatch
