"""Working days and public holidays."""

from datetime import date, timedelta

import pytest

from workflows.business_days import (
    Region,
    UnknownHolidays,
    add_months,
    add_working_days,
    holidays_of,
    is_working_day,
    next_working_day,
    region_of,
    zone_of,
)

YEARS = range(2020, 2036)
FIXED = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))


def easter(year: int) -> date:
    """Gregorian Easter by Meeus, Jones and Butcher, independent of the library under test."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


def mainland(year: int) -> set[date]:
    movable = {easter(year) + timedelta(days=n) for n in (1, 39, 50)}
    return {date(year, month, day) for month, day in FIXED} | movable


@pytest.mark.parametrize(
    ("year", "sunday"),
    [(2024, date(2024, 3, 31)), (2026, date(2026, 4, 5)), (2027, date(2027, 3, 28)), (2038, date(2038, 4, 25))],
)
def test_the_tests_own_easter_agrees_with_the_almanac(year: int, sunday: date) -> None:
    assert easter(year) == sunday


@pytest.mark.parametrize("year", YEARS)
def test_mainland_has_eight_fixed_days_and_three_that_follow_easter(year: int) -> None:
    assert holidays_of(year, Region.METROPOLE) == mainland(year)


@pytest.mark.parametrize("year", YEARS)
def test_alsace_moselle_adds_good_friday_and_the_day_after_christmas(year: int) -> None:
    own = {easter(year) - timedelta(days=2), date(year, 12, 26)}

    assert holidays_of(year, Region.ALSACE_MOSELLE) == mainland(year) | own


@pytest.mark.parametrize(
    ("region", "abolition"),
    [
        (Region.MAYOTTE, (4, 27)),
        (Region.MARTINIQUE, (5, 22)),
        (Region.GUADELOUPE, (5, 27)),
        (Region.SAINT_MARTIN, (5, 28)),
        (Region.GUYANE, (6, 10)),
        (Region.SAINT_BARTHELEMY, (10, 9)),
        (Region.REUNION, (12, 20)),
    ],
)
@pytest.mark.parametrize("year", [2020, 2026, 2035])
def test_abolition_of_slavery_is_a_holiday_overseas_and_nowhere_else(
    region: Region, abolition: tuple[int, int], year: int
) -> None:
    day = date(year, *abolition)

    assert day in holidays_of(year, region)
    assert day not in holidays_of(year, Region.METROPOLE)
    assert holidays_of(year, region) >= mainland(year)


@pytest.mark.parametrize(
    ("year", "listed"),
    [
        pytest.param(2026, "01-01 04-06 05-01 05-08 05-14 05-25 07-14 08-15 11-01 11-11 12-25", id="2026"),
        pytest.param(2027, "01-01 03-29 05-01 05-06 05-08 05-17 07-14 08-15 11-01 11-11 12-25", id="2027"),
        pytest.param(
            2008, "01-01 03-24 05-01 05-08 05-12 07-14 08-15 11-01 11-11 12-25", id="Ascension falls on 1 May: ten days"
        ),
    ],
)
def test_mainland_holidays_are_those_of_the_published_list(year: int, listed: str) -> None:
    assert holidays_of(year, Region.METROPOLE) == {date.fromisoformat(f"{year}-{day}") for day in listed.split()}


@pytest.mark.parametrize("year", [1983, 2101, 9999])
def test_a_year_whose_holidays_are_not_known_is_refused_with_the_years_that_are(year: int) -> None:
    with pytest.raises(UnknownHolidays, match=f"for {year}; use a date from 1984 to 2100"):
        holidays_of(year, Region.METROPOLE)


@pytest.mark.parametrize("region", Region)
def test_every_region_has_a_clock_and_a_calendar(region: Region) -> None:
    assert zone_of(region).key
    assert date(2026, 7, 14) in holidays_of(2026, region)


@pytest.mark.parametrize(
    ("postcode", "country", "region"),
    [
        pytest.param("75001", "FR", Region.METROPOLE, id="Paris"),
        pytest.param("57000", "FR", Region.ALSACE_MOSELLE, id="Metz"),
        pytest.param("67000", "FR", Region.ALSACE_MOSELLE, id="Strasbourg"),
        pytest.param("68 100", "FR", Region.ALSACE_MOSELLE, id="Mulhouse, written with a space"),
        pytest.param("90000", "FR", Region.METROPOLE, id="Belfort stayed French in 1871"),
        pytest.param("20000", "FR", Region.METROPOLE, id="Ajaccio"),
        pytest.param("97110", "FR", Region.GUADELOUPE, id="Pointe-à-Pitre"),
        pytest.param("97133", "FR", Region.SAINT_BARTHELEMY, id="Gustavia"),
        pytest.param("97150", "FR", Region.SAINT_MARTIN, id="Marigot"),
        pytest.param("97200", "FR", Region.MARTINIQUE, id="Fort-de-France"),
        pytest.param("97300", "FR", Region.GUYANE, id="Cayenne"),
        pytest.param("97400", "FR", Region.REUNION, id="Saint-Denis"),
        pytest.param("97500", "FR", Region.SAINT_PIERRE_ET_MIQUELON, id="Saint-Pierre"),
        pytest.param("97600", "FR", Region.MAYOTTE, id="Mamoudzou"),
        pytest.param("98600", "FR", Region.WALLIS_ET_FUTUNA, id="Mata-Utu"),
        pytest.param("98713", "FR", Region.POLYNESIE, id="Papeete"),
        pytest.param("98800", "FR", Region.NOUVELLE_CALEDONIE, id="Nouméa"),
        pytest.param("97400", "RE", Region.REUNION, id="overseas by its own country code"),
        pytest.param("98000", "MC", Region.METROPOLE, id="Monaco is abroad"),
        pytest.param("67000", "DE", Region.METROPOLE, id="a German postcode is not Strasbourg"),
        pytest.param(None, "FR", Region.METROPOLE, id="no postcode"),
        pytest.param("", "FR", Region.METROPOLE, id="an empty postcode"),
        pytest.param("5700", "FR", Region.METROPOLE, id="a postcode cut short"),
        pytest.param("F-67000", "FR", Region.METROPOLE, id="a postcode that is not one"),
    ],
)
def test_the_region_follows_from_the_address(postcode: str | None, country: str, region: Region) -> None:
    assert region_of(postcode, country) is region


@pytest.mark.parametrize(
    ("day", "region", "works"),
    [
        pytest.param(date(2026, 4, 2), Region.METROPOLE, True, id="a Thursday"),
        pytest.param(date(2026, 4, 4), Region.METROPOLE, False, id="a Saturday"),
        pytest.param(date(2026, 4, 5), Region.METROPOLE, False, id="a Sunday"),
        pytest.param(date(2026, 4, 6), Region.METROPOLE, False, id="Easter Monday"),
        pytest.param(date(2026, 4, 3), Region.METROPOLE, True, id="Good Friday in Paris"),
        pytest.param(date(2026, 4, 3), Region.ALSACE_MOSELLE, False, id="Good Friday in Strasbourg"),
    ],
)
def test_a_working_day_is_monday_to_friday_without_a_holiday(day: date, region: Region, works: bool) -> None:  # noqa: FBT001 - a column of the table
    assert is_working_day(day, region) is works


@pytest.mark.parametrize(
    ("day", "region", "expected"),
    [
        pytest.param(date(2026, 4, 2), Region.METROPOLE, date(2026, 4, 2), id="a working day is its own next"),
        pytest.param(date(2026, 4, 4), Region.METROPOLE, date(2026, 4, 7), id="over Easter"),
        pytest.param(date(2026, 4, 3), Region.ALSACE_MOSELLE, date(2026, 4, 7), id="over Easter in Alsace"),
        pytest.param(date(2027, 1, 1), Region.METROPOLE, date(2027, 1, 4), id="New Year's Day on a Friday"),
    ],
)
def test_the_next_working_day_skips_what_is_closed(day: date, region: Region, expected: date) -> None:
    assert next_working_day(day, region) == expected


@pytest.mark.parametrize(
    ("day", "n", "region", "expected"),
    [
        pytest.param(date(2026, 4, 1), 0, Region.METROPOLE, date(2026, 4, 1), id="none keeps the day"),
        pytest.param(date(2026, 4, 4), 0, Region.METROPOLE, date(2026, 4, 4), id="none keeps even a Saturday"),
        pytest.param(date(2026, 4, 2), 1, Region.METROPOLE, date(2026, 4, 3), id="one"),
        pytest.param(date(2026, 4, 2), 2, Region.METROPOLE, date(2026, 4, 7), id="over Easter"),
        pytest.param(date(2026, 4, 2), 1, Region.ALSACE_MOSELLE, date(2026, 4, 7), id="over Good Friday in Alsace"),
        pytest.param(date(2026, 12, 24), 1, Region.METROPOLE, date(2026, 12, 28), id="over Christmas and a weekend"),
        pytest.param(date(2026, 5, 15), -2, Region.METROPOLE, date(2026, 5, 12), id="backwards over Ascension"),
        pytest.param(date(2026, 1, 2), -1, Region.METROPOLE, date(2025, 12, 31), id="backwards over the New Year"),
        pytest.param(date(2026, 4, 4), 1, Region.METROPOLE, date(2026, 4, 7), id="from a closed day"),
    ],
)
def test_working_days_are_counted_from_the_day_after(day: date, n: int, region: Region, expected: date) -> None:
    assert add_working_days(day, n, region) == expected


@pytest.mark.parametrize(
    ("day", "n", "expected"),
    [
        pytest.param(date(2026, 1, 31), 1, date(2026, 2, 28), id="a short month ends early"),
        pytest.param(date(2028, 1, 31), 1, date(2028, 2, 29), id="a leap year"),
        pytest.param(date(2028, 2, 29), 12, date(2029, 2, 28), id="no leap day a year later"),
        pytest.param(date(2024, 2, 29), 48, date(2028, 2, 29), id="a leap day four years later"),
        pytest.param(date(2026, 2, 28), 1, date(2026, 3, 28), id="a month end does not stick"),
        pytest.param(date(2026, 12, 15), 1, date(2027, 1, 15), id="over the year"),
        pytest.param(date(2026, 3, 31), -1, date(2026, 2, 28), id="backwards"),
        pytest.param(date(2026, 1, 15), -1, date(2025, 12, 15), id="backwards over the year"),
        pytest.param(date(2026, 5, 8), 0, date(2026, 5, 8), id="none"),
    ],
)
def test_months_keep_the_day_or_end_with_the_month(day: date, n: int, expected: date) -> None:
    assert add_months(day, n) == expected
