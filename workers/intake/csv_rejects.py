"""The file of rejected lines: the original columns and the reason, ready to be corrected and imported again."""

import csv
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO, Final

from workers.intake.csv_entries import Rejected
from workers.intake.csv_fields import OURS
from workers.intake.csv_layout import Layout
from workers.intake.csv_rows import GUARDED
from workers.intake.findings import BadFile

#: A spreadsheet runs a cell that begins so as a formula.
_FORMULA: Final = re.compile(r"^[=+\-@\t\r]")


def write_rejects(lines: Iterable[Rejected], layout: Layout, target: IO[str], language: str) -> None:
    """Write rejected lines, in the order of the file.

    Args:
        lines: each line once.
        layout: of the file they come from.
        target: a text file, opened with `newline=""`.
        language: of the reasons.
    """
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


def own_name(file: Path) -> Path:
    """A free name beside `file`: a file of rejects may hold somebody's corrections and is never written over."""
    names = (file.with_name(f"{file.stem}.rejets{number}.csv") for number in ("", *(f"-{n}" for n in range(2, 1000))))
    for name in names:
        if not name.exists():
            return name
    raise BadFile("trop de fichiers de rejets ; rangez-les", "too many files of rejects; tidy them up")


def _without(cells: Sequence[str], positions: Sequence[int]) -> list[str]:
    return [cell for index, cell in enumerate(cells) if index not in positions]


def _reason(column: str | None, text: str, language: str) -> str:
    return text if column is None else f"{column}{' : ' if language == 'fr' else ': '}{text}"


def _guarded(cells: Sequence[str]) -> list[str]:
    """No cell is a formula; one that was guarded before is not guarded twice."""
    return [f"'{cell}" if _FORMULA.match(cell) and not GUARDED.match(cell) else cell for cell in cells]
