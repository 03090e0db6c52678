"""Crowded mornings: many wake-ups in one transaction, and one bad case among them."""

import pytest

from tests.office import Office, a_debtor, an_invoice

NUMBERS = tuple(f"F-{number}" for number in range(5))


@pytest.fixture
def office(office: Office) -> Office:
    """Five cases of five debtors, all of them due."""
    office.happen(*(an_invoice(number, debtor=a_debtor(f"d-{number}")) for number in NUMBERS))
    office.clock.jump_to(max(office.case(number).next_wake_at for number in NUMBERS))
    return office


def statuses(office: Office) -> dict[str, str]:
    rows = office.rows("SELECT number, status FROM dispatches JOIN cases USING (case_id)")
    return {row.number: row.status for row in rows}


def test_one_wake_up_takes_along_the_others_that_are_due(office: Office) -> None:
    office.system.engine.ring_crowd("atelier/F-0", office.case("F-0").epoch)

    assert statuses(office) == dict.fromkeys(NUMBERS, "wanted")


def test_those_that_were_taken_along_ring_again_without_effect(office: Office) -> None:
    epochs = {number: office.case(number).epoch for number in NUMBERS}
    for number, epoch in epochs.items():
        office.system.engine.ring_crowd(f"atelier/{number}", epoch)
    office.work()

    assert statuses(office) == dict.fromkeys(NUMBERS, "sent")
    assert len(office.mails) == len(NUMBERS)
    assert office.one("SELECT count(*) FROM journal WHERE kind = 'step.fell_due'") == len(NUMBERS)


def test_a_case_that_cannot_be_decided_stops_only_itself(office: Office) -> None:
    office.write("UPDATE cases SET state = jsonb_set(state, '{scenario, name}', '\"gone\"') WHERE number = 'F-3'")

    for number in NUMBERS:
        if number != "F-3":
            office.system.engine.ring_crowd(f"atelier/{number}", office.case(number).epoch)
    with pytest.raises(KeyError, match="gone"):
        office.system.engine.ring_crowd("atelier/F-3", office.case("F-3").epoch)

    assert statuses(office) == {number: "wanted" for number in NUMBERS if number != "F-3"}
