"""The office in which the shell is proved, and the web process that providers call."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.certificates import self_signed
from tests.command_line import CommandLine
from tests.fake_post import letter_provider
from tests.fake_provider import SID, TOKEN, FakeProvider, fake_provider
from tests.hook_calls import MOBILE, Twilio, web_of
from tests.office import Office, a_contact, a_debtor, an_invoice, office_at
from workers.channels.http_door import HttpDoor
from workers.channels.provider import Guarded
from workers.channels.sms_message import SmsSender
from workers.channels.sms_twilio import TwilioSms
from workers.hooks.addresses import address_of
from workers.settings import Settings
from workflows.invoice import Channel


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A self-made certificate for `localhost`, and its key."""
    return self_signed(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def office(settings: Settings) -> Iterator[Office]:
    """A system on this test's own servers, whose providers take everything."""
    with office_at(settings) as opened:
        yield opened


@pytest.fixture
def post() -> Iterator[FakeProvider]:
    """The providers of letters; AR24 in an open hour, and struck by faults where it takes the letter itself."""
    with letter_provider() as provider:
        provider.interfaces["/ar24"].is_open = True  # type: ignore[attr-defined] # the fake AR24
        provider.struck = "/mail"
        yield provider


@pytest.fixture
def web(office: Office) -> Iterator[str]:
    """The address of a web process."""
    with web_of(office.system) as url:
        yield url


@pytest.fixture
def twilio(web: str) -> Twilio:
    """Twilio, which calls it."""
    return Twilio(web)


@pytest.fixture
def fake_twilio(office: Office) -> Iterator[FakeProvider]:
    """Twilio as the provider of text messages, and an invoice of a debtor who also has a mailbox."""
    with fake_provider() as provider:
        door = HttpDoor(f"{provider.url}/twilio", auth=(SID, TOKEN))
        receipts_at = address_of(office.system.settings, "twilio")
        sms = TwilioSms(door, account_sid=SID, sender=SmsSender("ATELIER"), receipts_at=receipts_at)
        office.system.outlets[Channel.SMS] = Guarded(sms)  # type: ignore[index] # a dict, in tests
        debtor = a_debtor("btp", a_contact(phone=MOBILE))
        office.happen(an_invoice(debtor=debtor, due_date=date(2026, 1, 10)))
        yield provider
        sms.close()


@pytest.fixture
def relance(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> CommandLine:
    """The command `relance` on this test's own servers, run in its directory."""
    return CommandLine(settings, tmp_path, monkeypatch, capsys)
