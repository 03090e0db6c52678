"""Names that would break a header, a table or a file, or read as others: refused with the fix, or made harmless."""

import csv
import email
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import default
from email.utils import parseaddr
from pathlib import Path

import pytest

from tests.command_line import CommandLine
from tests.fake_provider import SID, TOKEN, FakeProvider, fake_provider
from tests.mail_examples import channels_to
from tests.office import GRENOBLE, Office, a_contact, a_debtor, an_invoice
from workers.channels.folder import FolderChannel
from workers.channels.http_door import HttpDoor
from workers.channels.provider import Guarded
from workers.channels.sink import SmtpSink
from workers.channels.sink_dialogue import SinkSettings
from workers.channels.sms_message import SmsSender
from workers.channels.sms_twilio import TwilioSms
from workers.outlets import post_folder
from workers.settings import Settings
from workflows.events import NewDebtor
from workflows.invoice import Channel

OVERDUE, MARCH = date(2026, 1, 10), datetime(2026, 3, 10, 9, tzinfo=UTC)
REFUSED = [
    pytest.param("Perrin\r\nBcc: all@x.example", id="a line break and a header"),
    pytest.param("Perrin\nX", id="a line feed"),
    pytest.param("Perrin\0", id="a NUL"),
    pytest.param("SARL \u202enirreP", id="a sign that turns the rest round"),
    pytest.param("SARL \u2066nirreP", id="a sign that sets the rest apart"),
    pytest.param("Perrin\u2028Bcc: x", id="a line separator"),
    pytest.param("Perrin\x85Bcc: x", id="a next-line of old terminals"),
]
HOSTILE = [
    pytest.param("=?utf-8?q?Perrin=0D=0ABcc:_all=40x.example?=", id="an encoded word with a header in it"),
    pytest.param('"Perrin" <all@x.example>, Dupont', id="a second recipient"),
    pytest.param("=HYPERLINK(1)", id="a formula"),
    pytest.param("+1-1", id="a sum"),
    pytest.param("@SUM(1)", id="a function"),
    pytest.param("../../etc/passwd", id="a path"),
    pytest.param("CON.pdf; rm -rf ~ #", id="a command"),
    pytest.param("É" * 200, id="two hundred letters"),
    pytest.param('#import "x" $[*_`<b>&lt;', id="markup"),
]  # fmt: skip


def envelope(number: str, name: str) -> str:
    """An invoice as another program sends it."""
    data = {
        "invoice_no": number, "issue_date": "2026-01-05", "due_date": "2026-02-04",
        "total": {"amount": "100.00", "currency": "EUR"},
        "debtor": {"ref": number, "name": name, "kind": "business", "contacts": []},
    }  # fmt: skip
    return json.dumps({"type": "invoice.issued", "id": number, "time": "2026-01-05T08:00:00+01:00", "data": data})


