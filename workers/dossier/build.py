"""All files of a dossier, its manifest and its seal; the same ledger and the same day give the same bytes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date
from pathlib import Path
from typing import Any

from workers.dossier import order_for_payment, verifier
from workers.dossier.chronology import chronology, exchanges
from workers.dossier.insolvency import declaration
from workers.dossier.invoices import documents, summary
from workers.dossier.messages import Kept, messages
from workers.dossier.statement import Claimed, claimed, statement, statement_csv
from workers.dossier.writing import Writing
from workers.ledger.queries.proofs import Evidence
from workers.rendering.catalogue import Catalogue
from workers.rendering.sheets import sheet_pdf
from workflows.rates import Rates

JOURNAL, RECORDS = "journal.jsonl", "anonymisations.jsonl"
#: What a plain ZIP can hold: bytes, and files.
MOST_BYTES, MOST_FILES = 2**32 - 2**24, 2**16 - 1
Files = dict[str, bytes]


class TooLarge(Exception):
    """More than a ZIP can hold."""

    def __init__(self, size: int, files: int) -> None:
        super().__init__(size, files)
        self.size, self.files = size, files

    def __str__(self) -> str:
        return f"{self.files} files of {self.size} bytes; make one dossier for each invoice"


@dataclass(frozen=True, slots=True)
class Ask:
    """What is wanted.

    Attributes:
        as_of: last day that bears interest in the statement; the rest of the dossier is all that is known.
        catalogue: the creditor's letters.
    """

    as_of: date
    writing: Writing
    catalogue: Catalogue
    rates: Rates


@dataclass(frozen=True, slots=True)
class Dossier:
    """A finished dossier.

    Attributes:
        archive: the ZIP.
        seal: hash that stands for all of it; to be noted elsewhere.
        absent: invoices whose document is not in it, with the reason.
    """

    archive: bytes
    seal: str
    files: int
    absent: tuple[str, ...]


def build(found: Evidence, ask: Ask) -> Dossier:
    """Write the dossier, and verify it as its reader will.

    Raises:
        Difference: the ledger itself does not hold; no dossier is made of it.
        UnknownRate, RateTooLow: see `statement.claimed`.
        TooLarge: more than a ZIP can hold.
    """
    for each in found.cases:
        if not each.lines:
            raise verifier.Difference(JOURNAL, f"rien sur {each.case.case_id}", f"nothing on {each.case.case_id}")
    open_ones = claimed(found, ask.as_of, ask.rates)
    kept, papers = list(messages(found)), list(documents(found, ask.writing))
    files: Files = {"factures/factures.csv": summary(found, papers)}
    files |= {paper.file: paper.content for paper in papers if paper.file}
    for message in kept:
        files |= {message.file: message.body, message.proof: _json(message.document)}
    files |= {f"echanges/{name}": content for name, content in exchanges(found, ask.writing)}
    files |= declaration(found, ask.as_of, ask.writing, catalogue=ask.catalogue, rates=ask.rates)
    files |= _sheets(found, ask, open_ones, pieces=sorted(files))
    files[JOURNAL] = _journal(found)
    files |= {RECORDS: _records(found)} if any(each.redactions for each in found.cases) else {}
    files["verifier.py"] = Path(verifier.__file__).read_bytes()
    manifest = _manifest(found, ask, files, kept)
    files[verifier.MANIFEST] = verifier.canonical(manifest).encode()
    size = sum(map(len, files.values()))
    if size > MOST_BYTES or len(files) > MOST_FILES:
        raise TooLarge(size, len(files))
    verifier.verify(files)
    absent = [
        f"{case.case.invoice.number}: {paper.absence}"
        for case, paper in zip(found.cases, papers, strict=True)
        if paper.absence
    ]
    return Dossier(verifier.packed(files), manifest["seal"], len(files), tuple(absent))


def _sheets(found: Evidence, ask: Ask, open_ones: tuple[Claimed, ...], *, pieces: list[str]) -> Files:
    """What people read; the PDFs bear the instant of the last line of the journal."""
    at, writing = int(_written_at(found).timestamp()), ask.writing
    data = order_for_payment.rows(found, open_ones, writing, [*pieces, "chronologie.pdf", "decompte.pdf"])
    return {
        "chronologie.pdf": sheet_pdf(chronology(found, writing), at),
        "decompte.pdf": sheet_pdf(statement(found, open_ones, ask.as_of, writing), at),
        "decompte.csv": statement_csv(open_ones),
        "donnees-injonction.txt": order_for_payment.sheet_txt(data),
        "donnees-injonction.csv": order_for_payment.sheet_csv(data, writing),
    }


def _written_at(found: Evidence) -> Any:  # noqa: ANN401 - a column
    return max(line.recorded_at for each in found.cases for line in each.lines)


def _journal(found: Evidence) -> bytes:
    """The journal as it stands, a line each; `event` and `decision` are the very texts that the seals are of."""
    lines = [
        json.dumps(
            {"case_id": line.case_id, "line": number, "recorded_at": line.recorded_at.astimezone(UTC).isoformat(),
             "event": line.event, "decision": line.decision, "level": line.level, "salts": line.salts,
             "seals": line.seals, "hash": line.hash},
            ensure_ascii=True, sort_keys=True,
        )
        for each in found.cases
        for number, line in enumerate(each.lines, start=1)
    ]  # fmt: skip
    return ("\n".join(lines) + "\n").encode()


def _records(found: Evidence) -> bytes:
    """Who anonymised which lines, when and why."""
    lines = [
        json.dumps(
            {"case_id": row.case_id, "at": row.at.astimezone(UTC).isoformat(), "by": row.by, "rule": row.rule,
             "reason": row.reason, "lines": row.lines, "hash": row.hash},
            ensure_ascii=True, sort_keys=True,
        )
        for each in found.cases
        for row in each.redactions
    ]  # fmt: skip
    return ("\n".join(lines) + "\n").encode()


def _manifest(found: Evidence, ask: Ask, files: Files, kept: list[Kept]) -> dict[str, Any]:
    manifest: dict[str, Any] = {
        "format": verifier.FORMAT, "language": ask.writing.language, "as_of": f"{ask.as_of}",
        "written_at": _written_at(found).astimezone(UTC).isoformat(),
        "about": {"creditor": found.creditor.name, "debtor": found.debtor.name,
                  "invoices": [each.case.invoice.number for each in found.cases]},
        "files": {name: {"bytes": len(content), "sha256": verifier.sha256(content)} for name, content in files.items()},
        "journal": {"file": JOURNAL, "records": RECORDS if RECORDS in files else None, "heads": {
            each.case.case_id: {"head": each.head, "lines": len(each.lines)} for each in found.cases
        }},
        "messages": [
            {"message_id": each.message_id, "file": each.file, "proof": each.proof,
             "sha256": verifier.sha256(each.body)}
            for each in kept
        ],
    }  # fmt: skip
    return manifest | {"seal": verifier.seal_of(manifest)}


def _json(document: Mapping[str, Any]) -> bytes:
    return verifier.canonical(dict(document)).encode()
