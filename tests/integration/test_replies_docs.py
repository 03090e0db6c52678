"""Every command of docs/replies.md, run as it stands there, and its settings read as they stand there."""

import re
import shlex
from datetime import UTC, date, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.command_line import CommandLine
from tests.imap_server import PASSWORD, imap_server
from tests.office import Office, an_invoice
from workers.settings import Settings, load

PAGE = (Path(__file__).parents[2] / "docs" / "replies.md").read_text("utf-8")
COMMANDS = [line for block in re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL) for line in block.splitlines()]
[TABLE, OWN, DRAFTS] = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
SECRET = "twenty letters and some more"


def a_promise(name: str) -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"] = "anne.perrin@btp-rhone.example", "Re: rappel"
    message["Message-ID"] = f"<{name}@btp-rhone.example>"
    message.set_content("Le virement partira vendredi.")
    message.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="ordre.pdf")
    return message.as_bytes()


def test_every_command_of_the_page_does_what_it_says(
    *,
    office: Office,
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    office.happen(an_invoice(due_date=date(2026, 1, 10)))
    office.go_to(datetime(2026, 1, 20, 9, tzinfo=UTC))
    relance = CommandLine(settings, tmp_path, monkeypatch, capsys)
    (tmp_path / "message.eml").write_bytes(a_promise("one"))
    with imap_server(tmp_path) as imap:
        imap.put(a_promise("two"))
        (tmp_path / "relance.toml").write_text(imap.settings(), encoding="utf-8")
        for command in COMMANDS:
            reply = office.rows("SELECT mail_id FROM incoming ORDER BY mail_id")
            words = command.replace("REPLY", reply[0].mail_id if reply else "REPLY")
            done = relance(*shlex.split(words)[1:])
            assert done.code == 0, (command, done.err)

    assert office.one("SELECT count(*) FROM events WHERE kind = 'promise.made'") == 1


def test_the_tables_of_the_page_are_taken_as_they_stand(tmp_path: Path) -> None:
    (tmp_path / "relance.toml").write_text(TABLE + DRAFTS, encoding="utf-8")
    secrets = {"RELANCE_MAILBOX__PASSWORD": PASSWORD, "RELANCE_MAILBOX__TAG_SECRET": SECRET,
               "RELANCE_DRAFTS__API_KEY": "sk-1"}  # fmt: skip
    settings = load(tmp_path / "relance.toml", secrets)
    box = settings.mailbox

    assert (box.host, box.port, box.processed, box.every_minutes) == ("imap.example.com", 993, "relance", 10)
    assert (settings.smtp.envelope_domain, box.replies_to) == ("retours.example.com", "reponses@example.com")
    assert (settings.drafts.model, settings.drafts.sends) == ("the-name-of-a-model", "kind")
    assert not any(secret in repr(settings) for secret in secrets.values())


def test_a_folder_of_answers_is_relative_to_the_settings(tmp_path: Path) -> None:
    bank = '\n[creditors.bank]\nholder = "A"\niban = "FR7630006000011234567890189"\n'
    rest = (
        'ref = "a"\nname = "A"\nemail = "a@a.example"\nphone = "0465710012"\ncontact_name = "C"\n'
        'address = {lines = ["1 rue A"], postcode = "38000", city = "Grenoble"}\n'
    )
    (tmp_path / "relance.toml").write_text(OWN + rest + bank, encoding="utf-8")
    [creditor] = load(tmp_path / "relance.toml", {}).creditors

    assert creditor.answers_dir == tmp_path / "reponses"
    assert "answers_dir" not in creditor.fact().model_dump()
