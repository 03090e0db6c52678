import inspect
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from dramatiq import Message, actor
from dramatiq.brokers.redis import RedisBroker

from tests.brokers import FAR, LONG_AGO, collecting, working
from tests.private_valkey import PrivateValkey
from tests.until import until
from workers.broker import Appointment, TimetableBroker


@pytest.fixture(scope="module")
def valkey() -> Iterator[PrivateValkey]:
    with PrivateValkey() as server:
        yield server


@pytest.fixture
def broker(valkey: PrivateValkey) -> TimetableBroker:
    valkey.client().flushall()
    return TimetableBroker(url=valkey.url)


def test_its_constructor_takes_what_the_stock_broker_takes_with_the_same_defaults() -> None:
    ours = inspect.signature(TimetableBroker).parameters
    for name, stock in inspect.signature(RedisBroker).parameters.items():
        assert (ours[name].default, ours[name].kind) == (stock.default, stock.kind), name


def test_making_one_does_not_reach_for_the_server() -> None:
    assert TimetableBroker(url="redis://127.0.0.1:1").queues == set()


def test_a_misspelt_command_is_an_error() -> None:
    with pytest.raises(AttributeError, match="do_enqeue"):
        TimetableBroker().do_enqeue("default", "1", b"")


def test_a_worker_that_stops_leaves_delayed_messages_on_the_server(broker: TimetableBroker) -> None:
    collect, _ = collecting(broker)
    message = collect.send_with_options(args=(1,), delay=10_000)

    with working(broker, threads=1):
        pass

    [kept] = broker.due_between("default", 0, FAR)
    assert kept.key == message.options["redis_message_id"]


def test_the_queue_is_never_empty_between_a_message_and_the_one_it_books(broker: TimetableBroker) -> None:
    def go() -> None:
        go_again.send_with_options(delay=300)
        sizes.append((broker.do_qsize("default"), broker.do_qsize("default.DQ")))

    def again() -> None:
        sizes.append((broker.do_qsize("default"), broker.do_qsize("default.DQ")))

    sizes: list[tuple[int, int]] = []
    first = actor(broker=broker, actor_name="go")(go)
    go_again = actor(broker=broker, actor_name="again")(again)

    with working(broker, threads=1):
        first.send()
        broker.join("default", interval=1, timeout=10_000)

    # Each running message counts twice, as in the stock broker; a delayed one once.
    assert sizes == [(3, 3), (2, 2)]


def test_messages_that_a_stock_broker_left_are_delivered(valkey: PrivateValkey, broker: TimetableBroker) -> None:
    stock = RedisBroker(url=valkey.url)  # type: ignore[no-untyped-call]  # dramatiq does not annotate it
    left, _ = collecting(stock)
    _, seen = collecting(broker)
    left.send("ready")
    left.send_with_options(args=("soon",), delay=50)
    left.send_with_options(args=("far",), delay=3_600_000)

    with working(broker):
        until(lambda: seen == ["ready", "soon"])

    assert broker.queue_stats(["default"])[0].delayed == 1
    assert not valkey.client().exists("dramatiq:default.DQ", "dramatiq:default.DQ.msgs")


def test_joining_waits_for_delayed_messages(broker: TimetableBroker) -> None:
    collect, seen = collecting(broker)
    collect.send_with_options(args=(1,), delay=300)

    with working(broker):
        broker.join("default", timeout=10_000)

    assert seen == [1]


@pytest.mark.parametrize("flush", [lambda b: b.flush("default"), lambda b: b.flush_all()], ids=["one", "all"])
def test_flushing_drops_everything(broker: TimetableBroker, flush: Callable[[TimetableBroker], None]) -> None:
    collect, _ = collecting(broker)
    broker.schedule(collect.message(1), FAR, key="case 42")
    collect.send(2)
    collect.send(3)
    broker.do_nack("default", broker.fetch("default", 1)[0][0])

    flush(broker)

    [stats] = broker.queue_stats(["default"])
    assert (stats.ready, stats.running, stats.delayed, stats.dead) == (0, 0, 0, 0)
    assert broker.do_qsize("default") == 0


def test_an_unknown_actor_does_not_stop_the_others(broker: TimetableBroker) -> None:
    collect, seen = collecting(broker)
    stranger: Message[Any] = Message(queue_name="default", actor_name="stranger", args=(), kwargs={}, options={})

    with working(broker):
        broker.schedule_many([Appointment(stranger, LONG_AGO), Appointment(collect.message(1), LONG_AGO)])
        until(lambda: seen == [1])
        broker.join("default", timeout=5_000)

    assert broker.queue_stats(["default"])[0].dead == 1


def test_what_nobody_can_read_does_not_stop_the_others(broker: TimetableBroker) -> None:
    collect, seen = collecting(broker)
    broker.do_enqueue("default", "unreadable", b"\xff not a message")
    broker.do_enqueue("default", "nameless", collect.message("lost id").encode())
    collect.send(1)

    with working(broker):
        broker.join("default", timeout=5_000)

    assert seen == [1]
    assert broker.queue_stats(["default"])[0].dead == 2
