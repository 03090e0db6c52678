import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dramatiq.worker
import pytest
from dramatiq import Worker, actor

from tests.brokers import FAR, collecting, working
from tests.private_valkey import PrivateValkey
from tests.until import until
from workers.broker import Appointment, TimetableBroker, UnsafeServer

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def shared() -> Iterator[PrivateValkey]:
    with PrivateValkey() as server:
        yield server


@pytest.fixture
def valkey(shared: PrivateValkey) -> PrivateValkey:
    shared.client().flushall()
    return shared


@pytest.fixture
def mortal() -> Iterator[PrivateValkey]:
    """A server that a test may kill; it has written down all that it acknowledged."""
    with PrivateValkey(config={"appendfsync": "always"}) as server:
        yield server


class TestDeadWorkers:
    WORKER = textwrap.dedent("""
        import sys, time
        from dramatiq import Worker, actor
        from workers.broker import TimetableBroker

        def collect(fact):
            broker.client.rpush("begun", fact)
            time.sleep(600)

        broker = TimetableBroker(url=sys.argv[1], recovery_ms=1_000)
        actor(collect, broker=broker)
        Worker(broker, worker_threads=2).start()
        time.sleep(600)
    """)

    def test_the_work_of_a_killed_worker_goes_to_another(self, valkey: PrivateValkey) -> None:
        broker = TimetableBroker(url=valkey.url, recovery_ms=1_000)
        collect, seen = collecting(broker)
        for n in range(4):  # two of them begin, two are only fetched
            collect.send_with_options(args=(n,), delay=1)
        env = os.environ | {"PYTHONPATH": str(PROJECT)}
        victim = subprocess.Popen([sys.executable, "-c", self.WORKER, valkey.url], env=env)
        until(lambda: valkey.client().llen("begun") == 2)
        until(lambda: broker.queue_stats(["default"])[0].running == 4)
        victim.send_signal(signal.SIGKILL)
        victim.wait()

        with working(broker):
            until(lambda: sorted(seen) == [0, 1, 2, 3], within_s=20)

        assert broker.do_qsize("default") == 0
        assert valkey.client().zcard("dramatiq:__heartbeats__") == 1

    def test_a_judge_who_was_asleep_declares_nobody_dead(self, valkey: PrivateValkey) -> None:
        judge = TimetableBroker(url=valkey.url, recovery_ms=600)
        quiet = TimetableBroker(url=valkey.url, recovery_ms=600)
        collect, _ = collecting(quiet)
        judge.do_promote("default", upkeep=True)
        collect.send(1)
        quiet.do_fetch("default", 1)

        def running() -> int:
            return judge.queue_stats(["default"])[0].running

        def silence_ms() -> float:
            seconds, microseconds = valkey.client().time()
            last: Any = valkey.client().zscore("dramatiq:__heartbeats__", quiet.broker_id)
            return float(seconds * 1_000 + microseconds / 1_000 - last)

        until(lambda: silence_ms() > 700)  # as if the server had been away for all of them
        judge.do_promote("default", upkeep=True)
        assert running() == 1

        until(lambda: (judge.do_promote("default", upkeep=True), running() == 0)[1])
        assert silence_ms_at_recovery(valkey, judge) >= 600

    def test_messages_whose_delivery_was_lost_on_the_way_come_back(self, valkey: PrivateValkey) -> None:
        broker = TimetableBroker(url=valkey.url)
        collect, seen = collecting(broker)
        collect.send("lost")
        broker.do_fetch("default", 1)  # the reply to this never arrives anywhere

        with working(broker):
            until(lambda: seen == ["lost"])

    def test_a_message_at_work_is_not_taken_for_lost(self, valkey: PrivateValkey) -> None:
        broker = TimetableBroker(url=valkey.url)
        collect, _ = collecting(broker)
        collect.send(1)
        consumer = broker.consume("default")
        assert next(consumer) is not None

        successor = broker.consume("default", timeout=10)

        assert next(successor) is None
        assert broker.queue_stats(["default"])[0].running == 1

    def test_a_consumer_that_closes_gives_back_what_it_had_fetched(self, valkey: PrivateValkey) -> None:
        broker = TimetableBroker(url=valkey.url)
        collect, _ = collecting(broker)
        for n in range(5):
            collect.send(n)
        consumer = broker.consume("default", prefetch=5)
        first = next(consumer)
        assert first is not None

        consumer.close()

        assert broker.queue_stats(["default"])[0].ready == 4
        consumer.ack(first)
        assert broker.ready_and_running() == 4


def silence_ms_at_recovery(valkey: PrivateValkey, judge: TimetableBroker) -> float:
    """For how long the judge had been in touch when it judged."""
    client: Any = valkey.client()
    return float(
        client.zscore("dramatiq:__heartbeats__", judge.broker_id)
        - client.zscore("dramatiq:__in_touch__", judge.broker_id)
    )


