"""What a transaction answers and what it leaves for the queues."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from workflows.effects import Decision, SendLetter, SendStep
from workflows.events import Inbound
from workflows.invoice import Channel

Status = Literal["accepted", "duplicate", "conflict", "parked", "refused"]


@dataclass(frozen=True, slots=True)
class Armed:
    """A wake-up to give to the timetable; `at` None takes back whatever is there."""

    case_id: str
    epoch: int
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one event.

    Attributes:
        waiting_for: for `parked`, what must come first.
        findings: for `refused` and `conflict`, the field, the value and the fix.
    """

    event: Inbound
    status: Status
    decisions: tuple[Decision, ...] = ()
    waiting_for: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()


@dataclass(slots=True)
class Orders:
    """What a transaction leaves for the queues once it is committed."""

    armed: dict[str, Armed] = field(default_factory=dict)
    dispatches: list[tuple[str, Channel, datetime | None]] = field(default_factory=list)

    def of(self, decision: Decision) -> None:
        """Add what `decision` orders; of two wake-ups of one case the later decision counts."""
        case = decision.case
        self.armed[case.case_id] = Armed(case.case_id, case.epoch, case.next_wake_at)
        sends = [item for item in decision.effects if isinstance(item, SendStep | SendLetter)]
        self.dispatches += [(item.key, item.channel, None) for item in sends]


class Publisher(Protocol):
    """Hands orders to the queues; may fail: the relay repeats what was not published."""

    def publish(self, orders: Orders) -> None:
        """Hand over; never raises."""
        ...
