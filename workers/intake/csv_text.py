"""A CSV file as text, line by line: its encoding is found, and one broken record does not swallow those behind it."""

import codecs
import csv
import io
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final

from workers.intake.findings import BadFile, Unfit

#: How many lines a quoted value may go on for; beyond, its closing quote was forgotten.
CONTINUED: Final = 20
#: Characters of one line; nothing that a person keeps in a table is longer.
LONGEST_LINE: Final = 200_000
_CHUNK: Final = 1 << 20
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: Files that are no text, by their first bytes.
_OTHERS: Final = (
    (b"PK\x03\x04", "un classeur (xlsx, ods)", "a workbook (xlsx, ods)"),
    (b"\xd0\xcf\x11\xe0", "un classeur (xls)", "a workbook (xls)"),
    (b"%PDF", "un PDF", "a PDF"),
)


@dataclass(frozen=True, slots=True)
class Record:
    """One record of the file.

    Attributes:
        line: of the file, from 1; the first one where a quoted value goes over several.
        raw: as it stands, without its end.
        cells: its values; empty where it is broken.
        problem: why it is broken.
    """

    line: int
    raw: str
    cells: tuple[str, ...] = ()
    problem: Unfit | None = None


@dataclass(slots=True)
class TextFile:
    """An open file, read once from top to bottom.

    Attributes:
        encoding: as found or as told.
        size: in bytes.
    """

    encoding: str
    size: int
    _raw: BinaryIO
    _text: io.TextIOWrapper
    _back: deque[str] = field(default_factory=deque)
    _line: int = 0

    @property
    def position(self) -> int:
        """Bytes read so far, for a progress bar."""
        return self._raw.tell()

    def peek(self, count: int) -> list[str]:
        """The next lines, left to be read again."""
        while len(self._back) < count and (line := self._read()):
            self._back.append(line)
        return list(self._back)[:count]

    def skip(self, count: int) -> None:
        """Pass over lines."""
        for _ in range(count):
            self._next()

    def records(self, delimiter: str, width: int) -> Iterator[Record]:
        """The records that follow; blank lines are passed over.

        Args:
            delimiter: one character.
            width: how many values a record has.
        """
        while line := self._next():
            if line.strip().strip(delimiter).strip():
                yield self._record(line, delimiter, width)

    def _record(self, first: str, delimiter: str, width: int) -> Record:
        number, more = self._line, list[str]()
        while True:
            whole = first + "".join(more)
            try:
                cells = next(csv.reader([whole], delimiter=delimiter, strict=True))
                if len(cells) == width or not more:
                    return _checked(Record(number, _bare(whole), tuple(cells)), width)
            except csv.Error as error:
                goes_on = "unexpected end" in str(error) and len(more) < CONTINUED and len(whole) < LONGEST_LINE
                if goes_on and (following := self._next()):
                    more.append(following)
                    continue
            self._back.extendleft(reversed(more))
            self._line -= len(more)
            return Record(number, _bare(first), problem=_broken(first))

    def _next(self) -> str:
        line = self._back.popleft() if self._back else self._read()
        self._line += bool(line)
        return line

    def _read(self) -> str:
        """One line; of one that never ends, the beginning."""
        try:
            line = self._text.readline(LONGEST_LINE)
            rest = line
            while len(rest) == LONGEST_LINE and not rest.endswith(("\n", "\r")):
                rest = self._text.readline(LONGEST_LINE)
        except UnicodeDecodeError as error:
            raise BadFile(
                f"n’est pas en {self.encoding} (octet 0x{error.object[error.start]:02x}) ; donnez --encoding",
                f"is not in {self.encoding} (byte 0x{error.object[error.start]:02x}); give --encoding",
            ) from None
        return line.replace("\x00", "\ufffd")


def _bare(line: str) -> str:
    return line.rstrip("\r\n")


def _broken(line: str) -> Unfit:
    if len(line) >= LONGEST_LINE:
        return Unfit(f"ligne de plus de {LONGEST_LINE} caractères", f"line of more than {LONGEST_LINE} characters")
    return Unfit(
        'guillemets mal fermés ; doublez ceux qui sont dans une valeur ("") et fermez la valeur',
        'quotes are not closed; double those inside a value ("") and close the value',
    )


def _checked(record: Record, width: int) -> Record:
    count = len(record.cells)
    if count > width and not any(cell.strip() for cell in record.cells[width:]):
        return Record(record.line, record.raw, record.cells[:width])
    if count == width:
        return record
    problem = Unfit(
        f"{count} valeurs au lieu de {width} ; mettez entre guillemets une valeur qui contient le séparateur",
        f"{count} values instead of {width}; put a value that holds the delimiter in quotes",
    )
    return Record(record.line, record.raw, problem=problem)


@contextmanager
def open_text(path: Path, encoding: str | None = None) -> Iterator[TextFile]:
    """Open a file to be read as text.

    Args:
        path: of the file.
        encoding: as told; None finds it: a byte order mark, else UTF-8 where the whole file is, else cp1252.

    Raises:
        BadFile: it cannot be read, or is no text.
    """
    try:
        with path.open("rb") as raw:
            chosen = encoding or _found(raw)
            raw.seek(0)
            with io.TextIOWrapper(raw, encoding=chosen, newline="") as text:
                yield TextFile(chosen, path.stat().st_size, raw, text)
    except OSError as error:
        raise BadFile(f"illisible : {error.strerror}", f"cannot be read: {error.strerror}") from None
    except LookupError:
        raise BadFile(
            f"l’encodage {encoding!r} est inconnu ; essayez utf-8 ou cp1252",
            f"the encoding {encoding!r} is unknown; try utf-8 or cp1252",
        ) from None


def _found(raw: BinaryIO) -> str:
    """The encoding of a file, and no file of another kind."""
    start = raw.read(4096)
    for mark, fr, en in _OTHERS:
        if start.startswith(mark):
            raise BadFile(f"est {fr} ; enregistrez-le au format CSV", f"is {en}; save it as CSV")
    marked = next((name for mark, name in _MARKS if start.startswith(mark)), None)
    if marked is not None:
        return marked
    raw.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while chunk := raw.read(_CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"
