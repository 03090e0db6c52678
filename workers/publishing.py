"""Publish events from another Python program: `publish(event)` is all it takes."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from workers.intake.messages import receive_many, wire_form
from workers.intake.unreadable import Unread
from workers.orders import Outcome
from workers.settings import Settings, load
from workers.wiring import open_system
from workflows.events import Fact

__all__ = ["Outcome", "Unread", "publish", "publish_many"]


def publish(event: Fact | Mapping[str, Any] | bytes | str, settings: Settings | None = None) -> Outcome | Unread:
    """Publish one event and wait for the ledger's answer.

    Args:
        event: a model of `workflows.events`, an envelope as a table, or its JSON.
        settings: where to; None reads them as every command does.

    Returns:
        `status` is `accepted`, `duplicate`, `parked` (it waits for what it is about), `refused`, `conflict`, or
        `unreadable`; `findings` names the field, the value and the fix. What was not accepted is kept for the operator.

    Raises:
        SettingsError: wrong settings.
        sqlalchemy.exc.OperationalError: the ledger is away; nothing happened, publish again.
    """
    return publish_many([event], settings)[0]


def publish_many(
    events: Iterable[Fact | Mapping[str, Any] | bytes | str], settings: Settings | None = None
) -> list[Outcome | Unread]:
    """Publish several events in one transaction, in order; a bad one does not stop the others."""
    payloads = [_payload(event) for event in events]
    system = open_system(load() if settings is None else settings)
    try:
        return receive_many(system, payloads, way="/python")
    finally:
        system.close()


def _payload(event: Fact | Mapping[str, Any] | bytes | str) -> bytes | str:
    if isinstance(event, bytes | str):
        return event
    if isinstance(event, Fact):
        return wire_form(event)
    return json.dumps(dict(event), ensure_ascii=False)
