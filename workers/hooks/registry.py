"""Which hooks are open, as the settings say. To add one, write it in a file of its own and give it a line here."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from workers.hooks.ar24 import Ar24Hook
from workers.hooks.base import Hook
from workers.hooks.brevo import BrevoHook
from workers.hooks.merci_facteur import LARGEST, MerciFacteurHook
from workers.hooks.mysendingbox import MySendingBoxHook
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
        largest: bytes of a call.
    """

    hook: Hook
    methods: frozenset[str] = POST
    answer: bytes = b""
    media_type: str = "text/plain"
    largest: int = 1 << 20


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
    yield from _of_letters(settings)


def _of_letters(settings: Settings) -> Iterator[Entrance]:
    on = settings.hooks
    if on.mysendingbox is not None:
        mine = settings.post.mysendingbox
        yield Entrance(MySendingBoxHook(on.mysendingbox.get_secret_value(), None if mine is None else mine.url))
    his = settings.post.merci_facteur
    if on.merci_facteur and his is not None and his.webhook_key is not None:
        yield Entrance(MerciFacteurHook(his.webhook_key.get_secret_value()), answer=b"ok", largest=LARGEST)
    if on.ar24 is not None:
        sender = settings.lre.ar24
        yield Entrance(Ar24Hook(on.ar24.get_secret_value(), None if sender is None else sender.url))
