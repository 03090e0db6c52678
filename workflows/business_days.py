"""Working days, public holidays and contact windows, in the debtor's region and time zone."""

import zlib
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Annotated, NamedTuple

from pydantic import AfterValidator, Field, model_validator

from workflows.calendar_days import (
    FIRST_YEAR,
    LAST_YEAR,
    MONDAY,
    SATURDAY,
    TUESDAY,
    WEDNESDAY,
    WEEK,
    UnknownHolidays,
    add_months,
    add_working_days,
    holidays_of,
    is_working_day,
    next_working_day,
)
from workflows.invoice import Channel, DebtorKind, Fact
from workflows.regions import Region, region_of, zone_of

__all__ = [
    "BUSINESS", "CONSUMER", "FIRST_YEAR", "LAST_YEAR", "SMS_BUSINESS", "SMS_CONSUMER", "ContactWindow", "Moved",
    "Region", "Slot", "UnknownHolidays", "add_months", "add_working_days", "holidays_of", "is_open", "is_working_day",
    "next_slot", "next_working_day", "region_of", "window_of", "zone_of",
]  # fmt: skip

#: Nothing leaves earlier or later, whatever the settings: 8 h is where text-message windows usually open,
#: 20 h is where French law ends canvassing by phone (art. D223-9 C. conso., not binding here, taken as good manners).
EARLIEST, LATEST = time(8), time(20)


def _whole_minute(value: time) -> time:
    if value.tzinfo is not None or value != value.replace(second=0, microsecond=0):
        raise ValueError(f"{value.isoformat()} must be a local time in whole minutes, such as 09:30")
    return value


#: A local time of day in whole minutes.
Minute = Annotated[time, AfterValidator(_whole_minute)]
#: 0 is Monday; Sunday (6) is refused: nobody is chased on a Sunday.
Weekdays = Annotated[frozenset[Annotated[int, Field(ge=MONDAY, le=SATURDAY)]], Field(min_length=1)]


class ContactWindow(Fact):
    """When a debtor may be contacted (never outside it), and when it is best (tried within `max_shift_days`).

    Times are local to the debtor; an `until` is excluded. Holidays of the region are always closed.
    A window lies between EARLIEST and LATEST and never on a Sunday, so no change to or from summer time
    (by night, on a Sunday) can make one of its times missing or double.

    Attributes:
        pause_from, pause_until: a closed part of the day, outside the preferred hours.
        max_shift_days: how many days after the first allowed one a preferred weekday is worth waiting for.
    """

    allowed: Weekdays = WEEK
    allowed_from: Minute
    allowed_until: Minute
    preferred: Weekdays = WEEK
    preferred_from: Minute
    preferred_until: Minute
    pause_from: Minute | None = None
    pause_until: Minute | None = None
    max_shift_days: int = Field(0, ge=0, le=6)

    @model_validator(mode="after")
    def _times_in_order(self) -> "ContactWindow":
        hours = (EARLIEST, self.allowed_from, self.preferred_from, self.preferred_until, self.allowed_until, LATEST)
        if list(hours) != sorted(hours) or self.preferred_from == self.preferred_until:
            raise ValueError(
                f"allowed hours {self.allowed_from:%H:%M}-{self.allowed_until:%H:%M} must lie within "
                f"{EARLIEST:%H:%M}-{LATEST:%H:%M} and hold the preferred hours "
                f"{self.preferred_from:%H:%M}-{self.preferred_until:%H:%M}; correct one of them"
            )
        if not self.preferred <= self.allowed:
            raise ValueError(
                f"preferred weekdays {sorted(self.preferred)} must be among the allowed {sorted(self.allowed)}"
            )
        return self

    @model_validator(mode="after")
    def _pause_beside_the_preferred_hours(self) -> "ContactWindow":
        if self.pause_from is None or self.pause_until is None:
            if self.pause_from != self.pause_until:
                raise ValueError("a pause needs both pause_from and pause_until; give both or none")
            return self
        inside = self.allowed_from < self.pause_from < self.pause_until < self.allowed_until
        if not inside or (self.pause_from < self.preferred_until and self.preferred_from < self.pause_until):
            raise ValueError(
                f"pause {self.pause_from:%H:%M}-{self.pause_until:%H:%M} must lie within the allowed hours "
                "and outside the preferred ones; correct it"
            )
        return self

    def holds(self, at: time) -> bool:
        """Whether local time `at` is within the allowed hours."""
        return self.allowed_from <= at < self.allowed_until and not self.pauses(at)

    def pauses(self, at: time) -> bool:
        """Whether local time `at` is within the pause."""
        return self.pause_from is not None and self.pause_until is not None and self.pause_from <= at < self.pause_until


#: Two days of waiting bring a Monday step to Tuesday and let Thursday and Friday steps leave at once.
BUSINESS = ContactWindow(
    allowed_from=time(9),
    allowed_until=time(18),
    preferred=frozenset({TUESDAY, WEDNESDAY}),
    preferred_from=time(9),
    preferred_until=time(11),
    max_shift_days=2,
)
#: French law binds canvassing by phone to Monday-Friday, 10-13 h and 14-20 h (art. D223-9 C. conso.); a reminder of a
#: debt is not canvassing, but the same hours keep it clear of harassment. It ends at 19 h like text messages. Mornings
#: first, so that whoever reads it can still call the creditor that day. No weekday is better than another.
CONSUMER = ContactWindow(
    allowed_from=time(10),
    allowed_until=time(19),
    pause_from=time(13),
    pause_until=time(14),
    preferred_from=time(10),
    preferred_until=time(12),
)
#: Text messages: 9-19 h; the days of BUSINESS, so that the e-mail and the text of one step leave on one day.
SMS_BUSINESS = ContactWindow(
    allowed_from=time(9),
    allowed_until=time(19),
    preferred=BUSINESS.preferred,
    preferred_from=time(10),
    preferred_until=time(12),
    max_shift_days=BUSINESS.max_shift_days,
)
SMS_CONSUMER = ContactWindow(
    allowed_from=time(9), allowed_until=time(19), preferred_from=time(10), preferred_until=time(12)
)


