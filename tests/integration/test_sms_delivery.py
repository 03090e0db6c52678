"""Text messages through the whole shell, to a provider on a real socket: retried, in doubt, opted out. Promise 2."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from tests.command_line import CommandLine
from tests.fake_provider import API_KEY, SID, TOKEN, FakeProvider, Fault, fake_provider
from tests.office import Office, a_contact, a_debtor, an_invoice
from workers.channels.http_door import HttpDoor
from workers.channels.provider import Guarded
from workers.channels.sms_brevo import BrevoSms
from workers.channels.sms_message import SmsSender
from workers.channels.sms_twilio import TwilioSms
from workflows.invoice import Channel

MOBILE = a_debtor("btp", a_contact(phone="+33612345678"))
LONG_AFTER = datetime(2026, 5, 4, 8, tzinfo=UTC)


@pytest.fixture
def fake(office: Office) -> Iterator[FakeProvider]:
    with fake_provider() as provider:
        door = HttpDoor(f"{provider.url}/twilio", auth=(SID, TOKEN))
        twilio = TwilioSms(door, account_sid=SID, sender=SmsSender("ATELIER"))
        office.system.outlets[Channel.SMS] = Guarded(twilio)  # type: ignore[index] # a dict, in tests
        office.happen(an_invoice(debtor=MOBILE, due_date=date(2026, 1, 10)))
        yield provider
        twilio.close()


def of_sms(office: Office) -> list[tuple[str, str | None]]:
    rows = office.rows("SELECT status, reason FROM dispatches WHERE channel = 'sms' ORDER BY key")
    return [(row.status, row.reason) for row in rows]


def attempts(office: Office) -> list[tuple[str, str]]:
    rows = office.rows(
        "SELECT outcome, code FROM attempts JOIN dispatches ON key = dispatch_key WHERE channel = 'sms' ORDER BY id"
    )
    return [(row.outcome, row.code) for row in rows]


def test_a_text_message_put_off_by_its_provider_leaves_once(office: Office, fake: FakeProvider) -> None:
    fake.script = [Fault(status=429, headers={"Retry-After": "600"}), Fault(status=503)]

    office.go_to(LONG_AFTER)

    assert [outcome for outcome, _code in attempts(office)][:3] == ["postponed", "postponed", "sent"]
    assert len(fake.taken) == len({sent.text for sent in fake.taken}) == len(of_sms(office))


def test_a_text_message_that_may_have_arrived_waits_for_a_person_and_never_leaves_again(
    office: Office, fake: FakeProvider
) -> None:
    fake.script = [Fault(takes=True)]

    office.go_to(LONG_AFTER)

    assert attempts(office)[0] == ("in_doubt", "closed")
    assert len(fake.taken) == len(of_sms(office))
    assert of_sms(office)[0] == ("in_doubt", "delivery.in_doubt")
    assert "in_doubt" in office.tasks()


def test_who_wrote_stop_gets_no_text_message_any_more_and_still_owes(office: Office, fake: FakeProvider) -> None:
    fake.script = [Fault(status=400, body=b'{"code": 21610, "message": "unsubscribed recipient"}')]

    office.go_to(LONG_AFTER)

    assert fake.taken == []
    assert of_sms(office)[0][0] == "failed"
    assert all(status == "withheld" for status, _reason in of_sms(office)[1:])
    assert office.case().balance == 1000_00
    assert len(office.reminders) > 1


# --- looked up ------------------------------------------------------------------------------------------------------


@pytest.fixture
def brevo(office: Office, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeProvider]:
    """A text message is in doubt at Brevo, whom the settings name."""
    with fake_provider() as provider:
        url = f"{provider.url}/brevo"
        table = {"provider": "brevo", "sender": "ATELIER", "brevo": {"api_key": API_KEY, "url": url}}
        monkeypatch.setenv("RELANCE_SMS", json.dumps(table))
        monkeypatch.setenv("RELANCE_DELIVERY__CHANNELS__SMS", "provider")
        sender = SmsSender("ATELIER")
        guarded = Guarded(BrevoSms(HttpDoor(url), api_key=API_KEY, sender=sender))
        office.system.outlets[Channel.SMS] = guarded  # type: ignore[index] # a dict, in tests
        office.happen(an_invoice(debtor=MOBILE, due_date=date(2026, 1, 10)))
        yield provider
        guarded.close()


def in_doubt(office: Office) -> str:
    office.go_to(LONG_AFTER)
    return str(office.one("SELECT key FROM dispatches WHERE channel = 'sms' AND status = 'in_doubt' ORDER BY key"))


def test_the_provider_that_lists_our_reference_ends_the_doubt(
    office: Office, brevo: FakeProvider, relance: CommandLine
) -> None:
    brevo.script = [Fault(takes=True)]

    done = relance("queues", "resolve", in_doubt(office), "--look-up", "--reason", "asked Brevo")

    assert done.code == 0, done.err
    assert of_sms(office)[0] == ("sent", "resolved.sent")
    assert (
        office.one("SELECT receipt FROM messages WHERE channel = 'sms' ORDER BY claimed_at LIMIT 1") == "1511882900001"
    )
    assert len(brevo.taken) == len(of_sms(office))


def test_a_provider_that_lists_nothing_yet_leaves_the_doubt_to_a_person(
    office: Office, brevo: FakeProvider, relance: CommandLine
) -> None:
    brevo.script = [Fault()]

    done = relance("queues", "resolve", in_doubt(office), "--look-up", "--reason", "asked Brevo")

    assert (done.code, "le doute reste : not-listed" in done.err) == (1, True)
    assert of_sms(office)[0] == ("in_doubt", "delivery.in_doubt")


@pytest.mark.usefixtures("fake")
def test_what_is_not_in_doubt_or_cannot_be_asked_about_stays_as_it_is(office: Office, relance: CommandLine) -> None:
    office.go_to(LONG_AFTER)
    key = office.one("SELECT min(key) FROM dispatches WHERE channel = 'sms'")

    sent = relance("queues", "resolve", key, "--look-up", "--reason", "x")
    nobody = relance("queues", "resolve", "nobody/knows/it#1", "--look-up", "--reason", "x")

    assert sent.code == 5
    assert nobody.code == 3
    assert of_sms(office)[0][0] == "sent"


def test_a_folder_cannot_be_asked_by_our_reference(office: Office, fake: FakeProvider, relance: CommandLine) -> None:
    fake.script = [Fault(takes=True)]

    done = relance("queues", "resolve", in_doubt(office), "--look-up", "--reason", "x")

    assert (done.code, "no-look-up" in done.err) == (1, True)
