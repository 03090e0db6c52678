from collections.abc import Iterator
from typing import Any

import pytest
from dramatiq import actor

from tests.brokers import FAR, LONG_AGO, Steps, collecting, delivered
from tests.private_valkey import PrivateValkey
from workers.broker import Appointment, BadAppointment, TimetableBroker


@pytest.fixture(scope="module")
def valkey() -> Iterator[PrivateValkey]:
    with PrivateValkey() as server:
        yield server


@pytest.fixture
def broker(valkey: PrivateValkey) -> TimetableBroker:
    valkey.client().flushall()
    return TimetableBroker(url=valkey.url)


@pytest.fixture
def steps() -> Steps:
    return Steps()


@pytest.fixture
def stepped(valkey: PrivateValkey, steps: Steps) -> TimetableBroker:
    valkey.client().flushall()
    return TimetableBroker(url=valkey.url, clock=steps)


def test_a_second_appointment_under_a_key_replaces_the_first(broker: TimetableBroker) -> None:
    collect, _ = collecting(broker)

    broker.schedule(collect.message("first"), FAR, key="case 42")
    broker.schedule(collect.message("second"), FAR + 1, key="case 42")

    kept = broker.appointment("default", "case 42")
    assert kept is not None
    assert (kept.due_ms, kept.message.args) == (FAR + 1, ("second",))
    assert broker.pending("default") == 1


def test_repeating_an_appointment_delivers_it_once(stepped: TimetableBroker, steps: Steps) -> None:
    collect, _ = collecting(stepped)
    for _ in range(3):
        stepped.schedule(collect.message(1), steps.now_ms + 50, key="case 42")

    steps.now_ms += 50

    assert [message.args for message in delivered(stepped)] == [(1,)]


def test_an_option_of_send_chooses_the_key(broker: TimetableBroker) -> None:
    collect, _ = collecting(broker)

    for fact in ("first", "second"):
        collect.send_with_options(args=(fact,), delay=3_600_000, timetable_key="case 42")

    kept = broker.appointment("default", "case 42")
    assert kept is not None
    assert kept.message.args == ("second",)
    assert broker.pending("default") == 1


def test_the_same_key_on_another_queue_is_another_appointment(broker: TimetableBroker) -> None:
    here, _ = collecting(broker)
    there = actor(broker=broker, actor_name="there", queue_name="other")(print)

    broker.schedule(here.message(1), FAR, key="case 42")
    broker.schedule(there.message(1), FAR, key="case 42")

    assert (broker.pending("default"), broker.pending("other")) == (1, 1)


def test_without_keys_each_call_is_an_appointment(broker: TimetableBroker) -> None:
    collect, _ = collecting(broker)
    message = collect.message(1)

    broker.schedule(message, FAR)
    broker.schedule(message, FAR)

    assert broker.pending("default") == 2


def test_moving_an_appointment_into_the_past_rings_it_once(broker: TimetableBroker) -> None:
    collect, _ = collecting(broker)
    broker.schedule(collect.message("far"), FAR, key="case 42")

    broker.schedule(collect.message("now"), LONG_AGO, key="case 42")

    assert [message.args for message in delivered(broker)] == [("now",)]
    assert broker.pending("default") == 0


def test_a_cancelled_appointment_does_not_ring(stepped: TimetableBroker, steps: Steps) -> None:
    collect, _ = collecting(stepped)
    stepped.schedule(collect.message(1), steps.now_ms + 50, key="case 42")

    answers = [stepped.cancel("default", "case 42"), stepped.cancel("default", "case 42")]
    steps.now_ms += 50

    assert answers == [True, False]
    assert delivered(stepped) == []


def test_what_was_promoted_cannot_be_cancelled(stepped: TimetableBroker, steps: Steps) -> None:
    collect, _ = collecting(stepped)
    stepped.schedule(collect.message(1), steps.now_ms + 50, key="case 42")
    steps.now_ms += 50
    stepped.do_promote("default")

    assert not stepped.cancel("default", "case 42")
    assert len(delivered(stepped)) == 1


def test_cancelling_many_counts_those_that_were_pending(broker: TimetableBroker) -> None:
    collect, _ = collecting(broker)
    broker.schedule_many(Appointment(collect.message(n), FAR, f"case {n}") for n in range(1_203))

    assert broker.cancel_many("default", [f"case {n}" for n in range(-7, 1_200)]) == 1_200
    assert broker.pending("default") == 3


@pytest.mark.parametrize(
    ("due_ms", "key", "field"),
    [
        pytest.param(1.5, "k", "due_ms", id="a fraction of a millisecond"),
        pytest.param(True, "k", "due_ms", id="a truth is not a moment"),
        pytest.param("2027-01-01", "k", "due_ms", id="a date as text"),
        pytest.param(-1, "k", "due_ms", id="before the epoch"),
        pytest.param(2**53, "k", "due_ms", id="a sorted set would round it"),
        pytest.param(FAR, "", "key", id="an empty key"),
        pytest.param(FAR, 42, "key", id="a number as key"),
    ],
)
def test_a_bad_appointment_names_its_field(
    broker: TimetableBroker,
    due_ms: Any,  # noqa: ANN401  # of the wrong type on purpose
    key: Any,  # noqa: ANN401  # same
    field: str,
) -> None:
    collect, _ = collecting(broker)

    with pytest.raises(BadAppointment, match=field):
        broker.schedule(collect.message(1), due_ms, key=key)
    assert broker.pending("default") == 0
