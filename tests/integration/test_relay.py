"""What the relay repeats, finds and rebuilds: promise 3 against a Redis that forgets and processes that die."""

from datetime import UTC, datetime, timedelta

import pytest
from dramatiq import Message

from tests.office import Office, an_invoice, only, wanted
from workers.orders import Orders
from workers.publisher import WAKE
from workers.relay import LOST_AFTER, LOST_FOR_SURE_AFTER, Relay, Sweep
from workflows.events import CasePaused

#: Past the first message about `an_invoice()`.
FEBRUARY = datetime(2026, 2, 2, tzinfo=UTC)
NOTHING = Sweep()


class Silent:
    """A process that dies between its commit and handing over."""

    def publish(self, _orders: Orders) -> None:
        """Hand nothing over."""


@pytest.fixture
def office(office: Office) -> Office:
    """Redis is new, and one relay has seen it."""
    office.system.relay.sweep()
    return office


def die_after_commits(office: Office, *, dead: bool = True) -> None:
    office.system.engine.publisher = Silent() if dead else office.system.publisher


def another_relay(office: Office) -> Relay:
    system = office.system
    return Relay(system.ledger, system.publisher, system.delivery, system.clock)


def test_when_everything_is_in_order_a_sweep_finds_nothing(office: Office) -> None:
    office.happen(an_invoice())

    assert office.system.relay.sweep() == NOTHING


def test_a_wake_up_that_was_committed_and_not_handed_over_is_armed(office: Office) -> None:
    die_after_commits(office)
    office.happen(an_invoice())
    assert office.system.broker.appointment(WAKE, "atelier/F-1") is None

    assert office.system.relay.sweep() == Sweep(armed=1)

    assert office.system.broker.appointment(WAKE, "atelier/F-1") is not None
    assert office.system.relay.sweep() == NOTHING


def test_a_dispatch_that_was_committed_and_not_handed_over_is_published(office: Office) -> None:
    office.happen(an_invoice())
    die_after_commits(office)
    wanted(office)
    die_after_commits(office, dead=False)
    office.work()
    assert office.mails == []

    assert office.system.relay.sweep().published == 1
    office.work()

    assert len(office.mails) == 1


@pytest.mark.parametrize("relays", [1, 2], ids=["one relay", "two relays"])
def test_an_emptied_redis_is_rebuilt_from_the_ledger(office: Office, relays: int) -> None:
    pause = CasePaused(event_id="p", at=office.clock.now(), ref="F-2", until=FEBRUARY.date(), reason="call")
    office.happen(an_invoice("F-1"), an_invoice("F-2"), pause)
    due = [office.case(number).next_wake_at for number in ("F-1", "F-2")]

    office.system.broker.client.flushall()
    sweeps = [relay.sweep() for relay in (office.system.relay, another_relay(office))[:relays]]

    assert [sweep.rebuilt for sweep in sweeps] == [2, 0][:relays]
    found = [office.system.broker.appointment(WAKE, f"atelier/{number}") for number in ("F-1", "F-2")]
    assert [datetime.fromtimestamp(item.due_ms / 1000, UTC) for item in found if item] == due


def test_an_emptied_redis_costs_no_message_and_doubles_none(office: Office) -> None:
    office.happen(an_invoice())
    wanted(office)

    office.system.broker.client.flushall()
    office.system.relay.sweep()
    office.system.relay.sweep()
    office.work()
    office.go_on(days=2)

    assert len(office.mails) == 1
    assert only(office)[1] == "sent"


def test_a_wake_up_that_the_timetable_lost_rings_a_little_late(office: Office) -> None:
    office.happen(an_invoice())
    office.system.broker.cancel(WAKE, "atelier/F-1")
    office.clock.jump_to(office.case().next_wake_at + LOST_AFTER + timedelta(seconds=1))

    assert office.system.relay.sweep().rung_again == 1
    office.work()

    assert len(office.mails) == 1


def test_a_dispatch_that_its_queue_lost_is_delivered_a_little_late(office: Office) -> None:
    office.happen(an_invoice())
    wanted(office)
    office.system.broker.do_purge("email")
    office.jump(seconds=LOST_AFTER.total_seconds() + 1)

    assert office.system.relay.sweep().sent_again == 1
    office.work()

    assert len(office.mails) == 1


def test_what_may_only_wait_its_turn_is_not_taken_for_lost_before_long(office: Office) -> None:
    """A queue that is never empty must not hide what was lost for ever."""
    office.happen(an_invoice())
    office.system.broker.cancel(WAKE, "atelier/F-1")
    office.system.broker.enqueue(
        Message(queue_name=WAKE, actor_name=WAKE, args=("atelier/F-0", 1), kwargs={}, options={})
    )
    office.clock.jump_to(office.case().next_wake_at + LOST_AFTER * 2)
    assert office.system.relay.sweep().rung_again == 0

    office.jump(seconds=LOST_FOR_SURE_AFTER.total_seconds())

    assert office.system.relay.sweep().rung_again == 1


def test_two_relays_expire_a_silent_worker_once(office: Office) -> None:
    office.happen(an_invoice())
    office.system.delivery.claim([wanted(office)])
    office.jump(minutes=11)

    sweeps = [relay.sweep().leases_expired for relay in (office.system.relay, another_relay(office))]

    assert sweeps == [1, 0]
    assert office.told() == [("in_doubt", "delivery.lease_expired")]


def test_beyond_the_horizon_a_wake_up_stays_in_the_ledger_until_it_is_near(office: Office) -> None:
    office.system.publisher.horizon = timedelta(days=7)
    office.happen(an_invoice())
    assert office.system.broker.pending(WAKE) == 0
    assert office.system.relay.sweep() == NOTHING

    office.clock.jump_to(office.case().next_wake_at - timedelta(days=6))

    assert office.system.relay.sweep() == Sweep(armed=1)
    office.go_to(FEBRUARY)
    assert len(office.mails) == 1
