"""The facts a letter may use: one source for every channel; checked by `wording_checks.py` first."""

from datetime import date
from decimal import Decimal
from enum import StrEnum

from pydantic import AwareDatetime, Field

from workflows.invoice import Channel, Contact, Creditor, Debtor, DebtorKind, Fact, Language, Line, Ref
from workflows.money import CentsField, Currency
from workflows.wording_parts import (
    AnswerLink,
    AnswerPart,
    CallPart,
    DisputePart,
    HandOverPart,
    InsolvencyPart,
    OfferPart,
    PaymentPart,
    PlanPart,
)

#: Letters that acknowledge or declare something and ask the reader for no payment.
RECEIPTS = frozenset(
    {"apology", "dispute_acknowledged", "hand_over_notice", "insolvency_declaration", "payment_thanks", "reply_answer"}
)
#: Letters that a later one does not cite as a reminder.
NOT_REMINDERS = RECEIPTS | {
    "call_confirmation",
    "dispute_answered",
    "early_settlement_offer",
    "instalment_confirmation",
    "instalment_missed",
    "instalment_offer",
    "preventive",
    "promise_acknowledged",
    "reason_request",
}


class NextStep(StrEnum):
    """What follows if nothing happens; each template words it at the firmness of its tone."""

    NONE = "none"
    REMINDER = "reminder"
    CALL = "call"
    FORMAL_NOTICE = "formal_notice"
    LEGAL_ACTION = "legal_action"


class Need(StrEnum):
    """What a template asks of the facts, in its front matter."""

    DEADLINE = "deadline"
    NOT_YET_DUE = "not_yet_due"
    OVERDUE = "overdue"
    PREVIOUS = "previous"
    INTEREST = "interest"
    POSTAL_ADDRESS = "postal_address"
    PROMISED_ON = "promised_on"
    CLIENT_SINCE = "client_since"
    DISPUTED = "disputed"
    PAID = "paid"
    BUSINESS = "business"
    TERMS = "terms"
    CALL = "call"
    PLAN = "plan"
    PLAN_MISSED = "plan_missed"
    OFFER = "offer"
    HAND_OVER_AHEAD = "hand_over_ahead"
    HANDED_OVER = "handed_over"
    PAYMENT = "payment"
    CROSSED = "crossed"
    DISPUTE = "dispute"
    DISPUTE_ANSWERED = "dispute_answered"
    INSOLVENCY = "insolvency"
    ANSWER = "answer"


class InvoiceLine(Fact):
    """One invoice as a letter shows it. Always: total = paid − charges_paid + disputed + balance.

    Attributes:
        paid: cents; payments and credit notes so far.
        charges_paid: cents of `paid` that were set against interest and indemnity before the principal.
        disputed: cents that the debtor disputes; they are shown and not asked for.
        balance: cents that this message speaks of.
        days_late: whole days from the due date to the day of `situation_at`; 0 before and on the due date.
    """

    number: Ref
    issued_on: date
    due_on: date
    total: CentsField = Field(gt=0)
    paid: CentsField = Field(0, ge=0)
    charges_paid: CentsField = Field(0, ge=0)
    disputed: CentsField = Field(0, ge=0)
    balance: CentsField = Field(ge=0)
    days_late: int = Field(0, ge=0)
    po_number: Line | None = None


class InterestLine(Fact):
    """Interest on one invoice over days that share one rate.

    Attributes:
        invoice: number of the invoice that bears it.
        principal: cents that bear interest on these days.
        from_on: first day counted.
        to_on: last day counted.
        rate: percent a year, so `Decimal("12.40")`.
        amount: cents that are left of it.
        settled: cents of it that payments settled already.
    """

    invoice: Ref
    principal: CentsField = Field(gt=0)
    from_on: date
    to_on: date
    days: int = Field(ge=1)
    rate: Decimal = Field(gt=0, lt=100)
    amount: CentsField = Field(ge=0)
    settled: CentsField = Field(0, ge=0)


