"""What debtors and mail servers write, from a real mailbox and from a pipe to the ledger, and a person's answer."""

import email
import json
import tomllib
from collections.abc import Iterator
from datetime import UTC, date, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

import pytest

from tests.command_line import CommandLine
from tests.imap_server import ImapServer, imap_server
from tests.mail_examples import channels_to
from tests.office import Office, a_contact, a_debtor, an_invoice
from workers.channels.sink import SmtpSink
from workers.channels.sink_dialogue import SinkSettings
from workers.intake.mail import MOST_A_DAY, take
from workers.intake.mailbox import fetch
from workers.settings import Settings
from workers.settings_parts.mailbox import Mailbox
from workflows.invoice import Channel

OVERDUE = date(2026, 1, 10)
TUESDAY = datetime(2026, 1, 20, 9, tzinfo=UTC)
DEBTOR, CREDITOR = "anne.perrin@btp-rhone.example", "compta@atelier-martin.example"
MEGABYTE = 1024 * 1024


@pytest.fixture(scope="module")
def imap(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ImapServer]:
    with imap_server(tmp_path_factory.mktemp("imap")) as server:
        yield server


@pytest.fixture
def relance(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> CommandLine:
    return CommandLine(settings, tmp_path, monkeypatch, capsys)


@pytest.fixture
def reminded(office: Office) -> Office:
    """One reminder has left, and it is Tuesday morning."""
    office.happen(an_invoice(due_date=OVERDUE))
    office.go_to(TUESDAY)
    assert len(office.mails) == 1
    return office


def a_reply(text: str, to: str | None = None, **headers: str) -> bytes:
    message = EmailMessage()
    known = {"From": f"Anne Perrin <{DEBTOR}>", "To": CREDITOR, "Subject": "Re: rappel",
             "Date": format_datetime(TUESDAY), "Message-ID": "<answer-1@btp-rhone.example>"}  # fmt: skip
    for name, value in (known | {key.replace("_", "-"): value for key, value in headers.items()}).items():
        message[name] = value
    if to is not None:
        message["In-Reply-To"] = to
    message.set_content(text)
    return message.as_bytes()


def a_bounce(message_id: str, status: str = "5.1.1", action: str = "failed") -> bytes:
    return "\r\n".join([
        "From: MAILER-DAEMON@mx.example", f"To: {CREDITOR}", "Subject: Undelivered Mail Returned to Sender",
        "Message-ID: <dsn-1@mx.example>", "Auto-Submitted: auto-replied", "MIME-Version: 1.0",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"', "",
        "--b", "Content-Type: text/plain", "", "It could not be delivered.",
        "--b", "Content-Type: message/delivery-status", "", "Reporting-MTA: dns; mx.example", "",
        f"Final-Recipient: rfc822; {DEBTOR}", f"Action: {action}", f"Status: {status}", "",
        "--b", "Content-Type: text/rfc822-headers", "", f"Message-ID: {message_id}", "Subject: rappel", "", "--b--", "",
    ]).encode()  # fmt: skip


def taken(relance: CommandLine, message: bytes, folder: Path, *words: str, code: int = 0) -> dict[str, object]:
    (folder / "message.eml").write_bytes(message)
    done = relance("mailbox", "take", "message.eml", "--json", *words)
    assert done.code == code, done.err
    [answer] = json.loads(done.out)["taken"]
    assert isinstance(answer, dict)
    return answer


def test_a_reminder_is_answered_and_the_promise_acknowledged_in_one_thread(
    office: Office, relance: CommandLine, imap: ImapServer, tmp_path: Path
) -> None:
    (tmp_path / "relance.toml").write_text(imap.settings(processed="lus"), encoding="utf-8")
    with SmtpSink(SinkSettings(directory=tmp_path / "sink")) as sink, channels_to(sink.port) as make:
        office.system.outlets = {**office.providers, Channel.EMAIL: make()}
        office.happen(an_invoice(due_date=OVERDUE))
        office.go_to(TUESDAY)
        [reminder] = sink.messages()
        imap.put(a_reply("Bonjour,\nle virement partira vendredi.\nCordialement,\nAnne", reminder.message_id))

        assert relance("mailbox", "check").out == f"127.0.0.1:{imap.port}/INBOX : 1 message(s) en attente\n"
        done = relance("mailbox", "fetch")
        assert (done.code, "promesse, 23/01/2026" in done.out, "virement partira" in done.out) == (0, True, True)
        assert (imap.count("INBOX"), imap.count("lus")) == (0, 1)

        assert office.tasks() == ["reply"]
        assert "promesse, 23/01/2026" in relance("tasks").out
        office.go_on(days=1)
        assert len(sink.messages()) == 1  # nothing acts by itself, and nothing leaves meanwhile

        [row] = json.loads(relance("replies", "list", "--json").out)["replies"]
        assert relance("replies", "accept", row["mail_id"][:10]).code == 0
        office.work()

        assert office.case().stage == "promised"
        assert office.tasks() == []
        acknowledged = email.message_from_bytes(sink.messages()[-1].path.read_bytes())
        assert len(sink.messages()) == 2
        assert reminder.message_id in acknowledged["References"]


def test_fetching_again_after_a_crash_is_the_same_reply(
    reminded: Office, relance: CommandLine, imap: ImapServer, tmp_path: Path
) -> None:
    (tmp_path / "relance.toml").write_text(imap.settings(), encoding="utf-8")
    message = a_reply("Je paie lundi.", reminded.mails[0].message_id)
    taken(relance, message, tmp_path)
    imap.put(message)

    trial = json.loads(relance("mailbox", "fetch", "--dry-run", "--json").out)
    assert (trial["taken"][0]["is_new"], imap.count("INBOX")) == (False, 1)
    relance("mailbox", "fetch")

    assert imap.count("INBOX") == 0
    assert reminded.one("SELECT count(*) FROM events WHERE kind = 'reply.received'") == 1
    assert reminded.one("SELECT count(*) FROM incoming") == 1


def test_a_message_that_somebody_deletes_meanwhile_keeps_none_back(reminded: Office, imap: ImapServer) -> None:
    messages = [a_reply(f"Je paie lundi {each}.", reminded.mails[0].message_id) for each in range(3)]
    imap.put(*messages)
    settings = Mailbox.model_validate(tomllib.loads(imap.settings())["mailbox"])
    reading = fetch(reminded.system, settings)
    assert next(reading).status == "reply"
    imap.take_away(1)

    assert [each.status for each in reading] == ["reply"]
    assert imap.count("INBOX") == 0
    assert reminded.one("SELECT count(*) FROM incoming") == 2


def test_a_mailbox_that_cannot_be_opened_is_one_line(relance: CommandLine, imap: ImapServer, tmp_path: Path) -> None:
    (tmp_path / "relance.toml").write_text(imap.settings(password="wrong"), encoding="utf-8")
    done = relance("mailbox", "check")

    assert (done.code, done.err.count("\n")) == (6, 1)
    assert "wrong" not in done.err
    (tmp_path / "relance.toml").write_text("", encoding="utf-8")
    assert relance("mailbox", "fetch").code == 2


@pytest.mark.parametrize(
    ("message", "by"),
    [
        pytest.param(lambda id_: a_reply("ok", id_), "message", id="the header"),
        pytest.param(lambda id_: a_reply("ok", From="x@y", References=f"<a@b> {id_}"), "message", id="the thread"),
        pytest.param(lambda _id: a_reply("au sujet de F-1", From="other@y.example"), "number", id="the number"),
        pytest.param(lambda _id: a_reply("bonjour"), "sender", id="the sender"),
    ],
)  # fmt: skip
def test_a_reply_finds_its_case(
    *, reminded: Office, relance: CommandLine, tmp_path: Path, message: object, by: str
) -> None:
    assert callable(message)
    answer = taken(relance, message(reminded.mails[0].message_id), tmp_path)

    assert (answer["status"], answer["debtor"]) == ("reply", "btp")
    assert reminded.one("SELECT matched_by FROM incoming") == by
    assert reminded.tasks() == ["reply"]


def test_a_number_of_two_debtors_is_the_one_of_whoever_writes(
    office: Office, relance: CommandLine, tmp_path: Path
) -> None:
    other = a_debtor("loire", a_contact(email="jean@loire.example"))
    office.happen(an_invoice(due_date=OVERDUE), an_invoice("F-2", debtor=other, due_date=OVERDUE))
    answer = taken(relance, a_reply("F-1 ? ou F-2 ?", From="jean@loire.example"), tmp_path)
    assert answer["debtor"] == "loire"

    stranger = taken(relance, a_reply("F-1 ? ou F-2 ?", From="x@y.example", Message_ID="<2@y>"), tmp_path)
    assert (stranger["status"], stranger["debtor"]) == ("unmatched", None)


def test_an_absence_holds_nothing(reminded: Office, relance: CommandLine, tmp_path: Path) -> None:
    message = a_reply("Je paierai vendredi.", reminded.mails[0].message_id, Auto_Submitted="auto-replied")
    answer = taken(relance, message, tmp_path)

    assert answer["status"] == "automatic"
    assert reminded.tasks() == []
    assert relance("replies", "list").code == 3


def test_a_message_that_fits_nobody_waits_for_a_person(reminded: Office, relance: CommandLine, tmp_path: Path) -> None:
    answer = taken(relance, a_reply("Nous contestons cette facture.", From="x@y.example"), tmp_path)
    name = str(answer["mail_id"])[:10]
    assert "à rattacher" in relance("replies", "list").out
    shown = relance("replies", "show", name).out
    assert ("ne désigne un débiteur" in shown, "names a debtor" in shown) == (True, False)

    assert relance("replies", "match", name, "F-1").code == 0
    assert reminded.tasks() == ["reply"]
    assert relance("replies", "match", name, "F-1").code == 5


def test_what_a_clerk_writes_in_copy_is_no_answer_of_the_debtor(reminded: Office) -> None:
    copy = a_reply(
        "Merci, nous notons votre paiement pour vendredi.", reminded.mails[0].message_id, From=CREDITOR.upper()
    )

    assert take(reminded.system, copy).status == "own"
    assert reminded.tasks() == []


def test_what_a_clerk_hands_on_is_an_answer(reminded: Office) -> None:
    handed_on = a_reply("-- Message transféré --\nJe paie F-1 lundi.", From=CREDITOR, Subject="TR: Re: rappel")

    assert take(reminded.system, handed_on).status == "reply"


def test_whoever_tries_it_out_with_one_address_for_all_is_answered(office: Office) -> None:
    both = a_debtor("btp", a_contact(email=CREDITOR))
    office.happen(an_invoice(due_date=OVERDUE, debtor=both))

    assert take(office.system, a_reply("Je paie lundi, F-1.", From=CREDITOR)).status == "reply"


def test_two_programs_that_answer_each_other_are_stopped(reminded: Office) -> None:
    def answer(number: int, sender: str = DEBTOR) -> str:
        text, name = f"Votre demande est le ticket {number}.", f"<{number}@desk.example>"
        return take(reminded.system, a_reply(text, reminded.mails[0].message_id, From=sender, Message_ID=name)).status

    first = [answer(number) for number in range(MOST_A_DAY)]
    assert "unmatched" not in first
    assert [answer(100), answer(101)] == ["unmatched", "unmatched"]
    assert answer(102, sender="jean@btp-rhone.example") != "unmatched"
    assert reminded.one("SELECT count(*) FROM events WHERE kind = 'reply.received'") == MOST_A_DAY + 1

    reminded.jump(days=2)
    assert answer(103) != "unmatched"


def test_a_trial_writes_nothing(reminded: Office, relance: CommandLine, tmp_path: Path) -> None:
    assert taken(relance, a_reply("Je paie lundi."), tmp_path, "--dry-run")["status"] == "reply"
    assert reminded.one("SELECT count(*) FROM incoming") == 0
    assert reminded.tasks() == []


@pytest.mark.parametrize(
    ("text", "words", "kinds", "stage"),
    [
        pytest.param("Je paie lundi.", (), {"promise.made"}, "promised", id="a promise"),
        pytest.param("Je paie.", ("--date", "2026-02-02"), {"promise.made"}, "promised", id="a day that a person adds"),
        pytest.param("La marchandise n'a jamais été livrée.", (), {"dispute.opened"}, "disputed", id="a dispute"),
        pytest.param("hmm", ("--as", "dispute", "--category", "price"), {"dispute.opened"}, "disputed", id="otherwise"),
        pytest.param("Nous avons déjà payé.", (), {"payment.announced"}, "paused", id="paid already"),
        pytest.param("Bien reçu, merci.", (), set(), "reminding", id="thanks"),
    ],
)
def test_a_person_accepts_what_a_reply_says(
    *,
    reminded: Office,
    relance: CommandLine,
    tmp_path: Path,
    text: str,
    words: tuple[str, ...],
    kinds: set[str],
    stage: str,
) -> None:
    name = str(taken(relance, a_reply(text, reminded.mails[0].message_id), tmp_path)["mail_id"])[:10]
    assert relance("replies", "accept", name, *words, "--dry-run").code == 0
    assert reminded.tasks() == ["reply"]

    done = relance("replies", "accept", name, *words)

    assert done.code == 0, done.err
    found = {row.kind for row in reminded.rows("SELECT kind FROM events WHERE source = '/replies'")}
    assert found == kinds | {"reply.handled"}
    assert "reply" not in reminded.tasks()
    assert reminded.case().stage == stage
    assert relance("replies", "accept", name).code == 5


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("Nous allons payer bientôt.", ("--as", "promise"), id="no day"),
        pytest.param("Je paie lundi.", ("--invoice", "F-9"), id="a stranger's invoice"),
        pytest.param("Je paie lundi.", ("--date", "lundi"), id="no date"),
    ],
)
def test_what_cannot_be_accepted_is_said(
    *, reminded: Office, relance: CommandLine, tmp_path: Path, text: str, words: tuple[str, ...]
) -> None:
    name = str(taken(relance, a_reply(text, reminded.mails[0].message_id), tmp_path)["mail_id"])[:10]
    done = relance("replies", "accept", name, *words)

    assert (done.code, done.err.count("\n")) == (2, 1)
    assert reminded.tasks() == ["reply"]


