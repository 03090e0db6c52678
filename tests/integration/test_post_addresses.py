"""Addresses and names that providers of letters are given, and those that no envelope bears."""

from dataclasses import replace
from typing import Any

import pytest

from tests.fake_provider import FakeProvider
from tests.letter_examples import DEBTOR, LETTER, Make, merci_facteur, mysendingbox, outcome
from workers.channels.base import Party, Refused

PAPER = pytest.mark.parametrize("make", [mysendingbox, merci_facteur])


def moved(**place: Any) -> Party:  # noqa: ANN401 - parts of a place
    assert DEBTOR.place is not None
    return replace(DEBTOR, place=replace(DEBTOR.place, **place))


@PAPER
@pytest.mark.parametrize(
    ("recipient", "code", "marked"),
    [
        pytest.param(replace(DEBTOR, place=None), "no-address", True, id="no address"),
        pytest.param(moved(lines=("x" * 39,)), "long-line", True, id="a line of 39 characters"),
        pytest.param(moved(city="L" * 33), "long-line", True, id="a town that does not fit behind its postcode"),
        pytest.param(moved(lines=("a", "b", "c", "d")), "many-lines", True, id="four lines"),
        pytest.param(moved(postcode="3800"), "bad-postcode", True, id="a postcode of four digits"),
        pytest.param(replace(DEBTOR, name="N" * 39), "long-name", False, id="a name of 39 characters"),
    ],
)
def test_an_address_that_no_envelope_bears_is_refused_before_anybody_is_asked(
    post: FakeProvider, make: Make, *, recipient: Party, code: str, marked: bool
) -> None:
    error = outcome(make(post.url), replace(LETTER, recipient=recipient))

    assert isinstance(error, Refused)
    assert (error.code, error.address_is_bad, post.asked) == (code, marked, [])


@PAPER
@pytest.mark.parametrize("name", ["Ελληνική Εταιρεία", "ООО Восток", "株式会社東京", "Łódź & Çelik"])
def test_names_in_any_alphabet_arrive_as_they_are_written(post: FakeProvider, make: Make, name: str) -> None:
    outcome(make(post.url), replace(LETTER, recipient=replace(DEBTOR, name=name, person=None)))

    facts = post.taken[0].facts
    assert name in (facts.get("to[name]"), facts.get("dest", {}).get("societe"))
