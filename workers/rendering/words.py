"""What a template sees: the facts as words of its language. No raw amount or date ever reaches a template.

A fact that is not known is None: a template may ask for it with `if`, and printing it is an error.
"""

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from workers.rendering.civility import AddressForm, read_civility
from workers.rendering.formats import FORMATS, phone_text
from workers.rendering.words_parts import PartsWords
from workers.rendering.words_reminded import RemindedWords
from workflows.invoice import SHEETS, DebtorKind
from workflows.money import Cents
from workflows.penalties import INDEMNITY
from workflows.scenario import FORMAL_TONE
from workflows.wording import InvoiceLine, LetterFacts


@dataclass(frozen=True)
class InvoiceWords:
    """One invoice in words; `paid` and `disputed` are None where they are zero."""

    number: str
    issued: str
    due: str
    short_due: str
    total: str
    paid: str | None
    disputed: str | None
    balance: str
    is_whole: bool
    days_late: int
    po_number: str | None


@dataclass(frozen=True)
class Words(PartsWords, RemindedWords):
    """The facts of one message, ready to print; computed when a template asks."""

    @cached_property
    def count(self) -> int:
        """Number of invoices."""
        return len(self.facts.lines)

    @cached_property
    def count_words(self) -> str:
        """Number of invoices, in words where letters write words."""
        return self.formats.number(self.count)

    @cached_property
    def several(self) -> bool:
        """Whether the message is about more than one invoice."""
        return self.count > 1

    @cached_property
    def is_consumer(self) -> bool:
        """Whether the debtor is a consumer."""
        return self.facts.kind is DebtorKind.CONSUMER

    @cached_property
    def is_public(self) -> bool:
        """Whether the debtor is a public buyer."""
        return self.facts.kind is DebtorKind.PUBLIC

    @cached_property
    def is_posted(self) -> bool:
        """Whether the message is a letter on sheets, which nobody answers by replying to it."""
        return self.facts.channel in SHEETS

    @cached_property
    def address_form(self) -> AddressForm | None:
        """How the contact is addressed; None where the name or the civility is not known."""
        contact = self.facts.contact
        return read_civility(contact.civility)[0] if contact.name and contact.civility else None

    @cached_property
    def addressee(self) -> str | None:
        """The contact's name behind the form of address, with any title: `Dr. Perrin`, `Maître Perrin`."""
        contact = self.facts.contact
        if not contact.name or not contact.civility:
            return contact.name
        return f"{read_civility(contact.civility)[1]} {contact.name}".strip()

    @cached_property
    def invoices(self) -> tuple[InvoiceWords, ...]:
        """The invoices, in the order of the facts."""
        return tuple(self._invoice(line) for line in self.facts.lines)

    @cached_property
    def invoice(self) -> InvoiceWords:
        """The first invoice; the only one where `several` is false."""
        return self.invoices[0]

    @cached_property
    def numbers(self) -> str:
        """All invoice numbers, joined."""
        return self.formats.listing(line.number for line in self.facts.lines)

    @cached_property
    def numbers_fit(self) -> bool:
        """Whether the numbers are few and short enough for a subject line."""
        return len(self.numbers) <= 50  # noqa: PLR2004 - a phone shows about 60 characters of a subject

    @cached_property
    def is_whole(self) -> bool:
        """Whether nothing was paid or disputed: the balance is the invoices' total."""
        return all(line.balance == line.total for line in self.facts.lines)

    @cached_property
    def has_balance(self) -> bool:
        """Whether anything is still asked for."""
        return self.facts.balance > 0

    @cached_property
    def balance(self) -> str:
        """What is asked for, before interest and indemnity."""
        return self.money(self.facts.balance)

    @cached_property
    def plain_balance(self) -> str:
        """The balance for an SMS."""
        return self.plain_money(self.facts.balance)

    @cached_property
    def paid(self) -> str | None:
        """What was paid on these invoices, None for nothing."""
        return self._if_any(sum(line.paid for line in self.facts.lines))

    @cached_property
    def disputed(self) -> str | None:
        """What is disputed of these invoices, None for nothing."""
        return self._if_any(sum(line.disputed for line in self.facts.lines))

    @cached_property
    def grand_total(self) -> str:
        """Balance, interest and indemnity."""
        return self.money(self.facts.grand_total)

    @cached_property
    def asked(self) -> str:
        """What the letter asks to pay, see `asked_cents`."""
        return self.money(self.asked_cents)

    @cached_property
    def asked_cents(self) -> Cents:
        """What the letter asks to pay, and its payment slip says.

        The balance; from the formal notice on everything; the net of an offer; the instalment that a plan waits for;
        what was promised.
        """
        facts = self.facts
        if facts.offer:
            return facts.offer.net
        if facts.plan:
            missed = facts.plan.missed
            waiting = [line.amount for line in facts.plan.lines if not line.is_paid] or [facts.balance]
            return facts.plan.lines[missed - 1].amount if missed else waiting[0]
        owed = facts.grand_total if facts.tone >= FORMAL_TONE else facts.balance
        return facts.promised_amount or owed

    @cached_property
    def has_charges(self) -> bool:
        """Whether interest or indemnity is added to the balance."""
        return self.facts.grand_total != self.facts.balance

    @cached_property
    def plain_grand_total(self) -> str:
        """The grand total for an SMS."""
        return self.plain_money(self.facts.grand_total)

    @cached_property
    def indemnity(self) -> str | None:
        """Recovery indemnity of all invoices, None for nothing."""
        return self._if_any(self.facts.indemnity)

    @cached_property
    def indemnity_each(self) -> str | None:
        """Recovery indemnity of one invoice, None where there is none or a payment has settled that of some."""
        return self._if_any(INDEMNITY) if self.facts.indemnity == self.count * INDEMNITY else None

    @cached_property
    def interest_total(self) -> str | None:
        """Interest to date, None where none is claimed."""
        return self.money(self.facts.interest_total) if self.facts.interest else None

    @cached_property
    def interest_is_one_line(self) -> bool:
        """Whether one rate and one number of days say it all: not where payments settled what ran before them."""
        due_on, noticed_on = {line.number: line.due_on for line in self.facts.lines}, self.facts.notice_received_on
        starts = [(noticed_on or due_on[line.invoice]) + timedelta(days=1) for line in self.facts.interest]
        return len(starts) == 1 and self.facts.interest[0].from_on == starts[0] and not self.facts.interest[0].settled

    @cached_property
    def interest_days(self) -> int | None:
        """Days of the only interest line."""
        return self.facts.interest[0].days if self.interest_is_one_line else None

    @cached_property
    def interest_from(self) -> str | None:
        """First day of the only interest line."""
        return self.formats.day(self.facts.interest[0].from_on) if self.interest_is_one_line else None

    @cached_property
    def interest_to(self) -> str | None:
        """Last day that bears interest."""
        days = [line.to_on for line in self.facts.interest]
        return self.formats.day(max(days)) if days else None

    @cached_property
    def rates(self) -> str | None:
        """The yearly rates, each once, in order."""
        rates = sorted({line.rate for line in self.facts.interest})
        return self.formats.listing(self.formats.percent(rate) for rate in rates) or None

    @cached_property
    def several_rates(self) -> bool:
        """Whether the interest bears more than one rate."""
        return len({line.rate for line in self.facts.interest}) > 1

    @cached_property
    def deadline(self) -> str | None:
        """The last day granted."""
        return self.formats.day(self.facts.deadline_on) if self.facts.deadline_on else None

    @cached_property
    def short_deadline(self) -> str | None:
        """The last day granted, for an SMS."""
        return self.formats.short_day(self.facts.deadline_on) if self.facts.deadline_on else None

    @cached_property
    def from_reception(self) -> bool:
        """Whether the deadline runs from reception."""
        return self.facts.from_reception

    @cached_property
    def deadline_days(self) -> str | None:
        """The days granted from reception, in words."""
        return self.formats.number(self.facts.deadline_days) if self.facts.deadline_days else None

    @cached_property
    def today(self) -> str:
        """Day of the figures."""
        return self.formats.day(self.facts.today)

    @cached_property
    def clock(self) -> str:
        """Hour of the figures."""
        return self.formats.clock(self.facts.situation_at)

    @cached_property
    def phone(self) -> str:
        """Where to call."""
        return phone_text(self.facts.creditor.phone)

    @cached_property
    def all_attached(self) -> bool:
        """Whether every invoice's PDF goes with the message."""
        return all(line.number in self.facts.attached for line in self.facts.lines)

    def _if_any(self, amount: Cents) -> str | None:
        return self.money(amount) if amount else None

    def _invoice(self, line: InvoiceLine) -> InvoiceWords:
        return InvoiceWords(
            number=line.number,
            issued=self.formats.day(line.issued_on),
            due=self.formats.day(line.due_on),
            short_due=self.formats.short_day(line.due_on),
            total=self.money(line.total),
            paid=self._if_any(line.paid),
            disputed=self._if_any(line.disputed),
            balance=self.money(line.balance),
            is_whole=line.balance == line.total,
            days_late=line.days_late,
            po_number=line.po_number,
        )


def words(facts: LetterFacts) -> Words:
    """The words of `facts` in their language; `facts.language` must be one of `FORMATS`."""
    return Words(facts, FORMATS[facts.language])
