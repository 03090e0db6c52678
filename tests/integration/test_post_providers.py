"""The providers of letters against their documented interfaces on a real socket, and what goes wrong."""

import json
import socket
from dataclasses import replace

import pytest

from tests.fake_provider import HTML, FakeProvider, Fault
from tests.letter_examples import (
    DOUBTS,
    LETTER,
    PDF,
    REFERENCE,
    Make,
    ar24,
    letter_for,
    merci_facteur,
    mysendingbox,
    outcome,
    struck,
)
from workers.channels.base import ChannelError, InDoubt, Receipt, Refused, TryLater
from workers.channels.provider import CanLookUp

ALL = pytest.mark.parametrize("make", [mysendingbox, merci_facteur, ar24])
PAPER = pytest.mark.parametrize("make", [mysendingbox, merci_facteur])


@ALL
def test_a_letter_is_taken_once_with_both_ends_and_its_sheets(post: FakeProvider, make: Make) -> None:
    receipt = outcome(make(post.url), letter_for(make))

    assert isinstance(receipt, Receipt), receipt
    assert receipt.provider_id in ("msb0001", "9001", "1")
    assert [sent.text for sent in post.taken] == ["" if make is ar24 else PDF.decode()]


@pytest.mark.parametrize(
    ("make", "detail"),
    [
        pytest.param(mysendingbox, "200, 1.5 €", id="MySendingBox"),
        pytest.param(merci_facteur, "200, 1.44 € with tax", id="Merci Facteur"),
    ],
)
def test_the_receipt_tells_what_the_letter_costs(post: FakeProvider, make: Make, detail: str) -> None:
    receipt = outcome(make(post.url), LETTER)

    assert isinstance(receipt, Receipt)
    assert receipt.detail == detail


def test_mysendingbox_gets_addresses_in_parts_our_reference_and_how_to_print(post: FakeProvider) -> None:
    outcome(mysendingbox(post.url), replace(LETTER, channel="registered"))

    facts = post.taken[0].facts
    assert facts["metadata[reference]"] == REFERENCE
    assert (facts["to[company]"], facts["to[name]"]) == ("Bâtiments du Parc SARL", "Marie Perrin")
    assert (facts["to[address_line1]"], facts["to[address_line2]"]) == ("Bâtiment B", "12 rue des Lilas")
    assert (facts["to[address_postalcode]"], facts["to[address_city]"]) == ("38000", "Grenoble")
    assert facts["from[address_line1]"] == "3 quai Jongkind"
    assert (facts["postage_type"], facts["manage_delivery_proof"]) == ("lrar", "true")
    assert (facts["color"], facts["both_sides"], facts["manage_returned_mail"]) == ("bw", "true", "true")


REFUSAL = json.dumps({"success": False, "error": {"code": "LETTER_INVALID_FILES", "text": "no"}, "message": "no"})
AR24_NO = b'{"status": "ERROR", "slug": "to_email_invalid", "message": "no"}'


@ALL
@pytest.mark.parametrize(
    ("fault", "kind", "code"),
    [
        pytest.param(Fault(status=400, body=REFUSAL.encode()), Refused, "400", id="refused"),
        pytest.param(Fault(status=401, body=b"{}"), TryLater, "401", id="our key"),
        pytest.param(Fault(status=402, body=b"{}"), TryLater, "402", id="no credit left"),
        pytest.param(Fault(status=302, headers={"location": "/login"}), TryLater, "302", id="moved"),
        pytest.param(Fault(status=429, headers={"Retry-After": "90"}), TryLater, "429", id="too many"),
        pytest.param(Fault(status=503, body=HTML, media_type="text/html"), TryLater, "503", id="closed for now"),
    ],
)
def test_a_certain_no_has_one_meaning_with_every_provider(
    post: FakeProvider, make: Make, *, fault: Fault, kind: type[ChannelError], code: str
) -> None:
    struck(post, make)
    post.script = [replace(fault)]

    error = outcome(make(post.url, timeout_s=0.3), letter_for(make))

    assert isinstance(error, kind), error
    assert error.code == code
    assert post.taken == []
    if code == "429":
        assert error.retry_after_s == 90  # type: ignore[attr-defined] # a TryLater


@pytest.mark.parametrize("make", [mysendingbox, ar24])
@pytest.mark.parametrize(("fault", "code"), DOUBTS)
def test_what_may_have_been_taken_is_in_doubt(post: FakeProvider, make: Make, *, fault: Fault, code: str) -> None:
    struck(post, make)
    post.script = [replace(fault)]

    error = outcome(make(post.url, timeout_s=0.3), letter_for(make))

    assert isinstance(error, InDoubt), error
    assert error.code == code


@ALL
def test_a_wrong_key_is_our_setting_and_never_the_debtors_fault(post: FakeProvider, make: Make) -> None:
    error = outcome(make(post.url, key="test_wrong"), letter_for(make))

    assert isinstance(error, TryLater), error
    assert error.retry_after_s == 300
    assert not post.taken


@ALL
def test_nobody_listening_means_that_nothing_left(make: Make) -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]

    assert isinstance(outcome(make(f"http://127.0.0.1:{port}"), letter_for(make)), TryLater)


@ALL
def test_what_is_no_letter_is_our_own_fault(post: FakeProvider, make: Make) -> None:
    provider = make(post.url)
    with pytest.raises(ValueError, match="attachments hold 0 PDF"):
        provider.send(replace(letter_for(make), attachments=()))
    provider.close()


@pytest.mark.parametrize("make", [mysendingbox, ar24])
def test_a_letter_in_doubt_is_found_by_our_reference(post: FakeProvider, make: Make) -> None:
    struck(post, make)
    post.script = [Fault(takes=True)]
    assert isinstance(outcome(make(post.url), letter_for(make)), InDoubt)

    provider = make(post.url)
    assert isinstance(provider, CanLookUp)
    receipt = provider.look_up(f"<{REFERENCE}>")
    with pytest.raises(InDoubt, match="lists no letter of other"):
        provider.look_up("<other@atelier.example>")
    provider.close()

    assert receipt is not None
    assert receipt.provider_id in ("msb0001", "1")


def test_a_letter_on_a_later_page_of_the_list_is_found(post: FakeProvider) -> None:
    provider = mysendingbox(post.url)
    for number in range(120):
        post.take("", "", "", {"metadata[reference]": f"{number}@atelier.example"})

    receipt = provider.look_up("<0@atelier.example>")  # type: ignore[attr-defined] # it can
    provider.close()

    assert receipt.provider_id == "msb0001"
    assert len(post.asked) == 3


@pytest.mark.parametrize(
    ("make", "words"),
    [
        pytest.param(mysendingbox, "nothing is printed; one page: letter 1.5 €, registered 7.25 €", id="prices"),
        pytest.param(merci_facteur, 'credit {"montant": 42}', id="credit"),
        pytest.param(ar24, "identity verified; open until", id="identity and hour"),
    ],
)  # fmt: skip
def test_the_doctor_sees_key_credit_or_hour_and_sends_nothing(post: FakeProvider, make: Make, words: str) -> None:
    provider = make(post.url)
    line = provider.check()
    provider.close()

    assert words in line
    assert not post.taken


@ALL
def test_the_doctor_hears_of_a_wrong_key(post: FakeProvider, make: Make) -> None:
    provider = make(post.url, key="test_wrong")
    with pytest.raises(ChannelError):
        provider.check()
    provider.close()
