"""Doubts that a provider can end: the relay has it asked, at growing intervals; a worker of its channel asks.

A person is asked from the first moment on, and may resolve the doubt at any time. What the provider has was sent; what
it is certain not to have may be tried again; where it is not certain, nothing changes. A provider that repeats
harmlessly is given the very same message again, under the same reference, while its case still wants it.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
import structlog
from dramatiq import Message

from workers.broker import TimetableBroker
from workers.channels.base import Channel as Outlet
from workers.channels.base import ChannelError, Receipt
from workers.channels.provider import Abilities, CanLookUp
from workers.clock import Clock
from workers.delivery import Delivery
from workers.delivery.repeating import repeat
from workers.ledger import schema
from workers.operations import dispatches
from workers.operations.doing import Doing
from workflows.invoice import Channel

#: Wire format: names of actors outlive a deployment.
LOOK_UP: Final = "look_up"
#: Minutes after a doubt arose at which the provider is asked. The worker that sent has given up by the first.
ASKED_AFTER_MINUTES: Final = (5, 15, 60, 240, 720, 1_440, 2_880, 5_760, 10_080)
#: Doubts that one look of the relay hands on at most.
PAGE: Final = 100
_FORGOTTEN: Final = timedelta(days=9)
log = structlog.get_logger()


def hand_on(ledger: sa.Engine, broker: TimetableBroker, clock: Clock, outlets: Mapping[Channel, Outlet]) -> int:
    """Give doubts whose next asking is due to the queue of their channel, once for each asking; returns how many.

    Which askings were made is remembered in the timetable's server; if that is emptied, some are made again.

    Raises:
        redis.RedisError, sqlalchemy.exc.OperationalError: a server is away; they come with a later look.
    """
    able = [channel for channel, outlet in outlets.items() if _can_tell(outlet)]
    if not able:
        return 0
    now, row = clock.now(), schema.dispatches.c
    since = sa.func.max(row.done_at)
    doubts = sa.select(row.message_id, row.channel, since.label("since")).where(row.status == "in_doubt")
    doubts = doubts.where(row.channel.in_(able), row.done_at > now - timedelta(minutes=ASKED_AFTER_MINUTES[-1]) * 1.1)
    with ledger.connect() as connection:
        found = connection.execute(doubts.group_by(row.message_id, row.channel).order_by(since).limit(PAGE)).all()
    count = 0
    for doubt in found:
        asking = sum(now - doubt.since >= timedelta(minutes=minutes) for minutes in ASKED_AFTER_MINUTES)
        mark = f"{broker.namespace}:relay:look-up:{doubt.message_id}:{doubt.since.timestamp():.0f}:{asking}"
        if asking and broker.client.set(mark, now.isoformat(), nx=True, ex=_FORGOTTEN):
            broker.enqueue(_order(doubt.channel, doubt.message_id))
            count += 1
    return count


def _order(channel: str, message_id: str) -> Message[None]:
    return Message(queue_name=channel, actor_name=LOOK_UP, args=(message_id,), kwargs={}, options={})


def _can_tell(outlet: Outlet) -> bool:
    abilities = getattr(outlet, "abilities", None)
    return isinstance(abilities, Abilities) and (abilities.look_up or abilities.idempotency_key)


def look_up(delivery: Delivery, message_id: str) -> None:
    """Ask the provider about one message in doubt, and resolve the doubt by what it is certain of; else change nothing.

    Calling it again, at once or later, by any worker, changes nothing more.
    """
    row = schema.messages.c
    asked = sa.select(row.channel, row.claimed_at).where(row.message_id == message_id, row.status == "in_doubt")
    with delivery.engine.ledger.connect() as connection:
        doubt = connection.execute(asked).one_or_none()
    outlet = None if doubt is None else delivery.outlets.get(Channel(doubt.channel))
    if doubt is None or outlet is None or not _can_tell(outlet):
        return
    try:
        _ask(delivery, outlet, message_id, doubt.claimed_at)
    except ChannelError as error:
        log.info("doubt_stays", provider=outlet.name, message_id=message_id, code=error.code, said=error.text)


def _ask(delivery: Delivery, outlet: Outlet, message_id: str, attempt: datetime) -> None:
    abilities: Abilities = getattr(outlet, "abilities")  # noqa: B009 - `_can_tell` looked
    if abilities.look_up and isinstance(outlet, CanLookUp):
        try:
            receipt = outlet.look_up(message_id)
        except ChannelError:
            if not abilities.idempotency_key:
                raise
        else:
            _resolve(delivery, outlet, message_id, receipt, attempt=attempt)
            return
    receipt = repeat(delivery, outlet, message_id)
    if receipt is not None:
        _resolve(delivery, outlet, message_id, receipt, attempt=attempt)


def _resolve(
    delivery: Delivery, outlet: Outlet, message_id: str, receipt: Receipt | None, *, attempt: datetime
) -> None:
    if receipt is None:
        doing = Doing("relance", f"{outlet.name} is certain that it has no such message")
        said = dispatches.resolve_resend(delivery.engine, message_id, doing, attempt=attempt)
    else:
        doing = Doing("relance", f"{outlet.name} has it: {receipt.detail or receipt.provider_id}")
        said = dispatches.resolve_sent(delivery.engine, message_id, doing, provider_id=receipt.provider_id)
    if said[0].said == "done":
        log.info("doubt_ended", provider=outlet.name, message_id=message_id, was_sent=receipt is not None)
