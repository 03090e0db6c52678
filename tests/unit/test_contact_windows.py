"""Contact windows: when something may leave, and the moment chosen for it."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from workflows.business_days import (
    BUSINESS,
    CONSUMER,
    SMS_BUSINESS,
    SMS_CONSUMER,
    ContactWindow,
    Region,
    is_open,
    next_slot,
    window_of,
    zone_of,
)
from workflows.invoice import Channel, DebtorKind

WINDOWS = {"business": BUSINESS, "consumer": CONSUMER, "sms_business": SMS_BUSINESS, "sms_consumer": SMS_CONSUMER}
METROPOLE = Region.METROPOLE
#: crc32 of "D-115" is 33 modulo 120: its minute is 33 minutes into two preferred hours.
KEY = "D-115"


def paris(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone_of(METROPOLE), fold=fold)


@pytest.mark.parametrize(
    ("earliest", "window", "expected", "codes"),
    [
        pytest.param("2026-06-02T00:00", BUSINESS, "2026-06-02T09:33", (), id="Tuesday, as a plain date"),
        pytest.param("2026-06-03T00:00", BUSINESS, "2026-06-03T09:33", (), id="Wednesday, as a plain date"),
        pytest.param("2026-06-01T00:00", BUSINESS, "2026-06-02T09:33", ("preferred_day",), id="Monday waits a day"),
        pytest.param("2026-06-04T00:00", BUSINESS, "2026-06-04T09:33", (), id="Thursday does not wait five days"),
        pytest.param("2026-06-05T00:00", BUSINESS, "2026-06-05T09:33", (), id="Friday does not wait four days"),
        pytest.param(
            "2026-06-06T00:00",
            BUSINESS,
            "2026-06-09T09:33",
            ("weekend", "preferred_day"),
            id="Saturday goes to Tuesday",
        ),
        pytest.param("2026-06-02T07:00", BUSINESS, "2026-06-02T09:33", ("outside_hours",), id="too early"),
        pytest.param("2026-06-02T09:10", BUSINESS, "2026-06-02T09:33", ("preferred_hours",), id="before its minute"),
        pytest.param("2026-06-02T09:33", BUSINESS, "2026-06-02T09:33", (), id="at its minute"),
        pytest.param(
            "2026-06-02T15:42:07", BUSINESS, "2026-06-02T15:42:07", (), id="after its minute it leaves at once"
        ),
        pytest.param("2026-06-02T18:00", BUSINESS, "2026-06-03T09:33", ("outside_hours",), id="closing time is closed"),
        pytest.param(
            "2026-06-05T18:30",
            BUSINESS,
            "2026-06-09T09:33",
            ("outside_hours", "weekend", "preferred_day"),
            id="Friday evening",
        ),
        pytest.param(
            "2026-06-06T22:00", CONSUMER, "2026-06-08T10:33", ("weekend",), id="a closed day has no hours to miss"
        ),
        pytest.param("2026-04-06T00:00", BUSINESS, "2026-04-07T09:33", ("holiday",), id="Easter Monday"),
        pytest.param("2026-07-14T00:00", BUSINESS, "2026-07-15T09:33", ("holiday",), id="a national day on a Tuesday"),
        pytest.param(
            "2026-08-15T00:00", CONSUMER, "2026-08-17T10:33", ("weekend",), id="a holiday on a Saturday is a weekend"
        ),
        pytest.param(
            "2026-12-24T19:00", CONSUMER, "2026-12-28T10:33", ("outside_hours", "holiday", "weekend"), id="Christmas"
        ),
        pytest.param(
            "2026-06-01T00:00", CONSUMER, "2026-06-01T10:33", (), id="a consumer's Monday is as good as any day"
        ),
        pytest.param("2026-06-01T13:20", CONSUMER, "2026-06-01T14:00", ("outside_hours",), id="a consumer's lunch"),
        pytest.param("2026-06-01T14:00", CONSUMER, "2026-06-01T14:00", (), id="after a consumer's lunch"),
        pytest.param("2026-06-01T18:59", CONSUMER, "2026-06-01T18:59", (), id="the last minute is open"),
        pytest.param("2026-06-01T23:00", SMS_CONSUMER, "2026-06-02T10:33", ("outside_hours",), id="no text by night"),
        pytest.param(
            "2026-06-01T00:00", SMS_BUSINESS, "2026-06-02T10:33", ("preferred_day",), id="a text goes with its e-mail"
        ),
    ],
)
def test_the_slot_is_the_first_good_moment_and_says_what_moved_it(
    earliest: str, window: ContactWindow, expected: str, codes: tuple[str, ...]
) -> None:
    slot = next_slot(paris(earliest), window, METROPOLE, key=KEY)

    assert slot.at == paris(expected)
    assert slot.at.tzinfo is UTC
    assert slot.moved_because == codes


@pytest.mark.parametrize(
    ("earliest", "latest", "expected", "codes"),
    [
        pytest.param(
            "2026-06-01T00:00", date(2026, 6, 1), "2026-06-01T09:33", (), id="a preference stops at the latest day"
        ),
        pytest.param(
            "2026-06-01T00:00", date(2026, 6, 2), "2026-06-02T09:33", ("preferred_day",), id="the latest day counts"
        ),
        pytest.param(
            "2026-06-06T00:00", date(2026, 6, 8), "2026-06-08T09:33", ("weekend",), id="the first open day it is"
        ),
        pytest.param(
            "2026-06-06T00:00",
            date(2026, 6, 7),
            "2026-06-08T09:33",
            ("weekend", "past_latest"),
            id="closed days bind even then",
        ),
    ],
)
def test_a_preference_never_passes_the_latest_day(
    earliest: str, latest: date, expected: str, codes: tuple[str, ...]
) -> None:
    slot = next_slot(paris(earliest), BUSINESS, METROPOLE, key=KEY, latest=latest)

    assert (slot.at, slot.moved_because) == (paris(expected), codes)


@pytest.mark.parametrize(
    ("earliest", "expected"),
    [
        pytest.param(paris("2026-03-27T18:00"), "2026-03-31T07:33+00:00", id="over the start of summer time"),
        pytest.param(paris("2026-03-29T02:30"), "2026-03-31T07:33+00:00", id="a time that does not exist"),
        pytest.param(paris("2026-10-24T00:00"), "2026-10-27T08:33+00:00", id="over the end of summer time"),
        pytest.param(paris("2026-10-25T02:30"), "2026-10-27T08:33+00:00", id="the first of two equal times"),
        pytest.param(paris("2026-10-25T02:30", fold=1), "2026-10-27T08:33+00:00", id="the second of two equal times"),
    ],
)
def test_local_hours_hold_on_both_sides_of_a_change_of_clocks(earliest: datetime, expected: str) -> None:
    assert next_slot(earliest, BUSINESS, METROPOLE, key=KEY).at == datetime.fromisoformat(expected)


@pytest.mark.parametrize(
    ("region", "earliest", "expected"),
    [
        pytest.param(Region.METROPOLE, "2026-06-02T00:00Z", "2026-06-02T07:33Z", id="Paris in summer"),
        pytest.param(Region.METROPOLE, "2026-01-06T00:00Z", "2026-01-06T08:33Z", id="Paris in winter"),
        pytest.param(Region.GUADELOUPE, "2026-06-02T06:00Z", "2026-06-02T13:33Z", id="Guadeloupe"),
        pytest.param(Region.REUNION, "2026-06-02T00:00Z", "2026-06-02T05:33Z", id="La Réunion"),
        pytest.param(Region.MAYOTTE, "2026-06-02T00:00Z", "2026-06-02T06:33Z", id="Mayotte"),
        pytest.param(Region.GUYANE, "2026-06-02T06:00Z", "2026-06-02T12:33Z", id="Cayenne"),
        pytest.param(
            Region.SAINT_PIERRE_ET_MIQUELON, "2026-06-02T06:00Z", "2026-06-02T11:33Z", id="Miquelon in summer"
        ),
        pytest.param(
            Region.SAINT_PIERRE_ET_MIQUELON, "2026-01-06T06:00Z", "2026-01-06T12:33Z", id="Miquelon in winter"
        ),
        pytest.param(
            Region.NOUVELLE_CALEDONIE, "2026-06-01T13:00Z", "2026-06-01T22:33Z", id="Nouméa: Tuesday is Monday in UTC"
        ),
        pytest.param(Region.POLYNESIE, "2026-06-03T02:00Z", "2026-06-03T02:00Z", id="Tahiti: still Tuesday afternoon"),
    ],
)
def test_the_debtors_own_clock_counts(region: Region, earliest: str, expected: str) -> None:
    slot = next_slot(datetime.fromisoformat(earliest), BUSINESS, region, key=KEY)

    assert slot.at == datetime.fromisoformat(expected)


def test_a_holiday_of_the_debtors_region_closes_a_day_that_is_open_elsewhere() -> None:
    good_friday = paris("2026-04-03T00:00")

    assert next_slot(good_friday, CONSUMER, METROPOLE, key=KEY).at == paris("2026-04-03T10:33")
    assert next_slot(good_friday, CONSUMER, Region.ALSACE_MOSELLE, key=KEY).at == paris("2026-04-07T10:33")


def test_all_that_is_due_to_one_debtor_on_one_day_gets_one_instant() -> None:
    asked = [paris("2026-05-30T00:00"), paris("2026-06-01T16:00"), paris("2026-06-02T00:00"), paris("2026-06-02T08:59")]

    slots = {next_slot(earliest, BUSINESS, METROPOLE, key="ACME").at for earliest in asked}

    assert len(slots) == 1


def test_debtors_are_spread_over_the_preferred_hours() -> None:
    tuesday = paris("2026-06-02T00:00")
    minutes = [next_slot(tuesday, BUSINESS, METROPOLE, key=f"D-{n}").at for n in range(1000)]

    assert min(minutes) >= paris("2026-06-02T09:00")
    assert max(minutes) < paris("2026-06-02T11:00")
    assert len(set(minutes)) > 110
    assert max(minutes.count(minute) for minute in set(minutes)) < 30


@pytest.mark.parametrize(
    ("at", "window", "opened"),
    [
        pytest.param("2026-06-02T08:59:59", BUSINESS, False, id="a second too early"),
        pytest.param("2026-06-02T09:00", BUSINESS, True, id="opening time"),
        pytest.param("2026-06-02T17:59:59", BUSINESS, True, id="the last second"),
        pytest.param("2026-06-02T18:00", BUSINESS, False, id="closing time"),
        pytest.param("2026-06-06T10:00", BUSINESS, False, id="Saturday"),
        pytest.param("2026-06-06T10:00", CONSUMER, False, id="Saturday morning is off for consumers"),
        pytest.param("2026-06-07T10:00", SMS_CONSUMER, False, id="no text on Sunday"),
        pytest.param("2026-05-14T10:00", SMS_BUSINESS, False, id="no text on a holiday"),
        pytest.param("2026-06-02T13:00", CONSUMER, False, id="lunch begins"),
        pytest.param("2026-06-02T14:00", CONSUMER, True, id="lunch ends"),
        pytest.param("2026-06-02T13:00", SMS_CONSUMER, True, id="a text may arrive at lunch"),
        pytest.param("2026-10-25T02:30", BUSINESS, False, id="a double hour"),
    ],
)
def test_a_window_is_open_on_its_days_and_hours(at: str, window: ContactWindow, opened: bool) -> None:  # noqa: FBT001 - a column of the table
    assert is_open(paris(at), window, METROPOLE) is opened


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="has no time zone"):
        next_slot(datetime(2026, 6, 2), BUSINESS, METROPOLE, key=KEY)  # noqa: DTZ001 - the fault under test


@pytest.mark.parametrize(
    ("kind", "channel", "name"),
    [
        (DebtorKind.BUSINESS, Channel.EMAIL, "business"),
        (DebtorKind.PUBLIC, Channel.LETTER, "business"),
        (DebtorKind.PUBLIC, Channel.SMS, "sms_business"),
        (DebtorKind.CONSUMER, Channel.CALL, "consumer"),
        (DebtorKind.CONSUMER, Channel.SMS, "sms_consumer"),
    ],
)
def test_the_default_window_follows_from_debtor_and_channel(kind: DebtorKind, channel: Channel, name: str) -> None:
    assert window_of(kind, channel) is WINDOWS[name]


HOURS = {"allowed_from": time(9), "allowed_until": time(18), "preferred_from": time(9), "preferred_until": time(11)}


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        pytest.param({"allowed_from": time(6)}, "within 08:00-20:00", id="by night"),
        pytest.param({"allowed_until": time(21)}, "within 08:00-20:00", id="late in the evening"),
        pytest.param({"preferred_until": time(9)}, "correct one of them", id="no preferred minute"),
        pytest.param({"preferred_until": time(19)}, "must .* hold the preferred hours", id="preferring what is closed"),
        pytest.param({"allowed": frozenset({6})}, "less than or equal to 5", id="Sunday"),
        pytest.param({"allowed": frozenset[int]()}, "at least 1 item", id="no day at all"),
        pytest.param({"allowed": frozenset({0})}, "must be among", id="preferring a closed day"),
        pytest.param({"pause_from": time(12)}, "both pause_from and pause_until", id="half a pause"),
        pytest.param({"pause_from": time(10), "pause_until": time(12)}, "outside the preferred", id="pause when best"),
        pytest.param({"pause_from": time(12), "pause_until": time(18)}, "within the allowed", id="pause until closing"),
        pytest.param({"preferred_from": time(9, 0, 30)}, "whole minutes", id="seconds"),
        pytest.param({"preferred_from": time(9, tzinfo=UTC)}, "local time", id="a zone"),
        pytest.param({"max_shift_days": 7}, "less than or equal to 6", id="waiting longer than a week"),
    ],
)
def test_a_window_that_makes_no_sense_is_refused(change: dict[str, Any], finding: str) -> None:
    with pytest.raises(ValidationError, match=finding):
        ContactWindow(**{**HOURS, **change})


INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2035, 12, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds
ASKED = {
    "earliest": INSTANTS,
    "window": st.sampled_from(sorted(WINDOWS)).map(WINDOWS.__getitem__),
    "region": st.sampled_from(Region),
    "key": st.text(max_size=8),
}


@given(**ASKED, spare=st.none() | st.integers(0, 9))
def test_a_slot_is_open_never_early_and_within_its_bounds(
    *, earliest: datetime, window: ContactWindow, region: Region, key: str, spare: int | None
) -> None:
    today = earliest.astimezone(zone_of(region)).date()
    latest = None if spare is None else today + timedelta(days=spare)

    slot = next_slot(earliest, window, region, key=key, latest=latest)

    day = slot.at.astimezone(zone_of(region)).date()
    assert is_open(slot.at, window, region)
    assert slot.at >= earliest
    unmoved = next_slot(earliest, window.model_copy(update={"max_shift_days": 0}), region, key=key)
    assert slot.at - unmoved.at <= timedelta(days=window.max_shift_days, hours=1)
    assert ("past_latest" in slot.moved_because) == (latest is not None and day > latest)
    if "past_latest" in slot.moved_because:
        assert "preferred_day" not in slot.moved_because
    assert next_slot(slot.at, window, region, key=key, latest=latest).at == slot.at


@given(**ASKED, hours=st.integers(0, 240))
def test_asking_later_never_gives_an_earlier_slot(
    *, earliest: datetime, window: ContactWindow, region: Region, key: str, hours: int
) -> None:
    later = next_slot(earliest + timedelta(hours=hours), window, region, key=key)

    assert next_slot(earliest, window, region, key=key).at <= later.at
