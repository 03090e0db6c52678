import pytest

from workers.intake.findings import Unfit
from workers.intake.phones import read_phone


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("06 12 34 56 78", "+33612345678", id="mobile"),
        pytest.param("01.42.68.53.00", "+33142685300", id="points"),
        pytest.param("01-42-68-53-00", "+33142685300", id="dashes"),
        pytest.param("+33 (0)6 12 34 56 78", "+33612345678", id="the zero in brackets"),
        pytest.param("+33 06 12 34 56 78", "+33612345678", id="the zero that does not travel"),
        pytest.param("0033612345678", "+33612345678", id="two zeros for the plus"),
        pytest.param("612345678", "+33612345678", id="the zero that a spreadsheet took"),
        pytest.param("06\u00a012\u202f34 56 78", "+33612345678", id="no-break spaces"),
        pytest.param("0692 12 34 56", "+262692123456", id="La Réunion, mobile"),
        pytest.param("0693123456", "+262693123456", id="La Réunion, mobile, the other prefix"),
        pytest.param("0262 20 00 00", "+262262200000", id="La Réunion"),
        pytest.param("0639 12 34 56", "+262639123456", id="Mayotte, mobile"),
        pytest.param("0690 12 34 56", "+590690123456", id="Guadeloupe, mobile"),
        pytest.param("0596 12 34 56", "+596596123456", id="Martinique"),
        pytest.param("0696 12 34 56", "+596696123456", id="Martinique, mobile"),
        pytest.param("0694 12 34 56", "+594694123456", id="Guyane, mobile"),
        pytest.param("+33692123456", "+262692123456", id="La Réunion, written as if it were in the mainland"),
        pytest.param("0508 41 00 00", "+508410000", id="Saint-Pierre-et-Miquelon, from the mainland"),
        pytest.param("+32 2 123 45 67", "+3221234567", id="Belgium"),
    ],
)
def test_a_number_is_read_in_its_international_form(text: str, expected: str) -> None:
    assert read_phone(text) == expected


@pytest.mark.parametrize(
    ("text", "postcode", "expected"),
    [
        pytest.param("41 00 00", "97500", "+508410000", id="Saint-Pierre-et-Miquelon"),
        pytest.param("27 12 34", "98800", "+687271234", id="Nouvelle-Calédonie"),
        pytest.param("40 12 34 56", "98714", "+68940123456", id="Polynésie"),
        pytest.param("06 12 34 56 78", "98800", "+33612345678", id="a number of the mainland there"),
    ],
)
def test_short_numbers_of_territories_are_read_by_the_postcode(text: str, postcode: str, expected: str) -> None:
    assert read_phone(text, postcode) == expected


@pytest.mark.parametrize(
    ("text", "country"),
    [
        pytest.param("voir fiche", "FR", id="words"),
        pytest.param("06 12 34 56", "FR", id="too short"),
        pytest.param("06 12 34 56 78 90", "FR", id="too long"),
        pytest.param("0612345678 / 0142685300", "FR", id="two numbers"),
        pytest.param("+33 6 12 34 56", "FR", id="too short for France"),
        pytest.param("0", "FR", id="a zero"),
        pytest.param("02 123 45 67", "BE", id="a national number of another country"),
        pytest.param("27 12 34", "FR", id="a short number of nowhere"),
    ],
)
def test_what_is_no_number_is_refused(text: str, country: str) -> None:
    with pytest.raises(Unfit, match="number"):
        read_phone(text, None, country)
