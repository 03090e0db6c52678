"""A message to send, and channels to send it by, for the tests of all channels."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from workers.channels.base import OutgoingMessage
from workers.channels.mail import MailChannel
from workers.channels.mail_server import MailServer

MakeChannel = Callable[..., MailChannel]

_numbers = count(1)


def a_message(**changes: Any) -> OutgoingMessage:  # noqa: ANN401 - as many types as fields
    """A plain reminder, each with a Message-ID of its own."""
    number = next(_numbers)
    message = OutgoingMessage(
        dispatch_id=f"dispatch-{number}",
        channel="email",
        to="claire@client.example",
        to_name="Claire Dubois",
        sender="compta@atelier.example",
        sender_name="Atelier Morel",
        subject="Rappel : facture 2026-0042",
        text="Bonjour,\n\nVotre facture reste due.\n",
        message_id=f"<dispatch-{number}@atelier.example>",
        date=datetime(2026, 11, 23, 9, 15, tzinfo=ZoneInfo("Europe/Paris")),
    )
    return replace(message, **changes)


@contextmanager
def channels_to(port: int) -> Iterator[MakeChannel]:
    """Channels to a server of this machine, without encryption unless told, closed at the end."""
    made: list[MailChannel] = []

    def make(**changes: Any) -> MailChannel:  # noqa: ANN401 - as many types as settings
        facts: dict[str, Any] = {"host": "127.0.0.1", "port": port, "security": "none", "timeout_s": 5}
        made.append(MailChannel(MailServer(**facts | changes)))
        return made[-1]

    yield make
    for channel in made:
        channel.close()
