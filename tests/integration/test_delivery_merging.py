"""One message for all that is due to a debtor, and the very bytes that left."""

import hashlib
from datetime import UTC, date, datetime
from pathlib import Path

from tests.office import (
    Office,
    a_payment,
    an_invoice,
    deliver,
    office_at,
    wanted,
)
from workers.channels.base import Refused, TryLater
from workers.channels.mail import MailChannel
from workers.channels.mail_server import MailServer
from workers.channels.sink import SmtpSink
from workers.channels.sink_dialogue import SinkSettings
from workers.settings import Settings
from workflows.invoice import Channel

#: The first message about `an_invoice()`: a courtesy, five days before the due date, at the debtor's own minute.
FEBRUARY = datetime(2026, 2, 2, tzinfo=UTC)
#: So late that the courtesy is past: the first message is a reminder.
OVERDUE = date(2026, 1, 10)
BUSY = TryLater("450", "4.2.0 mailbox busy")
UNKNOWN = Refused("550", "5.1.1 no such user", address_is_bad=True)


def test_all_that_is_due_to_a_debtor_by_one_channel_is_one_message(office: Office) -> None:
    numbers = ("F-1", "F-2", "F-3")
    office.happen(*(an_invoice(number) for number in numbers))

    office.go_to(FEBRUARY)

    [mail] = office.mails
    assert all(number in mail.text for number in numbers)
    assert {office.told(number)[0] for number in numbers} == {("sent", "delivery.sent")}
    assert office.one("SELECT count(DISTINCT message_id) FROM dispatches WHERE status = 'sent'") == 1


def test_the_letter_of_a_merged_message_is_that_of_the_oldest_invoice(office: Office) -> None:
    """On Tuesday the 27th one invoice is due its second reminder and another one its first."""
    office.happen(an_invoice("F-old", due_date=OVERDUE), an_invoice("F-new", due_date=date(2026, 1, 20)))

    office.go_to(datetime(2026, 1, 27, 20, tzinfo=UTC))

    mail = office.mails[-1]
    assert ("F-old" in mail.text, "F-new" in mail.text) == (True, True)
    assert office.one("SELECT template FROM messages WHERE message_id = :id", id=mail.message_id) == "second_reminder"


def test_a_paid_invoice_falls_out_of_a_message_that_waited_for_several(office: Office) -> None:
    office.happen(an_invoice("F-1"), an_invoice("F-2"))
    key = wanted(office, "F-1", "F-2")
    office.happen(a_payment({"F-1": 1000_00}, office.clock.now()))

    deliver(office, key.replace("F-1", "F-2"))

    [mail] = office.mails
    assert "F-2" in mail.text
    assert "F-1" not in mail.text


def test_the_identifier_of_a_message_is_made_of_what_was_ordered(office: Office) -> None:
    office.happen(an_invoice())
    key = wanted(office)
    deliver(office, key)

    digest = hashlib.sha256(key.encode()).hexdigest()[:40]
    assert [mail.message_id for mail in office.mails] == [f"<{digest}@atelier-martin.example>"]


def test_what_the_ledger_keeps_is_what_left(settings: Settings, tmp_path: Path) -> None:
    """The stored body, its hash, and the file at a real SMTP server are the same bytes."""
    with office_at(settings) as office, SmtpSink(SinkSettings(directory=tmp_path / "sink")) as sink:
        server = MailServer(host="127.0.0.1", port=sink.port, security="none", timeout_s=5)
        channel = MailChannel(server)
        office.system.outlets = office.system.delivery.outlets = {Channel.EMAIL: channel}
        office.happen(an_invoice())

        office.go_to(FEBRUARY)

        [arrived] = sink.messages()
        content = arrived.path.read_bytes()
        [row] = office.rows("SELECT body, body_sha256, message_id, status FROM messages")
        assert hashlib.sha256(content).hexdigest() == row.body_sha256
        assert (bytes(row.body), arrived.message_id, row.status) == (content, row.message_id, "sent")
