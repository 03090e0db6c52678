"""Messages that are not dispatches: wake-ups and events that dramatiq gave up, and queues that are stopped."""

from dataclasses import dataclass

from dramatiq.errors import DecodeError

from workers.broker import MessageState
from workers.operations.doing import Doing, note
from workers.timetable.scripts import as_message
from workers.wiring import System

#: Messages read from a queue in one go.
PAGE = 500


@dataclass(frozen=True, slots=True)
class QueueMessage:
    """One message of the timetable as an operator sees it; `actor` empty where nobody can read it."""

    queue: str
    message_id: str
    state: MessageState
    actor: str
    args: tuple[object, ...]
    died_ms: int | None
    worker: str | None
    error: str


def listed(system: System, queue: str, state: MessageState, *, limit: int) -> list[QueueMessage]:
    """Messages of one queue in one state; they move while one reads."""
    return [
        _read(queue, each.message_id, state, each.encoded, died_ms=each.died_ms, worker=each.worker)
        for each in system.broker.messages(queue, state, limit=limit)
    ]


def find_dead(system: System, message_id: str) -> QueueMessage | None:
    """The dead message of this id, in any queue; None if there is none."""
    for queue in system.broker.known_queues():
        skip = 0
        while page := system.broker.messages(queue, MessageState.DEAD, skip=skip, limit=PAGE):
            for each in page:
                if each.message_id == message_id:
                    return _read(queue, message_id, MessageState.DEAD, each.encoded, died_ms=each.died_ms)
            skip += len(page)
    return None


def _read(
    queue: str,
    message_id: str,
    state: MessageState,
    encoded: bytes,
    *,
    died_ms: int | None = None,
    worker: str | None = None,
) -> QueueMessage:
    try:
        message = as_message(encoded)
    except DecodeError as broken:
        return QueueMessage(queue, message_id, state, "", (), died_ms, worker, f"unreadable: {broken}")
    lines = str(message.options.get("traceback", "")).strip().splitlines()
    last = lines[-1] if lines else ""
    return QueueMessage(queue, message_id, state, message.actor_name, tuple(message.args), died_ms, worker, last)


def revive(system: System, message: QueueMessage, doing: Doing) -> bool:
    """Make a dead message ready again; False if it is no longer there."""
    if system.broker.revive(message.queue, message.message_id) == 0:
        return False
    _note(system, doing, "revive", message.message_id)
    return True


def bury(system: System, message: QueueMessage, doing: Doing) -> bool:
    """Forget a dead message; False if it is no longer there. Wake-ups come back by the relay, events do not."""
    if system.broker.discard(message.queue, message.state, message.message_id) == 0:
        return False
    _note(system, doing, "bury", message.message_id)
    return True


def pause_queue(system: System, queue: str, doing: Doing) -> None:
    """Let no worker fetch from a queue of the timetable; for channels, a hold says why in the ledger."""
    system.broker.pause(queue)
    _note(system, doing, "pause", queue)


def resume_queue(system: System, queue: str, doing: Doing) -> None:
    """Let workers fetch again."""
    system.broker.resume(queue)
    _note(system, doing, "resume", queue)


def _note(system: System, doing: Doing, verb: str, subject: str) -> None:
    with system.ledger.begin() as connection:
        note(connection, doing, verb, subject=subject, now=system.clock.now())
