"""What Twilio, Brevo and OVHcloud call back about: proved as they document it, read as they document it."""

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest

from workers.hooks.base import Call, Hook, Unreadable
from workers.hooks.brevo import BrevoHook
from workers.hooks.ovh import OvhHook
from workers.hooks.stop_words import is_only_stop, is_stop
from workers.hooks.twilio import TwilioHook, signature

NOW = datetime(2026, 1, 20, 9, tzinfo=UTC)
#: The example of Twilio's page on the security of its calls.
EXAMPLE_URL = "https://mycompany.com/myapp.php?foo=1&bar=2"
EXAMPLE = {
    "CallSid": "CA1234567890ABCDE", "Caller": "+14158675309", "Digits": "1234", "From": "+14158675309",
    "To": "+18005551212",
}  # fmt: skip
TOKEN = "0123456789abcdefghijklmn"


def a_call(body: bytes = b"", query: str = "", **changes: Any) -> Call:  # noqa: ANN401 - the fields of Call
    facts: dict[str, Any] = {
        "method": "POST", "url": f"https://relance.example.com/hooks/x?{query}", "headers": {}, "body": body,
        "query": tuple(parse_qsl(query, keep_blank_values=True)), "received_at": NOW,
    }  # fmt: skip
    return Call(**facts | changes)


def form(**fields: str) -> bytes:
    return urlencode(fields).encode()


def said(hook: Hook, call: Call) -> list[tuple[object, ...]]:
    return [(each.what, each.bounce, each.provider_id, each.reference, each.phone) for each in hook.read(call)]


# --- proofs -------------------------------------------------------------------------------------------------------


def test_a_signature_is_the_one_that_twilio_publishes() -> None:
    assert signature(b"12345", EXAMPLE_URL, EXAMPLE.items()) == "RSOYDt4T1cUTdK1PDd93/VVr8B8="


@pytest.mark.parametrize(
    ("changes", "is_genuine"),
    [
        pytest.param({}, True, id="as it was signed"),
        pytest.param({"url": EXAMPLE_URL.replace("bar=2", "bar=3")}, False, id="another address"),
        pytest.param({"url": EXAMPLE_URL.replace("https", "http")}, False, id="a proxy in between"),
        pytest.param({"body": form(**EXAMPLE | {"Digits": "1235"})}, False, id="one figure"),
        pytest.param({"body": form(**EXAMPLE | {"Extra": ""})}, False, id="one parameter more"),
        pytest.param({"headers": {}}, False, id="no signature"),
        pytest.param({"headers": {"x-twilio-signature": "\udcff"}}, False, id="no text"),
        pytest.param({"body": b"\xff=1"}, False, id="no form"),
    ],
)
def test_a_call_of_twilio_is_believed_as_it_was_signed(changes: dict[str, Any], *, is_genuine: bool) -> None:
    facts = {"url": EXAMPLE_URL, "headers": {"x-twilio-signature": "RSOYDt4T1cUTdK1PDd93/VVr8B8="}}

    assert TwilioHook("12345").is_genuine(a_call(**{"body": form(**EXAMPLE)} | facts | changes)) is is_genuine


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        pytest.param("https://x.example", "https://x.example:443", id="Twilio adds the port"),
        pytest.param("https://x.example:8443", "https://x.example", id="Twilio leaves the port out"),
        pytest.param("http://user:word@x.example", "http://user:word@x.example:80", id="a name and a word before"),
    ],
)
def test_twilio_may_sign_the_address_with_its_port_or_without(ours: str, theirs: str) -> None:
    proof = signature(b"t", f"{theirs}/hooks/twilio?a=1", EXAMPLE.items())
    call = a_call(body=form(**EXAMPLE), url=f"{ours}/hooks/twilio?a=1", headers={"x-twilio-signature": proof})

    assert TwilioHook("t").is_genuine(call)


@pytest.mark.parametrize("hook", [TwilioHook(""), BrevoHook(""), OvhHook("")], ids=lambda hook: hook.name)
def test_an_empty_secret_lets_nobody_in(hook: Hook) -> None:
    forged = {"x-twilio-signature": signature(b"", EXAMPLE_URL, EXAMPLE.items())}

    assert not hook.is_genuine(a_call(body=form(**EXAMPLE), url=EXAMPLE_URL, headers=forged, token=""))


