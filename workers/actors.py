"""The actors: thin and declared. One id in, one call. Names and queues are wire format."""

from collections.abc import Callable, Iterable
from typing import Any, Protocol

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

    def wake(case_id: str, epoch: int) -> None:
        engine.ring_crowd(case_id, epoch)

    def deliver(key: str) -> None:
        delivery.deliver(key)

    def receive_event(payload: str) -> None:
        intake(payload)

    def ask_provider(message_id: str) -> None:
        look_up(delivery, message_id)

    def read_hook(call_id: str) -> None:
        take_hook(call_id)

    def read_mailbox() -> None:
        fetch_mail()

    patience: dict[str, Any] = {"max_retries": MAX_RETRIES, "min_backoff": SECOND_MS, "max_backoff": 5 * MINUTE_MS}
    for queue_name in QUEUES:
        broker.declare_queue(queue_name)
    dramatiq.actor(actor_name=WAKE, queue_name=WAKE, broker=broker, time_limit=MINUTE_MS, **patience)(wake)
    # a delivery may last as long as a provider makes it wait; its own limits are in the channel
    mail_queue, long = str(Channel.EMAIL), 15 * MINUTE_MS
    dramatiq.actor(actor_name=DELIVER, queue_name=mail_queue, broker=broker, time_limit=long, **patience)(deliver)
    dramatiq.actor(actor_name=LOOK_UP, queue_name=mail_queue, broker=broker, time_limit=long, **patience)(ask_provider)
    dramatiq.actor(actor_name=RECEIVE, queue_name=EVENTS, broker=broker, time_limit=MINUTE_MS, **patience)(
        receive_event
    )
    dramatiq.actor(actor_name=TAKE_HOOK, queue_name=INTAKE, broker=broker, time_limit=MINUTE_MS, **patience)(read_hook)
    # a reading that fails is asked for again by the relay
    dramatiq.actor(actor_name=FETCH, queue_name=INTAKE, broker=broker, time_limit=long, max_retries=0)(read_mailbox)
    dramatiq.actor(actor_name=TELL_TEAM, queue_name=CHAT, broker=broker, time_limit=long, **patience)(tell_team)
    return sorted(broker.get_declared_actors())
