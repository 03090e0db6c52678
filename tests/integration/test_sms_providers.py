"""The three providers of text messages against their documented interfaces on a real socket, and what goes wrong."""

import json
import random
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import httpx
import pytest
from structlog.testing import capture_logs

from tests.fake_provider import (
    API_KEY,
    HTML,
    OVH_CONSUMER,
    OVH_KEY,
    OVH_SECRET,
    OVH_SERVICE,
    SID,
    TOKEN,
    FakeProvider,
    Fault,
    fake_provider,
)
from workers.channels.base import ChannelError, InDoubt, OutgoingMessage, Receipt, Refused, TryLater
from workers.channels.http_door import LONGEST_ANSWER, HttpDoor
from workers.channels.provider import Guarded, Provider
from workers.channels.sms_brevo import BrevoSms
from workers.channels.sms_message import SmsSender
from workers.channels.sms_ovh import OvhKeys, OvhSms, signature
from workers.channels.sms_twilio import TwilioSms

SENDER = SmsSender("ATELIER", Decimal("0.065"))
KEYS = OvhKeys(OVH_KEY, OVH_SECRET, OVH_CONSUMER)
SMS = OutgoingMessage(
    dispatch_id="atelier/F-1/fr_standard@1/2", channel="sms", to="+33612345678", sender="compta@atelier.example",
    subject="", text="Facture F-1 : 1 000,00 € restent dus.", message_id="<abc@atelier.example>",
    date=datetime(2026, 2, 10, 9, tzinfo=UTC),
)  # fmt: skip
Make = Callable[..., Provider]


def brevo(url: str, *, api_key: str = API_KEY, **door: float) -> Provider:
    return BrevoSms(HttpDoor(f"{url}/brevo", **door), api_key=api_key, sender=SENDER)  # type: ignore[arg-type] # two times in seconds


def twilio(url: str, *, api_key: str = TOKEN, **door: float) -> Provider:
    return TwilioSms(HttpDoor(f"{url}/twilio", auth=(SID, api_key), **door), account_sid=SID, sender=SENDER)  # type: ignore[arg-type] # as above


def ovh(url: str, *, api_key: str = OVH_SECRET, **door: float) -> Provider:
    keys = replace(KEYS, application_secret=api_key)
    return OvhSms(HttpDoor(f"{url}/ovh", **door), keys, service=OVH_SERVICE, sender=SENDER)  # type: ignore[arg-type] # as above


@pytest.fixture
def fake() -> Iterator[FakeProvider]:
    with fake_provider() as provider:
        yield provider


ALL = pytest.mark.parametrize("make", [brevo, twilio, ovh])


def outcome(provider: Provider, message: OutgoingMessage = SMS) -> Receipt | ChannelError:
    try:
        return provider.send(message)
    except ChannelError as error:
        return error
    finally:
        provider.close()


@ALL
def test_a_message_is_taken_once_with_its_sender_number_and_words(fake: FakeProvider, make: Make) -> None:
    receipt = outcome(make(fake.url))

    assert isinstance(receipt, Receipt)
    assert receipt.provider_id
    [sent] = fake.taken
    assert (sent.to, sent.sender, sent.text) == ("+33612345678", "ATELIER", "Facture F-1 : 1 000,00 € restent dus.")


def test_each_provider_is_told_that_this_is_no_advertisement(fake: FakeProvider) -> None:
    outcome(brevo(fake.url))
    outcome(ovh(fake.url))

    by_brevo, by_ovh = (sent.facts for sent in fake.taken)
    assert (by_brevo["type"], by_brevo["tag"]) == ("transactional", "abc@atelier.example")
    assert by_ovh["noStopClause"] is True


@ALL
def test_letters_beyond_gsm_travel_as_unicode(fake: FakeProvider, make: Make) -> None:
    outcome(make(fake.url), replace(SMS, text="Счёт F-1"))

    [sent] = fake.taken
    assert sent.text == "Счёт F-1"
    assert sent.facts.get("unicodeEnabled", True) is True
    assert sent.facts.get("coding", "8bit") == "8bit"


