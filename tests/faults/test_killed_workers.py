"""`kill -9` of a worker before, during and after an SMTP delivery: never two messages, and none lost in silence."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

import psycopg
import pytest

from tests.faults.site import RELAY, WORKER, Site, days, invoices, site
from tests.until import until
from workers.channels.sink_faults import Fault

#: A moment at which the courtesy before the due date of every invoice has left.
FEBRUARY = datetime(2026, 2, 4, 12, tzinfo=UTC)


@pytest.fixture
def place() -> Iterator[Site]:
    with site() as opened:
        yield opened


def ledger_lock(place: Site) -> "psycopg.Connection[tuple[object, ...]]":
    """A transaction that holds every debtor: a delivery waits for it before it claims."""
    url = place.system.ledger.url.set(drivername="postgresql").render_as_string(hide_password=False)
    connection = psycopg.connect(url)
    connection.execute("SELECT * FROM debtors FOR UPDATE")
    return connection


def waits_for_a_lock(place: Site) -> bool:
    return bool(place.rows("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"))


def test_killed_before_it_claimed_another_worker_sends_it_once(place: Site) -> None:
    place.publish(*invoices(1))
    place.start(RELAY, WORKER)
    place.rest()
    with ledger_lock(place):
        place.jump_to(FEBRUARY)
        until(lambda: waits_for_a_lock(place), within_s=30)
        place.kill(WORKER)
    place.start(WORKER)

    until(lambda: place.statuses() == Counter(sent=1), within_s=45)
    place.rest()

    place.agree()


@pytest.mark.parametrize(
    ("stage", "arrived"),
    [
        pytest.param("banner", 0, id="before the server has said a word"),
        pytest.param("dot", 0, id="when the server had it all and kept nothing"),
        pytest.param("kept", 1, id="when the server had kept it and not answered"),
    ],
)
def test_killed_while_sending_leaves_a_doubt_and_no_second_message(place: Site, stage: str, arrived: int) -> None:
    place.publish(*invoices(1))
    place.sink.fail(Fault.parse(f"{stage}=hang*1"))
    place.start(RELAY, WORKER)
    place.rest()
    place.jump_to(FEBRUARY)
    until(lambda: place.statuses() == Counter(claimed=1), within_s=30)
    until(lambda: place.sink.connections > 0 and len(place.arrived()) == arrived, within_s=30)
    place.kill(WORKER)
    place.start(WORKER)

    place.jump_to(FEBRUARY + days(1))  # the claim has expired
    until(lambda: place.statuses() == Counter(in_doubt=1), within_s=45)
    place.go_to(FEBRUARY + days(30))

    assert len(place.arrived()) == arrived
    assert place.statuses() == Counter(in_doubt=1)
    assert [row.kind for row in place.rows("SELECT kind FROM tasks WHERE done_at IS NULL")] == ["in_doubt"]


def test_killed_in_the_middle_of_a_crowd_every_message_is_sent_or_in_doubt(place: Site) -> None:
    place.publish(*invoices(12))
    place.sink.fail(Fault.parse("kept=slow:0.1"))
    place.start(RELAY, WORKER)
    place.rest()
    place.jump_to(FEBRUARY)
    until(lambda: len(place.arrived()) >= 3, within_s=30)
    place.kill(WORKER)
    place.start(WORKER)
    until(lambda: place.statuses()["sent"] + place.statuses()["claimed"] == 12, within_s=45)

    place.jump_to(FEBRUARY + days(1))
    until(lambda: place.statuses()["claimed"] == 0, within_s=45)

    counts, arrived = place.statuses(), place.arrived()
    assert counts["sent"] + counts["in_doubt"] == 12
    assert len(arrived) == len(set(arrived))
    assert counts["sent"] <= len(arrived) <= 12
