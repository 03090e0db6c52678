"""`relance interest`: a statement for people and for programs, and an answer to every slip of the pen."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from workers.cli import run

Capture = pytest.CaptureFixture[str]
BASE = ("--principal", "10000", "--due", "2026-04-30", "--as-of", "2026-08-31")


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings of nobody."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RELANCE_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("RELANCE_CONFIG", raising=False)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


def answered(capture: Capture, *words: str, lang: str = "en") -> tuple[int, str, str]:
    capture.readouterr()
    code = run(["--lang", lang, "interest", *words])
    told = capture.readouterr()
    return code, told.out, told.err


def document(capture: Capture, *words: str) -> dict[str, Any]:
    code, out, err = answered(capture, *BASE, *words, "--json")
    assert (code, err) == (0, "")
    found: dict[str, Any] = json.loads(out)
    return found


def test_a_statement_is_shown_with_its_lines_the_indemnity_and_the_total(capsys: Capture) -> None:
    code, out, err = answered(capsys, *BASE, lang="fr")

    lines = [re.split(r"\s{2,}", line) for line in out.replace("\u202f", "").replace("\u00a0", " ").splitlines()]
    assert (code, err) == (0, "")
    assert ["2026-05-01", "2026-06-30", "61", "10000,00 €", "12,15 %", "203,05 €"] in lines
    assert ["2026-07-01", "2026-08-31", "62", "10000,00 €", "12,40 %", "210,63 €"] in lines
    assert ["intérêts restants", "413,68 €"] in lines
    assert ["indemnité restante", "40,00 €"] in lines
    assert ["total dû au 2026-08-31", "10453,68 €"] in lines


@pytest.mark.parametrize(
    ("order", "left"),
    [
        ("formal", ["6243.05", "131.50", "0.00", "6374.55"]),
        ("principal_first", ["6000.00", "329.43", "40.00", "6369.43"]),
        ("indemnity_last", ["6203.05", "130.65", "40.00", "6373.70"]),
    ],
)
def test_each_order_of_settlement_gives_its_balances(order: str, left: list[str], capsys: Capture) -> None:
    found = document(capsys, "--payment", "2026-06-30:4000", "--order", order)

    assert [found[f"{part}_left"] for part in ("principal", "interest", "indemnity", "total")] == left
    assert found["order"] == order


def test_what_a_payment_settled_is_shown(capsys: Capture) -> None:
    _code, out, _err = answered(capsys, *BASE, "--payment", "2026-06-30:4000,00")

    row = next(line for line in out.splitlines() if line.startswith("2026-06-30  payment"))
    assert re.split(r"\s{2,}", row)[2:] == ["4,000.00 EUR", "203.05 EUR", "40.00 EUR", "3,756.95 EUR", "0.00 EUR"]


@pytest.mark.parametrize(
    ("words", "rates", "total"),
    [
        pytest.param(["--kind", "public"], ["10.15"], "10382.04", id="a public buyer: one rate"),
        pytest.param(["--kind", "consumer"], [], "10000.00", id="a consumer without a formal notice: nothing"),
        pytest.param(
            ["--kind", "consumer", "--formal-notice", "2026-06-20"], ["2.62", "2.75"], "10053.89", id="and with one"
        ),
        pytest.param(
            ["--kind", "consumer", "--formal-notice", "2026-06-20", "--private-creditor"],
            ["6.67", "6.84"], "10134.46", id="owing to a private person",
        ),
        pytest.param(["--contract-rate", "15"], ["15"], "10545.48", id="a contract"),
        pytest.param(["--contract-rate", "3x"], ["7.86", "8.25"], "10311.50", id="an indexed contract"),
        pytest.param(["--insolvency", "2026-07-01"], ["12.15"], "10243.05", id="a judgment"),
        pytest.param(["--credit-note", "2026-07-01:4000"], ["12.15", "12.40"], "6369.43", id="a credit note"),
        pytest.param(["--correction", "2026-07-01:4000"], ["12.15", "12.40"], "6288.21", id="a correction"),
    ],
)  # fmt: skip
def test_the_law_of_each_debtor_is_applied(words: list[str], rates: list[str], total: str, capsys: Capture) -> None:
    found = document(capsys, *words)

    assert ([line["rate"] for line in found["segments"]], found["total_left"]) == (rates, total)


@pytest.mark.parametrize(
    ("words", "warning"),
    [
        pytest.param(
            ["--contract-rate", "8"], "under the floor of three times the legal rate (2026-S2: 8.25 %)", id="floor",
        ),
        pytest.param(["--payment", "2026-08-31:11000"], "546.32 EUR too much received, to give back", id="overpaid"),
        pytest.param(["--kind", "consumer"], "only after a formal notice: --formal-notice", id="no notice"),
        pytest.param(["--insolvency", "2026-05-01"], "the judgment of 2026-05-01 stops it", id="a judgment before"),
    ],
)  # fmt: skip
def test_a_person_is_warned_and_still_answered(words: list[str], warning: str, capsys: Capture) -> None:
    code, _out, err = answered(capsys, *BASE, *words)

    assert code == 0
    assert warning in err.replace("\u00a0", " ")


def test_before_the_due_date_nothing_runs_and_it_says_from_when(capsys: Capture) -> None:
    code, out, err = answered(capsys, "--principal", "100", "--due", "2026-04-30", "--as-of", "2026-04-30")

    assert (code, err) == (0, "no interest before 2026-05-01\n")
    assert re.search(r"total owed on 2026-04-30\s+100\.00 EUR", out)


def test_a_semester_without_a_rate_is_refused_with_both_fixes(capsys: Capture) -> None:
    words = ("--principal", "100", "--due", "2026-11-30", "--as-of", "2027-01-31")

    code, out, err = answered(capsys, *words, lang="fr")

    assert (code, out) == (1, "")
    assert "aucun taux connu pour 2027-S1" in err
    assert "relance rates add 2027-S1 --ecb" in err
    assert "--provisional" in err


def test_a_debt_older_than_the_table_is_refused_without_false_advice(capsys: Capture) -> None:
    words = ("--principal", "100", "--due", "2008-06-01", "--as-of", "2009-02-01", "--provisional")

    code, _out, err = answered(capsys, *words)

    assert code == 1
    assert "no rate is known for 2008-S1 (the table goes from 2009-S1 to 2026-S2); interest on a debt as old" in err
    assert "rates add" not in err
    assert "aussi ancienne" in answered(capsys, *words, lang="fr")[2]


def test_a_provisional_rate_is_marked_on_its_line_and_in_a_warning(capsys: Capture) -> None:
    words = ("--principal", "100000", "--due", "2026-11-30", "--as-of", "2027-01-31", "--provisional")

    code, out, err = answered(capsys, *words)
    _code, as_json, _err = answered(capsys, *words, "--json")

    marked = [line for line in out.splitlines() if "provisional" in line]
    assert code == 0
    assert [line.split("  ")[0] for line in marked] == ["2027-01-01", "total owed on 2027-01-31, provisional"]
    assert "provisional rates, the last known is that of 2026-S2" in err
    assert [line["provisional"] for line in json.loads(as_json)["segments"]] == [False, True]
    assert json.loads(as_json)["provisional"] is True


@pytest.mark.parametrize(
    ("words", "finding"),
    [
        pytest.param(["--principal", "0"], "--principal '0': this is not an amount above zero", id="zero"),
        pytest.param(["--principal", "-5"], "--principal '-5': this is not an amount above zero", id="negative"),
        pytest.param(["--principal", "1.234"], "--principal '1.234': this is not", id="three decimals"),
        pytest.param(["--due", "30/04/2026"], "--due '30/04/2026': this is not a day; write YYYY-MM-DD", id="date"),
        pytest.param(["--due", "9999-12-31"], "--due '9999-12-31': the year is not from 2000 to 2090", id="no year"),
        pytest.param(["--due", "2026-02-30"], "--due '2026-02-30': this is not a day", id="no such day"),
        pytest.param(["--payment", "4000"], "--payment '4000': write the day and the amount", id="payment undated"),
        pytest.param(["--payment", "2026-06-30:0"], "--payment '0': this is not an amount", id="payment of nothing"),
        pytest.param(
            ["--payment", "2026-09-01:10"], "--payment '2026-09-01:10': that day is after --as-of 2026-08-31",
            id="payment after",
        ),
        pytest.param(["--contract-rate", "quinze"], "--contract-rate 'quinze': this is not a rate", id="rate"),
        pytest.param(
            ["--kind", "public", "--contract-rate", "15"], "--contract-rate changes nothing with --kind public",
            id="rate of a public buyer",
        ),
        pytest.param(
            ["--formal-notice", "2026-06-01"], "--formal-notice changes nothing with --kind business",
            id="notice to a business",
        ),
        pytest.param(["--private-creditor"], "--private-creditor changes nothing", id="private creditor of a business"),
    ],
)  # fmt: skip
def test_a_slip_of_the_pen_names_the_option_the_value_and_the_fix(
    words: list[str], finding: str, capsys: Capture
) -> None:
    given = dict(zip(BASE[::2], BASE[1::2], strict=True))
    rest = [word for pair in given.items() if pair[0] != words[0] for word in pair]

    code, out, err = answered(capsys, *rest, *words)

    assert (code, out) == (2, "")
    assert finding in err


def test_today_is_read_from_the_clock_of_the_settings(tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "clock").write_text("2026-08-31T21:59:00+00:00\n", encoding="ascii")
    (tmp_path / "relance.toml").write_text('clock_file = "clock"\n', encoding="utf-8")

    _code, out, _err = answered(capsys, "--principal", "10000", "--due", "2026-04-30", "--json")

    assert json.loads(out)["as_of"] == "2026-08-31"
