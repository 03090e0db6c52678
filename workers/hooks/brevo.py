"""Calls of Brevo: what became of a text message, and what people write back. Not signed: a secret ends their address.

Source: developers.brevo.com, Transactional webhooks (transactional SMS events), Batched webhooks, Send transactional
SMS (`webUrl`). The page names `sent`, `delivered`, `soft_bounce` and `hard_bounce`, and lists further events without
their spelling: those are read in whatever spelling they come, and any other status is kept for a person.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final
from zoneinfo import ZoneInfo

from workers.hooks.base import Call, Notice, SecretAddress, Unreadable
from workers.hooks.contents import e164, each_of, needed, objects_of, reference_of
from workers.hooks.stop_words import is_only_stop, is_stop

_UNDER_WAY: Final = frozenset({"sent", "accepted", "request", "skip", "subscribe"})
_SOFT: Final = frozenset({"softbounce", "softbounces", "rejected"})
_HARD: Final = frozenset({"hardbounce", "hardbounces"})
_OPTED_OUT: Final = frozenset({"unsubscribe", "unsubscribed", "blacklisted"})
_REPLIED: Final = frozenset({"replied", "reply"})
#: In which `date` is written, by its documentation.
_ZONE: Final = ZoneInfo("Europe/Paris")


class BrevoHook(SecretAddress):
    """Reads calls of one account."""

    @property
    def name(self) -> str:
        """As in the path."""
        return "brevo"

    def read(self, call: Call) -> tuple[Notice, ...]:
        """What it says; see `workers.hooks.base.Hook.read`."""
        return tuple(each_of(objects_of(call), partial(_notices, call), call.received_at))


def _notices(call: Call, said: Mapping[str, Any]) -> tuple[Notice, ...]:
    status, message_id, at = needed(said, "msg_status"), needed(said, "messageId"), _at(call, said)
    plain = re.sub(r"[^a-z]", "", status.lower())
    about = Notice(
        what="noted", at=at, reference=reference_of(call), provider_id=message_id, code=status,
        provider_event_id=f"{message_id}/{plain}",
    )  # fmt: skip
    if plain == "delivered":
        return (replace(about, what="delivered"),)
    if plain in _SOFT | _HARD:
        return (replace(about, what="bounced", bounce="sms_rejected" if plain in _HARD else "soft"),)
    if plain in _OPTED_OUT:
        return (_opted_out(said, about),)
    if plain in _REPLIED:
        return _reply(said, about)
    if plain not in _UNDER_WAY:
        raise Unreadable("msg_status", status, "a status of Brevo’s documentation, such as delivered or hard_bounce")
    return (about,)


def _reply(said: Mapping[str, Any], about: Notice) -> tuple[Notice, ...]:
    text = str(said.get("reply") or said.get("description_reply") or "")
    event_id = f"{about.provider_id}/{about.at.isoformat()}"
    found = (_opted_out(said, about),) if is_stop(text) else ()
    if is_only_stop(text):
        return found
    phone = e164(needed(said, "to"), "to")
    return (*found, Notice(what="replied", at=about.at, phone=phone, text=text, provider_event_id=event_id))


def _opted_out(said: Mapping[str, Any], about: Notice) -> Notice:
    phone = e164(needed(said, "to"), "to")
    return Notice(
        what="opted_out", at=about.at, phone=phone, code=about.code, provider_event_id=f"{about.provider_id}/stop"
    )


def _at(call: Call, said: Mapping[str, Any]) -> datetime:
    """`ts_event` counts seconds; `date` has no zone of its own; without either, when it came in."""
    seconds, date = said.get("ts_event"), said.get("date")
    try:
        if isinstance(seconds, int) and not isinstance(seconds, bool):
            return datetime.fromtimestamp(seconds, UTC)
        if isinstance(date, str) and date:
            at = datetime.fromisoformat(date)
            return at if at.tzinfo is not None else at.replace(tzinfo=_ZONE)
    except (ValueError, OverflowError, OSError) as error:
        raise Unreadable("date", date or seconds, f"send a moment such as 2026-01-20 09:30:00 ({error})") from None
    return call.received_at