@pytest.mark.parametrize("hook", [BrevoHook(TOKEN), OvhHook(TOKEN)], ids=lambda hook: hook.name)
@pytest.mark.parametrize(
    ("token", "is_genuine"),
    [(TOKEN, True), ("", False), (TOKEN[:-1], False), (TOKEN + "x", False), (TOKEN.upper(), False)],
    ids=["right", "none", "shorter", "longer", "louder"],
)
def test_a_call_without_a_signature_is_believed_by_its_secret(hook: Hook, token: str, *, is_genuine: bool) -> None:
    assert hook.is_genuine(a_call(token=token)) is is_genuine


def test_a_call_never_shows_its_secret() -> None:
    assert TOKEN not in repr(a_call(token=TOKEN))


# --- Twilio -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "code", "what"),
    [
        ("queued", "", [("noted", None)]),
        ("sent", "", [("noted", None)]),
        ("canceled", "", [("noted", None)]),
        ("delivered", "", [("delivered", None)]),
        ("read", "", [("delivered", None)]),
        ("undelivered", "30003", [("bounced", "soft")]),
        ("undelivered", "30005", [("bounced", "sms_rejected")]),
        ("undelivered", "30006", [("bounced", "sms_rejected")]),
        ("failed", "30008", [("bounced", "soft")]),
        ("failed", "", [("bounced", "soft")]),
        ("failed", "21610", [("bounced", "soft"), ("opted_out", None)]),
    ],
)
def test_a_status_of_twilio(status: str, code: str, what: list[tuple[str, str | None]]) -> None:
    body = form(MessageSid="SM1", MessageStatus=status, ErrorCode=code, To="+33612345678")

    found = said(TwilioHook("t"), a_call(body, "reference=ab%40c.fr"))

    assert [(each[0], each[1]) for each in found] == what
    assert found[0][2:4] == ("SM1", "ab@c.fr")
    assert all(each[4] == "+33612345678" for each in found if each[0] == "opted_out")


@pytest.mark.parametrize(
    ("text", "changes", "what"),
    [
        pytest.param("STOP", {}, ["opted_out"], id="STOP"),
        pytest.param("assez", {"OptOutType": "STOP"}, ["opted_out", "replied"], id="a word of the account's own"),
        pytest.param("Stop, j’ai payé lundi", {}, ["opted_out", "replied"], id="STOP and more"),
        pytest.param("Ne faites pas de stop", {}, ["replied"], id="a sentence"),
        pytest.param("", {}, ["replied"], id="nothing"),
    ],
)
def test_a_text_message_to_twilio(text: str, changes: dict[str, str], what: list[str]) -> None:
    body = form(**{"MessageSid": "SM2", "SmsStatus": "received", "From": "+33612345678", "Body": text} | changes)

    found = TwilioHook("t").read(a_call(body))

    assert [(each.what, each.phone) for each in found] == [(each, "+33612345678") for each in what]
    assert [each.text for each in found if each.what == "replied"] == [text] * ("replied" in what)


# --- Brevo --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "what", "bounce"),
    [
        ("sent", "noted", None), ("accepted", "noted", None), ("delivered", "delivered", None),
        ("soft_bounce", "bounced", "soft"), ("softBounce", "bounced", "soft"), ("rejected", "bounced", "soft"),
        ("hard_bounce", "bounced", "sms_rejected"), ("hardBounces", "bounced", "sms_rejected"),
        ("unsubscribe", "opted_out", None), ("blacklisted", "opted_out", None),
    ],
)  # fmt: skip
def test_a_status_of_brevo(status: str, what: str, bounce: str | None) -> None:
    body = f'{{"id": 1, "to": "33612345678", "messageId": 77, "msg_status": "{status}", "ts_event": 1768899600}}'

    [notice] = BrevoHook(TOKEN).read(a_call(body.encode()))

    assert (notice.what, notice.bounce, notice.at) == (what, bounce, NOW)
    assert (notice.provider_id == "77") is (what != "opted_out")


def test_a_date_of_brevo_is_that_of_paris_and_several_calls_may_come_in_one() -> None:
    one = '{"messageId": 7, "msg_status": "delivered", "date": "2026-01-20 10:00:00"}'

    found = BrevoHook(TOKEN).read(a_call(f"[{one}, {one}]".encode()))

    assert [each.at.astimezone(UTC) for each in found] == [NOW, NOW]
    assert found[0].provider_event_id == found[1].provider_event_id


def test_an_answer_to_brevo_that_is_a_stop_is_one() -> None:
    body = b'{"to": "33612345678", "messageId": 7, "msg_status": "replied", "reply": "STOP"}'

    assert [each.what for each in BrevoHook(TOKEN).read(a_call(body))] == ["opted_out"]


