"""An invoice due too late, or with too low a rate, goes in with a word to whoever sent it."""

import json
from copy import deepcopy
from pathlib import Path

import pytest

from tests.command_line import CommandLine
from tests.office import Office
from workflows.event_schemas import EXAMPLES

HEADER = "N° facture;Code client;Raison sociale;Type;Date d'émission;Échéance;Montant TTC;Taux retard\n"
LINES = (
    "F-1;C-1;Perrin;pro;05/01/2026;06/07/2026;1250;\n"
    "F-2;C-1;Perrin;pro;05/01/2026;04/02/2026;80,50;5,5\n"
    "F-3;C-2;Dupont;particulier;05/01/2026;06/07/2026;19,90;\n"
    "F-4;C-1;Perrin;pro;05/01/2026;04/02/2026;80,50;12\n"
)


def event(due_date: str, rate: str | None = None) -> str:
    data = deepcopy(EXAMPLES["invoice.issued"]["data"])
    data |= {"creditor": "atelier", "invoice_no": "F-9", "issue_date": "2026-01-05", "due_date": due_date}
    data |= {} if rate is None else {"contract_rate": rate}
    said = {"type": "invoice.issued", "id": "i-9", "source": "/t", "time": "2026-01-12T08:00:00Z", "data": data}
    return json.dumps(said) + "\n"


@pytest.fixture
def relance(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> CommandLine:
    return CommandLine(office.system.settings, tmp_path, monkeypatch, capsys)


@pytest.mark.parametrize(
    ("language", "over", "low"),
    [
        ("fr", "ligne 2, colonne « Échéance » : l’échéance du 06/07/2026 dépasse", "ligne 3, colonne « Taux retard »"),
        ("en", "line 2, column 'Échéance': the due date 2026-07-06 is later", "line 3, column 'Taux retard'"),
    ],
)
def test_an_import_takes_such_lines_in_and_says_so(*, language: str, over: str, low: str, relance: CommandLine) -> None:
    file = relance.folder / "factures.csv"
    file.write_text(HEADER + LINES, encoding="utf-8")

    done = relance("--lang", language, "import", file.name, "--kind", "invoices")
    told = json.loads(relance("import", file.name, "--kind", "invoices", "--json", "--dry-run").out)

    assert (done.code, done.err) == (0, "")
    assert over in done.out
    assert low in done.out
    assert [note["line"] for note in told["notes"]] == [2, 3]


def test_a_rate_that_was_mended_in_the_file_corrects_the_invoice(relance: CommandLine) -> None:
    file = relance.folder / "factures.csv"
    file.write_text(HEADER + LINES, encoding="utf-8")
    relance("import", file.name, "--kind", "invoices")
    file.write_text(HEADER + LINES.replace(";5,5\n", ";3x\n"), encoding="utf-8")

    refused = relance("--lang", "en", "import", file.name, "--kind", "invoices")
    mended = relance("--lang", "en", "import", file.name, "--kind", "invoices", "--update", "--json")

    assert (refused.code, "contract rate 3x instead of 5.5" in refused.out) == (1, True)
    assert (mended.code, json.loads(mended.out)["corrected"]) == (0, 1)
    assert [note["line"] for note in json.loads(mended.out)["notes"]] == [2]


def test_publishing_answers_with_the_warning_and_takes_the_invoice_in(relance: CommandLine) -> None:
    done = relance("--lang", "en", "events", "publish", "--batch", given=event("2026-07-06", "5.5"))

    assert done.code == 0
    assert "1  warning: the due date 2026-07-06 is later than professionals may agree upon" in done.err
    assert "1  warning: the contract's rate, 5.5 %, is under the floor of 8.25 %" in done.err


def test_programs_read_the_warnings_of_each_event(relance: CommandLine) -> None:
    published = relance("events", "publish", "--batch", "--json", given=event("2026-07-06"))
    checked = relance("events", "validate", "-", "--json", given=event("2026-07-06"))

    assert [warning["code"] for warning in json.loads(published.out)["results"][0]["warnings"]] == ["over_cap"]
    assert [(each["place"], each["limit"]) for each in json.loads(checked.out)["warnings"]] == [(1, "2026-03-17")]


def test_an_invoice_in_order_is_checked_in_silence(relance: CommandLine) -> None:
    done = relance("--lang", "en", "events", "validate", "-", given=event("2026-02-04", "12.4"))

    assert (done.code, done.out, done.err) == (0, "", "1 event(s), 0 invalid\n")
