"""Every command of docs/rehearsal.md, run as it stands there."""

import re
import shlex
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.command_line import CommandLine
from tests.office import Office, an_invoice, office_at
from workers.cli.rehearsal_csv import CHANGES, MESSAGES
from workers.settings import Settings

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "rehearsal.md").read_text("utf-8")
COMMANDS = [
    line for block in re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL) for line in block.splitlines() if line
]


@pytest.fixture
def office(settings: Settings) -> Iterator[Office]:
    with office_at(settings) as found:
        found.happen(an_invoice("F-1"))
        found.go_on(days=35)
        found.happen(an_invoice("F-2", due_date=found.clock.now().date() + timedelta(days=10)))
        yield found


@pytest.fixture
def command_line(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> CommandLine:
    draft = (ROOT / "workflows" / "scenarios" / "standard.toml").read_text("utf-8")
    (tmp_path / "draft.toml").write_text(draft, encoding="utf-8")
    return CommandLine(office.system.settings, tmp_path, monkeypatch, capsys)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_page_answers(command: str, command_line: CommandLine) -> None:
    name, *words = shlex.split(command)

    done = command_line(*words)

    assert name == "relance"
    assert (done.code, done.err) == (0, "")
    assert done.out.strip()


@pytest.mark.parametrize("column", [*MESSAGES, *CHANGES])
def test_every_column_is_on_the_page(column: str) -> None:
    assert f"`{column}`" in PAGE