# --- OVHcloud -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "what", "bounce"),
    [
        ("id=5&ptt=4&description=1&date=20260120&descriptionDlr=ok", "delivered", None),
        ("id=5&ptt=1&description=8", "noted", None),
        ("id=5&description=0", "noted", None),
        ("id=5&ptt=24&description=2", "bounced", "soft"),
        ("id=5&ptt=23&description=2", "bounced", "sms_rejected"),
        ("id=5&ptt=27&description=16", "bounced", "sms_rejected"),
    ],
)
def test_a_receipt_of_ovhcloud(query: str, what: str, bounce: str | None) -> None:
    assert said(OvhHook(TOKEN), a_call(query=query, method="GET")) == [(what, bounce, "5", None, None)]


@pytest.mark.parametrize("number", ["%2B33612345678", "+33612345678", "0033612345678"])
def test_a_stop_of_ovhcloud(number: str) -> None:
    found = said(OvhHook(TOKEN), a_call(query=f"what=stop&id=123456789&n={number}&date=20260120093000", method="GET"))

    assert found == [("opted_out", None, None, None, "+33612345678")]


def test_one_part_of_a_call_that_cannot_be_read_does_not_hold_up_the_others() -> None:
    many = [{"msg_status": "eaten", "messageId": 1}, {"msg_status": "unsubscribe", "messageId": 2, "to": "33612345678"}]

    unread, stop = BrevoHook(TOKEN).read(a_call(json.dumps(many).encode()))

    assert (unread.what, "eaten" in str(unread.text)) == ("unread", True)
    assert (stop.what, stop.phone) == ("opted_out", "+33612345678")


# --- what cannot be read --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hook", "call", "field"),
    [
        pytest.param(TwilioHook("t"), a_call(form(MessageStatus="sent")), "MessageSid", id="no message"),
        pytest.param(TwilioHook("t"), a_call(form(MessageSid="S")), "MessageStatus", id="no status"),
        pytest.param(TwilioHook("t"), a_call(form(MessageSid="S", MessageStatus="x")), "MessageStatus", id="another"),
        pytest.param(TwilioHook("t"), a_call(form(MessageSid="S", SmsStatus="received", Body="STOP", From="ATELIER")),
                     "From", id="no number"),
        pytest.param(BrevoHook(TOKEN), a_call(b"<html>"), "body", id="no JSON"),
        pytest.param(BrevoHook(TOKEN), a_call(b'{"msg_status": "sent", "messageId": true}'), "messageId", id="no id"),
        pytest.param(BrevoHook(TOKEN), a_call(b'{"msg_status": "sent", "messageId": 1, "ts_event": 1e99}'), "",
                     id="a moment that is no whole number is none"),
        pytest.param(BrevoHook(TOKEN), a_call(b'{"msg_status": "sent", "messageId": 1, "ts_event": 99999999999999999}'),
                     "date", id="no moment"),
        pytest.param(OvhHook(TOKEN), a_call(query="id=5&description=3"), "description", id="no state"),
        pytest.param(OvhHook(TOKEN), a_call(query="what=stop&a=0033612345678&b=%2B33699999999"), "query", id="two"),
        pytest.param(OvhHook(TOKEN), a_call(query="what=stop&id=5"), "query", id="nobody"),
    ],
)  # fmt: skip
def test_what_a_provider_does_not_document_names_the_field(hook: Hook, call: Call, field: str) -> None:
    if not field:
        assert hook.read(call)[0].at == NOW
        return
    with pytest.raises(Unreadable) as found:
        hook.read(call)

    assert found.value.field == field
    assert str(found.value).startswith(field)


@pytest.mark.parametrize(
    ("text", "stop", "only"),
    [
        ("STOP", True, True), (" stop. ", True, True), ("Stop SMS", True, True), ("ARRÊT", True, True),
        ("Fin", True, True), ("end", True, True), ("Fin de mois, promis", False, False), ("", False, False),
        ("STOP avocat saisi", True, False), ("Stop litige", True, False), ("Arrêtez svp", True, True),
        ("ARRE\u0302T", True, True),
        ("STOP merci de ne plus écrire", True, False), ("non stop", False, False), ("36111 STOP", True, True),
    ],
)  # fmt: skip
def test_what_asks_for_no_further_messages(text: str, *, stop: bool, only: bool) -> None:
    assert (is_stop(text), is_only_stop(text)) == (stop, only)
