"""What dramatiq's consumer threads iterate over: ready messages, and the promoter of delayed ones."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import suppress
from threading import Event, Lock
from typing import TYPE_CHECKING, Final

import redis
from dramatiq.broker import Consumer, MessageProxy
from dramatiq.common import dq_name
from dramatiq.errors import ConnectionClosed, DecodeError

from workers.timetable.scripts import BATCH, Call, as_message

if TYPE_CHECKING:
    from workers.timetable.queues import ScriptedBroker

UPKEEP_MS: Final = 5_000
"""How often a promoter looks for the work of dead workers and for expired dead messages."""
RECLAIM_MS: Final = 15_000
"""How often a consumer looks for messages that it is said to have, and has not."""
BELL_GRAIN_MS: Final = 110
"""A server ends a blocking call up to a tenth of a second late (its `hz` is 10); before that, sleep here instead."""
BLIND_SLEEP_MS: Final = 50
"""Longest sleep of those whom no bell may wake: with a clock of the caller, or a client that may not block."""
NAP_MS: Final = 20
"""Longest sleep without a bell while something is nearly due: so late may be who is booked in the meantime."""
UNREACHABLE: Final = (redis.ConnectionError, redis.TimeoutError)


class InFlight:
    """The ids that this process has fetched from one queue and not yet given back.

    It belongs to the broker, not to a consumer: consumers are replaced after a lost connection while their messages
    are still at work.

    Attributes:
        ids: of those messages.
        owed: what middleware wanted to send when one of them was done, a retry above all, while the server was out
            of reach. It is sent before the message is acknowledged; dramatiq would forget it.
        fetching: held while the server and `ids` may differ.
    """

    def __init__(self) -> None:
        self.ids: set[str] = set()
        self.owed: defaultdict[str, list[Call]] = defaultdict(list)
        self.fetching = Lock()


class ReadyConsumer(Consumer):
    """Fetches ready messages of one queue; sleeps on the queue's bell while there is none."""

    def __init__(self, broker: "ScriptedBroker", queue_name: str, prefetch: int, timeout: int) -> None:
        self.logger = broker.logger
        self.broker = broker
        self.queue_name = queue_name
        self.prefetch = prefetch
        self.timeout = timeout
        self.message_cache: list[MessageProxy] = []
        self.queued_message_ids: set[str] = set()
        self._in_flight = broker.in_flight(queue_name)
        self._next_reclaim = 0.0
        self._freed = Event()

    @property
    def outstanding_message_count(self) -> int:
        """Messages fetched by this consumer and not yet finished."""
        return len(self.queued_message_ids) + len(self.message_cache)

    def __next__(self) -> MessageProxy | None:
        try:
            self._reclaim_sometimes()
            if not self.message_cache and not self._fetch():
                self._rest()
            if not self.message_cache:
                return None
        except UNREACHABLE as lost:
            raise closed(lost) from None
        message = self.message_cache.pop(0)
        self.queued_message_ids.add(id_of(message))
        return message

    def ack(self, message: MessageProxy) -> None:
        """Acknowledge that a message is done."""
        self._finish(message, self.broker.do_ack)

    def nack(self, message: MessageProxy) -> None:
        """Move a message to the dead."""
        self._finish(message, self.broker.do_nack)

    def requeue(self, messages: Iterable[MessageProxy]) -> None:
        """Give back messages that were fetched and not begun."""
        ids = [id_of(message) for message in messages]
        if not ids:
            return
        self.logger.debug("Re-enqueueing %r on queue %r.", ids, self.queue_name)
        try:
            with self._in_flight.fetching:
                self._in_flight.ids.difference_update(ids)  # whatever happens next, we do not have them any more
                self.broker.do_requeue(self.queue_name, *ids)
        except UNREACHABLE as lost:
            raise closed(lost) from None
        finally:
            self.queued_message_ids.difference_update(ids)

    def close(self) -> None:
        """Give back what was fetched and never handed out."""
        unseen, self.message_cache = self.message_cache, []
        self.requeue(unseen)

    def _fetch(self) -> bool:
        room = self.prefetch - self.outstanding_message_count
        if room <= 0:
            return False
        with self._in_flight.fetching:
            fetched = self.broker.fetch(self.queue_name, room)
            self._in_flight.ids.update(message_id for message_id, _ in fetched)
        self.message_cache = [message for each in fetched if (message := self._understood(*each)) is not None]
        return bool(fetched)

    def _understood(self, message_id: str, encoded: bytes) -> MessageProxy | None:
        """The message, or None after moving to the dead what nobody can read: it must not stop the others."""
        try:
            message = as_message(encoded)
            if message.options.get("redis_message_id") == message_id:
                return MessageProxy(message)
            self.logger.error(
                "Message %r of queue %r has lost its id. Moving it to the DLQ.", message_id, self.queue_name
            )
        except DecodeError:
            self.logger.exception("Cannot decode %r of queue %r. Moving it to the DLQ.", message_id, self.queue_name)
        self._in_flight.ids.discard(message_id)
        with suppress(*UNREACHABLE):  # then it is reclaimed, and tried again
            self.broker.do_nack(self.queue_name, message_id)
        return None

    def _rest(self) -> None:
        if self.outstanding_message_count < self.prefetch:
            self.broker.sleep_on_bell(self.queue_name, self.timeout)
            return
        self._freed.clear()
        if self.outstanding_message_count >= self.prefetch:
            self._freed.wait(self.timeout / 1000)

    def _reclaim_sometimes(self) -> None:
        if time.monotonic() < self._next_reclaim:
            return
        with self._in_flight.fetching:
            self.broker.do_reclaim(self.queue_name, *self._in_flight.ids.copy())
        self._next_reclaim = time.monotonic() + RECLAIM_MS / 1000

    def _finish(self, message: MessageProxy, command: Callable[[str, str], None]) -> None:
        try:
            self._settle(id_of(message))
            command(self.queue_name, id_of(message))
            self._in_flight.ids.discard(id_of(message))
        except UNREACHABLE as lost:
            raise closed(lost) from None
        finally:
            self.queued_message_ids.discard(id_of(message))
            self._freed.set()

    def _settle(self, message_id: str) -> None:
        while owed := self._in_flight.owed.get(message_id):
            self.broker.lua.run(*owed[0])
            owed.pop(0)
        self._in_flight.owed.pop(message_id, None)


