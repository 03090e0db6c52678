"""When a message is tried again: later and later, each dispatch by a share of its own, within bounds."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from workers.channels.hours import Hours
from workers.delivery.reports import LONGEST_SPREAD, RETRY_MINUTES, retry_at

NOW = datetime(2026, 2, 10, 9, tzinfo=UTC)
KEYS = [f"atelier/F-{number}/standard@1/1/email#1" for number in range(200)]


def waits(attempt: int, retry_after_s: int | None = None) -> list[timedelta]:
    found = [retry_at(NOW, attempt, retry_after_s, key=key) for key in KEYS]
    return [at - NOW for at in found if at is not None]


@pytest.mark.parametrize(("attempt", "minutes"), list(enumerate(RETRY_MINUTES, start=1)))
def test_the_waits_of_many_messages_spread_within_their_bound(attempt: int, minutes: int) -> None:
    least = timedelta(minutes=minutes)
    spread = min(least / 4, LONGEST_SPREAD)
    found = waits(attempt)

    assert all(least <= wait <= least + spread for wait in found)
    assert max(found) - min(found) > spread * 0.9
    assert len(set(found)) == len(KEYS)


def test_nobody_asks_before_the_moment_that_the_provider_named() -> None:
    named = timedelta(hours=20)

    assert all(named <= wait <= named + LONGEST_SPREAD for wait in waits(1, 20 * 3600))


def test_the_same_attempt_of_the_same_dispatch_always_waits_as_long() -> None:
    assert waits(2) == waits(2)
    assert [wait / 15 for wait in waits(3)] != [wait / 5 for wait in waits(2)]


def test_after_the_last_attempt_a_person_looks() -> None:
    assert retry_at(NOW, len(RETRY_MINUTES) + 1, None, key="k") is None


OFFICE = Hours(first=time(8), last=time(18), weekdays=frozenset(range(5)))
PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("at", "opens_at"),
    [
        pytest.param(datetime(2026, 2, 10, 9, tzinfo=PARIS), datetime(2026, 2, 10, 9, tzinfo=PARIS), id="open"),
        pytest.param(datetime(2026, 2, 10, 7, tzinfo=PARIS), datetime(2026, 2, 10, 8, tzinfo=PARIS), id="too early"),
        pytest.param(datetime(2026, 2, 10, 18, tzinfo=PARIS), datetime(2026, 2, 11, 8, tzinfo=PARIS), id="its end"),
        pytest.param(datetime(2026, 2, 13, 20, tzinfo=PARIS), datetime(2026, 2, 16, 8, tzinfo=PARIS), id="a weekend"),
        pytest.param(datetime(2026, 2, 10, 7, 30, tzinfo=UTC), datetime(2026, 2, 10, 7, 30, tzinfo=UTC), id="Paris"),
        pytest.param(datetime(2026, 3, 27, 20, tzinfo=UTC), datetime(2026, 3, 30, 6, tzinfo=UTC), id="summer time"),
    ],
)
def test_a_provider_opens_at_its_next_hour(at: datetime, opens_at: datetime) -> None:
    assert OFFICE.opens_at(at) == opens_at


@pytest.mark.parametrize(
    ("given", "words"),
    [
        pytest.param({"first": time(18), "last": time(8)}, "give a later end", id="backwards"),
        pytest.param({"first": time(8), "last": time(18), "weekdays": frozenset[int]()}, "0 .Monday.", id="no day"),
        pytest.param({"first": time(8), "last": time(18), "weekdays": frozenset({7})}, "0 .Monday.", id="8 days"),
    ],
)
def test_hours_that_never_come_are_refused(given: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Hours(**given)  # type: ignore[arg-type]


def test_hours_read_well() -> None:
    assert str(OFFICE) == "08:00-18:00 Mon, Tue, Wed, Thu, Fri (Europe/Paris)"
