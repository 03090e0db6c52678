"""What the timetable says about messages, queues and servers."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from dramatiq import Message

MAX_MS = 2**53 - 1
"""The greatest moment that a sorted set keeps exactly."""


@dataclass(frozen=True, slots=True)
class Appointment:
    """A message and the moment at which it is due.

    Attributes:
        message: what is delivered, on the ordinary queue `message.queue_name`.
        due_ms: milliseconds since the epoch; the past means at once.
        key: the caller's name for it, unique within the queue. A second appointment under the same key
            replaces the first. None gives it a name of its own.
    """

    message: Message[Any]
    due_ms: int
    key: str | None = None

    def __post_init__(self) -> None:
        """Refuse what the server would store and never find again."""
        due_ms: object = self.due_ms  # callers without a type checker
        if type(due_ms) is not int or not 0 <= due_ms <= MAX_MS:
            raise BadAppointment("due_ms", due_ms, f"an int from 0 to {MAX_MS}, milliseconds since the epoch")
        key: object = self.key
        if key is not None and (not isinstance(key, str) or not key):
            raise BadAppointment("key", key, "a string that is not empty, or None")


class MessageState(StrEnum):
    """Where a message is."""

    READY = "ready"
    RUNNING = "running"
    DELAYED = "delayed"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class ListedMessage:
    """A message as an operator sees it.

    Attributes:
        message_id: the broker's id, by which it is revived or discarded.
        state: where it is.
        died_ms: when it was given up, ms since the epoch; None unless it is dead.
        worker: broker id of the process that has it; None unless it is running.
        encoded: its bytes.
    """

    message_id: str
    state: MessageState
    died_ms: int | None
    worker: str | None
    encoded: bytes

    def message(self) -> Message[Any]:
        """The message itself.

        Raises:
            dramatiq.DecodeError: the encoder of this process does not understand it.
        """
        return Message.decode(self.encoded)


@dataclass(frozen=True, slots=True)
class QueueStats:
    """One queue, counted in one instant.

    Attributes:
        queue: its name.
        ready: messages that wait for a worker.
        running: messages that a worker has fetched and not yet acknowledged.
        delayed: messages that wait for their moment.
        dead: messages that failed for good and are still kept.
        next_due_ms: moment of the earliest delayed message, milliseconds since the epoch.
        is_paused: nothing is fetched from it until it is resumed.
    """

    queue: str
    ready: int
    running: int
    delayed: int
    dead: int
    next_due_ms: int | None
    is_paused: bool


class BadAppointment(ValueError):
    """An appointment that cannot be kept as it is written."""

    def __init__(self, field: str, value: object, wanted: str) -> None:
        super().__init__(field, value, wanted)
        self.field, self.value, self.wanted = field, value, wanted

    def __str__(self) -> str:
        return f"{self.field} is {self.value!r}; give {self.wanted}"


class UnsafeServer(Exception):
    """A server that may forget messages: it evicts keys, or keeps nothing on disk."""

    def __init__(self, fact: str, fix: str) -> None:
        super().__init__(fact, fix)
        self.fact, self.fix = fact, fix

    def __str__(self) -> str:
        return f"the server may lose messages: {self.fact}. {self.fix}, or pass require_durable=False"
