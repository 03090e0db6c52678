"""What is due to one debtor goes into one message, also where another worker is just ordering a part of it."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.office import Office, an_invoice
from tests.until import until

WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"


@pytest.fixture
def due(office: Office) -> list[tuple[str, int]]:
    """Two cases of one debtor, each with the epoch of its wake-up, which is due and did not ring yet."""
    office.happen(an_invoice("F-1"), an_invoice("F-2"))
    rows = office.rows("SELECT case_id, epoch, next_wake_at FROM cases ORDER BY case_id")
    office.clock.jump_to(max(row.next_wake_at for row in rows))
    return [(row.case_id, row.epoch) for row in rows]


def test_a_step_that_is_being_ordered_at_this_moment_goes_into_the_same_message(
    office: Office, due: list[tuple[str, int]]
) -> None:
    engine, (first, second) = office.system.engine, due
    engine.ring(*first)
    key = office.one("SELECT key FROM dispatches")

    with ThreadPoolExecutor(1) as other:
        with engine.transaction() as (book, orders):
            book.lock([second[0]])
            engine.ring_held(book, orders, book.held[second[0]], second[1])
            book.flush()
            claiming = other.submit(office.system.delivery.claim, [key])
            until(lambda: office.one(WAITING))
        [claim] = claiming.result(timeout=10)

    assert [line.number for line in claim.letter.facts.lines] == ["F-1", "F-2"]
