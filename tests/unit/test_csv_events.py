import csv
import io
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from workers.intake.csv_entries import Entry, Rejected
from workers.intake.csv_fields import Kind
from workers.intake.csv_invoices import InvoiceReader
from workers.intake.csv_layout import SEARCHED, Layout, find_layout
from workers.intake.csv_mapping import Mapping
from workers.intake.csv_payments import PaymentReader
from workers.intake.csv_rejects import own_name, rejects_text
from workers.intake.csv_text import open_text
from workflows.events import InvoiceIssued, PaymentReceived
from workflows.invoice import DebtorKind

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
INVOICES = (
    "N° facture;Code client;Raison sociale;Type;Date d'émission;Échéance;Montant TTC;Devise;E-mail;Téléphone;Adresse;"
    "Code postal;Ville;SIREN"
)
GOOD = (
    "F-1;C-1;Perrin & Fils;pro;09/10/2026;08/11/2026;1 250,00;EUR;compta@perrin.example;06 12 34 56 78;"
    "12 rue des Tanneurs;1000;Bourg-en-Bresse;732829320"
)
PAYMENTS = "Référence paiement;Date de valeur;Montant;N° facture;Mode;Montant total;Code client;Devise"
Answers = list[Entry | Rejected]


def read(folder: Path, header: str, lines: Iterable[str], *, now: datetime = NOW) -> tuple[Answers, Layout]:
    file = folder / "fichier.csv"
    file.write_text("\n".join([header, *lines]) + "\n", "utf-8")
    kind: Kind = "invoices" if header.startswith("N°") else "payments"
    with open_text(file) as text:
        layout = find_layout(text.peek(SEARCHED), kind, Mapping())
        text.skip(layout.line)
        reader = (InvoiceReader if kind == "invoices" else PaymentReader)(layout, "atelier", now)
        return list(reader.read(text.records(layout.delimiter, len(layout.headers)))), layout


def invoice(answer: Entry | Rejected) -> InvoiceIssued:
    assert isinstance(answer, Entry), answer.findings
    assert isinstance(answer.event, InvoiceIssued)
    return answer.event


def payment(answer: Entry | Rejected) -> PaymentReceived:
    assert isinstance(answer, Entry), answer.findings
    assert isinstance(answer.event, PaymentReceived)
    return answer.event


def reasons(answer: Entry | Rejected) -> list[str]:
    assert isinstance(answer, Rejected)
    return [finding.text("fr") for finding in answer.findings]


def test_a_line_is_an_invoice_with_its_debtor(tmp_path: Path) -> None:
    (answer,), _ = read(tmp_path, INVOICES, [GOOD])
    event = invoice(answer)
    (contact,) = event.debtor.contacts or ()

    assert (event.invoice_no, event.creditor, event.total.amount) == ("F-1", "atelier", 125_000)
    assert (event.issue_date, event.due_date) == (date(2026, 10, 9), date(2026, 11, 8))
    assert (event.debtor.ref, event.debtor.kind, event.debtor.siren) == ("C-1", DebtorKind.BUSINESS, "732829320")
    assert (contact.email, contact.phone) == ("compta@perrin.example", "+33612345678")
    assert contact.address is not None
    assert contact.address.postcode == "01000"
    assert isinstance(answer, Entry)
    assert [note.column for note in answer.notes] == ["Code postal"]


def test_an_invoice_happens_on_its_day_in_paris_and_never_in_the_future(tmp_path: Path) -> None:
    (answer,), _ = read(tmp_path, INVOICES, [GOOD])
    (early,), _ = read(tmp_path, INVOICES, [GOOD], now=datetime(2026, 10, 1, tzinfo=UTC))

    assert invoice(answer).at == datetime(2026, 10, 8, 22, tzinfo=UTC)
    assert invoice(early).at == datetime(2026, 10, 1, tzinfo=UTC)