@ALL
def test_length_and_price_are_in_the_log_before_a_message_leaves(fake: FakeProvider, make: Make) -> None:
    fake.script = [Fault(status=500)]
    with capture_logs() as logs:
        outcome(make(fake.url), replace(SMS, text="a" * 200))

    [line] = [log for log in logs if log["event"] == "sms_leaves"]
    assert (line["segments"], line["alphabet"], line["euros"]) == (2, "GSM-7", "0.130")


BAD_JSON = b'{"code": 21211, "message": "recipient or receiver: number is wrong"}'


@ALL
@pytest.mark.parametrize(
    ("fault", "kind", "code"),
    [
        pytest.param(Fault(status=400, body=BAD_JSON), Refused, "400", id="refused"),
        pytest.param(Fault(status=401, body=b"{}"), TryLater, "401", id="our key"),
        pytest.param(Fault(status=402, body=b"{}"), TryLater, "402", id="no credit left"),
        pytest.param(Fault(status=302, headers={"location": "/login"}), TryLater, "302", id="moved"),
        pytest.param(Fault(status=429, headers={"Retry-After": "90"}), TryLater, "429", id="too many"),
        pytest.param(Fault(status=503, body=HTML, media_type="text/html"), TryLater, "503", id="closed for now"),
        pytest.param(Fault(status=500, body=b"{}"), InDoubt, "500", id="failed, who knows where"),
        pytest.param(Fault(status=504, takes=True), InDoubt, "504", id="a gateway gave up"),
        pytest.param(Fault(status=200, body=HTML, media_type="text/html"), InDoubt, "200", id="a page in HTML"),
        pytest.param(Fault(status=200, body=b"[" * 100_000), InDoubt, "200", id="JSON deeper than anybody reads"),
        pytest.param(Fault(status=200, body=b'{"ok": false}'), InDoubt, "200", id="accepted without an identifier"),
        pytest.param(Fault(status=200, body=b"[1]"), InDoubt, "200", id="JSON, but no object"),
        pytest.param(Fault(takes=True), InDoubt, "closed", id="cut after accepting"),
        pytest.param(Fault(), InDoubt, "closed", id="cut before accepting: nobody can tell"),
        pytest.param(Fault(takes=True, hangs=True), InDoubt, "timeout", id="silent after accepting"),
        pytest.param(
            Fault(takes=True, status=200, body=b"x" * (LONGEST_ANSWER + 1)), InDoubt, "too-long", id="an endless answer"
        ),
    ],
)
def test_what_goes_wrong_has_one_meaning_with_every_provider(
    fake: FakeProvider, make: Make, *, fault: Fault, kind: type[ChannelError], code: str
) -> None:
    fake.script = [replace(fault)]

    error = outcome(make(fake.url, timeout_s=0.3))

    assert isinstance(error, kind), error
    assert error.code == code
    assert len(error.text) < 400


@ALL
def test_a_number_that_the_provider_blames_is_marked(fake: FakeProvider, make: Make) -> None:
    fake.script = [Fault(status=400, body=BAD_JSON)]

    error = outcome(make(fake.url))

    assert isinstance(error, Refused)
    assert error.address_is_bad


@pytest.mark.parametrize(
    ("code", "kind", "marked"),
    [
        pytest.param(21610, Refused, True, id="whoever wrote STOP is not asked again"),
        pytest.param(21617, Refused, False, id="too long a text says nothing about the number"),
        pytest.param(21606, TryLater, False, id="our own sender is at fault"),
    ],
)
def test_codes_of_twilio(fake: FakeProvider, code: int, kind: type[ChannelError], *, marked: bool) -> None:
    fake.script = [Fault(status=400, body=json.dumps({"code": code, "message": "no"}).encode())]

    error = outcome(twilio(fake.url))

    assert isinstance(error, kind)
    assert getattr(error, "address_is_bad", False) is marked


