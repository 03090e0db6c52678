"""What would be sent to whom: the machine, the gates and the merging of production, on an imagined clock."""

from workflows.rehearsal.course import rehearse
from workflows.rehearsal.given import Account, Arrival, Assumed, Hold, Manners, Rules
from workflows.rehearsal.told import Asked, Because, Part, Planned, Stuck, Told

__all__ = [
    "Account",
    "Arrival",
    "Asked",
    "Assumed",
    "Because",
    "Hold",
    "Manners",
    "Part",
    "Planned",
    "Rules",
    "Stuck",
    "Told",
    "rehearse",
]
