from pathlib import Path

import pytest

from workers.intake.csv_fields import FIELDS, Kind, field_of
from workers.intake.csv_layout import SEARCHED, Layout, find_layout
from workers.intake.csv_mapping import Mapping, read_mapping
from workers.intake.csv_text import CONTINUED, Record, open_text
from workers.intake.findings import BadFile

HEADER = "N° facture;Raison sociale;Date d'émission;Échéance;Montant TTC"
LINE = "F-1;Perrin & Fils;09/10/2026;08/11/2026;1 250,00"


def written(folder: Path, text: str | bytes, encoding: str = "utf-8") -> Path:
    file = folder / "fichier.csv"
    file.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return file


def read(file: Path, kind: Kind = "invoices", mapping: Mapping | None = None) -> tuple[Layout, list[Record]]:
    with open_text(file) as text:
        layout = find_layout(text.peek(SEARCHED), kind, mapping or Mapping())
        text.skip(layout.line)
        return layout, list(text.records(layout.delimiter, len(layout.headers)))


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        pytest.param("utf-8", "utf-8", id="UTF-8"),
        pytest.param("utf-8-sig", "utf-8-sig", id="UTF-8 with a mark"),
        pytest.param("cp1252", "cp1252", id="Windows"),
        pytest.param("utf-16", "utf-16", id="Excel's Unicode text"),
    ],
)
def test_the_encoding_is_found(tmp_path: Path, encoding: str, found: str) -> None:
    file = written(tmp_path, f"{HEADER}\r\n{LINE.replace('Fils', 'Frères Œuvrés')}\r\n", encoding)

    with open_text(file) as text:
        encoding_found = text.encoding
    layout, records = read(file)

    assert encoding_found == found
    assert layout.headers[0] == "N° facture"
    assert records[0].cells[1] == "Perrin & Frères Œuvrés"


@pytest.mark.parametrize(
    ("start", "name"),
    [(b"PK\x03\x04", "xlsx"), (b"\xd0\xcf\x11\xe0", "xls"), (b"%PDF-1.7", "PDF")],
)
def test_a_workbook_is_told_from_a_text(tmp_path: Path, start: bytes, name: str) -> None:
    with pytest.raises(BadFile, match=name), open_text(written(tmp_path, start + b"\x00" * 100)):
        pass


def test_a_wrong_encoding_is_answered(tmp_path: Path) -> None:
    file = written(tmp_path, HEADER, "cp1252")

    with pytest.raises(BadFile, match="--encoding"), open_text(file, "utf-8") as text:
        text.peek(1)
    with pytest.raises(BadFile, match="unknown"), open_text(file, "klingon"):
        pass


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    line = LINE.replace(";", delimiter).replace("1 250,00", '"1 250,00"')

    layout, records = read(written(tmp_path, f"{HEADER.replace(';', delimiter)}\n{line}\n"))

    assert layout.delimiter == delimiter
    assert records[0].cells[-1] == "1 250,00"


def test_titles_above_the_header_and_blank_lines_are_passed_over(tmp_path: Path) -> None:
    layout, records = read(written(tmp_path, f"sep=;\nExport du 22/11/2026\n\n{HEADER}\n\n;;;;\n  \n{LINE}\n\n"))

    assert layout.line == 4
    assert [record.line for record in records] == [8]


def test_a_delimiter_and_a_line_end_in_quotes_belong_to_the_value(tmp_path: Path) -> None:
    text = f'{HEADER}\nF-1;"Perrin; père\net ""fils""";09/10/2026;08/11/2026;1\nF-2;b;c;d;e\n'

    _, records = read(written(tmp_path, text))

    assert records[0].cells[1] == 'Perrin; père\net "fils"'
    assert [record.line for record in records] == [2, 4]


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param('F-9;"cassé;1;2;3', id="a quote that is never closed"),
        pytest.param('F-9;"Le "Bon" Coin";1;2;3', id="quotes inside a quoted value"),
        pytest.param('"F-9', id="a line cut off inside a value"),
        pytest.param("F-9;a;b", id="too few values"),
        pytest.param("F-9;a;b;c;d;e", id="too many values"),
    ],
)
def test_a_broken_line_takes_none_of_its_neighbours_with_it(tmp_path: Path, broken: str) -> None:
    text = f'{HEADER}\n{LINE}\n{broken}\nF-2;"Dupont; père";1;2;3\nF-3;b;c;d;e\n'

    _, records = read(written(tmp_path, text))

    assert [(record.line, record.problem is None) for record in records] == [
        (2, True), (3, False), (4, True), (5, True),
    ]  # fmt: skip
    assert records[1].raw == broken


def test_a_quote_that_is_never_closed_is_looked_after_for_a_bounded_number_of_lines(tmp_path: Path) -> None:
    rest = "".join(f"F-{number};b;c;d;e\n" for number in range(3 * CONTINUED))

    _, records = read(written(tmp_path, f'{HEADER}\nF-X;"b;c;d;e\n{rest}'))

    assert [record.problem is None for record in records] == [False] + [True] * (3 * CONTINUED)


