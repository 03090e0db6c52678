"""Ways out that lead nowhere: a number that is none, a letter without an address, a provider that answers a page."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from tests.fake_provider import HTML, SID, TOKEN, FakeProvider, Fault, fake_provider
from tests.office import GRENOBLE, Office, a_contact, a_debtor, an_invoice
from workers.channels.http_door import HttpDoor
from workers.channels.provider import Guarded
from workers.channels.sms_message import SmsSender
from workers.channels.sms_twilio import TwilioSms
from workflows.events import InvoiceIssued
from workflows.invoice import Channel

OVERDUE, MARCH = date(2026, 1, 10), datetime(2026, 3, 10, 9, tzinfo=UTC)
MOBILE, FIXED = "+33612345678", "+33476000000"


@pytest.fixture
def texts(office: Office) -> Iterator[FakeProvider]:
    with fake_provider() as provider:
        door = HttpDoor(f"{provider.url}/twilio", auth=(SID, TOKEN))
        twilio = TwilioSms(door, account_sid=SID, sender=SmsSender("ATELIER"))
        office.system.outlets = {**office.providers, Channel.SMS: Guarded(twilio)}
        yield provider
        twilio.close()


def dispatches(office: Office, number: str, channel: str) -> list[tuple[str, str | None]]:
    rows = office.rows(
        "SELECT status, reason FROM dispatches WHERE case_id = :id AND channel = :channel ORDER BY key",
        id=f"atelier/{number}", channel=channel,
    )  # fmt: skip
    return [(row.status, row.reason) for row in rows]


def letters_of(office: Office, debtor: str) -> list[str]:
    """What a debtor was written by e-mail."""
    query = "SELECT template FROM messages WHERE debtor_ref = :ref AND channel = 'email' ORDER BY claimed_at"
    return [row.template for row in office.rows(query, ref=debtor)]


def owes(number: str, **contact: object) -> InvoiceIssued:
    """An invoice of a debtor of its own."""
    return an_invoice(number, debtor=a_debtor(number.lower(), a_contact(**contact)), due_date=OVERDUE)


def test_a_number_that_is_no_mobile_gets_no_text_message_and_the_next_debtor_gets_his(
    office: Office, texts: FakeProvider
) -> None:
    office.happen(owes("F-1", phone=FIXED), owes("F-2", phone=MOBILE))

    office.go_to(MARCH)

    assert {sent.to for sent in texts.taken} == {MOBILE}
    assert all(status != "sent" for status, _reason in dispatches(office, "F-1", "sms"))
    assert [status for status, _reason in dispatches(office, "F-2", "sms")] == ["sent"]
    assert letters_of(office, "f-1") == letters_of(office, "f-2")


def test_a_number_that_the_provider_calls_wrong_is_not_used_again_and_the_rest_goes_on(
    office: Office, texts: FakeProvider
) -> None:
    texts.script = [Fault(status=400, body=b'{"code": 21211, "message": "Invalid To number"}')]
    office.happen(owes("F-1", phone=MOBILE), owes("F-2", phone="+33612345679"))

    office.go_to(MARCH)

    outcomes = {number: dispatches(office, number, "sms") for number in ("F-1", "F-2")}
    assert sorted(found[0][0] for found in outcomes.values()) == ["failed", "sent"]
    assert len(texts.taken) == 1
    assert letters_of(office, "f-1") == letters_of(office, "f-2") != []


def test_a_letter_without_an_address_blocks_its_case_with_a_task_and_no_other(office: Office) -> None:
    office.happen(owes("F-1"), owes("F-2", address=GRENOBLE))

    office.go_to(datetime(2026, 5, 4, 8, tzinfo=UTC))

    asked = {row.case_id for row in office.rows("SELECT case_id FROM tasks WHERE kind = 'blocked'")}
    assert dispatches(office, "F-1", "registered") == []
    assert [status for status, _reason in dispatches(office, "F-2", "registered")] == ["sent"]
    assert asked == {"atelier/F-1"}
    assert office.case("F-1").stage == "blocked"


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(Fault(status=200, body=HTML, media_type="text/html"), id="a page instead of an answer"),
        pytest.param(Fault(status=502, body=HTML, media_type="text/html"), id="a gateway's page"),
        pytest.param(Fault(takes=True, status=201, body=HTML, media_type="text/html"), id="a page after taking it"),
    ],
)
def test_a_provider_that_answers_a_page_leaves_one_message_in_doubt_and_the_next_one_goes(
    office: Office, texts: FakeProvider, fault: Fault
) -> None:
    texts.script = [fault]
    office.happen(owes("F-1", phone=MOBILE), owes("F-2", phone="+33612345679"))

    office.go_to(MARCH)

    states = [dispatches(office, number, "sms")[0] for number in ("F-1", "F-2")]
    assert sorted(states) == [("in_doubt", "delivery.in_doubt"), ("sent", "delivery.sent")]
    assert "in_doubt" in office.tasks()
    assert len(texts.taken) == 1 + fault.takes
    assert len(office.mails) > 2
