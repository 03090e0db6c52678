"""A Redis broker for dramatiq whose delayed messages wait on the server, not in the workers.

It replaces `dramatiq.brokers.redis.RedisBroker`: same arguments, same defaults, same keys for what is ready, running
and dead. It adds a timetable: delayed messages lie in a sorted set by the moment when they are due, under keys that
the caller may choose. The consumer thread which dramatiq runs for each delay queue promotes what is due; workers never
hold a delayed message, however many there are.

Delivery is at least once, as with the stock broker: an actor must bear to be called twice.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar
from uuid import uuid4

from dramatiq import Message
from dramatiq.common import current_millis, dq_name, q_name

from workers.timetable.operators import OperableBroker
from workers.timetable.records import (
    Appointment,
    BadAppointment,
    ListedMessage,
    MessageState,
    QueueStats,
    UnsafeServer,
)
from workers.timetable.scripts import BATCH, ID_LENGTH, KEY_OPTION, as_delivered, as_message, as_text

__all__ = [
    "Appointment",
    "BadAppointment",
    "ListedMessage",
    "MessageState",
    "QueueStats",
    "TimetableBroker",
    "UnsafeServer",
]

Item = TypeVar("Item")


class TimetableBroker(OperableBroker):
    """A drop-in for dramatiq's `RedisBroker` that keeps any number of delayed messages for any time.

    Args:
        url: connection URL; it wins over other connection parameters.
        middleware: replaces dramatiq's default middleware.
        namespace: prefix of all keys.
        maintenance_chance: how many commands out of a million recover dead workers' messages and bury expired dead
            ones. It hardly matters here: each promoter does so every 5 s.
        heartbeat_timeout: ms of silence after which a worker is dead; what is above `recovery_ms` has no effect.
        dead_message_ttl: ms for which dead messages are kept.
        client: a `redis.Redis` to use instead of a new one.
        clock: ms since the epoch; decides what is due. None, the default, is the server's own clock. Heartbeats
            always use the server's clock. Who makes the clock jump should call `ring`.
        require_durable: refuse to consume from a server that evicts keys or keeps nothing on disk. Nothing is checked
            before a worker boots, or `check_server` is called.
        recovery_ms: ms of silence after which a worker's messages go to others.
        **parameters: connection parameters of `redis.Redis`.
    """

    def enqueue(self, message: Message[Any], *, delay: int | None = None) -> Message[Any]:
        """Deliver a message now, or after `delay` ms of any length.

        The option `timetable_key` chooses the key, so that a second message under that key replaces the first while it
        is pending. The key is not delivered: a retry does not overwrite an appointment made since.

        Returns:
            A copy with what the broker adds: `redis_message_id`, and `eta` (ms since the epoch) if it waits.
        """
        if delay is None and isinstance(message.options.get("eta"), int | float):
            delay = int(message.options["eta"]) - self._about_now_ms()  # a worker would keep it in memory
        if delay is None and KEY_OPTION not in message.options:
            message = message.copy(options={"redis_message_id": str(uuid4())})
            self.emit_before("enqueue", message, delay)
            self.do_enqueue(message.queue_name, message.options["redis_message_id"], message.encode())
            self.emit_after("enqueue", message, delay)
            return message
        return self._enqueue_later(message, int(delay or 0))

    def schedule(self, message: Message[Any], due_ms: int, *, key: str | None = None) -> Message[Any]:
        """Deliver a message at a moment. A second call with the same key moves the appointment.

        Args:
            message: its queue decides where the key is unique.
            due_ms: ms since the epoch, of any distance; the past means at once.
            key: chosen by the caller. None: this call makes an appointment of its own.

        Returns:
            The message as it was booked, with its `eta`.

        Raises:
            BadAppointment: a moment or key that cannot be kept.
        """
        return self.schedule_many([Appointment(message, due_ms, key)])[0]

    def schedule_many(self, appointments: Iterable[Appointment]) -> list[Message[Any]]:
        """Make or move many appointments; up to 500 of one queue go in one atomic call.

        If the connection breaks in between, the first ones are kept; repeating all of them is harmless if they have
        keys. Of several with one key the last holds.

        Returns:
            The messages as they were booked, in the order given.
        """
        now_ms = self._about_now_ms()
        booked = [_booked(each) for each in appointments]
        for each in booked:
            self.emit_before("enqueue", each.message, max(each.due_ms - now_ms, 0))
        by_queue: defaultdict[str, list[Appointment]] = defaultdict(list)
        for each in booked:
            by_queue[q_name(each.message.queue_name)].append(each)
        for queue_name, group in by_queue.items():
            for part in _parts(group):
                self._write(queue_name, "at", part)
        for each in booked:
            self.emit_after("enqueue", each.message, max(each.due_ms - now_ms, 0))
        return [each.message for each in booked]

    def cancel(self, queue_name: str, key: str) -> bool:
        """Forget an appointment. False if there is none, or it was promoted already."""
        return self.cancel_many(queue_name, [key]) == 1

    def cancel_many(self, queue_name: str, keys: Iterable[str]) -> int:
        """Forget appointments. Returns how many were still pending."""
        return sum(int(self.lua.run("cancel", q_name(queue_name), *part)) for part in _parts(list(keys)))

    def pending(self, queue_name: str) -> int:
        """How many delayed messages the queue has."""
        return self.queue_stats([queue_name])[0].delayed

    def next_due(self, queue_name: str | None = None) -> int | None:
        """Moment of the earliest delayed message of a queue, or of all; ms since the epoch. None if there is none."""
        stats = self.queue_stats(None if queue_name is None else [queue_name])
        return min((each.next_due_ms for each in stats if each.next_due_ms is not None), default=None)

    def appointment(self, queue_name: str, key: str) -> Appointment | None:
        """The pending appointment of this key, if there is one."""
        due: Any = self.client.zscore(self._due_key(queue_name), key)
        return None if due is None else next(iter(self._held(queue_name, [(key, int(due))])), None)

    def due_between(self, queue_name: str, start_ms: int, end_ms: int, limit: int = 100) -> list[Appointment]:
        """Appointments from `start_ms` to before `end_ms`, earliest first, at most `limit`."""
        due: Any = self.client.zrangebyscore(
            self._due_key(queue_name), start_ms, f"({end_ms}", start=0, num=limit, withscores=True
        )
        return self._held(queue_name, [(as_text(key), int(score)) for key, score in due])

    def ring(self) -> None:
        """Wake the promoters of all queues: the clock given to the constructor has jumped."""
        self.lua.run("ring", *(dq_name(name) for name in self.known_queues()))

    def _enqueue_later(self, message: Message[Any], delay: int) -> Message[Any]:
        eta = self._about_now_ms() + delay  # what middleware sees; the server decides below
        booked = _booked(Appointment(message, max(eta, 0), message.options.get(KEY_OPTION)))
        self.emit_before("enqueue", booked.message, delay)
        [eta] = self._write(
            q_name(message.queue_name), "in", [Appointment(booked.message, max(delay, 0), booked.key)]
        ) or [eta]
        booked.message.options["eta"] = eta
        self.emit_after("enqueue", booked.message, delay)
        return booked.message

    def _write(self, queue_name: str, mode: str, appointments: Sequence[Appointment]) -> list[int]:
        now = "" if self.clock is None else self.clock()
        args: list[str | bytes | int] = []
        for each in appointments:
            message_id = each.message.options["redis_message_id"]
            args += [each.due_ms, each.key or message_id, message_id, as_delivered(each.message).encode()]
        return [int(due) for due in self.send("schedule", queue_name, now, mode, *args) or ()]

    def _held(self, queue_name: str, due: Sequence[tuple[str, int]]) -> list[Appointment]:
        if not due:
            return []
        held: Any = self.client.hmget(f"{self.namespace}:{q_name(queue_name)}.DQ.held", [key for key, _ in due])
        return [
            Appointment(as_message(each[ID_LENGTH:]), due_ms, key)
            for (key, due_ms), each in zip(due, held, strict=True)
            if each is not None
        ]

    def _due_key(self, queue_name: str) -> str:
        return f"{self.namespace}:{q_name(queue_name)}.DQ.due"

    def _about_now_ms(self) -> int:
        """Near enough for what people and middleware read; what is due is decided on the server."""
        return current_millis() if self.clock is None else self.clock()


def _booked(appointment: Appointment) -> Appointment:
    """The appointment with the message as the stock broker would show it: on the delay queue, with its moment."""
    message = appointment.message.copy(
        queue_name=dq_name(appointment.message.queue_name),
        options={"redis_message_id": str(uuid4()), "eta": appointment.due_ms},
    )
    return Appointment(message, appointment.due_ms, appointment.key)


def _parts(items: Sequence[Item]) -> Iterable[Sequence[Item]]:
    return (items[first : first + BATCH] for first in range(0, len(items), BATCH))
