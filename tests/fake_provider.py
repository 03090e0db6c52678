"""A provider of text messages on a real socket: it answers as the documented interfaces do, or as a test says."""

import base64
import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qs

API_KEY: Final = "xkeysib-fake"
SID, TOKEN = "ACfake", "twilio-fake-token"
OVH_SERVICE, OVH_KEY, OVH_SECRET, OVH_CONSUMER = "sms-ab12345-1", "ovh-app", "ovh-secret", "ovh-consumer"
OVH_TIME: Final = 1_790_000_000
BREVO_IDS: Final = 1_511_882_900_000
HTML: Final = b"<!DOCTYPE html><html><body><h1>Maintenance</h1></body></html>"


@dataclass(frozen=True)
class Sent:
    """One message that the provider took."""

    to: str
    text: str
    sender: str
    facts: dict[str, Any]


@dataclass
class Fault:
    """What happens to one message instead of a plain acceptance.

    Attributes:
        takes: whether the provider takes the message all the same.
        status: of the answer; None cuts the connection instead.
        hangs: the answer waits until the test is over.
    """

    takes: bool = False
    status: int | None = None
    body: bytes = b""
    media_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    hangs: bool = False


@dataclass
class FakeProvider:
    """Interfaces at one address; `script` is what happens to the next messages.

    Attributes:
        struck: the part of the address that `script` is about: a letter may take several requests.
        interfaces: by the beginning of their addresses.
    """

    url: str = ""
    taken: list[Sent] = field(default_factory=list)
    script: list[Fault] = field(default_factory=list)
    struck: str = ""
    interfaces: "dict[str, Interface]" = field(default_factory=lambda: dict(TEXT_MESSAGES))
    asked: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def answer(self, handler: "Handler", path: str, body: bytes) -> tuple[int, bytes]:
        """What the interface that owns `path` says."""
        for prefix, interface in self.interfaces.items():
            if path.startswith(prefix):
                return interface(self, handler, path.removeprefix(prefix), body)
        return 404, b"{}"

    def take(self, to: str, text: str, sender: str, facts: dict[str, Any]) -> int:
        """Take a message; its number."""
        self.taken.append(Sent(to, text, sender, facts))
        return len(self.taken)


class Handler(BaseHTTPRequestHandler):
    provider: FakeProvider

    def do_GET(self) -> None:
        self._serve(b"")

    def do_POST(self) -> None:
        self._serve(self.rfile.read(int(self.headers.get("content-length", 0))))

    def log_message(self, *_args: object) -> None:
        """Silence."""

    def _serve(self, body: bytes) -> None:
        self.provider.asked.append(f"{self.command} {self.path}")
        is_struck = self.command == "POST" and self.provider.struck in self.path
        fault = self.provider.script.pop(0) if is_struck and self.provider.script else None
        if fault is None or fault.takes:
            status, answer = self.provider.answer(self, self.path, body)
            if fault is None:
                self._say(status, answer, "application/json", {})
                return
        if fault.hangs:
            self.provider.over.wait(10)
        elif fault.status is None:
            self.connection.close()
        else:
            self._say(fault.status, fault.body, fault.media_type, fault.headers)
        self.close_connection = True

    def _say(self, status: int, body: bytes, media_type: str, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {"content-type": media_type, "content-length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def say(status: int, found: object) -> tuple[int, bytes]:
    return status, json.dumps(found).encode()


def _brevo(provider: FakeProvider, handler: Handler, path: str, body: bytes) -> tuple[int, bytes]:
    if handler.headers["api-key"] != API_KEY:
        return say(401, {"code": "unauthorized", "message": "Key not found"})
    if path == "/account":
        return say(200, {"email": "compta@atelier-martin.example", "plan": [{"type": "sms", "credits": 42}]})
    if path.startswith("/transactionalSMS/statistics/events?"):
        tags = parse_qs(path.partition("?")[2])["tags"]
        known = enumerate(provider.taken, start=1)
        found = [_event(number, each) for number, each in known if each.facts.get("tag") in tags]
        return say(200, {"events": found} if found else {})
    given = json.loads(body)
    if not given["recipient"].isdigit():
        return say(400, {"code": "invalid_parameter", "message": "Invalid telephone number: recipient"})
    number = provider.take("+" + given["recipient"], given["content"], given["sender"], given)
    return say(201, {"messageId": BREVO_IDS + number})


def _event(number: int, sent: Sent) -> dict[str, Any]:
    return {"messageId": BREVO_IDS + number, "event": "delivered", "tag": sent.facts["tag"], "phoneNumber": sent.to}


def _twilio(provider: FakeProvider, handler: Handler, path: str, body: bytes) -> tuple[int, bytes]:
    wanted = "Basic " + base64.b64encode(f"{SID}:{TOKEN}".encode()).decode()
    if handler.headers["authorization"] != wanted:
        return say(401, {"code": 20003, "message": "Authenticate", "status": 401})
    if path == f"/2010-04-01/Accounts/{SID}.json":
        return say(200, {"sid": SID, "status": "active"})
    given = {name: values[0] for name, values in parse_qs(body.decode()).items()}
    number = provider.take(given["To"], given["Body"], given["From"], given)
    return say(201, {"sid": f"SM{number:032x}", "status": "queued", "num_segments": "1", "error_code": None})


def _ovh(provider: FakeProvider, handler: Handler, path: str, body: bytes) -> tuple[int, bytes]:
    if path == "/auth/time":
        return 200, str(OVH_TIME).encode()
    at = handler.headers["x-ovh-timestamp"]
    url = f"{provider.url}/ovh{path}"
    parts = (OVH_SECRET, OVH_CONSUMER, handler.command, url, body.decode(), at)
    wanted = "$1$" + hashlib.sha1("+".join(parts).encode()).hexdigest()  # noqa: S324 - OVHcloud's choice
    if handler.headers["x-ovh-signature"] != wanted or abs(int(at) - OVH_TIME) > 30:
        return say(400, {"errorCode": "INVALID_SIGNATURE", "message": "Invalid signature"})
    if path == f"/sms/{OVH_SERVICE}":
        return say(200, {"name": OVH_SERVICE, "creditsLeft": 42})
    given = json.loads(body)
    number = provider.take(given["receivers"][0], given["message"], given["sender"], given)
    found = {"totalCreditsRemoved": 1, "ids": [number], "invalidReceivers": [], "validReceivers": given["receivers"]}
    return say(200, found)


Interface = Callable[[FakeProvider, Handler, str, bytes], tuple[int, bytes]]
TEXT_MESSAGES: Final[dict[str, Interface]] = {"/brevo": _brevo, "/twilio": _twilio, "/ovh": _ovh}


@contextmanager
def fake_provider() -> Iterator[FakeProvider]:
    """The provider on a free port of this machine, gone at the end."""
    provider = FakeProvider()
    handler: Callable[..., BaseHTTPRequestHandler] = type("Handler", (Handler,), {"provider": provider})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    provider.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        provider.over.set()
        server.shutdown()
        server.server_close()
        thread.join(5)
