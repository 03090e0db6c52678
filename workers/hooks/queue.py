"""From stored calls to their queue, once by whoever took them in, and again by the relay until they are read."""

from typing import Final

import sqlalchemy as sa
import structlog
from dramatiq import Message

from workers.broker import TimetableBroker
from workers.clock import Clock
from workers.hooks import calls

#: Wire format: the names of queues and actors outlive a deployment.
INTAKE: Final = "intake"
TAKE_HOOK: Final = "take_hook"
log = structlog.get_logger()


def hand_on(broker: TimetableBroker, call_id: str) -> None:
    """Give one call to its queue; twice is harmless.

    Raises:
        redis.RedisError, dramatiq.errors.BrokerConnectionError: the timetable is away; the relay repeats it.
    """
    message: Message[None] = Message(queue_name=INTAKE, actor_name=TAKE_HOOK, args=(call_id,), kwargs={}, options={})
    broker.enqueue(message)


def repeat(ledger: sa.Engine, broker: TimetableBroker, clock: Clock) -> int:
    """Give calls to their queue that were lost on the way there, or were parked until now; returns how many.

    Raises:
        redis.RedisError, sqlalchemy.exc.OperationalError: a server is away; they come with a later look.
    """
    with ledger.begin() as connection:
        found = calls.due(connection, clock.now())
    for call_id in found:
        hand_on(broker, call_id)
    if found:
        log.info("hook_calls_repeated", count=len(found))
    return len(found)
