"""What a late debtor owes beside the invoice: interest by the day, and the indemnity for recovery costs.

Facts of French law, not legal advice; each function names its articles. Payments in between and what they are
set against first are not known here: the principal is what was owed during the whole time.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from workflows.invoice import DebtorKind, Fact
from workflows.money import Cents, half_up
from workflows.rates import Rates

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


class Segment(Fact):
    """One line of a statement: days in a row at one rate.

    Attributes:
        first_on, last_on: both bear interest.
        rate: percent a year.
        amount: cents, rounded.
    """

    first_on: date
    last_on: date
    days: int
    rate: Decimal
    amount: Cents


class Statement(Fact):
    """Interest with its arithmetic, so that a letter can show lines that add up.

    Attributes:
        principal: cents, taxes included; interest itself is outside VAT.
        basis: where the rate comes from.
        segments: empty when nothing is owed (yet).
    """

    principal: Cents
    due_on: date
    as_of: date
    basis: Basis
    segments: tuple[Segment, ...]

    @property
    def total(self) -> Cents:
        """The sum of the rounded lines."""
        return sum(segment.amount for segment in self.segments)

    @property
    def days(self) -> int:
        """Days that bear interest."""
        return sum(segment.days for segment in self.segments)


def interest(
    principal: Cents,
    due_on: date,
    as_of: date,
    rates: Rates,
    *,
    kind: DebtorKind,
    contract_rate: Decimal | None = None,
    formal_notice_on: date | None = None,
) -> Statement:
    """Simple interest on a late payment, line by line.

    Businesses: from the day after the due date, without a reminder, at the ECB's rate + 10 points of each
    day's semester, or at the contract's rate (art. L441-10 II C. com.). Public buyers: the ECB's rate + 8 points of the
    semester in which interest began, for the whole delay (art. R2192-31 C. commande publique). Consumers: the
    legal rate, from the formal notice only (art. 1231-6 C. civ.).

    Args:
        principal: cents owed during the whole time, taxes included; not negative.
        due_on: last day on which payment was in time; it bears no interest.
        as_of: last day that bears interest: the day on which the creditor has the money.
        rates: the table of semesters.
        kind: the law differs for each.
        contract_rate: percent a year agreed between businesses; not used for consumers and public buyers, whose rates
            are the law's. Whether it is high enough is `rate_floor`'s to say.
        formal_notice_on: day on which a consumer received the formal notice; it bears no interest. Not used for others.

    Raises:
        UnknownRate: a day is in a semester without a rate; nothing is extrapolated. A contract's rate needs none.
        ValueError: the principal or the contract's rate is negative.
    """
    if principal < 0:
        raise ValueError(f"principal {principal} is negative; give what was owed, in cents")
    if contract_rate is not None and contract_rate < 0:
        raise ValueError(f"contract_rate {contract_rate} is negative; give percent a year, such as 12.5")
    basis = _basis(kind, contract_rate)
    first_on = _first_day(due_on, kind, formal_notice_on)
    lines: tuple[Segment, ...] = ()
    if first_on is not None and first_on <= as_of:
        spans = _spans(basis, first_on, as_of)
        agreed = contract_rate if basis is Basis.CONTRACT else None
        lines = tuple(
            _segment(principal, begin, end, rates.on(begin).owed_by(kind) if agreed is None else agreed)
            for begin, end in spans
        )
    return Statement(principal=principal, due_on=due_on, as_of=as_of, basis=basis, segments=lines)


def _spans(basis: Basis, first_on: date, as_of: date) -> Iterable[tuple[date, date]]:
    """Days that share one rate: a contract's and a public buyer's hold for the whole delay."""
    if basis in (Basis.CONTRACT, Basis.PUBLIC_BUYER):
        return [(first_on, as_of)]
    return _semesters(first_on, as_of)


def accrued(principal: Cents, rate: Decimal, days: int) -> Cents:
    """Interest of `days` at `rate` percent a year on `principal` cents, rounded half-up to the cent."""
    return half_up(principal * rate * days / (100 * DAYS_A_YEAR))


def recovery_indemnity(kind: DebtorKind) -> Cents:
    """The indemnity for recovery costs of one invoice paid late, in cents; consumers owe none."""
    return 0 if kind is DebtorKind.CONSUMER else INDEMNITY


def rate_floor(on: date, rates: Rates) -> Decimal:
    """The least that a contract between businesses may set on a day, in percent a year: three times the legal rate.

    Source: art. L441-10 II C. com. The floor binds contracts; it does not raise the default rate.

    Raises:
        UnknownRate: the semester of `on` has no rate.
    """
    return rates.on(on).floor


def is_below_floor(contract_rate: Decimal, on: date, rates: Rates) -> bool:
    """Whether a contract's rate is lower than the law allows on a day."""
    return contract_rate < rate_floor(on, rates)


def _basis(kind: DebtorKind, contract_rate: Decimal | None) -> Basis:
    if kind is DebtorKind.CONSUMER:
        return Basis.FORMAL_NOTICE
    if kind is DebtorKind.PUBLIC:
        return Basis.PUBLIC_BUYER
    return Basis.LEGAL_DEFAULT if contract_rate is None else Basis.CONTRACT


def _first_day(due_on: date, kind: DebtorKind, formal_notice_on: date | None) -> date | None:
    """The first day that bears interest; None while a consumer has had no formal notice."""
    if kind is not DebtorKind.CONSUMER:
        return due_on + timedelta(days=1)
    return None if formal_notice_on is None else max(due_on, formal_notice_on) + timedelta(days=1)


def _semesters(first_on: date, last_on: date) -> Iterator[tuple[date, date]]:
    """The civil semesters, or parts of them, from `first_on` to `last_on`, both included."""
    while first_on <= last_on:
        end = date(first_on.year, 6, 30) if first_on < date(first_on.year, 7, 1) else date(first_on.year, 12, 31)
        yield first_on, min(end, last_on)
        first_on = end + timedelta(days=1)


def _segment(principal: Cents, first_on: date, last_on: date, rate: Decimal) -> Segment:
    days = (last_on - first_on).days + 1
    return Segment(first_on=first_on, last_on=last_on, days=days, rate=rate, amount=accrued(principal, rate, days))
