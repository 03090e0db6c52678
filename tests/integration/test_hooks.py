"""Providers call back, on a real socket: proved, kept, answered, read; forged and malformed calls change nothing."""

import contextlib
import http.client
import io
import itertools
import json
import logging
from collections.abc import Iterator
from datetime import date, timedelta

import httpx
import pytest
import structlog
from pydantic import SecretStr

from tests.fake_provider import SID, TOKEN, FakeProvider, Fault, fake_provider
from tests.hook_calls import MOBILE, OVH_SECRET_PATH, SECRET, Twilio, brevo_call, web_of, with_hooks
from tests.office import Office, a_contact, a_debtor, an_invoice, office_at
from workers import logs
from workers.channels.http_door import HttpDoor
from workers.channels.provider import Guarded
from workers.channels.sms_message import SmsSender
from workers.channels.sms_twilio import TwilioSms
from workers.hooks.addresses import address_of
from workers.hooks.queue import INTAKE, repeat
from workers.settings import Settings
from workflows.invoice import Channel

CALLS = "SELECT provider, status, reason, message_id, events::text FROM hook_calls ORDER BY received_at, call_id"


@pytest.fixture
def office(settings: Settings) -> Iterator[Office]:
    with office_at(with_hooks(settings)) as opened:
        yield opened


@pytest.fixture
def web(office: Office) -> Iterator[str]:
    with web_of(office.system) as url:
        yield url


@pytest.fixture
def twilio(web: str) -> Twilio:
    return Twilio(web)


@pytest.fixture
def fake(office: Office) -> Iterator[FakeProvider]:
    """Twilio as a provider of text messages to a debtor who also has a mailbox."""
    with fake_provider() as provider:
        door = HttpDoor(f"{provider.url}/twilio", auth=(SID, TOKEN))
        receipts_at = address_of(office.system.settings, "twilio")
        sms = TwilioSms(door, account_sid=SID, sender=SmsSender("ATELIER"), receipts_at=receipts_at)
        office.system.outlets[Channel.SMS] = Guarded(sms)  # type: ignore[index] # a dict, in tests
        debtor = a_debtor("btp", a_contact(phone=MOBILE))
        office.happen(an_invoice(debtor=debtor, due_date=date(2026, 1, 10)))
        yield provider
        sms.close()


def until_an_sms(office: Office, fake: FakeProvider) -> tuple[str, str]:
    """Let time pass until a text message left; its sid and our own name for it."""
    while not fake.taken:
        office.go_on(days=1)
    [row] = office.rows("SELECT message_id, provider_id FROM messages WHERE channel = 'sms'")
    return f"SM{1:032x}", row.message_id.strip("<>")


def statuses(office: Office) -> list[str]:
    return [row.status for row in office.rows(CALLS)]


def facts(office: Office, kind: str) -> int:
    return int(office.one("SELECT count(*) FROM events WHERE kind = :kind AND status = 'accepted'", kind=kind))


# --- genuine, forged, twice ---------------------------------------------------------------------------------------


def test_a_receipt_is_kept_answered_and_told_to_the_case(office: Office, fake: FakeProvider, twilio: Twilio) -> None:
    sid, reference = until_an_sms(office, fake)

    answer = twilio.status(sid, "delivered", reference=reference)
    kept = statuses(office)
    office.work()

    assert (answer.status_code, kept) == (200, ["new"])
    assert answer.headers["content-type"].startswith("text/xml")
    assert [(row.provider, row.status, row.message_id) for row in office.rows(CALLS)] == [
        ("twilio", "done", f"<{reference}>")
    ]
    assert facts(office, "message.delivered") == 1


def test_the_same_receipt_five_times_is_one(office: Office, fake: FakeProvider, twilio: Twilio) -> None:
    sid, reference = until_an_sms(office, fake)

    answers = [twilio.status(sid, "delivered", reference=reference).status_code for _ in range(5)]
    office.work()

    assert answers == [200] * 5
    assert statuses(office) == ["done"]
    assert facts(office, "message.delivered") == 1


