"""What is left of one late invoice after payments and credit notes: principal, interest and indemnity, apart.

Facts of French law, not legal advice. A payment on a debt that bears interest settles the interest before the
principal (art. 1343-1 C. civ.), unless the contract or the creditor says otherwise: `Order`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from pydantic import Field

from workflows.invoice import Fact
from workflows.money import Cents, decimal_text
from workflows.penalties import Basis, Segment, Terms, claimable_indemnity, segments
from workflows.rates import Rates


class Order(StrEnum):
    """What a payment settles first; stable codes.

    `FORMAL` is the law's: interest, indemnity, principal. The others are concessions of the creditor.
    """

    FORMAL = "formal"
    PRINCIPAL_FIRST = "principal_first"
    INDEMNITY_LAST = "indemnity_last"


_SETTLES = {
    Order.FORMAL: ("interest", "indemnity", "principal"),
    Order.PRINCIPAL_FIRST: ("principal", "interest", "indemnity"),
    Order.INDEMNITY_LAST: ("interest", "principal", "indemnity"),
}


class MovementKind(StrEnum):
    """What lowers a debt; a payment that went back whole is none."""

    PAYMENT = "payment"
    CREDIT_NOTE = "credit_note"
    CORRECTION = "correction"


class Movement(Fact):
    """One payment or credit note.

    Attributes:
        kind: a credit note lowers the principal alone, from its own day; a correction from the origin.
        on: for a payment, the day on which the creditor had the money: it still bears interest on it.
        amount: cents.
    """

    kind: MovementKind = MovementKind.PAYMENT
    on: date
    amount: Cents = Field(gt=0)
    reference: str = ""

    @property
    def last_before(self) -> date:
        """The last day that bears interest on the principal as it was before."""
        return self.on if self.kind is MovementKind.PAYMENT else self.on - timedelta(days=1)


class Settlement(Fact):
    """What became of one movement: the four parts add up to its amount.

    Attributes:
        left_over: cents that nothing was owed for.
    """

    movement: Movement
    to_interest: Cents = 0
    to_indemnity: Cents = 0
    to_principal: Cents = 0
    left_over: Cents = 0


class Account(Fact):
    """One invoice to date.

    Always: principal + interest + indemnity = what the settlements took + the three parts left.

    Attributes:
        principal: cents, as invoiced.
        indemnity: cents that may be claimed in all, 0 before the invoice is late.
        principal_left, interest_left, indemnity_left: cents; never negative.
        overpaid: cents to give back.
    """

    principal: Cents
    as_of: date
    terms: Terms
    order: Order
    segments: tuple[Segment, ...]
    settlements: tuple[Settlement, ...]
    indemnity: Cents
    principal_left: Cents
    interest_left: Cents
    indemnity_left: Cents
    overpaid: Cents

    @property
    def basis(self) -> Basis:
        """Where the rate comes from."""
        return self.terms.basis

    @property
    def interest(self) -> Cents:
        """Interest in all: the sum of the rounded lines."""
        return sum(segment.amount for segment in self.segments)

    @property
    def charges_paid(self) -> Cents:
        """What was set against interest and indemnity."""
        return sum(item.to_interest + item.to_indemnity for item in self.settlements)

    @property
    def total_left(self) -> Cents:
        """Everything that is still owed."""
        return self.principal_left + self.interest_left + self.indemnity_left

    @property
    def is_provisional(self) -> bool:
        """Whether a line uses a rate that is not known yet."""
        return any(segment.is_provisional for segment in self.segments)

    @property
    def open_lines(self) -> tuple[tuple[Segment, Cents], ...]:
        """The lines of interest that are not settled, each with what is left of it; the oldest were settled first."""
        settled, found = self.interest - self.interest_left, []
        for segment in self.segments:
            taken = min(settled, segment.amount)
            settled -= taken
            if segment.amount > taken or not (segment.amount or settled):
                found.append((segment, segment.amount - taken))
        return tuple(found)


def settle(
    principal: Cents,
    terms: Terms,
    movements: Iterable[Movement],
    *,
    as_of: date,
    rates: Rates,
    order: Order = Order.FORMAL,
) -> Account:
    """The account of one invoice on a day.

    Args:
        principal: cents, taxes included, as invoiced; not negative.
        terms: how interest runs.
        movements: in any order; what was paid in time lowers the principal before interest begins.
        as_of: last day that bears interest.
        rates: the table of semesters.
        order: what payments settle first.

    Raises:
        UnknownRate: see `workflows.penalties.segments`.
        ValueError: the principal is negative, or a movement lies after `as_of`.
    """
    if principal < 0:
        raise ValueError(f"principal {decimal_text(principal)} is negative; give what was invoiced")
    running = _Running(terms, rates, order, principal)
    known = sorted(movements, key=lambda item: (item.last_before, item.on, item.kind, item.reference, item.amount))
    for movement in known:
        if movement.on > as_of:
            raise ValueError(
                f"{movement.kind} of {movement.on} is after as_of {as_of}; leave it out or choose a later day"
            )
    for movement in (item for item in known if item.kind is MovementKind.CORRECTION):
        running.take(movement)
    for movement in (item for item in known if item.kind is not MovementKind.CORRECTION):
        running.reach(movement.last_before)
        running.take(movement)
    running.reach(as_of)
    return Account(
        principal=principal, as_of=as_of, terms=terms, order=order, segments=tuple(running.lines),
        settlements=tuple(running.settlements), indemnity=running.claimed, principal_left=running.left["principal"],
        interest_left=running.left["interest"], indemnity_left=running.left["indemnity"], overpaid=running.overpaid,
    )  # fmt: skip


@dataclass
class _Running:
    """An account on its way from day to day.

    Attributes:
        reached: the last day whose interest is counted; None before the first.
        claimed: cents of indemnity, once the invoice is late.
    """

    terms: Terms
    rates: Rates
    order: Order
    principal: Cents
    left: dict[str, Cents] = field(init=False)
    reached: date | None = None
    claimed: Cents = 0
    overpaid: Cents = 0
    lines: list[Segment] = field(default_factory=list)
    settlements: list[Settlement] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.left = {"principal": self.principal, "interest": 0, "indemnity": 0}

    def reach(self, day: date) -> None:
        """Count what `day` and the days before it add."""
        if day > self.terms.in_time_until and self.left["principal"] and not self.claimed:
            self.claimed = self.left["indemnity"] = claimable_indemnity(self.terms)
        first_on = self.terms.first_on if self.reached is None else self.reached + timedelta(days=1)
        last_on = self.terms.last_on(day)
        if first_on is None or first_on > last_on:
            return
        self.reached = last_on
        if self.left["principal"]:
            new = list(segments(self.left["principal"], self.terms, self.rates, first_on=first_on, last_on=last_on))
            self.lines += new
            self.left["interest"] += sum(line.amount for line in new)

    def take(self, movement: Movement) -> None:
        """Set a movement against what is owed."""
        rest, taken = movement.amount, {"principal": 0, "interest": 0, "indemnity": 0}
        for part in _SETTLES[self.order] if movement.kind is MovementKind.PAYMENT else ("principal",):
            taken[part] = min(rest, self.left[part])
            self.left[part] -= taken[part]
            rest -= taken[part]
        self.overpaid += rest
        parts = {f"to_{part}": amount for part, amount in taken.items()}
        self.settlements.append(Settlement(movement=movement, left_over=rest, **parts))
