"""What only some letters speak of, as words: a relation, a promise, a call, a plan, an offer, a payment, a dispute.

Each part is None where the facts do not have it. Values that a template chooses its wording by (`to`, `reason`,
`outcome`, `procedure`) stay the names of the facts; they are never printed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from babel.numbers import format_decimal

from workers.rendering.formats import Formats
from workflows.money import Cents
from workflows.wording import LetterFacts
from workflows.wording_parts import InstalmentLine


@dataclass(frozen=True)
class CallWords:
    """A call that took place."""

    on: str
    with_name: str | None


@dataclass(frozen=True)
class InstalmentWords:
    """One instalment; `number` counts from 1."""

    number: int
    due: str
    short_due: str
    amount: str
    plain_amount: str
    is_paid: bool


@dataclass(frozen=True)
class PlanWords:
    """A plan.

    Attributes:
        count: number of instalments, in words where letters write words.
        owed: the instalments that are not paid, added up.
        next: the first instalment that is not paid.
        missed: the one that did not come in, if any.
        with_charges: whether the plan shares out interest and indemnity too.
    """

    lines: tuple[InstalmentWords, ...]
    count: str
    several: bool
    owed: str
    next: InstalmentWords
    missed: InstalmentWords | None
    break_clause: bool
    with_charges: bool


@dataclass(frozen=True)
class OfferWords:
    """A discount for early settlement; `percent` is None where an amount was offered."""

    percent: str | None
    discount: str
    net: str


@dataclass(frozen=True)
class HandOverWords:
    """Where the file goes, or went."""

    to: str
    on: str
    short_on: str
    name: str | None
    contact: str | None


@dataclass(frozen=True)
class PaymentWords:
    """A payment that came in, and the day of the reminder that crossed it."""

    on: str
    amount: str
    plain_amount: str
    crossed_on: str | None


@dataclass(frozen=True)
class DisputeWords:
    """A dispute, and what became of it."""

    opened_on: str
    reason: str
    outcome: str | None
    note: str | None


@dataclass(frozen=True)
class InsolvencyWords:
    """A collective procedure.

    Attributes:
        day_before: the judgment; the last day that bears interest.
        all_due: whether every invoice was due before the judgment.
    """

    procedure: str
    judgment_on: str
    day_before: str
    published_on: str | None
    declare_by: str
    all_due: bool


@dataclass(frozen=True)
class AnswerWords:
    """The answer to a reply; its text is the block `[[answer]]`."""

    subject: str


@dataclass(frozen=True)
class PartsWords:
    """The parts of the facts, ready to print; computed when a template asks."""

    facts: LetterFacts
    formats: Formats

    @cached_property
    def call(self) -> CallWords | None:
        """The call that the letter confirms."""
        part = self.facts.call
        return CallWords(self.formats.day(part.on), part.with_name) if part else None

    @cached_property
    def plan(self) -> PlanWords | None:
        """The instalments, offered or agreed."""
        if (part := self.facts.plan) is None:
            return None
        lines = tuple(self._instalment(number, line) for number, line in enumerate(part.lines, start=1))
        owed = sum(line.amount for line in part.lines if not line.is_paid)
        return PlanWords(
            lines=lines,
            count=self.formats.number(len(lines)),
            several=len(lines) > 1,
            owed=self.money(owed),
            next=next((line for line in lines if not line.is_paid), lines[-1]),
            missed=lines[part.missed - 1] if part.missed else None,
            break_clause=part.break_clause,
            with_charges=owed != self.facts.balance,
        )

    @cached_property
    def offer(self) -> OfferWords | None:
        """The discount, and what remains to be paid."""
        if (part := self.facts.offer) is None:
            return None
        figure = part.percent and format_decimal(part.percent, "0.##", locale=self.formats.locale)
        percent = f"{figure}{self.formats.percent_space}%" if figure else None
        return OfferWords(percent, self.money(part.discount), self.money(part.net))

    @cached_property
    def hand_over(self) -> HandOverWords | None:
        """Where the file goes, or went."""
        if (part := self.facts.hand_over) is None:
            return None
        on, short_on = self.formats.day(part.on), self.formats.short_day(part.on)
        return HandOverWords(part.to, on, short_on, part.name, part.contact)

    @cached_property
    def payment(self) -> PaymentWords | None:
        """The payment that the letter acknowledges."""
        if (part := self.facts.payment) is None:
            return None
        crossed_on = self.formats.day(part.crossed_on) if part.crossed_on else None
        return PaymentWords(
            self.formats.day(part.on), self.money(part.amount), self.plain_money(part.amount), crossed_on
        )

    @cached_property
    def dispute(self) -> DisputeWords | None:
        """The dispute that the letter speaks of."""
        if (part := self.facts.dispute) is None:
            return None
        return DisputeWords(self.formats.day(part.opened_on), part.reason.value, part.outcome, part.note)

    @cached_property
    def insolvency(self) -> InsolvencyWords | None:
        """The procedure in which the claim is declared."""
        if (part := self.facts.insolvency) is None:
            return None
        day = self.formats.day
        return InsolvencyWords(
            procedure=part.procedure,
            judgment_on=day(part.judgment_on),
            day_before=day(part.judgment_on - timedelta(days=1)),
            published_on=day(part.published_on) if part.published_on else None,
            declare_by=day(part.declare_by),
            all_due=all(line.due_on < part.judgment_on for line in self.facts.lines),
        )

    @cached_property
    def answer(self) -> AnswerWords | None:
        """What a person answers to a reply."""
        return AnswerWords(self.facts.answer.subject) if self.facts.answer else None

    @cached_property
    def noticed(self) -> str | None:
        """Day of the last formal notice before this letter."""
        days = [contact.on for contact in self.facts.previous if contact.template == "formal_notice"]
        return self.formats.day(max(days)) if days else None

    @cached_property
    def notice_received(self) -> str | None:
        """Day a consumer received the formal notice; interest at the legal rate runs from the next one."""
        received_on = self.facts.notice_received_on
        return self.formats.day(received_on) if received_on else None

    @cached_property
    def client_years(self) -> str | None:
        """Whole years of the relation, in words; None under two years or where unknown."""
        since, today = self.facts.debtor.client_since, self.facts.today
        if since is None:
            return None
        years = today.year - since.year - ((today.month, today.day) < (since.month, since.day))
        return self.formats.number(years) if years > 1 else None

    @cached_property
    def client_since(self) -> str | None:
        """First day of the relation."""
        since = self.facts.debtor.client_since
        return self.formats.day(since) if since else None

    @cached_property
    def promised(self) -> str | None:
        """The day the debtor promised."""
        return self.formats.day(self.facts.promised_on) if self.facts.promised_on else None

    @cached_property
    def short_promised(self) -> str | None:
        """The day the debtor promised, for an SMS."""
        return self.formats.short_day(self.facts.promised_on) if self.facts.promised_on else None

    @cached_property
    def promised_amount(self) -> str | None:
        """What was promised, None where it was the whole balance."""
        amount = self.facts.promised_amount
        return None if amount in {None, self.facts.balance} else self.money(amount or 0)

    @cached_property
    def plain_promised_amount(self) -> str:
        """What was promised, for an SMS."""
        return self.plain_money(self.facts.promised_amount or self.facts.balance)

    @cached_property
    def terms_days(self) -> int | None:
        """Days from issue to maturity that all the invoices state."""
        return self.facts.terms_days

    @property
    def money(self) -> Callable[[Cents], str]:
        """Writes cents in the message's currency."""
        return lambda amount: self.formats.money(amount, self.facts.currency)

    @property
    def plain_money(self) -> Callable[[Cents], str]:
        """Writes cents in the message's currency, for an SMS."""
        return lambda amount: self.formats.plain_money(amount, self.facts.currency)

    def _instalment(self, number: int, line: InstalmentLine) -> InstalmentWords:
        return InstalmentWords(
            number=number,
            due=self.formats.day(line.due_on),
            short_due=self.formats.short_day(line.due_on),
            amount=self.money(line.amount),
            plain_amount=self.plain_money(line.amount),
            is_paid=line.is_paid,
        )
