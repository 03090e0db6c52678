"""All that is held of one person, as a ZIP to hand over: a letter, the messages as they went, the rows as JSON."""

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final, Literal

import sqlalchemy as sa

from workers.dossier.verifier import canonical, in_memory, pack
from workers.ledger import schema
from workers.ledger.pipeline import Row
from workers.privacy.columns import COLUMNS
from workers.privacy.letter import letter
from workers.privacy.person import Person, rows_of, tables
from workers.settings_parts.retention import Retention

#: Columns that are of no use to anybody but the journal itself.
_INNER: Final = frozenset({"salts", "seals", "hash", "chain"})
#: Endings of files, by the channel of a message or the media type of a proof.
_SUFFIX: Final = {"email": "eml", "letter": "pdf", "registered": "pdf", "tracked": "pdf", "lre": "pdf",
           "application/pdf": "pdf", "image/jpeg": "jpg"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Export:
    """A finished export.

    Attributes:
        rows: by table.
    """

    archive: bytes
    rows: dict[str, int]


def export(
    connection: sa.Connection, person: Person, settings: Retention, *, on: date, language: Literal["fr", "en"]
) -> Export:
    """Collect and write; the same ledger and day give the same bytes.

    Args:
        connection: of one snapshot.
        person: of whom.
        settings: how long each sort of thing is kept, for the letter.
        on: the day of the letter.
        language: of the letter.
    """
    files: dict[str, bytes] = {}
    counts = {}
    for table in tables():
        rows = [_plain(table, row, files) for row in rows_of(connection, person, table)]
        counts[table] = len(rows)
        content = {"table": table, "columns": _columns(table), "rows": rows}
        files[f"donnees/{table}.json"] = canonical(content).encode()
    name = "lettre.txt" if language == "fr" else "letter.txt"
    files[name] = letter(counts, settings, on=on, language=language).encode()
    archive = io.BytesIO()
    pack(in_memory(files), archive)
    return Export(archive.getvalue(), counts)


def _columns(table: str) -> dict[str, str]:
    """Every column, and whose words it holds; what is no word belongs to nobody."""
    named = COLUMNS[table]
    columns = schema.metadata.tables[table].c
    return {column.name: str(named[column.name].holds) if column.name in named else "nobody" for column in columns
            if column.name not in _INNER}  # fmt: skip


def _plain(table: str, row: Row, files: dict[str, bytes]) -> dict[str, object]:
    return {name: value for name, value in _values(table, row, files) if name not in _INNER}


def _values(table: str, row: Row, files: dict[str, bytes]) -> Iterator[tuple[str, object]]:
    for name, value in row._mapping.items():  # noqa: SLF001 - SQLAlchemy's own way to a mapping
        if isinstance(value, bytes | memoryview):
            yield name, _as_file(table, row, bytes(value), files)
        elif isinstance(value, datetime):
            yield name, value.astimezone(UTC).isoformat()
        elif isinstance(value, date):
            yield name, value.isoformat()
        else:
            yield name, _read(table, name, value)


def _as_file(table: str, row: Row, content: bytes, files: dict[str, bytes]) -> str:
    """Put what was sent or received beside the data, and name the file."""
    sort = getattr(row, "channel", "") or getattr(row, "media_type", "")
    suffix = "eml" if table == "incoming" else _SUFFIX.get(sort, "txt")
    name = f"{table}/{sum(each.startswith(f'{table}/') for each in files) + 1:04d}.{suffix}"
    files[name] = content
    return name


def _read(table: str, name: str, value: object) -> object:
    """JSON as JSON: what the ledger keeps as its text."""
    is_json = not isinstance(schema.metadata.tables[table].c[name].type, sa.Text) or (table, name) in _TEXTS
    if not isinstance(value, str) or not is_json:
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


_TEXTS: Final = {("journal", "event"), ("journal", "decision"), ("rejects", "body")}
