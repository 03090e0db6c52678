"""Servers that are killed while they are needed: what was acknowledged, and what left, is not forgotten."""

import os
import signal
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.office import CREDITOR, Office, an_invoice, deliver, office_at, only, wanted
from tests.until import until
from workers import embedded
from workers.channels.base import OutgoingMessage, Receipt
from workers.clock import SteppedClock
from workers.embedded import ServerState
from workers.ledger.pipeline import LEDGER_IS_AWAY
from workers.publisher import WAKE
from workers.settings import Settings


@pytest.fixture
def office(data_dir: Path, stepped_clock: SteppedClock) -> Iterator[Office]:
    """A system on servers of its own, which may be killed."""
    embedded.start(data_dir)
    settings = Settings.model_validate(
        {"data_dir": data_dir, "clock_file": stepped_clock.path, "creditors": [CREDITOR]}
    )
    with office_at(settings) as opened:
        yield opened


def kill(server: ServerState) -> None:
    """`kill -9`."""
    assert server.pid is not None
    os.kill(server.pid, signal.SIGKILL)


def test_what_left_is_recorded_although_the_ledger_died_and_came_back_in_the_meantime(
    office: Office, data_dir: Path
) -> None:
    office.happen(an_invoice())
    key = wanted(office)
    helper = threading.Thread(target=embedded.start_postgres, args=(data_dir,))

    def die_under_it(message: OutgoingMessage) -> Receipt:
        kill(embedded.status(data_dir)[1])
        helper.start()
        return office.mail.take(message)

    office.mail.script = [die_under_it]
    deliver(office, key)
    helper.join(30)

    assert len(office.mails) == 1
    assert only(office)[1:] == ("sent", "delivery.sent")
    assert office.told() == [("sent", "delivery.sent")]


def test_an_event_is_acknowledged_while_redis_is_dead_and_armed_when_it_is_back(office: Office, data_dir: Path) -> None:
    kill(embedded.status(data_dir)[0])

    assert office.statuses(an_invoice()) == ["accepted"]

    embedded.start_valkey(data_dir)
    until(office.system.broker.client.ping)
    assert office.system.relay.sweep().found_something
    assert office.system.broker.appointment(WAKE, "atelier/F-1") is not None


def test_an_event_is_not_acknowledged_while_the_ledger_is_dead_and_counts_once_when_repeated(
    office: Office, data_dir: Path
) -> None:
    office.happen(an_invoice("F-1"))
    kill(embedded.status(data_dir)[1])

    with pytest.raises(LEDGER_IS_AWAY):
        office.happen(an_invoice("F-2"))

    embedded.start_postgres(data_dir)
    assert office.statuses(an_invoice("F-1"), an_invoice("F-2")) == ["duplicate", "accepted"]


def test_a_claim_of_a_worker_whose_ledger_died_is_in_doubt(office: Office, data_dir: Path) -> None:
    office.happen(an_invoice(due_date=date(2026, 2, 4)))
    office.system.delivery.claim([wanted(office)])

    kill(embedded.status(data_dir)[1])
    embedded.start_postgres(data_dir)
    office.clock.jump_to(datetime(2026, 2, 2, tzinfo=UTC))
    office.system.relay.sweep()

    assert only(office)[1:] == ("in_doubt", "delivery.lease_expired")
