"""Handing over is not under a case's lock: the slower of two must not leave the older moment in the timetable."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from workers.clock import SteppedClock
from workers.ledger import schema
from workers.orders import Armed, Orders
from workers.publisher import WAKE, milliseconds
from workers.settings import Settings
from workers.wiring import System, open_system
from workflows.events import CasePaused, InvoiceIssued, NewDebtor, PaymentReceived
from workflows.events.payments import Allocation
from workflows.invoice import Contact
from workflows.money import Money

CREDITOR = {
    "ref": "atelier", "name": "Martin", "address": {"lines": ["1 rue"], "postcode": "38000", "city": "Grenoble"},
    "email": "compta@atelier-martin.example", "phone": "04 65 71 00 12", "contact_name": "Claire Delmas",
    "bank": {"holder": "ATELIER MARTIN SAS", "iban": "FR7630006000011234567890189"},
}  # fmt: skip
CASE = "atelier/F-1"


@pytest.fixture
def system(settings: Settings) -> Iterator[System]:
    opened = open_system(Settings.model_validate(settings.model_dump() | {"creditors": [CREDITOR]}))
    opened.broker.declare_queue(WAKE)
    yield opened
    opened.close()


@pytest.fixture
def first_moment(system: System, stepped_clock: SteppedClock) -> Armed:
    debtor = NewDebtor(ref="D1", name="BTP Rhône", contacts=(Contact(email="a@btp-rhone.example"),))
    system.engine.handle(
        InvoiceIssued(
            event_id="e1", at=stepped_clock.now(), invoice_no="F-1", debtor=debtor,
            issue_date=date(2026, 1, 5), due_date=date(2026, 2, 4), total=Money(amount=100_00),
        )
    )  # fmt: skip
    return pending(system)


def pending(system: System) -> Armed:
    with system.ledger.connect() as connection:
        row = connection.execute(sa.select(schema.cases).where(schema.cases.c.case_id == CASE)).one()
    return Armed(row.case_id, row.epoch, row.next_wake_at)


def in_the_timetable(system: System) -> tuple[int, int] | None:
    """Epoch and moment of the appointment, if there is one."""
    found = system.broker.appointment(WAKE, CASE)
    return None if found is None else (found.message.args[1], found.due_ms)


def test_a_slow_hand_over_of_an_older_moment_is_followed_by_the_newer_one(
    system: System, first_moment: Armed, stepped_clock: SteppedClock
) -> None:
    system.engine.handle(
        CasePaused(event_id="e2", at=stepped_clock.now(), ref="F-1", until=date(2026, 3, 10), reason="asked")
    )
    newer = pending(system)

    system.publisher.publish(Orders(armed={CASE: first_moment}))

    assert newer.at is not None
    assert in_the_timetable(system) == (newer.epoch, milliseconds(newer.at))


def test_a_slow_cancellation_does_not_take_the_newer_moment_away(system: System, first_moment: Armed) -> None:
    assert first_moment.at is not None

    system.publisher.publish(Orders(armed={CASE: Armed(CASE, first_moment.epoch - 1, None)}))

    assert in_the_timetable(system) == (first_moment.epoch, milliseconds(first_moment.at))


def test_a_slow_hand_over_for_a_case_that_has_ended_leaves_nothing_pending(
    system: System, first_moment: Armed, stepped_clock: SteppedClock
) -> None:
    part = Allocation(invoice_no="F-1", amount=100_00)
    system.engine.handle(
        PaymentReceived(
            event_id="e2", at=stepped_clock.now() + timedelta(hours=1), payment_id="P1", amount=Money(amount=100_00),
            value_date=datetime(2026, 1, 12, tzinfo=UTC).date(), allocations=(part,),
        )
    )  # fmt: skip

    system.publisher.publish(Orders(armed={CASE: first_moment}))

    assert in_the_timetable(system) is None
