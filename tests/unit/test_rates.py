"""The table of rates: what it says, and what it refuses."""

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from workflows.invoice import DebtorKind
from workflows.rates import Confidence, RatesError, UnknownRate, load_rates, parse_rates, semester_of

TABLE = (Path(__file__).parents[1] / "data" / "late-payment-rates.csv").read_text("utf-8")
PRINTED = list(csv.DictReader(line for line in TABLE.splitlines() if not line.startswith("#")))

TWO = """
[sources.here]
text = "a test"
confidence = "memory"
[[semesters]]
semester = "2025-S2"
ecb = 2.15
ecb_source = "here"
legal = 2.76
legal_source = "here"
[[semesters]]
semester = "2026-S1"
ecb = 2
ecb_source = "here"
legal = 2.62
legal_source = "here"
"""


def test_the_table_holds_the_printed_semesters_and_no_other() -> None:
    assert [entry.semester for entry in load_rates().semesters] == [row["semester"] for row in PRINTED]


@pytest.mark.parametrize("row", PRINTED, ids=[row["semester"] for row in PRINTED])
def test_the_rates_that_follow_are_the_printed_ones(row: dict[str, str]) -> None:
    year, half = row["semester"].split("-S")
    rates = load_rates().on(date(int(year), 3 if half == "1" else 9, 15))

    assert rates.owed_by(DebtorKind.BUSINESS) == Decimal(row["business"])
    assert rates.owed_by(DebtorKind.PUBLIC) == Decimal(row["public"])
    assert rates.owed_by(DebtorKind.CONSUMER) == Decimal(row["legal"])
    assert rates.floor == Decimal(row["floor"])


def test_the_default_rate_is_not_raised_to_the_floor_of_contracts() -> None:
    rates = load_rates().on(date(2024, 1, 1))

    assert (rates.owed_by(DebtorKind.BUSINESS), rates.floor) == (Decimal("14.50"), Decimal("15.21"))


@pytest.mark.parametrize(
    ("semester", "ecb", "legal"),
    [
        pytest.param(date(2010, 7, 1), "secondary", "memory", id="a legal rate without a source says so"),
        pytest.param(date(2016, 1, 1), "official", "official", id="read in official pages"),
        pytest.param(date(2026, 7, 1), "secondary", "secondary", id="the newest is not read in an official text yet"),
    ],
)
def test_each_figure_says_how_far_it_can_be_relied_on(semester: date, ecb: Confidence, legal: Confidence) -> None:
    table = load_rates()
    entry = table.on(semester)

    assert table.sources[entry.ecb_source].confidence == ecb
    assert table.sources[entry.legal_source].confidence == legal


def test_no_source_is_listed_that_no_figure_uses() -> None:
    table = load_rates()
    used = {name for entry in table.semesters for name in entry.named_sources}

    assert used == set(table.sources)


@pytest.mark.parametrize(
    ("day", "semester"),
    [
        (date(2026, 1, 1), "2026-S1"),
        (date(2026, 6, 30), "2026-S1"),
        (date(2026, 7, 1), "2026-S2"),
        (date(2026, 12, 31), "2026-S2"),
    ],
)
def test_a_semester_ends_with_june_and_december(day: date, semester: str) -> None:
    assert semester_of(day) == semester


def test_decimals_are_read_exactly_and_whole_numbers_too() -> None:
    table = parse_rates(TWO)

    assert [entry.ecb for entry in table.semesters] == [Decimal("2.15"), Decimal(2)]


@pytest.mark.parametrize("day", [date(2025, 6, 30), date(2026, 7, 1)])
def test_a_day_outside_the_table_is_refused(day: date) -> None:
    with pytest.raises(UnknownRate, match="from 2025-S2 to 2026-S1"):
        parse_rates(TWO).on(day)


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        pytest.param("2026-S1", "2026-S2", "2026-S2 stands after 2025-S2", id="a gap"),
        pytest.param("2026-S1", "2025-S2", "2025-S2 stands after 2025-S2", id="a semester twice"),
        pytest.param("2026-S1", "2026-S3", "semesters.1.semester", id="a third semester"),
        pytest.param("ecb = 2\n", "", "semesters.1.ecb: Field required", id="a rate left out"),
        pytest.param("ecb = 2\n", "ecb = -2\n", "semesters.1.ecb", id="a negative rate"),
        pytest.param("ecb = 2\n", "ecb = 2\nmro = 3\n", "semesters.1.mro", id="an unknown field"),
        pytest.param('ecb_source = "here"', 'ecb_source = "there"', r"add \[sources.there\]", id="an unknown source"),
        pytest.param("[[semesters]]", "[semesters", "not TOML", id="not TOML"),
        pytest.param('"memory"', '"certain"', "sources.here.confidence", id="an unknown confidence"),
    ],
)
def test_a_table_with_a_fault_is_refused_and_the_fault_named(old: str, new: str, finding: str) -> None:
    with pytest.raises(RatesError, match=finding):
        parse_rates(TWO.replace(old, new))


def test_an_empty_table_is_refused() -> None:
    with pytest.raises(RatesError, match="semesters"):
        parse_rates("semesters = []\n[sources]\n")