class TestServers:
    @pytest.mark.parametrize(
        ("config", "reason"),
        [
            pytest.param({"maxmemory-policy": "allkeys-lru"}, "allkeys-lru", id="it evicts"),
            pytest.param({"maxmemory-policy": "volatile-ttl"}, "volatile-ttl", id="it evicts what expires"),
            pytest.param({"appendonly": "no"}, "neither", id="it keeps nothing"),
            pytest.param({"appendonly": "no", "rename-command": "CONFIG hidden"}, "does not tell", id="it hides it"),
        ],
    )
    def test_a_worker_does_not_start_on_a_server_that_may_forget(self, config: dict[str, str], reason: str) -> None:
        with PrivateValkey(config=config) as server:
            broker = TimetableBroker(url=server.url)
            collecting(broker)

            with pytest.raises(UnsafeServer, match=reason):
                Worker(broker).start()
            with pytest.raises(UnsafeServer, match="require_durable=False"):
                broker.consume("default")

    @pytest.mark.parametrize(
        "config",
        [
            pytest.param({}, id="an append-only file"),
            pytest.param({"appendonly": "no", "save": "60 1"}, id="snapshots"),
            pytest.param({"rename-command": "CONFIG hidden"}, id="an append-only file on a hosted server"),
        ],
    )
    def test_a_durable_server_is_accepted(self, config: dict[str, str]) -> None:
        with PrivateValkey(config=config) as server:
            TimetableBroker(url=server.url).check_server()

    def test_a_forgetful_server_is_used_if_one_insists(self) -> None:
        with PrivateValkey(config={"appendonly": "no"}) as server:
            broker = TimetableBroker(url=server.url, require_durable=False)
            collect, seen = collecting(broker)
            with working(broker):
                collect.send_with_options(args=(1,), delay=1)
                until(lambda: seen == [1])

    def test_a_worker_waits_for_a_server_that_is_not_there_yet(
        self, mortal: PrivateValkey, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(dramatiq.worker, "CONSUMER_RESTART_DELAY_SECS", 0.05)
        broker = TimetableBroker(client=mortal.client(retry=None))
        collect, seen = collecting(broker)
        mortal.kill()

        with working(broker):
            mortal.start()
            collect.send_with_options(args=(1,), delay=1)
            until(lambda: seen == [1])

    def test_a_server_killed_in_the_middle_loses_nothing(
        self, mortal: PrivateValkey, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(dramatiq.worker, "CONSUMER_RESTART_DELAY_SECS", 0.05)
        monkeypatch.setattr(dramatiq.worker, "POST_PROCESS_MESSAGE_RETRY_DELAY_SECS", 0.05)
        broker = TimetableBroker(url=mortal.url)
        collect, seen = collecting(broker)

        with working(broker):
            for n in range(600):
                collect.send_with_options(args=(n,), delay=n * 2)
            broker.schedule(collect.message("far"), FAR, key="far")
            until(lambda: len(seen) > 50)
            mortal.kill()
            mortal.start()
            until(lambda: set(seen) == set(range(600)), within_s=30)

        assert broker.appointment("default", "far") is not None
        assert broker.ready_and_running() == 0

    def test_a_retry_that_cannot_be_sent_is_not_forgotten(
        self, mortal: PrivateValkey, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail_once_without_a_server(fact: str) -> None:
            calls.append(fact)
            if len(calls) == 1:
                mortal.kill()
                raise RuntimeError

        monkeypatch.setattr(dramatiq.worker, "CONSUMER_RESTART_DELAY_SECS", 0.05)
        monkeypatch.setattr(dramatiq.worker, "POST_PROCESS_MESSAGE_RETRY_DELAY_SECS", 0.05)
        broker = TimetableBroker(url=mortal.url)
        calls: list[str] = []
        fragile = actor(broker=broker, actor_name="fragile", min_backoff=1, max_backoff=1)(fail_once_without_a_server)
        after = actor(broker=broker, actor_name="after")(lambda *_: calls.append("after"))

        fragile.send_with_options(args=("retried",), on_success=after)
        with working(broker):
            until(lambda: mortal.process is None)
            mortal.start()
            until(lambda: calls == ["retried", "retried", "after"])
            until(lambda: broker.do_qsize("default") == 0)

    def test_an_emptied_server_goes_on_with_what_comes_next(self, valkey: PrivateValkey) -> None:
        broker = TimetableBroker(url=valkey.url)
        collect, seen = collecting(broker)
        appointments = [Appointment(collect.message(n), FAR, f"case {n}") for n in range(600)]
        broker.schedule_many(appointments)

        with working(broker):
            collect.send_with_options(args=("before",), delay=1)
            until(lambda: seen == ["before"])
            valkey.client().flushall()
            valkey.client().script_flush()
            assert broker.next_due() is None
            broker.schedule_many(appointments)  # what the ledger's owner does
            collect.send_with_options(args=("after",), delay=1)
            until(lambda: seen == ["before", "after"])

        assert broker.pending("default") == 600
