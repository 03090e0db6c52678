"""Dispatches: lists by state, one of them with its attempts, and what was withheld and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from workers.ledger import schema
from workers.ledger.queries import paging
from workers.ledger.queries.paging import Page
from workflows.case import ENDED
from workflows.machine.records import BAD_ADDRESS

#: Reasons for which a dispatch waits for an event and not for a moment.
WAITS_FOR_AN_EVENT = ("gate.hold", "gate.freshness", "gate.missing_attachment")
#: "Try again later", said by a provider.
RETRY = "delivery.retry"


class State(StrEnum):
    """What an operator calls the states of a dispatch."""

    READY = "ready"  # wanted, and its time has come
    RUNNING = "running"  # claimed by a worker
    DELAYED = "delayed"  # wanted, later
    HELD = "held"  # wanted, and kept back until something happens: a release, a payment feed
    RETRY = "retry"  # the provider said "later"
    DEAD = "dead"  # failed, and the case waits for a person
    IN_DOUBT = "indoubt"  # nobody knows whether it left
    WITHHELD = "withheld"  # taken back for good, with the reason
    DONE = "done"  # sent


#: The states in which a dispatch is not over, in the ledger's own words.
OPEN_STATUSES = ("wanted", "claimed", "failed", "in_doubt")


def condition(state: State, now: datetime) -> sa.ColumnElement[bool]:
    """What a row of `dispatches` must be to be in `state` at `now`."""
    row = schema.dispatches.c
    reason = sa.func.coalesce(row.reason, "")
    is_later = sa.func.coalesce(row.not_before, now) > now
    wanted, waits = row.status == "wanted", reason.in_(WAITS_FOR_AN_EVENT)
    match state:
        case State.READY:
            return sa.and_(wanted, ~waits, ~is_later)
        case State.HELD:
            return sa.and_(wanted, waits)
        case State.RETRY:
            return sa.and_(wanted, is_later, reason == RETRY)
        case State.DELAYED:
            return sa.and_(wanted, is_later, ~waits, reason != RETRY)
        case State.DEAD:
            return sa.and_(row.status == "failed", reason != BAD_ADDRESS, _case_is_open())
        case State.RUNNING:
            return row.status == "claimed"
        case State.IN_DOUBT:
            return row.status == "in_doubt"
        case State.WITHHELD:
            return row.status == "withheld"
        case State.DONE:
            return row.status == "sent"


def _case_is_open() -> sa.ColumnElement[bool]:
    """A failure of a case that has ended since is nobody's work."""
    cases = schema.cases.c
    ended = [str(stage) for stage in ENDED]
    mine = sa.select(1).where(cases.case_id == schema.dispatches.c.case_id, cases.stage.not_in(ended))
    return sa.exists(mine.correlate(schema.dispatches))


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchFilter:
    """Which dispatches to list; what is None does not matter.

    Attributes:
        number: of the invoice.
        error: of the reason or of what the provider said; `*` stands for anything.
        older_than: since it was wanted.
        attempts: this many, or more.
    """

    state: State
    channel: str | None = None
    creditor: str | None = None
    number: str | None = None
    debtor: str | None = None
    error: str | None = None
    older_than: timedelta | None = None
    attempts: int | None = None


@dataclass(frozen=True, slots=True)
class DispatchLine:
    """One line of a list of dispatches.

    Attributes:
        step: None for a letter beside the ladder.
        since: when it came to where it is: wanted, or over.
        attempts: how often a provider has answered.
    """

    key: str
    case_id: str
    number: str
    creditor_ref: str
    debtor_ref: str
    channel: str
    step: int | None
    template: str
    status: str
    wanted_at: datetime
    not_before: datetime | None
    since: datetime
    reason: str | None
    detail: str | None
    message_id: str | None
    attempts: int


def list_dispatches(
    connection: sa.Connection,
    wanted: DispatchFilter,
    now: datetime,
    *,
    limit: int = paging.USUAL,
    cursor: str | None = None,
) -> Page[DispatchLine]:
    """Dispatches in one state, the oldest first; what is over by the moment it ended, the rest by when it was wanted.

    Raises:
        BadCursor: `cursor` was not given by an earlier page.
    """
    limit = min(limit, paging.MOST)
    row, since = schema.dispatches.c, _since(wanted.state)
    attempts = sa.select(sa.func.count()).where(schema.attempts.c.dispatch_key == row.key).scalar_subquery()
    statement = sa.select(schema.dispatches, schema.cases.c.number, since.label("since"), attempts.label("attempts"))
    statement = statement.join_from(schema.dispatches, schema.cases, row.case_id == schema.cases.c.case_id)
    statement = statement.where(condition(wanted.state, now), *_conditions(wanted, now))
    if wanted.attempts is not None:
        statement = statement.where(attempts >= wanted.attempts)
    if cursor is not None:
        statement = statement.where(sa.tuple_(since, row.key) > _position(cursor))
    found = connection.execute(statement.order_by(since, row.key).limit(limit + 1))
    return paging.page_of([_line(each) for each in found], limit, ("since", "key"))