def window_of(kind: DebtorKind, channel: Channel) -> ContactWindow:
    """The default window for a kind of debtor and a channel; public buyers keep the hours of businesses."""
    if channel is Channel.SMS:
        return SMS_CONSUMER if kind is DebtorKind.CONSUMER else SMS_BUSINESS
    return CONSUMER if kind is DebtorKind.CONSUMER else BUSINESS


class Moved(StrEnum):
    """Why a slot is not the moment that was asked for; stable codes, for texts and for programs."""

    OUTSIDE_HOURS = "outside_hours"
    WEEKEND = "weekend"
    CLOSED_DAY = "closed_day"
    HOLIDAY = "holiday"
    PREFERRED_DAY = "preferred_day"
    PREFERRED_HOURS = "preferred_hours"
    PAST_LATEST = "past_latest"


class Slot(NamedTuple):
    """A moment for a contact, in UTC, and what moved it there."""

    at: datetime
    moved_because: tuple[Moved, ...] = ()


def next_slot(
    earliest: datetime, window: ContactWindow, region: Region, *, key: str, latest: date | None = None
) -> Slot:
    """The best moment in `window` that is not before `earliest`.

    Of the allowed days up to `max_shift_days` after the first one, and not after `latest`, the first on a preferred
    weekday is taken, or else the first one. The minute within the preferred hours depends on `key` alone, so
    that all that is due to one debtor on one day leaves at one moment and can be merged; when `earliest` is
    later than it on that day and the window is open, the slot is `earliest` itself.

    Args:
        earliest: aware; local midnight stands for "that day", so waiting from it until the hours is not a move.
        window: the hours of this kind of debtor and channel.
        region: where the debtor is.
        key: reference of the debtor.
        latest: last local day for the contact, for instance the eve of the next step. A preference never
            passes it; closed days do, for they bind, and then the codes end with `past_latest`.

    Raises:
        UnknownHolidays: too far in the future.
        ValueError: `earliest` has no time zone.
    """
    local = _local(earliest, region)
    day, codes = _day_and_why(local.date(), window, region, is_over=local.time() >= window.allowed_until, latest=latest)
    at = _moment(day, local, window, key)
    if not codes and at > local and local.time() != time(0):
        codes = (Moved.PREFERRED_HOURS if window.holds(local.time()) else Moved.OUTSIDE_HOURS,)
    if latest is not None and day > latest:
        codes = (*codes, Moved.PAST_LATEST)
    return Slot(at.astimezone(UTC), codes)


def is_open(at: datetime, window: ContactWindow, region: Region) -> bool:
    """Whether `at` (aware) is within the allowed days and hours of `window` in `region`."""
    local = _local(at, region)
    return _closed(local.date(), window, region) is None and window.holds(local.time())


def _local(at: datetime, region: Region) -> datetime:
    if at.tzinfo is None:
        raise ValueError(f"{at.isoformat()} has no time zone; give an aware instant")
    return at.astimezone(zone_of(region))


def _closed(day: date, window: ContactWindow, region: Region) -> Moved | None:
    """Why nothing may leave on `day`; None when something may."""
    if day.weekday() not in window.allowed:
        return Moved.CLOSED_DAY if day.weekday() in WEEK else Moved.WEEKEND
    return Moved.HOLIDAY if day in holidays_of(day.year, region) else None


@lru_cache(maxsize=4096)  # the same for everybody in a region
def _day_and_why(
    asked: date, window: ContactWindow, region: Region, *, is_over: bool, latest: date | None
) -> tuple[date, tuple[Moved, ...]]:
    """The day of the slot from `asked` on, and what moved it there; `is_over`: the hours of that day have passed."""
    skipped = tuple(_skipped(asked, window, region, is_over=is_over))
    first = asked + timedelta(days=len(skipped))
    day = _best_day(first, window, region, latest)
    codes = (*skipped, Moved.PREFERRED_DAY) if day > first else skipped
    return day, tuple(dict.fromkeys(codes))


def _skipped(day: date, window: ContactWindow, region: Region, *, is_over: bool) -> Iterator[Moved]:
    """One reason for each day from `day` on which nothing may leave any more."""
    if is_over:
        yield _closed(day, window, region) or Moved.OUTSIDE_HOURS
        day += timedelta(days=1)
    while reason := _closed(day, window, region):
        yield reason
        day += timedelta(days=1)


def _best_day(first: date, window: ContactWindow, region: Region, latest: date | None) -> date:
    days = [first + timedelta(days=n) for n in range(window.max_shift_days + 1)]
    fits = [day for day in days if _closed(day, window, region) is None and (latest is None or day <= latest)]
    return min(fits, key=lambda day: (day.weekday() not in window.preferred, day), default=first)


def _moment(day: date, local: datetime, window: ContactWindow, key: str) -> datetime:
    """The minute of `key` within the preferred hours of `day`, or `local` (after a pause) when that has passed."""
    minutes = _minute(window.preferred_until) - _minute(window.preferred_from)
    begin = datetime.combine(day, window.preferred_from, local.tzinfo)
    wanted = begin + timedelta(minutes=zlib.crc32(key.encode()) % minutes)
    if local <= wanted:
        return wanted
    if window.pause_until is not None and window.pauses(local.time()):
        return datetime.combine(day, window.pause_until, local.tzinfo)
    return local


def _minute(at: time) -> int:
    return 60 * at.hour + at.minute
