"""How a table fits a terminal: columns as wide as they need, else lines broken between words, else one block a row."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rich.cells import cell_len

#: Spaces between two columns.
GAP: Final = 2
#: What a column holds that says nothing in any row.
_NOTHING: Final = ("", "–", "0")


@dataclass(frozen=True, slots=True)
class Fitted:
    """A table that fits.

    Attributes:
        kept: which of the columns are shown, by their place; the others say nothing in any row.
        widths: of each column that is kept, in characters.
    """

    kept: tuple[int, ...]
    widths: tuple[int, ...]


def fitted(titles: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> Fitted | None:
    """How wide each column is in `width` characters; None where not even the words fit beside each other.

    Columns without anything to say are left out only where there is no room for them.
    """
    whole = tuple(range(len(titles)))
    telling = tuple(place for place in whole if any(row[place] not in _NOTHING for row in rows))
    for kept in (whole, telling):
        cells = [[titles[place], *(row[place] for row in rows)] for place in kept]
        wanted = [max(1, *map(cell_len, column)) for column in cells]
        least = [max(1, *map(_longest_word, column)) for column in cells]
        room = width - GAP * (len(kept) - 1) - sum(least)
        if kept and room >= 0:
            return Fitted(kept, _shared(least, wanted, room))
    return None


def broken(text: str, width: int) -> str:
    """The text in lines of `width` characters at most, broken at plain spaces only: a sum keeps its no-break ones."""
    return "\n".join(textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False))


def blocks(titles: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> list[str]:
    """The lines of a table that fits no terminal: one block a row, a line a value; what says nothing is left out."""
    margin = max(map(len, titles)) + GAP
    lines: list[str] = []
    for row in rows:
        for title, value in zip(titles, row, strict=True):
            if value not in _NOTHING:
                told = broken(value, max(width - margin, GAP)).split("\n")
                lines += [title.ljust(margin) + told[0], *(" " * margin + each for each in told[1:])]
        lines.append("")
    return lines[:-1]


def _longest_word(text: str) -> int:
    return max(map(cell_len, text.split(" ")))


def _shared(least: Sequence[int], wanted: Sequence[int], room: int) -> tuple[int, ...]:
    """Widths of columns: those that need little more than their words get it all, the others share what is left."""
    widths = list(least)
    by_need = sorted(range(len(least)), key=lambda place: wanted[place] - least[place])
    for done, place in enumerate(by_need):
        more = min(wanted[place] - least[place], room // (len(by_need) - done))
        widths[place] += more
        room -= more
    return tuple(widths)
