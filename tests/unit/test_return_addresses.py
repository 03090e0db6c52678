"""Addresses of our own for each message: signed, short enough, and worth nothing when forged."""

import hashlib

import pytest

from workers.return_addresses import LONGEST_BASE, TAG_LENGTH, ReturnAddresses, Tagged

SECRET, OLD = b"a secret of twenty letters", b"the secret before that one"
HEX = hashlib.sha256(b"dispatch").hexdigest()[:40]
MESSAGE = f"<{HEX}@atelier.example>"
OURS = ReturnAddresses((SECRET, OLD), "bounces@mail.example", "reponses@atelier.example")


def bounce_address(of: ReturnAddresses = OURS, message_id: str = MESSAGE) -> str:
    address = of.for_bounces(message_id)
    assert address is not None
    return address


def test_the_same_message_has_the_same_address() -> None:
    address = bounce_address()

    assert address == bounce_address()
    assert address == "bounces+" + address[len("bounces+") :][:TAG_LENGTH] + "@mail.example"
    assert address.lower() == address


def test_a_tag_names_its_message_and_what_it_is_for() -> None:
    answers = OURS.for_replies(MESSAGE) or ""

    assert OURS.read([bounce_address()]) == Tagged("bounces", f"<{HEX[:20]}")
    assert OURS.read([answers]) == Tagged("replies", f"<{HEX[:20]}")
    assert MESSAGE.startswith(f"<{HEX[:20]}")
    assert len(answers.partition("@")[0]) <= 64


def test_a_tag_is_found_among_other_addresses_and_in_capitals() -> None:
    said = ["someone@else.example", f"<{bounce_address().upper()}>"]

    assert OURS.read(said) == Tagged("bounces", f"<{HEX[:20]}")


def test_tags_of_an_older_secret_are_still_read_and_no_longer_made() -> None:
    before = ReturnAddresses((OLD,), "bounces@mail.example")

    assert OURS.read([bounce_address(before)]) == Tagged("bounces", f"<{HEX[:20]}")
    assert bounce_address(before) != bounce_address()
    assert before.read([bounce_address()]) is None


@pytest.mark.parametrize("place", range(TAG_LENGTH))
def test_one_changed_letter_names_nothing(place: int) -> None:
    head, at = "bounces+", len("bounces+") + place
    address = bounce_address()
    other = "a" if address[at] != "a" else "b"

    assert OURS.read([address[:at] + other + address[at + 1 :]]) is None
    assert address.startswith(head)


@pytest.mark.parametrize(
    "address",
    ["bounces@mail.example", "bounces+@mail.example", "bounces+abc@mail.example", "+" * 5000 + "@x", "", "\x00+é@x",
     "bounces+" + "a" * TAG_LENGTH + "@mail.example", "bounces+" + "a" * (TAG_LENGTH + 1) + "@mail.example"],
)  # fmt: skip
def test_what_is_no_tag_says_nothing(address: str) -> None:
    assert OURS.read([address]) is None


def test_without_a_secret_or_an_address_nothing_is_made() -> None:
    assert ReturnAddresses((), "bounces@mail.example").for_bounces(MESSAGE) is None
    assert ReturnAddresses((SECRET,)).for_bounces(MESSAGE) is None
    assert ReturnAddresses().read([bounce_address()]) is None


def test_ids_that_are_not_ours_get_no_tag() -> None:
    assert OURS.for_bounces("<1234@elsewhere.example>") is None


def test_the_longest_name_still_fits_an_address() -> None:
    longest = ReturnAddresses((SECRET,), "x" * LONGEST_BASE + "@mail.example")

    assert len(bounce_address(longest).partition("@")[0]) == 64


def test_secrets_are_not_shown() -> None:
    assert SECRET.decode() not in repr(OURS)