def test_a_message_that_twilio_made_and_failed_at_once_is_refused_though_http_says_success(fake: FakeProvider) -> None:
    body = {"sid": "SM1", "status": "failed", "error_code": 21614, "error_message": "not a mobile number"}
    fake.script = [Fault(status=201, body=json.dumps(body).encode())]

    error = outcome(twilio(fake.url))

    assert isinstance(error, Refused)
    assert error.address_is_bad


def test_a_receiver_that_ovh_turns_down_is_refused_though_http_says_success(fake: FakeProvider) -> None:
    fake.script = [Fault(status=200, body=b'{"ids": [], "invalidReceivers": ["+33612345678"]}')]

    error = outcome(ovh(fake.url))

    assert isinstance(error, Refused)
    assert error.address_is_bad


@ALL
def test_a_wrong_key_is_our_setting_and_never_the_debtors_fault(fake: FakeProvider, make: Make) -> None:
    error = outcome(make(fake.url, api_key="wrong"))

    assert not fake.taken
    assert isinstance(error, TryLater)
    assert error.retry_after_s == 300


@pytest.mark.parametrize("header", ["Retry-After", "x-sib-ratelimit-reset"])
def test_the_wait_that_a_provider_asks_for_is_kept(fake: FakeProvider, header: str) -> None:
    fake.script = [Fault(status=429, headers={header: "90"})]

    error = outcome(brevo(fake.url))

    assert isinstance(error, TryLater)
    assert error.retry_after_s == 90


@ALL
def test_nobody_listening_means_that_nothing_left(make: Make) -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]

    assert isinstance(outcome(make(f"http://127.0.0.1:{port}")), TryLater)


@ALL
@pytest.mark.parametrize(
    ("to", "code"),
    [
        pytest.param("+33476001122", "fixed-line", id="a fixed line in Grenoble"),
        pytest.param("+262262123456", "fixed-line", id="a fixed line in La Réunion"),
        pytest.param("06 12 34 56 78", "bad-number", id="a national form"),
        pytest.param("+33612345678\r\nX: 1", "bad-number", id="a line break"),
    ],
)
def test_a_number_that_no_text_reaches_is_refused_before_anybody_is_asked(
    fake: FakeProvider, make: Make, to: str, code: str
) -> None:
    error = outcome(make(fake.url), replace(SMS, to=to))

    assert isinstance(error, Refused)
    assert (error.code, error.address_is_bad, fake.asked) == (code, True, [])


@ALL
@pytest.mark.parametrize("to", ["+262692123456", "+590690123456", "+596696123456", "+594694123456", "+32470123456"])
def test_mobiles_overseas_and_abroad_are_reached(fake: FakeProvider, make: Make, to: str) -> None:
    outcome(make(fake.url), replace(SMS, to=to))

    assert [sent.to for sent in fake.taken] == [to]


@ALL
def test_the_doctor_sees_credit_or_account_sender_and_price_and_sends_nothing(fake: FakeProvider, make: Make) -> None:
    provider = make(fake.url)
    line = provider.check()
    provider.close()

    assert "0.065 € each" in line
    assert "ATELIER" in line
    assert "42 SMS credits" in line or "active" in line
    assert not fake.taken


@ALL
def test_the_doctor_hears_of_a_wrong_key(fake: FakeProvider, make: Make) -> None:
    provider = make(fake.url, api_key="wrong")
    with pytest.raises(ChannelError):
        provider.check()
    provider.close()


def test_the_signature_of_ovh_is_the_documented_one() -> None:
    keys = OvhKeys("7kbG7Bk7S9Nt7ZSV", "EXEgWIz07P0HYwtQDs7cNIqCiQaWSuHF", "MtSwSrPpNjqfVSmJhLbPyr2i45lSwPU1")
    url = "https://eu.api.ovh.com/1.0/domains/"

    signed = signature(keys, "GET", url, body="", timestamp=1_366_560_945)

    assert signed == "$1$d3705e8afb27a0d2970a322b96550abfc67bb798"


def dripping() -> Iterator[bytes]:
    for _ in range(100):
        time.sleep(0.01)
        yield b" "


