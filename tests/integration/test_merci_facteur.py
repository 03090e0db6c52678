"""Letters by Merci Facteur: its modes, its errors, its word against repetition."""

import json
from dataclasses import replace

import pytest

from tests.fake_post import MF_TOKEN
from tests.fake_provider import FakeProvider, Fault
from tests.letter_examples import (
    DEBTOR,
    DOUBTS,
    LETTER,
    REFERENCE,
    merci_facteur,
    outcome,
    struck,
)
from workers.channels.base import ChannelError, InDoubt, Place, Receipt, Refused, TryLater


@pytest.mark.parametrize(("channel", "mode"), [("letter", "normal"), ("tracked", "suivi"), ("registered", "lrare")])
def test_merci_facteur_is_told_how_to_post_and_gets_every_key(post: FakeProvider, channel: str, mode: str) -> None:
    outcome(merci_facteur(post.url), replace(LETTER, channel=channel))

    facts = post.taken[0].facts
    assert facts["modeEnvoi"] == mode
    assert facts.get("gestionNpai") == (None if channel == "registered" else "1")
    assert facts["antidoublon"] == REFERENCE
    assert facts["dest"] == {
        "civilite": "", "nom": "Marie Perrin", "prenom": "", "societe": "Bâtiments du Parc SARL",
        "adresse1": "Bâtiment B", "adresse2": "12 rue des Lilas", "adresse3": "", "cp": "38000", "ville": "Grenoble",
        "pays": "FRANCE", "reference": REFERENCE[:30],
    }  # fmt: skip


@pytest.mark.parametrize(("fault", "code"), DOUBTS)
def test_merci_facteur_is_given_a_doubtful_letter_again_and_takes_it_once(
    post: FakeProvider, fault: Fault, code: str
) -> None:
    struck(post, merci_facteur)
    post.script = [replace(fault)]

    receipt = outcome(merci_facteur(post.url, timeout_s=0.3), LETTER)

    assert isinstance(receipt, Receipt), (receipt, code)
    assert len(post.taken) == 1
    assert receipt.provider_id == (None if fault.takes else "9001")


@pytest.mark.parametrize(("fault", "code"), DOUBTS)
def test_a_doubt_that_a_second_failure_does_not_end_stays_one(post: FakeProvider, fault: Fault, code: str) -> None:
    struck(post, merci_facteur)
    post.script = [replace(fault), Fault(status=503)]

    error = outcome(merci_facteur(post.url, timeout_s=0.3), LETTER)

    assert isinstance(error, InDoubt), error
    assert error.code == code


def test_a_letter_that_merci_facteur_had_before_is_left_to_a_person(post: FakeProvider) -> None:
    outcome(merci_facteur(post.url), LETTER)
    error = outcome(merci_facteur(post.url), LETTER)

    assert isinstance(error, InDoubt)
    assert error.code == "repetition"
    assert len(post.taken) == 1


def test_a_token_is_asked_for_once_and_anew_when_it_is_no_longer_taken(post: FakeProvider) -> None:
    way = merci_facteur(post.url)
    way.send(LETTER)
    way.send(replace(LETTER, message_id="<other@atelier.example>"))
    assert post.asked.count("GET /mf/getToken") == 1

    way._door._token = "old"  # type: ignore[attr-defined] # as if the provider had forgotten it
    last = replace(LETTER, message_id="<third@atelier.example>")
    with pytest.raises(TryLater):
        way.send(last)
    way.send(last)
    way.close()

    assert way._door._token == MF_TOKEN  # type: ignore[attr-defined] # as above
    assert len(post.taken) == 3


@pytest.mark.parametrize(
    ("code", "kind", "marked"),
    [
        pytest.param("INFO_ADDRESS_MISSING", Refused, True, id="the address is wrong"),
        pytest.param("LETTER_INVALID_BASE64_FILES", Refused, False, id="the file is wrong"),
        pytest.param("CREDIT_INSUFFISANT", TryLater, False, id="our credit"),
        pytest.param("RECIPIENT_UNKNOWN", Refused, False, id="a code nobody knows"),
    ],
)
def test_errors_of_merci_facteur(post: FakeProvider, code: str, kind: type[ChannelError], *, marked: bool) -> None:
    struck(post, merci_facteur)
    post.script = [Fault(status=200, body=json.dumps({"success": False, "error": code}).encode())]

    error = outcome(merci_facteur(post.url), LETTER)

    assert isinstance(error, kind), error
    assert getattr(error, "address_is_bad", False) is marked


@pytest.mark.parametrize(
    ("country", "name", "said"),
    [("DE", "ALLEMAGNE", "ALLEMAGNE"), ("RE", "LA RÉUNION", "REUNION"), ("BE", "BELGIQUE", "BELGIQUE")],
)
def test_merci_facteur_is_told_countries_as_it_spells_them(
    post: FakeProvider, country: str, name: str, said: str
) -> None:
    abroad = Place(lines=("Weg 1",), postcode="10115", city="Berlin", country=country, country_name=name)
    outcome(merci_facteur(post.url), replace(LETTER, recipient=replace(DEBTOR, place=abroad)))

    assert post.taken[0].facts["dest"]["pays"] == said
