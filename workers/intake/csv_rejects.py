"""The file of rejected lines: the original columns and the reason, ready to be corrected and imported again."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from workers.intake.csv_entries import Rejected
from workers.intake.csv_fields import OURS
from workers.intake.csv_layout import Layout
from workers.intake.csv_rows import GUARDED
from workers.intake.findings import BadFile

#: A spreadsheet runs a cell that begins so as a formula.
_FORMULA: Final = re.compile(r"^[=+\-@\t\r]")


def rejects_text(lines: Iterable[Rejected], layout: Layout, language: str) -> bytes:
    """Rejected lines as a file that spreadsheets open well, in the order of the file they come from.

    Args:
        lines: each line once.
        layout: of the file they come from.
        language: of the reasons.
    """
    target = io.StringIO()
    writer = csv.writer(target, delimiter=";", lineterminator="\r\n")
    ours = [index for index, header in enumerate(layout.headers) if header.strip() in OURS]
    writer.writerow(_guarded([*_without(layout.headers, ours), *OURS]))
    width = len(layout.headers) - len(ours)
    for each in sorted(lines, key=lambda one: one.record.line):
        cells = each.record.cells or (each.record.raw,)
        known = _without(cells, ours if each.record.cells else [])
        padding = [""] * (width - len(known))
        reason = " | ".join(_reason(finding.column, finding.fr if language == "fr" else finding.en, language)
                            for finding in each.findings)  # fmt: skip
        writer.writerow(_guarded([*known, *padding, str(each.record.line), reason]))
    return target.getvalue().encode("utf-8-sig")


def own_name(file: Path, text: bytes) -> Path:
    """A name beside `file` that is free, or holds this very `text`: somebody's corrections are never written over."""
    for number in ("", *(f"-{n}" for n in range(2, 1000))):
        name = file.with_name(f"{file.stem}.rejets{number}.csv")
        if not name.exists() or name.read_bytes() == text:
            return name
    raise BadFile("trop de fichiers de rejets ; rangez-les", "too many files of rejects; tidy them up")


def _without(cells: Sequence[str], positions: Sequence[int]) -> list[str]:
    return [cell for index, cell in enumerate(cells) if index not in positions]


def _reason(column: str | None, text: str, language: str) -> str:
    return text if column is None else f"{column}{' : ' if language == 'fr' else ': '}{text}"


def _guarded(cells: Sequence[str]) -> list[str]:
    """No cell is a formula; one that was guarded before is not guarded twice."""
    return [f"'{cell}" if _FORMULA.match(cell) and not GUARDED.match(cell) else cell for cell in cells]
