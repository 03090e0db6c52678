"""Electronic registered letters by AR24: only within the hour that the sender opens, whatever HTTP says."""

import json
from dataclasses import replace

import pytest

from tests.fake_post import CODE, Ar24
from tests.fake_provider import HTML, FakeProvider, Fault
from tests.letter_examples import (
    LRE,
    REFERENCE,
    ar24,
    outcome,
)
from workers.channels.base import ChannelError, OutgoingMessage, Party, Receipt, Refused, TryLater


def test_ar24_gets_the_file_first_and_then_a_qualified_letter(post: FakeProvider) -> None:
    outcome(ar24(post.url), LRE)

    facts = post.taken[0].facts
    assert [asked for asked in post.asked if "POST" in asked] == ["POST /ar24/attachment", "POST /ar24/mail"]
    assert (facts["eidas"], facts["attachment[0]"], facts["ref_dossier"]) == ("1", "1", REFERENCE)
    assert (facts["dest_statut"], facts["to_company"]) == ("professionnel", "Bâtiments du Parc SARL")
    assert (facts["to_firstname"], facts["to_lastname"]) == ("Marie", "Perrin")


def test_ar24_is_told_where_to_call_about_this_letter(post: FakeProvider) -> None:
    way = ar24(post.url)
    way._receipts_at = "https://relance.example.com/hooks/ar24/secret"
    outcome(way, LRE)

    said = post.taken[0].facts["webhook"]
    assert said == f"https://relance.example.com/hooks/ar24/secret?reference={REFERENCE.replace('@', '%40')}"


def test_without_an_open_hour_ar24_is_not_even_asked(post: FakeProvider) -> None:
    error = outcome(ar24(post.url, open_hour=False), LRE)

    assert isinstance(error, TryLater)
    assert error.code == "no-session"
    assert "relance lre open CODE" in error.text
    assert post.asked == []


def test_the_senders_code_opens_an_hour_and_a_wrong_one_does_not(post: FakeProvider) -> None:
    post.interfaces["/ar24"] = Ar24()
    way = ar24(post.url, open_hour=False)
    with pytest.raises(TryLater):
        way.open_hour("000000")
    assert isinstance(outcome(way, LRE), TryLater)

    way = ar24(post.url, open_hour=False)
    until = way.open_hour(CODE)

    assert until.year == 2099
    assert isinstance(outcome(way, LRE), Receipt)


def test_an_hour_that_ar24_ends_early_is_closed_here_as_well(post: FakeProvider) -> None:
    post.interfaces["/ar24"] = Ar24()  # it knows of no hour
    way = ar24(post.url)

    assert isinstance(outcome(way, LRE), TryLater)
    assert "no hour open" in ar24(post.url, open_hour=False).check()
    assert way._session.until() is None


@pytest.mark.parametrize("said", [b'{"status": "maintenance"}', b'{ "status":"maintenance" }'])
def test_ar24_being_maintained_is_waited_for_although_http_says_success(post: FakeProvider, said: bytes) -> None:
    post.script = [Fault(status=200, body=said)]

    error = outcome(ar24(post.url), LRE)

    assert isinstance(error, TryLater)
    assert (error.code, error.retry_after_s) == ("maintenance", 1_800)


@pytest.mark.parametrize(
    ("slug", "kind", "marked"),
    [
        pytest.param("invalid_recipient", Refused, True, id="the address is wrong"),
        pytest.param("missing_lastname", Refused, False, id="the name is missing"),
        pytest.param("expired_date", TryLater, False, id="our clock"),
        pytest.param("user_unavailable", TryLater, False, id="our account"),
    ],
)
def test_errors_of_ar24(post: FakeProvider, slug: str, kind: type[ChannelError], *, marked: bool) -> None:
    post.script = [Fault(status=200, body=json.dumps({"status": "ERROR", "slug": slug, "message": "x"}).encode())]

    error = outcome(ar24(post.url), LRE)

    assert isinstance(error, kind), error
    assert getattr(error, "address_is_bad", False) is marked


def test_an_upload_that_went_wrong_has_told_nobody_anything(post: FakeProvider) -> None:
    post.struck = "/attachment"
    for fault in (Fault(takes=True), Fault(status=500), Fault(status=200, body=HTML)):
        post.script = [fault]
        assert isinstance(outcome(ar24(post.url), LRE), TryLater), fault
    assert post.taken == []


@pytest.mark.parametrize(
    ("message", "code"),
    [
        pytest.param(replace(LRE, to="12 rue des Lilas"), "no-address", id="no e-mail address"),
        pytest.param(
            replace(LRE, recipient=Party(name="Jean Charles de la Tour", is_consumer=True)), "name",
            id="a private name that cannot be taken apart",
        ),
    ],
)  # fmt: skip
def test_an_electronic_letter_to_nobody_certain_is_refused(
    post: FakeProvider, message: OutgoingMessage, code: str
) -> None:
    error = outcome(ar24(post.url), message)

    assert isinstance(error, Refused)
    assert (error.code, post.asked) == (code, [])
