"""What a person may do to a dispatch: try it again, put it off, give it up, say what became of it.

Each function takes the locks of the debtor and of the cases, writes the dispatch, tells its case (so that its timeline
and its plan know), notes the act, and hands over what follows. Doing it twice changes nothing the second time.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa

from workers.engine import Engine
from workers.ledger import schema
from workers.ledger.queries.paging import Row
from workers.operations.change import Change
from workers.operations.doing import Doing, note
from workflows.case import Stage

Said = Literal["done", "unchanged", "refused", "missing"]
#: What holds the place of a step and channel: another dispatch of it must not be wanted at the same time.
_HOLDS_THE_PLACE = ("wanted", "claimed", "sent", "in_doubt")


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one wish.

    Attributes:
        said: `refused` when the state of the dispatch does not allow it.
        before, after: the status in the ledger; None for what does not exist.
        stage, next_wake_at: where the case stands now.
    """

    key: str
    said: Said
    before: str | None = None
    after: str | None = None
    stage: Stage | None = None
    next_wake_at: datetime | None = None


def retry(engine: Engine, key: str, doing: Doing) -> Result:
    """Try again, now: what failed, or what waits for a later moment.

    What is in doubt is refused (`resolve_sent`, `resolve_resend`), and so is what another asking has replaced. The
    delivery looks once more: a case that no longer wants the step takes it back.
    """

    def act(change: Change) -> Said:
        [row] = change.rows
        if row.status not in ("failed", "wanted") or (row.status == "failed" and _is_replaced(change, row)):
            return "refused"
        if row.status == "wanted" and row.not_before is None and row.reason is None:
            change.hand_over(row)  # perhaps it was lost on the way; it is claimed once anyway
            return "unchanged"
        change.want_again(row, reason="retry")
        return "done"

    return _one(engine, key, doing, ("retry", act))


def postpone(engine: Engine, key: str, until: datetime, doing: Doing) -> Result:
    """Let nothing leave before `until`; only what is still wanted can wait.

    Raises:
        ValueError: `until` is not in the future.
    """

    def act(change: Change) -> Said:
        [row] = change.rows
        if until <= change.book.now:
            raise ValueError(f"until {until.isoformat()} is past; give a moment after {change.book.now.isoformat()}")
        if row.status != "wanted":
            return "refused"
        if row.not_before == until:
            return "unchanged"
        change.put_off(row, until)
        return "done"

    return _one(engine, key, doing, ("postpone", act))


def discard(engine: Engine, key: str, doing: Doing) -> Result:
    """Give up what is wanted or failed: this step will not be sent, and its case goes on with the next one.

    What only accompanied a letter, such as a text message, is given up without its step.
    """

    def act(change: Change) -> Said:
        [row] = change.rows
        if row.status == "withheld":
            return "unchanged"
        if row.status not in ("wanted", "failed"):
            return "refused"
        change.give_up(row)
        return "done"

    return _one(engine, key, doing, ("discard", act))


def resolve_sent(engine: Engine, name: str, doing: Doing, *, provider_id: str | None = None) -> list[Result]:
    """A message in doubt did leave: so says the provider, or the debtor.

    Args:
        engine: decides about the cases.
        name: of the message, or the key of one of its dispatches; all invoices of the message are resolved.
        doing: who says so, and how they know.
        provider_id: the provider's name for the message, if it gave one.
    """

    def act(change: Change) -> Said:
        if any(row.status == "in_doubt" for row in change.rows):
            change.it_was_sent(provider_id)
            return "done"
        return "unchanged" if all(row.status == "sent" for row in change.rows) else "refused"

    return _message(engine, name, doing, ("resolve_sent", act))


def resolve_resend(engine: Engine, name: str, doing: Doing, *, attempt: datetime | None = None) -> list[Result]:
    """A message in doubt did not leave: its steps are wanted again, and looked at once more before they go.

    Args:
        engine: decides about the cases.
        name: of the message, or the key of one of its dispatches.
        doing: who says so, and how they know.
        attempt: when the message was claimed that the provider was asked about. If it was given to it again since, its
            answer says nothing of that, and the doubt stays. None for a person, who knows.
    """

    def act(change: Change) -> Said:
        if attempt is not None and _last_attempt(change) != attempt:
            return "refused"
        if any(row.status == "in_doubt" for row in change.rows):
            change.it_was_not_sent()
            return "done"
        return "unchanged" if all(row.status == "wanted" for row in change.rows) else "refused"

    return _message(engine, name, doing, ("resolve_resend", act))


def _last_attempt(change: Change) -> datetime | None:
    """When the message was last claimed; nobody claims it while its dispatches are locked."""
    message = schema.messages.c
    tried = sa.select(message.claimed_at).where(message.message_id == change.rows[0].message_id)
    return change.book.connection.scalars(tried).one_or_none()


# --- one transaction ------------------------------------------------------------------------------------------------

Verb = tuple[str, Callable[[Change], Said]]


def _one(engine: Engine, key: str, doing: Doing, verb: Verb) -> Result:
    [result] = _all(engine, key, doing, verb, schema.dispatches.c.key == key)
    return result


def _message(engine: Engine, name: str, doing: Doing, verb: Verb) -> list[Result]:
    with engine.ledger.connect() as connection:
        row = schema.dispatches.c
        named = sa.select(row.message_id).where(sa.or_(row.key == name, row.message_id == name)).limit(1)
        message_id = connection.execute(named).scalar_one_or_none()
    where = row.key == name if message_id is None else row.message_id == message_id
    return _all(engine, name, doing, verb, where)


def _all(engine: Engine, name: str, doing: Doing, verb: Verb, where: sa.ColumnElement[bool]) -> list[Result]:  # noqa: PLR0917 - private
    with engine.transaction() as (book, orders):
        change = Change.held(engine, book, orders, doing=doing, where=where)
        if change is None:
            return [Result(name, "missing")]
        said = verb[1](change)
        if said == "done":
            for row in change.rows:
                note(book.connection, doing, verb[0], subject=row.key, now=book.now)
        book.flush()
        results = _results(change, said)
    engine.publisher.publish(orders)
    return results


def _results(change: Change, said: Said) -> list[Result]:
    """Read again: the case may have taken back what it was asked for."""
    row = schema.dispatches.c
    keys = [each.key for each in change.rows]
    statuses = change.book.connection.execute(sa.select(row.key, row.status).where(row.key.in_(keys)))
    after = {each.key: each.status for each in statuses}
    return [
        Result(
            each.key, said, each.status, after[each.key],
            stage=change.book.held[each.case_id].case.stage,
            next_wake_at=change.book.held[each.case_id].case.next_wake_at,
        )
        for each in change.rows
    ]  # fmt: skip


def _is_replaced(change: Change, row: Row) -> bool:
    """Whether the case has asked the same step by the same channel, or the same letter, again since."""
    other = schema.dispatches.c
    place: Sequence[sa.ColumnElement[bool]] = (
        (other.ladder == row.ladder, other.step == row.step, other.channel == row.channel)
        if row.step is not None
        else (other.template == row.template, other.occasion == row.occasion)
    )
    same = (other.case_id == row.case_id, *place, other.key != row.key, other.status.in_(_HOLDS_THE_PLACE))
    return change.book.connection.execute(sa.select(sa.exists().where(*same))).scalar_one()