class Promoter(Consumer):
    """Moves what is due to the ordinary queue. Never yields a message, so workers hold no delayed ones."""

    def __init__(self, broker: "ScriptedBroker", queue_name: str, timeout: int) -> None:
        self.broker = broker
        self.queue_name = queue_name
        self.timeout = timeout
        self._next_upkeep = 0.0

    def __next__(self) -> None:
        try:
            upkeep = time.monotonic() >= self._next_upkeep
            if upkeep:
                self._next_upkeep = time.monotonic() + UPKEEP_MS / 1000
            promoted, until_next_ms = self.broker.do_promote(self.queue_name, upkeep=upkeep)
            if promoted < BATCH:
                self._rest(until_next_ms)
        except UNREACHABLE as lost:
            raise closed(lost) from None

    def _rest(self, until_next_ms: int | None) -> None:
        """Sleep until the next is due, or until somebody books an earlier one."""
        name = dq_name(self.queue_name)
        if self.broker.clock is not None:  # it may jump without ringing, and says nothing about real time
            self.broker.sleep_on_bell(name, min(self.timeout, BLIND_SLEEP_MS))
        elif until_next_ms is None:
            self.broker.sleep_on_bell(name, self.timeout)
        elif until_next_ms > BELL_GRAIN_MS + NAP_MS:
            self.broker.sleep_on_bell(name, min(self.timeout, until_next_ms - BELL_GRAIN_MS))
        else:
            time.sleep(min(until_next_ms, NAP_MS) / 1000)


def closed(lost: Exception) -> ConnectionClosed:
    """The server is out of reach, in dramatiq's words."""
    return ConnectionClosed(lost)  # type: ignore[no-untyped-call]  # dramatiq does not annotate it


def id_of(message: MessageProxy) -> str:
    """The broker's id of a message, which changes with each retry."""
    return str(message.options["redis_message_id"])