@pytest.mark.parametrize(
    "forged",
    [
        pytest.param({"content": b"MessageSid=SM1&MessageStatus=deliverex"}, id="one byte of the body"),
        pytest.param({"headers": {"X-Twilio-Signature": "AAAAAAAAAAAAAAAAAAAAAAAAAAA="}}, id="another signature"),
        pytest.param({"headers": {}}, id="no signature"),
        pytest.param({"headers": {"X-Twilio-Signature": "é".encode()}}, id="a signature of no alphabet"),
        pytest.param({"content": b"\xff\xfe=\xff"}, id="no text at all"),
    ],
)
def test_a_forged_call_is_told_nothing_and_changes_nothing(
    office: Office, twilio: Twilio, web: str, forged: dict[str, object]
) -> None:
    answer = twilio.call({"MessageSid": "SM1", "MessageStatus": "delivered"}, **forged)
    nowhere = httpx.post(f"{web}/hooks/nobody", content=b"x=1")

    assert (answer.status_code, answer.text) == (nowhere.status_code, nowhere.text) == (404, "404: /, /healthz\n")
    assert dict(answer.headers) | {"date": ""} == dict(nowhere.headers) | {"date": ""}
    assert statuses(office) == []


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        pytest.param("POST", f"/hooks/brevo/{SECRET[:-1]}x", 404, id="another secret"),
        pytest.param("POST", "/hooks/brevo", 404, id="no secret"),
        pytest.param("POST", f"/hooks/ovh/{SECRET}", 404, id="the secret of another"),
        pytest.param("POST", f"/hooks/brevo/{SECRET}/", 404, id="a longer path"),
        pytest.param("GET", f"/hooks/brevo/{SECRET}", 404, id="a provider that never asks so"),
        pytest.param("HEAD", f"/hooks/ovh/{OVH_SECRET_PATH}", 404, id="a look"),
        pytest.param("PUT", f"/hooks/brevo/{SECRET}", 405, id="a method nobody uses"),
        pytest.param("DELETE", "/hooks/nobody", 405, id="the same where nobody is"),
    ],
)
def test_only_who_knows_the_way_comes_in(office: Office, web: str, *, method: str, path: str, code: int) -> None:
    answer = httpx.request(method, f"{web}{path}", json=brevo_call(1, "delivered") if method == "POST" else None)

    assert answer.status_code == code
    assert statuses(office) == []


@pytest.mark.parametrize("is_announced", [True, False], ids=["announced", "dripping"])
def test_a_huge_body_is_refused_before_it_is_read(office: Office, web: str, *, is_announced: bool) -> None:
    sent = itertools.count()

    def pieces() -> Iterator[bytes]:
        for _number in range(4_096):
            next(sent)
            yield b"x" * 65_536

    headers = {"content-length": str(4_096 * 65_536)} if is_announced else {}
    try:
        code = httpx.post(f"{web}/hooks/brevo/{SECRET}", content=pieces(), headers=headers, timeout=10).status_code
    except httpx.TransportError:  # the answer came, and the rest was not wanted
        code = 413

    assert code == 413
    assert next(sent) < 4_096
    assert statuses(office) == []


# --- what is said -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"{", id="cut off"),
        pytest.param(b"<!DOCTYPE html><html></html>", id="a page in HTML"),
        pytest.param(b"[1]", id="no object"),
        pytest.param(b"[" * 100_000, id="deeper than anybody reads"),
        pytest.param(b'{"messageId": 7, "msg_status": "eaten"}', id="a status nobody documents"),
        pytest.param(b'{"msg_status": "delivered"}', id="about nothing"),
        pytest.param(b'{"messageId": 7, "msg_status": "delivered", "date": "yesterday"}', id="no moment"),
        pytest.param(b"", id="nothing"),
    ],
)
def test_what_cannot_be_read_is_kept_with_its_reason_and_stops_nobody(office: Office, web: str, body: bytes) -> None:
    answer = httpx.post(f"{web}/hooks/brevo/{SECRET}", content=body)
    httpx.post(f"{web}/hooks/brevo/{SECRET}", json=brevo_call(8, "sent"))
    office.work()

    assert answer.status_code == 200
    rows = {row.status: row for row in office.rows(CALLS)}
    assert set(rows) == {"unreadable", "done"}
    assert "send" in rows["unreadable"].reason or "status" in rows["unreadable"].reason


def test_a_number_that_does_not_exist_gets_no_text_message_any_more(
    office: Office, fake: FakeProvider, twilio: Twilio
) -> None:
    sid, reference = until_an_sms(office, fake)

    twilio.status(sid, "undelivered", reference=reference, ErrorCode="30005")
    office.work()

    assert office.rows("SELECT status, reason FROM dispatches WHERE channel = 'sms'")[0].status == "bounced"
    assert '"invalid": ["sms"]' in office.one("SELECT facts::text FROM debtors")
    assert facts(office, "message.bounced") == 1


def test_a_telephone_that_is_off_rules_no_number_out(office: Office, fake: FakeProvider, twilio: Twilio) -> None:
    sid, reference = until_an_sms(office, fake)

    twilio.status(sid, "undelivered", reference=reference, ErrorCode="30003")
    office.work()

    assert '"invalid": []' in office.one("SELECT facts::text FROM debtors")
    assert facts(office, "message.bounced") == 1


