"""Mail that no mail program writes: each is parked or refused with its reason, and what lies behind it comes in."""

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.command_line import CommandLine
from tests.imap_server import ImapServer, imap_server
from tests.integration.test_mailbox import CREDITOR, DEBTOR, MEGABYTE, a_bounce, a_reply
from tests.office import Office, an_invoice
from workers.intake.mail_files import files_of
from workers.intake.mail_reading import LARGEST

TUESDAY = datetime(2026, 1, 20, 9, tzinfo=UTC)
PROMISE = "Je paie lundi."
#: Bytes of a ZIP of 30 kB that would be 30 MB.
INSIDE = 30 * MEGABYTE


@pytest.fixture(scope="module")
def imap(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ImapServer]:
    with imap_server(tmp_path_factory.mktemp("imap")) as server:
        yield server


@pytest.fixture
def reminded(office: Office) -> Office:
    office.happen(an_invoice(due_date=date(2026, 1, 10)))
    office.go_to(TUESDAY)
    assert len(office.mails) == 1
    return office


def report(*parts: str, boundary: str = "b") -> bytes:
    """A report of a mail server, of these parts."""
    head = (
        f"From: MAILER-DAEMON@mx.example\r\nTo: {CREDITOR}\r\nSubject: Undelivered\r\nMessage-ID: <x@mx.example>\r\n"
        f'Content-Type: multipart/report; report-type=delivery-status; boundary="{boundary}"\r\n\r\n'
    )
    return (head + "".join(f"--b\r\n{part}\r\n" for part in parts) + "--b--\r\n").encode()


def nested(depth: int) -> bytes:
    """Boxes in boxes."""
    heads = (f'Content-Type: multipart/mixed; boundary="b{at}"\r\n\r\n--b{at}\r\n' for at in range(depth))
    return b"From: a@b.example\r\n" + "".join(heads).encode()


def forwarded(depth: int) -> bytes:
    """Messages in messages."""
    return b"From: a@b.example\r\n" + b"Content-Type: message/rfc822\r\n\r\nFrom: a@b.example\r\n" * depth


def of_parts(number: int) -> bytes:
    head = b'From: a@b.example\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n'
    return head + b"--b\r\nContent-Disposition: attachment\r\n\r\nx\r\n" * number


def with_a_bomb(to: str) -> bytes:
    """An honest answer with a ZIP that would fill the memory of who opens it."""
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("facture.pdf", b"\0" * INSIDE)
    message = EmailMessage()
    message["From"], message["To"], message["Message-ID"] = DEBTOR, CREDITOR, "<bomb@btp-rhone.example>"
    message["In-Reply-To"] = to
    message.set_content("La facture est en pièce jointe. Je conteste : rien n'a été livré.")
    message.add_attachment(bomb.getvalue(), maintype="application", subtype="zip", filename="facture.zip")
    return message.as_bytes()


#: Reports that a mail server would be ashamed of, and what becomes of each; `{}` is a message of ours.
REPORTS = [
    pytest.param(report("Content-Type: message/delivery-status\r\n\r\n"), "unmatched", id="a report of nothing"),
    pytest.param(
        report("Content-Type: message/delivery-status\r\n\r\nAction: failed\r\nStatus: 9.9.9\r\n",
               "Content-Type: text/rfc822-headers\r\n\r\nMessage-ID: {}\r\n"), "bounce", id="a status that is none",
    ),
    pytest.param(
        report("Content-Type: message/delivery-status\r\n\r\nStatus: 5.1.1\r\nStatus: 4.0.0\r\n\r\n\r\nAction\r\n",
               "Content-Type: message/rfc822\r\n\r\nMessage-ID: {}\r\n\r\nx"), "bounce", id="fields without values",
    ),
    pytest.param(
        report("Content-Type: message/delivery-status\r\n\r\nStatus: 5.1.1\r\n",
               "Content-Type: text/rfc822-headers\r\n\r\nMessage-ID: <stranger@elsewhere.example>\r\n"), "unmatched",
        id="about somebody else's message",
    ),
    pytest.param(report("Message-ID: {}", boundary="other"), "bounce", id="another boundary than it says"),
    pytest.param(
        report("Content-Type: message/delivery-status\r\n\r\nDiagnostic-Code: smtp; " + "5.1.1 " * 20_000,
               "Content-Type: text/rfc822-headers\r\n\r\nMessage-ID: {}\r\n"), "bounce", id="a diagnosis without end",
    ),
    pytest.param(
        b"From: postmaster@mx\r\n\xff\xfe\x00Content-Type: multipart/report\r\n\r\n\x00\x80{}", "bounce", id="noise"
    ),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "status"), REPORTS)
