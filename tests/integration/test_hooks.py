"""Providers call back, on a real socket: proved, kept, answered; forged and huge calls change nothing, none is lost."""

import contextlib
import http.client
import io
import itertools
import json
import logging
import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
import structlog
from pydantic import SecretStr

from tests.fake_provider import FakeProvider
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
    web_of,
    with_hooks,
)
from tests.office import Office, office_at
from tests.until import until
from workers import logs
from workers.hooks.queue import INTAKE
from workers.processes import run_worker
from workers.settings import Settings


@pytest.fixture
def office(settings: Settings) -> Iterator[Office]:
    with office_at(with_hooks(settings)) as opened:
        yield opened


def test_a_receipt_is_kept_answered_and_told_to_the_case(
    office: Office, fake_twilio: FakeProvider, twilio: Twilio
) -> None:
    sid, reference = until_an_sms(office, fake_twilio)

    answer = twilio.status(sid, "delivered", reference=reference)
    kept = statuses(office)
    read_all(office)

    assert (answer.status_code, kept) == (200, ["new"])
    assert answer.headers["content-type"].startswith("text/xml")
    assert [(row.provider, row.status, row.message_id) for row in office.rows(CALLS)] == [
        ("twilio", "done", f"<{reference}>")
    ]
    assert facts(office, "message.delivered") == 1


def test_the_same_receipt_five_times_is_one(office: Office, fake_twilio: FakeProvider, twilio: Twilio) -> None:
    sid, reference = until_an_sms(office, fake_twilio)

    answers = [twilio.status(sid, "delivered", reference=reference).status_code for _ in range(5)]
    read_all(office)

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
    office: Office, twilio: Twilio, web: str, forged: dict[str, Any]
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


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("/hooks/brevo/nobody-knows-this-0123456789", id="an open provider, another secret"),
        pytest.param("/hooks/twilio", id="a provider that signs what it says"),
        pytest.param("/hooks/nobody", id="nobody"),
    ],
)
@pytest.mark.parametrize(("size", "code"), [(60_000, 404), (70_000, 413)])
def test_strangers_are_read_little_and_told_nothing(web: str, path: str, *, size: int, code: int) -> None:
    assert httpx.post(f"{web}{path}", content=b"x" * size).status_code == code


def test_who_proves_it_at_once_may_say_much(office: Office, web: str) -> None:
    many = [brevo_call(number, "sent") for number in range(3_000)]

    answer = httpx.post(f"{web}/hooks/brevo/{SECRET}", json=many, timeout=10)

    assert int(answer.request.headers["content-length"]) > 500_000
    assert answer.status_code == 200
    assert len(statuses(office)) == 1


def test_a_body_with_two_lengths_is_refused_and_nothing_is_read_behind_it(web: str) -> None:
    host, port = web.removeprefix("http://").split(":")
    asked = (
        f"POST /hooks/brevo/{SECRET} HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"
        "0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    )
    with socket.create_connection((host, int(port)), timeout=10) as line:
        line.sendall(asked.encode())
        answers = b"".join(iter(lambda: line.recv(65_536), b""))

    assert answers.startswith(b"HTTP/1.1 400")
    assert answers.count(b"HTTP/1.1 ") == 1


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


def test_a_call_that_was_lost_on_its_way_to_the_queue_is_read_all_the_same(
    office: Office, fake_twilio: FakeProvider, twilio: Twilio
) -> None:
    sid, reference = until_an_sms(office, fake_twilio)
    twilio.status(sid, "delivered", reference=reference)
    until(lambda: office.system.broker.queue_stats([INTAKE])[0].ready)
    office.system.broker.flush(INTAKE)
    office.work()
    lost = statuses(office)
    office.jump(seconds=61)

    office.system.relay.sweep()
    read_all(office)

    assert (lost, statuses(office)) == (["new"], ["done"])


def test_a_worker_reads_what_the_web_process_took(office: Office, fake_twilio: FakeProvider, twilio: Twilio) -> None:
    sid, reference = until_an_sms(office, fake_twilio)
    stopping = threading.Event()
    words = {"queues": [INTAKE], "threads": 1, "until": stopping}
    worker = threading.Thread(target=run_worker, args=(office.system,), kwargs=words)
    worker.start()
    try:
        twilio.status(sid, "delivered", reference=reference)
        until(lambda: statuses(office) == ["done"])
    finally:
        stopping.set()
        worker.join()

    assert facts(office, "message.delivered") == 1


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


def test_what_the_ledger_says_of_a_call_it_cannot_keep_is_not_logged(
    lines: io.StringIO, office: Office, twilio: Twilio
) -> None:
    office.write("ALTER TABLE hook_calls RENAME TO gone")  # its error would quote the whole call

    answer = twilio.text("Je paie demain")

    assert answer.status_code == 503
    assert "hook_call_not_kept" in lines.getvalue()
    assert [word for word in (MOBILE[1:], "demain") if word in lines.getvalue()] == []


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
    read_all(office)
    written = lines.getvalue()

    assert written.count('"hook_called"') == 3
    assert '"hook_call_read"' in written
    assert [word for word in (SECRET, OVH_SECRET_PATH, MOBILE[1:]) if word in written] == []


@pytest.mark.parametrize("written", [SECRET, SECRET.replace("-", "%2D")], ids=["as given", "in escapes"])
def test_a_stored_call_holds_no_secret(office: Office, web: str, written: str) -> None:
    httpx.post(f"{web}/hooks/brevo/{written}?reference=a%40b", json=brevo_call(1, "delivered"))

    [row] = office.rows("SELECT * FROM hook_calls")
    assert row.url == "https://relance.example.com/hooks/brevo?reference=a%40b"
    assert SECRET not in str(row).replace("%2D", "-")
    assert row.again_at - row.received_at == timedelta(minutes=1)
