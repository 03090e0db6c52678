"""From the reminder to the thanks, by e-mail: a real SMTP server, a real IMAP mailbox, one thread."""

import email
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.message import EmailMessage
from email.policy import default
from email.utils import format_datetime, parseaddr
from importlib.resources import files
from pathlib import Path

import pytest

from tests.command_line import CommandLine
from tests.imap_server import ImapServer, imap_server
from tests.mail_examples import channels_to
from tests.office import CREDITOR, Office, a_payment, an_invoice, office_at
from workers.channels.sink import SmtpSink
from workers.channels.sink_dialogue import SinkSettings
from workers.settings import Settings
from workflows.invoice import Channel

OVERDUE = date(2026, 1, 10)
TUESDAY = datetime(2026, 1, 20, 9, tzinfo=UTC)
PROMISED = date(2026, 1, 30)
REPLIES, SECRET = "reponses@atelier-martin.example", "0123456789abcdefghij"
SAID = "Bonjour Madame,\n\nLe virement partira le vendredi 30 janvier.\n\nCordialement,\nAnne Perrin"


@dataclass
class Correspondence:
    """A creditor and a debtor who write to each other; nothing but mail servers is between them."""

    office: Office
    relance: CommandLine
    sink: SmtpSink
    imap: ImapServer

    def sent(self) -> list[EmailMessage]:
        """What reached the debtor, in order."""
        return [read(each.path.read_bytes()) for each in self.sink.messages()]

    def answer(self, text: str) -> EmailMessage:
        """The debtor answers the last message as mail programs do."""
        before = self.sent()[-1]
        reply = EmailMessage()
        reply["From"], reply["To"] = str(before["To"]), str(before["Reply-To"])
        reply["Subject"], reply["Date"] = f"Re: {before['Subject']}", format_datetime(self.office.clock.now())
        reply["Message-ID"], reply["In-Reply-To"] = "<r1@btp-rhone.example>", before["Message-ID"]
        reply["References"] = " ".join([*str(before.get("References", "")).split(), str(before["Message-ID"])])
        quoted = str(before.get_body(("plain",)).get_content()).splitlines()  # type: ignore[union-attr]
        reply.set_content("\n".join([text, "", "Le 20 janvier, Atelier Martin a écrit :", *(f"> {x}" for x in quoted)]))
        self.imap.put(reply.as_bytes())
        return reply


def read(raw: bytes) -> EmailMessage:
    message = email.message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def thread_of(message: EmailMessage) -> list[str]:
    """The messages before it, as it names them, and itself."""
    return [*str(message.get("References", "")).split(), str(message["Message-ID"])]


@pytest.fixture(scope="module")
def imap(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ImapServer]:
    with imap_server(tmp_path_factory.mktemp("imap")) as server:
        yield server


@pytest.fixture
def thankful(settings: Settings, tmp_path: Path) -> Settings:
    """A creditor whose ladder thanks by itself, with an address of its own for answers."""
    ladder = files("workflows").joinpath("scenarios", "standard.toml").read_text(encoding="utf-8")
    ladder = ladder.replace('name = "standard"', 'name = "merci"', 1).replace(
        "[[steps]]", "[letters]\npayment_thanks = true\n\n[[steps]]", 1
    )
    (tmp_path / "ladders").mkdir()
    (tmp_path / "ladders" / "merci.toml").write_text(ladder, encoding="utf-8")
    own = {
        "scenarios_dir": tmp_path / "ladders", "creditors": [CREDITOR | {"scenario": "merci"}],
        "mailbox": {"replies_to": REPLIES, "tag_secret": SECRET},
    }  # fmt: skip
    return Settings.model_validate(settings.model_dump() | own)


