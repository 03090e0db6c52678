import re

import pytest

from workflows.tracking import BadTracking, check_digit, tracking_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        pytest.param("RR473124829GB", "RR473124829GB", id="the example of the standard"),
        pytest.param("rr 4731 2482 9 gb", "RR473124829GB", id="as somebody types it"),
        pytest.param("1A 204 117 3301 8", "1A20411733018", id="a registered letter in France"),
    ],
)
def test_a_number_as_the_post_gives_it_is_kept_without_its_spaces(text: str, number: str) -> None:
    assert tracking_number(text) == number


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("RR473124828GB", "chiffre faux", id="another check digit"),
        pytest.param("RR473142829GB", "chiffre faux", id="two figures exchanged"),
        pytest.param("RR47312482GB", "13 caractères", id="a figure too few"),
        pytest.param("1A2041173301", "13 caractères", id="a French one too short"),
        pytest.param("", "13 caractères", id="nothing"),
        pytest.param("RR٤٧٣١٢٤٨٢٩GB", "13 caractères", id="figures of another script"),
    ],
)
def test_a_mistyped_number_is_refused_with_the_fix(text: str, words: str) -> None:
    with pytest.raises(BadTracking, match=re.escape(repr(text))) as caught:
        tracking_number(text)

    assert words in caught.value.fr


@pytest.mark.parametrize(
    ("serial", "digit"),
    [
        pytest.param("47312482", 9, id="200 modulo 11 is 2"),
        pytest.param("00000005", 9, id="35 modulo 11 is 2"),
        pytest.param("00000000", 5, id="eleven becomes five"),
        pytest.param("00000008", 0, id="ten becomes nought: 56 modulo 11 is 1"),
    ],
)
def test_the_check_digit(serial: str, digit: int) -> None:
    assert check_digit(serial) == digit