class PreviousContact(Fact):
    """A message about these invoices that really left."""

    on: date
    template: str
    channel: Channel


class LetterFacts(Fact):
    """Everything one message may say, whatever its channel.

    Attributes:
        letter: id of the template, such as `first_reminder`.
        lines: the invoices of the message, oldest due date first; merging puts several into one message.
        balance: cents asked for; the sum of the lines' balances.
        deadline_on: last day on which payment answers the letter; a new date, later than `situation_at`.
        deadline_days: the same as a number of days; instead of `deadline_on` where it runs from reception.
        from_reception: the deadline runs from the day the letter is delivered or first presented.
        situation_at: instant of the figures, in the zone that the letter shows.
        interest_total: cents; the sum of the interest lines.
        indemnity: cents of recovery indemnity, for businesses and public buyers only.
        grand_total: cents; balance, interest and indemnity.
        payment_reference: what the debtor should quote with the payment.
        pay_url: where to pay on line.
        answered_on: day of the debtor's latest word about these invoices, written or spoken.
        attached: numbers of the invoices whose PDF goes with the message; a letter only says so of these.
        notice_received_on: day a consumer received the formal notice; from the day after it interest runs.
        terms_days: days from issue to maturity that the invoices state, where all state the same.
        promised_amount: cents that were promised for `promised_on`; None for the whole balance.
        answers: what the debtor may answer by one link.
    """

    letter: str = Field(pattern=r"^[a-z0-9_]+$")
    tone: int = Field(ge=1, le=5)
    channel: Channel
    language: Language
    creditor: Creditor
    debtor: Debtor
    contact: Contact
    lines: tuple[InvoiceLine, ...] = Field(min_length=1)
    currency: Currency = "EUR"
    balance: CentsField = Field(ge=0)
    deadline_on: date | None = None
    deadline_days: int | None = Field(None, ge=1, le=90)
    from_reception: bool = False
    situation_at: AwareDatetime
    previous: tuple[PreviousContact, ...] = ()
    answered_on: date | None = None
    interest: tuple[InterestLine, ...] = ()
    interest_total: CentsField = Field(0, ge=0)
    indemnity: CentsField = Field(0, ge=0)
    grand_total: CentsField = Field(ge=0)
    next_step: NextStep = NextStep.NONE
    payment_reference: Line
    promised_on: date | None = None
    pay_url: str | None = Field(None, pattern=r"^https?://[^\s<>\"'\\]+$")
    attached: tuple[Ref, ...] = ()
    notice_received_on: date | None = None
    terms_days: int | None = Field(None, ge=0, le=365)
    promised_amount: CentsField | None = Field(None, gt=0)
    answers: tuple[AnswerLink, ...] = ()
    call: CallPart | None = None
    plan: PlanPart | None = None
    offer: OfferPart | None = None
    hand_over: HandOverPart | None = None
    payment: PaymentPart | None = None
    dispute: DisputePart | None = None
    insolvency: InsolvencyPart | None = None
    answer: AnswerPart | None = None

    @property
    def kind(self) -> DebtorKind:
        """What the debtor is; the law differs for each."""
        return self.debtor.kind

    @property
    def addressee(self) -> str:
        """Whose name stands above the address: the debtor's, or the *mandataire*'s for a declaration of claim."""
        return self.debtor.name if self.insolvency is None else self.insolvency.mandataire

    @property
    def today(self) -> date:
        """Day of the figures, in the zone of `situation_at`."""
        return self.situation_at.date()

    @property
    def reminders(self) -> tuple[PreviousContact, ...]:
        """The previous messages that asked for a late payment: neither the preventive one nor receipts."""
        oldest_due_on = min(line.due_on for line in self.lines)
        return tuple(
            contact for contact in self.previous if contact.template not in NOT_REMINDERS and contact.on > oldest_due_on
        )

    @property
    def is_answered(self) -> bool:
        """Whether the debtor said anything since the first of these reminders, so that none is called unanswered."""
        return self.answered_on is not None and any(self.answered_on >= contact.on for contact in self.reminders)
