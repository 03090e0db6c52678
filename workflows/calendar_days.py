"""Public holidays and working days of each region, and months counted as people count them."""

import calendar
from datetime import date, timedelta
from functools import cache, lru_cache

import holidays

from workflows.errors import WorkflowError
from workflows.regions import Region, subdivision_of

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY = range(6)
WEEK = frozenset({MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY})
#: Years whose movable feasts the holiday library knows, with today's list of overseas holidays (decree of 1983).
FIRST_YEAR, LAST_YEAR = 1984, 2100


class UnknownHolidays(WorkflowError):
    """A date so far away that its public holidays are not known."""

    def __init__(self, year: int) -> None:
        super().__init__(year)
        self.year = year

    def __str__(self) -> str:
        return f"no public holidays are known for {self.year}; use a date from {FIRST_YEAR} to {LAST_YEAR}"


@cache
def holidays_of(year: int, region: Region) -> frozenset[date]:
    """Public holidays of `region` in `year`, those on a weekend included.

    Source: art. L3133-1 C. trav.; Good Friday and 26 December in Alsace-Moselle; abolition of slavery overseas.

    Raises:
        UnknownHolidays: `year` is outside FIRST_YEAR to LAST_YEAR.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise UnknownHolidays(year)
    return frozenset(holidays.country_holidays("FR", subdiv=subdivision_of(region), years=year, language="fr"))


def is_working_day(day: date, region: Region) -> bool:
    """Whether `day` is a "jour ouvré": Monday to Friday and no holiday of `region`."""
    return day.weekday() in WEEK and day not in holidays_of(day.year, region)


def next_working_day(day: date, region: Region) -> date:
    """`day` itself when it is a working day, else the first one after it."""
    while not is_working_day(day, region):
        day += timedelta(days=1)
    return day


def add_working_days(day: date, n: int, region: Region) -> date:
    """The `n`-th working day after `day` (before it when `n` is negative); `day` itself is not counted, 0 keeps it."""
    step = timedelta(days=1 if n > 0 else -1)
    for _ in range(abs(n)):
        day += step
        while not is_working_day(day, region):
            day += step
    return day


@lru_cache(maxsize=4096)
def add_months(day: date, n: int) -> date:
    """The same day `n` months later (earlier when negative), or the last day of a month that is too short."""
    year, month = divmod(day.year * 12 + day.month - 1 + n, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
