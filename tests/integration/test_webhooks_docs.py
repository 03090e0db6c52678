"""docs/webhooks.md: its settings are accepted, its commands do what it says, its figures are the program’s."""

import re
import shlex
from datetime import timedelta
from pathlib import Path

import pytest

from tests.command_line import CommandLine
from tests.office import Office, a_contact, a_debtor, an_invoice
from workers.hooks import calls
from workers.hooks.base import Call
from workers.hooks.registry import Entrance, entrances_of
from workers.settings import load
from workers.web.door import LARGEST_UNPROVED

PAGE = (Path(__file__).parents[2] / "docs" / "webhooks.md").read_text("utf-8")
BLOCKS = re.findall(r"```toml settings\n(.*?)```", PAGE, re.DOTALL)
COMMANDS = [line for block in re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL) for line in block.splitlines()]
STOP = b'{"messageId": 7, "to": "33612345678", "msg_status": "unsubscribe"}'


@pytest.mark.parametrize("block", BLOCKS)
def test_every_block_of_settings_is_accepted_and_opens_what_it_names(tmp_path: Path, block: str) -> None:
    (tmp_path / "relance.toml").write_text(block, encoding="utf-8")

    settings = load(tmp_path / "relance.toml", {})

    named = re.findall(r"^(\w+) =", block.partition("[hooks]")[2], re.MULTILINE)
    assert sorted(entrances_of(settings)) == sorted(named)


def test_every_command_of_the_page_does_what_it_says(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "relance.toml").write_text(BLOCKS[1], encoding="utf-8")
    relance = CommandLine(office.system.settings, tmp_path, monkeypatch, capsys)
    office.happen(an_invoice(debtor=a_debtor("btp", a_contact(phone="+33612345678"))))
    with office.system.ledger.begin() as connection:
        call = Call(
            method="POST", url="https://relance.example.com/hooks/brevo", headers={}, body=STOP,
            received_at=office.clock.now(),
        )  # fmt: skip
        call_id = calls.keep(connection, "brevo", call)
        assert call_id is not None
        calls.end(connection, call_id, "unmatched")

    answers = {command: relance(*shlex.split(command.replace("CALL", call_id))[1:]) for command in COMMANDS}

    wrong = {command: done.err for command, done in answers.items() if done.code and command != "relance doctor"}
    assert wrong == {}
    assert "https://relance.example.com/hooks/ovh/" in answers["relance hooks addresses"].out
    assert "?what=stop" in answers["relance hooks addresses"].out
    assert "mysendingbox, ar24" in answers["relance doctor"].out.replace("\n", " ")
    assert office.one("SELECT count(*) FROM events WHERE kind = 'contact.opted_out'") == 1


def test_the_figures_of_the_page_are_the_programs() -> None:
    assert calls.PARKED_S == (10, 60, 300, 900, 3_600, 4 * 3_600, 12 * 3_600, 24 * 3_600)
    assert "10 seconds first, then 1, 5, 15 minutes, 1, 4, 12, 24 hours" in PAGE
    assert Entrance.__dataclass_fields__["largest"].default == 1 << 20
    assert "then 1 MiB" in PAGE
    assert LARGEST_UNPROVED == 64 << 10
    assert "64 KiB are read" in PAGE
    assert timedelta(hours=1) == calls.REPEATED_WITHIN
    assert "within an hour is one" in PAGE