@pytest.fixture
def letters(
    *,
    thankful: Settings,
    imap: ImapServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[Correspondence]:
    """A reminder has left on Tuesday."""
    mailbox = imap.settings(replies_to=REPLIES, tag_secret=SECRET)
    (tmp_path / "relance.toml").write_text(f'scenarios_dir = "ladders"\n{mailbox}', encoding="utf-8")
    with correspondence(thankful, tmp_path) as (office, sink):
        office.happen(an_invoice(due_date=OVERDUE))
        office.go_to(TUESDAY)
        yield Correspondence(office, CommandLine(thankful, tmp_path, monkeypatch, capsys), sink, imap)


@contextmanager
def correspondence(settings: Settings, folder: Path) -> Iterator[tuple[Office, SmtpSink]]:
    opened = SmtpSink(SinkSettings(directory=folder / "sink"))
    with opened as sink, channels_to(sink.port) as make, office_at(settings) as office:
        office.system.outlets = {**office.providers, Channel.EMAIL: make()}
        yield office, sink


def promised(letters: Correspondence) -> EmailMessage:
    """The debtor promises, a person accepts, the receipt leaves; the debtor's own message."""
    office, relance = letters.office, letters.relance
    reply = letters.answer(SAID)
    taken = json.loads(relance("mailbox", "fetch", "--json").out)["taken"]
    assert [each["reading"]["kind"] for each in taken] == ["promise"]
    assert relance("replies", "accept", taken[0]["mail_id"][:10]).code == 0
    office.work()
    return reply


def test_a_reply_holds_the_case_at_once_and_shows_the_words_of_the_promise(letters: Correspondence) -> None:
    office, relance = letters.office, letters.relance
    [reminder] = letters.sent()
    name, domain = REPLIES.split("@")

    reply = letters.answer(SAID)
    [taken] = json.loads(relance("mailbox", "fetch", "--json").out)["taken"]

    assert parseaddr(str(reply["To"]))[1].startswith(f"{name}+")
    assert parseaddr(str(reply["To"]))[1].endswith(f"@{domain}")
    assert reply["In-Reply-To"] == reminder["Message-ID"]
    assert (taken["status"], taken["creditor"], taken["debtor"]) == ("reply", "atelier", "btp")
    assert (taken["reading"]["kind"], taken["reading"]["day"]) == ("promise", str(PROMISED))
    assert all(quote in SAID.casefold() for quote in map(str.casefold, taken["reading"]["quotes"]))
    assert office.case().stage == "paused"
    assert office.tasks() == ["reply"]
    assert (letters.imap.count("INBOX"), len(letters.sent())) == (0, 1)


def test_nothing_leaves_until_a_person_has_read_it(letters: Correspondence) -> None:
    letters.answer(SAID)
    letters.relance("mailbox", "fetch")

    letters.office.go_on(days=1)

    assert len(letters.sent()) == 1
    assert letters.office.tasks() == ["reply"]


def test_a_promise_that_is_kept_ends_in_thanks_all_in_one_thread(letters: Correspondence) -> None:
    office = letters.office
    reply = promised(letters)
    assert (office.case().stage, office.tasks()) == ("promised", [])

    office.go_to(datetime(2026, 1, 30, 9, tzinfo=UTC))
    office.happen(a_payment({"F-1": 1000_00}, office.clock.now()))
    office.go_on(days=60)

    reminder, receipt, thanks = letters.sent()
    root = str(reminder["Message-ID"])
    assert office.case().stage == "paid"
    assert "30\u00a0janvier" in receipt.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert [thread_of(each)[0] for each in (reminder, reply, receipt, thanks)] == [root] * 4
    known = {str(each["Message-ID"]) for each in (reminder, reply, receipt, thanks)}
    assert all(set(thread_of(each)) <= known for each in (reminder, reply, receipt, thanks))
    assert thread_of(thanks) == [root, str(receipt["Message-ID"]), str(thanks["Message-ID"])]
    assert (receipt["In-Reply-To"], thanks["In-Reply-To"]) == (root, receipt["Message-ID"])


def test_a_promise_that_is_broken_asks_a_person_and_the_ladder_goes_on_in_the_thread(letters: Correspondence) -> None:
    office = letters.office
    promised(letters)
    root = str(letters.sent()[0]["Message-ID"])

    office.go_to(datetime(2026, 2, 5, 8, tzinfo=UTC))

    assert office.tasks() == ["promise_broken"]
    assert office.case().stage == "reminding"
    office.go_on(days=5)
    first, _receipt, second = letters.sent()
    assert str(second["Message-ID"]) != str(first["Message-ID"])
    assert root in thread_of(second)
