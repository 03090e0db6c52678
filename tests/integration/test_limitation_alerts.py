"""The last day for a court claim on real servers: told in time and once; nothing leaves after it."""

from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa

from tests.integration.test_letters_beside import OVERDUE, a_dispute, reminded
from tests.office import GRENOBLE, Office, a_contact, a_debtor, an_invoice
from workers import relay
from workflows.invoice import DebtorKind


def test_a_claim_that_nears_its_end_is_told_once_an_alert_even_while_it_rests(office: Office) -> None:
    consumer = a_debtor("dupont", a_contact(email="d@dupont.example", address=GRENOBLE), kind=DebtorKind.CONSUMER)
    reminded(office, debtor=consumer)
    office.happen(a_dispute())
    office.work()
    ends_on = office.case().claim_ends_on  # two years from issue
    assert ends_on == date(2028, 1, 5)

    told = []
    for days in (200, 180, 170, 90, 30, -2):
        office.clock.jump_to(datetime(2028, 1, 5, 14, tzinfo=UTC) - timedelta(days=days))
        reviewed = [office.system.relay.sweep().reviewed for _ in range(2)]
        rows = office.rows("SELECT detail FROM tasks WHERE kind = 'limitation' AND done_at IS NULL")
        told.append((reviewed, [row.detail for row in rows]))

    assert told == [
        ([0, 0], []), ([1, 0], ["180"]), ([0, 0], ["180"]), ([1, 0], ["90"]), ([1, 0], ["30"]), ([1, 0], ["over"]),
    ]  # fmt: skip


def test_nothing_leaves_after_the_last_day_for_a_court_claim(office: Office) -> None:
    consumer = a_debtor("dupont", a_contact(email="d@dupont.example", address=GRENOBLE), kind=DebtorKind.CONSUMER)
    office.clock.jump_to(datetime(2028, 1, 10, 9, tzinfo=UTC))

    office.happen(an_invoice(due_date=OVERDUE, debtor=consumer, at=office.clock.now()))
    office.go_on(days=30)

    assert (office.mails, office.case().idle_reason) == ([], "blocked.limitation")
    assert office.tasks() == ["blocked", "limitation"]


def test_an_alert_that_the_case_saw_a_day_earlier_than_the_relay_is_not_looked_for_again(office: Office) -> None:
    """The relay counts by the last zone on earth, the case by the debtor's: neither waits for the other."""
    consumer = a_debtor("dupont", a_contact(email="d@dupont.example", address=GRENOBLE), kind=DebtorKind.CONSUMER)
    office.clock.jump_to(datetime(2028, 1, 5, 8, tzinfo=UTC) - timedelta(days=90))
    office.happen(an_invoice(due_date=OVERDUE, debtor=consumer, at=office.clock.now()))
    assert office.rows("SELECT detail FROM tasks WHERE kind = 'limitation'")[0].detail == "90"

    assert [office.system.relay.sweep().reviewed for _ in range(3)] == [0, 0, 0]


def test_a_case_that_was_migrated_works_its_last_day_out_when_it_may_be_near(office: Office) -> None:
    reminded(office)
    office.write("UPDATE cases SET claim_ends_on = '2027-01-05'")  # what the migration puts there: no claim ends sooner
    office.clock.jump_to(datetime(2026, 7, 20, 9, tzinfo=UTC))

    assert [office.system.relay.sweep().reviewed for _ in range(2)] == [1, 0]
    assert (office.case().claim_ends_on, office.tasks()) == (date(2031, 1, 10), [])


def test_a_case_that_cannot_be_decided_leaves_the_others_their_alert(office: Office) -> None:
    office.happen(an_invoice("F-1", due_date=OVERDUE), an_invoice("F-2", due_date=OVERDUE))
    office.write("UPDATE cases SET state = jsonb_set(state, '{scenario,version}', '99') WHERE number = 'F-1'")
    office.clock.jump_to(datetime(2030, 12, 20, 9, tzinfo=UTC))

    office.system.relay.sweep()

    assert office.one("SELECT case_id FROM tasks WHERE kind = 'limitation'") == "atelier/F-2"


def test_the_alerts_are_found_by_an_index(office: Office) -> None:
    with office.system.ledger.connect() as connection:
        connection.execute(sa.text("SET LOCAL enable_seqscan = off"))
        found = connection.execute(
            sa.text(f"EXPLAIN {relay.NEAR_THEIR_END}"), {"today": date(2026, 7, 20), "limit": 1000}
        )
        plan = "\n".join(found.scalars())

    assert "ix_cases_claim_ends_on" in plan
    assert "tasks_pkey" in plan or "pk_tasks" in plan
