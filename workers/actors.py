"""The actors: thin and declared. One id in, one call. Names and queues are wire format."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, ParamSpec, Protocol

import dramatiq
from dramatiq import Broker

from workers.delivery import Delivery
from workers.doubts import LOOK_UP, look_up
from workers.engine import Engine
from workers.hooks.queue import INTAKE, TAKE_HOOK
from workers.intake.mailbox_schedule import FETCH
from workers.publisher import CHAT, DELIVER, TELL_TEAM, WAKE
from workflows.invoice import Channel

#: Events from other programs; anything that waits for its turn and belongs to no channel.
EVENTS, RECEIVE = "events", "receive_event"
QUEUES = (EVENTS, WAKE, *(str(channel) for channel in Channel), INTAKE, CHAT)
SECOND_MS, MINUTE_MS = 1_000, 60_000
#: What a server's absence costs at most before a message is tried again; the ledger repeats what is given up.
MAX_RETRIES = 50

P = ParamSpec("P")


class Intake(Protocol):
    """Takes an event's payload in; bad input is kept and answered there, never raised."""

    def __call__(self, payload: str) -> object:
        """Take one payload in."""
        ...


def declare(
    broker: Broker,
    engine: Engine,
    delivery: Delivery,
    intake: Intake,
    *,
    take_hook: Callable[[str], object],
    tell_team: Callable[[str], None],
    fetch_mail: Callable[[], object],
) -> Iterable[str]:
    """Declare every actor on `broker`; returns their names."""
    for queue_name in QUEUES:
        broker.declare_queue(queue_name)
    # a delivery may last as long as a provider makes it wait; its own limits are in the channel
    mail_queue, long = str(Channel.EMAIL), 15 * MINUTE_MS
    patience: dict[str, Any] = {"max_retries": MAX_RETRIES, "min_backoff": SECOND_MS, "max_backoff": 5 * MINUTE_MS}
    for name, queue, time_limit, does in (
        (WAKE, WAKE, MINUTE_MS, _alone(engine.ring_crowd)),
        (DELIVER, mail_queue, long, _alone(delivery.deliver)),
        (LOOK_UP, mail_queue, long, _alone(partial(look_up, delivery))),
        (RECEIVE, EVENTS, MINUTE_MS, _alone(intake)),
        (TAKE_HOOK, INTAKE, MINUTE_MS, _alone(take_hook)),
        (TELL_TEAM, CHAT, long, _alone(tell_team)),
    ):
        dramatiq.actor(actor_name=name, queue_name=queue, broker=broker, time_limit=time_limit, **patience)(does)
    # a reading that fails is asked for again by the relay
    fetch: dict[str, Any] = {"actor_name": FETCH, "queue_name": INTAKE, "time_limit": long, "max_retries": 0}
    dramatiq.actor(broker=broker, **fetch)(_alone(fetch_mail))
    return sorted(broker.get_declared_actors())


def _alone(does: Callable[P, object]) -> Callable[P, None]:
    """`does` without its answer, for which a queue has no use."""

    def act(*args: P.args, **named: P.kwargs) -> None:
        does(*args, **named)

    return act
