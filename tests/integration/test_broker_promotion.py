import threading
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from dramatiq import Broker, Message, MessageProxy, Middleware, actor

from tests.brokers import FAR, LONG_AGO, Steps, collecting, delivered, working
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


@pytest.fixture
def steps() -> Steps:
    return Steps()


@pytest.fixture
def stepped(valkey: PrivateValkey, steps: Steps) -> TimetableBroker:
    valkey.client().flushall()
    return TimetableBroker(url=valkey.url, clock=steps)


def test_nothing_rings_before_its_moment(stepped: TimetableBroker, steps: Steps) -> None:
    collect, seen = collecting(stepped)
    stepped.schedule(collect.message("ring"), steps.now_ms + 86_400_000)

    with working(stepped):
        steps.now_ms += 86_399_999
        stepped.ring()
        assert stepped.do_promote("default") == (0, 1)
        steps.now_ms += 1
        stepped.ring()
        until(lambda: seen == ["ring"])


def test_the_earliest_rings_first(stepped: TimetableBroker, steps: Steps) -> None:
    collect, seen = collecting(stepped)
    stepped.schedule_many(Appointment(collect.message(n), steps.now_ms + n) for n in (30, 10, 40, 20))
    steps.now_ms += 40

    with working(stepped, threads=1):
        until(lambda: seen == [10, 20, 30, 40])


def test_one_call_moves_at_most_500_and_none_is_left_behind(stepped: TimetableBroker, steps: Steps) -> None:
    collect, _ = collecting(stepped)
    stepped.schedule_many(Appointment(collect.message(n), steps.now_ms + 1, str(n)) for n in range(1_203))
    steps.now_ms += 1

    assert [stepped.do_promote("default")[0] for _ in range(4)] == [500, 500, 203, 0]
    assert stepped.queue_stats(["default"])[0].ready == 1_203


def test_two_workers_deliver_each_message_once(valkey: PrivateValkey, broker: TimetableBroker) -> None:
    collect, seen = collecting(broker)
    second = TimetableBroker(url=valkey.url)
    actor(broker=second, actor_name="collect")(seen.append)

    with working(broker), working(second):
        for n in range(1_500):
            collect.send_with_options(args=(n,), delay=n % 300)
        broker.join("default", timeout=30_000)

    assert Counter(seen) == Counter(range(1_500))


def test_a_message_arrives_as_from_the_stock_broker(broker: TimetableBroker) -> None:
    class Catch(Middleware):
        def before_process_message(self, _broker: Broker, message: MessageProxy) -> None:
            caught.append((message.queue_name, set(message.options), message.message_id, message.args))

    caught: list[tuple[str, set[str], str, tuple[Any, ...]]] = []
    broker.add_middleware(Catch())
    collect, _ = collecting(broker)

    sent = collect.send_with_options(args=("é",), delay=1, timetable_key="case 42", mine=1)
    with working(broker):
        broker.join("default", timeout=5_000)

    assert caught == [("default", {"redis_message_id", "mine"}, sent.message_id, ("é",))]


def test_middleware_sees_the_message_and_its_delay(broker: TimetableBroker) -> None:
    class Catch(Middleware):
        def before_enqueue(self, _broker: Broker, message: Message[Any], delay: int | None) -> None:
            message.options["traced"] = True
            caught.append(("before", message.queue_name, delay))

        def after_enqueue(self, _broker: Broker, message: Message[Any], delay: int | None) -> None:
            caught.append(("after", message.queue_name, delay))

    caught: list[tuple[str, str, int | None]] = []
    broker.add_middleware(Catch())
    collect, _ = collecting(broker)

    collect.send(1)
    sent = collect.send_with_options(args=(2,), delay=60_000)

    assert caught == [
        ("before", "default", None),
        ("after", "default", None),
        ("before", "default.DQ", 60_000),
        ("after", "default.DQ", 60_000),
    ]
    [booked] = broker.due_between("default", 0, FAR)
    assert booked.message.options["traced"]
    assert booked.due_ms == sent.options["eta"]


def test_an_eta_without_a_delay_does_not_wait_in_a_worker(broker: TimetableBroker) -> None:
    collect, _ = collecting(broker)

    collect.send_with_options(args=(1,), eta=FAR)

    assert broker.pending("default") == 1


def test_an_eta_in_the_past_is_now(broker: TimetableBroker) -> None:
    collect, _ = collecting(broker)

    collect.send_with_options(args=(1,), eta=LONG_AGO)
    collect.send_with_options(args=(2,), delay=-5)

    assert [message.args for message in delivered(broker)] == [(1,), (2,)]


def test_a_retry_waits_on_the_server_and_leaves_the_key_to_the_next_appointment(broker: TimetableBroker) -> None:
    def fail_once(attempt_of: str) -> None:
        calls.append(attempt_of)
        if len(calls) == 1:
            broker.schedule(wake.message("next"), FAR, key="case 42")
            raise RuntimeError

    calls: list[str] = []
    wake = actor(broker=broker, actor_name="wake", min_backoff=1, max_backoff=1)(fail_once)
    wake.send_with_options(args=("first",), delay=1, timetable_key="case 42")

    with working(broker):
        until(lambda: calls == ["first", "first"])

    kept = broker.appointment("default", "case 42")
    assert kept is not None
    assert (kept.due_ms, kept.message.args, broker.pending("default")) == (FAR, ("next",), 1)


def test_an_actor_with_priority_goes_first(stepped: TimetableBroker, steps: Steps) -> None:
    def hold() -> None:
        held.set()
        free.wait(10)

    held, free = threading.Event(), threading.Event()
    blocker = actor(broker=stepped, actor_name="hold", priority=0)(hold)
    seen: list[str] = []
    late = actor(broker=stepped, actor_name="late", priority=100)(lambda: seen.append("late"))
    soon = actor(broker=stepped, actor_name="soon", priority=10)(lambda: seen.append("soon"))

    with working(stepped, threads=2):
        blocker.send()
        blocker.send()
        until(held.is_set)
        until(lambda: stepped.queue_stats(["default"])[0].running == 2)
        stepped.schedule_many(Appointment(each.message(), steps.now_ms + at) for at, each in ((1, late), (2, soon)))
        steps.now_ms += 2
        until(lambda: stepped.queue_stats(["default"])[0].running == 4)
        free.set()
        until(lambda: len(seen) == 2)

    assert seen == ["soon", "late"]


@pytest.mark.parametrize(
    "fact",
    [
        pytest.param("x" * 8_000_000, id="8 MB"),
        pytest.param("Élève n° 1 — 1 250,00 € 🧾 مرحبا", id="not ASCII"),
        pytest.param({"empty": [], "none": None, "big": 2**60, "zero": "\x00"}, id="what Lua's JSON would spoil"),
    ],
)
def test_what_is_delivered_is_what_was_sent(broker: TimetableBroker, fact: object) -> None:
    collect, seen = collecting(broker)

    broker.schedule(collect.message(fact), LONG_AGO, key="n° 42 €")
    collect.send_with_options(args=(fact,), delay=20)
    with working(broker):
        until(lambda: seen == [fact, fact])


def test_a_worker_holds_no_delayed_message(broker: TimetableBroker) -> None:
    collect, seen = collecting(broker)
    broker.schedule_many(Appointment(collect.message(n), FAR) for n in range(10_000))

    with working(broker) as worker:
        collect.send_with_options(args=("soon",), delay=30)
        until(lambda: seen == ["soon"])
        assert all(thread.delay_queue.empty() for thread in worker.consumers.values())

    assert broker.pending("default") == 10_000
