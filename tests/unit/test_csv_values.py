from datetime import date

import pytest

from workers.intake.findings import Unfit
from workers.intake.french_places import read_country, read_email, read_postcode, read_siren
from workers.intake.french_values import (
    Decimal,
    read_amount,
    read_currency,
    read_day,
    read_kind,
    read_language,
)
from workflows.invoice import DebtorKind


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("1 234,56", 123_456, id="a space between thousands"),
        pytest.param("1\u00a0234,56", 123_456, id="a no-break space"),
        pytest.param("1\u202f234\u202f567,8", 123_456_780, id="narrow no-break spaces, one decimal"),
        pytest.param("1.234,56", 123_456, id="points between thousands"),
        pytest.param("1,234.56", 123_456, id="English"),
        pytest.param("1'234.56", 123_456, id="Swiss"),
        pytest.param("1.234.567", 123_456_700, id="two groups can only be thousands"),
        pytest.param("1234.56", 123_456, id="a point before the decimals"),
        pytest.param("1234,5600", 123_456, id="zeros behind the cents"),
        pytest.param("1250", 125_000, id="whole euros"),
        pytest.param("12,", 1_200, id="nothing behind the comma"),
        pytest.param("0,05", 5, id="cents"),
        pytest.param("1 250,00 €", 125_000, id="the euro sign"),
        pytest.param("€1250", 125_000, id="the euro sign first"),
        pytest.param("1250 EUR", 125_000, id="the code of the euro"),
        pytest.param("-12,00", -1_200, id="a minus"),
        pytest.param("\u221212,00", -1_200, id="a typographic minus"),
        pytest.param("12,00-", -1_200, id="a minus behind"),
        pytest.param("(12,00)", -1_200, id="parentheses of accountants"),
        pytest.param("+12,00", 1_200, id="a plus"),
        pytest.param("\u200b12,00", 1_200, id="an invisible space"),
    ],
)
def test_an_amount_is_read_as_french_programs_write_it(text: str, expected: int) -> None:
    assert read_amount(text) == expected


@pytest.mark.parametrize(
    ("text", "decimal", "expected"),
    [
        pytest.param("1.234", ",", 123_400, id="the comma is declared"),
        pytest.param("1,234", ".", 123_400, id="the point is declared"),
        pytest.param("1,000", ",", 100, id="three decimals of which one is a zero too many"),
        pytest.param("1.234,56", ",", 123_456, id="both signs"),
        pytest.param("12 345,60", ",", 1_234_560, id="spaces as well"),
    ],
)
def test_a_declared_decimal_sign_settles_what_could_be_read_in_two_ways(
    text: str, decimal: Decimal, expected: int
) -> None:
    assert read_amount(text, decimal) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("1.234", "1234,00 ou 1,234", id="thousands or decimals"),
        pytest.param("1,234", "1234,00 ou 1,234", id="the same with a comma"),
        pytest.param("12,345678", "deux décimales", id="more than cents"),
        pytest.param("12 34,56", "n’est pas un montant", id="a group of two"),
        pytest.param("12,34,56", "n’est pas un montant", id="two commas"),
        pytest.param("douze", "n’est pas un montant", id="words"),
        pytest.param("12 USD", "n’est pas un montant", id="another currency"),
        pytest.param("1e5", "n’est pas un montant", id="an exponent"),
        pytest.param("#REF!", "n’est pas un montant", id="an error of a spreadsheet"),
        pytest.param("99999999999999", "trop grand", id="a number of an account"),
        pytest.param("", "n’est pas un montant", id="nothing"),
        pytest.param("5-5", "n’est pas un montant", id="a minus inside"),
    ],
)
def test_an_amount_that_is_none_or_two_is_refused_with_a_reason(text: str, reason: str) -> None:
    with pytest.raises(Unfit) as refused:
        read_amount(text)

    assert reason in refused.value.fr
    assert refused.value.en != refused.value.fr


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("09/10/2026", date(2026, 10, 9), id="day, month, year"),
        pytest.param("9/1/2026", date(2026, 1, 9), id="without zeros"),
        pytest.param("09-10-2026", date(2026, 10, 9), id="dashes"),
        pytest.param("09.10.2026", date(2026, 10, 9), id="points"),
        pytest.param("09/10/26", date(2026, 10, 9), id="a short year"),
        pytest.param("2026-10-09", date(2026, 10, 9), id="ISO"),
        pytest.param("2026-10-09T08:15:00Z", date(2026, 10, 9), id="ISO with a time"),
        pytest.param("09/10/2026 00:00:00", date(2026, 10, 9), id="French with a time"),
        pytest.param("20261009", date(2026, 10, 9), id="as in the accounting file of the tax office"),
        pytest.param("29/02/2028", date(2028, 2, 29), id="a leap day"),
    ],
)
def test_a_day_is_read_as_french_programs_write_it(text: str, expected: date) -> None:
    assert read_day(text) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("10/24/2026", "mois 24", id="the American order"),
        pytest.param("31/02/2026", "n’existe pas", id="no such day"),
        pytest.param("29/02/2026", "n’existe pas", id="no leap year"),
        pytest.param("46304", "Excel", id="a number of Excel"),
        pytest.param("46304,5", "Excel", id="with its time"),
        pytest.param("09/10/1926", "entre 2000 et 2090", id="another century"),
        pytest.param("09/10/2206", "entre 2000 et 2090", id="figures swapped"),
        pytest.param("octobre", "JJ/MM/AAAA", id="words"),
        pytest.param("09/10", "JJ/MM/AAAA", id="no year"),
    ],
)
def test_a_day_that_does_not_exist_is_refused_with_a_reason(text: str, reason: str) -> None:
    with pytest.raises(Unfit) as refused:
        read_day(text)

    assert reason in refused.value.fr


