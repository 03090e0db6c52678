"""Every command of docs/retention.md, run as it stands there, and its settings read as they stand there."""

import re
import shlex
import tomllib
from pathlib import Path

import pytest

from tests.command_line import CommandLine
from tests.office import Office, a_debtor, an_invoice
from workers.settings_parts.retention import Retention

PAGE = (Path(__file__).parents[2] / "docs" / "retention.md").read_text("utf-8")
COMMANDS = [
    line for block in re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL) for line in block.splitlines() if line
]
[TABLE] = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)


def test_the_commands_of_the_page_answer_in_their_order(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    office.happen(an_invoice("F-2026-0042", debtor=a_debtor("C-0117")))
    office.go_on(days=40)
    relance = CommandLine(office.system.settings, tmp_path, monkeypatch, capsys)

    for command in COMMANDS:
        name, *words = shlex.split(command)
        done = relance(*words)
        assert (name, command, done.code) == ("relance", command, 0), done.err
    assert (tmp_path / "personne.zip").exists()


def test_the_table_of_settings_is_what_is_set_where_nobody_says_anything() -> None:
    given = tomllib.loads(TABLE)["retention"]

    assert Retention.model_validate(given) == Retention()
    assert set(given) == set(Retention.model_fields)
