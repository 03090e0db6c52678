"""Who does something, and why; and the note of it."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from workers.ledger import schema

#: Characters of a reason that are kept.
LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Doing:
    """One act of a person.

    Attributes:
        by: the account of the operating system, or the user of the console.
        reason: in the person's own words; never empty.
    """

    by: str
    reason: str

    def __post_init__(self) -> None:
        """Refuse an act that nobody could explain later."""
        if not self.reason.strip():
            raise ValueError("reason is empty; say why, for those who look at it later")


def note(connection: sa.Connection, doing: Doing, verb: str, *, subject: str, now: datetime) -> None:
    """Write down what was done, in the transaction that does it."""
    row = {"at": now, "by": doing.by, "verb": verb, "subject": subject, "reason": doing.reason[:LONGEST]}
    connection.execute(sa.insert(schema.operations), row)
