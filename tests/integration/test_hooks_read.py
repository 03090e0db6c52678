"""What the calls of providers say: read once, in any order, late, about a doubt, about a telephone number."""

import itertools
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import httpx
import pytest

from tests.fake_provider import FakeProvider, Fault
from tests.hook_calls import (
    CALLS,
    MOBILE,
    OVH_SECRET_PATH,
    SECRET,
    Twilio,
    brevo_call,
    facts,
    read_all,
    statuses,
    until_an_sms,
    with_hooks,
)
from tests.office import Office, a_contact, a_debtor, an_invoice, office_at
from tests.until import until
from workers.hooks import matching
from workers.hooks.queue import repeat
from workers.hooks.take import take
from workers.operations import dispatches
from workers.operations.doing import Doing
from workers.settings import Settings
from workflows.events import ContactOptedIn
from workflows.invoice import Channel

UNKNOWN = "brevo ne connaît aucun de nos messages sous le nom '77'\nno message of ours is known to brevo as '77'"


@pytest.fixture
def office(settings: Settings) -> Iterator[Office]:
    with office_at(with_hooks(settings)) as opened:
        yield opened


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
    read_all(office)

    assert answer.status_code == 200
    rows = {row.status: row for row in office.rows(CALLS)}
    assert set(rows) == {"unreadable", "done"}
    assert "send" in rows["unreadable"].reason or "status" in rows["unreadable"].reason


@pytest.mark.parametrize(
    ("query", "said"),
    [
        pytest.param("?reference=a%00%40b.example", {"messageId": 9, "msg_status": "delivered"}, id="a reference"),
        pytest.param("", {"messageId": "9\0", "msg_status": "delivered"}, id="a name of the provider"),
        pytest.param("", {"messageId": "\ud800", "msg_status": "delivered"}, id="half a character"),
        pytest.param("", {"messageId": 9, "msg_status": "se\0nt"}, id="a status"),
        pytest.param("", {"messageId": 9, "msg_status": "reply", "to": MOBILE, "reply": "\ud800"}, id="an answer"),
    ],
)
@pytest.mark.usefixtures("fake_twilio")
def test_what_no_text_of_the_ledger_can_hold_stops_nobody(
    office: Office, web: str, query: str, said: dict[str, object]
) -> None:
    httpx.post(f"{web}/hooks/brevo/{SECRET}{query}", content=json.dumps(said).encode())
    read_all(office)

    assert statuses(office) in (["unreadable"], ["done"])


def test_a_number_that_does_not_exist_gets_no_text_message_any_more(
    office: Office, fake_twilio: FakeProvider, twilio: Twilio
) -> None:
    sid, reference = until_an_sms(office, fake_twilio)

    twilio.status(sid, "undelivered", reference=reference, ErrorCode="30005")
    read_all(office)

    assert office.rows("SELECT status, reason FROM dispatches WHERE channel = 'sms'")[0].status == "bounced"
    assert '"invalid": ["sms"]' in office.one("SELECT facts::text FROM debtors")
    assert facts(office, "message.bounced") == 1


def test_one_event_in_calls_that_differ_is_one_event(office: Office, fake_twilio: FakeProvider, twilio: Twilio) -> None:
    sid, reference = until_an_sms(office, fake_twilio)

    twilio.status(sid, "delivered", reference=reference)
    read_all(office)
    office.jump(seconds=5)
    twilio.status(sid, "delivered", reference=reference, ChannelToAddress="new")
    read_all(office)

    assert statuses(office) == ["done", "done"]
    assert office.one("SELECT count(*) FROM events WHERE kind = 'message.delivered'") == 1
    assert office.one("SELECT count(*) FROM rejects") == 0


def test_a_telephone_that_is_off_rules_no_number_out(office: Office, fake_twilio: FakeProvider, twilio: Twilio) -> None:
    sid, reference = until_an_sms(office, fake_twilio)

    twilio.status(sid, "undelivered", reference=reference, ErrorCode="30003")
    read_all(office)

    assert '"invalid": []' in office.one("SELECT facts::text FROM debtors")
    assert facts(office, "message.bounced") == 1


def test_a_message_that_nobody_sent_is_kept_as_such(office: Office, twilio: Twilio) -> None:
    twilio.status("SM404", "delivered", reference="0123@elsewhere.example")
    read_all(office)

    [row] = office.rows(CALLS)
    assert row.status == "unmatched"
    assert "no message of ours has the reference" in row.reason


def test_a_call_before_the_record_of_its_message_waits_for_it(office: Office, web: str) -> None:
    httpx.post(f"{web}/hooks/brevo/{SECRET}", json=brevo_call(77, "delivered"))
    read_all(office)
    early = office.rows(CALLS)[0]
    office.happen(an_invoice(due_date=date(2026, 1, 10)))
    while not office.mails:
        office.go_on(days=1)
    office.write("UPDATE messages SET provider = 'brevo', provider_id = '77'")
    repeat(office.system.ledger, office.system.broker, office.clock)
    read_all(office)

    assert (early.status, early.reason) == ("parked", UNKNOWN)
    assert statuses(office) == ["done"]
    assert facts(office, "message.delivered") == 1


