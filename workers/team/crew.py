"""Telling the creditor's own people: the relay notes what is new and hands it over, a worker lets it out.

As with messages to debtors, two transactions with the sending between them: the first one claims, the second one
records. A worker that dies between them leaves a claim that expires into `in_doubt`, never into a second message; what
is still open is in the next daily list.
"""

import random
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

import sqlalchemy as sa
import structlog

from workers.channels.base import ChannelError, InDoubt, Refused, TryLater
from workers.channels.circuit import Circuit
from workers.clock import Clock
from workers.ledger.pipeline import LEDGER_IS_AWAY
from workers.settings_parts.team import Target, Team
from workers.team import notices
from workers.team.doors import Door
from workers.team.facts import Fact, all_open, standing
from workers.team.kinds import DIGEST
from workers.team.messages import Note, Reader, digest_of, note_of
from workers.team.notices import Batch, Ending
from workflows.calendar_days import FRIDAY, holidays_of
from workflows.regions import Region, zone_of

#: How long something may lie in the queue before it is handed over again; doing it twice is harmless.
_HANDED_OVER_AGAIN: Final = timedelta(minutes=5)
#: Minutes between attempts; the last of them again and again.
RETRY_MINUTES: Final = (1, 5, 15, 30, 60, 120, 240, 480)
#: The share of a wait by which waits differ.
_JITTER: Final = 0.25
_RECORD_AGAIN_AFTER_S: Final = (0.2, 0.5, 1, 2, 5, 5, 10)
log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """One target with its door.

    Attributes:
        region: of its creditors, whose working days and clock it keeps.
        reader: what its messages look like.
    """

    target: Target
    door: Door
    region: Region
    reader: Reader


