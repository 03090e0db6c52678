"""The last look of a delivery: the gates of `workflows.last_look`, and those that need a look at the disk."""

from datetime import datetime, timedelta
from pathlib import Path

from workers.channels.provider import Abilities, KeepsHours
from workers.delivery.letters import Order
from workflows import last_look
from workflows.last_look import Verdict
from workflows.machine.records import CLOSED
from workflows.reply_answers import takes_documents

#: A file appears without telling anybody.
LOOK_FOR_FILES_AGAIN = timedelta(hours=4)


def gate_of_case(order: Order, now: datetime) -> Verdict | None:
    """Whether the case still wants what it ordered, looked at as of `now`, and what goes with it is there."""
    verdict = last_look.gate_of_case(order, now)
    missing = order.case.invoice.document if takes_documents(order) else None
    if verdict is None and missing is not None and not Path(missing).is_file():
        return Verdict("gate.missing_attachment", until=now + LOOK_FOR_FILES_AGAIN, detail=missing)
    return verdict


def gate_of_provider(outlet: object, now: datetime) -> Verdict | None:
    """Whether what carries the channel lets messages out now; those that wait for its hours count no attempt."""
    if not isinstance(outlet, KeepsHours):
        return None
    opens_at, abilities = outlet.opens_at(now), getattr(outlet, "abilities", None)
    by_hand = isinstance(abilities, Abilities) and abilities.is_opened_by_hand
    return None if opens_at <= now else Verdict(CLOSED if by_hand else "gate.provider_hours", until=opens_at)
