"""How AR24's requests are signed and its answers unsealed: the published example, and what is sealed otherwise."""

import pytest

from workers.channels.ar24_door import signature, unseal

DATE, KEY = "2021-05-26 14:00:00", "7X9gx9E3Qx4EiUdB63nc"


def test_a_request_is_signed_as_the_documentation_shows() -> None:
    assert signature(KEY, DATE) == "bDop0cbjKpkySlpvnNGvBMg7PuYFFgPPqTTS2RAHoY0="


def test_an_answer_is_unsealed_as_the_documentation_shows() -> None:
    assert unseal(KEY, DATE, "WwBOU6s8DaMWmYdctBJwfuoujFgVygBUjhsbdf8eWqQ=") == '{status: "SUCCESS"}'


@pytest.mark.parametrize("sealed", ["", "<html>", "AAAA", "WwBOU6s8DaMWmYdctBJwfuoujFgVygBUjhsbdf8eWqA="])
def test_an_answer_sealed_otherwise_says_so(sealed: str) -> None:
    with pytest.raises(ValueError, match=r"base64|block length|padding|utf-8"):
        unseal(KEY, DATE, sealed)