def _since(state: State) -> sa.ColumnElement[Any]:
    ended = state in (State.DEAD, State.IN_DOUBT, State.WITHHELD, State.DONE)
    return schema.dispatches.c.done_at if ended else schema.dispatches.c.wanted_at


def _conditions(wanted: DispatchFilter, now: datetime) -> list[sa.ColumnElement[bool]]:
    row = schema.dispatches.c
    equal = {
        row.channel: wanted.channel,
        row.creditor_ref: wanted.creditor,
        row.debtor_ref: wanted.debtor,
    }
    found = [column == value for column, value in equal.items() if value is not None]
    if wanted.number is not None:
        found.append(row.key.in_(_keys_of(wanted.number)))
    if wanted.error is not None:
        like = wanted.error.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_").replace("*", "%")
        found.append(sa.or_(row.reason.ilike(like), row.detail.ilike(like)))
    if wanted.older_than is not None:
        found.append(row.wanted_at <= now - wanted.older_than)
    return found


def _keys_of(number: str) -> sa.Select[tuple[str]]:
    """Keys of all that was ever ordered for an invoice number: each case keeps its own."""
    state, none = schema.cases.c.state, sa.text("'[]'::jsonb")
    asked = sa.func.coalesce(state["steps"], none).concat(sa.func.coalesce(state["letters"], none))
    steps = sa.func.jsonb_array_elements(asked).table_valued("value", name="step").lateral()
    key = sa.cast(steps.c.value, JSONB)["key"].astext
    return sa.select(key).select_from(schema.cases.join(steps, sa.true())).where(schema.cases.c.number == number)


def _position(cursor: str) -> sa.ColumnElement[Any]:
    at, key = paging.read(cursor, 2)
    try:
        return sa.tuple_(sa.literal(datetime.fromisoformat(at)), sa.literal(key))
    except ValueError:
        raise paging.BadCursor(cursor) from None


def _line(row: paging.Row) -> DispatchLine:
    return DispatchLine(**{name: getattr(row, name) for name in DispatchLine.__slots__})


# --- one dispatch ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DispatchFile:
    """One dispatch with everything that the ledger knows about it; `message` None before the first claim."""

    line: DispatchLine
    message: paging.Row | None
    attempts: Sequence[paging.Row]
    companions: tuple[str, ...]


def find_dispatch(connection: sa.Connection, name: str) -> DispatchFile | None:
    """The dispatch of this key, or the first one of the message of this id; None if there is none."""
    row = schema.dispatches.c
    since = sa.func.coalesce(row.done_at, row.wanted_at).label("since")
    statement = sa.select(schema.dispatches, schema.cases.c.number, since, sa.literal(0).label("attempts"))
    statement = statement.join_from(schema.dispatches, schema.cases, row.case_id == schema.cases.c.case_id)
    found = connection.execute(statement.where(row.key == name)).one_or_none()
    if found is None:
        found = connection.execute(statement.where(row.message_id == name).order_by(row.key).limit(1)).one_or_none()
    if found is None:
        return None
    tries = schema.attempts.c
    attempts = connection.execute(
        sa.select(schema.attempts).where(tries.dispatch_key == found.key).order_by(tries.id)
    ).all()
    sent = schema.messages.c
    columns = [column for column in sent if column.name != "body"]
    message = connection.execute(sa.select(*columns).where(sent.message_id == found.message_id)).one_or_none()
    same = sa.select(row.key).where(row.message_id == found.message_id, row.key != found.key).order_by(row.key)
    companions = tuple(connection.scalars(same)) if found.message_id else ()
    line = DispatchLine(**{name: getattr(found, name) for name in DispatchLine.__slots__} | {"attempts": len(attempts)})
    return DispatchFile(line, message, attempts, companions)


def dispatches_of(connection: sa.Connection, keys: Sequence[str]) -> list[paging.Row]:
    """The rows of these keys, in the order in which they were wanted."""
    row = schema.dispatches.c
    return list(
        connection.execute(sa.select(schema.dispatches).where(row.key.in_(keys)).order_by(row.wanted_at, row.key))
    )
