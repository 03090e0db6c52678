"""`relance scenarios`: what ships, what a person wrote, and what is wrong with it."""

import json
from pathlib import Path

import pytest

from workers.cli import run
from workers.settings import load
from workers.wiring import ladders_of

OWN = """
name = "{name}"
version = {version}
title = {{ fr = "La mienne", en = "Mine" }}
[[steps]]
name = "first"
after_due_days = {days}
channel = "email"
fallback = ["letter"]
template = "{template}"
tone = 1
"""


def own(folder: Path, name: str = "mine", *, version: int = 1, days: int = 4, template: str = "first_reminder") -> Path:
    file = folder / f"{name}.toml"
    file.write_text(OWN.format(name=name, version=version, days=days, template=template), encoding="utf-8")
    return file


def test_a_ladder_is_described_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--lang", "fr", "scenarios", "show", "standard"]) == 0

    assert "J+5" in capsys.readouterr().out


def test_an_unknown_ladder_is_answered_with_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["scenarios", "show", "standart"]) == 3

    assert "standard" in capsys.readouterr().err


def test_the_schema_is_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["scenarios", "schema"]) == 0

    assert "steps" in json.loads(capsys.readouterr().out)["properties"]


def test_a_file_is_checked_against_the_letters_that_exist(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--lang", "fr", "scenarios", "check", str(own(tmp_path))]) == 0
    assert "J+4" in capsys.readouterr().out

    assert run(["scenarios", "check", str(own(tmp_path, "wrong", template="frist_reminder"))]) == 1
    assert "frist_reminder" in capsys.readouterr().err


def test_a_folder_of_the_settings_adds_ladders_and_newer_versions(tmp_path: Path) -> None:
    folder = tmp_path / "ladders"
    folder.mkdir()
    own(folder)
    own(folder, "standard", version=2)
    config = tmp_path / "relance.toml"
    config.write_text('scenarios_dir = "ladders"\n', encoding="utf-8")

    found = [str(ladder.ref) for ladder in ladders_of(load(config, {}))]

    assert {"mine@1", "standard@1", "standard@2"} <= set(found)