def test_an_endless_line_is_one_broken_line(tmp_path: Path) -> None:
    _, records = read(written(tmp_path, f"{HEADER}\n{'x' * 1_000_000}\n{LINE}\n"))

    assert [record.problem is None for record in records] == [False, True]


def test_empty_values_too_many_at_the_end_are_nothing(tmp_path: Path) -> None:
    _, records = read(written(tmp_path, f"{HEADER}\n{LINE};;;\n"))

    assert records[0].problem is None


@pytest.mark.parametrize(
    ("header", "kind", "field"),
    [
        ("N° Facture", "invoices", "number"),
        ("numero", "invoices", "number"),
        ("NUMÉRO DE FACTURE", "invoices", "number"),
        ("Client", "invoices", "debtor_name"),
        ("Code client", "invoices", "debtor_ref"),
        ("Date d’émission", "invoices", "issue_date"),
        ("DateEcheance", "invoices", "due_date"),
        ("montant_ttc", "invoices", "total"),
        ("E-mail", "invoices", "email"),
        ("Bon de commande", "invoices", "po_number"),
        ("Scénario", "invoices", "scenario"),
        ("Solde", "invoices", None),
        ("Référence paiement", "payments", "payment_id"),
        ("Date de valeur", "payments", "value_date"),
        ("Mode", "payments", "method"),
        ("N° facture", "payments", "invoice_no"),
    ],
)
def test_headers_are_known_without_case_accents_or_little_words(header: str, kind: Kind, field: str | None) -> None:
    assert field_of(header, kind) == field


@pytest.mark.parametrize(
    ("header", "words"),
    [
        pytest.param("a;b;c", "aucune ligne de titres", id="no header"),
        pytest.param("N° facture;Client;Date;Montant", "« échéance » (due_date)", id="a column is missing"),
        pytest.param(f"{HEADER};Total TTC", "« Montant TTC » et « Total TTC »", id="two columns for one field"),
    ],
)
def test_a_file_that_cannot_be_read_at_all_says_why(tmp_path: Path, header: str, words: str) -> None:
    with pytest.raises(BadFile) as refused:
        read(written(tmp_path, f"{header}\n"))

    assert words in refused.value.fr


def mapping_of(folder: Path, text: str) -> Mapping:
    file = folder / "sage.toml"
    file.write_text(text, "utf-8")
    return read_mapping(file, "invoices")


def test_a_mapping_names_columns_and_gives_constants(tmp_path: Path) -> None:
    mapping = mapping_of(
        tmp_path,
        '[columns]\nnumber = "Ref piece"\ndue_date = "Éch."\ntotal = "Total TTC"\n'
        '[constants]\nissue_date = "01/10/2026"\n[file]\ndecimal = ","\n',
    )
    file = written(tmp_path, "Ref Piece;Nom;éch;Total TTC;Montant TTC\nF-1;Perrin;08/11/2026;1.234;9\n")

    layout, _ = read(file, mapping=mapping)

    assert layout.columns == {"number": 0, "debtor_name": 1, "due_date": 2, "total": 3}
    assert layout.constants == {"issue_date": "01/10/2026"}
    assert layout.ignored == ("Montant TTC",)
    assert mapping.decimal == ","


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param('[columns]\ntotl = "x"', "did you mean total", id="an unknown field"),
        pytest.param('[colonnes]\ntotal = "x"', "unknown key colonnes", id="an unknown table"),
        pytest.param('[file]\ndecimal = "x"', "file.decimal", id="a wrong decimal sign"),
        pytest.param('[file]\ndelimiter = ";;"', "one character", id="a long delimiter"),
        pytest.param("columns = 1", r"\[columns\]", id="no table"),
        pytest.param("columns = ", "wrong TOML", id="no TOML"),
    ],
)
def test_a_wrong_mapping_is_answered(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(BadFile, match=words):
        mapping_of(tmp_path, text)


def test_a_column_that_the_mapping_names_must_be_there(tmp_path: Path) -> None:
    mapping = mapping_of(tmp_path, '[columns]\ntotal = "Mt TCC"')

    with pytest.raises(BadFile, match="Mt TCC"):
        read(written(tmp_path, f"{HEADER.replace('Montant TTC', 'Mt TTC')}\n{LINE}\n"), mapping=mapping)


@pytest.mark.parametrize("kind", ["invoices", "payments"])
def test_the_page_on_imports_names_every_field(kind: Kind) -> None:
    page = (Path(__file__).parents[2] / "docs" / "import.md").read_text("utf-8")
    numbered = {"address_2"}  # the page says `address_1` to `address_3`

    assert [field for field in FIELDS[kind] if f"`{field}`" not in page and field not in numbered] == []


def test_the_mapping_on_the_page_is_accepted(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "import.md").read_text("utf-8")
    text = page.split("```toml\n", 1)[1].split("```", 1)[0]

    assert mapping_of(tmp_path, text).columns == {"number": "Ref pièce", "total": "Mt TTC dev."}
