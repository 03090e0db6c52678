"""A ladder, a debtor and an invoice to decide about, and a story that reads as sentences."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal

from workflows.case import Case, StepRecord
from workflows.contacts import address_of
from workflows.debtors import contact_marked
from workflows.effects import AskOperator, Decision, SendLetter, SendStep, WakeOn, WithholdStep
from workflows.events import (
    Allocation,
    DispatchReported,
    DisputeOpened,
    DisputeReason,
    DisputeResolved,
    Event,
    Inbound,
    InvoiceIssued,
    MessageBounced,
    NewDebtor,
    PaymentReceived,
    PaymentReversed,
    StepFellDue,
)
from workflows.invoice import Address, Channel, Contact, Debtor, DebtorKind
from workflows.machine import decide, open_case
from workflows.money import Money
from workflows.scenario import Condition, Deadline, Mode, Scenario, Step

Outcome = Literal["sent", "failed", "in_doubt", "withheld", "postponed"]

CREDITOR, NUMBER, DEBTOR = "atelier-martin", "F-2026-0042", "perrin"
ISSUED, DUE = date(2026, 10, 9), date(2026, 11, 8)
TOTAL = 125_000

PREVENTIVE = Step(name="preventive", after_due_days=-5, channel=Channel.EMAIL, template="preventive", tone=1)
FIRST = Step(
    name="first", after_due_days=5, channel=Channel.EMAIL, fallback=(Channel.LETTER,), template="first_reminder",
    tone=1, deadline=Deadline(days=8),
)  # fmt: skip
SECOND = Step(
    name="second", after_due_days=15, channel=Channel.EMAIL, also=(Channel.SMS,), fallback=(Channel.LETTER,),
    template="second_reminder", tone=2, deadline=Deadline(days=10),
)  # fmt: skip
THIRD = Step(
    name="third", after_due_days=30, channel=Channel.EMAIL, fallback=(Channel.LETTER,), template="third_reminder",
    tone=4, deadline=Deadline(days=7),
)  # fmt: skip
FORMAL = Step(
    name="formal_notice", after_previous_days=8, channel=Channel.REGISTERED, template="formal_notice", tone=5,
    deadline=Deadline(days=8, runs_from="reception"),
)  # fmt: skip
LADDER = Scenario(name="standard", steps=(PREVENTIVE, FIRST, SECOND, THIRD, FORMAL))
#: Numbers of its steps.
PREVENT, R1, R2, R3, NOTICE = range(5)

ADDRESS = Address(lines=("12 rue des Lilas",), postcode="75011", city="Paris")
MAIN = Contact(name="Anne Perrin", email="compta@perrin.example", phone="+33612345678", address=ADDRESS)
COMPANY = Debtor(ref=DEBTOR, name="Perrin SARL", contacts=(MAIN,))


def ladder(*steps: Step, **settings: Any) -> Scenario:  # noqa: ANN401 - any field of the fact
    """A scenario of these steps."""
    return Scenario(name=settings.pop("name", "custom"), steps=steps, **settings)


def at(day: date, hour: int = 12, minute: int = 0) -> datetime:
    """A moment of `day` in UTC."""
    return datetime.combine(day, time(hour, minute), tzinfo=UTC)


def after(days: int, hour: int = 12) -> datetime:
    """A moment `days` after the due date."""
    return at(DUE + timedelta(days=days), hour)


def issued(
    number: str = NUMBER,
    *,
    event_id: str = "issued",
    when: datetime | None = None,
    **said: Any,  # noqa: ANN401 - any field of the fact
) -> InvoiceIssued:
    """The invoice went out."""
    facts: dict[str, Any] = {"issue_date": ISSUED, "due_date": DUE, "total": Money(amount=TOTAL)} | said
    debtor = facts.pop("debtor", NewDebtor(ref=DEBTOR, name="Perrin SARL", contacts=(MAIN,)))
    return InvoiceIssued(event_id=event_id, at=when or at(ISSUED, 8), invoice_no=number, debtor=debtor, **facts)


def paid(amount: int, when: datetime, payment_id: str = "p1", **said: Any) -> PaymentReceived:  # noqa: ANN401 - any field of the fact
    """Money for the invoice came in."""
    parts = (Allocation(invoice_no=NUMBER, amount=amount),)
    return PaymentReceived(
        event_id=said.pop("event_id", f"payment-{payment_id}"), at=when, payment_id=payment_id,
        amount=Money(amount=amount), value_date=said.pop("value_date", when.date()),
        allocations=said.pop("allocations", parts), **said,
    )  # fmt: skip


def reversed_(amount: int, when: datetime, payment_id: str = "p1", reversal_id: str = "r1") -> PaymentReversed:
    """Money of a payment went back."""
    return PaymentReversed(
        event_id=f"reversal-{reversal_id}", at=when, payment_id=payment_id, reversal_id=reversal_id,
        amount=Money(amount=amount), reason="rejet_prelevement",
    )  # fmt: skip


def disputed(when: datetime, amount: int | None = None, dispute_id: str = "d1") -> DisputeOpened:
    """The debtor contests all or part of the invoice."""
    return DisputeOpened(
        event_id=f"dispute-{dispute_id}", at=when, dispute_id=dispute_id, invoice_no=NUMBER,
        reason=DisputeReason.QUALITY, amount=amount,
    )  # fmt: skip


def resolved(when: datetime, dispute_id: str = "d1") -> DisputeResolved:
    """The dispute ended for the creditor."""
    return DisputeResolved(
        event_id=f"resolved-{dispute_id}", at=when, dispute_id=dispute_id, invoice_no=NUMBER, outcome="creditor"
    )


@dataclass
class Story:
    """One case, told event by event; every decision is kept."""

    scenario: Scenario = LADDER
    debtor: Debtor = COMPANY
    opening: InvoiceIssued = field(default_factory=issued)
    decisions: list[Decision] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.decisions.append(open_case(self.opening, CREDITOR, self.scenario, self.debtor))
        self.events.append(self.opening)

    # --- what is looked at ------------------------------------------------------------------------------------------

    @property
    def case(self) -> Case:
        return self.decisions[-1].case

    @property
    def last(self) -> Decision:
        return self.decisions[-1]

    @property
    def sends(self) -> list[SendStep]:
        return [effect for decision in self.decisions for effect in decision.effects if isinstance(effect, SendStep)]

    @property
    def letters(self) -> list[SendLetter]:
        """Letters beside the ladder that were ordered so far."""
        return [effect for decision in self.decisions for effect in decision.effects if isinstance(effect, SendLetter)]

    @property
    def written(self) -> list[str]:
        """Their templates."""
        return [letter.template for letter in self.letters]

    @property
    def withheld(self) -> list[str]:
        return [item.key for each in self.decisions for item in each.effects if isinstance(item, WithholdStep)]

    @property
    def asked(self) -> list[str]:
        return [item.task for each in self.decisions for item in each.effects if isinstance(item, AskOperator)]

    @property
    def wakes(self) -> list[WakeOn]:
        return [item for each in self.decisions for item in each.effects if isinstance(item, WakeOn)]

    @property
    def rules(self) -> list[str]:
        return [reason.rule for reason in self.last.reasons]

    @property
    def ordered(self) -> list[tuple[int, Channel]]:
        """Steps and channels of everything ordered so far."""
        return [(item.step, item.channel) for item in self.sends]

    def next_day(self) -> date:
        assert self.case.next_wake_at is not None, self.case.idle_reason

        return self.case.next_wake_at.date()

    def wanted(self) -> list[StepRecord]:
        return [record for record in self.case.steps if record.state == "wanted"]

    # --- what happens -----------------------------------------------------------------------------------------------

    def happens(self, *events: Event) -> "Story":
        for event in events:
            self.decisions.append(decide(self.case, event, self.scenario, self.debtor))
            self.events.append(event)
        return self

    def hears(self, kind: type[Inbound], when: datetime, **said: Any) -> "Story":  # noqa: ANN401 - any field of the fact
        """An event of `kind`; its id is made up."""
        return self.happens(kind(event_id=f"e{len(self.events)}", at=when, **said))

    def rings(self, when: datetime | None = None, *, epoch: int | None = None) -> "Story":
        """The pending wake-up rings, on time unless told."""
        moment = when or self.case.next_wake_at
        assert moment is not None, self.case.idle_reason

        number = self.case.epoch if epoch is None else epoch
        ring = StepFellDue(event_id=f"ring{len(self.events)}", at=moment, invoice_no=NUMBER, epoch=number)
        return self.happens(ring)

    def reports(
        self,
        record: StepRecord,
        outcome: Outcome = "sent",
        when: datetime | None = None,
        **said: Any,  # noqa: ANN401 - any field of the fact
    ) -> "Story":
        """The delivery says what became of `record`; what was sent names its deadline."""
        moment = when or self.case.as_of
        if outcome == "sent":
            said = {"message_id": f"<{record.key}>"} | said
        report = DispatchReported(
            event_id=f"report{len(self.events)}", at=moment, invoice_no=NUMBER, step=record.step,
            channel=record.channel, dispatch_key=record.key, outcome=outcome, **said,
        )  # fmt: skip
        return self.happens(report)

    def delivers(self, outcome: Outcome = "sent", when: datetime | None = None, **said: Any) -> "Story":  # noqa: ANN401 - any field of the fact
        """Everything that is wanted comes to the same outcome."""
        for record in self.wanted():
            self.reports(record, outcome, when, **said)
        return self

    def writes(self, outcome: Outcome = "sent", **said: Any) -> "Story":  # noqa: ANN401 - any field of the fact
        """Every letter beside the ladder that is due is ordered at its moment, and comes to the same outcome."""
        while "letter.plan" in self.rules:
            self.rings()
        return self.answers_letters(outcome, **said)

    def answers_letters(self, outcome: Outcome, when: datetime | None = None, **said: Any) -> "Story":  # noqa: ANN401 - same
        """The delivery says what became of every letter beside the ladder that is on its way."""
        moment = when or self.case.as_of
        for letter in [item for item in self.case.letters if item.state == "wanted"]:
            fate: dict[str, Any] = {"message_id": f"<{letter.key}>"} if outcome in ("sent", "in_doubt") else {}
            if outcome == "sent" and letter.deadline_days is not None:
                fate["deadline_on"] = moment.date() + timedelta(days=letter.deadline_days)
            report = DispatchReported(
                event_id=f"report{len(self.events)}", at=moment, invoice_no=NUMBER, channel=letter.channel,
                dispatch_key=letter.key, outcome=outcome, **fate | said,
            )  # fmt: skip
            self.happens(report)
        return self

    def climbs(self, steps: int = 1) -> "Story":
        """Rings and delivers until so many more steps are out."""
        for _ in range(steps):
            before = len(self.sends)
            for _attempt in range(5):
                if len(self.sends) == before:
                    self.rings()
            self.delivers()
        return self

    def bounces(self, message_id: str, when: datetime | None = None, kind: str = "hard") -> "Story":
        """A message comes back; the ledger marks its address before the case hears of it."""
        record = next(item for item in self.case.steps if item.message_id == message_id)
        self.marks(record.channel)
        moment = when or self.case.as_of + timedelta(minutes=5)
        return self.hears(MessageBounced, moment, message_id=message_id, bounce=kind)

    def marks(self, channel: Channel) -> "Story":
        """The debtor's address for `channel` no longer works."""
        contact = self.debtor.contact_for(channel)
        if contact is not None:
            self.debtor = contact_marked(self.debtor, channel, address_of(contact, channel) or "")
        return self


def only(channels: Iterable[Channel]) -> Debtor:
    """The company, reachable by these channels alone."""
    keep = set(channels)
    contact = Contact(
        email=MAIN.email if keep & {Channel.EMAIL, Channel.LRE} else None,
        phone=MAIN.phone if keep & {Channel.SMS, Channel.CALL} else None,
        address=ADDRESS if keep & {Channel.LETTER, Channel.TRACKED, Channel.REGISTERED} else None,
    )
    return COMPANY.model_copy(update={"contacts": (contact,)})


__all__ = [
    "ADDRESS", "COMPANY", "CREDITOR", "DEBTOR", "DUE", "FIRST", "FORMAL", "ISSUED", "LADDER", "MAIN", "NOTICE",
    "NUMBER", "PREVENT", "PREVENTIVE", "R1", "R2", "R3", "SECOND", "THIRD", "TOTAL", "Condition", "Deadline",
    "DebtorKind", "Mode", "Story", "after", "at", "disputed", "issued", "ladder", "only", "paid", "resolved",
    "reversed_",
]  # fmt: skip