def test_a_message_that_nobody_sent_is_kept_as_such(office: Office, twilio: Twilio) -> None:
    twilio.status("SM404", "delivered", reference="0123@elsewhere.example")
    office.work()

    [row] = office.rows(CALLS)
    assert row.status == "unmatched"
    assert "no message of ours has the reference" in row.reason


# --- late, in doubt -----------------------------------------------------------------------------------------------


def test_a_call_before_the_record_of_its_message_waits_for_it(office: Office, web: str) -> None:
    httpx.post(f"{web}/hooks/brevo/{SECRET}", json=brevo_call(77, "delivered"))
    office.work()
    early = office.rows(CALLS)[0]
    office.happen(an_invoice(due_date=date(2026, 1, 10)))
    while not office.mails:
        office.go_on(days=1)
    office.write("UPDATE messages SET provider = 'brevo', provider_id = '77'")
    repeat(office.system.ledger, office.system.broker, office.clock)
    office.work()

    assert (early.status, early.reason) == ("parked", "no message of ours is known to brevo as '77'")
    assert statuses(office) == ["done"]
    assert facts(office, "message.delivered") == 1


def test_a_call_while_its_message_is_still_being_sent_waits_for_the_sender(
    office: Office, fake: FakeProvider, twilio: Twilio
) -> None:
    sid, reference = until_an_sms(office, fake)
    office.write("UPDATE messages SET status = 'claimed' WHERE channel = 'sms'")

    twilio.status(sid, "delivered", reference=reference)
    office.work()
    waiting = statuses(office)
    office.write("UPDATE messages SET status = 'sent' WHERE channel = 'sms'")
    office.jump(seconds=11)
    repeat(office.system.ledger, office.system.broker, office.clock)
    office.work()

    assert (waiting, statuses(office)) == (["parked"], ["done"])


def test_a_call_that_never_finds_its_message_ends_before_a_person(office: Office, web: str) -> None:
    httpx.post(f"{web}/hooks/brevo/{SECRET}", json=brevo_call(78, "delivered"))
    office.work()
    for _look in range(12):
        office.jump(days=1)
        repeat(office.system.ledger, office.system.broker, office.clock)
        office.work()

    assert statuses(office) == ["unmatched"]


@pytest.mark.parametrize(
    ("status", "code", "left"),
    [
        pytest.param("delivered", "", "sent", id="it arrived"),
        pytest.param("undelivered", "30003", "sent", id="it left, and did not arrive"),
        pytest.param("undelivered", "30005", "bounced", id="it came back"),
    ],
)
def test_a_doubt_ends_with_what_the_provider_reports(
    office: Office, fake: FakeProvider, twilio: Twilio, *, status: str, code: str, left: str
) -> None:
    fake.script = [Fault(takes=True)]  # the connection breaks after it was taken
    while not fake.taken:
        office.go_on(days=1)
    [row] = office.rows("SELECT message_id, status, provider_id FROM messages WHERE channel = 'sms'")
    assert (row.status, row.provider_id) == ("in_doubt", None)

    twilio.status("SM9", status, reference=row.message_id.strip("<>"), ErrorCode=code)
    office.work()

    assert [each.status for each in office.rows("SELECT status FROM dispatches WHERE channel = 'sms'")] == [left]
    assert office.one("SELECT provider_id FROM messages WHERE channel = 'sms'") == "SM9"
    assert len(fake.taken) == 1


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))), ids=str)
def test_any_order_of_calls_gives_one_state(
    office: Office, fake: FakeProvider, twilio: Twilio, order: tuple[int, ...]
) -> None:
    sid, reference = until_an_sms(office, fake)
    heard = [
        lambda: twilio.status(sid, "delivered", reference=reference),
        lambda: twilio.text("STOP"),
        lambda: twilio.status(sid, "undelivered", reference=reference, ErrorCode="30006"),
    ]
    for number in order:
        heard[number]()
        office.work()

    assert statuses(office) == ["done"] * 3
    assert [each.status for each in office.rows("SELECT status FROM dispatches WHERE channel = 'sms'")] == ["bounced"]
    assert (facts(office, "message.delivered"), facts(office, "contact.opted_out")) == (1, 1)
    assert office.case().stage == "reminding"


