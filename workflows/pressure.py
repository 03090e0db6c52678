"""How often one debtor may be contacted, across invoices and channels."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple

from pydantic import Field

from workflows.invoice import DebtorKind, Fact
from workflows.regions import Region, day_at, zone_of


class Limit(Fact):
    """At most `contacts` days with a contact in any `days` days in a row."""

    contacts: int = Field(ge=1, le=100)
    days: int = Field(ge=1, le=366)


class Budget(Fact):
    """How much pressure a debtor may feel.

    All that reaches a debtor on one of its local days is one contact: the e-mail and the text message of a step, or the
    invoices that delivery merged. A second channel on that day is thus always within the budget.
    The law has no figures (aggressive practices: art. L121-6 C. conso.); these are good manners, to be changed in the
    settings. The 10 to 15 days between the reminders of one invoice are the scenario's; this is about several invoices.

    Attributes:
        min_days_between_contacts: calendar days from one contact to the next; 3 allows Tuesday and Friday.
        limits: all of them hold at once.
        max_per_case: reminders of one case, whatever its scenario says; the longest ladder has eight rungs, and two
            more may be sent by hand.
    """

    min_days_between_contacts: int = Field(3, ge=1, le=90)
    limits: tuple[Limit, ...] = (Limit(contacts=2, days=7), Limit(contacts=5, days=30))
    max_per_case: int = Field(10, ge=1, le=100)


BUSINESS_BUDGET = Budget()
#: A private person is contacted once a week at most, three times a month.
CONSUMER_BUDGET = Budget(
    min_days_between_contacts=7, limits=(Limit(contacts=1, days=7), Limit(contacts=3, days=30)), max_per_case=6
)


def budget_of(kind: DebtorKind) -> Budget:
    """The default budget of a kind of debtor."""
    return CONSUMER_BUDGET if kind is DebtorKind.CONSUMER else BUSINESS_BUDGET


class Pressure(StrEnum):
    """Which rule named the moment; stable codes, for texts and for programs."""

    FREE = "free"
    SAME_DAY = "same_day"
    TOO_SOON = "too_soon"
    LIMIT_REACHED = "limit_reached"


class Count(NamedTuple):
    """A gauge: days with a contact in the `limit.days` days that end on the day asked for."""

    contacts: int
    limit: Limit


class Allowance(NamedTuple):
    """When the next contact may be made.

    Attributes:
        at: UTC; the moment asked for, or the first local midnight after which the budget allows a contact.
        why: the rule that named `at`.
        limit: the limit that is reached, when `why` says so.
        counts: one gauge for each limit, as it stands at the moment asked for.
    """

    at: datetime
    why: Pressure
    limit: Limit | None = None
    counts: tuple[Count, ...] = ()


def is_spent(reminders: int, budget: Budget) -> bool:
    """Whether a case that has sent `reminders` may send no more."""
    return reminders >= budget.max_per_case


def next_allowed(
    contacts: Sequence[datetime], at: datetime, budget: Budget, *, region: Region = Region.METROPOLE
) -> Allowance:
    """The first moment, not before `at`, at which `budget` allows a contact.

    Args:
        contacts: aware instants of all contacts made with this debtor, any order; those later than `at` (another
            worker was faster) count as made, and the answer is not before the day of the last one.
        at: aware; when the contact is wanted.
        budget: the rules; `max_per_case` is not looked at, see `is_spent`.
        region: where the debtor is; it says where one day ends.

    Raises:
        ValueError: an instant has no time zone.
    """
    days = sorted({day_at(contact, region) for contact in contacts})
    today = day_at(at, region)
    counts = tuple(Count(contacts=_within(days, today, limit), limit=limit) for limit in budget.limits)
    free_on, why, limit = _first_day(days, today, budget)
    if free_on > today:
        at = datetime.combine(free_on, time(0), zone_of(region))
    return Allowance(at=at.astimezone(UTC), why=why, limit=limit, counts=counts)


def _within(days: Sequence[date], today: date, limit: Limit) -> int:
    after = today - timedelta(days=limit.days)
    return len([day for day in days if after < day <= today])


def _first_day(days: Sequence[date], today: date, budget: Budget) -> tuple[date, Pressure, Limit | None]:
    """The first day that every rule allows, and the rule that allows it last."""
    if not days or today in days:
        return today, Pressure.SAME_DAY if days else Pressure.FREE, None
    if days[-1] > today:
        return days[-1], Pressure.SAME_DAY, None
    first, why, reached = today, Pressure.FREE, None
    rested = days[-1] + timedelta(days=budget.min_days_between_contacts)
    if rested > first:
        first, why = rested, Pressure.TOO_SOON
    for limit in budget.limits:
        if len(days) >= limit.contacts and days[-limit.contacts] + timedelta(days=limit.days) > first:
            first, why, reached = days[-limit.contacts] + timedelta(days=limit.days), Pressure.LIMIT_REACHED, limit
    return first, why, reached
