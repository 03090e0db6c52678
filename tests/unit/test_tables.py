"""Tables fit the terminal of a clerk: nothing is broken inside a word, a sum or a day."""

import re
import sys
from collections.abc import Callable

import pytest

from workers.cli.fitting import blocks, fitted
from workers.cli.invocation import Invocation
from workers.cli.tables import Column, money_text, show_table

SUM = money_text(120_000, "EUR", "fr")
COLUMNS = [Column("FACTURE", "INVOICE"), Column("POURQUOI", "WHY"), Column("RESTE DÛ", "OWED", "right"),
           Column("INCERTAINS", "IN DOUBT", "right")]  # fmt: skip
ROWS = [["F-2026-0042", "Le débiteur demande un échéancier ; silence", SUM, "0"], ["F-2026-0043", "–", SUM, "0"]]


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[[int], tuple[str, str]]:
    def on_a_terminal(width: int) -> tuple[str, str]:
        monkeypatch.setenv("COLUMNS", str(width))
        monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
        show_table(Invocation(asked="fr"), COLUMNS, ROWS)
        out, told = capsys.readouterr()
        return re.sub("\x1b\\[[0-9;]*m", "", out), told

    return on_a_terminal


@pytest.mark.parametrize("width", [200, 80, 66, 50, 40, 30, 20])
def test_no_line_is_longer_than_the_terminal_and_no_sum_or_number_is_broken(
    width: int, shown: Callable[[int], tuple[str, str]]
) -> None:
    lines = shown(width)[0].splitlines()

    assert max(map(len, lines)) <= max(width, 24)
    assert sum(SUM in line for line in lines) == len(ROWS)
    assert sum("F-2026-004" in line for line in lines) == len(ROWS)


def test_a_column_without_anything_to_say_gives_way_and_is_named(shown: Callable[[int], tuple[str, str]]) -> None:
    assert "INCERTAINS" in shown(80)[0]

    out, told = shown(45)

    assert "INCERTAINS" not in out
    assert "non affichées faute de place : INCERTAINS" in told


def test_what_fits_no_terminal_is_told_row_by_row(shown: Callable[[int], tuple[str, str]]) -> None:
    first = shown(30)[0].split("\n\n")[0].splitlines()

    assert first[0] == "FACTURE     F-2026-0042"
    assert first[-1] == f"RESTE DÛ    {SUM}"


def test_elsewhere_every_row_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    show_table(Invocation(asked="fr"), COLUMNS, ROWS)

    assert [line.split("  ")[0] for line in capsys.readouterr().out.splitlines()] == [
        "FACTURE", "F-2026-0042", "F-2026-0043",
    ]  # fmt: skip


def test_a_column_may_have_neither_title_nor_values(capsys: pytest.CaptureFixture[str]) -> None:
    show_table(Invocation(asked="fr"), [Column("LE", "ON"), Column("", "")], [["12/01/2026", ""]])

    assert capsys.readouterr().out == "LE\n12/01/2026\n"


def test_an_empty_table_has_its_headings_and_blocks_of_nothing_are_nothing() -> None:
    assert fitted(["A", "B"], [], 80) is not None
    assert blocks(["A", "B"], [], 80) == []
