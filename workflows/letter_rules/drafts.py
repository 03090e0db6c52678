"""A letter as the linter reads it: its wording apart from what comes from the facts, each place with its line."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache

from workflows.invoice import Address
from workflows.letter_reading import Day, amounts_in, days_in
from workflows.letter_words.spelling import plain, unaccented
from workflows.money import Cents
from workflows.wording import RECEIPTS, LetterFacts

#: Stands in the wording for a name, a reference or an address of the facts.
VALUE = "·"


@dataclass(frozen=True)
class Draft:
    """A letter as it would be read.

    Attributes:
        subject: one line; empty for an SMS and a call.
        text: the body as plain text.
        asks_payment: whether the letter asks for payment; None where its id alone tells.
    """

    facts: LetterFacts
    subject: str
    text: str
    asks_payment: bool | None = None

    @property
    def asks(self) -> bool:
        """Whether the letter asks for payment."""
        return self.facts.letter not in RECEIPTS if self.asks_payment is None else self.asks_payment

    @property
    def whole(self) -> str:
        """Subject and text."""
        return f"{self.subject}\n{self.text}"

    @cached_property
    def wording(self) -> str:
        """Subject and text without the values of the facts; lines, capitals and special spaces as they are."""
        values = sorted({value for value in _names(self.facts) if value}, key=lambda value: (-len(value), value))
        return _any_of(tuple(values)).sub(_blank, self.whole)

    @cached_property
    def own(self) -> str:
        """The wording on one line, in lower case, with ordinary spaces and apostrophes."""
        return " ".join(word for word, _line in self._words)

    @cached_property
    def bare(self) -> str:
        """`own` letter for letter without accents: what word lists are compared with."""
        return unaccented(self.own)

    @cached_property
    def named_days(self) -> frozenset[Day]:
        """Every date that subject and text name."""
        return days_in(self.whole)

    @cached_property
    def named_amounts(self) -> frozenset[Cents]:
        """Every amount of the text, in cents."""
        return amounts_in(self.text)

    def line_at(self, place: int) -> int:
        """The line of the text (from 1) in which place `place` of `own` lies; 0 for the subject."""
        return self._words[max(bisect_right(self._starts, place) - 1, 0)][1] if self._words else 0

    @cached_property
    def _words(self) -> tuple[tuple[str, int], ...]:
        lines = enumerate(self.wording.split("\n"))
        return tuple((word, number) for number, line in lines for word in plain(line).split())

    @cached_property
    def _starts(self) -> tuple[int, ...]:
        starts, at = [], 0
        for word, _line in self._words:
            starts.append(at)
            at += len(word) + 1
        return tuple(starts)

    # --- what the facts allow to be said ------------------------------------------------------------------------

    @cached_property
    def _known(self) -> tuple[object, ...]:
        return tuple(_leaves(self.facts.model_dump()))

    @cached_property
    def known_days(self) -> frozenset[date]:
        """Every date of the facts."""
        return frozenset(value for value in self._known if type(value) is date) | {self.facts.today}

    @cached_property
    def known_rates(self) -> frozenset[Decimal]:
        """Every rate of the facts, in percent."""
        return frozenset(value.normalize() for value in self._known if isinstance(value, Decimal))

    @cached_property
    def known_amounts(self) -> frozenset[Cents]:
        """Every amount of the facts, and the sums that letters write below their columns; cents."""
        facts = self.facts
        found = {value for value in self._known if type(value) is int}
        for name in ("total", "paid", "disputed", "balance", "charges_paid"):
            found.add(sum(getattr(line, name) for line in facts.lines))
        for number in {line.invoice for line in facts.interest}:
            found.add(sum(line.amount for line in facts.interest if line.invoice == number))
        for is_paid in (True, False):
            found.add(sum(line.amount for line in facts.plan.lines if line.is_paid is is_paid) if facts.plan else 0)
        found |= {facts.indemnity // len(facts.lines), facts.balance + facts.indemnity, facts.grand_total}
        found |= {sum(line.amount for line in facts.plan.lines) if facts.plan else 0}
        return frozenset(found | {facts.interest_total + facts.indemnity, facts.balance + facts.interest_total})


def _blank(found: re.Match[str]) -> str:
    return "\n" * found[0].count("\n") + VALUE


def _leaves(value: object) -> Iterator[object]:
    if isinstance(value, dict):
        for each in value.values():
            yield from _leaves(each)
    elif isinstance(value, list | tuple | set | frozenset):
        for each in value:
            yield from _leaves(each)
    else:
        yield value


@lru_cache(maxsize=256)  # many letters to one debtor share their names, and the expression is dear to make
def _any_of(values: tuple[str, ...]) -> re.Pattern[str]:
    """One expression for every name, reference and address of the facts, however it is broken into lines."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(_spaced, values))})(?!\w)")


def _spaced(value: str) -> str:
    words = (re.escape(word).replace("'", "['’]").replace("’", "['’]") for word in value.split())
    return r"\s+".join(words)


def _names(facts: LetterFacts) -> Iterator[str | None]:
    creditor, debtor, contact, bank = facts.creditor, facts.debtor, facts.contact, facts.creditor.bank
    yield from (creditor.name, creditor.legal_form, creditor.contact_name, creditor.email, creditor.cheque_address)
    yield from (creditor.phone, creditor.pay_url, bank.holder, bank.bic, *_grouped(bank.iban, 4))
    yield from (debtor.name, contact.name, contact.civility, contact.email, contact.phone)
    yield from (facts.payment_reference, facts.pay_url, facts.addressee)
    for siren in (creditor.siren, debtor.siren):
        yield from _grouped(siren, 3) if siren else ()
    for line in facts.lines:
        yield from (line.number, line.po_number)
    yield from (answer.url for answer in facts.answers)
    for place in (creditor.address, contact.address):
        yield from _address(place)
    yield f"{facts.situation_at.hour}.{facts.situation_at.minute:02d}"  # a Dutch hour reads like an amount
    yield facts.call.with_name if facts.call else None
    yield facts.dispute.note if facts.dispute else None
    yield from (facts.hand_over.name, facts.hand_over.contact) if facts.hand_over else ()


def _grouped(value: str, size: int) -> tuple[str, str]:
    return value, " ".join(value[at : at + size] for at in range(0, len(value), size))


def _address(place: Address | None) -> tuple[str, ...]:
    return () if place is None else (*place.lines, f"{place.postcode} {place.city}", place.city)