def test_the_same_line_is_the_same_event_and_a_corrected_one_is_another(tmp_path: Path) -> None:
    first, again, other = (
        invoice(read(tmp_path, INVOICES, [line])[0][0]).event_id
        for line in (GOOD, GOOD, GOOD.replace("1 250", "1 260"))
    )

    assert first == again != other


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        pytest.param("F-1;", ";", "colonne « N° facture » : est vide", id="no number"),
        pytest.param("Perrin & Fils", "", "colonne « Raison sociale » : est vide", id="no name"),
        pytest.param("1 250,00", "0", "supérieur à zéro", id="nothing to pay"),
        pytest.param("1 250,00", "(12,00)", "credit_note.issued", id="a credit note"),
        pytest.param("08/11/2026", "08/09/2026", "avant la date d’émission", id="due before it was issued"),
        pytest.param("08/11/2026", "", "colonne « Échéance » : est vide", id="no due date"),
        pytest.param(";EUR;", ";JPY;", "centimes", id="a currency without hundredths"),
        pytest.param(";pro;", ";VIP;", "pro, particulier ou public", id="an unknown kind"),
        pytest.param("compta@perrin.example", "compta@", "adresse e-mail", id="a broken address"),
        pytest.param("06 12 34 56 78", "néant", "numéro français", id="no telephone number"),
        pytest.param(";1000;", ";10;", "code postal", id="a broken postcode"),
        pytest.param("Bourg-en-Bresse", "", "colonne « Ville » : manque", id="half an address"),
        pytest.param("F-1;", f"{'F' * 81};", "80 caractères", id="a number that is too long"),
    ],
)
def test_a_bad_line_names_the_column_and_the_fix(tmp_path: Path, old: str, new: str, reason: str) -> None:
    (bad, good), _ = read(tmp_path, INVOICES, [GOOD.replace(old, new, 1), GOOD.replace("F-1", "F-2", 1)])

    assert any(reason in each for each in reasons(bad))
    assert invoice(good).invoice_no == "F-2"


def test_everything_wrong_with_a_line_is_told_at_once(tmp_path: Path) -> None:
    (bad,), _ = read(tmp_path, INVOICES, ["F-1;C-1;;pro;hier;demain;beaucoup;;;;;;;"])

    assert len(reasons(bad)) == 4


def test_an_invoice_that_stands_twice_with_other_values_is_refused_the_second_time(tmp_path: Path) -> None:
    (first, again, other), _ = read(tmp_path, INVOICES, [GOOD, GOOD, GOOD.replace("1 250", "99")])

    assert invoice(first) == invoice(again)
    assert "figure déjà ligne 2" in reasons(other)[0]


def test_what_one_line_says_of_a_debtor_holds_for_the_next_ones(tmp_path: Path) -> None:
    later = "F-2;C-1;Perrin & Fils;pro;09/10/2026;08/11/2026;10;EUR;;;;;;"

    (first, second), _ = read(tmp_path, INVOICES, [GOOD, later])

    assert invoice(second).debtor.contacts == invoice(first).debtor.contacts


def test_a_debtor_without_a_reference_goes_by_its_name(tmp_path: Path) -> None:
    (answer,), _ = read(tmp_path, INVOICES, [GOOD.replace("C-1;", ";")])

    assert invoice(answer).debtor.ref == "Perrin & Fils"


def test_a_wrong_check_digit_is_a_note(tmp_path: Path) -> None:
    (answer,), _ = read(tmp_path, INVOICES, [GOOD.replace("732829320", "732829321")])

    assert isinstance(answer, Entry)
    assert "SIREN" in [note.column for note in answer.notes]


def test_lines_with_one_reference_are_one_payment(tmp_path: Path) -> None:
    lines = ["V-1;16/11/2026;750,00;F-1;virement;;;", "V-2;16/11/2026;5;F-3;;;;", "V-1;16/11/2026;100,00;F-2;;;;"]

    (first, second), _ = read(tmp_path, PAYMENTS, lines)

    assert payment(first).amount.amount == 85_000
    assert [(part.invoice_no, part.amount) for part in payment(first).allocations] == [("F-1", 75_000), ("F-2", 10_000)]
    assert payment(second).payment_id == "V-2"
    assert isinstance(first, Entry)
    assert [record.line for record in first.records] == [2, 4]


def test_the_total_of_a_payment_leaves_the_rest_unallocated(tmp_path: Path) -> None:
    (answer,), _ = read(tmp_path, PAYMENTS, ["V-1;16/11/2026;750,00;F-1;;1 000,00;;"])

    assert payment(answer).amount.amount == 100_000
    assert sum(part.amount for part in payment(answer).allocations) == 75_000


