"""One letter that somebody posts, with what the ledger says of its cases now."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Final

import sqlalchemy as sa

from workers.ledger import schema
from workers.ledger.queries.paging import Row
from workflows.case import ENDED, ON_THE_LADDER
from workflows.side_letters import ANSWERS

#: Facts after which a letter no longer says what is asked for.
_CHANGES: Final = (
    "payment.received", "payment.reversed", "credit_note.issued", "dispute.opened", "dispute.resolved",
    "invoice.updated",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PostLetter:
    """A letter that was written, and where it stands.

    Attributes:
        message_id: our reference.
        recipient: lines of the postal address, under the name.
        invoices: their numbers, oldest due date first.
        stages: of their cases, now.
        is_outdated: money, a dispute or another amount has come in since it was written.
        is_answer: it answers what the debtor did, and goes whatever became of the case.
        place: in its batch, from 1.
        withdrawn: why it is not posted; None for what is, or will be.
    """

    message_id: str
    channel: str
    template: str
    debtor_ref: str
    creditor_ref: str
    name: str
    recipient: tuple[str, ...]
    written_at: datetime
    invoices: tuple[str, ...]
    stages: tuple[str, ...]
    is_outdated: bool
    is_answer: bool
    batch_id: str | None
    place: int | None
    withdrawn: str | None
    tracking_no: str | None

    @property
    def is_settled(self) -> bool:
        """Whether nothing is owed any more on any of its invoices, so that it must not leave."""
        return not self.is_answer and all(stage in ENDED for stage in self.stages)

    @property
    def flaw(self) -> str | None:
        """Why it should not leave just now: a case that rests (its stage), or `amount`; None where it may."""
        if self.is_answer:
            return None
        resting = [stage for stage in self.stages if stage not in ON_THE_LADDER and stage not in ENDED]
        return resting[0] if resting else "amount" if self.is_outdated else None


def letters_of(
    connection: sa.Connection, chosen: sa.Select[tuple[str]], *, lock: bool = False
) -> tuple[PostLetter, ...]:
    """The letters of the message ids that `chosen` gives, oldest first.

    Args:
        connection: to the ledger.
        chosen: selects message ids.
        lock: let nobody change their cases before the transaction ends.
    """
    message, case, letter = schema.messages, schema.cases, schema.post_letters
    dispatch, debtor = schema.dispatches, schema.debtors
    statement = (
        sa.select(
            message.c.message_id, message.c.channel, message.c.template, message.c.recipient, message.c.claimed_at,
            message.c.creditor_ref, message.c.debtor_ref, debtor.c.name, case.c.number, case.c.stage,
            _changed_since(case.c.case_id, message.c.claimed_at).label("changed"),
            letter.c.batch_id, letter.c.place, letter.c.withdrawn, letter.c.tracking_no,
        )
        .join(dispatch, dispatch.c.message_id == message.c.message_id)
        .join(case, case.c.case_id == dispatch.c.case_id)
        .join(
            debtor,
            sa.and_(debtor.c.creditor_ref == message.c.creditor_ref, debtor.c.ref == message.c.debtor_ref),
        )
        .outerjoin(letter, letter.c.message_id == message.c.message_id)
        .where(message.c.message_id.in_(chosen))
        .order_by(message.c.claimed_at, message.c.message_id, case.c.due_on, case.c.case_id)
    )  # fmt: skip
    if lock:  # in the order in which everybody locks cases
        locked = sa.select(case.c.case_id).join(dispatch, dispatch.c.case_id == case.c.case_id)
        locked = locked.where(dispatch.c.message_id.in_(chosen)).order_by(case.c.case_id)
        connection.execute(locked.with_for_update(read=True, of=case))
    rows = connection.execute(statement).all()
    return tuple(_letter(list(group)) for _message_id, group in groupby(rows, key=lambda row: str(row.message_id)))


def _changed_since(case_id: sa.ColumnElement[str], at: sa.ColumnElement[datetime]) -> sa.ColumnElement[bool]:
    line = schema.journal.c
    return sa.exists().where(line.case_id == case_id, line.recorded_at > at, line.kind.in_(_CHANGES))


def _letter(rows: list[Row]) -> PostLetter:
    one = rows[0]
    return PostLetter(
        message_id=one.message_id, channel=one.channel, template=one.template, debtor_ref=one.debtor_ref,
        creditor_ref=one.creditor_ref, name=one.name, recipient=tuple(one.recipient.split("\n")),
        written_at=one.claimed_at, invoices=tuple(row.number for row in rows),
        stages=tuple(row.stage for row in rows),
        is_outdated=any(row.changed for row in rows),
        is_answer=one.template in ANSWERS, batch_id=one.batch_id, place=one.place, withdrawn=one.withdrawn,
        tracking_no=one.tracking_no,
    )  # fmt: skip