@pytest.mark.parametrize(
    ("text", "expected"),
    [("€", "EUR"), ("euros", "EUR"), ("eur", "EUR"), ("usd", "USD"), ("CHF", "CHF")],
)
def test_a_currency_is_read(text: str, expected: str) -> None:
    assert read_currency(text) == expected


@pytest.mark.parametrize("text", ["JPY", "XPF", "dollars", "E"])
def test_a_currency_without_hundredths_or_without_a_code_is_refused(text: str) -> None:
    with pytest.raises(Unfit):
        read_currency(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Pro", DebtorKind.BUSINESS), ("SOCIÉTÉ", DebtorKind.BUSINESS), ("particulier", DebtorKind.CONSUMER),
        ("Collectivité", DebtorKind.PUBLIC), ("b2c", DebtorKind.CONSUMER),
    ],
)  # fmt: skip
def test_who_owes_is_read_without_case_or_accents(text: str, expected: DebtorKind) -> None:
    assert read_kind(text) is expected


def test_who_owes_is_never_guessed() -> None:
    with pytest.raises(Unfit):
        read_kind("VIP")


@pytest.mark.parametrize(
    ("text", "expected"), [("FR", "fr"), ("Français", "fr"), ("fr-FR", "fr"), ("anglais", "en"), ("en-GB", "en")]
)
def test_a_language_is_read(text: str, expected: str) -> None:
    assert read_language(text) == expected


@pytest.mark.parametrize(
    ("text", "country", "expected"),
    [
        pytest.param("75001", "FR", ("75001", False), id="five digits"),
        pytest.param("75 001", "FR", ("75001", False), id="with a space"),
        pytest.param("1000", "FR", ("01000", True), id="the zero that a spreadsheet took"),
        pytest.param("2A004", "BE", ("2A004", False), id="a foreign one is left alone"),
        pytest.param("97400", "FR", ("97400", False), id="overseas"),
    ],
)
def test_a_postcode_is_read_and_mended(text: str, country: str, expected: tuple[str, bool]) -> None:
    assert read_postcode(text, country) == expected


@pytest.mark.parametrize("text", ["750", "750011", "Paris", "0100"])
def test_a_french_postcode_of_another_length_is_refused(text: str) -> None:
    with pytest.raises(Unfit):
        read_postcode(text, "FR")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("732 829 320", ("732829320", True), id="spaces"),
        pytest.param("73282932000074", ("732829320", True), id="a SIRET begins with the SIREN"),
        pytest.param("732829321", ("732829321", False), id="a wrong check digit is told"),
    ],
)
def test_a_company_number_is_read(text: str, expected: tuple[str, bool]) -> None:
    assert read_siren(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("Belgique", "BE"), ("france", "FR"), ("de", "DE"), ("La Réunion", "RE"), ("Spain", "ES")]
)
def test_a_country_is_read_by_code_or_name(text: str, expected: str) -> None:
    assert read_country(text) == expected


@pytest.mark.parametrize("text", ["Perdu", "QQ", "F"])
def test_an_unknown_country_is_refused(text: str) -> None:
    with pytest.raises(Unfit):
        read_country(text)


@pytest.mark.parametrize(
    "text", ["compta@", "compta.perrin.fr", "a@b.fr; c@d.fr", "a@b.fr,c@d.fr", "a@b.fr c@d.fr", "a@localhost"]
)
def test_an_email_that_is_none_or_several_is_refused(text: str) -> None:
    with pytest.raises(Unfit):
        read_email(text)


def test_an_email_is_read_without_its_link() -> None:
    assert read_email("mailto:Compta@Perrin.example") == "Compta@perrin.example"
