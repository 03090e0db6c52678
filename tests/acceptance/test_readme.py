"""What the README shows is what happens: its settings, its commands and its program, one after the other."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.until import until

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CSV = (
    "N° facture;Code client;Raison sociale;E-mail;Date d'émission;Échéance;Montant TTC\n"
    "F-2026-0042;perrin;BTP Perrin;compta@btp-perrin.example;09/10/2026;08/11/2026;1 250,00\n"
)


def blocks(language: str) -> list[str]:
    """The code blocks of the README in `language`, in order."""
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def commands() -> list[str]:
    """The lines of the README that begin with `relance`, without their comments."""
    lines = "\n".join(blocks("sh")).splitlines()
    return [line.partition("#")[0].strip() for line in lines if line.startswith("relance ")]


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    directory = Path(tempfile.mkdtemp(prefix="relance-readme-"))
    (directory / "relance.toml").write_text(blocks("toml")[0], encoding="utf-8")
    (directory / "factures.csv").write_text(CSV, encoding="utf-8")
    yield directory
    run(directory, "stop")
    shutil.rmtree(directory)


def environment(place: Path) -> dict[str, str]:
    return {**os.environ, "RELANCE_DATA_DIR": str(place / "data"), "PYTHONPATH": str(ROOT)}


def run(place: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    relance = [sys.executable, "-m", "workers.cli", *words]
    return subprocess.run(
        relance, cwd=place, env=environment(place), capture_output=True, text=True, timeout=60, check=False
    )


def test_the_commands_of_the_readme_work_in_their_order(place: Path) -> None:
    shown = commands()

    names = [command.split()[1] for command in shown]
    assert names == ["import", "up", "case", "explain", "rehearse", "letters", "interest"]
    said = {}
    for command in shown:
        words = command.split()[1:]
        if words == ["up"]:
            runs_until_it_is_told_to_stop(place)
            continue
        result = run(place, *words)
        assert result.returncode == 0, (command, result.stdout, result.stderr)
        said[words[0]] = result.stdout
    assert "F-2026-0042" in said["explain"]
    assert "413,68" in said["interest"]


def runs_until_it_is_told_to_stop(place: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "workers.cli", "up"],
        cwd=place, env=environment(place), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    try:
        until(lambda: '"kind": "worker"' in run(place, "workers", "--json").stdout, within_s=30)
    finally:
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=30)
    assert process.returncode == 0, output


def test_the_program_of_the_readme_publishes_its_payment(place: Path) -> None:
    run(place, "import", "factures.csv", "--kind", "invoices")
    program = blocks("python")[0].replace("\npublish(", "\nprint(publish(", 1).rstrip() + ".status)"

    result = subprocess.run(
        [sys.executable, "-c", program],
        cwd=place, env=environment(place), capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    assert result.stdout.strip() == "accepted", result.stderr


def test_the_two_commands_do_all_the_set_up() -> None:
    fresh = [line for line in "\n".join(blocks("sh")).splitlines() if line.startswith("python3 -m venv")]

    assert len(fresh) == 2
    assert fresh[0].endswith("relance demo")
    assert fresh[1].endswith("-m pytest")
    assert all("-c constraints.txt" in line for line in fresh)
