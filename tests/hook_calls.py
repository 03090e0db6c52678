"""What providers call, as their documentation shows it; and the web process that they call, on a real socket."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

import httpx
from pydantic import SecretStr

from tests.fake_provider import SID, TOKEN, FakeProvider
from tests.office import Office
from tests.until import until
from workers.hooks.twilio import signature
from workers.settings import Settings
from workers.settings_parts.channels import Sms
from workers.settings_parts.web import Hooks, Web
from workers.web.server import WebServer
from workers.wiring import System

PUBLIC: Final = "https://relance.example.com"
SECRET: Final = "brevo-0123456789-abcdefghij"
OVH_SECRET_PATH: Final = "ovh-9876543210-zyxwvutsrq"
MOBILE: Final = "+33612345678"
CALLS: Final = "SELECT provider, status, reason, message_id FROM hook_calls ORDER BY received_at, call_id"


def with_hooks(settings: Settings) -> Settings:
    """The settings with every SMS hook open."""
    twilio = {"account_sid": SID, "auth_token": SecretStr(TOKEN)}
    hooks = Hooks(twilio=True, brevo=SecretStr(SECRET), ovh=SecretStr(OVH_SECRET_PATH))
    sms = Sms.model_validate({"twilio": twilio})
    return settings.model_copy(update={"web": Web(port=0, public_url=PUBLIC), "hooks": hooks, "sms": sms})


@contextmanager
def web_of(system: System) -> Iterator[str]:
    """The address of a web process that answers about `system`, until the end."""
    server, stopping = WebServer(system, port=0), threading.Event()
    thread = threading.Thread(target=server.serve_until, args=(stopping,))
    thread.start()
    try:
        yield server.url
    finally:
        stopping.set()
        thread.join()


@dataclass(frozen=True)
class Twilio:
    """Calls as Twilio does: a signed form."""

    url: str

    def call(self, form: Mapping[str, str], *, reference: str | None = None, **changes: Any) -> httpx.Response:  # noqa: ANN401 - httpx takes them
        """Call; `changes` replace what is sent once it is signed."""
        path = "/hooks/twilio" + (f"?{urlencode({'reference': reference})}" if reference else "")
        proof = signature(TOKEN.encode(), f"{PUBLIC}{path}", form.items())
        headers = {"X-Twilio-Signature": proof, "Content-Type": "application/x-www-form-urlencoded"}
        given = {"content": urlencode(form).encode(), "headers": headers} | changes
        return httpx.post(f"{self.url}{path}", timeout=10, **given)

    def status(self, sid: str, status: str, *, reference: str | None = None, **fields: str) -> httpx.Response:
        """A status of a message."""
        form = {"MessageSid": sid, "MessageStatus": status, "AccountSid": SID, "To": MOBILE, "From": "ATELIER"}
        return self.call(form | fields, reference=reference)

    def text(self, body: str, sid: str = "SMin", **fields: str) -> httpx.Response:
        """Somebody wrote."""
        form = {"MessageSid": sid, "SmsStatus": "received", "From": MOBILE, "To": "+33757000000", "Body": body}
        return self.call(form | fields)


def brevo_call(message_id: int, status: str, **fields: object) -> dict[str, object]:
    """What Brevo says of a message, as its page shows it."""
    return {
        "id": 26570, "to": MOBILE.removeprefix("+"), "sms_count": 1, "credits_used": 1.5, "messageId": message_id,
        "remaining_credit": 11488.845, "msg_status": status, "date": "2026-01-12 09:30:00", "type": "transactional",
        "reference": {"1": "44u45c8xsc6d5u8bw"}, **fields,
    }  # fmt: skip


def until_an_sms(office: Office, fake: FakeProvider) -> tuple[str, str]:
    """Let time pass until a text message left; its sid and our own name for it."""
    while not fake.taken:
        office.go_on(days=1)
    [row] = office.rows("SELECT message_id, provider_id FROM messages WHERE channel = 'sms'")
    return f"SM{1:032x}", row.message_id.strip("<>")


def statuses(office: Office) -> list[str]:
    """What became of every call, the oldest first."""
    return [row.status for row in office.rows(CALLS)]


def read_all(office: Office) -> None:
    """Let workers read every call that was answered; it comes into its queue a moment later."""
    until(lambda: office.work() >= 0 and "new" not in statuses(office))
    office.work()


def facts(office: Office, kind: str) -> int:
    """How many events of this kind were accepted."""
    return int(office.one("SELECT count(*) FROM events WHERE kind = :kind AND status = 'accepted'", kind=kind))
