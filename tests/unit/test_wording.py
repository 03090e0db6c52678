"""Facts that contradict each other never become a letter."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from workflows.invoice import Channel, DebtorKind
from workflows.letter_example_people import contact_of, debtor_of
from workflows.letter_examples import NOW, TODAY, example, interest_on, invoice_lines
from workflows.wording import LetterFacts, Need, PreviousContact
from workflows.wording_checks import BadFacts, check_facts

LATE = TODAY - timedelta(days=22)


def test_consistent_facts_pass() -> None:
    check_facts(example("formal_notice", tone=5, channel=Channel.REGISTERED, count=3), frozenset({Need.INTEREST}))


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        pytest.param({"deadline_on": TODAY}, "deadline_on 2026-11-14 is not after", id="a deadline today"),
        pytest.param({"deadline_on": LATE}, "deadline_on 2026-10-23 is not after", id="the due date as a deadline"),
        pytest.param({"deadline_on": None, "deadline_days": 8}, "without from_reception", id="days from nowhere"),
        pytest.param({"from_reception": True}, "keep one of them", id="a date and a period from reception"),
        pytest.param(
            {"deadline_on": None, "deadline_days": 8, "from_reception": True},
            "only a letter has a day of reception",
            id="an e-mail has no day of reception",
        ),
        pytest.param(
            {"balance": 124_999}, "balance is 1249.99, but the balances of the lines add up", id="the balance"
        ),
        pytest.param({"grand_total": 125_001}, "grand_total is 1250.01", id="the grand total"),
        pytest.param({"interest_total": 1}, "interest_total is 0.01", id="interest without its lines"),
        pytest.param(
            {"lines": invoice_lines(1, LATE)[0:1] * 2, "balance": 250_000},
            "'F-2026-0042' appears twice",
            id="an invoice twice",
        ),
        pytest.param(
            {"lines": (invoice_lines(1, LATE)[0].model_copy(update={"paid": 1}),)},
            "paid + disputed + balance is 1250.01, total is 1250.00",
            id="the parts of an invoice",
        ),
        pytest.param(
            {"lines": (invoice_lines(1, LATE)[0].model_copy(update={"days_late": 21}),)},
            "days_late is 21; from 2026-10-23 to 2026-11-14 it is 22",
            id="the days late",
        ),
        pytest.param(
            {"previous": (PreviousContact(on=TODAY + timedelta(days=1), template="x", channel=Channel.EMAIL),)},
            "list only messages that left",
            id="a reminder of tomorrow",
        ),
    ],
)
def test_contradictions_are_refused_with_the_field_and_the_value(changes: dict[str, Any], named: str) -> None:
    facts = example("first_reminder", tone=1, **changes)

    with pytest.raises(BadFacts, match="first_reminder") as refusal:
        check_facts(facts)

    assert named in str(refusal.value)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        pytest.param({"days": 21}, "interest[0].days is 21", id="days that do not match the dates"),
        pytest.param({"to_on": TODAY + timedelta(days=1), "days": 23}, "stop it there", id="interest of tomorrow"),
        pytest.param({"invoice": "F-9"}, "'F-9' is not among the lines", id="interest on another invoice"),
        pytest.param({"amount": 935}, "interest_total is 9.34", id="a line that breaks the sum"),
    ],
)
def test_an_interest_line_must_match_its_dates_and_invoice(change: dict[str, Any], named: str) -> None:
    line = interest_on(invoice_lines(1, LATE))[0].model_copy(update=change)
    facts = example("second_reminder_firm", tone=3, interest=(line,))

    with pytest.raises(BadFacts) as refusal:
        check_facts(facts)

    assert named in str(refusal.value)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        pytest.param({"indemnity": 4_000, "grand_total": 129_000}, "only professionals owe it", id="the indemnity"),
        pytest.param(
            {"interest": interest_on(invoice_lines(1, LATE)), "interest_total": 934, "grand_total": 125_934},
            "interest_total 9.34 for a consumer",
            id="the commercial rate",
        ),
    ],
)
def test_a_consumer_owes_neither_indemnity_nor_commercial_interest(changes: dict[str, Any], named: str) -> None:
    facts = example("formal_notice", tone=5, kind=DebtorKind.CONSUMER, **changes)

    with pytest.raises(BadFacts) as refusal:
        check_facts(facts)

    assert named in str(refusal.value)


@pytest.mark.parametrize(
    ("need", "changes"),
    [
        pytest.param(Need.DEADLINE, {"deadline_on": None}, id="deadline"),
        pytest.param(Need.NOT_YET_DUE, {}, id="not yet due"),
        pytest.param(Need.PREVIOUS, {}, id="previous"),
        pytest.param(Need.INTEREST, {}, id="interest"),
        pytest.param(Need.PROMISED_ON, {}, id="promised_on"),
        pytest.param(Need.PROMISED_ON, {"promised_on": LATE}, id="a promise that has passed"),
        pytest.param(Need.DISPUTED, {}, id="disputed"),
        pytest.param(Need.PAID, {}, id="paid"),
        pytest.param(
            Need.POSTAL_ADDRESS,
            {"contact": contact_of(DebtorKind.BUSINESS, "fr").model_copy(update={"address": None})},
            id="postal address",
        ),
        pytest.param(
            Need.CLIENT_SINCE,
            {"debtor": debtor_of(DebtorKind.BUSINESS, "fr").model_copy(update={"client_since": None})},
            id="client since",
        ),
    ],
)
def test_what_a_letter_needs_must_be_there(need: Need, changes: dict[str, Any]) -> None:
    facts = example("first_reminder", tone=1, **changes)

    with pytest.raises(BadFacts) as refusal:
        check_facts(facts, frozenset({need}))

    assert len(refusal.value.findings) == 1


def test_an_invoice_due_today_is_not_overdue() -> None:
    facts = example("first_reminder", tone=1, lines=invoice_lines(1, TODAY))

    with pytest.raises(BadFacts, match="not overdue yet"):
        check_facts(facts, frozenset({Need.OVERDUE}))


def test_only_reminders_after_the_due_date_are_cited() -> None:
    days = [LATE - timedelta(days=5), LATE + timedelta(days=5), LATE + timedelta(days=9)]
    templates = ["preventive", "first_reminder", "promise_acknowledged"]
    previous = [
        PreviousContact(on=day, template=name, channel=Channel.EMAIL) for day, name in zip(days, templates, strict=True)
    ]

    facts = example("second_reminder", tone=2, previous=tuple(previous))

    assert [contact.template for contact in facts.reminders] == ["first_reminder"]


@pytest.mark.parametrize("url", ["javascript:alert(1)", 'https://pay.example/"onclick=', "https://a b"])
def test_a_pay_link_is_an_ordinary_web_address(url: str) -> None:
    with pytest.raises(ValidationError, match="pay_url"):
        example("first_reminder", tone=1, pay_url=url)


def test_facts_survive_their_json_form_with_amounts_as_decimal_strings() -> None:
    facts = example("formal_notice", tone=5, channel=Channel.REGISTERED, count=2)

    text = facts.model_dump_json()

    assert '"grand_total":"2601.66"' in text
    assert LetterFacts.model_validate_json(text) == facts


def test_the_day_of_the_figures_is_that_of_their_zone() -> None:
    assert example("first_reminder", tone=1).today == date(2026, 11, 14) == NOW.date()
    assert interest_on(invoice_lines(1, LATE))[0].rate == Decimal("12.40")
