"""A letter for a word processor: everything that stands on paper, in the same order, for a clerk to change."""

from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from docx.document import Document as DocumentType
from PIL import Image

from tests.letters.letter_pages import codes_of
from workers.rendering.messages import render
from workflows.invoice import Channel
from workflows.letter_example_people import CREDITOR
from workflows.letter_examples import example


@cache
def opened(language: str = "fr", count: int = 3) -> DocumentType:
    facts = example("formal_notice", channel=Channel.REGISTERED, language=language, count=count)
    return Document(BytesIO(render(facts).letter_docx))


def text_of(document: DocumentType) -> str:
    """All words in the order of the file, tables among the paragraphs."""
    parts = []
    for block in document.iter_inner_content():
        if hasattr(block, "rows"):
            parts += [cell.text for row in block.rows for cell in row.cells]
        else:
            parts.append(block.text)
    return " ".join(" ".join(parts).split())


@pytest.mark.parametrize("language", ["fr", "en"])
def test_it_holds_the_whole_letter_in_its_order(language: str) -> None:
    facts = example("formal_notice", channel=Channel.REGISTERED, language=language, count=3)
    message = render(facts)
    text = text_of(opened(language))

    wanted = ["Atelier Martin", "Établissements Dupont" if language == "fr" else facts.debtor.name]
    wanted += [" ".join(message.subject.split())]
    wanted += [" ".join(part.split()) for part in message.text.split("\n\n") if part.count("  ") == 0][1:-2]
    wanted += ["F-2026-0044"]
    assert [part for part in wanted if part not in text] == []
    assert text.index("Établissements Dupont" if language == "fr" else facts.debtor.name) < text.index(wanted[2])
    assert text.rindex("FR76 3000 6000") > text.index("Claire Delmas")


def test_tables_have_a_row_an_invoice_with_a_head_and_a_sum() -> None:
    rows = [len(table.rows) for table in opened(count=3).tables]

    assert rows == [2, 3 + 2, 3 + 2, 3 + 2, 1]  # parties, invoices, interest, claim, slip
    assert opened(count=3).tables[1].rows[1].cells[0].text == "F-2026-0042"


def test_the_slip_carries_the_code() -> None:
    images = [part for part in opened().part.package.iter_parts() if part.content_type == "image/png"]

    (code,) = codes_of(Image.open(BytesIO(images[0].blob)))

    assert code.startswith("BCD\n002\n1\nSCT\n")


def test_the_logo_stands_at_the_head() -> None:
    creditor = CREDITOR.model_copy(update={"logo": str(Path("tests/data/logos/atelier.svg").resolve())})
    message = render(example("first_reminder", channel=Channel.LETTER, creditor=creditor))

    assert len(Document(BytesIO(message.letter_docx)).inline_shapes) == 2
