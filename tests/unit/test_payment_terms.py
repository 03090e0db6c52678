"""How late an invoice may be due, and what is said where it is due later."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from workers.intake.term_notes import warnings_of
from workflows.events import InvoiceIssued, NewDebtor
from workflows.invoice import DebtorKind
from workflows.money import Money
from workflows.payment_terms import (
    Buyer,
    Trade,
    WarningCode,
    due_without_agreement,
    end_of_month_dates,
    latest_due_on,
    rate_warnings,
    term_warnings,
)
from workflows.rates import load_rates

BUSINESS, CONSUMER, PUBLIC = DebtorKind.BUSINESS, DebtorKind.CONSUMER, DebtorKind.PUBLIC
PUBLISHED = {
    vector["id"]: vector
    for vector in json.loads(
        (Path(__file__).parents[1] / "data" / "due-dates-published.json").read_text(encoding="utf-8")
    )["vectors"]
}
#: Derived: issued, to the month's end and then 45 days, 45 days and then to the month's end, 60 days.
DERIVED = [
    ("2025-01-02", "2025-03-17", "2025-02-28", "2025-03-03"),
    ("2024-01-02", "2024-03-16", "2024-02-29", "2024-03-02"),
    ("2025-02-15", "2025-04-14", "2025-04-30", "2025-04-16"),
    ("2026-01-31", "2026-03-17", "2026-03-31", "2026-04-01"),
    ("2025-12-20", "2026-02-14", "2026-02-28", "2026-02-18"),
]


def days(*texts: str) -> tuple[date, ...]:
    return tuple(date.fromisoformat(text) for text in texts)


@pytest.mark.parametrize(("issued", "then_45", "then_end", "sixty"), DERIVED, ids=[row[0] for row in DERIVED])
def test_the_cap_is_the_latest_of_60_days_and_45_days_end_of_month_in_both_readings(
    issued: str, then_45: str, then_end: str, sixty: str
) -> None:
    (issued_on,) = days(issued)

    assert end_of_month_dates(issued_on) == days(then_45, then_end)
    assert issued_on + timedelta(days=60) == days(sixty)[0]
    assert latest_due_on(issued_on) == max(days(then_45, then_end, sixty))


def test_the_published_due_dates_come_out() -> None:
    first, second = PUBLISHED["E1"], PUBLISHED["E2"]

    then_45, then_end = end_of_month_dates(date(2025, 1, 2))
    assert first["invoice"] == "2025-01-02"
    assert (f"{then_45:%m-%d}", then_end.day in {28, 29}) == (first["eom_plus_45"], True)
    then_45, then_end = end_of_month_dates(date.fromisoformat(f"2025-{second['invoice']}"))
    assert f"{then_end:%m-%d}" == second["plus45_then_eom"]
    assert f"{then_45:%m-%d}" == second["eom_plus_45"]


@pytest.mark.parametrize(
    ("trade", "delivered_on", "latest"),
    [
        pytest.param(Trade.PERISHABLE, date(2026, 1, 10), date(2026, 2, 9), id="perishable: first ten days"),
        pytest.param(Trade.PERISHABLE, date(2026, 1, 11), date(2026, 2, 19), id="perishable: second"),
        pytest.param(Trade.PERISHABLE, date(2026, 1, 21), date(2026, 3, 2), id="perishable: to the month's end"),
        pytest.param(Trade.MEAT, date(2026, 1, 10), date(2026, 1, 30), id="meat: 20 days after delivery"),
        pytest.param(Trade.ALCOHOL, date(2026, 1, 10), date(2026, 3, 2), id="alcohol: 30 days after the month"),
    ],
)
def test_some_goods_have_caps_of_their_own(trade: Trade, delivered_on: date, latest: date) -> None:
    assert latest_due_on(date(2026, 2, 1), trade=trade, delivered_on=delivered_on) == latest
    assert latest_due_on(delivered_on, trade=trade) == latest


def test_a_periodic_invoice_is_due_within_45_days() -> None:
    assert latest_due_on(date(2026, 1, 31), is_periodic=True) == date(2026, 3, 17)


def test_without_an_agreement_it_is_30_days_after_reception() -> None:
    assert due_without_agreement(date(2026, 1, 31)) == date(2026, 3, 2)


@pytest.mark.parametrize(
    ("kind", "due_on", "code"),
    [
        pytest.param(BUSINESS, date(2025, 3, 17), None, id="the last day"),
        pytest.param(BUSINESS, date(2025, 3, 18), WarningCode.OVER_CAP, id="a day over"),
        pytest.param(CONSUMER, date(2026, 1, 2), None, id="a consumer has all the time"),
        pytest.param(PUBLIC, date(2025, 2, 3), None, id="a public buyer: 30 days end on a Saturday, so Monday"),
        pytest.param(PUBLIC, date(2025, 2, 4), WarningCode.OVER_PUBLIC_DELAY, id="a day over that"),
    ],
)
def test_a_due_date_over_its_cap_is_warned_of(kind: DebtorKind, due_on: date, code: WarningCode | None) -> None:
    found = term_warnings(date(2025, 1, 2), due_on, kind)

    assert [warning.code for warning in found] == ([] if code is None else [code])


@pytest.mark.parametrize(
    ("buyer", "days_allowed"), [(None, 30), (Buyer.STATE_OR_LOCAL, 30), (Buyer.HEALTH, 50), (Buyer.UNDERTAKING, 60)]
)
def test_each_public_buyer_has_its_delay(buyer: Buyer | None, days_allowed: int) -> None:
    issued_on = date(2026, 1, 5)  # 30, 50 and 60 days later are working days
    latest = issued_on + timedelta(days=days_allowed)

    assert term_warnings(issued_on, latest, PUBLIC, buyer=buyer) == ()
    assert len(term_warnings(issued_on, latest + timedelta(days=1), PUBLIC, buyer=buyer)) == 1


def test_a_public_delay_that_ends_on_a_holiday_ends_on_the_next_working_day() -> None:
    issued_on = date(2026, 4, 1)  # 30 days later is Friday 1 May

    assert term_warnings(issued_on, date(2026, 5, 4), PUBLIC) == ()
    assert len(term_warnings(issued_on, date(2026, 5, 5), PUBLIC)) == 1


def test_days_that_the_ledger_refuses_need_no_warning() -> None:
    far = {"issue_date": date(2150, 1, 5), "due_date": date(2150, 12, 24)}

    assert warnings_of(fifty_days(None).model_copy(update=far), load_rates()) == ()


@pytest.mark.parametrize(
    ("tags", "is_warned"), [({"health"}, False), ({"undertaking", "nord"}, False), (set(), True), (None, True)]
)
def test_a_tag_says_which_public_buyer_owes(*, tags: set[str] | None, is_warned: bool) -> None:
    assert bool(warnings_of(fifty_days(tags), load_rates())) is is_warned


def fifty_days(tags: set[str] | None) -> InvoiceIssued:
    owing = NewDebtor(ref="chu", name="CHU", kind=PUBLIC, tags=None if tags is None else frozenset(tags))
    return InvoiceIssued(
        event_id="i", at=datetime(2026, 1, 5, 8, tzinfo=UTC), invoice_no="F-1", debtor=owing,
        issue_date=date(2026, 1, 5), due_date=date(2026, 2, 24), total=Money(amount=100),
    )  # fmt: skip


def test_a_warning_names_the_date_the_limit_and_the_law_in_both_languages() -> None:
    (warning,) = term_warnings(date(2026, 1, 31), date(2026, 6, 1), BUSINESS)

    assert (warning.limit, warning.law) == ("2026-04-01", "art. L441-10 I C. com.")
    assert "01/06/2026" in warning.fr
    assert "01/04/2026" in warning.fr
    assert "2026-06-01 is later than professionals may agree upon for this invoice, 2026-04-01" in warning.en


@pytest.mark.parametrize(
    ("rate", "due_on", "kind", "is_warned"),
    [
        pytest.param("8.24", date(2026, 6, 30), BUSINESS, True, id="under the floor"),
        pytest.param("8.25", date(2026, 6, 30), BUSINESS, False, id="on the floor"),
        pytest.param("8.24", date(2026, 6, 29), BUSINESS, False, id="of the day interest begins"),
        pytest.param("2x", date(2026, 6, 29), BUSINESS, True, id="twice the legal rate"),
        pytest.param("1", date(2026, 6, 30), PUBLIC, False, id="not used for public buyers"),
        pytest.param("1", date(2026, 12, 31), BUSINESS, False, id="a semester that is not known"),
        pytest.param(None, date(2026, 6, 30), BUSINESS, False, id="the law's rate"),
    ],
)
def test_a_contract_rate_under_the_floor_is_warned_of(
    *, rate: str | None, due_on: date, kind: DebtorKind, is_warned: bool
) -> None:
    found = rate_warnings(rate, due_on, kind, load_rates())

    assert [warning.code for warning in found] == ([WarningCode.RATE_UNDER_FLOOR] if is_warned else [])
