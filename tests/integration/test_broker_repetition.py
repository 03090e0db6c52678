"""redis-py repeats a command whose reply was lost; the second time must change nothing."""

from collections.abc import Iterator

import pytest

from tests.brokers import collecting, working
from tests.private_valkey import PrivateValkey
from tests.until import until
from workers.broker import TimetableBroker


@pytest.fixture(scope="module")
def shared() -> Iterator[PrivateValkey]:
    with PrivateValkey() as server:
        yield server


@pytest.fixture
def valkey(shared: PrivateValkey) -> PrivateValkey:
    shared.client().flushall()
    return shared


def test_a_message_enqueued_twice_is_delivered_once(valkey: PrivateValkey) -> None:
    broker = TimetableBroker(url=valkey.url)
    for _ in range(2):
        broker.do_enqueue("default", "an id", b"message")

    assert broker.fetch("default", 10) == [("an id", b"message")]
    assert broker.do_fetch("default", 10) == []


@pytest.mark.parametrize("end", ["do_ack", "do_nack"])
def test_a_message_finished_twice_is_finished_once(valkey: PrivateValkey, end: str) -> None:
    broker = TimetableBroker(url=valkey.url)
    broker.do_enqueue("default", "an id", b"message")
    broker.do_fetch("default", 1)

    for _ in range(2):
        getattr(broker, end)("default", "an id")

    [stats] = broker.queue_stats(["default"])
    assert (stats.ready, stats.running, stats.dead) == (0, 0, 1 if end == "do_nack" else 0)


def test_a_message_given_back_twice_is_ready_once(valkey: PrivateValkey) -> None:
    broker = TimetableBroker(url=valkey.url)
    broker.do_enqueue("default", "an id", b"message")
    broker.do_fetch("default", 1)

    for _ in range(2):
        broker.do_requeue("default", "an id")

    assert broker.queue_stats(["default"])[0].ready == 1


def test_an_overdue_appointment_written_twice_is_delivered_once(valkey: PrivateValkey) -> None:
    broker = TimetableBroker(url=valkey.url)
    for _ in range(2):
        broker.lua.run("schedule", "default", "", "at", 1_000, "case 42", "0" * 36, b"message")

    assert broker.do_fetch("default", 10) == [b"message"]


def test_a_client_that_may_not_block_works_too(valkey: PrivateValkey) -> None:
    broker = TimetableBroker(client=valkey.client(single_connection_client=True))
    collect, seen = collecting(broker)

    with working(broker):
        collect.send_with_options(args=(1,), delay=30)
        until(lambda: seen == [1])
