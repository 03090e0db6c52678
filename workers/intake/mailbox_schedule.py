"""The mailbox fetched every so often: the relay asks for it, a worker does it, one process at a time.

What came of it is kept beside the timetable for `relance doctor`; a failure is logged, and tried again at the next
turn. Nothing here stops a sweep, and nothing is lost: what was not taken stays in the mailbox.
"""

import contextlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Final, Literal

import structlog
from dramatiq import Message
from redis.exceptions import LockNotOwnedError

from workers.broker import TimetableBroker
from workers.hooks.queue import INTAKE
from workers.intake.mailbox import MailboxAway, fetch

if TYPE_CHECKING:
    from workers.wiring import System

#: Wire format.
FETCH: Final = "fetch_mailbox"
#: Seconds that one reading may take; whoever died while reading is waited for no longer.
LEASE_S: Final = 15 * 60
#: Messages of one turn; the rest comes with the next one, so that a turn ends before its lease.
MOST_AT_ONCE: Final = 200
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Turn:
    """What came of the last reading.

    Attributes:
        at: when it ended, RFC 3339.
        taken: messages that were taken.
        error: what the server said where it failed; None where it did not.
    """

    at: str
    taken: int
    error: str | None = None


def ask(broker: TimetableBroker, every: timedelta, now: datetime) -> bool:
    """Put one reading into the queue, if the last one was asked for longer ago than `every`, by whichever relay.

    Raises:
        redis.RedisError: the timetable is away; the next sweep asks again.
    """
    mark = f"{broker.namespace}:mailbox:asked"
    if not broker.client.set(mark, now.isoformat(), nx=True, ex=every):
        return False
    message: Message[None] = Message(queue_name=INTAKE, actor_name=FETCH, args=(), kwargs={}, options={})
    broker.enqueue(message)
    return True


@contextlib.contextmanager
def alone(system: "System") -> Iterator[bool]:
    """Whether this process may read the mailbox now: nobody else does until the block ends, or the lease does."""
    lock = system.broker.client.lock(f"{system.broker.namespace}:mailbox:turn", timeout=LEASE_S, blocking=False)
    mine = bool(lock.acquire())
    try:
        yield mine
    finally:
        if mine:
            with contextlib.suppress(LockNotOwnedError):  # it took longer than its lease, and another one has it
                lock.release()


def take_turn(system: "System") -> Turn | None:
    """Read the mailbox once; None where somebody else is at it, or no mailbox is set.

    Raises:
        sqlalchemy.exc.OperationalError, redis.RedisError: a server of ours is away; the next turn finds it all.
    """
    settings = system.settings.mailbox
    if settings.host is None:
        return None
    with alone(system) as mine:
        if not mine:
            return None
        taken, error = 0, None
        try:
            for _each in islice(fetch(system, settings), MOST_AT_ONCE):
                taken += 1
        except MailboxAway as away:
            error = str(away)
            log.warning("mailbox_away", place=away.place, error=away.reason)
        turn = Turn(system.clock.now().isoformat(), taken, error)
        system.broker.client.set(_last(system.broker), json.dumps(asdict(turn)))
    if taken:
        log.info("mailbox_fetched", taken=taken)
    return turn


def last_turn(broker: TimetableBroker) -> Turn | None:
    """What came of the last reading; None where there was none yet.

    Raises:
        redis.RedisError: the timetable is away.
    """
    kept = broker.client.get(_last(broker))
    return None if kept is None else Turn(**json.loads(kept))


def looks(system: "System") -> Iterator[tuple[Literal["ok", "warning", "failure"], str, str]]:
    """How the reading of the mailbox fares: level, and the words in French and in English."""
    every = system.settings.mailbox.every_minutes
    if every is None:
        return
    turn = last_turn(system.broker)
    if turn is None:
        fr, en = (
            "boîte jamais relevée ; un relais et un worker tournent-ils ?",
            "never fetched; do a relay and a worker run?",
        )
        yield "warning", fr, en
    elif turn.error is not None:
        yield "failure", f"boîte non relevée : {turn.error}", f"not fetched: {turn.error}"
    elif system.clock.now() - datetime.fromisoformat(turn.at) > 3 * timedelta(minutes=every) + timedelta(minutes=1):
        yield "warning", f"boîte relevée pour la dernière fois à {turn.at}", f"last fetched at {turn.at}"
    else:
        yield (
            "ok",
            f"boîte relevée à {turn.at}, {turn.taken} message(s)",
            f"fetched at {turn.at}, {turn.taken} message(s)",
        )


def _last(broker: TimetableBroker) -> str:
    return f"{broker.namespace}:mailbox:last"
