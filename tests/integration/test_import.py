import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.command_line import CommandLine
from tests.office import Office
from workers.intake.csv_fields import Kind
from workers.intake.csv_import import Import, Report, complete_feed, import_file
from workers.ledger import schema
from workflows.case import Case

HEADER = "N° facture;Code client;Raison sociale;Type;Date d'émission;Échéance;Montant TTC;E-mail"
LINES = (
    "F-1;C-1;Perrin & Fils;pro;05/01/2026;04/02/2026;1 250,00;compta@perrin.example",
    "F-2;C-1;Perrin & Fils;pro;05/01/2026;04/02/2026;80,50;",
    "F-3;C-2;Dupont;particulier;05/01/2026;04/02/2026;19,90;dupont@mail.example",
)
PAYMENTS = "Référence paiement;Date de valeur;Montant;N° facture"


def written(folder: Path, lines: list[str], header: str = HEADER, name: str = "factures.csv") -> Path:
    file = folder / name
    file.write_bytes("\r\n".join([header, *lines, ""]).encode("cp1252"))
    return file


def imported(office: Office, file: Path, **asked: Any) -> Report:  # noqa: ANN401 - fields of Import
    kind: Kind = "payments" if "rgl" in file.name else "invoices"
    return import_file(office.system, Import(file=file, kind=kind, creditor="atelier", **asked))


def counts(report: Report) -> dict[str, int]:
    said = {name: getattr(report, name) for name in ("accepted", "corrected", "duplicates", "parked")}
    return {name: count for name, count in said.items() if count} | {"rejected": len(report.rejected)}


def rows(office: Office, table: sa.Table) -> int:
    with office.system.ledger.connect() as connection:
        return connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def case_of(office: Office, number: str) -> Case:
    with office.system.ledger.connect() as connection:
        found = sa.select(schema.cases.c.state).where(schema.cases.c.number == number)
        return Case.model_validate_json(connection.scalars(found).one())


def test_the_same_file_twice_is_known_the_second_time(office: Office, tmp_path: Path) -> None:
    file = written(tmp_path, list(LINES))

    first, second = imported(office, file), imported(office, file)

    assert counts(first) == {"accepted": 3, "rejected": 0}
    assert counts(second) == {"duplicates": 3, "rejected": 0}
    assert case_of(office, "F-1").invoice.total == 125_000
    assert case_of(office, "F-3").scenario.name == "consumer"


def test_the_lines_of_a_file_in_another_order_and_another_file_are_known(office: Office, tmp_path: Path) -> None:
    imported(office, written(tmp_path, [LINES[0], LINES[2]]))

    again = imported(office, written(tmp_path, [LINES[2], LINES[0]], name="autre.csv"), batch=1)

    assert counts(again) == {"duplicates": 2, "rejected": 0}


def test_a_rehearsal_tells_and_writes_nothing(office: Office, tmp_path: Path) -> None:
    file = written(tmp_path, [*LINES, "F-4;C-4;X;pro;05/01/2026;04/01/2026;1;"])

    told = imported(office, file, is_rehearsal=True)

    assert counts(told) == {"accepted": 3, "rejected": 1}
    assert (rows(office, schema.events), rows(office, schema.cases), rows(office, schema.debtors)) == (0, 0, 0)


def test_a_bad_line_is_answered_and_stops_nothing(office: Office, tmp_path: Path) -> None:
    bad = [
        'F-7;C-7;"cassé;pro;05/01/2026;04/02/2026;1;',
        "F-8;C-8;Y;pro;05/02/2026;04/02/2026;1;",
        "F-9;C-9;Z;pro;05/01/2026;04/02/2026;beaucoup;",
    ]

    report = imported(office, written(tmp_path, [LINES[0], *bad, *LINES[1:]]), batch=1)

    assert counts(report) == {"accepted": 3, "rejected": 3}
    assert [finding.line for finding in report.findings] == [3, 4, 5]