def test_a_call_while_its_message_is_still_being_sent_waits_for_the_sender(
    office: Office, fake_twilio: FakeProvider, twilio: Twilio
) -> None:
    sid, reference = until_an_sms(office, fake_twilio)
    office.write("UPDATE messages SET status = 'claimed' WHERE channel = 'sms'")

    twilio.status(sid, "delivered", reference=reference)
    read_all(office)
    waiting = statuses(office)
    office.write("UPDATE messages SET status = 'sent' WHERE channel = 'sms'")
    office.jump(seconds=11)
    repeat(office.system.ledger, office.system.broker, office.clock)
    read_all(office)

    assert (waiting, statuses(office)) == (["parked"], ["done"])


def test_a_call_that_never_finds_its_message_ends_before_a_person(office: Office, web: str) -> None:
    httpx.post(f"{web}/hooks/brevo/{SECRET}", json=brevo_call(78, "delivered"))
    read_all(office)
    for _look in range(12):
        office.jump(days=1)
        repeat(office.system.ledger, office.system.broker, office.clock)
        read_all(office)

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
    office: Office, fake_twilio: FakeProvider, twilio: Twilio, *, status: str, code: str, left: str
) -> None:
    fake_twilio.script = [Fault(takes=True)]  # the connection breaks after it was taken
    while not fake_twilio.taken:
        office.go_on(days=1)
    [row] = office.rows("SELECT message_id, status, provider_id FROM messages WHERE channel = 'sms'")
    assert (row.status, row.provider_id) == ("in_doubt", None)

    twilio.status("SM9", status, reference=row.message_id.strip("<>"), ErrorCode=code)
    read_all(office)

    assert [each.status for each in office.rows("SELECT status FROM dispatches WHERE channel = 'sms'")] == [left]
    assert office.one("SELECT provider_id FROM messages WHERE channel = 'sms'") == "SM9"
    assert len(fake_twilio.taken) == 1


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))), ids=str)
def test_any_order_of_calls_gives_one_state(
    office: Office, fake_twilio: FakeProvider, twilio: Twilio, order: tuple[int, ...]
) -> None:
    sid, reference = until_an_sms(office, fake_twilio)
    heard = [
        lambda: twilio.status(sid, "delivered", reference=reference),
        lambda: twilio.text("STOP"),
        lambda: twilio.status(sid, "undelivered", reference=reference, ErrorCode="30006"),
    ]
    for number in order:
        heard[number]()
        read_all(office)

    assert statuses(office) == ["done"] * 3
    assert [each.status for each in office.rows("SELECT status FROM dispatches WHERE channel = 'sms'")] == ["bounced"]
    assert (facts(office, "message.delivered"), facts(office, "contact.opted_out")) == (1, 1)
    assert office.case().stage == "reminding"


@pytest.mark.parametrize(
    "text",
    [pytest.param("STOP", id="as everybody writes it"), pytest.param("Stop svp", id="politely")],
)
def test_a_stop_ends_text_messages_and_nothing_else(
    office: Office, fake_twilio: FakeProvider, twilio: Twilio, text: str
) -> None:
    until_an_sms(office, fake_twilio)
    mails, debt = len(office.mails), office.case().balance

    answer = twilio.text(text)
    office.go_on(days=90)

    assert answer.text == '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'
    assert len(fake_twilio.taken) == 1
    assert len(office.mails) > mails
    assert office.case().balance == debt
    assert facts(office, "contact.opted_out") == 1


def test_a_stop_of_ovhcloud_is_the_only_number_in_its_call(office: Office, fake_twilio: FakeProvider, web: str) -> None:
    until_an_sms(office, fake_twilio)

    where = f"{web}/hooks/ovh/{OVH_SECRET_PATH}?what=stop"
    answer = httpx.get(f"{where}&id=123456789&sender={MOBILE}&date=20260302120000")  # its + was not escaped
    read_all(office)

    assert answer.status_code == 200
    assert facts(office, "contact.opted_out") == 1


def test_a_stop_after_a_new_welcome_counts_although_it_says_the_same(
    office: Office, fake_twilio: FakeProvider, web: str
) -> None:
    until_an_sms(office, fake_twilio)
    stop = f"{web}/hooks/ovh/{OVH_SECRET_PATH}?what=stop&sender=0033612345678"  # neither an event nor an instant
    httpx.get(stop)
    read_all(office)
    office.go_on(days=1)
    office.happen(
        ContactOptedIn(event_id="in", at=office.clock.now(), debtor_ref="btp", channel=Channel.SMS, address=MOBILE)
    )
    office.go_on(days=1)

    httpx.get(stop)
    httpx.get(stop)
    read_all(office)

    assert facts(office, "contact.opted_out") == 2


