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
[TABLE] = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)


def a_promise(name: str) -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"] = "anne.perrin@btp-rhone.example", "Re: rappel"
    message["Message-ID"] = f"<{name}@btp-rhone.example>"
    message.set_content("Le virement partira vendredi.")
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


def test_the_table_of_the_page_is_taken_as_it_stands(tmp_path: Path) -> None:
    (tmp_path / "relance.toml").write_text(TABLE, encoding="utf-8")
    settings = load(tmp_path / "relance.toml", {"RELANCE_MAILBOX__PASSWORD": PASSWORD}).mailbox

    assert (settings.host, settings.port, settings.processed) == ("imap.example.com", 993, "relance")
    assert PASSWORD not in repr(settings)
