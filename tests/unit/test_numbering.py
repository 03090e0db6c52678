"""Numbers of France, mainland and overseas: read as people write them, stored in E.164, printed nationally."""

import pytest

from workers.intake.phones import read_phone
from workflows.numbering import OVERSEAS, national, takes_texts

#: As people write it, the postcode where the number itself does not tell the place, stored, printed, reached by texts.
NUMBERS = [
    pytest.param("06 12 34 56 78", None, "+33612345678", "06 12 34 56 78", True, id="mobile, 06"),
    pytest.param("07 56 78 90 12", None, "+33756789012", "07 56 78 90 12", True, id="mobile, 07"),
    pytest.param("06 95 12 34 56", None, "+33695123456", "06 95 12 34 56", True, id="mobile next to overseas ranges"),
    pytest.param("06 38 12 34 56", None, "+33638123456", "06 38 12 34 56", True, id="mobile next to that of Mayotte"),
    pytest.param("04 76 12 34 56", None, "+33476123456", "04 76 12 34 56", False, id="fixed line, 04"),
    pytest.param("09 70 12 34 56", None, "+33970123456", "09 70 12 34 56", True, id="09: the provider decides"),
    pytest.param("0 800 12 34 56", None, "+33800123456", "08 00 12 34 56", False, id="a special number"),
    pytest.param("0690 12 34 56", None, "+590690123456", "0690 12 34 56", True, id="Guadeloupe, mobile"),
    pytest.param("0691 30 12 34", None, "+590691301234", "0691 30 12 34", True, id="Guadeloupe, mobile, 0691"),
    pytest.param("07 09 01 23 45", None, "+590709012345", "0709 01 23 45", True, id="Guadeloupe, newest mobiles"),
    pytest.param("0590 20 12 34", None, "+590590201234", "0590 20 12 34", False, id="Guadeloupe, fixed line"),
    pytest.param("0590 87 12 34", None, "+590590871234", "0590 87 12 34", False, id="Saint-Martin, fixed line"),
    pytest.param("0694 20 12 34", None, "+594694201234", "0694 20 12 34", True, id="Guyane, mobile"),
    pytest.param("0594 30 12 34", None, "+594594301234", "0594 30 12 34", False, id="Guyane, fixed line"),
    pytest.param("0696 12 34 56", None, "+596696123456", "0696 12 34 56", True, id="Martinique, mobile"),
    pytest.param("0697 12 34 56", None, "+596697123456", "0697 12 34 56", True, id="Martinique, mobile, 0697"),
    pytest.param("0596 60 12 34", None, "+596596601234", "0596 60 12 34", False, id="Martinique, fixed line"),
    pytest.param("0692 12 34 56", None, "+262692123456", "0692 12 34 56", True, id="La Réunion, mobile"),
    pytest.param("0693 12 34 56", None, "+262693123456", "0693 12 34 56", True, id="La Réunion, mobile, 0693"),
    pytest.param("0262 20 12 34", None, "+262262201234", "0262 20 12 34", False, id="La Réunion, fixed line"),
    pytest.param("0263 01 23 45", None, "+262263012345", "0263 01 23 45", False, id="La Réunion, fixed line, 0263"),
    pytest.param("0639 12 34 56", None, "+262639123456", "0639 12 34 56", True, id="Mayotte, mobile"),
    pytest.param("0269 61 12 34", None, "+262269611234", "0269 61 12 34", False, id="Mayotte, fixed line"),
    pytest.param("0508 41 12 34", None, "+508411234", "0508 41 12 34", False, id="Saint-Pierre-et-Miquelon, fixed"),
    pytest.param("55 12 34", "97500", "+508551234", "0508 55 12 34", True, id="Saint-Pierre-et-Miquelon, mobile"),
    pytest.param("75 12 34", "98800", "+687751234", "+687 75 12 34", True, id="Nouvelle-Calédonie, mobile"),
    pytest.param("27 12 34", "98800", "+687271234", "+687 27 12 34", False, id="Nouvelle-Calédonie, fixed line"),
    pytest.param("87 12 34 56", "98713", "+68987123456", "+689 87 12 34 56", True, id="Polynésie, mobile"),
    pytest.param("40 12 34 56", "98713", "+68940123456", "+689 40 12 34 56", False, id="Polynésie, fixed line"),
    pytest.param("82 12 34", "98600", "+681821234", "+681 82 12 34", True, id="Wallis-et-Futuna, mobile"),
    pytest.param("+32 475 12 34 56", None, "+32475123456", "+32475123456", True, id="another country"),
]


@pytest.mark.parametrize(("written", "postcode", "stored", "printed", "takes"), NUMBERS)
def test_a_number_is_stored_internationally_and_printed_nationally(
    written: str, postcode: str | None, stored: str, *, printed: str, takes: bool
) -> None:
    assert read_phone(written, postcode) == stored
    assert (national(stored), takes_texts(stored)) == (printed, takes)
    assert read_phone(printed, postcode) == stored


@pytest.mark.parametrize(("prefix", "code"), sorted(OVERSEAS.items()))
def test_a_number_of_overseas_may_bear_the_code_of_the_mainland(prefix: str, code: str) -> None:
    bare = (prefix + "1234567")[1:10]

    assert read_phone(f"+33{bare}") == read_phone(f"0{bare}") == f"+{code}{bare}"
