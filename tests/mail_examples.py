"""A message to send, for the tests of all channels."""

from dataclasses import replace
from datetime import datetime
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from workers.channels.base import OutgoingMessage

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
