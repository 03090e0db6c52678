"""A sheet of an evidence file on A4: headings, paragraphs and tables, of plain texts."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from workers.rendering.errors import TemplateProblem
from workers.rendering.layouts import SHIPPED
from workers.rendering.typesetter import pdf_of

_LAYOUT: Final = SHIPPED / "sheet.typ"
#: What the fonts have beyond Latin, Greek and Cyrillic: the marks of ordinary texts.
_MARKS: Final = frozenset("–—‘’“”„•…‹›€™\u00a0\u202f\u2011\u200b")
#: First and last characters of what the fonts have: ASCII, the rest of Latin-1, all of Latin, Greek, Cyrillic.
_ASCII, _LATIN_1, _LATIN, _GREEK, _CYRILLIC = (0x20, 0x7E), (0xA0, 0xFF), (0xA0, 0x17F), (0x391, 0x3C9), (0x410, 0x44F)
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
    try:
        return pdf_of(_LAYOUT, _spelt(asdict(sheet), _usual), at)
    except TemplateProblem:
        return pdf_of(_LAYOUT, _spelt(asdict(sheet), _latin_1), at)


def _spelt(value: Any, spell: Callable[[str], str]) -> Any:  # noqa: ANN401 - JSON
    match value:
        case str():
            return "".join(spell(char) for char in value)
        case dict():
            return {name: _spelt(each, spell) for name, each in value.items()}
        case list() | tuple():
            return [_spelt(each, spell) for each in value]
        case _:
            return value


def _usual(char: str) -> str:
    return char if char == "\n" or char in _MARKS or _is_in(char, _ASCII, _LATIN, _GREEK, _CYRILLIC) else _UNKNOWN


def _latin_1(char: str) -> str:
    return char if char in "\n€’–" or _is_in(char, _ASCII, _LATIN_1) else _UNKNOWN


def _is_in(char: str, *spans: tuple[int, int]) -> bool:
    return any(first <= ord(char) <= last for first, last in spans)
