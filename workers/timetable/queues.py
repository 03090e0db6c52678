"""dramatiq's Redis broker on the scripts of this folder: what is ready, running and dead."""

import threading
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any, Final, NoReturn

import redis
from dramatiq.broker import Consumer
from dramatiq.brokers.redis import (
    DEFAULT_DEAD_MESSAGE_TTL,
    DEFAULT_HEARTBEAT_TIMEOUT,
    DEFAULT_MAINTENANCE_CHANCE,
    RedisBroker,
)
from dramatiq.common import q_name
from dramatiq.middleware import Middleware

from workers.timetable.adoption import adopt
from workers.timetable.consumers import BLIND_SLEEP_MS, UNREACHABLE, InFlight, Promoter, ReadyConsumer, closed, id_of
from workers.timetable.safety import check_durable
from workers.timetable.scripts import Argument, Scripts, as_text

DEFAULT_RECOVERY_MS: Final = 30_000
"""A worker that has been silent for so long is dead, and its messages go to others."""
SLEEP_LIMIT_MS: Final = 1_000
"""Longest time without a heartbeat while there is nothing to do."""
FINISHING: Final = frozenset({"process_message", "skip_message"})
"""Signals on which middleware sends what follows from a message."""


class ScriptedBroker(RedisBroker):
    """The stock broker with other insides; `TimetableBroker` documents the arguments."""

    def __init__(
        self,
        *,
        url: str | None = None,
        middleware: list[Middleware] | None = None,
        namespace: str = "dramatiq",
        maintenance_chance: int = DEFAULT_MAINTENANCE_CHANCE,
        heartbeat_timeout: int = DEFAULT_HEARTBEAT_TIMEOUT,
        dead_message_ttl: int = DEFAULT_DEAD_MESSAGE_TTL,
        client: redis.Redis | None = None,
        clock: Callable[[], int] | None = None,
        require_durable: bool = True,
        recovery_ms: int = DEFAULT_RECOVERY_MS,
        **parameters: Any,  # noqa: ANN401  # redis-py names and types them
    ) -> None:
        super().__init__(  # type: ignore[no-untyped-call]  # dramatiq does not annotate it
            url=url,
            middleware=middleware,
            namespace=namespace,
            maintenance_chance=maintenance_chance,
            heartbeat_timeout=heartbeat_timeout,
            dead_message_ttl=dead_message_ttl,
            client=client,
            **parameters,
        )
        self.clock = clock
        self.require_durable = require_durable
        self.recovery_ms = recovery_ms
        self.lua = Scripts(self.client, namespace)
        self._in_flight: defaultdict[str, InFlight] = defaultdict(InFlight)
        self._finishing = threading.local()

    def __getattr__(self, name: str) -> NoReturn:
        """Nothing is looked up by name: the stock broker would send an unknown `do_…` to its own scripts."""
        raise AttributeError(f"{type(self).__name__} has no attribute {name!r}", name=name, obj=self)

    def check_server(self) -> None:
        """Refuse a server that evicts keys or keeps nothing on disk, unless `require_durable` is False.

        Raises:
            UnsafeServer: with the fact and the fix.
            redis.ConnectionError: it does not answer.
        """
        if self.require_durable:
            check_durable(self.client)

    def emit_before(self, signal: str, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  # as in dramatiq
        """Emit a signal; a worker does not boot on an unsafe server. An absent server is waited for, as in stock."""
        if signal == "worker_boot":
            try:
                self.check_server()
            except UNREACHABLE as absent:
                self.logger.warning("The server is out of reach; it will be checked when it answers: %s", absent)
        super().emit_before(signal, *args, **kwargs)

    def emit_after(self, signal: str, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  # as in dramatiq
        """Emit a signal; what middleware sends when a message is done is owed if it cannot be sent (see `send`)."""
        if signal not in FINISHING:
            super().emit_after(signal, *args, **kwargs)
            return
        self._finishing.message = args[0]
        try:
            super().emit_after(signal, *args, **kwargs)
        finally:
            self._finishing.message = None

    def send(self, *call: Argument) -> Any:  # noqa: ANN401  # the script's reply
        """Run a script that sends messages.

        While the server is out of reach it raises, but not within the middleware of a message that has just been
        processed: dramatiq would swallow the error, acknowledge the message later, and so forget its retry, its
        callback or the next message of its pipeline. Then the call is kept, made before the message is acknowledged,
        and None returned.
        """
        try:
            return self.lua.run(*call)
        except UNREACHABLE as lost:
            message = getattr(self._finishing, "message", None)
            if message is None:
                raise
            self.logger.warning("Message %r has something to send when the server is back: %s", id_of(message), lost)
            self.in_flight(message.queue_name).owed[id_of(message)].append(call)
            return None

    @property
    def consumer_class(self) -> type[ReadyConsumer]:
        """The consumer of ready messages."""
        return ReadyConsumer

    def consume(self, queue_name: str, prefetch: int = 1, timeout: int = 5000) -> Consumer:
        """Consume a queue, or promote the delayed messages of a delay queue.

        Args:
            queue_name: a delay queue's name ends in `.DQ`.
            prefetch: how many messages may be fetched and not finished.
            timeout: ms to wait when there is nothing; at most a second is used, for the sake of heartbeats.

        Raises:
            UnsafeServer: messages may be lost there, and `require_durable` forbids it.
            ConnectionClosed: the server is out of reach; dramatiq's consumer threads try again.
        """
        try:
            self.check_server()
        except UNREACHABLE as absent:
            raise closed(absent) from None
        limit_ms = min(timeout, SLEEP_LIMIT_MS)
        if queue_name.endswith(".DQ"):
            return Promoter(self, q_name(queue_name), limit_ms)
        return self.consumer_class(self, queue_name, prefetch, limit_ms)

    # The stock broker makes these by name, at run time.

    def do_enqueue(self, queue_name: str, message_id: str | bytes, encoded: bytes) -> None:
        """Put a message on its queue; a second time with the same id changes nothing."""
        self.send("enqueue", queue_name, message_id, encoded)
        self._upkeep_by_chance("enqueue", queue_name)

    def do_fetch(self, queue_name: str, count: int) -> list[bytes]:
        """Take messages off a queue. They are this broker's until they are acknowledged or it dies."""
        return [encoded for _, encoded in self.fetch(queue_name, count)]

    def fetch(self, queue_name: str, count: int) -> list[tuple[str, bytes]]:
        """Take messages off a queue, with their ids."""
        reply = self.lua.run("fetch", queue_name, self.broker_id, count, self.silence_ms)
        self._upkeep_by_chance("fetch", queue_name)
        return [(as_text(message_id), encoded) for message_id, encoded in zip(reply[::2], reply[1::2], strict=True)]

    def do_ack(self, queue_name: str, message_id: str) -> None:
        """A fetched message is done."""
        self.lua.run("ack", queue_name, self.broker_id, message_id)

    def do_nack(self, queue_name: str, message_id: str) -> None:
        """A fetched message is dead."""
        self.lua.run("nack", queue_name, self.broker_id, message_id)

    def do_requeue(self, queue_name: str, *message_ids: str) -> None:
        """Give back fetched messages."""
        self.lua.run("requeue", queue_name, self.broker_id, *message_ids)

    def do_reclaim(self, queue_name: str, *known_ids: str) -> int:
        """Give back fetched messages that never arrived here. Returns how many."""
        return int(self.lua.run("reclaim", queue_name, self.broker_id, *known_ids))

    def do_purge(self, queue_name: str) -> None:
        """Drop all messages of a queue: ready, running, delayed, dead."""
        self.lua.run("purge", q_name(queue_name), self.broker_id)

    def do_qsize(self, queue_name: str) -> int:
        """0 if nothing is ready, running or delayed. A message that runs here counts twice, as in stock."""
        self._upkeep_by_chance("qsize", queue_name)
        return int(self.lua.run("qsize", q_name(queue_name), self.broker_id))

    def do_promote(self, queue_name: str, *, upkeep: bool = False) -> tuple[int, int | None]:
        """Move what is due to the ordinary queue, at most 500 messages, and send a heartbeat.

        Args:
            queue_name: the ordinary queue's name.
            upkeep: also recover the messages of dead workers, bury expired dead ones, and adopt the delayed messages
                of a stock broker.

        Returns:
            How many were moved, and ms until the next is due, None if nothing is pending.
        """
        if upkeep:
            adopt(self.client, self.lua, self.namespace, queue_name)
        now = "" if self.clock is None else self.clock()
        flag = "1" if upkeep else "0"
        moved, until_next, recovered = self.lua.run(
            "promote", queue_name, self.broker_id, now, self.silence_ms, self.dead_message_ttl, flag
        )
        if recovered:
            self.logger.warning("Recovered %d messages of dead workers.", recovered)
        return int(moved), None if until_next < 0 else int(until_next)

    @property
    def silence_ms(self) -> int:
        """Silence after which a worker is dead."""
        return min(int(self.heartbeat_timeout), self.recovery_ms)

    def in_flight(self, queue_name: str) -> InFlight:
        """What this process has fetched from a queue and not given back."""
        return self._in_flight[queue_name]

    def sleep_on_bell(self, name: str, limit_ms: int) -> None:
        """Sleep until somebody rings, at most `limit_ms`. Ordinary and delay queues have a bell each."""
        if limit_ms < 1:
            return
        if self._may_block(limit_ms):
            self.client.blpop([f"{self.namespace}:__bell__.{name}"], timeout=limit_ms / 1000)
        else:
            time.sleep(min(limit_ms, BLIND_SLEEP_MS) / 1000)

    def _may_block(self, limit_ms: int) -> bool:
        """Whether the client has a connection to spare for each sleeper, and the patience to wait."""
        pool = self.client.connection_pool
        patience = self.client.get_connection_kwargs().get("socket_timeout")
        return (
            self.client.connection is None
            and pool.max_connections >= 2 * len(self.queues) + 32
            and (patience is None or patience * 1000 >= 2 * limit_ms)
        )

    def _upkeep_by_chance(self, command: str, queue_name: str) -> None:
        if self._should_do_maintenance(command):
            self.lua.run("upkeep", q_name(queue_name), self.broker_id, self.silence_ms, self.dead_message_ttl)