@pytest.fixture
def relance(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> CommandLine:
    (tmp_path / "relance.toml").write_text('[delivery.channels]\nregistered = "print"\n', encoding="utf-8")
    return CommandLine(settings, tmp_path, monkeypatch, capsys)


@pytest.mark.parametrize("name", REFUSED)
def test_an_event_with_such_a_name_is_refused_with_field_value_and_fix_and_the_next_goes_in(
    office: Office, relance: CommandLine, name: str
) -> None:
    given = f"{envelope('F-1', name)}\n{envelope('F-2', 'Perrin')}\n"

    done = relance("events", "publish", "-", "--json", given=given)
    bad, good = json.loads(done.out)["results"]
    [finding] = bad["findings"]

    assert (bad["status"], good["status"]) == ("unreadable", "accepted")
    assert "/data/debtor/name" in finding
    assert "take out" in finding or "remove it" in finding
    assert not [sign for sign in ("\u202e", "\u2066", "\u2028", "\x85", "\0", "\r", "\n") if sign in finding]
    assert [row.number for row in office.rows("SELECT number FROM cases")] == ["F-2"]


def test_a_line_of_a_file_with_such_a_name_is_rejected_and_the_next_goes_in(
    office: Office, relance: CommandLine, tmp_path: Path
) -> None:
    lines = ["N° facture;Code client;Client;Date d'émission;Échéance;Montant TTC",
             "F-1;C-1;SARL \u202enirreP;05/01/2026;04/02/2026;100,00",
             "F-2;C-2;Perrin\u2028Bcc: x;05/01/2026;04/02/2026;100,00"]  # fmt: skip
    (tmp_path / "factures.csv").write_text("\n".join(lines), encoding="utf-8")

    done = relance("import", "factures.csv", "--kind", "invoices")

    assert done.code == 1
    assert "« Client »" in done.out + done.err
    assert "U+202E" in done.out + done.err
    rows = office.rows("SELECT number, name FROM cases JOIN debtors ON debtors.ref = cases.debtor_ref")
    assert [(row.number, row.name) for row in rows] == [("F-2", "Perrin Bcc: x")]


# --- taken, and made harmless ---------------------------------------------------------------------------------------


@pytest.fixture
def sink(office: Office, settings: Settings, tmp_path: Path) -> Iterator[SmtpSink]:
    """Real ways out for e-mail and for letters that somebody prints."""
    opened = SmtpSink(SinkSettings(directory=tmp_path / "sink"))
    with opened as running, channels_to(running.port) as make:
        post = {each: FolderChannel(post_folder(settings), str(each)) for each in (Channel.LETTER, Channel.REGISTERED)}
        office.system.outlets = {**office.providers, Channel.EMAIL: make(), **post}
        yield running


def hostile(name: str) -> NewDebtor:
    contact = a_contact(name=name, civility=None, address=GRENOBLE, phone="+33612345678")
    return a_debtor("x", contact).model_copy(update={"name": name})


def shown(raw: bytes) -> str:
    """The name of the recipient as mail programs show it."""
    name, _address = parseaddr(str(email.message_from_bytes(raw)["To"]))
    return str(make_header(decode_header(name)))


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_a_name_in_headers_files_and_tables(
    *, office: Office, relance: CommandLine, sink: SmtpSink, tmp_path: Path, name: str
) -> None:
    office.happen(an_invoice("F-1", debtor=hostile(name), due_date=OVERDUE), an_invoice("F-2", due_date=OVERDUE))
    office.go_to(MARCH)
    assert relance("post", "batch", "--channel", "registered", "--out", "lots").code == 0

    mails = [email.message_from_bytes(each.path.read_bytes(), policy=default) for each in sink.messages()]
    for message in mails:
        assert isinstance(message, EmailMessage)
        assert len(message["To"].addresses) == 1
        assert message["To"].addresses[0].addr_spec == "anne.perrin@btp-rhone.example"
        assert (message["Bcc"], message["Cc"], message["From"].addresses[0].addr_spec) == (
            None, None, "compta@atelier-martin.example",
        )  # fmt: skip
    assert {each.recipients for each in sink.messages()} == {("anne.perrin@btp-rhone.example",)}
    assert name in {shown(each.path.read_bytes()) for each in sink.messages()}
    files = list(post_folder(office.system.settings).rglob("*.pdf"))
    assert files
    assert all(
        path.name.isascii() and set(path.name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-_.") for path in files
    )
    [table] = (tmp_path / "lots").glob("*.csv")
    rows = list(csv.reader(table.read_text("utf-8-sig").splitlines(), delimiter=";"))
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t"))]
    assert any(cell.removeprefix("'") == name for row in rows for cell in row)


def test_a_name_that_no_letter_can_print_is_told_with_the_fix_and_still_gets_its_mail(
    office: Office, sink: SmtpSink
) -> None:
    office.happen(an_invoice("F-1", debtor=hostile("שלום בע״מ"), due_date=OVERDUE))

    office.go_to(MARCH)

    [row] = office.rows("SELECT status, reason, detail FROM dispatches WHERE channel = 'registered'")
    assert (row.status, row.reason) == ("failed", "gate.template")
    assert "its fonts do not have" in row.detail
    assert "blocked" in office.tasks()
    assert "שלום בע״מ" in {shown(each.path.read_bytes()) for each in sink.messages()}


@pytest.fixture
def texts(office: Office) -> Iterator[FakeProvider]:
    """A provider of text messages on a real socket."""
    with fake_provider() as provider:
        door = HttpDoor(f"{provider.url}/twilio", auth=(SID, TOKEN))
        twilio = TwilioSms(door, account_sid=SID, sender=SmsSender("ATELIER"))
        office.system.outlets = {**office.providers, Channel.SMS: Guarded(twilio)}
        yield provider
        twilio.close()


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_changes_neither_number_nor_sender_of_a_text_message(
    office: Office, texts: FakeProvider, name: str
) -> None:
    office.happen(an_invoice("F-1", debtor=hostile(name), due_date=OVERDUE))

    office.go_to(MARCH)

    assert texts.taken
    assert {(sent.to, sent.sender) for sent in texts.taken} == {("+33612345678", "ATELIER")}
