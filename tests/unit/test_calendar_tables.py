"""Public holidays from 2020 to 2035 in three regions, day by day against a published list."""

import csv
from datetime import date
from pathlib import Path

import pytest

from workflows.business_days import Region, holidays_of, is_working_day

TABLE = (Path(__file__).parents[1] / "data" / "holidays-fr.csv").read_text("utf-8")
ROWS = list(csv.DictReader(line for line in TABLE.splitlines() if not line.startswith("#")))
FIXED = ["01-01", "05-01", "05-08", "07-14", "08-15", "11-01", "11-11", "12-25"]
#: Beside the mainland's: what each region adds every year, and which movable day.
ADDED = {
    Region.METROPOLE: ((), ()),
    Region.ALSACE_MOSELLE: (("12-26",), ("good_friday",)),
    Region.REUNION: (("12-20",), ()),
}


def days(row: dict[str, str], *month_days: str) -> set[date]:
    return {date.fromisoformat(f"{row['year']}-{day}") for day in month_days}


def test_the_table_has_every_year_from_2020_to_2035() -> None:
    assert [int(row["year"]) for row in ROWS] == list(range(2020, 2036))
    assert [row["year"] for row in ROWS if row["source"] == "almanac"] == ["2032", "2033", "2034", "2035"]


@pytest.mark.parametrize("region", ADDED)
@pytest.mark.parametrize("row", ROWS, ids=[row["year"] for row in ROWS])
def test_the_holidays_of_a_year_are_those_of_the_list_and_no_other(row: dict[str, str], region: Region) -> None:
    fixed, movable = ADDED[region]
    listed = [row[name] for name in ("easter_monday", "ascension", "whit_monday", *movable)]

    assert holidays_of(int(row["year"]), region) == days(row, *FIXED, *fixed, *listed)


@pytest.mark.parametrize("row", ROWS, ids=[row["year"] for row in ROWS])
def test_nothing_is_worked_on_a_listed_day(row: dict[str, str]) -> None:
    for day in days(row, *FIXED, row["easter_monday"], row["ascension"], row["whit_monday"]):
        assert not is_working_day(day, Region.METROPOLE)
    (friday,) = days(row, row["good_friday"])
    assert is_working_day(friday, Region.METROPOLE)
    assert not is_working_day(friday, Region.ALSACE_MOSELLE)
