"""Which line of a file is its header, what separates its values, and which column is which field."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from workers.intake.csv_fields import OURS, REQUIRED, Kind, field_of, french_name
from workers.intake.csv_mapping import Mapping
from workers.intake.findings import BadFile
from workers.intake.plain_words import plain_words
from workflows.findings import closest

#: The header is looked for in this many lines: exports often begin with a title.
SEARCHED: Final = 20
_DELIMITERS: Final = (";", "\t", ",", "|")


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file is laid out.

    Attributes:
        delimiter: between values.
        line: of the header, from 1.
        headers: as they stand.
        columns: position of each field that the file has.
        constants: values of fields where the file has none.
    """

    kind: Kind
    delimiter: str
    line: int
    headers: tuple[str, ...]
    columns: dict[str, int]
    constants: dict[str, str]

    @property
    def ignored(self) -> tuple[str, ...]:
        """Headers that are not read."""
        used = set(self.columns.values())
        return tuple(
            header
            for index, header in enumerate(self.headers)
            if index not in used and header.strip() and header.strip() not in OURS
        )

    def header(self, field: str) -> str:
        """What the file calls a field."""
        index = self.columns.get(field)
        return french_name(field, self.kind) if index is None else self.headers[index].strip()


def find_layout(lines: Sequence[str], kind: Kind, mapping: Mapping) -> Layout:
    """Find the header among the first lines: the one with the most known columns.

    Args:
        lines: the beginning of the file.
        kind: what it holds.
        mapping: what the operator says about it.

    Raises:
        BadFile: no header, a column that the mapping names is missing, two columns for one field, a field missing.
    """
    delimiters = (mapping.delimiter,) if mapping.delimiter else _DELIMITERS
    tried = [
        (len(_columns(cells, kind, mapping)), -number, cells, delimiter)
        for number, line in enumerate(lines[:SEARCHED], start=1)
        for delimiter in delimiters
        for cells in (_cells(line, delimiter),)
    ]
    found = max(tried, key=lambda each: each[:2], default=None)
    if found is None or found[0] == 0:
        raise BadFile(
            "aucune ligne de titres reconnue ; donnez un nom aux colonnes, ou un fichier --map",
            "no header line is recognised; give the columns names, or a --map file",
        )
    _, number, cells, delimiter = found
    _check(cells, kind, mapping)
    return Layout(kind, delimiter, -number, tuple(cells), _columns(cells, kind, mapping), dict(mapping.constants))


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line.rstrip("\r\n")], delimiter=delimiter), [])
    except csv.Error:
        return []


def _fields(cells: Sequence[str], kind: Kind, mapping: Mapping) -> list[str | None]:
    """The field of each column, what the mapping says first."""
    said = {plain_words(header): field for field, header in mapping.columns.items()}
    fields: list[str | None] = []
    for cell in cells:
        known = None if cell.strip() in OURS else field_of(cell, kind)
        fields.append(said.get(plain_words(cell), None if known in mapping.columns else known))
    return fields


def _columns(cells: Sequence[str], kind: Kind, mapping: Mapping) -> dict[str, int]:
    fields = _fields(cells, kind, mapping)
    return {field: index for index, field in reversed(list(enumerate(fields))) if field is not None}


def _check(cells: Sequence[str], kind: Kind, mapping: Mapping) -> None:
    headers = [cell.strip() for cell in cells]
    fields = _fields(cells, kind, mapping)
    for field, header in mapping.columns.items():
        if field not in fields:
            near = closest(header, headers)
            raise BadFile(
                f"la colonne « {header} » ({field}) n’existe pas{f' ; plutôt « {near} » ?' if near else ''}",
                f"there is no column '{header}' ({field}){f'; rather [{near}]?' if near else ''}",
            )
    for field in dict.fromkeys(name for name in fields if name is not None):
        twice = [header for header, name in zip(headers, fields, strict=True) if name == field]
        if len(twice) > 1:
            both = " et ".join(f"« {header} »" for header in twice)
            raise BadFile(
                f"les colonnes {both} se lisent toutes deux « {french_name(field, kind)} » ; choisissez avec --map : "
                f'{field} = "{twice[0]}"',
                f"the columns {' and '.join(twice)} are both read as {field}; choose one with --map: "
                f'{field} = "{twice[0]}"',
            )
    _complete({name for name in fields if name} | mapping.constants.keys(), headers, kind)


def _complete(known: set[str], headers: Sequence[str], kind: Kind) -> None:
    missing = [field for field in REQUIRED[kind] if field not in known]
    if missing:
        names = ", ".join(f"« {french_name(field, kind)} » ({field})" for field in missing)
        read = ", ".join(header for header in headers if header)
        raise BadFile(
            f"il manque la colonne {names} ; colonnes lues : {read} ; renommez-la ou donnez un fichier --map",
            f"column missing: {names}; columns read: {read}; rename it or give a --map file",
        )
