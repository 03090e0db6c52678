"""The hours at which a provider lets messages out, and when they begin next: pure, it never reads a clock."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_EVERY_DAY: Final = frozenset(range(7))


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """A window of every day on which a provider works.

    Attributes:
        first, last: its beginning and its end on the provider's clock; the end does not count.
        weekdays: 0 for Monday to 6 for Sunday; at least one.
        zone: of the provider's clock.
    """

    first: time
    last: time
    weekdays: frozenset[int] = _EVERY_DAY
    zone: str = "Europe/Paris"

    def __post_init__(self) -> None:
        """Refuse a window that never opens.

        Raises:
            ValueError: it is empty, or has no day.
        """
        if not self.first < self.last:
            raise ValueError(f"hours end at {self.last}, not after {self.first}; give a later end")
        if not self.weekdays or not self.weekdays <= _EVERY_DAY:
            raise ValueError(f"weekdays are {sorted(self.weekdays)}; give some of 0 (Monday) to 6 (Sunday)")

    def __str__(self) -> str:
        days = "every day" if self.weekdays == _EVERY_DAY else ", ".join(_DAYS[day] for day in sorted(self.weekdays))
        return f"{self.first:%H:%M}-{self.last:%H:%M} {days} ({self.zone})"

    def opens_at(self, at: datetime) -> datetime:
        """The first moment from `at` on that lies within the hours: `at` itself while they run."""
        zone = ZoneInfo(self.zone)
        here = at.astimezone(zone)
        for ahead in range(8):
            day = here.date() + timedelta(days=ahead)
            begins, ends = (datetime.combine(day, hour, tzinfo=zone) for hour in (self.first, self.last))
            if day.weekday() in self.weekdays and here < ends:
                return max(at, begins.astimezone(at.tzinfo))
        raise AssertionError(f"{self} has no hour within eight days of {at.isoformat()}")
