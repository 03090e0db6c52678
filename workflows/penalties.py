"""What a late debtor owes beside the invoice: interest by the day, and the indemnity for recovery costs.

Facts of French law, not legal advice; each function names its articles. The principal is the same during the whole
time here; `workflows.imputation` adds payments and credit notes in between.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from workflows.agreed_rates import AgreedRate
from workflows.business_days import Region, next_working_day
from workflows.invoice import DebtorKind, Fact
from workflows.money import Cents, half_up
from workflows.rates import Rates, SemesterRates

#: A year has 365 days for interest, leap years too (service-public.fr, fiche F783).
DAYS_A_YEAR = 365
#: Art. D441-5 C. com., and its equal for public buyers: for each invoice paid late, once, outside VAT.
INDEMNITY: Cents = 4000


class Basis(StrEnum):
    """Where the rate comes from; stable codes, for texts and for programs."""

    LEGAL_DEFAULT = "legal_default"
    CONTRACT = "contract"
    PUBLIC_BUYER = "public_buyer"
    FORMAL_NOTICE = "formal_notice"


class Terms(Fact):
    """What decides how interest runs on one invoice.

    Attributes:
        kind: the law differs for each.
        due_on: as invoiced; it bears no interest.
        agreed: the contract's rate between businesses; not used for others, whose rates are the law's. Whether it is
            high enough is `semesters_under_floor`'s to say.
        formal_notice_on: day on which a consumer received the formal notice; it bears no interest. Not used for others.
        insolvent_on: day of the judgment that opened a collective procedure.
        region: whose holidays a public buyer keeps. Not used for others.
        is_private_creditor: a natural person who does not act professionally; consumers then owe the other legal rate.
        raised_to_floor: take three times the legal rate where a business would owe less; the law does not.
        provisional: carry the last known rates beyond their semester, and mark every line that does.
    """

    kind: DebtorKind
    due_on: date
    agreed: AgreedRate | None = None
    formal_notice_on: date | None = None
    insolvent_on: date | None = None
    region: Region = Region.METROPOLE
    is_private_creditor: bool = False
    raised_to_floor: bool = False
    provisional: bool = False

    @property
    def basis(self) -> Basis:
        """Where the rate comes from."""
        if self.kind is DebtorKind.CONSUMER:
            return Basis.FORMAL_NOTICE
        if self.kind is DebtorKind.PUBLIC:
            return Basis.PUBLIC_BUYER
        return Basis.LEGAL_DEFAULT if self.agreed is None else Basis.CONTRACT

    @property
    def in_time_until(self) -> date:
        """The last day of payment in time: the due date.

        A public buyer's delay that ends on a weekend or a holiday ends on the next working day (service-public.fr,
        fiche F32073).
        """
        return next_working_day(self.due_on, self.region) if self.kind is DebtorKind.PUBLIC else self.due_on

    @property
    def first_on(self) -> date | None:
        """The first day that bears interest; None while a consumer has had no formal notice."""
        if self.kind is not DebtorKind.CONSUMER:
            return self.in_time_until + timedelta(days=1)
        if self.formal_notice_on is None:
            return None
        return max(self.due_on, self.formal_notice_on) + timedelta(days=1)

    def last_on(self, as_of: date) -> date:
        """The last day that bears interest: `as_of`, or the day before the judgment (art. L622-28 C. com.)."""
        return as_of if self.insolvent_on is None else min(as_of, self.insolvent_on - timedelta(days=1))


class Segment(Fact):
    """One line of a statement: days in a row at one rate.

    Attributes:
        first_on, last_on: both bear interest.
        principal: cents that bear it.
        rate: percent a year.
        amount: cents, rounded.
        is_provisional: the rate is the last known one, carried beyond its semester.
    """

    first_on: date
    last_on: date
    days: int
    principal: Cents
    rate: Decimal
    amount: Cents
    is_provisional: bool = False


def segments(principal: Cents, terms: Terms, rates: Rates, *, first_on: date, last_on: date) -> Iterator[Segment]:
    """Simple interest from `first_on` to `last_on`, both included, a line for each rate.

    Businesses: the ECB's rate + 10 points of each day's semester, or the contract's rate (art. L441-10 II C. com.).
    Public buyers: the ECB's rate + 8 points of the semester in which interest began, for the whole delay (art.
    R2192-31 C. commande publique). Consumers: the legal rate (art. 1231-6 C. civ.).

    Args:
        principal: cents owed on all of these days, taxes included.
        terms: which of them applies.
        rates: the table of semesters.
        first_on: the first day counted.
        last_on: the last day counted; before `first_on`, nothing is.

    Raises:
        UnknownRate: a day is in a semester without a rate; a fixed contract's rate needs none. With provisional
            terms, days before the first known semester only.
    """
    for span in _spans(terms, first_on, last_on, rates):
        days = (span.last_on - span.first_on).days + 1
        yield Segment(
            first_on=span.first_on, last_on=span.last_on, days=days, principal=principal, rate=span.rate,
            amount=accrued(principal, span.rate, days), is_provisional=span.is_provisional,
        )  # fmt: skip


def accrued(principal: Cents, rate: Decimal, days: int) -> Cents:
    """Interest of `days` at `rate` percent a year on `principal` cents, rounded half-up to the cent."""
    return half_up(principal * rate * days / (100 * DAYS_A_YEAR))


def recovery_indemnity(kind: DebtorKind) -> Cents:
    """The indemnity for recovery costs of one invoice paid late, in cents; consumers owe none."""
    return 0 if kind is DebtorKind.CONSUMER else INDEMNITY


def claimable_indemnity(terms: Terms) -> Cents:
    """The same under the terms of one invoice, once it is late.

    None for an invoice that falls due on the day of an opening judgment or later (art. L441-10 II C. com.).
    """
    if terms.insolvent_on is not None and terms.due_on >= terms.insolvent_on:
        return 0
    return recovery_indemnity(terms.kind)


def semesters_under_floor(terms: Terms, first_on: date, last_on: date, rates: Rates) -> tuple[SemesterRates, ...]:
    """The known semesters of these days in which a contract's rate is lower than the law allows; none without one.

    It allows three times the legal rate at least (art. L441-10 II C. com.). That floor binds contracts; it does not
    raise the default rate.
    """
    if terms.basis is not Basis.CONTRACT or terms.agreed is None:
        return ()
    known = [rates.on(begin) for begin, _end in _semesters(first_on, last_on) if rates.knows(begin)]
    return tuple(semester for semester in known if terms.agreed.in_semester(semester) < semester.floor)


class _Span(NamedTuple):
    """Days that share one rate."""

    first_on: date
    last_on: date
    rate: Decimal
    is_provisional: bool


def _spans(terms: Terms, first_on: date, last_on: date, rates: Rates) -> Iterator[_Span]:
    """A fixed contract's rate and a public buyer's hold for the whole delay; every other follows the semesters."""
    if first_on > last_on:
        return
    fixed = None if terms.agreed is None or terms.raised_to_floor else terms.agreed.percent
    if terms.basis is Basis.CONTRACT and fixed is not None:
        yield _Span(first_on, last_on, fixed, is_provisional=False)
    elif terms.basis is Basis.PUBLIC_BUYER:
        began = terms.in_time_until + timedelta(days=1)
        rate = rates.on(began, provisional=terms.provisional).owed_by(terms.kind)
        yield _Span(first_on, last_on, rate, is_provisional=not rates.knows(began))
    else:
        for begin, end in _semesters(first_on, last_on):
            semester = rates.on(begin, provisional=terms.provisional)
            yield _Span(begin, end, _rate(terms, semester), is_provisional=not rates.knows(begin))


def _rate(terms: Terms, semester: SemesterRates) -> Decimal:
    if terms.kind is DebtorKind.CONSUMER:
        return semester.legal_rate(is_private_creditor=terms.is_private_creditor)
    owed = semester.owed_by(terms.kind) if terms.agreed is None else terms.agreed.in_semester(semester)
    return max(owed, semester.floor) if terms.raised_to_floor else owed


def _semesters(first_on: date, last_on: date) -> Iterator[tuple[date, date]]:
    """The civil semesters, or parts of them, from `first_on` to `last_on`, both included."""
    while first_on <= last_on:
        end = date(first_on.year, 6, 30) if first_on < date(first_on.year, 7, 1) else date(first_on.year, 12, 31)
        yield first_on, min(end, last_on)
        first_on = end + timedelta(days=1)