def test_what_the_ledger_refuses_is_told_with_the_line(office: Office, tmp_path: Path) -> None:
    header, line = f"{HEADER};Scénario", f"{LINES[0]};inconnu"

    report = imported(office, written(tmp_path, [line, f"{LINES[2]};"], header=header))

    assert counts(report) == {"accepted": 1, "rejected": 1}
    assert report.findings[0].line == 2
    assert "inconnu" in report.findings[0].fr
    assert "n’est pas publié" in report.findings[0].fr


def test_a_corrected_line_waits_for_a_word_and_then_corrects_the_invoice(office: Office, tmp_path: Path) -> None:
    imported(office, written(tmp_path, list(LINES)))
    corrected = LINES[0].replace("1 250,00", "1 300,00").replace("04/02/2026", "14/02/2026")
    file = written(tmp_path, [corrected, *LINES[1:]], name="corrigees.csv")

    refused = imported(office, file)
    office.clock.jump_to(office.clock.now() + timedelta(minutes=1))
    rehearsed = imported(office, file, may_correct=True, is_rehearsal=True)
    accepted = imported(office, file, may_correct=True)
    again = imported(office, file, may_correct=True)

    assert "--update" in refused.findings[0].fr
    assert "1300.00 au lieu de 1250.00" in refused.findings[0].fr
    assert counts(refused) == {"duplicates": 2, "rejected": 1}
    assert counts(rehearsed) == counts(accepted) == {"corrected": 1, "duplicates": 2, "rejected": 0}
    assert counts(again) == {"duplicates": 3, "rejected": 0}
    invoice = case_of(office, "F-1").invoice
    assert (invoice.total, invoice.due_on.isoformat()) == (130_000, "2026-02-14")
    assert statuses(office) == {"accepted"}


def statuses(office: Office) -> set[str]:
    with office.system.ledger.connect() as connection:
        return set(connection.scalars(sa.select(schema.events.c.status)))


def test_an_old_file_never_takes_a_correction_back_silently(office: Office, tmp_path: Path) -> None:
    old = written(tmp_path, list(LINES))
    imported(office, old)
    new = written(tmp_path, [LINES[0].replace("1 250,00", "1 300,00")], name="corrigees.csv")
    imported(office, new, may_correct=True)
    mail = written(tmp_path, [LINES[0].replace("compta@", "factures@")], name="adresse.csv")

    report = imported(office, mail)

    assert "1250.00 au lieu de 1300.00" in report.findings[0].fr
    assert case_of(office, "F-1").invoice.total == 130_000


def test_a_payment_over_two_invoices_settles_both_and_one_before_its_invoice_waits(
    office: Office, tmp_path: Path
) -> None:
    imported(office, written(tmp_path, list(LINES)))
    lines = ["VIR-1;06/01/2026;1 250,00;F-1", "VIR-2;06/01/2026;10,00;F-99", "VIR-1;06/01/2026;80,50;F-2"]
    file = written(tmp_path, lines, header=PAYMENTS, name="rgl.csv")

    report, again = imported(office, file), imported(office, file)

    assert counts(report) == {"accepted": 1, "parked": 1, "rejected": 0}
    assert report.waiting == ["atelier/F-99"]
    assert counts(again) == {"duplicates": 2, "rejected": 0}
    assert [case_of(office, number).stage for number in ("F-1", "F-2", "F-3")] == ["paid", "paid", "watching"]


def test_a_payment_in_another_currency_is_refused_and_the_next_goes_in(office: Office, tmp_path: Path) -> None:
    imported(office, written(tmp_path, list(LINES)))
    lines = ["V-1;06/01/2026;10,00;F-1;USD", "V-2;06/01/2026;19,90;F-3;EUR"]

    report = imported(office, written(tmp_path, lines, header=f"{PAYMENTS};Devise", name="rgl.csv"))

    assert counts(report) == {"accepted": 1, "rejected": 1}
    assert "la devise USD n’est pas celle de la facture F-1 (EUR)" in report.findings[0].fr
    assert case_of(office, "F-3").stage == "paid"


