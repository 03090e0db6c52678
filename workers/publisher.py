"""From committed orders to the queues: wake-ups to the timetable, dispatches to the queue of their channel."""

from datetime import datetime, timedelta

import redis
import sqlalchemy as sa
import structlog
from dramatiq import Message
from dramatiq.errors import BrokerConnectionError

from workers.broker import Appointment, TimetableBroker
from workers.clock import Clock
from workers.ledger.pipeline import LEDGER_IS_AWAY, ask, tell_all
from workers.orders import Armed, Orders
from workflows.invoice import Channel

#: Wire format: the names of queues and actors outlive a deployment.
WAKE, DELIVER = "wake", "deliver"
CHAT, TELL_TEAM = "chat", "tell_team"
log = structlog.get_logger()

#: A lost mark only means that the relay publishes once more, so nobody waits for the disk, or for a row that somebody
#: holds: waiting here for several rows, out of the order of locks, could end the transaction of an engine.
_UNHURRIED = "WITH unhurried AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))"
#: Notes what was handed over, and finds what somebody else has decided since: handing over is not under the case's
#: lock, so that the slower of two may have overwritten the newer moment.
_MARK_ARMED = (
    f"{_UNHURRIED}, "
    "given AS (SELECT * FROM unnest(CAST(%(ids)s AS text[]), CAST(%(epochs)s AS int[])) AS given(id, epoch)), "
    "free AS (SELECT case_id, given.epoch FROM cases JOIN given ON case_id = given.id, unhurried "
    "WHERE armed_epoch < given.epoch FOR UPDATE OF cases SKIP LOCKED), "
    "marked AS (UPDATE cases SET armed_epoch = free.epoch FROM free WHERE cases.case_id = free.case_id) "
    "SELECT case_id, cases.epoch, next_wake_at FROM cases JOIN given ON case_id = given.id "
    "WHERE cases.epoch > given.epoch"
)
_MARK_PUBLISHED = (
    f"{_UNHURRIED}, free AS (SELECT key FROM dispatches, unhurried "
    "WHERE key = ANY(%(keys)s) AND status = 'wanted' AND NOT published FOR UPDATE OF dispatches SKIP LOCKED) "
    "UPDATE dispatches SET published = true FROM free WHERE dispatches.key = free.key"
)


class QueuePublisher:
    """Hands orders to the queues and notes in the ledger that it did.

    Publishing twice is harmless: wake-ups are upserts by case, and a dispatch is claimed once. What is not published
    stays marked as such in the ledger, for the relay to repeat.

    Args:
        broker: the timetable and the queues.
        ledger: where the marks are kept.
        clock: for the horizon.
        horizon: wake-ups further away stay in the ledger until the relay hands them over; None for all at once.
    """

    def __init__(
        self, broker: TimetableBroker, ledger: sa.Engine, clock: Clock, *, horizon: timedelta | None = None
    ) -> None:
        self.broker, self.clock, self.horizon = broker, clock, horizon
        self._marks = ledger.execution_options(isolation_level="AUTOCOMMIT")

    def publish(self, orders: Orders) -> None:
        """Hand over; a server that is away is only logged, since the relay repeats what was not published."""
        try:
            self.hand_over(orders)
        except (redis.RedisError, BrokerConnectionError, *LEDGER_IS_AWAY) as error:
            log.warning(
                "publish_failed", error=str(error), wake_ups=len(orders.armed), dispatches=len(orders.dispatches)
            )

    def hand_over(self, orders: Orders) -> None:
        """Hand over and mark.

        Raises:
            redis.RedisError, BrokerConnectionError: the timetable is away.
            sqlalchemy.exc.OperationalError: the ledger is away.
        """
        near = [item for item in orders.armed.values() if self._is_near(item)]
        wake_ups = [_wake_up(item) for item in near if item.at is not None]
        if wake_ups:
            self.broker.schedule_many(wake_ups)
        gone = [item.case_id for item in near if item.at is None]
        if gone:
            self.broker.cancel_many(WAKE, gone)
        for key, channel, at in orders.dispatches:
            self._send(key, channel, at)
        newer = self._mark(near, [key for key, _, _ in orders.dispatches])
        if newer:
            self.hand_over(Orders(armed=newer))

    def hand_to_chat(self, target: str) -> None:
        """Let a worker tell one target of the creditor's own people what is wanted; twice is harmless."""
        self.broker.enqueue(Message(queue_name=CHAT, actor_name=TELL_TEAM, args=(target,), kwargs={}, options={}))

    def _is_near(self, item: Armed) -> bool:
        return self.horizon is None or item.at is None or item.at <= self.clock.now() + self.horizon

    def _send(self, key: str, channel: Channel, at: datetime | None) -> None:
        message: Message[None] = Message(
            queue_name=str(channel), actor_name=DELIVER, args=(key,), kwargs={}, options={}
        )
        if at is None:
            self.broker.enqueue(message)
        else:
            self.broker.schedule(message, milliseconds(at), key=key)

    def _mark(self, armed: list[Armed], keys: list[str]) -> dict[str, Armed]:
        """Note in the ledger what was handed over; returns the wake-ups that were decided anew in the meantime."""
        if not armed and not keys:
            return {}
        ids, epochs = [item.case_id for item in armed], [item.epoch for item in armed]
        with self._marks.connect() as connection:
            if keys:
                tell_all(connection, [(_MARK_PUBLISHED, {"keys": keys})])
            rows = ask(connection, _MARK_ARMED, {"ids": ids, "epochs": epochs}) if armed else []
        return {row.case_id: Armed(row.case_id, row.epoch, row.next_wake_at) for row in rows}


def _wake_up(item: Armed) -> Appointment:
    message: Message[None] = Message(
        queue_name=WAKE, actor_name=WAKE, args=(item.case_id, item.epoch), kwargs={}, options={}
    )
    return Appointment(message, 0 if item.at is None else milliseconds(item.at), item.case_id)


def milliseconds(at: datetime) -> int:
    """An instant as the timetable counts: whole milliseconds since 1970, rounded up, so that nothing rings early."""
    return -int(-at.timestamp() * 1000 // 1)