def test_a_reply_is_shown_with_its_files(reminded: Office, relance: CommandLine, tmp_path: Path) -> None:
    message = email.message_from_bytes(a_reply("Virement fait."), policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    message.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="../../preuve.pdf")
    name = str(taken(relance, message.as_bytes(), tmp_path)["mail_id"])[:10]
    shown = relance("replies", "show", name).out

    assert "Virement fait." in shown
    assert "[preuve.pdf · application/pdf · 5 o]" in shown
    assert json.loads(relance("replies", "show", name, "--json").out)["text"].strip() == "Virement fait."
    assert relance("replies", "show", "zzz").code == 3
    [listed] = json.loads(relance("replies", "show", name, "--json").out)["files"]
    assert (listed["name"], listed["size"]) == ("preuve.pdf", 5)
    assert reminded.one("SELECT length(raw) FROM incoming") == len(message.as_bytes())


def test_the_files_of_a_reply_are_written_and_never_over_others(
    reminded: Office, relance: CommandLine, tmp_path: Path
) -> None:
    message = email.message_from_bytes(a_reply("Virement fait."), policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    message.add_attachment(b"#!/bin/sh", maintype="text", subtype="x-sh", filename="/etc/cron.d/go.sh")
    name = str(taken(relance, message.as_bytes(), tmp_path)["mail_id"])
    out = tmp_path / "pieces"
    for _ in range(2):
        assert relance("replies", "files", name, "--out", str(out)).code == 0

    written = out / "go.sh"
    assert (written.read_bytes(), written.stat().st_mode & 0o777) == (b"#!/bin/sh", 0o600)
    assert [each.name for each in out.iterdir()] == ["go.sh"]
    written.unlink()
    written.symlink_to(tmp_path / "elsewhere")
    assert relance("replies", "files", name, "--out", str(out)).code == 5
    assert not (tmp_path / "elsewhere").exists()
    assert reminded.tasks() == ["reply"]


@pytest.mark.parametrize(
    ("status", "action", "bounce"),
    [
        pytest.param("5.1.1", "failed", "hard", id="unknown user"),
        pytest.param("4.4.7", "failed", "soft", id="given up"),
        pytest.param("5.2.2", "failed", "soft", id="mailbox full"),
    ],
)
def test_a_bounce_reaches_the_message(
    *, reminded: Office, relance: CommandLine, tmp_path: Path, status: str, action: str, bounce: str
) -> None:
    answer = taken(relance, a_bounce(reminded.mails[0].message_id, status, action), tmp_path)

    assert (answer["status"], answer["reason"]) == ("bounce", f"{bounce} {status}")
    [row] = reminded.rows("SELECT body->>'bounce' AS bounce FROM events WHERE kind = 'message.bounced'")
    assert row.bounce == bounce


def test_a_delay_is_no_bounce(reminded: Office, relance: CommandLine, tmp_path: Path) -> None:
    answer = taken(relance, a_bounce(reminded.mails[0].message_id, "4.4.1", "delayed"), tmp_path)

    assert answer["status"] == "notice"
    assert reminded.one("SELECT count(*) FROM events WHERE kind = 'message.bounced'") == 0


def test_a_report_that_has_lost_its_form_still_finds_the_message(
    reminded: Office, relance: CommandLine, tmp_path: Path
) -> None:
    torn = a_bounce(reminded.mails[0].message_id).replace(b'boundary="b"', b"boundary=").replace(b"Status:", b"\xff:")
    answer = taken(relance, torn, tmp_path)

    assert answer["status"] == "bounce"


@pytest.mark.parametrize(
    "message",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\x00\xff" * 500, id="noise"),
        pytest.param(a_reply("x").replace(b"ok", b"") + b"a" * (50 * MEGABYTE), id="50 MB"),
        pytest.param(
            b"From: a@b\r\n" + b"".join(
                b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n) for n in range(2000)
            ), id="boxes in boxes",
        ),
        pytest.param(
            b'From: a@b\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n' + b"--b\r\n\r\nx\r\n" * 20_000,
            id="parts",
        ),
    ],
)  # fmt: skip
def test_what_is_no_message_is_refused_and_kept_with_its_reason(
    reminded: Office, relance: CommandLine, tmp_path: Path, message: bytes
) -> None:
    answer = taken(relance, message, tmp_path, code=1)

    assert (answer["status"], bool(answer["reason"])) == ("refused", True)
    [row] = reminded.rows("SELECT status, raw FROM incoming")
    assert (row.status, row.raw) == ("refused", None)
    assert taken(relance, a_reply("Je paie lundi."), tmp_path)["status"] == "reply"  # the rest goes on


def test_a_message_above_the_limit_stays_on_the_server_unread_and_is_named(
    *, reminded: Office, relance: CommandLine, imap: ImapServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workers.intake.mailbox.LARGEST", 1000)
    (tmp_path / "relance.toml").write_text(imap.settings(processed="grands"), encoding="utf-8")
    imap.put(a_reply("x" * 2000), a_reply("Je paie lundi.", reminded.mails[0].message_id, Message_ID="<3@x>"))
    answers = json.loads(relance("mailbox", "fetch", "--json").out)["taken"]

    assert [each["status"] for each in answers] == ["refused", "reply"]
    assert imap.count("grands") == 2
