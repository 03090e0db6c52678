"""What the world tells the system: facts of every kind, late, twice, in any order, and nonsense between them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    precondition,
    rule,
)

from tests.office import GRENOBLE, a_contact, a_debtor
from tests.stateful.promises import Promises
from workflows.events import (
    CallLogged,
    CasePaused,
    CaseResumed,
    ContactOptedIn,
    ContactOptedOut,
    CreditNoteIssued,
    DebtorInsolvent,
    DebtorUpdated,
    DisputeOpened,
    DisputeReason,
    DisputeResolved,
    DisputeUpdated,
    Inbound,
    InstalmentPlanAgreed,
    InstalmentPlanOffered,
    InstalmentPlanRequested,
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
some_channel = st.sampled_from([Channel.EMAIL, Channel.LETTER])
some_ref = st.sampled_from(REFS)
some_hours_ago = st.sampled_from([0, 0, 1, 30, 24 * 12])


class Telling(Promises):
    """Rules that tell facts; a subclass lets the system live with them."""

    ids: Iterator[int]

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

    @rule(which=st.integers(0, 5), outcome=st.sampled_from(["creditor", "creditor", "debtor", "partial"]))
    def a_dispute_is_resolved(self, which: int, outcome: Literal["creditor", "debtor", "partial"]) -> None:
        if disputes := self.world.all(DisputeOpened):
            one = disputes[which % len(disputes)]
            words = {"dispute_id": one.dispute_id, "invoice_no": one.invoice_no}
            self.tell(DisputeResolved(**self.envelope(), **words, outcome=outcome))

    @rule(which=st.integers(0, 5), days=st.integers(-3, 20), late=some_hours_ago)
    def a_dispute_is_given_another_deadline(self, which: int, days: int, late: int) -> None:
        if disputes := self.world.all(DisputeOpened):
            one, envelope = disputes[which % len(disputes)], self.envelope(late)
            day = envelope["at"].date() + timedelta(days=days)
            words = {"dispute_id": one.dispute_id, "invoice_no": one.invoice_no}
            self.tell(DisputeUpdated(**envelope, **words, owner="Claire", deadline=day))

    @rule(number=some_number, days=st.integers(0, 20))
    def a_plan_is_asked_for(self, number: str, days: int) -> None:
        envelope = self.envelope()
        first = envelope["at"].date() + timedelta(days=days)
        self.tell(
            InstalmentPlanRequested(
                **envelope, plan_id=f"wish-{envelope['event_id']}", invoice_no=number, count=3, first_on=first
            )
        )

    @rule(number=some_number, late=some_hours_ago)
    def a_message_is_left(self, number: str, late: int) -> None:
        envelope, ref = self.envelope(late), DEBTORS[number].ref
        self.tell(
            CallLogged(
                **envelope, call_id=envelope["event_id"], debtor_ref=ref, invoice_nos=(number,), disposition="voicemail"
            )
        )

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

    @rule(ref=some_ref, channel=some_channel, out=st.booleans(), late=some_hours_ago)
    def a_debtor_chooses_a_channel(self, ref: str, channel: Channel, late: int, *, out: bool) -> None:
        kind = ContactOptedOut if out else ContactOptedIn
        self.tell(kind(**self.envelope(late), debtor_ref=ref, channel=channel, how="said so"))

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