@dataclass(kw_only=True)
class Crew:
    """The creditor's own people. Thread-safe; each process has circuits of its own.

    Attributes:
        hand_over: puts the name of a target into the queue `chat`.
        lease: how long a worker may take for one message.
        elapsed: monotonic seconds.
    """

    ledger: sa.Engine
    clock: Clock
    settings: Team
    listeners: Mapping[str, Listener]
    hand_over: Callable[[str], object]
    lease: timedelta
    elapsed: Callable[[], float] = time.monotonic
    _circuits: dict[str, Circuit] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _next_look: float = 0.0

    def look_now_and_then(self) -> None:
        """What the relay does in every sweep: look, though not more often than every few seconds."""
        if self.elapsed() >= self._next_look:
            self._next_look = self.elapsed() + self.settings.look_every_s
            self.look()

    def look(self) -> int:
        """Note what is new, and hand over what may leave now; any number of processes may do so at once.

        Returns:
            For how many targets something was handed over.
        """
        now = self.clock.now()
        with self.ledger.begin() as connection:
            if not notices.is_first(connection):  # another relay is at it
                return 0
            notices.expire(connection, now)
            notices.want(connection, [listener.target for listener in self.listeners.values()], now)
            for name, listener in self.listeners.items():
                if (day := self._digest_day(listener, now)) is not None:
                    notices.want_digest(connection, name, day.isoformat(), now)
            awake = [name for name, listener in self.listeners.items() if self.is_awake(listener, now)]
            ready = notices.due(connection, awake, now, now - _HANDED_OVER_AGAIN)
        for name in ready:
            self.hand_over(name)
        return len(ready)

    def deliver(self, name: str) -> None:
        """Let out what is wanted of one target now: one message, and the daily list as another.

        Calling it again, at once or later, by any worker, changes nothing.
        """
        listener = self.listeners.get(name)
        if listener is None or not self.is_awake(listener, self.clock.now()):
            return
        for claim in (self._claim_digest, self._claim_news):  # one by one: who dies with one in hand keeps the other
            batch = claim(listener)
            if batch is not None:
                self.let_out(listener, batch)

    def digest(self, name: str) -> Note | None:
        """The daily list of one target as it would be now; None if nothing is open."""
        listener, now = self.listeners[name], self.clock.now()
        with self.ledger.connect() as connection:
            facts = all_open(connection, now, listener.target.creditors)
        return digest_of(facts, listener.reader, now) if facts else None

    def send_digest(self, name: str) -> notices.Outcome | None:
        """Let the daily list of one target out now, whatever the hour; what became of it, None if nothing is open."""
        listener, now = self.listeners[name], self.clock.now()
        with self.ledger.begin() as connection:
            notices.want_digest(connection, name, f"{now:%Y-%m-%dT%H:%M:%S.%f}", now)
        batch = self._claim_digest(listener)
        return self.let_out(listener, batch) if batch else None

    def is_awake(self, listener: Listener, now: datetime) -> bool:
        """Whether this target may be told something now: a working day, within the hours of the settings."""
        here = now.astimezone(zone_of(listener.region))
        is_at_work = here.weekday() <= FRIDAY and here.date() not in holidays_of(here.year, listener.region)
        return is_at_work and self.settings.awake_from <= here.time() < self.settings.awake_until

    def counts(self) -> dict[tuple[str, str], int]:
        """Rows by target and status: all that are open, and what ended in the last week."""
        with self.ledger.connect() as connection:
            return notices.counts(connection, self.clock.now() - timedelta(days=7))

    # --- one message ------------------------------------------------------------------------------------------------

    def let_out(self, listener: Listener, batch: Batch) -> notices.Outcome:
        """Send what was claimed, and record what became of it."""
        if self.clock.now() >= batch.until:  # this process was asleep, and others have given it up
            return "in_doubt"
        wait_s = self._wait_s(batch.target)
        if wait_s > 0:
            return self._record(
                batch, Ending(outcome="wanted", code="circuit", again_at=self._in(wait_s), counts=False)
            )
        problem = self._send(listener, batch)
        match problem:
            case None:
                return self._record(batch, Ending(outcome="sent"))
            case TryLater():
                return self._try_again(batch, problem)
            case Refused():
                return self._give_up(batch, "failed", problem)
            case _:
                return self._give_up(batch, "in_doubt", problem)

    def _send(self, listener: Listener, batch: Batch) -> ChannelError | None:
        """Give it to the door, and let the circuit learn; what went wrong, None if nothing did."""
        problem: ChannelError | None = None
        try:
            listener.door.send(self._note(listener, batch), f"{batch.target}/{batch.name}", self.clock.now())
        except ChannelError as error:
            problem = error
        except Exception as error:  # noqa: BLE001 - a fault of a door: nobody knows how far it came
            problem = InDoubt("fault", type(error).__name__)
        finally:
            self._learn(batch.target, is_well=problem is None or isinstance(problem, Refused))
        return problem

    def _give_up(self, batch: Batch, outcome: notices.Outcome, error: ChannelError) -> notices.Outcome:
        """Neither told nor tried again; the facts that stand are in the next daily list."""
        log.warning("team_not_told", target=batch.target, outcome=outcome, code=error.code, facts=len(batch.facts))
        return self._record(batch, Ending(outcome=outcome, code=error.code, detail=error.text))

    def _note(self, listener: Listener, batch: Batch) -> Note:
        if batch.is_digest:
            return digest_of(batch.facts, listener.reader, self.clock.now())
        return note_of(batch.facts, listener.reader)

    def _try_again(self, batch: Batch, error: TryLater) -> notices.Outcome:
        if batch.attempts + 1 >= self.settings.attempts:
            return self._give_up(batch, "failed", error)
        minutes = RETRY_MINUTES[min(batch.attempts, len(RETRY_MINUTES) - 1)]
        again_at = self._in(max(60.0 * minutes, float(error.retry_after_s or 0)))
        ending = Ending(outcome="wanted", code=error.code, detail=error.text, again_at=again_at)
        return self._record(batch, ending)

    def _in(self, wait_s: float) -> datetime:
        return self.clock.now() + timedelta(seconds=wait_s * random.uniform(1, 1 + _JITTER))  # noqa: S311 - no secret

    def _record(self, batch: Batch, ending: Ending) -> notices.Outcome:
        """The message has left, or not: a ledger that restarts is waited for, since only we know."""
        for wait_s in _RECORD_AGAIN_AFTER_S:
            try:
                return self._record_once(batch, ending)
            except LEDGER_IS_AWAY:
                time.sleep(wait_s)
        return self._record_once(batch, ending)

    def _record_once(self, batch: Batch, ending: Ending) -> notices.Outcome:
        with self.ledger.begin() as connection:
            notices.record(connection, batch, ending, self.clock.now())
        return ending.outcome

    # --- what leaves together ---------------------------------------------------------------------------------------

    def _claim_news(self, listener: Listener) -> Batch | None:
        """Claim what came up; what needs nobody any more is withdrawn, what came up just after a message waits."""
        name, now = listener.target.name, self.clock.now()
        with self.ledger.begin() as connection:
            rows = [row for row in notices.lock(connection, name, now) if row.kind != DIGEST]
            subjects = [row.subject for row in rows]
            last = notices.last_claim(connection, name) if rows else None
            gathered_at = now if last is None else last + timedelta(seconds=self.settings.gather_s)
            if gathered_at > now:
                notices.postpone(connection, name, subjects, gathered_at)
                return None
            facts = standing(connection, now, subjects) if rows else []
            still = {fact.subject for fact in facts}
            notices.withdraw(connection, name, [subject for subject in subjects if subject not in still], now)
            attempts = max((row.attempts for row in rows if row.subject in still), default=0)
            batch = self._batch(name, now, facts, attempts=attempts, is_digest=False)
            notices.claim(connection, batch, sorted(still), now)
        return batch if facts else None

    def _claim_digest(self, listener: Listener) -> Batch | None:
        """Claim the latest of the daily lists that wait; an older one that could not leave is told by it."""
        name, now = listener.target.name, self.clock.now()
        with self.ledger.begin() as connection:
            rows = [row for row in notices.lock(connection, name, now) if row.kind == DIGEST]
            if not rows:
                return None
            facts = all_open(connection, now, listener.target.creditors)
            leaves = [rows[-1].subject] if facts else []
            notices.withdraw(connection, name, [row.subject for row in rows if row.subject not in leaves], now)
            batch = self._batch(name, now, facts, attempts=rows[-1].attempts, is_digest=True)
            notices.claim(connection, batch, leaves, now)
        return batch if facts else None

    def _batch(self, name: str, now: datetime, facts: list[Fact], *, attempts: int, is_digest: bool) -> Batch:
        reference = f"{'digest/' if is_digest else ''}{now:%Y%m%dT%H%M%S.%f}"
        return Batch(
            target=name, name=reference, is_digest=is_digest, facts=facts, attempts=attempts, until=now + self.lease
        )

    # --- when -------------------------------------------------------------------------------------------------------

    def _digest_day(self, listener: Listener, now: datetime) -> date | None:
        """The day whose list is due: after its hour, as long as somebody is awake."""
        here = now.astimezone(zone_of(listener.region))
        is_due = listener.target.digest and here.time() >= self.settings.digest_at and self.is_awake(listener, now)
        return here.date() if is_due else None

    # --- circuits ---------------------------------------------------------------------------------------------------

    def _wait_s(self, target: str) -> float:
        with self._lock:
            return self._circuits.setdefault(target, Circuit()).wait_s(self.elapsed())

    def _learn(self, target: str, *, is_well: bool) -> None:
        with self._lock:
            circuit = self._circuits.setdefault(target, Circuit())
            if is_well:
                circuit.succeed()
            else:
                circuit.fail(self.elapsed())
