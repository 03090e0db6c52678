"""What the relay does once a day where `[retention] automatic` is set: a little in each of its sweeps."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import islice

import sqlalchemy as sa
import structlog

from workers.broker import TimetableBroker
from workers.clock import Clock
from workers.privacy.run import apply
from workers.privacy.tally import Tally
from workers.settings_parts.retention import Retention

#: Debtors, or batches of rows, in one sweep: a wake-up that was lost does not wait for years of old cases.
A_LITTLE = 20
#: How long it is remembered that a day was taken, and after how long one that failed is taken up again.
KEPT, AGAIN = timedelta(days=2), timedelta(hours=1)
log = structlog.get_logger()


class Upkeep:
    """One relay's share of the retention.

    Args:
        ledger: what is anonymised.
        broker: says which relay takes the day.
        clock: which day it is.
        settings: how long things are kept.
    """

    def __init__(self, ledger: sa.Engine, broker: TimetableBroker, clock: Clock, settings: Retention) -> None:
        self.ledger, self.broker, self.clock, self.settings = ledger, broker, clock, settings
        self._under_way: Iterator[Tally] | None = None
        self._done = Tally()
        self._day = ""

    def go_on(self) -> None:
        """Do a little of what is due today; whatever fails stops no sweep and is taken up again an hour later."""
        if not self.settings.automatic:
            return
        try:
            self._go_on()
        except Exception as error:  # noqa: BLE001 - whatever it is, sweeps go on
            self._under_way = None
            self.broker.client.expire(self._day, AGAIN)
            log.warning("retention_failed", error=str(error), kind=type(error).__name__)

    def _go_on(self) -> None:
        now = self.clock.now()
        if self._under_way is None:
            self._day = f"{self.broker.namespace}:relay:retention-of:{now:%Y-%m-%d}"
            if not self.broker.client.set(self._day, now.isoformat(), nx=True, ex=KEPT):
                return
            self._under_way, self._done = apply(self.ledger, self.settings, now, by="relay"), Tally()
        some = list(islice(self._under_way, A_LITTLE))
        for each in some:
            self._done.take(each)
        if len(some) < A_LITTLE:
            self._under_way = None
            log.info("retention_applied", rows=self._done.total, debtors=self._done.debtors)
