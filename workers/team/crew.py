"""Telling the creditor's own people: the relay notes what is new and hands it over, a worker lets it out.

As with messages to debtors, two transactions with the sending between them: the first one claims, the second one
records. A worker that dies between them leaves a claim that expires into `in_doubt`, never into a second message; what
is still open is in the next daily list.
"""

import random
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
import structlog

from workers.channels.base import ChannelError, Refused, TryLater
from workers.channels.circuit import Circuit
from workers.clock import Clock
from workers.ledger.pipeline import LEDGER_IS_AWAY
from workers.settings_team import Target, Team
from workers.team import notices
from workers.team.doors import Door
from workers.team.facts import all_open
from workers.team.kinds import DIGEST
from workers.team.messages import Note, Reader, digest_of, note_of
from workers.team.notices import Batch
from workflows.calendar_days import FRIDAY, holidays_of
from workflows.regions import Region, zone_of

#: How long something may lie in the queue before it is handed over again; doing it twice is harmless.
_HANDED_OVER_AGAIN: Final = timedelta(minutes=5)
#: Seconds between two looks of one process at everything that is open.
_LOOK_EVERY_S: Final = 5.0
#: Minutes between attempts; the last of them again and again.
RETRY_MINUTES: Final = (1, 5, 15, 30, 60, 120, 240, 480)
#: The share of a wait by which waits differ.
_JITTER: Final = 0.25
_RECORD_AGAIN_AFTER_S: Final = (0.2, 0.5, 1, 2, 5, 5, 10)
log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
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
    posts: Mapping[str, Post]
    hand_over: Callable[[str], object]
    lease: timedelta
    elapsed: Callable[[], float] = time.monotonic
    _circuits: dict[str, Circuit] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _next_look: float = 0.0

    def look_now_and_then(self) -> None:
        """What the relay does in every sweep: look, though not more often than every few seconds."""
        if self.elapsed() >= self._next_look:
            self._next_look = self.elapsed() + _LOOK_EVERY_S
            self.look()

    def look(self) -> int:
        """Note what is new, and hand over what may leave now; any number of processes may do so at once.

        Returns:
            For how many targets something was handed over.
        """
        now = self.clock.now()
        with self.ledger.begin() as connection:
            notices.expire(connection, now)
            notices.withdraw_strangers(connection, list(self.posts), now)
            for name, post in self.posts.items():
                target = post.target
                notices.want(connection, name, now, kinds=target.at_once, creditors=target.creditors)
                if (day := self._digest_day(post, now)) is not None:
                    notices.want_digest(connection, name, day.isoformat(), now)
            awake = [name for name, post in self.posts.items() if self.is_awake(post, now)]
            ready = notices.due(connection, awake, now, now - _HANDED_OVER_AGAIN)
        for name in ready:
            self.hand_over(name)
        return len(ready)

    def deliver(self, name: str) -> None:
        """Let out what is wanted of one target now: one message, and the daily list as another.

        Calling it again, at once or later, by any worker, changes nothing.
        """
        post = self.posts.get(name)
        if post is None or not self.is_awake(post, self.clock.now()):
            return
        for batch in self.claim(post):
            self.let_out(post, batch)

    def digest(self, name: str) -> Note | None:
        """The daily list of one target as it would be now; None if nothing is open."""
        post, now = self.posts[name], self.clock.now()
        with self.ledger.connect() as connection:
            facts = all_open(connection, now, post.target.creditors)
        return digest_of(facts, post.reader, now) if facts else None

    def send_digest(self, name: str) -> notices.Outcome | None:
        """Let the daily list of one target out now, whatever the hour; what became of it, None if nothing is open."""
        post, now = self.posts[name], self.clock.now()
        with self.ledger.begin() as connection:
            notices.want_digest(connection, name, f"{now:%Y-%m-%dT%H:%M:%S.%f}", now)
        batches = self.claim(post, news=False)
        return self.let_out(post, batches[0]) if batches else None

    def is_awake(self, post: Post, now: datetime) -> bool:
        """Whether this target may be told something now: a working day, within the hours of the settings."""
        here = now.astimezone(zone_of(post.region))
        is_at_work = here.weekday() <= FRIDAY and here.date() not in holidays_of(here.year, post.region)
        return is_at_work and self.settings.awake_from <= here.time() < self.settings.awake_until

    def counts(self) -> dict[tuple[str, str], int]:
        """Rows by target and status: all that are open, and what ended in the last week."""
        with self.ledger.connect() as connection:
            return notices.counts(connection, self.clock.now() - timedelta(days=7))

    # --- one message ------------------------------------------------------------------------------------------------

    def claim(self, post: Post, *, news: bool = True) -> list[Batch]:
        """Claim what is wanted of this target; what needs nobody any more is withdrawn, what came up just now waits.

        Args:
            post: the target.
            news: whether more than the daily list may leave.
        """
        now = self.clock.now()
        with self.ledger.begin() as connection:
            rows = notices.lock(connection, post.target.name, now)
            found = [self._digest(connection, post, [row for row in rows if row.kind == DIGEST], now)]
            if news:
                found.append(self._news(connection, post, [row for row in rows if row.kind != DIGEST], now))
        return [batch for batch in found if batch is not None]

    def let_out(self, post: Post, batch: Batch) -> notices.Outcome:
        """Send what was claimed, and record what became of it."""
        if self.clock.now() >= batch.until:  # this process was asleep, and others have given it up
            return "in_doubt"
        wait_s = self._wait_s(batch.target)
        if wait_s > 0:
            return self._record(batch, "wanted", code="circuit", again_at=self._in(wait_s), counts=False)
        is_well = False
        try:
            post.door.send(self._note(post, batch), f"{batch.target}/{batch.name}", self.clock.now())
            is_well = True
            return self._record(batch, "sent")
        except TryLater as error:
            return self._try_again(batch, error)
        except Refused as error:
            is_well = True
            return self._give_up(batch, "failed", error)
        except ChannelError as error:
            return self._give_up(batch, "in_doubt", error)
        finally:
            self._learn(batch.target, is_well=is_well)

    def _give_up(self, batch: Batch, outcome: notices.Outcome, error: ChannelError) -> notices.Outcome:
        """Neither told nor tried again; the facts that stand are in the next daily list."""
        log.warning("team_not_told", target=batch.target, outcome=outcome, code=error.code, facts=len(batch.facts))
        return self._record(batch, outcome, code=error.code, detail=error.text)

    def _note(self, post: Post, batch: Batch) -> Note:
        if batch.is_digest:
            return digest_of(batch.facts, post.reader, self.clock.now())
        return note_of(batch.facts, post.reader)

    def _try_again(self, batch: Batch, error: TryLater) -> notices.Outcome:
        if batch.attempts + 1 >= self.settings.attempts:
            return self._give_up(batch, "failed", error)
        minutes = RETRY_MINUTES[min(batch.attempts, len(RETRY_MINUTES) - 1)]
        again_at = self._in(max(60.0 * minutes, float(error.retry_after_s or 0)))
        return self._record(batch, "wanted", code=error.code, detail=error.text, again_at=again_at)

    def _in(self, wait_s: float) -> datetime:
        return self.clock.now() + timedelta(seconds=wait_s * random.uniform(1, 1 + _JITTER))  # noqa: S311 - no secret

    def _record(self, batch: Batch, outcome: notices.Outcome, **facts: Any) -> notices.Outcome:  # noqa: ANN401 - as `notices.record`
        """The message has left, or not: a ledger that restarts is waited for, since only we know."""
        for wait_s in _RECORD_AGAIN_AFTER_S:
            try:
                return self._record_once(batch, outcome, **facts)
            except LEDGER_IS_AWAY:
                time.sleep(wait_s)
        return self._record_once(batch, outcome, **facts)

    def _record_once(self, batch: Batch, outcome: notices.Outcome, **facts: Any) -> notices.Outcome:  # noqa: ANN401
        with self.ledger.begin() as connection:
            notices.record(connection, batch, outcome, self.clock.now(), **facts)
        return outcome

    # --- what leaves together ---------------------------------------------------------------------------------------

    def _news(self, connection: sa.Connection, post: Post, rows: Sequence[Any], now: datetime) -> Batch | None:
        name, subjects = post.target.name, [row.subject for row in rows]
        if not rows:
            return None
        last = notices.last_claim(connection, name)
        gathered_at = last and last + timedelta(seconds=self.settings.gather_s)
        if gathered_at is not None and gathered_at > now:
            notices.postpone(connection, name, subjects, gathered_at)
            return None
        facts = notices.still_standing(connection, now, subjects)
        standing = {fact.subject for fact in facts}
        notices.withdraw(connection, name, [subject for subject in subjects if subject not in standing], now)
        batch = Batch(
            target=name, name=f"{now:%Y%m%dT%H%M%S.%f}", is_digest=False, facts=facts, until=now + self.lease,
            attempts=max((row.attempts for row in rows if row.subject in standing), default=0),
        )  # fmt: skip
        notices.claim(connection, batch, sorted(standing), now)
        return batch if facts else None

    def _digest(self, connection: sa.Connection, post: Post, rows: Sequence[Any], now: datetime) -> Batch | None:
        """The latest of the daily lists that wait; an older one that could not leave is told by it."""
        name, subjects = post.target.name, [row.subject for row in rows]
        if not rows:
            return None
        facts = all_open(connection, now, post.target.creditors)
        batch = Batch(
            target=name, name=f"{DIGEST}/{now:%Y%m%dT%H%M%S.%f}", is_digest=True, facts=facts, until=now + self.lease,
            attempts=rows[-1].attempts,
        )  # fmt: skip
        notices.withdraw(connection, name, subjects[:-1] if facts else subjects, now)
        notices.claim(connection, batch, subjects[-1:] if facts else [], now)
        return batch if facts else None

    # --- when -------------------------------------------------------------------------------------------------------

    def _digest_day(self, post: Post, now: datetime) -> date | None:
        """The day whose list is due: after its hour, as long as somebody is awake."""
        here = now.astimezone(zone_of(post.region))
        is_due = post.target.digest and here.time() >= self.settings.digest_at and self.is_awake(post, now)
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
