"""The page about letters: its table of rules is that of the program, and its commands run."""

import re
import shlex
from pathlib import Path

import pytest

from workers.cli import run
from workers.rendering.catalogue import SHIPPED
from workers.rendering.compiling import MOST_CHARACTERS
from workers.rendering.formats import FORMATS
from workflows.letter_rules import RULES

PAGE = (Path(__file__).parents[2] / "docs" / "letters.md").read_text("utf-8")
COMMANDS = [
    line
    for block in re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL)
    for line in block.splitlines()
    if not line.startswith("relance letters gallery")
]


def test_the_page_has_every_rule_with_its_reason_and_remedy() -> None:
    rows = re.findall(r"^\| `([a-z-]+)`( \(law\))? \| (.*) \| (.*) \|$", PAGE, re.MULTILINE)

    assert rows == [(rule.id, " (law)" if rule.is_law else "", rule.why.en, rule.mend.en) for rule in RULES]


def test_the_page_names_the_languages_and_the_limit() -> None:
    assert f"{', '.join(sorted(FORMATS))}. A letter in one of them alone" in PAGE
    assert f"beyond {MOST_CHARACTERS:,} characters" in PAGE


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_of_the_page_runs(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "lettres" / "fr"
    home.mkdir(parents=True)
    text = (SHIPPED / "fr" / "first_reminder.md.j2").read_text("utf-8")
    (home / "first_reminder.md.j2").write_text(text, "utf-8")
    monkeypatch.chdir(tmp_path)

    assert run(shlex.split(command)[1:]) == 0