def test_a_malformed_report_is_understood_or_parked_and_the_next_mail_comes_in(
    *, reminded: Office, relance: CommandLine, imap: ImapServer, tmp_path: Path, raw: bytes, status: str
) -> None:
    ours = reminded.mails[0].message_id
    (tmp_path / "relance.toml").write_text(imap.settings(), encoding="utf-8")
    imap.put(raw.replace(b"{}", ours.encode()), a_reply(PROMISE, ours))

    taken = json.loads(relance("mailbox", "fetch", "--json").out)["taken"]

    assert [each["status"] for each in taken] == [status, "reply"]
    assert status != "unmatched" or taken[0]["reason"]
    assert imap.count("INBOX") == 0
    assert "reply" in reminded.tasks()


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param(nested(3_000), id="three thousand boxes in one another"),
        pytest.param(forwarded(3_000), id="three thousand messages in one another"),
        pytest.param(of_parts(20_000), id="twenty thousand parts"),
    ],
)
def test_a_message_made_to_exhaust_its_reader_is_refused_and_the_rest_comes_in(
    *, reminded: Office, relance: CommandLine, tmp_path: Path, bad: bytes
) -> None:
    ours = reminded.mails[0].message_id

    statuses = []
    for raw in (bad, a_reply(PROMISE, ours), a_bounce(ours, "4.4.1", "delayed")):
        (tmp_path / "message.eml").write_bytes(raw)  # the server of the tests itself chokes on such messages
        done = relance("mailbox", "take", "message.eml", "--json")
        statuses += [each["status"] for each in json.loads(done.out)["taken"]]

    assert statuses == ["refused", "reply", "notice"]
    [kept] = reminded.rows("SELECT reason, raw FROM incoming WHERE status = 'refused'")
    french, english = kept.reason.split("\n")
    assert "parties" in french
    assert "parts" in english
    assert kept.raw is None


def test_a_mail_of_fifty_megabytes_is_not_read_and_the_next_one_is(
    *, reminded: Office, relance: CommandLine, tmp_path: Path
) -> None:
    (tmp_path / "large.eml").write_bytes(a_reply("x") + b"a" * 50 * MEGABYTE)
    (tmp_path / "good.eml").write_bytes(a_reply(PROMISE, reminded.mails[0].message_id))

    large, good = relance("mailbox", "take", "large.eml", "--json"), relance("mailbox", "take", "good.eml", "--json")
    [refused] = json.loads(large.out)["taken"]

    assert (large.code, refused["status"]) == (1, "refused")
    assert str(LARGEST // MEGABYTE) in refused["reason"]
    assert json.loads(good.out)["taken"][0]["status"] == "reply"
    assert reminded.one("SELECT max(octet_length(raw)) FROM incoming") < MEGABYTE


def test_an_archive_is_kept_as_it_came_and_never_opened(
    *, reminded: Office, relance: CommandLine, imap: ImapServer, tmp_path: Path
) -> None:
    (tmp_path / "relance.toml").write_text(imap.settings(), encoding="utf-8")
    imap.put(with_a_bomb(reminded.mails[0].message_id))

    [taken] = json.loads(relance("mailbox", "fetch", "--json").out)["taken"]
    raw = bytes(reminded.one("SELECT raw FROM incoming"))
    [file] = files_of(raw)
    done = relance("dossier", "F-1", "--out", "d.zip")

    assert (taken["status"], taken["reading"]["kind"]) == ("reply", "dispute")
    assert (file.name, file.size < MEGABYTE) == ("facture.zip", True)
    assert done.code == 0, done.err
    with zipfile.ZipFile(tmp_path / "d.zip") as dossier:
        [name] = [each for each in dossier.namelist() if each.endswith("facture.zip")]
        assert dossier.read(name) == file.content
    assert (tmp_path / "d.zip").stat().st_size < 4 * MEGABYTE
