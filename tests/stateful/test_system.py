"""The whole shell in a world that repeats, reorders, delays, kills and forgets: the seven promises as invariants.

Real PostgreSQL, real Valkey, the real broker; no threads, so that a failing story shrinks to a few lines.
`pytest tests/stateful/test_system.py --hypothesis-profile deep` tells many and longer stories.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, ClassVar

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.office import GRENOBLE, Act, Died, Office, a_contact, a_debtor, office_at
from tests.stateful.promises import Promises
from tests.stateful.world import Watched, World, begin
from workers.channels.base import InDoubt, Refused, TryLater
from workers.ledger import chain
from workers.operations import dispatches
from workers.operations.doing import Doing
from workers.orders import Orders
from workers.publisher import WAKE
from workers.relay import Relay
from workers.settings import Settings
from workflows.events import (
    CallLogged,
    CasePaused,
    CaseResumed,
    CreditNoteIssued,
    DebtorInsolvent,
    DebtorUpdated,
    DisputeOpened,
    DisputeReason,
    DisputeResolved,
    Inbound,
    InstalmentPlanAgreed,
    InstalmentPlanOffered,
    InvoiceIssued,
    LetterRequested,
    MessageBounced,
    PaymentReceived,
    PaymentReversed,
    PlanLine,
    PromiseMade,
    ReplyReceived,
    SettlementOffered,
)
from workflows.events.payments import Allocation
from workflows.invoice import Channel, DebtorKind
from workflows.money import Money

START = datetime(2026, 1, 12, 8, tzinfo=UTC)
NUMBERS = ("F-1", "F-2", "F-3", "F-4")
DEBTORS = {
    "F-1": a_debtor("btp"),
    "F-2": a_debtor("btp"),
    "F-3": a_debtor("dupont", a_contact(email="d@dupont.example", address=GRENOBLE), kind=DebtorKind.CONSUMER),
    "F-4": a_debtor("verre", a_contact(email="v@verre.example", address=GRENOBLE)),
}
REFS = ("btp", "dupont", "verre")
some_number = st.sampled_from(NUMBERS)
some_due_day = st.sampled_from([-60, -8, 6, 7, 8, 20])
some_ref = st.sampled_from(REFS)
some_luck = st.sampled_from(["later", "refused", "no such address", "doubt", "lost", "fault", "dies", "dies late"])
some_hours_ago = st.sampled_from([0, 0, 1, 30, 24 * 12])
PERSON = Doing(by="Claire", reason="looked it up at the provider")


class Silent:
    """A process that dies between its commit and handing over: nobody hears of what it committed."""

    def publish(self, _orders: Orders) -> None:
        """Die quietly."""


class SystemLife(Promises):
    """Rules are what the world can do; the model is `World`."""

    clock_dir: ClassVar[Path]
    stories: ClassVar[Iterator[int]] = count(1)

    def __init__(self) -> None:
        super().__init__()
        clean(self.office)
        self.office.clock.path = self.clock_dir / f"clock-{next(self.stories)}"
        begin(self.office.clock.path, START)
        self.world = World(self.office)
        for provider in self.office.providers.values():
            assert isinstance(provider, Watched)
            provider.world, provider.script, provider.taken = self.world, [], []
        self.ids = count(1)
        system = self.office.system
        self.relays = (system.relay, Relay(system.ledger, system.publisher, system.delivery, system.clock))

    # --- the world speaks -------------------------------------------------------------------------------------------

    def tell(self, *events: Inbound) -> None:
        for outcome in self.office.happen(*events):
            if outcome.status in ("accepted", "parked"):
                self.world.learn(outcome.event)

    def new_id(self) -> str:
        return f"e{next(self.ids)}"

    def envelope(self, hours_ago: int = 0) -> dict[str, Any]:
        return {"event_id": self.new_id(), "at": self.office.clock.now() - timedelta(hours=hours_ago)}

    @initialize(due_in=st.lists(some_due_day, min_size=3, max_size=3))
    def some_invoices_are_known(self, due_in: list[int]) -> None:
        for number, days in zip(NUMBERS, due_in, strict=False):
            self.an_invoice_is_issued_or_imported_late(number=number, due_in=days)

    @rule(number=some_number, due_in=some_due_day)
    def an_invoice_is_issued_or_imported_late(self, number: str, due_in: int) -> None:
        if any(event.invoice_no == number for event in self.world.all(InvoiceIssued)):
            return
        today = self.world.today
        self.tell(
            InvoiceIssued(
                **self.envelope(), invoice_no=number, debtor=DEBTORS[number], issue_date=today - timedelta(days=70),
                due_date=today + timedelta(days=due_in), total=Money(amount=1000_00),
            )
        )  # fmt: skip

    @rule(one=some_number, other=some_number, cents=st.sampled_from([200_00, 1000_00]), late=some_hours_ago)
    def money_comes_in(self, one: str, other: str, cents: int, late: int) -> None:
        envelope = self.envelope(late)
        parts = tuple(Allocation(invoice_no=number, amount=cents) for number in sorted({one, other}))
        self.tell(
            PaymentReceived(
                **envelope, payment_id=f"P-{envelope['event_id']}", amount=Money(amount=cents * len(parts)),
                value_date=envelope["at"].date(), allocations=parts,
            )
        )  # fmt: skip

    @rule(which=st.integers(0, 5), before=st.booleans())
    def money_goes_back_perhaps_before_it_is_known_to_have_come(self, which: int, *, before: bool) -> None:
        envelope = self.envelope()
        known = self.world.all(PaymentReceived)
        back = {event.payment_id for event in self.world.all(PaymentReversed)}
        open_payments = [event for event in known if event.payment_id not in back]
        if open_payments and not before:
            paid = open_payments[which % len(open_payments)]
            reversal = PaymentReversed(
                **envelope,
                payment_id=paid.payment_id,
                reversal_id=self.new_id(),
                amount=paid.amount,
                reason="rejet_prelevement",
            )
            self.tell(reversal)
            return
        paid = PaymentReceived(
            **envelope, payment_id=f"P-{envelope['event_id']}", amount=Money(amount=500_00),
            value_date=envelope["at"].date(),
            allocations=(Allocation(invoice_no=NUMBERS[which % len(NUMBERS)], amount=500_00),),
        )  # fmt: skip
        self.tell(
            PaymentReversed(
                **self.envelope(),
                payment_id=paid.payment_id,
                reversal_id=self.new_id(),
                amount=paid.amount,
                reason="erreur",
            ),
            paid,
        )

    @rule(number=some_number, cents=st.sampled_from([None, 300_00]), late=some_hours_ago)
    def an_invoice_is_disputed(self, number: str, cents: int | None, late: int) -> None:
        envelope = self.envelope(late)
        self.tell(
            DisputeOpened(
                **envelope, dispute_id=envelope["event_id"], invoice_no=number, reason=DisputeReason.QUALITY,
                amount=cents,
            )
        )  # fmt: skip

    @rule(which=st.integers(0, 5))
    def a_dispute_is_resolved(self, which: int) -> None:
        if disputes := self.world.all(DisputeOpened):
            one = disputes[which % len(disputes)]
            words = {"dispute_id": one.dispute_id, "invoice_no": one.invoice_no}
            self.tell(DisputeResolved(**self.envelope(), **words, outcome="creditor"))

    @rule(one=some_number, other=some_number, days=st.integers(0, 12), late=some_hours_ago)
    def payment_is_promised(self, one: str, other: str, days: int, late: int) -> None:
        envelope = self.envelope(late)
        day = envelope["at"].date() + timedelta(days=days)
        self.tell(PromiseMade(**envelope, promise_id=envelope["event_id"], invoice_nos=(one, other), date=day))

    @rule(number=some_number, days=st.integers(1, 12), late=some_hours_ago)
    def payment_is_promised_in_a_call(self, number: str, days: int, late: int) -> None:
        envelope = self.envelope(late)
        day, ref = envelope["at"].date() + timedelta(days=days), DEBTORS[number].ref
        self.tell(
            CallLogged(
                **envelope, call_id=envelope["event_id"], debtor_ref=ref, invoice_nos=(number,), disposition="promises",
                promised_on=day,
            )
        )  # fmt: skip

    @rule(number=some_number, days=st.integers(3, 20), cents=st.sampled_from([100_00, 900_00]))
    def a_discount_is_offered(self, number: str, days: int, cents: int) -> None:
        envelope = self.envelope()
        until = envelope["at"].date() + timedelta(days=days)
        offer = SettlementOffered(
            **envelope, offer_id=envelope["event_id"], invoice_no=number, until=until, amount=cents
        )
        self.tell(offer)

    @rule(number=some_number, days=st.integers(3, 20), agreed=st.booleans())
    def instalments_are_offered_or_agreed(self, number: str, days: int, *, agreed: bool) -> None:
        envelope = self.envelope()
        first = envelope["at"].date() + timedelta(days=days)
        known = any(event.invoice_no == number for event in self.world.all(InvoiceIssued))
        owed = self.world.owed(number) if known else 0
        if owed <= 1:
            return
        parts = ((first, owed // 2), (first + timedelta(days=20), owed - owed // 2))
        lines = tuple(PlanLine(due_date=day, amount=cents) for day, cents in parts)
        words: dict[str, Any] = {"plan_id": envelope["event_id"], "invoice_no": number, "lines": lines}
        self.tell(
            InstalmentPlanAgreed(**envelope, **words)
            if agreed
            else InstalmentPlanOffered(**envelope, **words, answer_by=first)
        )

    @rule(number=some_number, letter=st.sampled_from(["reason_request", "services_reminder", "payment_thanks"]))
    def a_person_asks_for_a_letter(self, number: str, letter: Any) -> None:  # noqa: ANN401 - one of a few words
        envelope = self.envelope()
        self.tell(LetterRequested(**envelope, request_id=envelope["event_id"], invoice_no=number, letter=letter))

    @rule(number=some_number, ref=some_ref, whole=st.booleans(), days=st.integers(0, 12), late=some_hours_ago)
    def a_pause_is_ordered(self, number: str, ref: str, days: int, late: int, *, whole: bool) -> None:
        envelope = self.envelope(late)
        until = envelope["at"].date() + timedelta(days=days)
        scope: dict[str, Any] = {"scope": "debtor", "ref": ref} if whole else {"scope": "invoice", "ref": number}
        self.tell(CasePaused(**envelope, **scope, until=until, reason="asked"))

    @rule(number=some_number, late=some_hours_ago)
    def a_pause_is_ended(self, number: str, late: int) -> None:
        self.tell(CaseResumed(**self.envelope(late), ref=number, reason="enough"))

    @rule(number=some_number)
    def a_credit_note_is_issued(self, number: str) -> None:
        envelope = self.envelope()
        note = CreditNoteIssued(
            **envelope, credit_note_no=envelope["event_id"], amount=Money(amount=100_00), invoice_no=number
        )
        self.tell(note)

    @rule(ref=some_ref, silent=st.sampled_from([True, False]), late=some_hours_ago)
    def it_is_said_who_may_be_contacted(self, ref: str, late: int, *, silent: bool) -> None:
        self.tell(DebtorUpdated(**self.envelope(late), debtor_ref=ref, do_not_contact=silent))

    @precondition(lambda self: len(self.world.told) > 8)
    @rule(ref=some_ref)
    def a_debtor_becomes_insolvent(self, ref: str) -> None:
        day = self.world.today
        self.tell(DebtorInsolvent(**self.envelope(), debtor_ref=ref, procedure="liquidation", judgment_date=day))

    @rule(ref=some_ref, late=some_hours_ago)
    def a_debtor_writes(self, ref: str, late: int) -> None:
        envelope = self.envelope(late)
        self.tell(ReplyReceived(**envelope, reply_id=envelope["event_id"], debtor_ref=ref, text="?"))

    @rule(which=st.integers(0, 9))
    def a_message_bounces(self, which: int) -> None:
        mails = [one for one in self.world.taken if one.channel == Channel.EMAIL]
        if mails:
            message_id = mails[which % len(mails)].message_id
            self.tell(MessageBounced(**self.envelope(), message_id=message_id, bounce="hard"))
            self.world.returned.add(message_id)

    @rule(chance=st.randoms(use_true_random=False))
    def everything_is_told_again_in_another_order(self, chance: Any) -> None:  # noqa: ANN401 - hypothesis' dice
        events = list(self.world.told.values())
        chance.shuffle(events)

        assert {outcome.status for outcome in self.office.happen(*events)} <= {"duplicate"}

    @rule(number=some_number)
    def nonsense_is_told_between_good_news(self, number: str) -> None:
        bad = CreditNoteIssued(
            **self.envelope(), credit_note_no="x", amount=Money(amount=9, currency="USD"), creditor="nobody"
        )
        good = CaseResumed(**self.envelope(), ref=number, reason="good")
        refused, taken = self.office.happen(bad, good)

        assert (refused.status, taken.status in ("accepted", "parked")) == ("refused", True)
        assert "nobody" in refused.findings[0]
        self.world.learn(good)

    # --- time and work ----------------------------------------------------------------------------------------------

    @rule(days=st.sampled_from([1, 2, 5, 9]))
    def days_pass(self, days: int) -> None:
        self.busy(lambda: self.office.go_on(days=days))

    @rule(weeks=st.sampled_from([2, 3]), answer=some_luck)
    def weeks_pass_with_one_message_that_has_bad_luck(self, weeks: int, answer: str) -> None:
        self.the_next_message_has_bad_luck(channel=Channel.EMAIL, answer=answer)
        self.busy(lambda: self.office.go_on(weeks=weeks))

    @rule(hours=st.sampled_from([1, 9, 24, 24 * 30]))
    def nobody_works_for_a_while(self, hours: int) -> None:
        self.office.jump(hours=hours)

    @rule()
    def the_queues_are_worked_off(self) -> None:
        self.busy(self.office.work)

    @rule(hours=st.sampled_from([24, 24 * 7, 24 * 30]))
    def wake_ups_ring_and_deliveries_wait(self, hours: int) -> None:
        self.office.jump(hours=hours)
        self.office.work_on(WAKE)

    def busy(self, work: Any) -> None:  # noqa: ANN401 - whatever works
        """Work until it is done; a worker that dies is replaced, and what it had begun comes to others."""
        for _ in range(9):
            try:
                work()
            except Died:
                self.recover_the_messages_of_the_dead()
            else:
                return

    def recover_the_messages_of_the_dead(self) -> None:
        broker = self.office.system.broker
        for queue in broker.known_queues():
            broker.do_reclaim(queue)

    @rule(which=st.integers(0, 1))
    def a_relay_sweeps(self, which: int) -> None:
        self.relays[which].sweep()

    # --- things go wrong --------------------------------------------------------------------------------------------

    @rule(
        channel=st.sampled_from([Channel.EMAIL, Channel.EMAIL, Channel.LETTER]),
        answer=some_luck,
    )
    def the_next_message_has_bad_luck(self, channel: Channel, answer: str) -> None:
        provider = self.office.providers[channel]
        acts: dict[str, Act] = {
            "later": provider.refuse(TryLater("450", "busy")),
            "refused": provider.refuse(Refused("554", "spam", address_is_bad=False)),
            "no such address": provider.refuse(Refused("550", "unknown", address_is_bad=True)),
            "doubt": provider.take_and(InDoubt("lost", "after the dot")),
            "lost": provider.refuse(InDoubt("lost", "at the dot")),
            "fault": provider.take_and(RuntimeError("a fault")),
            "dies": provider.refuse(Died()),
            "dies late": provider.take_and(Died()),
        }
        provider.script.append(acts[answer])

    @rule()
    def redis_forgets_everything(self) -> None:
        self.office.system.broker.client.flushall()

    @rule(number=some_number, days=st.integers(0, 5))
    def a_process_dies_after_its_commit(self, number: str, days: int) -> None:
        system = self.office.system
        system.engine.publisher = Silent()
        self.tell(
            CasePaused(
                **self.envelope(), ref=number, until=self.world.today + timedelta(days=days), reason="last words"
            )
        )
        system.engine.publisher = system.publisher

    @rule(number=some_number, epochs=st.integers(0, 3))
    def a_wake_up_rings_again_or_too_early(self, number: str, epochs: int) -> None:
        rows = self.office.rows("SELECT epoch FROM cases WHERE number = :number", number=number)
        for row in rows:
            self.busy(lambda row=row: self.office.system.engine.ring(f"atelier/{number}", row.epoch - epochs))

    @rule()
    def every_dispatch_is_delivered_once_more(self) -> None:
        for row in self.office.rows("SELECT key FROM dispatches ORDER BY key"):
            self.busy(lambda row=row: self.office.system.delivery.deliver(row.key))

    @rule()
    def a_person_resolves_the_doubts(self) -> None:
        for row in self.office.rows("SELECT DISTINCT message_id FROM dispatches WHERE status = 'in_doubt'"):
            has_it = self.world.has_taken(row.message_id)
            resolve = dispatches.resolve_sent if has_it else dispatches.resolve_resend
            resolve(self.office.system.engine, row.message_id, PERSON)

    def teardown(self) -> None:
        """Promise 3 to its end: once nothing fails any more, everything that was pending comes to something."""
        for provider in self.office.providers.values():
            provider.script.clear()
        self.recover_the_messages_of_the_dead()
        for _ in range(2):
            self.office.jump(minutes=11)
            self.relays[0].sweep()
            self.relays[1].sweep()
            self.busy(lambda: self.office.go_on(days=20))
        late = "SELECT case_id, next_wake_at FROM cases WHERE next_wake_at <= :now"
        open_ends = (
            "SELECT key, status, reason FROM dispatches WHERE status = 'claimed' "
            "OR status = 'wanted' AND (not_before IS NULL OR not_before <= :now)"
        )

        assert self.office.rows(late, now=self.office.clock.now()) == []
        assert self.office.rows(open_ends, now=self.office.clock.now()) == []
        for name in [name for name in dir(self) if name.startswith("promise")]:
            getattr(self, name)()
        with self.office.system.ledger.connect() as connection:
            assert chain.verify(connection) == []


def clean(office: Office) -> None:
    """An empty ledger and an empty Redis; only a test may switch the journal's guard off."""
    office.system.broker.client.flushall()
    for name in office.system.broker.queues:
        office.system.broker.in_flight(name).ids.clear()
    with office.system.ledger.begin() as connection:
        connection.execute(sa.text("SET LOCAL session_replication_role = replica"))
        kept = {"creditors", "scenarios", "alembic_version"}
        tables = sorted(set(sa.inspect(connection).get_table_names()) - kept)
        connection.execute(sa.text(f"TRUNCATE {', '.join(tables)} RESTART IDENTITY"))


@pytest.fixture
def life(settings: Settings, tmp_path: Path) -> Iterator[type[SystemLife]]:
    with office_at(settings) as office:
        office.providers = {channel: Watched(str(channel)) for channel in Channel}
        office.system.outlets = office.system.delivery.outlets = office.providers
        SystemLife.office, SystemLife.clock_dir = office, tmp_path
        yield SystemLife


def test_the_promises_hold_whatever_happens(life: type[SystemLife]) -> None:
    is_deep = hypothesis_settings.get_current_profile_name() == "deep"
    run_state_machine_as_test(
        life,
        settings=hypothesis_settings(
            derandomize=not is_deep,
            max_examples=400 if is_deep else 25,
            stateful_step_count=60 if is_deep else 30,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
