"""Bounces and answers that come to addresses of our own for each message, over real servers of mail."""

import email
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.command_line import CommandLine
from tests.imap_server import ImapServer, imap_server
from tests.mail_examples import channels_to
from tests.office import Office, an_invoice
from workers.channels.sink import SmtpSink
from workers.channels.sink_dialogue import SinkSettings
from workers.intake.mail import Taken, take
from workers.return_addresses import return_addresses
from workers.settings import Settings
from workflows.invoice import Channel

TUESDAY = datetime(2026, 1, 20, 9, tzinfo=UTC)
SECRET = "twenty letters and some more"
TABLES = """[smtp]
envelope_domain = "retours.atelier-martin.example"
"""
BOX = f"""replies_to = "reponses@atelier-martin.example"
tag_secret = "{SECRET}"
"""


@pytest.fixture
def settings(settings: Settings) -> Settings:
    said = {"smtp": {"envelope_domain": "retours.atelier-martin.example"},
            "mailbox": {"replies_to": "reponses@atelier-martin.example", "tag_secret": SECRET}}  # fmt: skip
    return Settings.model_validate(settings.model_dump() | said)


@pytest.fixture(scope="module")
def imap(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ImapServer]:
    with imap_server(tmp_path_factory.mktemp("imap")) as server:
        yield server


@pytest.fixture
def reminded(office: Office) -> Office:
    """One reminder has left, and it is Tuesday morning."""
    office.happen(an_invoice(due_date=date(2026, 1, 10)))
    office.go_to(TUESDAY)
    assert len(office.mails) == 1
    return office


def bounce_address(office: Office) -> str:
    [mail] = office.mails
    assert mail.envelope_sender is not None
    return mail.envelope_sender


def reply_address(office: Office) -> str:
    [mail] = office.mails
    assert mail.reply_to is not None
    return mail.reply_to


def a_mail(to: str, text: str, **headers: str) -> bytes:
    message = EmailMessage()
    known = {"From": "someone@elsewhere.example", "To": to, "Subject": "Re: x", "Message-ID": "<1@elsewhere.example>"}
    for name, value in (known | {key.replace("_", "-"): value for key, value in headers.items()}).items():
        message[name] = value
    message.set_content(text)
    return message.as_bytes()


def taken(office: Office, raw: bytes, recipient: str | None = None) -> Taken:
    return take(office.system, raw, recipient=recipient)


def bounces(office: Office) -> list[str]:
    rows = office.rows("SELECT body->>'bounce' AS bounce FROM events WHERE kind = 'message.bounced'")
    return [row.bounce for row in rows]


def test_a_message_that_left_comes_back_to_its_own_addresses(
    *,
    office: Office,
    settings: Settings,
    imap: ImapServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "relance.toml").write_text(TABLES + imap.settings() + BOX, encoding="utf-8")
    relance = CommandLine(settings, tmp_path, monkeypatch, capsys)
    with SmtpSink(SinkSettings(directory=tmp_path / "sink")) as sink, channels_to(sink.port) as make:
        office.system.outlets = {**office.providers, Channel.EMAIL: make()}
        office.happen(an_invoice(due_date=date(2026, 1, 10)), an_invoice("F-2", due_date=date(2026, 1, 10)))
        office.go_to(TUESDAY)
        [left] = sink.messages()
        seen = email.message_from_bytes(left.path.read_bytes())
        ours = return_addresses(settings)
        assert seen["Reply-To"].endswith(f"<{ours.for_replies(left.message_id)}>")
        assert left.mail_from == ours.for_bounces(left.message_id)

        answer = a_mail(str(ours.for_replies(left.message_id)), "Je paie vendredi.", From="new@address.example")
        gone = a_mail("x@y.example", "Unrouteable", Delivered_To=left.mail_from, From="MAILER-DAEMON@old.example")
        imap.put(answer, gone)
        done = relance("mailbox", "fetch")
        assert done.code == 0, done.err
        piped = a_mail("x@y.example", "550 5.1.1 no such user", Message_ID="<2@x>").decode()
        done = relance("mailbox", "take", "-", "--to", left.mail_from, given=piped)
        assert (done.code, "non distribué" in done.out) == (0, True), done.err

    rows = office.rows("SELECT status, matched_by, event->>'invoice_nos' AS numbers FROM incoming ORDER BY status")
    assert [(row.status, row.matched_by) for row in rows] == [("bounce", "tag"), ("bounce", "tag"), ("reply", "tag")]
    assert json.loads(rows[2].numbers) == ["F-1", "F-2"]
    assert sorted(bounces(office)) == ["hard", "soft"]


