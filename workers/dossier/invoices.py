"""The invoices: a summary of all, and the documents that can be had."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from workers.dossier.writing import Writing, csv_of, slug
from workers.ledger.queries.proofs import Evidence
from workflows.machine import standing
from workflows.money import decimal_text

#: Bytes; a larger document is named and left out.
LARGEST: Final = 50 * 1024 * 1024
HEADER: Final = (
    "invoice", "issued_on", "due_on", "total", "paid_or_credited", "disputed", "balance", "currency", "stage",
    "po_number", "document", "file",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Document:
    """The document of one invoice, or why there is none.

    Attributes:
        file: its name in the dossier; empty where it is not there.
    """

    file: str
    content: bytes
    absence: str = ""


def documents(found: Evidence, writing: Writing) -> Iterator[Document]:
    """For each invoice, in order: only a PDF that lies on this machine is copied."""
    for at, each in enumerate(found.cases, start=1):
        invoice = each.case.invoice
        yield _document(f"factures/{at:03d}-{slug(invoice.number)}.pdf", invoice.document, writing)


def _document(file: str, place: str | None, writing: Writing) -> Document:
    if place is None:
        return Document("", b"", writing.say("aucun document n’est connu", "no document is known"))
    path = Path(place)
    try:
        if not path.is_file():
            absence = writing.say("le document n’est pas sur cette machine", "the document is not on this machine")
            return Document("", b"", absence)
        if path.stat().st_size > LARGEST:
            return Document("", b"", writing.say("le document dépasse 50 Mo", "the document is larger than 50 MB"))
        content = path.read_bytes()
    except (OSError, ValueError):
        return Document("", b"", writing.say("le document est illisible", "the document cannot be read"))
    if not content.startswith(b"%PDF-"):
        return Document("", b"", writing.say("le document n’est pas un PDF", "the document is no PDF"))
    return Document(file, content)


def summary(found: Evidence, kept: list[Document]) -> bytes:
    """A line for each invoice; decimal points, ISO days."""
    return csv_of(HEADER, (_row(found, at, document) for at, document in enumerate(kept)))


def _row(found: Evidence, at: int, document: Document) -> tuple[str, ...]:
    case = found.cases[at].case
    invoice, balance = case.invoice, standing.balance(case)
    return (
        invoice.number, f"{invoice.issued_on}", f"{invoice.due_on}", decimal_text(invoice.total),
        decimal_text(invoice.total - balance), decimal_text(standing.disputed(case)), decimal_text(balance),
        invoice.currency, case.stage, invoice.po_number or "", document.absence or Path(document.file).name,
        document.file,
    )  # fmt: skip
