"""Interest and indemnity for late payment, against published and derived figures."""

import json
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.agreed_rates import AgreedRate
from workflows.business_days import Region, next_working_day
from workflows.imputation import Account, settle
from workflows.invoice import DebtorKind
from workflows.money import cents
from workflows.penalties import Basis, Terms, accrued, recovery_indemnity, semesters_under_floor
from workflows.rates import UnknownRate, load_rates, semester_of

BUSINESS, CONSUMER, PUBLIC = DebtorKind.BUSINESS, DebtorKind.CONSUMER, DebtorKind.PUBLIC
DATA = Path(__file__).parents[1] / "data"
RATES = load_rates()


def vectors(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((DATA / name).read_text(encoding="utf-8"))["vectors"]
    return found


PUBLISHED = {vector["id"]: vector for vector in vectors("interest-published.json")}
DERIVED = vectors("interest-derived.json")
FORMULAS = ("P1", "P2", "P3", "P4", "P6", "P7", "P8")


def interest(
    principal: int,
    due_on: date,
    as_of: date,
    *,
    kind: DebtorKind,
    contract_rate: Decimal | None = None,
    formal_notice_on: date | None = None,
) -> Account:
    agreed = None if contract_rate is None else AgreedRate(percent=contract_rate)
    terms = Terms(kind=kind, due_on=due_on, agreed=agreed, formal_notice_on=formal_notice_on)
    return settle(principal, terms, [], as_of=as_of, rates=RATES)


def days_of(account: Account) -> int:
    return sum(line.days for line in account.segments)


def lines(statement: Account) -> list[tuple[str, str, str, int, Decimal, int]]:
    return [
        (semester_of(line.first_on), str(line.first_on), str(line.last_on), line.days, line.rate, line.amount)
        for line in statement.segments
    ]


def test_every_published_figure_is_tested_here() -> None:
    assert set(PUBLISHED) == {*FORMULAS, "P5", "P9", "F1", "F2", "M1", "M2"}


@pytest.mark.parametrize("vector", [PUBLISHED[name] for name in FORMULAS], ids=FORMULAS)
def test_the_formula_gives_the_published_interest(vector: dict[str, Any]) -> None:
    owed = accrued(cents(vector["principal"]), Decimal(vector["rate"]), vector["days"])

    assert owed == cents(vector["interest"])
    if "total" in vector:
        assert cents(vector["principal"]) + owed == cents(vector["total"])


def test_p5_the_published_lines_add_up_to_the_published_total() -> None:
    parts = [PUBLISHED[name] for name in PUBLISHED["P5"]["sum_of"]]
    owed = [accrued(cents(part["principal"]), Decimal(part["rate"]), part["days"]) for part in parts]

    assert cents(parts[0]["principal"]) + sum(owed) == cents(PUBLISHED["P5"]["total_with_principal"])


def test_p9_two_semesters_of_2026_with_the_indemnity_give_the_published_total() -> None:
    vector = PUBLISHED["P9"]
    principal = cents(vector["principal"])

    owed = interest(principal, date(2026, 4, 30), date(2026, 8, 31), kind=BUSINESS)

    expected = [(line["days"], Decimal(line["rate"]), cents(line["interest"])) for line in vector["segments"]]
    assert [(line.days, line.rate, line.amount) for line in owed.segments] == expected
    assert owed.interest == cents(vector["interest"])
    assert principal + owed.interest + recovery_indemnity(BUSINESS) == cents(vector["total_with_40"])


@pytest.mark.parametrize("name", ["F1", "F2"])
def test_the_floor_of_contracts_is_the_published_one(name: str) -> None:
    vector = PUBLISHED[name]
    year, half = vector["semester"].split("-S")
    day = date(int(year), 1 if half == "1" else 7, 1)

    assert RATES.on(day).floor == Decimal(vector["floor"])
    assert RATES.on(day).legal == Decimal(vector["til_pro"])
    if "default" in vector:
        assert RATES.on(day).owed_by(BUSINESS) == Decimal(vector["default"])


@pytest.mark.parametrize(
    ("name", "due_on", "starts_on", "rate_date"),
    [
        pytest.param("M1", date(2026, 3, 24), date(2026, 3, 25), date(2026, 1, 1), id="M1"),
        pytest.param("M2", date(2025, 7, 24), date(2025, 7, 25), date(2025, 7, 1), id="M2"),
    ],
)
def test_a_public_buyer_owes_one_rate_from_the_day_after(
    name: str, due_on: date, starts_on: date, rate_date: date
) -> None:
    vector = PUBLISHED[name]
    printed = [f"{day.day} {day:%B}" for day in (due_on, starts_on, rate_date)]

    owed = interest(cents("10000.00"), due_on, due_on + timedelta(days=240), kind=PUBLIC)

    assert printed == [vector["expiry"], vector["starts"], vector["rate_date"]]
    assert [(line.first_on, line.rate) for line in owed.segments] == [(starts_on, RATES.on(rate_date).owed_by(PUBLIC))]


@pytest.mark.parametrize("vector", DERIVED, ids=[vector["id"] for vector in DERIVED])
def test_the_derived_statements_come_out_line_by_line(vector: dict[str, Any]) -> None:
    contract = Decimal(15) if "contract" in vector["id"] else None
    due_on, as_of = date.fromisoformat(vector["due"]), date.fromisoformat(vector["asof"])

    owed = interest(cents(vector["principal"]), due_on, as_of, kind=BUSINESS, contract_rate=contract)

    assert (days_of(owed), owed.interest) == (vector["days"], cents(vector["total_sum_of_rounded"]))
    if contract is None:
        assert lines(owed) == [
            (line["sem"], line["first"], line["last"], line["days"], Decimal(line["rate"]), cents(line["interest"]))
            for line in vector["segs"]
        ]
    else:
        assert lines(owed) == [("2026-S1", "2026-06-01", "2026-07-30", 60, contract, owed.interest)]


@pytest.mark.parametrize(
    ("due_on", "as_of", "rate", "days", "expected"),
    [
        pytest.param(date(2026, 3, 24), date(2026, 9, 30), "10.15", 190, 52836, id="its first semester's rate stays"),
        pytest.param(date(2026, 6, 30), date(2026, 9, 30), "10.40", 92, 26214, id="due 30 June begins in the second"),
        pytest.param(date(2026, 6, 29), date(2026, 9, 30), "10.15", 93, 25862, id="due 29 June begins in the first"),
    ],
)
def test_the_rate_of_a_public_buyer_is_frozen(
    *, due_on: date, as_of: date, rate: str, days: int, expected: int
) -> None:
    owed = interest(cents("10000.00"), due_on, as_of, kind=PUBLIC, contract_rate=Decimal(20))

    assert owed.basis is Basis.PUBLIC_BUYER
    assert [(line.rate, line.days, line.amount) for line in owed.segments] == [(Decimal(rate), days, expected)]


@pytest.mark.parametrize(
    ("notice_on", "first_on", "days", "expected"),
    [
        pytest.param(None, None, 0, 0, id="without a formal notice nothing is owed"),
        pytest.param(date(2026, 7, 31), None, 0, 0, id="the day of the notice bears none"),
        pytest.param(date(2026, 7, 30), date(2026, 7, 31), 1, 8, id="one day after the notice"),
        pytest.param(date(2026, 6, 20), date(2026, 6, 21), 41, 72 + 234, id="two semesters, 10 and 31 days"),
        pytest.param(date(2026, 3, 1), date(2026, 5, 1), 92, 438 + 234, id="a notice before the due date waits for it"),
    ],
)
def test_a_consumer_owes_the_legal_rate_from_the_formal_notice(
    notice_on: date | None, first_on: date | None, days: int, expected: int
) -> None:
    owed = interest(
        cents("1000.00"), date(2026, 4, 30), date(2026, 7, 31),
        kind=CONSUMER, contract_rate=Decimal(20), formal_notice_on=notice_on,
    )  # fmt: skip

    assert owed.basis is Basis.FORMAL_NOTICE
    assert (days_of(owed), owed.interest) == (days, expected)
    assert next((line.first_on for line in owed.segments), None) == first_on
    assert {line.rate for line in owed.segments} <= {Decimal("2.62"), Decimal("2.75")}


def test_a_formal_notice_changes_nothing_between_businesses() -> None:
    facts = (cents("1000.00"), date(2026, 3, 31), date(2026, 4, 30))

    noticed = interest(*facts, kind=BUSINESS, formal_notice_on=date(2026, 4, 20))

    assert noticed.segments == interest(*facts, kind=BUSINESS).segments


@pytest.mark.parametrize("kind", [BUSINESS, PUBLIC])
def test_payment_on_the_due_date_or_before_owes_nothing(kind: DebtorKind) -> None:
    for as_of in (date(2026, 3, 31), date(2026, 3, 1)):
        assert interest(cents("1000.00"), date(2026, 3, 31), as_of, kind=kind).interest == 0


def test_a_day_beyond_the_last_known_semester_is_refused_with_the_fix() -> None:
    with pytest.raises(UnknownRate) as caught:
        interest(cents("1000.00"), date(2026, 12, 1), date(2027, 1, 1), kind=BUSINESS)

    assert caught.value.semester == "2027-S1"
    assert "no rate is known for 2027-S1" in str(caught.value)
    assert "relance rates add 2027-S1 --ecb" in str(caught.value)
    assert "in force on 2027-01-01" in str(caught.value)


def test_a_day_before_the_first_known_semester_is_refused() -> None:
    with pytest.raises(UnknownRate, match=r"2008-S2 \(the table goes from 2009-S1 to 2026-S2\)"):
        interest(cents("1000.00"), date(2008, 12, 1), date(2009, 1, 31), kind=BUSINESS)


def test_a_rate_that_is_settled_needs_no_later_semester() -> None:
    facts = (cents("1000.00"), date(2026, 12, 1), date(2027, 1, 30))

    assert interest(*facts, kind=BUSINESS, contract_rate=Decimal(10)).interest == 1644
    assert days_of(interest(*facts, kind=PUBLIC)) == 60


@pytest.mark.parametrize(
    ("principal", "rate", "finding"),
    [(-1, None, "principal -0.01 is negative"), (1, Decimal(-2), "greater than or equal to 0")],
)
def test_negative_figures_are_refused(principal: int, rate: Decimal | None, finding: str) -> None:
    with pytest.raises(ValueError, match=finding):
        interest(principal, date(2026, 3, 1), date(2026, 4, 1), kind=BUSINESS, contract_rate=rate)


@pytest.mark.parametrize(
    ("kind", "due_on", "region", "first_on", "rate"),
    [
        pytest.param(PUBLIC, date(2026, 3, 28), Region.METROPOLE, date(2026, 3, 31), "10.15", id="a Saturday"),
        pytest.param(PUBLIC, date(2026, 4, 5), Region.METROPOLE, date(2026, 4, 8), "10.15", id="Easter"),
        pytest.param(PUBLIC, date(2026, 4, 3), Region.METROPOLE, date(2026, 4, 4), "10.15", id="Good Friday"),
        pytest.param(PUBLIC, date(2026, 4, 3), Region.ALSACE_MOSELLE, date(2026, 4, 8), "10.15", id="in Alsace"),
        pytest.param(PUBLIC, date(2024, 6, 30), Region.METROPOLE, date(2024, 7, 2), "12.25", id="the next semester"),
        pytest.param(BUSINESS, date(2026, 3, 28), Region.METROPOLE, date(2026, 3, 29), "12.15", id="not a business"),
    ],
)
def test_only_a_public_buyers_delay_ends_on_a_working_day(
    *, kind: DebtorKind, due_on: date, region: Region, first_on: date, rate: str
) -> None:
    terms = Terms(kind=kind, due_on=due_on, region=region)
    before = settle(100_000, terms, [], as_of=first_on - timedelta(days=1), rates=RATES)
    late = settle(100_000, terms, [], as_of=first_on, rates=RATES)

    assert (before.segments, before.indemnity) == ((), 0)
    assert [(line.first_on, line.days, line.rate) for line in late.segments] == [(first_on, 1, Decimal(rate))]
    assert late.indemnity == 4000


@pytest.mark.parametrize(("kind", "owed"), [(BUSINESS, 4000), (PUBLIC, 4000), (CONSUMER, 0)])
def test_the_indemnity_is_40_euros_for_all_but_consumers(kind: DebtorKind, owed: int) -> None:
    assert recovery_indemnity(kind) == owed


@pytest.mark.parametrize(
    ("rate", "on", "below"),
    [
        pytest.param("8.24", date(2026, 7, 1), True, id="a hundredth too low"),
        pytest.param("8.25", date(2026, 7, 1), False, id="three times the legal rate"),
        pytest.param("8.24", date(2026, 6, 30), False, id="the floor of the semester before was lower"),
        pytest.param("0.12", date(2026, 7, 1), True, id="a fraction where percent are meant"),
    ],
)
def test_a_contract_rate_is_measured_by_the_floor_of_its_day(rate: str, on: date, below: bool) -> None:  # noqa: FBT001 - a column of the table
    terms = Terms(kind=BUSINESS, due_on=on, agreed=AgreedRate(percent=Decimal(rate)))

    assert bool(semesters_under_floor(terms, on, on, RATES)) is below


@pytest.mark.parametrize(
    ("principal", "days", "expected"),
    [
        pytest.param(36_500, 5, 5, id="exact"),
        pytest.param(36_500 // 2, 1, 1, id="half a cent goes up"),
        pytest.param(36_500 // 2 - 1, 1, 0, id="less than half a cent goes down"),
    ],
)
def test_a_line_is_rounded_half_up_to_the_cent(principal: int, days: int, expected: int) -> None:
    assert accrued(principal, Decimal(1), days) == expected


@given(
    principal=st.integers(1, 10**9),
    due_on=st.dates(date(2009, 1, 1), date(2026, 6, 30)),
    delay=st.integers(-30, 1500),
    kind=st.sampled_from([BUSINESS, PUBLIC]),
)
def test_every_late_day_is_in_exactly_one_line(*, principal: int, due_on: date, delay: int, kind: DebtorKind) -> None:
    as_of = min(due_on + timedelta(days=delay), date(2026, 12, 31))

    owed = interest(principal, due_on, as_of, kind=kind)

    days = [line.first_on + timedelta(days=n) for line in owed.segments for n in range(line.days)]
    in_time = next_working_day(due_on, Region.METROPOLE) if kind is PUBLIC else due_on
    assert days == [in_time + timedelta(days=n + 1) for n in range(max((as_of - in_time).days, 0))]
    assert all(line.last_on - line.first_on == timedelta(days=line.days - 1) for line in owed.segments)
    assert owed.interest == sum(accrued(principal, line.rate, line.days) for line in owed.segments)