@pytest.mark.parametrize(
    ("text", "headers", "what"),
    [
        pytest.param("550 5.1.1 <x@y>: no such user", {}, "hard", id="a code for good"),
        pytest.param("Remote host said: 452 4.2.2 over quota", {}, "soft", id="a code for now"),
        pytest.param("5.2.2 mailbox full", {}, "soft", id="full"),
        pytest.param("Sorry, I could not deliver your message.", {}, "soft", id="words alone"),
        pytest.param("from 5.1.1.2 on 5.1.2026", {}, "soft", id="figures that are no code"),
        pytest.param("Sorry.", {"From": "MAILER-DAEMON@q.example", "Auto_Submitted": "auto-replied"}, "soft",
                     id="a server that says so"),
        pytest.param("Gone.", {"Return_Path": "<>", "In_Reply_To": "<a@b>"}, "soft", id="from nobody"),
    ],
)  # fmt: skip
def test_plain_text_at_the_address_of_bounces_is_a_bounce(
    *, reminded: Office, text: str, headers: dict[str, str], what: str
) -> None:
    answer = taken(reminded, a_mail(bounce_address(reminded), text, **headers))

    assert answer.status == "bounce"
    assert bounces(reminded) == [what]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({"Auto_Submitted": "auto-replied", "Subject": "Absence"}, "automatic", id="an absence"),
        pytest.param({"In_Reply_To": "<x@y.example>"}, "reply", id="a person in a thread"),
    ],
)
def test_what_is_no_bounce_is_none_at_that_address_either(
    reminded: Office, headers: dict[str, str], status: str
) -> None:
    answer = taken(reminded, a_mail(bounce_address(reminded), "Je vous rappelle le 2 février.", **headers))

    assert (answer.status, answer.match and answer.match.by) == (status, "tag")
    assert bounces(reminded) == []


def test_a_formal_report_is_about_the_message_of_its_address(reminded: Office) -> None:
    lines = [f"To: {bounce_address(reminded)}", "From: postmaster@x.example", "MIME-Version: 1.0",
             'Content-Type: multipart/report; report-type=delivery-status; boundary="b"', "", "--b",
             "Content-Type: message/delivery-status", "", "Reporting-MTA: dns; x", "",
             "Action: failed", "Status: 5.1.1", "", "--b--", ""]  # fmt: skip
    answer = taken(reminded, "\r\n".join(lines).encode())

    assert (answer.status, bounces(reminded)) == ("bounce", ["hard"])


@pytest.mark.parametrize("by", ["header", "envelope"])
def test_an_answer_by_a_stranger_finds_its_case_by_the_address(reminded: Office, by: str) -> None:
    address = reply_address(reminded)
    raw = a_mail("compta@x.example" if by == "envelope" else address.upper(), "Nous contestons cette facture.")
    answer = taken(reminded, raw, address if by == "envelope" else None)

    assert answer.match is not None
    assert (answer.match.debtor_ref, answer.match.invoice_nos, answer.match.by) == ("btp", ("F-1",), "tag")


def test_a_forged_address_names_nothing(reminded: Office) -> None:
    local, _, domain = bounce_address(reminded).partition("@")
    forged = f"{local[:-1]}{'a' if local[-1] != 'a' else 'b'}@{domain}"
    answer = taken(reminded, a_mail(forged, "550 5.1.1 no such user"))

    assert (answer.status, bounces(reminded)) == ("unmatched", [])


def test_without_a_secret_nothing_changes(office: Office) -> None:
    assert office.mails == []
    assert return_addresses(Settings()).for_bounces("<" + "a" * 40 + "@x>") is None