def test_an_answer_that_drips_for_ever_ends_at_the_deadline() -> None:
    network = httpx.MockTransport(lambda _request: httpx.Response(201, content=dripping()))
    door = HttpDoor("https://provider.example", deadline_s=0.05, transport=network)

    error = outcome(BrevoSms(door, api_key=API_KEY, sender=SENDER))

    assert isinstance(error, InDoubt)
    assert error.code == "timeout"


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(httpx.Response(500), id="it fails"),
        pytest.param(httpx.Response(200, html="<p>12:00</p>"), id="a page in HTML"),
        pytest.param(httpx.ReadTimeout("silence"), id="it is silent"),
    ],
)
def test_before_ovh_has_told_its_time_nothing_has_left(answer: httpx.Response | httpx.HTTPError) -> None:
    def ask(request: httpx.Request) -> httpx.Response:
        assert request.url.path == "/auth/time"
        if isinstance(answer, httpx.HTTPError):
            raise answer
        return answer

    door = HttpDoor("https://provider.example", transport=httpx.MockTransport(ask))

    assert isinstance(outcome(OvhSms(door, KEYS, service=OVH_SERVICE, sender=SENDER)), TryLater)


# --- never twice ----------------------------------------------------------------------------------------------------


class Line:
    """The network between us and a provider that takes what reaches it: it fails as a seed says."""

    def __init__(self, seed: int) -> None:
        self.taken, self._random = 0, random.Random(seed)  # noqa: S311 - no secret

    def __call__(self, request: httpx.Request) -> httpx.Response:
        match self._random.choice(("take", "refuse", "500", "500 taken", "429", "503", "hang", "cut", "html", "door")):
            case "take":
                return self._take(request)
            case "refuse":
                return httpx.Response(400, json={"code": "x", "message": "no"})
            case "500":
                return httpx.Response(500)
            case "500 taken":
                self._take(request)
                return httpx.Response(500)
            case "429" | "503" as status:
                return httpx.Response(int(status), headers={"retry-after": "1"})
            case "hang":
                self._take(request)
                raise httpx.ReadTimeout("silence")
            case "cut":
                self._take(request)
                raise httpx.RemoteProtocolError("cut")
            case "html":
                self._take(request)
                return httpx.Response(200, html=HTML.decode())
            case _:
                raise httpx.ConnectError("nobody there")

    def _take(self, request: httpx.Request) -> httpx.Response:
        self.taken += 1
        path = request.url.path
        found = {"sid": "SM1", "status": "queued", "messageId": 1, "ids": [1]}
        return httpx.Response(200 if path.endswith("jobs") else 201, json=found)


def over(make: str, line: Line) -> Provider:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, text="1790000000") if request.url.path.endswith("/auth/time") else line(request)

    door = HttpDoor("https://provider.example", transport=httpx.MockTransport(answer))
    if make == "brevo":
        return BrevoSms(door, api_key=API_KEY, sender=SENDER)
    if make == "twilio":
        return TwilioSms(door, account_sid=SID, sender=SENDER)
    return OvhSms(door, KEYS, service=OVH_SERVICE, sender=SENDER)


def test_in_a_thousand_random_runs_of_faults_no_message_is_taken_twice() -> None:
    ends: dict[str, int] = {}
    for seed in range(1000):
        line, now = Line(seed), [0.0]
        guarded = Guarded(over(("brevo", "twilio", "ovh")[seed % 3], line), clock=lambda now=now: now[0])  # type: ignore[misc] # bound now
        end = "given up"
        for _attempt in range(8):  # what the delivery does: only « try later » is tried again, later
            try:
                guarded.send(SMS)
                end = "sent"
            except TryLater as later:
                now[0] += (later.retry_after_s or 60) + 1
                continue
            except ChannelError as error:
                end = type(error).__name__
            break
        guarded.close()
        ends[end] = ends.get(end, 0) + 1
        assert line.taken <= 1, seed
        assert end != "sent" or line.taken == 1, seed
        assert end in ("sent", "InDoubt") or line.taken == 0, seed

    assert set(ends) >= {"sent", "InDoubt", "Refused"}
    assert sum(ends.values()) == 1000