def test_a_payment_without_an_invoice_is_unallocated(tmp_path: Path) -> None:
    (answer,), _ = read(tmp_path, PAYMENTS, ["V-1;16/11/2026;750,00;;;;C-1;"])

    assert (payment(answer).allocations, payment(answer).debtor_ref) == ((), "C-1")


def test_payments_without_a_reference_are_told_apart_by_how_often_the_file_says_them(tmp_path: Path) -> None:
    lines = [";16/11/2026;10;F-1;;;;", ";16/11/2026;10;F-1;;;;", ";17/11/2026;10;F-1;;;;"]

    answers, _ = read(tmp_path, PAYMENTS, lines)
    again, _ = read(tmp_path, PAYMENTS, lines)
    ids = [payment(answer).payment_id for answer in answers]

    assert len(set(ids)) == 3
    assert ids == [payment(answer).payment_id for answer in again]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        pytest.param("V-1;17/11/2026;5;F-2;;;;", "même référence de paiement", id="another day"),
        pytest.param("V-1;16/11/2026;5;F-2;;;;USD", "même référence de paiement", id="another currency"),
        pytest.param("V-1;16/11/2026;-5;F-2;;;;", "payment.reversed", id="money that went back"),
        pytest.param("V-1;32/11/2026;5;F-2;;;;", "n’existe pas", id="no such day"),
    ],
)
def test_a_payment_goes_in_whole_or_not_at_all(tmp_path: Path, line: str, reason: str) -> None:
    answers, _ = read(tmp_path, PAYMENTS, ["V-1;16/11/2026;10;F-1;;;;EUR", line, "V-2;16/11/2026;1;F-1;;;;"])
    bad = [each for answer in answers if isinstance(answer, Rejected) for each in reasons(answer)]

    assert any(reason in each for each in bad)
    assert [payment(answer).payment_id for answer in answers if isinstance(answer, Entry)] == ["V-2"]
    assert {answer.record.line for answer in answers if isinstance(answer, Rejected)} == {2, 3}


def test_a_payment_in_the_future_happened_when_it_was_known(tmp_path: Path) -> None:
    (answer,), _ = read(tmp_path, PAYMENTS, ["V-1;24/11/2026;10;F-1;;;;"])

    assert payment(answer).value_date == date(2026, 11, 24)
    assert payment(answer).at == NOW


def test_a_file_of_rejects_has_the_columns_and_the_reason_and_can_be_imported_when_mended(tmp_path: Path) -> None:
    bad = GOOD.replace("08/11/2026", "08/09/2026")
    answers, layout = read(tmp_path, INVOICES, [bad, 'F-2;"cassé'])
    rejected = [answer for answer in answers if isinstance(answer, Rejected)]

    text = rejects_text(rejected, layout, "fr").decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))

    assert rows[0] == [*INVOICES.split(";"), "relance_ligne", "relance_motif"]
    assert rows[1][:14] == bad.split(";")
    assert rows[1][14] == "2"
    assert "avant la date d’émission" in rows[1][15]
    assert rows[2][0] == 'F-2;"cassé'
    header, line, _ = text.splitlines()
    (again,), _ = read(tmp_path, header, [line.replace("08/09/2026", "08/11/2026")])
    assert invoice(again).invoice_no == "F-1"


@pytest.mark.parametrize("cell", ["=1+1", "+33612345678", "-12,00", "@SUM(A1)"])
def test_a_rejected_cell_is_never_a_formula_and_comes_back_as_it_was(tmp_path: Path, cell: str) -> None:
    answers, layout = read(tmp_path, INVOICES, [GOOD.replace("Perrin & Fils", cell).replace("1 250,00", "x")])
    text = rejects_text([each for each in answers if isinstance(each, Rejected)], layout, "fr").decode("utf-8-sig")

    row = list(csv.reader(io.StringIO(text), delimiter=";"))[1]
    (again,), _ = read(tmp_path, INVOICES, [GOOD.replace("Perrin & Fils", row[2])])

    assert row[2] == f"'{cell}"
    assert invoice(again).debtor.name == cell


def test_a_file_of_rejects_never_takes_the_place_of_another(tmp_path: Path) -> None:
    file = tmp_path / "factures.csv"
    (tmp_path / "factures.rejets.csv").write_bytes(b"corrections")

    assert own_name(file, b"text").name == "factures.rejets-2.csv"
    assert own_name(file, b"corrections").name == "factures.rejets.csv"
