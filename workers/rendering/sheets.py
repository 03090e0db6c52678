"""A sheet of an evidence file on A4: headings, paragraphs and tables, of plain texts."""

import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from workers.rendering.layouts import SHIPPED
from workers.rendering.typesetter import pdf_of

_LAYOUT: Final = SHIPPED / "sheet.typ"
#: What the fonts have: ASCII, all of Latin, Greek, Cyrillic, and the marks of ordinary texts.
_SPANS: Final = ((0x20, 0x7E), (0xA0, 0x17F), (0x391, 0x3A1), (0x3A3, 0x3C9), (0x410, 0x44F))
_MARKS: Final = frozenset("\n–—‘’“”„•…‹›€™\u202f\u2011\u200b")
_UNKNOWN: Final = "?"


@dataclass(frozen=True, slots=True)
class Grid:
    """A table.

    Attributes:
        widths: of each column, as parts of the whole; 0 for as wide as its content.
        rights: the columns that hold figures.
    """

    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[int]
    rights: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a sheet, in this order."""

    heading: str = ""
    paragraphs: Sequence[str] = ()
    grid: Grid | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole document.

    Attributes:
        about: lines below the title.
        foot: stands at the foot of every page.
    """

    language: str
    title: str
    about: Sequence[str]
    parts: Sequence[Part]
    foot: str


def sheet_pdf(sheet: Sheet, at: int) -> bytes:
    """The sheet as a PDF/A; the same sheet gives the same bytes.

    A character that the fonts lack is printed as a question mark: a debtor may write in any alphabet, and the files
    beside the sheet hold the texts as they came.

    Args:
        sheet: plain texts; nothing in them is read as markup.
        at: seconds since 1970, the instant that the file bears.
    """
    return pdf_of(_LAYOUT, _spelt(asdict(sheet)), at)


def _spelt(value: Any) -> Any:  # noqa: ANN401 - JSON
    match value:
        case str():
            return "".join(char if _is_known(char) else _UNKNOWN for char in unicodedata.normalize("NFC", value))
        case dict():
            return {name: _spelt(each) for name, each in value.items()}
        case list() | tuple():
            return [_spelt(each) for each in value]
        case _:
            return value


def _is_known(char: str) -> bool:
    return char in _MARKS or any(first <= ord(char) <= last for first, last in _SPANS)
