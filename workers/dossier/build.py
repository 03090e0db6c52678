"""All files of a dossier, its manifest and its seal; the same ledger and the same day give the same bytes."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, date
from pathlib import Path
from typing import Any

from workers.dossier import order_for_payment, verifier
from workers.dossier.beside import OPERATIONS, ProofOf, RawOf, lay_calls, lay_mail, lay_proof, operations_csv
from workers.dossier.chronology import chronology, exchanges
from workers.dossier.insolvency import declaration
from workers.dossier.invoices import documents, summary
from workers.dossier.messages import Kept, messages
from workers.dossier.spool import Spool
from workers.dossier.statement import Claimed, claimed, statement, statement_csv
from workers.dossier.writing import Writing
from workers.ledger.queries.proofs import Evidence
from workers.rendering.catalogue import Catalogue
from workers.rendering.sheets import sheet_pdf
from workflows.rates import Rates

JOURNAL, RECORDS = "journal.jsonl", "anonymisations.jsonl"
#: What a plain ZIP can hold: bytes, and files.
MOST_BYTES, MOST_FILES = 2**32 - 2**24, 2**16 - 1


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
        raw_of: gives a message that came in, by its id.
        proof_of: gives a carrier's proof of a letter, by its hash.
    """

    as_of: date
    writing: Writing
    catalogue: Catalogue
    rates: Rates
    raw_of: RawOf
    proof_of: ProofOf


@dataclass(frozen=True, slots=True)
class Dossier:
    """A finished dossier.

    Attributes:
        archive: the ZIP, in the folder that was given.
        seal: hash that stands for all of it; to be noted elsewhere.
        absent: invoices whose document is not in it, with the reason.
        unproved: news of letters whose proof is not in it.
    """

    archive: Path
    seal: str
    files: int
    absent: tuple[str, ...]
    unproved: tuple[str, ...] = ()


def build(found: Evidence, ask: Ask, folder: Path) -> Dossier:
    """Write the dossier, and verify it as its reader will.

    Args:
        found: what the ledger holds.
        ask: what is wanted.
        folder: empty; for the ZIP and for large files on their way into it.

    Raises:
        Difference: the ledger itself does not hold; no dossier is made of it.
        UnknownRate, RateTooLow: see `statement.claimed`.
        TooLarge: more than a ZIP can hold.
    """
    for each in found.cases:
        if not each.lines:
            raise verifier.Difference(JOURNAL, f"rien sur {each.case.case_id}", f"nothing on {each.case.case_id}")
    open_ones = claimed(found, ask.as_of, ask.rates)
    spool = Spool(folder)
    absent = _invoices(found, ask, spool)
    kept = [_laid(spool, message) for message in messages(found)]
    came, unproved = _came_back(found, ask, spool)
    spool.add_all(declaration(found, ask.as_of, ask.writing, catalogue=ask.catalogue, rates=ask.rates))
    spool.add_all(_sheets(found, ask, open_ones, pieces=sorted(spool.files)))
    spool.add(JOURNAL, _journal(found))
    if any(each.redactions for each in found.cases):
        spool.add(RECORDS, _records(found))
    spool.add("verifier.py", Path(verifier.__file__).read_bytes())
    manifest = _manifest(found, ask, spool.files) | {"messages": kept, "received": came}
    manifest["seal"] = verifier.seal_of(manifest)
    spool.add(verifier.MANIFEST, verifier.canonical(manifest).encode())
    return Dossier(_zipped(spool), manifest["seal"], len(spool.files), absent, unproved)


def _zipped(spool: Spool) -> Path:
    if spool.size > MOST_BYTES or len(spool.files) > MOST_FILES:
        raise TooLarge(spool.size, len(spool.files))
    archive = spool.folder / "dossier.zip"
    with archive.open("xb") as stream:
        verifier.pack(spool.files, stream)
    verifier.verify(verifier.read(archive))
    return archive


def _invoices(found: Evidence, ask: Ask, spool: Spool) -> tuple[str, ...]:
    """Lay the invoices down, one after the other; the numbers of those whose document is absent, with the reason."""
    papers = []
    for paper in documents(found, ask.writing):
        if paper.file:
            spool.add(paper.file, paper.content)
        papers.append(replace(paper, content=b""))
    spool.add("factures/factures.csv", summary(found, papers))
    return tuple(
        f"{case.case.invoice.number}: {paper.absence}"
        for case, paper in zip(found.cases, papers, strict=True)
        if paper.absence
    )


def _laid(spool: Spool, message: Kept) -> dict[str, str]:
    """Lay one message and its proof down; what the manifest says of it."""
    spool.add(message.file, message.body)
    spool.add(message.proof, verifier.canonical(message.document).encode())
    return {"message_id": message.message_id, "file": message.file, "proof": message.proof,
            "sha256": verifier.sha256(message.body)}  # fmt: skip


def _came_back(found: Evidence, ask: Ask, spool: Spool) -> tuple[list[dict[str, str]], tuple[str, ...]]:
    """Lay down what passed between the parties, with the mail that came in.

    Returns:
        What the manifest says of that mail, and news of letters whose proof is not kept.
    """
    mails = {row.mail_id: row for row in found.beside.mails}
    came, unproved = [], []
    for each in exchanges(found, ask.writing):
        spool.add(f"{each.stem}.txt", each.text)
        row = mails.get(each.event_id)
        mail = None if row is None else lay_mail(spool, row, each.stem, ask.raw_of)
        if each.proof_sha256 is not None and not lay_proof(spool, ask.proof_of, each.stem, each.proof_sha256):
            unproved.append(each.stem)
        if mail is not None:
            came.append({"mail_id": mail.mail_id, "file": mail.file, "proof": mail.proof})
    lay_calls(spool, found)
    if found.beside.operations:
        spool.add(OPERATIONS, operations_csv(found.beside.operations))
    return came, tuple(unproved)


def _sheets(found: Evidence, ask: Ask, open_ones: tuple[Claimed, ...], *, pieces: list[str]) -> dict[str, bytes]:
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


def _manifest(found: Evidence, ask: Ask, files: "verifier.Files") -> dict[str, Any]:
    measured = {name: verifier.measured(files, name) for name in files}
    return {
        "format": verifier.FORMAT, "language": ask.writing.language, "as_of": f"{ask.as_of}",
        "written_at": _written_at(found).astimezone(UTC).isoformat(),
        "about": {"creditor": found.creditor.name, "debtor": found.debtor.name,
                  "invoices": [each.case.invoice.number for each in found.cases]},
        "files": {name: {"bytes": size, "sha256": digest} for name, (size, digest, _crc) in measured.items()},
        "journal": {"file": JOURNAL, "records": RECORDS if RECORDS in files else None, "heads": {
            each.case.case_id: {"head": each.head, "lines": len(each.lines)} for each in found.cases
        }},
    }  # fmt: skip
