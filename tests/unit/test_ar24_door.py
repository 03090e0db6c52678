"""How AR24's requests are signed and its answers unsealed: the published vectors, and what is sealed otherwise."""

import pytest

from workers.channels import aes
from workers.channels.ar24_door import signature, unseal

DATE, KEY = "2021-05-26 14:00:00", "7X9gx9E3Qx4EiUdB63nc"
#: NIST SP 800-38A, F.2.5: CBC-AES256.
NIST_KEY = bytes.fromhex("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4")
NIST_IV = bytes(range(16))
NIST_PLAIN = bytes.fromhex(
    "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
    "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710"
)
NIST_SEALED = bytes.fromhex(
    "f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d"
    "39f23369a9d9bacfa530e26304231461b2eb05e2c39be9fcda6c19078c6a9d1b"
)


def test_the_cipher_is_the_one_of_the_standard() -> None:
    sealed = aes.encrypt(NIST_KEY, NIST_IV, NIST_PLAIN)

    assert sealed[: len(NIST_SEALED)] == NIST_SEALED
    assert aes.decrypt(NIST_KEY, NIST_IV, sealed) == NIST_PLAIN


@pytest.mark.parametrize("length", [0, 1, 15, 16, 17, 1000])
def test_what_was_sealed_comes_back_whatever_its_length(length: int) -> None:
    plain = bytes(number % 251 for number in range(length))

    assert aes.decrypt(NIST_KEY, NIST_IV, aes.encrypt(NIST_KEY, NIST_IV, plain)) == plain


@pytest.mark.parametrize("sealed", [b"", b"x" * 15, NIST_SEALED], ids=["nothing", "half a block", "no padding"])
def test_what_was_not_sealed_so_is_refused(sealed: bytes) -> None:
    with pytest.raises(ValueError, match=r"blocks|padding"):
        aes.decrypt(NIST_KEY, NIST_IV, sealed)


def test_a_key_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="a key has 32"):
        aes.encrypt(b"short", NIST_IV, b"")


def test_a_request_is_signed_as_the_documentation_shows() -> None:
    assert signature(KEY, DATE) == "bDop0cbjKpkySlpvnNGvBMg7PuYFFgPPqTTS2RAHoY0="


def test_an_answer_is_unsealed_as_the_documentation_shows() -> None:
    assert unseal(KEY, DATE, "WwBOU6s8DaMWmYdctBJwfuoujFgVygBUjhsbdf8eWqQ=") == '{status: "SUCCESS"}'


@pytest.mark.parametrize("sealed", ["<html>", "AAAA", "WwBOU6s8DaMWmYdctBJwfuoujFgVygBUjhsbdf8eWqA="])
def test_an_answer_sealed_otherwise_says_so(sealed: str) -> None:
    with pytest.raises(ValueError, match=r"Base64|blocks|padding|utf-8"):
        unseal(KEY, DATE, sealed)