def test_a_call_about_a_message_of_another_provider_is_not_believed(
    office: Office, fake_twilio: FakeProvider, web: str
) -> None:
    _sid, reference = until_an_sms(office, fake_twilio)

    httpx.post(f"{web}/hooks/brevo/{SECRET}?reference={reference}", json=brevo_call(5, "hard_bounce"))
    read_all(office)

    assert statuses(office) == ["unmatched"]
    assert facts(office, "message.bounced") == 0


def test_an_unknown_reference_does_not_hide_the_providers_own_name(
    office: Office, fake_twilio: FakeProvider, twilio: Twilio
) -> None:
    sid, _reference = until_an_sms(office, fake_twilio)

    twilio.status(sid, "delivered", reference="torn")
    read_all(office)

    assert (statuses(office), facts(office, "message.delivered")) == (["done"], 1)


def test_what_a_person_just_took_back_is_not_told_as_arrived(
    office: Office, fake_twilio: FakeProvider, twilio: Twilio, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_twilio.script = [Fault(takes=True)]
    while not fake_twilio.taken:
        office.go_on(days=1)
    [row] = office.rows("SELECT message_id FROM messages WHERE channel = 'sms'")
    looked = matching.message_of

    def a_person_is_faster(*given: Any) -> Any:  # noqa: ANN401 - as what it stands before
        found = looked(*given)
        assert found is not None
        assert found.status == "in_doubt"
        dispatches.resolve_resend(office.system.engine, row.message_id, Doing("anne", "rien n’est parti"))
        return found

    monkeypatch.setattr("workers.hooks.matching.message_of", a_person_is_faster)
    twilio.status("SM9", "delivered", reference=row.message_id.strip("<>"))
    until(lambda: statuses(office) == ["new"])
    [call] = office.rows("SELECT call_id FROM hook_calls")

    assert take(office.system, call.call_id) == "refused"
    assert facts(office, "message.delivered") == 0


def test_a_doubt_that_several_end_at_once_ends_once(office: Office, fake_twilio: FakeProvider, twilio: Twilio) -> None:
    """A provider's call, read by two workers, against one person who says that it left and one who says it did not."""
    debtors = [a_debtor(f"d{number}", a_contact(phone=MOBILE)) for number in range(3)]
    office.happen(*(an_invoice(debtor.ref, debtor=debtor, due_date=date(2026, 1, 10)) for debtor in debtors))
    fake_twilio.script = [Fault(takes=True) for _debtor in range(len(debtors) + 1)]  # the circuit opens with the fifth
    while len(fake_twilio.taken) <= len(debtors):
        office.go_on(days=1)
        assert office.clock.now() < datetime(2026, 4, 1, tzinfo=UTC), office.dispatches()
    doubts = [row.message_id for row in office.rows("SELECT message_id FROM messages WHERE status = 'in_doubt'")]
    for message_id in doubts:
        twilio.status(f"SM{message_id[1:9]}", "delivered", reference=message_id.strip("<>"))
    until(lambda: statuses(office) == ["new"] * len(doubts))
    calls = [row.call_id for row in office.rows("SELECT call_id FROM hook_calls")]
    engine, anne = office.system.engine, Doing("anne", "au téléphone")

    with ThreadPoolExecutor(4) as pool:
        for call_id, message_id in zip(calls, doubts, strict=True):
            acts: list[Callable[[], object]] = [
                partial(take, office.system, call_id), partial(take, office.system, call_id),
                partial(dispatches.resolve_sent, engine, message_id, anne),
                partial(dispatches.resolve_resend, engine, message_id, anne),
            ]  # fmt: skip
            for done in [pool.submit(act) for act in acts]:
                done.result()

    ends = office.rows(
        "SELECT dispatches.status, (SELECT count(*) FROM events WHERE kind = 'message.delivered' AND "
        "body->>'message_id' = message_id) AS told FROM dispatches WHERE message_id = ANY(:doubts)", doubts=doubts
    )  # fmt: skip
    assert len(ends) == len(doubts) == len(debtors) + 1
    assert {(row.status, row.told) for row in ends} <= {("sent", 1), ("wanted", 0)}


def test_a_stop_of_nobody_we_know_waits_for_a_person(office: Office, twilio: Twilio) -> None:
    twilio.text("STOP", From="+33699999999")
    read_all(office)

    [row] = office.rows(CALLS)
    assert (row.status, "+336" in row.reason) == ("unmatched", False)


def test_an_answer_by_text_message_is_read_as_one_by_mail_is(
    office: Office, fake_twilio: FakeProvider, twilio: Twilio
) -> None:
    until_an_sms(office, fake_twilio)

    twilio.text("Bonjour, le virement partira vendredi.")
    read_all(office)

    [reply] = office.rows("SELECT status, sender, reading::text AS reading FROM incoming")
    assert (reply.status, reply.sender) == ("reply", MOBILE)
    assert '"promise"' in reply.reading
    assert "reply" in office.tasks()
