"""For operators: counting, listing, pausing queues, and giving dead messages another chance."""

from collections.abc import Sequence
from typing import Any, Final

from dramatiq.common import q_name

from workers.timetable.queues import ScriptedBroker
from workers.timetable.records import ListedMessage, MessageState, QueueStats
from workers.timetable.scripts import as_text

NEVER: Final = -1


class OperableBroker(ScriptedBroker):
    """The scripted broker with the verbs of the console."""

    def queue_stats(self, queue_names: Sequence[str] | None = None) -> list[QueueStats]:
        """Counts of some queues, or of all that any process ever used, in one instant, by name."""
        names = self.known_queues() if queue_names is None else [q_name(name) for name in queue_names]
        return [
            QueueStats(
                queue=name,
                ready=ready,
                running=max(stored - ready, 0),
                delayed=delayed,
                dead=dead,
                next_due_ms=None if due == NEVER else due,
                is_paused=paused == 1,
            )
            for name, (ready, stored, delayed, dead, due, paused) in zip(
                names, self.lua.run("stats", *names), strict=True
            )
        ]

    def ready_and_running(self) -> int:
        """Messages of all queues that wait for a worker or are with one; delayed and dead ones do not count."""
        return sum(each.ready + each.running for each in self.queue_stats())

    def known_queues(self) -> list[str]:
        """Names of the queues declared here or used by any process, sorted."""
        used: Any = self.client.smembers(f"{self.namespace}:__queues__")
        return sorted(self.queues | {as_text(name) for name in used})

    def messages(self, queue_name: str, state: MessageState, *, skip: int = 0, limit: int = 100) -> list[ListedMessage]:
        """Messages that are ready (next first), running (by worker), or dead (longest dead first).

        Delayed ones are listed by `due_between`. Messages move while one pages through them.

        Raises:
            ValueError: `state` is delayed.
        """
        if state == MessageState.DELAYED:
            raise ValueError(f"state is {state!r}; list delayed messages with due_between")
        reply = self.lua.run("list", q_name(queue_name), state, skip, limit)
        rows = zip(*(reply[column::4] for column in range(4)), strict=True)
        return [
            ListedMessage(
                message_id=as_text(message_id),
                state=state,
                died_ms=int(died_ms) if died_ms else None,
                worker=as_text(worker) or None,
                encoded=encoded.encode() if isinstance(encoded, str) else encoded,
            )
            for message_id, died_ms, worker, encoded in rows
        ]

    def pause(self, queue_name: str) -> None:
        """Let no worker fetch from a queue, on any machine, until it is resumed. What runs goes on."""
        self.lua.run("pause", q_name(queue_name), "1")

    def resume(self, queue_name: str) -> None:
        """Let workers fetch from a paused queue again."""
        self.lua.run("pause", q_name(queue_name), "0")

    def revive(self, queue_name: str, *message_ids: str) -> int:
        """Make dead messages ready again. Returns how many there were."""
        return int(self.lua.run("revive", q_name(queue_name), *message_ids))

    def discard(self, queue_name: str, state: MessageState, *message_ids: str) -> int:
        """Forget ready or dead messages. Returns how many there were.

        Raises:
            ValueError: `state` is another; cancel delayed messages, and wait for running ones.
        """
        if state not in {MessageState.READY, MessageState.DEAD}:
            raise ValueError(f"state is {state!r}; only ready and dead messages are discarded, delayed ones cancelled")
        return int(self.lua.run("discard", q_name(queue_name), state, *message_ids))
