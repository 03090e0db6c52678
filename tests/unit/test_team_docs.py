"""docs/team.md: every block of settings is accepted, every figure and every name is the program's."""

import re
from pathlib import Path
from typing import get_args

import pytest

from workers.channels.circuit import Circuit
from workers.settings import load
from workers.settings_parts.team import Target, Team
from workers.team.crew import RETRY_MINUTES
from workers.team.kinds import AT_ONCE, BESIDE, KINDS
from workers.team.messages import ROOM
from workers.team.words import words_of
from workflows.effects import TaskKind

PAGE = (Path(__file__).parents[2] / "docs" / "team.md").read_text("utf-8")
TEXT = " ".join(PAGE.split())
BLOCKS = re.findall(r"```toml settings(?: env (\w+)=([^\n]*))?\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize(("variable", "value", "block"), BLOCKS)
def test_every_block_of_settings_is_accepted(tmp_path: Path, variable: str, value: str, block: str) -> None:
    (tmp_path / "relance.toml").write_text(block, encoding="utf-8")

    settings = load(tmp_path / "relance.toml", {variable: value} if variable else {})

    assert settings.team.targets or settings.plugins
    assert "TIiajkdnlazkcOXrIdevi7" not in repr(settings)


def test_the_figures_of_the_page_are_the_programs() -> None:
    team = Team()
    assert f"Nothing leaves before {team.awake_from:%H:%M}, from {team.awake_until:%H:%M} on" in TEXT
    assert f"open at {team.digest_at:%H:%M}" in TEXT
    assert f"after {', '.join(map(str, RETRY_MINUTES[: team.attempts - 1]))} minutes" in TEXT
    assert f"after {team.attempts} attempts" in TEXT
    assert f"After {Circuit().failures} failures in a row" in TEXT
    assert f"never longer than {ROOM:,} characters" in TEXT


def test_the_page_names_every_key_of_a_target_and_what_is_told_at_once() -> None:
    assert [name for name in Target.model_fields if f"`{name}`" not in PAGE] == []
    paragraph = PAGE.split("At once, unless", 1)[1].split("Every kind", 1)[0]
    assert re.findall(r"`(\w+)`", paragraph)[1:] == list(AT_ONCE)
    assert re.findall(r"^\| `(\w+)` \| (?=messages|a channel|a `relance|an event)", PAGE, re.MULTILINE) == list(BESIDE)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_of_fact_has_words_in_both_languages(kind: str) -> None:
    french, english = words_of(kind, "fr"), words_of(kind, "en")

    assert kind not in french.what
    assert french != english
    assert all(each and not each.endswith(".") for each in (*french, *english))


def test_every_task_is_a_kind() -> None:
    assert set(get_args(TaskKind)) < set(KINDS)
    assert set(AT_ONCE) < set(KINDS)