def test_a_feed_is_declared_complete_as_of_a_moment(office: Office) -> None:
    as_of = datetime(2026, 1, 12, 7, tzinfo=UTC)

    outcome = complete_feed(office.system, "atelier", as_of, 3)

    with office.system.ledger.connect() as connection:
        known = connection.scalars(sa.select(schema.feeds.c.as_of)).one()
    assert outcome.status == "accepted"
    assert known == as_of


@pytest.fixture
def relance(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> CommandLine:
    """The command, on the servers of the office."""
    return CommandLine(office.system.settings, tmp_path, monkeypatch, capsys)


def test_the_command_imports_tells_and_leaves_what_can_be_mended(
    office: Office, relance: CommandLine, tmp_path: Path
) -> None:
    bad = "F-4;C-4;Éric;pro;05/01/2026;04/01/2026;1;"
    written(tmp_path, [*LINES, bad])

    done = relance.apart("import", "factures.csv", "--kind", "invoices")
    rejects = tmp_path / "factures.rejets.csv"
    mended = rejects.read_text("utf-8-sig").replace("04/01/2026", "04/02/2026")
    rejects.write_text(mended, "utf-8-sig")
    again = relance("import", rejects.name, "--kind", "invoices", "--json")

    assert (done.code, again.code) == (1, 0)
    assert "       3  factures enregistrées" in done.out
    assert "ligne 5, colonne « Échéance » « 04/01/2026 » : est avant la date d’émission" in done.out
    assert "lignes à corriger : factures.rejets.csv" in done.err
    answer = json.loads(again.out)
    assert (answer["schema"], answer["accepted"], answer["encoding"]) == ("relance.import/1", 1, "utf-8-sig")
    assert case_of(office, "F-4").invoice.debtor_ref == "C-4"


@pytest.mark.parametrize(
    ("line", "options", "is_fresh"),
    [
        pytest.param("V-1;06/01/2026;10,00;F-1", [], True, id="a good file"),
        pytest.param("V-1;06/01/2026;dix;F-1", [], False, id="a file with a rejected line"),
        pytest.param("V-1;06/01/2026;dix;F-1", ["--feed"], True, id="a rejected line, declared all the same"),
        pytest.param("V-1;06/01/2026;10,00;F-1", ["--no-feed"], False, id="not declared"),
        pytest.param("V-1;06/01/2026;10,00;F-1", ["--dry-run"], False, id="a rehearsal"),
        pytest.param("", [], True, id="no payment today"),
    ],
)
def test_payments_are_up_to_date_only_when_none_was_rejected(
    office: Office, relance: CommandLine, line: str, options: list[str], *, is_fresh: bool
) -> None:
    written(relance.folder, [line], header=PAYMENTS, name="rgl.csv")

    relance("import", "rgl.csv", "--kind", "payments", *options)

    assert rows(office, schema.feeds) == int(is_fresh)


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        pytest.param(["absent.csv"], 1, "absent.csv : illisible", id="no such file"),
        pytest.param(["factures.csv", "--creditor", "x"], 2, "choisissez parmi atelier", id="an unknown creditor"),
        pytest.param(["factures.csv", "--rejects", "factures.csv"], 2, "un autre fichier", id="rejects over the file"),
        pytest.param(["factures.csv", "--as-of", "hier"], 2, "n’est pas un moment", id="a moment that is none"),
        pytest.param(["factures.csv", "--as-of", "2099-01-01"], 2, "dans l’avenir", id="a moment in the future"),
        pytest.param(["factures.csv"], 3, "", id="a header alone"),
    ],
)
def test_a_wrong_call_has_its_exit_code(relance: CommandLine, words: list[str], code: int, told: str) -> None:
    written(relance.folder, [])

    done = relance("import", *words, "--kind", "invoices")

    assert (done.code, told in done.err) == (code, True)
