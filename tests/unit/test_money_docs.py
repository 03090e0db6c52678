"""docs/money.md: every command on the page answers as printed."""

import re
import shlex
from pathlib import Path

import pytest

from workers.cli import run
from workers.rates_file import rates_of
from workers.settings import load
from workflows.limitation import Claim
from workflows.payment_terms import END_OF_MONTH_DAYS, LONGEST_DAYS, PERIODIC_DAYS

PAGE = (Path(__file__).parents[2] / "docs" / "money.md").read_text("utf-8")
SESSIONS = re.findall(r"```console\n\$ relance (.*?)\n(.*?)```", PAGE, re.DOTALL)
COMMANDS = [line for block in re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL) for line in block.splitlines()]


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings of nobody, on a day whose rates are known for long."""
    (tmp_path / "clock").write_text("2026-09-01T08:00:00+00:00\n", encoding="ascii")
    (tmp_path / "relance.toml").write_text('clock_file = "clock"\ndata_dir = "data"\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RELANCE_CONFIG", raising=False)
    monkeypatch.delenv("RELANCE_DATA_DIR", raising=False)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


@pytest.mark.parametrize(("words", "printed"), SESSIONS, ids=[words for words, _printed in SESSIONS])
def test_a_session_on_the_page_is_what_the_program_says(
    words: str, printed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(shlex.split(words)) == 0

    said = capsys.readouterr()
    assert said.err == ""
    assert said.out.replace("\u00a0", " ").split() == printed.split()
    assert len(said.out.splitlines()) == len(printed.splitlines())


def test_the_semester_of_the_page_can_be_added() -> None:
    (command,) = COMMANDS

    assert run(shlex.split(command)[1:]) == 0
    assert rates_of(load()).semesters[-1].semester == "2027-S1"


def test_the_three_orders_give_the_figures_of_the_page(capsys: pytest.CaptureFixture[str]) -> None:
    rows = re.findall(r"^\| `(\w+)` \|.*\| ([0-9 ]+\.[0-9]{2}) € \|$", PAGE, re.MULTILINE)
    words = shlex.split(SESSIONS[0][0])

    assert [order for order, _sum in rows] == ["formal", "principal_first", "indemnity_last"]
    for order, owed in rows:
        assert run([*words, "--order", order, "--json"]) == 0
        assert f'"total_left": "{owed.replace(" ", "")}"' in capsys.readouterr().out


def test_the_page_names_every_claim_and_the_caps_as_they_are() -> None:
    assert [claim for claim in Claim if f"`{claim}`" not in PAGE] == []
    assert f"{LONGEST_DAYS} days from the invoice's date, or {END_OF_MONTH_DAYS} days end of month" in PAGE
    assert f"periodic invoices ({PERIODIC_DAYS} days)" in PAGE
