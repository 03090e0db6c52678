"""The facts a letter may use: one source for every channel, checked before anything is rendered."""

from datetime import date
from decimal import Decimal
from enum import StrEnum

from pydantic import AwareDatetime, Field

from workflows.errors import WorkflowError
from workflows.invoice import Channel, Contact, Creditor, Debtor, DebtorKind, Fact, Language, Line, Ref
from workflows.money import CentsField, Currency, decimal_text

#: Channels that arrive on paper, or with the carrier's proof: a deadline may run from their reception.
POSTED = frozenset({Channel.LETTER, Channel.REGISTERED})
#: Letters that acknowledge something and ask for nothing.
RECEIPTS = frozenset({"dispute_acknowledged", "payment_thanks"})
#: Letters that a later one does not cite as a reminder.
NOT_REMINDERS = RECEIPTS | {"preventive", "promise_acknowledged"}


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


class InvoiceLine(Fact):
    """One invoice as a letter shows it. Always: total = paid + disputed + balance.

    Attributes:
        paid: cents; payments and credit notes so far.
        disputed: cents that the debtor disputes; they are shown and not asked for.
        balance: cents that this message speaks of.
        days_late: whole days from the due date to the day of `situation_at`; 0 before and on the due date.
    """

    number: Ref
    issued_on: date
    due_on: date
    total: CentsField = Field(gt=0)
    paid: CentsField = Field(0, ge=0)
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
        amount: cents.
    """

    invoice: Ref
    principal: CentsField = Field(gt=0)
    from_on: date
    to_on: date
    days: int = Field(ge=1)
    rate: Decimal = Field(gt=0, lt=100)
    amount: CentsField = Field(ge=0)


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
        attached: numbers of the invoices whose PDF goes with the message; a letter only says so of these.
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
    interest: tuple[InterestLine, ...] = ()
    interest_total: CentsField = Field(0, ge=0)
    indemnity: CentsField = Field(0, ge=0)
    grand_total: CentsField = Field(ge=0)
    next_step: NextStep = NextStep.NONE
    payment_reference: Line
    promised_on: date | None = None
    pay_url: str | None = Field(None, pattern=r"^https?://[^\s<>\"'\\]+$")
    attached: tuple[Ref, ...] = ()

    @property
    def kind(self) -> DebtorKind:
        """What the debtor is; the law differs for each."""
        return self.debtor.kind

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


class BadFacts(WorkflowError):
    """Facts that no letter may be made of; every finding names the field, the value and the fix."""

    def __init__(self, letter: str, findings: tuple[str, ...]) -> None:
        super().__init__(letter, findings)
        self.letter, self.findings = letter, findings

    def __str__(self) -> str:
        return f"letter {self.letter!r}: " + "; ".join(self.findings)


def check_facts(facts: LetterFacts, needs: frozenset[Need] = frozenset()) -> None:
    """Refuse facts that are missing, that contradict each other, or that the law forbids.

    Raises:
        BadFacts: with every finding at once.
    """
    lacking = (_missing(facts, need) for need in sorted(needs))
    if findings := [*_sums(facts), *_dates(facts), *_law(facts), *filter(None, lacking)]:
        raise BadFacts(facts.letter, tuple(findings))


def _sums(facts: LetterFacts) -> list[str]:
    found = [
        f"lines[{at}] ({line.number}): paid + disputed + balance is {decimal_text(parts)}, total is"
        f" {decimal_text(line.total)}; take the three from the same reading of the ledger"
        for at, line in enumerate(facts.lines)
        if (parts := line.paid + line.disputed + line.balance) != line.total
    ]
    total = facts.balance + facts.interest_total + facts.indemnity
    parts_of = {
        "balance": (facts.balance, sum(line.balance for line in facts.lines), "the balances of the lines"),
        "interest_total": (facts.interest_total, sum(line.amount for line in facts.interest), "the interest lines"),
        "grand_total": (facts.grand_total, total, "balance, interest_total and indemnity"),
    }
    found += [
        f"{field} is {decimal_text(stated)}, but {parts} add up to {decimal_text(added)}; compute it from them"
        for field, (stated, added, parts) in parts_of.items()
        if stated != added
    ]
    numbers = [line.number for line in facts.lines]
    repeated = sorted({number for number in numbers if numbers.count(number) > 1})
    return found + [f"lines: {number!r} appears twice; show an invoice once" for number in repeated]


def _dates(facts: LetterFacts) -> list[str]:
    today, found = facts.today, []
    if facts.deadline_on is not None and facts.deadline_on <= today:
        found.append(
            f"deadline_on {facts.deadline_on} is not after the day of situation_at, {today}; grant a new, future date"
        )
    if facts.deadline_on is not None and facts.from_reception:
        found.append(f"deadline_on {facts.deadline_on} and a deadline from reception; keep one of them")
    if facts.deadline_days is not None and facts.deadline_on is None and not facts.from_reception:
        found.append(f"deadline_days is {facts.deadline_days} without from_reception; give the date as deadline_on")
    if facts.from_reception and facts.channel not in POSTED:
        found.append(f"from_reception with channel {facts.channel}; only a posted letter has a day of reception")
    for at, line in enumerate(facts.lines):
        late = max((today - line.due_on).days, 0)
        if line.days_late != late:
            found.append(
                f"lines[{at}].days_late is {line.days_late}; from {line.due_on} to {today} it is {late}"
                " (situation_at must be in the zone of the letter)"
            )
    found += [
        f"previous[{at}].on {contact.on} is after situation_at, {today}; list only messages that left"
        for at, contact in enumerate(facts.previous)
        if contact.on > today
    ]
    return found + _interest_dates(facts)


def _interest_dates(facts: LetterFacts) -> list[str]:
    known, found = {line.number for line in facts.lines}, []
    for at, line in enumerate(facts.interest):
        days = (line.to_on - line.from_on).days + 1
        if line.days != days:
            found.append(f"interest[{at}].days is {line.days}; {line.from_on} to {line.to_on} inclusive is {days}")
        if line.to_on > facts.today:
            found.append(f"interest[{at}].to_on {line.to_on} is after situation_at, {facts.today}; stop it there")
        if line.invoice not in known:
            found.append(f"interest[{at}].invoice {line.invoice!r} is not among the lines; drop it or add the invoice")
    return found


def _law(facts: LetterFacts) -> list[str]:
    """A consumer owes no indemnity (L441-10 code de commerce), no interest before a notice (1231-6 code civil)."""
    if facts.kind is not DebtorKind.CONSUMER:
        return []
    found = []
    if facts.indemnity:
        found.append(
            f"indemnity {decimal_text(facts.indemnity)} for a consumer; set it to 0, only professionals owe it"
        )
    if facts.interest or facts.interest_total:
        found.append(
            f"interest_total {decimal_text(facts.interest_total)} for a consumer; leave the interest out:"
            " at the legal rate it only starts when the formal notice is received"
        )
    return found


def _missing(facts: LetterFacts, need: Need) -> str | None:
    """Why `need` is not met, or None."""
    lacks: dict[Need, tuple[bool, str]] = {
        Need.DEADLINE: (
            facts.deadline_on is None and facts.deadline_days is None,
            "deadline_on is missing; grant a date, or deadline_days with from_reception",
        ),
        Need.NOT_YET_DUE: (
            any(line.due_on < facts.today for line in facts.lines),
            "a line is already due; this letter speaks of invoices before their due date",
        ),
        Need.OVERDUE: (
            any(line.due_on >= facts.today for line in facts.lines),
            "a line is not overdue yet; leave it out of this letter",
        ),
        Need.PREVIOUS: (
            not facts.reminders,
            "previous has no reminder after the due date; this letter cites the ones before it",
        ),
        Need.INTEREST: (
            facts.kind is not DebtorKind.CONSUMER and not facts.interest,
            "interest is empty; this letter states the late-payment interest to date",
        ),
        Need.POSTAL_ADDRESS: (
            facts.contact.address is None,
            f"contact {facts.contact.ref!r} has no address; a formal notice names both parties with their addresses",
        ),
        Need.PROMISED_ON: (
            facts.promised_on is None or facts.promised_on < facts.today,
            f"promised_on is {facts.promised_on}; give the day the debtor promised, not one that has passed",
        ),
        Need.CLIENT_SINCE: (
            facts.debtor.client_since is None,
            f"debtor {facts.debtor.ref!r} has no client_since; choose another letter",
        ),
        Need.DISPUTED: (not any(line.disputed for line in facts.lines), "no line has a disputed amount"),
        Need.PAID: (not any(line.paid for line in facts.lines), "no line has a paid amount"),
    }
    is_lacking, why = lacks[need]
    return why if is_lacking else None
