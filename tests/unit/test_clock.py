"""The stepped clock is one time for all processes, and it never goes back."""

import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from workers.clock import ClockUnreadable, SteppedClock, SystemClock, clock_of
from workers.settings import Settings

START = datetime(2026, 1, 12, 8, 0, tzinfo=UTC)
NEXT_DAY = START + timedelta(days=1)


@pytest.fixture
def clock(tmp_path: Path) -> SteppedClock:
    return SteppedClock.begin(tmp_path / "clock", START)


def test_it_stands_still_until_it_is_moved(clock: SteppedClock) -> None:
    assert [clock.now(), clock.now()] == [START, START]

    clock.jump_to(NEXT_DAY)

    assert clock.now() == NEXT_DAY


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        pytest.param(START - timedelta(microseconds=1), START, id="an earlier instant moves nothing"),
        pytest.param(START, START, id="the same instant moves nothing"),
        pytest.param(
            START + timedelta(microseconds=1), START + timedelta(microseconds=1), id="the smallest step counts"
        ),
        pytest.param(
            datetime(2026, 1, 12, 10, 30, tzinfo=timezone(timedelta(hours=2))),
            datetime(2026, 1, 12, 8, 30, tzinfo=UTC),
            id="another zone is the same instant",
        ),
    ],
)
def test_a_jump_returns_the_instant_that_holds(clock: SteppedClock, at: datetime, expected: datetime) -> None:
    answer = clock.jump_to(at)

    assert (answer, clock.now()) == (expected, expected)


def test_instants_are_in_utc_whatever_the_jump_was(clock: SteppedClock) -> None:
    clock.jump_to(NEXT_DAY.astimezone(timezone(timedelta(hours=-5))))

    assert clock.now().utcoffset() == timedelta(0)


def test_milliseconds_are_exact_and_rounded_down(clock: SteppedClock) -> None:
    clock.jump_to(datetime(2026, 1, 12, 8, 0, 0, 1999, tzinfo=UTC))

    assert clock.now_ms() == 1_768_204_800_001


def test_an_instant_without_zone_is_refused(clock: SteppedClock) -> None:
    with pytest.raises(ValueError, match="has no time zone"):
        clock.jump_to(NEXT_DAY.replace(tzinfo=None))

    assert clock.now() == START


def test_beginning_again_keeps_the_time_reached(clock: SteppedClock) -> None:
    clock.jump_to(NEXT_DAY)

    again = SteppedClock.begin(clock.path, START)

    assert again.now() == NEXT_DAY


def test_another_process_reads_the_same_time(clock: SteppedClock) -> None:
    clock.jump_to(NEXT_DAY)
    program = "import sys, pathlib, workers.clock as c; print(c.SteppedClock(pathlib.Path(sys.argv[1])).now_ms())"

    told = subprocess.run([sys.executable, "-c", program, clock.path], capture_output=True, text=True, check=True)

    assert int(told.stdout) == clock.now_ms()


def test_racing_jumps_end_at_the_latest_and_no_reader_ever_sees_time_go_back(clock: SteppedClock) -> None:
    instants = [START + timedelta(minutes=minute) for minute in range(1, 201)]
    seen: list[datetime] = []
    done = threading.Event()

    def read() -> None:
        reader = SteppedClock(clock.path)
        while not done.is_set():
            seen.append(reader.now())

    def jump(mine: list[datetime]) -> None:
        own = SteppedClock(clock.path)
        for at in mine:
            own.jump_to(at)

    reader = threading.Thread(target=read)
    jumpers = [threading.Thread(target=jump, args=(instants[start::2],)) for start in (0, 1)]
    for thread in (reader, *jumpers):
        thread.start()
    for thread in jumpers:
        thread.join()
    done.set()
    reader.join()

    assert clock.now() == instants[-1]
    assert seen == sorted(seen)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(None, "does not exist", id="no run has begun"),
        pytest.param("yesterday", "'yesterday'", id="not an instant"),
        pytest.param("", "''", id="empty"),
    ],
)
def test_an_unreadable_clock_names_its_file_and_the_fix(tmp_path: Path, content: str | None, reason: str) -> None:
    path = tmp_path / "clock"
    if content is not None:
        path.write_text(content)

    with pytest.raises(ClockUnreadable) as refused:
        SteppedClock(path).now()

    text = str(refused.value)
    assert str(path) in text
    assert reason in text
    assert "remove the setting" in text


def test_the_settings_choose_the_clock(tmp_path: Path, clock: SteppedClock) -> None:
    stepped = clock_of(Settings(data_dir=tmp_path, clock_file=clock.path))

    assert stepped.now() == START
    assert isinstance(clock_of(Settings(data_dir=tmp_path)), SystemClock)


def test_the_machine_s_clock_is_aware_and_goes_on() -> None:
    clock = SystemClock()

    first, second = clock.now(), clock.now()

    assert first.utcoffset() == timedelta(0)
    assert first <= second
    assert abs(clock.now_ms() - clock.now().timestamp() * 1000) < 1_000
