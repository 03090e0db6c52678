"""How often one debtor may be contacted."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from workflows.business_days import Region, zone_of
from workflows.invoice import DebtorKind
from workflows.pressure import BUSINESS_BUDGET, CONSUMER_BUDGET, Budget, Limit, budget_of, is_spent, next_allowed

PARIS = zone_of(Region.METROPOLE)


def june(day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2026, 6, 1, hour, minute, tzinfo=PARIS) + timedelta(days=day - 1)


@pytest.mark.parametrize(
    ("contacts", "at", "expected", "why"),
    [
        pytest.param([], june(9, 9, 30), june(9, 9, 30), "free", id="nobody was contacted yet"),
        pytest.param([june(1, 10)], june(9, 9, 30), june(9, 9, 30), "free", id="the last contact is long ago"),
        pytest.param([june(9, 9)], june(9, 15), june(9, 15), "same_day", id="a second channel joins the day's contact"),
        pytest.param([june(9, 17)], june(9, 9), june(9, 9), "same_day", id="even when the first came later that day"),
        pytest.param([june(9, 9)], june(10, 9), june(12), "too_soon", id="three days between two contacts"),
        pytest.param([june(9, 17)], june(12, 9), june(12, 9), "free", id="days are counted, not hours"),
        pytest.param([june(9, 9)], june(11, 23, 59), june(12), "too_soon", id="a minute too early is a day too early"),
        pytest.param(
            [june(2, 9), june(5, 9)], june(8, 9), june(9), "limit_reached", id="two contacts in seven days are enough"
        ),
        pytest.param([june(2, 9), june(5, 9)], june(9, 9), june(9, 9), "free", id="on the eighth day it is free again"),
        pytest.param(
            [june(5, 9), june(2, 9), june(2, 14)], june(8, 9), june(9), "limit_reached", id="any order, days count once"
        ),
        pytest.param(
            [june(1, 9), june(8, 9), june(15, 9), june(18, 9), june(25, 9)],
            june(29, 9),
            june(31),
            "limit_reached",
            id="five contacts in thirty days are enough",
        ),
        pytest.param([june(20, 9)], june(9, 9), june(20), "same_day", id="a contact that is already claimed for later"),
    ],
)
def test_a_contact_waits_until_every_rule_allows_it(
    contacts: list[datetime], at: datetime, expected: datetime, why: str
) -> None:
    allowance = next_allowed(contacts, at, BUSINESS_BUDGET)

    assert (allowance.at, allowance.why) == (expected, why)
    assert allowance.at.tzinfo is UTC


def test_the_reached_limit_is_named_and_the_gauges_are_read() -> None:
    contacts = [june(day, 9) for day in (1, 8, 15, 18, 25)]

    allowance = next_allowed(contacts, june(29, 9), BUSINESS_BUDGET)

    assert allowance.limit == Limit(contacts=5, days=30)
    assert [(count.contacts, count.limit.contacts) for count in allowance.counts] == [(1, 2), (5, 5)]


def test_two_invoices_cannot_both_write_to_a_consumer_in_one_week() -> None:
    allowance = next_allowed([june(9, 10)], june(11, 10), CONSUMER_BUDGET)

    assert (allowance.at, allowance.why) == (june(16), "too_soon")


def test_a_day_ends_at_the_debtors_midnight() -> None:
    morning = datetime(2026, 6, 8, 22, 30, tzinfo=UTC)  # Tuesday, half past nine in Nouméa
    afternoon = datetime(2026, 6, 9, 5, 0, tzinfo=UTC)  # the same Tuesday there

    there = next_allowed([morning], afternoon, BUSINESS_BUDGET, region=Region.NOUVELLE_CALEDONIE)
    here = next_allowed([morning - timedelta(hours=1)], afternoon, BUSINESS_BUDGET)

    assert (there.at, there.why) == (afternoon, "same_day")
    assert here.why == "too_soon"


def test_a_midnight_across_the_end_of_summer_time_is_local() -> None:
    friday = datetime(2026, 10, 23, 9, tzinfo=PARIS)

    allowance = next_allowed([friday], friday + timedelta(days=1), BUSINESS_BUDGET)

    assert allowance.at == datetime(2026, 10, 25, 23, tzinfo=UTC)


@pytest.mark.parametrize(("reminders", "spent"), [(0, False), (9, False), (10, True), (11, True)])
def test_a_case_may_send_ten_reminders_and_no_more(reminders: int, spent: bool) -> None:  # noqa: FBT001 - a column of the table
    assert is_spent(reminders, BUSINESS_BUDGET) is spent


@pytest.mark.parametrize(
    ("kind", "budget"),
    [
        (DebtorKind.BUSINESS, BUSINESS_BUDGET),
        (DebtorKind.PUBLIC, BUSINESS_BUDGET),
        (DebtorKind.CONSUMER, CONSUMER_BUDGET),
    ],
)
def test_the_default_budget_follows_from_the_kind_of_debtor(kind: DebtorKind, budget: Budget) -> None:
    assert budget_of(kind) is budget


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="has no time zone"):
        next_allowed([datetime(2026, 6, 2)], june(9), BUSINESS_BUDGET)  # noqa: DTZ001 - the fault under test


@pytest.mark.parametrize("field", ["min_days_between_contacts", "max_per_case"])
def test_a_budget_of_nothing_is_refused_with_its_field(field: str) -> None:
    with pytest.raises(ValidationError, match=field):
        Budget.model_validate({field: 0})


BUDGETS = st.builds(
    Budget,
    min_days_between_contacts=st.integers(1, 10),
    limits=st.lists(st.builds(Limit, contacts=st.integers(1, 5), days=st.integers(1, 40)), max_size=3).map(tuple),
)


def keeps(days: list[date], budget: Budget) -> bool:
    """The budget, said once more and slowly: every gap and every stretch of days."""
    gaps = all((b - a).days >= budget.min_days_between_contacts for a, b in pairwise(days))
    return gaps and all(
        sum(0 <= (day - start).days < limit.days for day in days) <= limit.contacts
        for limit in budget.limits
        for start in days
    )


@given(budget=BUDGETS, waits=st.lists(st.integers(0, 200), min_size=1, max_size=12))
def test_contacts_made_when_allowed_keep_the_budget_and_none_waits_in_vain(budget: Budget, waits: list[int]) -> None:
    made: list[datetime] = []
    at = june(1, 9)
    for hours in waits:
        at += timedelta(hours=hours)
        allowed = next_allowed(made, at, budget)
        days = sorted({contact.astimezone(PARIS).date() for contact in made})
        first = allowed.at.astimezone(PARIS).date()
        eve = first - timedelta(days=1)

        assert allowed.at >= at
        assert keeps(sorted({*days, first}), budget)
        if eve >= at.astimezone(PARIS).date():
            assert not keeps(sorted({*days, eve}), budget)

        at = allowed.at
        made.append(at)
