"""The big red button: nothing leaves, by any channel or by one, until it is released."""

from datetime import datetime
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from workers.clock import Clock
from workers.ledger import schema
from workers.operations.doing import Doing, note

#: The scope of a hold on everything; any other scope is a channel.
ALL = "all"
GATE = "gate.hold"


class Office(Protocol):
    """Whoever has the ledger and the clock: the system, or its relay."""

    @property
    def ledger(self) -> sa.Engine:
        """Connections to the ledger."""
        ...

    @property
    def clock(self) -> Clock:
        """What time it is."""
        ...


def hold(office: Office, scope: str, doing: Doing, *, until: datetime | None = None) -> bool:
    """Let nothing leave by `scope` until it is released, or until a moment.

    It holds from the commit on: what a worker has claimed before is on its way.

    Returns:
        Whether that changed anything; the same words twice do not.

    Raises:
        ValueError: `until` is not in the future.
    """
    now = office.clock.now()
    if until is not None and until <= now:
        raise ValueError(f"until {until.isoformat()} is past; give a moment after {now.isoformat()}")
    table = schema.holds
    with office.ledger.begin() as connection:
        known = connection.execute(sa.select(table).where(table.c.scope == scope).with_for_update()).one_or_none()
        if known is not None and (known.reason, known.until) == (doing.reason, until):
            return False
        row = {"reason": doing.reason, "by": doing.by, "since": now, "until": until}
        statement = insert(table).values(scope=scope, **row)
        connection.execute(statement.on_conflict_do_update(index_elements=["scope"], set_=row))
        note(connection, doing, "hold", subject=scope, now=now)
    return True


def release(office: Office, scope: str, doing: Doing) -> int | None:
    """Let leave what was kept back by the hold on `scope`, unless another hold still covers it.

    The relay hands it over within its interval, and the delivery looks once more at each.

    Returns:
        How many dispatches were waiting for this; None if there was no such hold.
    """
    now = office.clock.now()
    with office.ledger.begin() as connection:
        gone = connection.execute(sa.delete(schema.holds).where(schema.holds.c.scope == scope))
        if gone.rowcount == 0:
            return None
        note(connection, doing, "release", subject=scope, now=now)
        still = set(connection.scalars(sa.select(schema.holds.c.scope).where(_in_force(now))))
        return 0 if ALL in still else _let_look_again(connection, scope, still)


def lapse(office: Office) -> int:
    """Release what was held until a moment that has passed; returns how many dispatches were waiting."""
    now, count = office.clock.now(), 0
    with office.ledger.begin() as connection:
        over = connection.scalars(sa.delete(schema.holds).where(~_in_force(now)).returning(schema.holds.c.scope)).all()
        still = set(connection.scalars(sa.select(schema.holds.c.scope)))
        for scope in over:
            count += 0 if ALL in still else _let_look_again(connection, scope, still)
    return count


def _in_force(now: datetime) -> sa.ColumnElement[bool]:
    until = schema.holds.c.until
    return sa.or_(until.is_(None), until > now)


def _let_look_again(connection: sa.Connection, scope: str, besides: set[str]) -> int:
    """Hand over anew what waits because of a hold on `scope`, but for the channels in `besides`."""
    row = schema.dispatches.c
    waiting = sa.update(schema.dispatches).where(row.status == "wanted", row.reason == GATE)
    if scope != ALL:
        waiting = waiting.where(row.channel == scope)
    waiting = waiting.where(row.channel.not_in(besides))
    return connection.execute(waiting.values(published=False, not_before=None, reason=None)).rowcount
