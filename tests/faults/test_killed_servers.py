"""An emptied Redis, killed servers, two relays, everything published twice: the counts still agree."""

import os
import random
import signal
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from tests.faults.site import RELAY, WORKER, Site, invoices, site
from tests.until import until
from workers import embedded
from workflows.events import Inbound, PaymentReceived
from workflows.events.payments import Allocation
from workflows.money import Money

COUNT = 6
MIDDLE = datetime(2026, 2, 12, 20, tzinfo=UTC)
END = datetime(2026, 3, 1, 20, tzinfo=UTC)


@pytest.fixture
def place() -> Iterator[Site]:
    with site() as opened:
        yield opened


def payments(*numbers: int) -> list[Inbound]:
    """A payment for each of these invoices, made in the middle of the story."""
    return [
        PaymentReceived(
            event_id=f"paid-{number}", at=MIDDLE, payment_id=f"P{number}", amount=Money(amount=1000_00 + number),
            value_date=date(2026, 2, 12), allocations=(Allocation(invoice_no=f"F-{number}", amount=1000_00 + number),),
        )
        for number in numbers
    ]  # fmt: skip


def told(place: Site) -> Counter[tuple[str, str]]:
    """Invoices and letters, by how often each left."""
    rows = place.rows(
        "SELECT cases.number, dispatches.template FROM dispatches JOIN cases USING (case_id) WHERE status = 'sent'"
    )
    return Counter((row.number, row.template) for row in rows)


def the_whole_story_was_told_once(place: Site) -> None:
    """Three letters for each invoice, but two for the one that was paid; the mail server has as many."""
    letters = ("preventive", "first_reminder", "second_reminder")
    expected = {(f"F-{number}", letter): 1 for number in range(COUNT) for letter in letters}
    del expected["F-0", "second_reminder"]
    assert told(place) == expected
    assert place.statuses() == Counter(sent=len(expected))
    place.agree()
    assert [row.stage for row in place.rows("SELECT stage FROM cases WHERE number = 'F-0'")] == ["paid"]


def test_redis_emptied_in_the_middle_of_a_run_loses_nothing_and_doubles_nothing(place: Site) -> None:
    place.publish(*invoices(COUNT))
    place.start(RELAY, WORKER)
    place.go_to(MIDDLE)
    place.publish(*payments(0))

    place.system.broker.client.flushall()
    until(lambda: place.system.broker.pending("wake") == COUNT - 1, within_s=30)
    place.go_to(END)

    the_whole_story_was_told_once(place)


def test_valkey_and_postgresql_killed_and_restarted(place: Site) -> None:
    place.publish(*invoices(COUNT))
    place.start(RELAY, WORKER)
    place.go_to(MIDDLE)
    place.publish(*payments(0))

    kill_servers(place)
    embedded.start(place.place / "data")
    place.go_to(END)

    the_whole_story_was_told_once(place)


def kill_servers(place: Site) -> None:
    """`kill -9` of both, whatever they are doing."""
    for state in embedded.status(place.place / "data"):
        assert state.pid is not None
        os.kill(state.pid, signal.SIGKILL)


def test_two_relays_and_two_workers_do_everything_once(place: Site) -> None:
    place.publish(*invoices(COUNT))
    place.start(RELAY, RELAY, WORKER, WORKER)
    place.go_to(MIDDLE)
    place.publish(*payments(0))
    place.go_to(END)

    the_whole_story_was_told_once(place)


def test_the_same_events_published_twice_and_shuffled(place: Site) -> None:
    events: list[Inbound] = [*invoices(COUNT), *payments(0)]
    shuffled = events * 2
    random.Random(7).shuffle(shuffled)  # noqa: S311 - an order, not a secret
    place.clock.jump_to(MIDDLE)
    place.start(RELAY, WORKER)

    answers = Counter(answer for event in shuffled for answer in place.publish(event))
    place.rest()

    assert answers["duplicate"] == len(events)
    assert [row.stage for row in place.rows("SELECT stage FROM cases WHERE number = 'F-0'")] == ["paid"]
    assert set(told(place).values()) <= {1}
    assert all(number != "F-0" for number, _letter in told(place))
    place.agree()
