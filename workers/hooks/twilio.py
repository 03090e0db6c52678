"""Calls of Twilio: what became of a text message, and what people write back.

Each is signed: `X-Twilio-Signature` is the Base64 of the HMAC-SHA1, under the account's token, of the address as called
followed by every parameter of the form and its value, in the order of the names; with the address's port or without.

Source: twilio.com/docs, Webhooks Security, Messaging Webhooks, Outbound Message Status in Status Callbacks, Twilio's
request to your incoming message Webhook URL, error dictionary (30003 to 30008, 21610).
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from workers.hooks.base import Call, Notice, Unreadable, same
from workers.hooks.contents import e164, form_of, needed, reference_of
from workers.hooks.stop_words import is_only_stop, is_stop

#: What Twilio is answered where nobody shall get an answer from us by text message.
NO_REPLY: Final = b'<?xml version="1.0" encoding="UTF-8"?><Response></Response>'
_UNDER_WAY: Final = frozenset({"accepted", "scheduled", "queued", "sending", "sent", "canceled"})
_ARRIVED: Final = frozenset({"delivered", "read"})
_LOST: Final = frozenset({"undelivered", "failed"})
#: No such number, a fixed line: no other text message will reach it either. Anything else may be over tomorrow.
_BAD_NUMBER: Final = frozenset({"21211", "21614", "30005", "30006"})
_OPTED_OUT: Final = "21610"


class TwilioHook:
    """Reads calls of one account.

    Args:
        auth_token: of the account, which signs.
    """

    def __init__(self, auth_token: str) -> None:
        self._key = auth_token.encode()

    @property
    def name(self) -> str:
        """As in the path."""
        return "twilio"

    def is_genuine(self, call: Call) -> bool:
        """Whether Twilio signed it; see `workers.hooks.base.Hook.is_genuine`."""
        try:
            form = form_of(call)
        except Unreadable:
            return False
        given = call.headers.get("x-twilio-signature", "")
        return bool(self._key) and any(same(given, signature(self._key, url, form)) for url in _spellings(call.url))

    def read(self, call: Call) -> tuple[Notice, ...]:
        """What it says; see `workers.hooks.base.Hook.read`."""
        form = dict(form_of(call))
        sid = needed(form, "MessageSid")
        status = form.get("MessageStatus") or form.get("SmsStatus")
        if status == "received":
            return _incoming(call, form, sid)
        return _about(call, form, sid, needed({"MessageStatus": status}, "MessageStatus"))


def signature(key: bytes, url: str, form: Iterable[tuple[str, str]]) -> str:
    """What Twilio writes in `X-Twilio-Signature`; a parameter given twice with one value counts once."""
    signed = url + "".join(name + value for name, value in sorted(set(form)))
    return base64.b64encode(hmac.new(key, signed.encode(), hashlib.sha1).digest()).decode()


def _spellings(url: str) -> tuple[str, ...]:
    """The address with and without its port: Twilio signs either, as its own libraries know."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    bare = parts.netloc.removesuffix(f":{parts.port}") if parts.port is not None else parts.netloc
    port = parts.port or (443 if parts.scheme == "https" else 80)
    full = parts.netloc if host != bare.rpartition("@")[2] else f"{bare}:{port}"
    return tuple(urlunsplit(parts._replace(netloc=netloc)) for netloc in (bare, full))


def _about(call: Call, form: Mapping[str, str], sid: str, status: str) -> tuple[Notice, ...]:
    """A status of a message of ours."""
    code = form.get("ErrorCode") or None
    about = Notice(
        what="noted", at=call.received_at, reference=reference_of(call), provider_id=sid, code=code or status,
        provider_event_id=f"{sid}/{status}",
    )  # fmt: skip
    if status in _UNDER_WAY:
        return (about,)
    if status in _ARRIVED:
        return (replace(about, what="delivered", provider_event_id=f"{sid}/delivered"),)
    if status not in _LOST:
        raise Unreadable("MessageStatus", status, f"one of {', '.join(sorted(_UNDER_WAY | _ARRIVED | _LOST))}")
    bounced = replace(about, what="bounced", bounce="sms_rejected" if code in _BAD_NUMBER else "soft")
    return (bounced, _opted_out(call, form, sid, "To")) if code == _OPTED_OUT else (bounced,)


def _incoming(call: Call, form: Mapping[str, str], sid: str) -> tuple[Notice, ...]:
    """What somebody wrote; with Advanced Opt-Out, Twilio itself says that it was a STOP."""
    text = form.get("Body", "")
    stop = form.get("OptOutType") == "STOP" or is_stop(text)
    found = (_opted_out(call, form, sid, "From"),) if stop else ()
    if stop and is_only_stop(text):
        return found
    phone = e164(needed(form, "From"), "From")
    return (*found, Notice(what="replied", at=call.received_at, phone=phone, text=text, provider_event_id=sid))


def _opted_out(call: Call, form: Mapping[str, str], sid: str, name: str) -> Notice:
    phone = e164(needed(form, name), name)
    return Notice(what="opted_out", at=call.received_at, phone=phone, code="STOP", provider_event_id=f"{sid}/stop")