# --- STOP ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [pytest.param("STOP", id="as everybody writes it"), pytest.param("Stop svp", id="politely")],
)
def test_a_stop_ends_text_messages_and_nothing_else(
    office: Office, fake: FakeProvider, twilio: Twilio, text: str
) -> None:
    until_an_sms(office, fake)
    mails, debt = len(office.mails), office.case().balance

    answer = twilio.text(text)
    office.go_on(days=90)

    assert answer.text == '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'
    assert len(fake.taken) == 1
    assert len(office.mails) > mails
    assert office.case().balance == debt
    assert facts(office, "contact.opted_out") == 1


def test_a_stop_of_ovhcloud_is_the_only_number_in_its_call(office: Office, fake: FakeProvider, web: str) -> None:
    until_an_sms(office, fake)

    where = f"{web}/hooks/ovh/{OVH_SECRET_PATH}?what=stop"
    answer = httpx.get(f"{where}&id=123456789&sender={MOBILE}&date=20260302120000")  # its + was not escaped
    office.work()

    assert answer.status_code == 200
    assert facts(office, "contact.opted_out") == 1


def test_a_stop_of_nobody_we_know_waits_for_a_person(office: Office, twilio: Twilio) -> None:
    twilio.text("STOP", From="+33699999999")
    office.work()

    [row] = office.rows(CALLS)
    assert (row.status, "+336" in row.reason) == ("unmatched", False)


def test_an_answer_by_text_message_is_read_as_one_by_mail_is(
    office: Office, fake: FakeProvider, twilio: Twilio
) -> None:
    until_an_sms(office, fake)

    twilio.text("Bonjour, le virement partira vendredi.")
    office.work()

    [reply] = office.rows("SELECT status, sender, reading::text AS reading FROM incoming")
    assert (reply.status, reply.sender) == ("reply", MOBILE)
    assert '"promise"' in reply.reading
    assert "reply" in office.tasks()


# --- never lost -----------------------------------------------------------------------------------------------------


def test_a_call_that_was_lost_on_its_way_to_the_queue_is_read_all_the_same(
    office: Office, fake: FakeProvider, twilio: Twilio
) -> None:
    sid, reference = until_an_sms(office, fake)
    twilio.status(sid, "delivered", reference=reference)
    office.system.broker.flush(INTAKE)
    office.work()
    lost = statuses(office)
    office.jump(seconds=61)

    office.system.relay.sweep()
    office.work()

    assert (lost, statuses(office)) == (["new"], ["done"])


def test_while_the_ledger_is_away_the_provider_is_asked_to_call_again(settings: Settings) -> None:
    from workers.wiring import open_system  # noqa: PLC0415 - this test has a system of its own

    away = SecretStr("postgresql+psycopg://nobody@127.0.0.1:1/none")
    system = open_system(with_hooks(settings).model_copy(update={"postgres_url": away}), migrate=False)
    try:
        with web_of(system) as url:
            answer = httpx.post(f"{url}/hooks/brevo/{SECRET}", json=brevo_call(1, "delivered"), timeout=20)
            health = httpx.get(f"{url}/healthz")
    finally:
        system.close()

    assert (answer.status_code, answer.headers["retry-after"], answer.text) == (503, "60", "")
    assert health.status_code == 503


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What a web process writes to its log."""
    root, stream = logging.getLogger(), io.StringIO()
    handlers, level = list(root.handlers), root.level
    logs.configure(stream=stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def test_the_log_of_calls_holds_no_secret_and_no_number(lines: io.StringIO, office: Office, web: str) -> None:
    body = json.dumps(brevo_call(1, "delivered"))
    asked = (
        ("POST", f"/hooks/brevo/{SECRET}", body),
        ("GET", f"/hooks/ovh/{OVH_SECRET_PATH}?id=1&ptt=4&description=1&to={MOBILE}", None),
        ("POST", f"/hooks/{SECRET}/{SECRET}", body),
    )
    for method, path, content in asked:  # httpx would log the address itself
        with contextlib.closing(http.client.HTTPConnection(web.removeprefix("http://"), timeout=10)) as connection:
            connection.request(method, path, content)
            connection.getresponse().read()
    office.work()
    written = lines.getvalue()

    assert written.count('"hook_called"') == 3
    assert '"hook_call_read"' in written
    assert [word for word in (SECRET, OVH_SECRET_PATH, MOBILE[1:]) if word in written] == []


def test_a_stored_call_holds_no_secret(office: Office, web: str) -> None:
    httpx.post(f"{web}/hooks/brevo/{SECRET}?reference=a%40b", json=brevo_call(1, "delivered"))

    [row] = office.rows("SELECT * FROM hook_calls")
    assert row.url == "https://relance.example.com/hooks/brevo?reference=a%40b"
    assert SECRET not in str(row)
    assert row.again_at - row.received_at == timedelta(minutes=1)
