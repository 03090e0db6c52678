"""The runbook: every command of `docs/operations.md` is run, and answers as the page says."""

import re
import shlex
from collections.abc import Iterator
from datetime import UTC, datetime, time
from pathlib import Path

import pytest

from tests.command_line import CommandLine
from tests.office import DUE, Office, a_contact, a_debtor, an_invoice
from workers.channels.base import InDoubt, Refused
from workers.cli.registry import COMMANDS

PAGE = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")
#: They run until they are told to stop; `test_processes.py` runs them.
ENDLESS = {"relance up"}


def sections() -> Iterator[tuple[str, list[str]]]:
    for section in PAGE.split("\n## ")[1:]:
        lines = "".join(re.findall(r"```sh\n(.*?)```", section, re.DOTALL)).splitlines()
        yield section.partition("\n")[0], lines


@pytest.fixture
def relance(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> CommandLine:
    """A ledger as the page describes it: one message in doubt, one failed, of two debtors."""
    other = a_debtor("other", a_contact(email="compta@other.example"))
    office.happen(an_invoice("F-2026-0042"), an_invoice("F-2026-0043", debtor=other))
    office.go_to(datetime.combine(DUE, time(20), UTC))
    refusals = {
        "anne.perrin@btp-rhone.example": InDoubt("reset", "gone after the dot"),
        "compta@other.example": Refused("554", "blocked", address_is_bad=False),
    }
    office.mail.script = [lambda message: office.mail.refuse(refusals[message.to])(message)] * 2
    while office.mail.script:
        due = office.system.broker.next_due()
        assert due is not None
        office.go_to(datetime.fromtimestamp(due / 1000, UTC))
    return CommandLine(office.system.settings, tmp_path, monkeypatch, capsys)


@pytest.mark.parametrize(("title", "lines"), [pytest.param(*each, id=each[0]) for each in sections()])
def test_every_command_of_the_page_answers_as_it_says(relance: CommandLine, title: str, lines: list[str]) -> None:
    assert lines, title
    for line in lines:
        command, _, remark = line.partition("   #")
        if command in ENDLESS:
            continue
        program, *words = shlex.split(command)
        expected = re.search(r"exit (\d)", remark)
        done = relance(*words)

        assert program == "relance"
        assert done.code == (int(expected[1]) if expected else 0), f"{line}\n{done.out}{done.err}"


def test_every_command_that_the_page_names_in_passing_exists() -> None:
    named = set(re.findall(r"relance ([a-z]+)", PAGE))

    assert named <= set(COMMANDS)
