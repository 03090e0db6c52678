"""The relay: repeats what was not published, finds what was lost, and rebuilds the timetable from the ledger.

Any number of relays may run; all they do may happen twice.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
import structlog

from workers import doubts
from workers.clock import Clock
from workers.delivery import Delivery
from workers.hooks.queue import repeat
from workers.intake import mailbox_schedule
from workers.ledger import schema
from workers.operations import holds
from workers.orders import Armed, Orders
from workers.privacy.daily import Upkeep
from workers.publisher import WAKE, QueuePublisher
from workers.segmenting import refresh_all
from workers.team.crew import Crew
from workflows.invoice import Channel
from workflows.limitation import ALERT_DAYS
from workflows.machine.time_bar import OVER

#: Rows read, and appointments made, in one go.
PAGE = 1000
#: How long after its moment a wake-up or a dispatch counts as lost, if its queue is empty.
LOST_AFTER = timedelta(seconds=60)
#: The same while its queue is never empty: it waits its turn, unless it takes much longer than any queue.
LOST_FOR_SURE_AFTER = timedelta(hours=1)
#: Reasons for which a dispatch waits for an event: a release, a payment feed.
#: How long a day's look at the segments is remembered, and after how long one that failed is taken up again.
SEGMENTS_KEPT, SEGMENTS_AGAIN = timedelta(days=2), timedelta(hours=1)
WAITS_FOR_AN_EVENT = ("gate.hold", "gate.freshness")
#: Every alert of the limitation, the last one first, with how many days before the last day it is reached.
_ALERTS = ((-1, OVER), *((days, str(days)) for days in sorted(ALERT_DAYS)))
#: Open cases that have reached an alert of the limitation of which nobody was told, nor of a later one: the case counts
#: by the debtor's day, which may be a day ahead; see `machine/time_bar.py`.
NEAR_THEIR_END = sa.text(
    "SELECT case_id FROM cases WHERE stage NOT IN ('paid', 'cancelled', 'written_off') "
    f"AND claim_ends_on <= CAST(:today AS date) + {max(ALERT_DAYS)} AND NOT EXISTS (SELECT FROM tasks "
    "WHERE tasks.key = ANY(CASE "
    + " ".join(
        f"WHEN claim_ends_on <= CAST(:today AS date) + {days} THEN ARRAY["
        + ", ".join(
            f"cases.case_id || '/limitation/' || claim_ends_on || '/{name}'" for _days, name in _ALERTS[: number + 1]
        )
        + "]"
        for number, (days, _name) in enumerate(_ALERTS)
    )
    + " END)) ORDER BY claim_ends_on, case_id LIMIT :limit"
)
log = structlog.get_logger()
#: Rows of the tables in `schema`, whose columns are typed there.
Row = sa.Row[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Sweep:
    """What one look at the ledger found and mended; all zero when everything is in order."""

    armed: int = 0
    published: int = 0
    rung_again: int = 0
    sent_again: int = 0
    leases_expired: int = 0
    rebuilt: int = 0
    reviewed: int = 0
    hook_calls: int = 0
    looked_up: int = 0

    @property
    def found_something(self) -> bool:
        """Whether anything had to be mended."""
        return any(getattr(self, name) for name in self.__slots__)


class Relay:
    """One relay.

    Args:
        ledger: the truth.
        publisher: hands over and marks.
        delivery: expires the claims of workers that fell silent.
        clock: what is late.
        crew: the creditor's own people, who are told what is new; None tells nobody.
        upkeep: anonymises what is over; None leaves that to `relance retention apply`.
        mail_every: how often the mailbox is to be fetched; None leaves that to `relance mailbox fetch`.
    """

    def __init__(
        self,
        ledger: sa.Engine,
        publisher: QueuePublisher,
        delivery: Delivery,
        clock: Clock,
        *,
        crew: Crew | None = None,
        upkeep: Upkeep | None = None,
        mail_every: timedelta | None = None,
    ) -> None:
        self.ledger, self.publisher, self.delivery, self.clock = ledger, publisher, delivery, clock
        self.crew, self.upkeep, self.mail_every = crew, upkeep, mail_every
        self.broker = publisher.broker
        self._sentinel = f"{self.broker.namespace}:relay:timetable-is-built"
        self._segments = f"{self.broker.namespace}:relay:segments-of"

    def sweep(self) -> Sweep:
        """Look once.

        Raises:
            redis.RedisError, sqlalchemy.exc.OperationalError: a server is away; look again later.
        """
        holds.lapse(self)
        if self.mail_every is not None:
            mailbox_schedule.ask(self.broker, self.mail_every, self.clock.now())
        rebuilt = self.rebuild() if not self.broker.client.exists(self._sentinel) else 0
        found = Sweep(
            armed=self._publish(self._unarmed()),
            published=self._publish(self._unpublished()),
            rung_again=self._publish(self._overdue()),
            sent_again=self._publish(self._forgotten()),
            leases_expired=self._expire(),
            rebuilt=rebuilt,
            reviewed=self._review(),
            hook_calls=repeat(self.ledger, self.broker, self.clock),
            looked_up=doubts.hand_on(self.ledger, self.broker, self.clock, self.delivery.outlets),
        )
        if found.found_something:
            log.info("relay_swept", **{name: getattr(found, name) for name in Sweep.__slots__})
        self._refresh_segments()
        self._tell_the_team()
        if self.upkeep is not None:
            self.upkeep.go_on()
        return found

    def rebuild(self) -> int:
        """Give every pending wake-up and every wanted dispatch to the queues anew; Redis was emptied, or is new."""
        with self.ledger.begin() as connection:
            again = sa.update(schema.dispatches).where(schema.dispatches.c.status == "wanted")
            waiting = schema.dispatches.c.reason.in_(WAITS_FOR_AN_EVENT)
            connection.execute(
                again.where(sa.or_(schema.dispatches.c.reason.is_(None), ~waiting)).values(published=False)
            )
        count = 0
        for orders in self._all_wake_ups():
            self.publisher.hand_over(orders)
            count += len(orders.armed)
        self.broker.client.set(self._sentinel, self.clock.now().isoformat())
        return count

    def _all_wake_ups(self) -> Iterator[Orders]:
        cases, after = schema.cases.c, ""
        while True:
            page = sa.select(cases.case_id, cases.epoch, cases.next_wake_at).where(cases.next_wake_at.is_not(None))
            with self.ledger.connect() as connection:
                rows = connection.execute(page.where(cases.case_id > after).order_by(cases.case_id).limit(PAGE)).all()
            if not rows:
                return
            after = rows[-1].case_id
            yield _wake_ups(rows)

    def _publish(self, orders: Orders) -> int:
        if orders.armed or orders.dispatches:
            self.publisher.hand_over(orders)
        return len(orders.armed) + len(orders.dispatches)

    def _unarmed(self) -> Orders:
        """Wake-ups that were committed and not handed over, or that have come within the horizon."""
        cases = schema.cases.c
        page = sa.select(cases.case_id, cases.epoch, cases.next_wake_at).where(cases.armed_epoch < cases.epoch)
        page = page.where(cases.next_wake_at.is_not(None))
        if self.publisher.horizon is not None:
            page = page.where(cases.next_wake_at <= self.clock.now() + self.publisher.horizon)
        return _wake_ups(self._rows(page.limit(PAGE)))

    def _unpublished(self) -> Orders:
        """Dispatches that were committed and not handed over."""
        table = schema.dispatches.c
        page = sa.select(table.key, table.channel, table.not_before)
        return _dispatches(self._rows(page.where(table.status == "wanted", ~table.published).limit(PAGE)))

    def _overdue(self) -> Orders:
        """Wake-ups whose moment has passed although nothing is under way: the timetable lost them."""
        cases = schema.cases.c
        page = sa.select(cases.case_id, cases.epoch, cases.next_wake_at)
        late = page.where(cases.next_wake_at < self.clock.now() - self._patience(WAKE))
        return _wake_ups(self._rows(late.order_by(cases.next_wake_at).limit(PAGE)))

    def _forgotten(self) -> Orders:
        """Dispatches that were handed over and that nobody claims although their queue is empty."""
        table, now = schema.dispatches.c, self.clock.now()
        since = sa.func.coalesce(table.not_before, table.wanted_at)
        late = sa.or_(*((table.channel == item) & (since < now - self._patience(item)) for item in Channel))
        page = sa.select(table.key, table.channel, sa.null().label("not_before")).where(table.status == "wanted")
        page = page.where(table.published, late)
        waiting = sa.or_(table.reason.is_(None), ~table.reason.in_(WAITS_FOR_AN_EVENT))
        return _dispatches(self._rows(page.where(waiting).limit(PAGE)))

    def _patience(self, queue_name: str) -> timedelta:
        """How late something of this queue may be; longer while it may merely have to wait its turn."""
        [stats] = self.broker.queue_stats([queue_name])
        return LOST_AFTER if stats.ready + stats.running == 0 else LOST_FOR_SURE_AFTER

    def _expire(self) -> int:
        messages = schema.messages.c
        silent = sa.select(messages.message_id).where(
            messages.status == "claimed", messages.lease_until < self.clock.now()
        )
        rows = self._rows(silent.limit(PAGE))
        for row in rows:
            self.delivery.expire(row.message_id)
        return len(rows)

    def _review(self) -> int:
        """Let a person hear of claims that can soon no longer be brought before a court, once for each alert."""
        # nowhere is it yet the day before: the case, which counts by the debtor's day, agrees that the alert is due
        today = (self.clock.now() - timedelta(hours=12)).date()
        with self.ledger.connect() as connection:
            near = list(connection.scalars(NEAR_THEIR_END, {"today": today, "limit": PAGE}))
        if near:
            self.delivery.engine.review(near)
        return len(near)

    def _refresh_segments(self) -> None:
        """Look at the segments of every debtor once a day (UTC), whichever relay is first; failing stops no sweep."""
        now = self.clock.now()
        today = f"{self._segments}:{now:%Y-%m-%d}"
        if not self.broker.client.set(today, now.isoformat(), nx=True, ex=SEGMENTS_KEPT):
            return
        try:
            crowds = list(refresh_all(self.ledger, now, self.delivery.engine.choosing.policy))
        except Exception as error:  # noqa: BLE001 - whatever it is, sweeps go on
            self.broker.client.expire(today, SEGMENTS_AGAIN)
            log.warning("segments_refresh_failed", error=str(error), kind=type(error).__name__)
        else:
            looked_at, changed = sum(count for count, _ in crowds), sum(len(changes) for _, changes in crowds)
            log.info("segments_refreshed", looked_at=looked_at, changed=changed)

    def _tell_the_team(self) -> None:
        """Note what needs a person and hand it over; failing stops no sweep."""
        if self.crew is None:
            return
        try:
            self.crew.look_now_and_then()
        except Exception as error:  # noqa: BLE001 - whatever it is, sweeps go on
            log.warning("team_look_failed", error=str(error), kind=type(error).__name__)

    def _rows(self, statement: sa.Select[*tuple[Any, ...]]) -> Sequence[Row]:
        with self.ledger.connect() as connection:
            return connection.execute(statement).all()


def _wake_ups(rows: Sequence[Row]) -> Orders:
    return Orders(armed={row.case_id: Armed(row.case_id, row.epoch, row.next_wake_at) for row in rows})


def _dispatches(rows: Sequence[Row]) -> Orders:
    return Orders(dispatches=[(row.key, Channel(row.channel), row.not_before) for row in rows])


def run(relay: Relay, *, interval_s: float, is_stopping: Callable[[float], bool]) -> None:
    """Sweep until `is_stopping(seconds)`, which waits that long, answers True; a server that is away is waited for."""
    while not is_stopping(interval_s):
        try:
            relay.sweep()
        except Exception as error:  # noqa: BLE001 - whatever it is, the next sweep must come
            log.warning("relay_sweep_failed", error=str(error), kind=type(error).__name__)
