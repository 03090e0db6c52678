"""Which hooks are open, as the settings say. To add one, write it in a file of its own and give it a line here."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from workers.hooks.base import Hook
from workers.hooks.brevo import BrevoHook
from workers.hooks.ovh import OvhHook
from workers.hooks.twilio import NO_REPLY, TwilioHook
from workers.settings import Settings

POST: Final = frozenset({"POST"})
GET_OR_POST: Final = frozenset({"GET", "POST"})


@dataclass(frozen=True, slots=True)
class Entrance:
    """A hook, and how its provider calls and wants to be answered.

    Attributes:
        hook: reads the calls.
        methods: by which the provider calls; `GET` is only for those that do.
        answer: the body of the answer to a call that was stored.
        media_type: of that answer.
    """

    hook: Hook
    methods: frozenset[str] = POST
    answer: bytes = b""
    media_type: str = "text/plain"


def entrances_of(settings: Settings) -> dict[str, Entrance]:
    """Every open hook, by its name in the path."""
    return {entrance.hook.name: entrance for entrance in _open(settings)}


def _open(settings: Settings) -> Iterator[Entrance]:
    on = settings.hooks
    if on.twilio and settings.sms.twilio is not None:
        auth_token = settings.sms.twilio.auth_token.get_secret_value()
        yield Entrance(TwilioHook(auth_token), answer=NO_REPLY, media_type="text/xml")
    if on.brevo is not None:
        yield Entrance(BrevoHook(on.brevo.get_secret_value()))
    if on.ovh is not None:
        yield Entrance(OvhHook(on.ovh.get_secret_value()), methods=GET_OR_POST)
