"""Handing over is not under a case's lock: the slower of two must not leave the older moment in the timetable."""

from datetime import date

import pytest

from tests.office import Office, a_payment, an_invoice
from workers.orders import Armed, Orders
from workers.publisher import WAKE, milliseconds
from workflows.events import CasePaused

CASE = "atelier/F-1"


@pytest.fixture
def first_moment(office: Office) -> Armed:
    office.happen(an_invoice())
    return pending(office)


def pending(office: Office) -> Armed:
    row = office.case()
    return Armed(row.case_id, row.epoch, row.next_wake_at)


def in_the_timetable(office: Office) -> tuple[int, int] | None:
    """Epoch and moment of the appointment, if there is one."""
    found = office.system.broker.appointment(WAKE, CASE)
    return None if found is None else (found.message.args[1], found.due_ms)


def test_a_slow_hand_over_of_an_older_moment_is_followed_by_the_newer_one(office: Office, first_moment: Armed) -> None:
    office.happen(CasePaused(event_id="p", at=office.clock.now(), ref="F-1", until=date(2026, 3, 10), reason="asked"))
    newer = pending(office)

    office.system.publisher.publish(Orders(armed={CASE: first_moment}))

    assert newer.at is not None
    assert in_the_timetable(office) == (newer.epoch, milliseconds(newer.at))


def test_a_slow_cancellation_does_not_take_the_newer_moment_away(office: Office, first_moment: Armed) -> None:
    office.system.publisher.publish(Orders(armed={CASE: Armed(CASE, first_moment.epoch - 1, None)}))

    assert first_moment.at is not None
    assert in_the_timetable(office) == (first_moment.epoch, milliseconds(first_moment.at))


def test_a_slow_hand_over_for_a_case_that_has_ended_leaves_nothing_pending(office: Office, first_moment: Armed) -> None:
    office.happen(a_payment({"F-1": 1000_00}, office.clock.now()))

    office.system.publisher.publish(Orders(armed={CASE: first_moment}))

    assert office.case().stage == "paid"
    assert in_the_timetable(office) is None
