"""Sheets of a dossier print any text that a debtor may write."""

import pypdfium2
import pytest

from workers.rendering import sheets
from workers.rendering.sheets import Grid, Part, Sheet, sheet_pdf

MARKUP = '#import "x" $x$ *b* @who <l> \\'


def text_of(words: str) -> str:
    part = Part("Heading", (words,), Grid(("A", "B"), [(words, "1")], (1, 0), (1,)))
    made = sheet_pdf(Sheet("fr", "Titre", ("about",), (part,), "foot"), 0)
    with pypdfium2.PdfDocument(made) as document:
        return str(document[0].get_textpage().get_text_range())


@pytest.mark.parametrize(
    ("words", "printed"),
    [
        pytest.param("Été, œuvre, 1 250,00 € – « oui »", "œuvre", id="French"),
        pytest.param("Ελλάδα, Москва, Łódź", "Москва, Łódź", id="Greek, Cyrillic, Polish"),
        pytest.param("smile 😀 漢字 \t مرحبا", "smile ? ??", id="what no font has"),
        pytest.param(MARKUP, MARKUP, id="what would be markup"),
        pytest.param("re\u0301gle\u0301", "réglé", id="accents apart"),
    ],
)  # fmt: skip
def test_any_text_is_printed_or_marked(words: str, printed: str) -> None:
    assert printed in text_of(words)


def test_the_fonts_have_every_character_that_is_printed_as_it_is() -> None:
    known = "".join(chr(code) for first, last in sheets._SPANS for code in range(first, last + 1))

    assert "?" not in text_of(known.replace("?", "") + "".join(sorted(sheets._MARKS)))


def test_the_same_sheet_gives_the_same_bytes() -> None:
    sheet = Sheet("en", "Title", (), (Part("", ("words",)),), "foot")

    assert sheet_pdf(sheet, 1_700_000_000) == sheet_pdf(sheet, 1_700_000_000)
