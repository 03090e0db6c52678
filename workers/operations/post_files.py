"""The files of a batch: one PDF for the printer, one CSV for whoever fills envelopes; made anew they are the same."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from workers.channels.whole_files import write_whole
from workers.ledger import schema
from workers.operations.post import Batch
from workers.operations.post_letters import PostLetter
from workers.rendering.batch import Part, merged, pages_of
from workers.wiring import System

#: The headers are stable; columns are only added. The last one is filled in by hand, for `relance post done`.
COLUMNS: Final = (
    "batch", "place", "kind", "copy", "debtor", "name", "address_1", "address_2", "address_3", "address_4", "address_5",
    "address_6", "invoices", "pages", "reference", "note", "tracking",
)  # fmt: skip
ADDRESS_LINES: Final = 6
#: Characters of one line that sorting machines read; longer ones are named in the column `note`.
LONGEST_LINE: Final = 38
#: A cell that begins so is a formula to a spreadsheet.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_KINDS: Final = {
    "letter": ("Lettre simple", "Letter"), "tracked": ("Lettre suivie", "Tracked letter"),
    "registered": ("Lettre recommandée", "Registered letter"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Files:
    """Where the files of a batch are."""

    pdf: Path
    manifest: Path


def write(
    system: System, batch: Batch, out: Path, *, language: str, duplicate: bool = False, sheets: bool = True
) -> Files:
    """Write both files whole, the manifest last: where it is, the other one is, too.

    Args:
        system: where the letters are.
        batch: what is printed.
        out: the directory; it is made.
        language: of the separator sheets, `fr` or `en`.
        duplicate: printed once more: files of their own, and the word on every sheet.
        sheets: a separator sheet before each letter.

    Raises:
        OSError: the directory cannot be written; what was there is unchanged.
        TemplateProblem: a letter cannot be merged.
    """
    letters = [each for each in batch.letters if each.withdrawn is None]
    bodies = _bodies(system, letters)
    out.mkdir(parents=True, exist_ok=True)
    stem = f"{batch.batch_id}-duplicata" if duplicate else batch.batch_id
    files = Files(out / f"{stem}.pdf", out / f"{stem}.csv")
    parts = [
        Part(bodies[each.message_id], *_sheet(batch, each, language, duplicate=duplicate))
        if sheets
        else Part(bodies[each.message_id])
        for each in letters
    ]
    pdf = merged(parts, title=stem, language=language, at=int(batch.made_at.timestamp()))
    write_whole(files.pdf, pdf)
    write_whole(files.manifest, _manifest(batch, letters, bodies, duplicate=duplicate).encode("utf-8-sig"))
    return files


def _bodies(system: System, letters: Sequence[PostLetter]) -> dict[str, bytes]:
    message = schema.messages.c
    wanted = [each.message_id for each in letters]
    with system.ledger.connect() as connection:
        rows = connection.execute(sa.select(message.message_id, message.body).where(message.message_id.in_(wanted)))
        return {row.message_id: bytes(row.body) for row in rows}


def _sheet(
    batch: Batch, letter: PostLetter, language: str, *, duplicate: bool
) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    is_french = language == "fr"
    title = _KINDS[batch.channel][0 if is_french else 1]
    french, english = ("Lot", "Destinataire", "Factures", "Référence"), ("Batch", "To", "Invoices", "Reference")
    names = french if is_french else english
    values = (
        f"{batch.batch_id} – {letter.place}/{len(batch.letters)}", "\n".join((letter.name, *letter.recipient)),
        ", ".join(letter.invoices), letter.message_id,
    )  # fmt: skip
    rows = list(zip(names, values, strict=True))
    if batch.channel != "letter":
        rows.append(("N° de suivi" if is_french else "Tracking no.", letter.tracking_no or "_" * 24))
    return title, ("DUPLICATA" if is_french else "DUPLICATE") if duplicate else "", tuple(rows)


def _manifest(batch: Batch, letters: Sequence[PostLetter], bodies: dict[str, bytes], *, duplicate: bool) -> str:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for each in letters:
        lines = (*each.recipient, *[""] * ADDRESS_LINES)[:ADDRESS_LINES]
        row = (
            batch.batch_id, str(each.place), batch.channel, "duplicata" if duplicate else "", each.debtor_ref,
            each.name, *lines, " ".join(each.invoices), str(pages_of(bodies[each.message_id])), each.message_id,
            note_on(each), each.tracking_no or "",
        )  # fmt: skip
        writer.writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in row])
    return text.getvalue()


def note_on(letter: PostLetter) -> str:
    """What a person should look at on the envelope; empty where nothing."""
    lines = (letter.name, *letter.recipient)
    longest = max(lines, key=len)
    found = [f"{len(longest)} > {LONGEST_LINE} : {longest}"] if len(longest) > LONGEST_LINE else []
    return " ".join(found + ([f"{len(lines)} > {ADDRESS_LINES + 1}"] if len(lines) > ADDRESS_LINES + 1 else []))
