"""Which letter leaves: the step's own, or the first reminder where it would cite what the debtor never had."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.office import GRENOBLE, Office, a_contact, a_debtor, an_invoice
from workers.channels.base import TryLater
from workers.clock import EPOCH
from workers.operations.dispatches import retry
from workers.operations.doing import Doing
from workers.publisher import WAKE
from workflows.events import CallLogged, StepSkipped
from workflows.invoice import Channel
from workflows.scenario_files import parse_scenario

OVERDUE = date(2026, 1, 10)
SECOND = "SELECT channel, facts::text AS facts FROM messages WHERE template = 'second_reminder'"
BUSY = TryLater("450", "4.2.0 mailbox busy")
SIGNED_FOR = """
name = "{channel}_only"
version = 1

[[steps]]
name = "last_word"
fallback = ["letter"]
after_due_days = 5
channel = "{channel}"
template = "last_amicable"
tone = 4
deadline = {{ days = 8, runs_from = "reception" }}
"""

ELECTRONIC = """
name = "electronic"
version = 1

[[steps]]
name = "first"
after_due_days = 5
channel = "email"
fallback = ["letter"]
template = "first_reminder"
tone = 1
deadline = { days = 8 }

[[steps]]
name = "notice"
after_due_days = 30
channel = "lre"
fallback = ["registered"]
template = "formal_notice"
tone = 5
deadline = { days = 8, runs_from = "reception" }
"""


def test_a_debtor_whose_first_reminder_was_skipped_is_not_reproached_with_silence(office: Office) -> None:
    office.happen(an_invoice(due_date=OVERDUE))
    skipped = StepSkipped(
        event_id="skip", at=office.clock.now(), invoice_no="F-1", step=1, reason="they called, see the note"
    )

    office.happen(skipped)
    office.go_to(datetime(2026, 2, 20, tzinfo=UTC))

    assert [row.template for row in office.rows("SELECT template FROM messages ORDER BY claimed_at")][:2] == [
        "first_reminder",
        "third_reminder",
    ]
    assert office.one("SELECT count(*) FROM dispatches WHERE status = 'failed'") == 0


def test_a_debtor_who_was_spoken_to_is_not_reproached_with_silence(office: Office) -> None:
    office.happen(an_invoice(due_date=OVERDUE))
    office.go_to(datetime(2026, 1, 20, 9, tzinfo=UTC))

    office.happen(
        CallLogged(
            event_id="c-1", at=office.clock.now(), call_id="c-1", debtor_ref=an_invoice().debtor.ref,
            invoice_nos=("F-1",), disposition="reached", with_name="Anne Perrin",
        )
    )  # fmt: skip
    office.go_on(days=20)

    assert [row.template for row in office.rows("SELECT template FROM messages ORDER BY claimed_at")][:2] == [
        "first_reminder",
        "second_reminder",
    ]
    assert "est resté sans effet" in " ".join(office.mails[1].text.split())


@pytest.mark.parametrize("order", [(Channel.EMAIL, Channel.SMS), (Channel.SMS, Channel.EMAIL)])
def test_the_letters_of_one_step_do_not_cite_each_other(office: Office, order: tuple[Channel, ...]) -> None:
    """Whichever leaves first, the text message beside the second reminder is a second one, too."""
    office.happen(an_invoice(due_date=OVERDUE, debtor=a_debtor("btp", a_contact(phone="+33612345678"))))
    office.go_to(datetime(2026, 1, 24, 20, tzinfo=UTC))
    while (due := office.system.broker.next_due()) is not None and len(office.rows(SECOND)) < len(order):
        office.clock.jump_to(EPOCH + timedelta(milliseconds=due))
        office.work_on(WAKE)
        for channel in order:
            office.work_on(channel)

    facts = {row.channel: row.facts for row in office.rows(SECOND)}
    assert facts.keys() == set(order)
    assert [each["template"] for each in json.loads(facts["sms"])["previous"]] == ["first_reminder"]
    assert json.loads(facts["sms"])["previous"] == json.loads(facts["email"])["previous"]


def publish(office: Office, text: str) -> str:
    ladder = parse_scenario(text, "own.toml")
    office.write(
        "INSERT INTO scenarios (name, version, facts, published_at) VALUES (:name, 1, CAST(:facts AS jsonb), :at)",
        name=ladder.name, facts=ladder.model_dump_json(), at=office.clock.now(),
    )  # fmt: skip
    return ladder.name


def test_an_electronic_formal_notice_names_the_debtors_address_whoever_reads_it(office: Office) -> None:
    billing, seat = a_contact(ref="billing"), a_contact(ref="seat", email=None, address=GRENOBLE, role="seat")
    debtor = a_debtor("btp", billing, seat)
    office.happen(an_invoice(debtor=debtor, due_date=OVERDUE, scenario=publish(office, ELECTRONIC)))

    office.go_to(datetime(2026, 3, 1, tzinfo=UTC))

    [notice] = office.rows("SELECT status, recipient, facts FROM messages WHERE template = 'formal_notice'")
    assert (notice.status, notice.recipient) == ("sent", billing.email)
    assert "3 place Notre-Dame" in str(notice.facts)


@pytest.mark.parametrize("channel", [Channel.REGISTERED, Channel.LRE])
def test_a_first_letter_that_is_signed_for_is_the_first_reminder_as_well(office: Office, channel: Channel) -> None:
    ladder = publish(office, SIGNED_FOR.format(channel=channel))
    office.happen(an_invoice(debtor=a_debtor("btp", a_contact(address=GRENOBLE)), due_date=OVERDUE, scenario=ladder))

    office.go_to(datetime(2026, 2, 20, tzinfo=UTC))

    assert [tuple(row) for row in office.rows("SELECT status, reason FROM dispatches")] == [("sent", "delivery.sent")]
    assert [(row.template, row.channel) for row in office.rows("SELECT template, channel FROM messages")] == [
        ("first_reminder", channel)
    ]


def test_a_message_that_a_person_sends_again_gets_all_its_attempts_again(office: Office) -> None:
    office.happen(an_invoice(due_date=OVERDUE))
    office.mail.script = [office.mail.refuse(BUSY) for _attempt in range(8)]
    office.go_to(datetime(2026, 1, 25, tzinfo=UTC))
    assert office.one("SELECT status FROM dispatches") == "failed"

    office.mail.script = [office.mail.refuse(BUSY)]
    retry(office.system.engine, office.one("SELECT key FROM dispatches"), Doing("claire", "the server is back"))
    office.go_to(office.clock.now() + timedelta(days=4))

    assert office.one("SELECT status FROM dispatches WHERE channel = 'email' ORDER BY wanted_at LIMIT 1") == "sent"
