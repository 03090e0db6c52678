from collections.abc import Iterator
from typing import Any

import pytest
from dramatiq import Actor, actor

from tests.brokers import FAR, working
from tests.private_valkey import PrivateValkey
from tests.until import until
from workers.broker import Appointment, MessageState, QueueStats, TimetableBroker


@pytest.fixture(scope="module")
def valkey() -> Iterator[PrivateValkey]:
    with PrivateValkey() as server:
        yield server


@pytest.fixture
def broker(valkey: PrivateValkey) -> TimetableBroker:
    valkey.client().flushall()
    return TimetableBroker(url=valkey.url)


@pytest.fixture
def seen() -> list[Any]:
    return []


@pytest.fixture
def collect(broker: TimetableBroker, seen: list[Any]) -> Actor[[Any], None]:
    return actor(broker=broker, actor_name="collect")(seen.append)


def test_ready_running_delayed_and_dead_are_told_apart(broker: TimetableBroker, collect: Actor[[Any], None]) -> None:
    for n in range(6):
        collect.send(n)
    taken = broker.fetch("default", 3)
    broker.do_nack("default", taken[0][0])
    broker.schedule(collect.message(7), FAR)

    stats = QueueStats(queue="default", ready=3, running=2, delayed=1, dead=1, next_due_ms=FAR, is_paused=False)
    assert broker.queue_stats() == [stats]
    assert broker.ready_and_running() == 5


def test_queues_of_other_processes_are_counted_too(
    valkey: PrivateValkey, broker: TimetableBroker, collect: Actor[[Any], None]
) -> None:
    other = TimetableBroker(url=valkey.url)
    there = actor(broker=other, actor_name="there", queue_name="letters")(print)
    there.send(1)
    there.send_with_options(args=(2,), delay=60_000)
    broker.schedule(collect.message(1), FAR)

    assert [(each.queue, each.ready, each.delayed) for each in broker.queue_stats()] == [
        ("default", 0, 1),
        ("letters", 1, 1),
    ]
    assert broker.next_due() == other.next_due("letters")


def test_without_appointments_nothing_is_due(broker: TimetableBroker) -> None:
    assert broker.next_due() is None
    assert broker.next_due("never heard of") is None
    assert broker.ready_and_running() == 0


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        pytest.param((FAR + 1, FAR + 3, 10), [1, 2], id="from the start to before the end"),
        pytest.param((0, FAR + 9, 2), [0, 1], id="the earliest, up to the limit"),
        pytest.param((FAR + 9, FAR + 99, 10), [], id="nothing then"),
    ],
)
def test_what_is_due_between_two_moments(
    broker: TimetableBroker, collect: Actor[[Any], None], window: tuple[int, int, int], expected: list[int]
) -> None:
    broker.schedule_many(Appointment(collect.message(n), FAR + n, f"case {n}") for n in (4, 2, 0, 1, 3))

    found = broker.due_between("default", *window)

    assert [(each.key, each.due_ms, each.message.args) for each in found] == [
        (f"case {n}", FAR + n, (n,)) for n in expected
    ]


def test_messages_are_listed_by_state(broker: TimetableBroker, collect: Actor[[Any], None]) -> None:
    for n in range(5):
        collect.send(n)
    ids = [message_id for message_id, _ in broker.fetch("default", 3)]
    broker.do_nack("default", ids[0])

    ready = broker.messages("default", MessageState.READY, skip=1)
    running = broker.messages("default", MessageState.RUNNING)
    [dead] = broker.messages("default", MessageState.DEAD)

    assert [each.message().args for each in ready] == [(4,)]
    assert {(each.message_id, each.worker) for each in running} == {(each, broker.broker_id) for each in ids[1:]}
    assert (dead.message_id, dead.message().args) == (ids[0], (0,))
    assert dead.died_ms is not None


def test_delayed_messages_have_their_own_list(broker: TimetableBroker) -> None:
    with pytest.raises(ValueError, match="due_between"):
        broker.messages("default", MessageState.DELAYED)


def test_a_dead_message_gets_another_chance(
    broker: TimetableBroker, collect: Actor[[Any], None], seen: list[Any]
) -> None:
    collect.send(1)
    [(message_id, _)] = broker.fetch("default", 1)
    broker.do_nack("default", message_id)

    assert broker.revive("default", message_id, "unknown") == 1
    assert broker.revive("default", message_id) == 0

    with working(broker):
        until(lambda: seen == [1])
    assert broker.queue_stats(["default"])[0].dead == 0


def test_messages_are_discarded_by_id(broker: TimetableBroker, collect: Actor[[Any], None]) -> None:
    first, second = (collect.send(n).options["redis_message_id"] for n in range(2))
    broker.do_nack("default", broker.fetch("default", 1)[0][0])

    assert broker.discard("default", MessageState.DEAD, first) == 1
    assert broker.discard("default", MessageState.READY, second, "unknown") == 1
    assert broker.do_qsize("default") == 0
    with pytest.raises(ValueError, match="running"):
        broker.discard("default", MessageState.RUNNING, second)


def test_nothing_is_fetched_from_a_paused_queue(
    valkey: PrivateValkey, broker: TimetableBroker, collect: Actor[[Any], None], seen: list[Any]
) -> None:
    operator = TimetableBroker(url=valkey.url)
    operator.pause("default")

    with working(broker):
        collect.send_with_options(args=(1,), delay=1)
        until(lambda: broker.queue_stats(["default"])[0].ready == 1)
        assert broker.queue_stats(["default"])[0].is_paused
        assert seen == []

        operator.resume("default")
        until(lambda: seen == [1])
