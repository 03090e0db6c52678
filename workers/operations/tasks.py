"""A person has done what was asked."""

import sqlalchemy as sa

from workers.ledger import schema
from workers.operations.doing import Doing, note
from workers.wiring import System


def finish(system: System, key: str, doing: Doing) -> bool | None:
    """Close one task; the case is not told: what was done is an event of its own.

    Returns:
        Whether it was open; None if there is no such task.
    """
    now, table = system.clock.now(), schema.tasks
    with system.ledger.begin() as connection:
        row = connection.execute(sa.select(table.c.done_at).where(table.c.key == key).with_for_update()).one_or_none()
        if row is None:
            return None
        if row.done_at is not None:
            return False
        connection.execute(sa.update(table).where(table.c.key == key).values(done_at=now))
        note(connection, doing, "task_done", subject=key, now=now)
    return True
