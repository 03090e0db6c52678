"""Every command of docs/proofs.md, run as it stands there, one after the other."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command_line import CommandLine
from tests.office import Office, a_debtor, an_invoice

PAGE = (Path(__file__).parents[2] / "docs" / "proofs.md").read_text("utf-8")
COMMANDS = [
    line for block in re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL) for line in block.splitlines() if line
]


@pytest.fixture
def relance(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> CommandLine:
    office.happen(an_invoice("F-2026-0042", debtor=a_debtor("C-0117")))
    office.go_on(days=40)
    assert office.mails
    return CommandLine(office.system.settings, tmp_path, monkeypatch, capsys)


def test_the_commands_of_the_page_answer_in_their_order(relance: CommandLine) -> None:
    for command in COMMANDS:
        words, _, target = command.partition(" > ")
        name, *rest = shlex.split(words)
        if name == "python":
            subprocess.run(
                [sys.executable, "-I", *rest], check=True, cwd=relance.folder, timeout=60, capture_output=True
            )
            continue
        done = relance(*rest)
        assert name == "relance"
        assert (command, done.code) == (command, 0), done.err
        if target:
            (relance.folder / target).write_text(done.out, encoding="utf-8")
    assert (relance.folder / "dossier-F-2026-0042.zip").exists()


def test_the_page_names_every_file_of_a_dossier(relance: CommandLine) -> None:
    import zipfile  # noqa: PLC0415 - only this test opens one

    assert relance("dossier", "C-0117", "--out", "d.zip").code == 0

    with zipfile.ZipFile(relance.folder / "d.zip") as archive:
        tops = {name.partition("/")[0] for name in archive.namelist()}

    assert [name for name in sorted(tops) if name not in PAGE and name != "donnees-injonction.csv"] == []
