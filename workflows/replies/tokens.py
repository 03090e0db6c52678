"""Words that rules can be written about: without accents, capitals and slips of the pen, each with its place."""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cache
from typing import Final

from workflows.replies.spelling import KNOWN, LOOKED_FOR

_TOKEN: Final = re.compile(r"\d+(?:[.,/-]\d+)*|[^\W\d_]+|[.!?;:,%€$|=]")
#: Letters of the shortest word whose spelling is mended.
_SHORTEST: Final = 6
#: Characters of a line that ends a sentence although no full stop says so; longer ones were wrapped by a program.
_SHORT_LINE: Final = 60
#: Characters of a reply that are read.
LONGEST: Final = 6_000


@dataclass(frozen=True, slots=True)
class Words:
    """A text in the form in which it is read.

    Attributes:
        text: tokens joined by single spaces; `|` ends a line.
        original: what the tokens were made of.
        starts: where in `text` each token begins.
        places: for each token, where it begins and ends in `original`.
    """

    text: str
    original: str
    starts: tuple[int, ...]
    places: tuple[tuple[int, int], ...]

    def quote(self, start: int, end: int) -> str:
        """The writer's own characters for `text[start:end]`."""
        first = max(bisect_right(self.starts, start) - 1, 0)
        last = max(bisect_left(self.starts, end) - 1, first)
        return " ".join(self.original[self.places[first][0] : self.places[last][1]].split())

    def sentence(self, start: int) -> tuple[int, int]:
        """Where the sentence that holds `start` begins and ends in `text`."""
        begin = max(self.text.rfind(mark, 0, start) for mark in (" . ", " ! ", " ? ", " | "))
        ends = [place for mark in (" .", " !", " ?", " |") if (place := _mark(self.text, mark, start)) >= 0]
        return (0 if begin < 0 else begin + 3), min(ends, default=len(self.text))


def _mark(text: str, mark: str, start: int) -> int:
    return (
        text.find(f"{mark} ", start) if f"{mark} " in text[start:] else (len(text) - 2 if text.endswith(mark) else -1)
    )


def words_of(text: str) -> Words:
    """Read `text`, at most its first `LONGEST` characters."""
    original = _with_ends(text[:LONGEST].replace("œ", "oe").replace("Œ", "OE"))
    folded = "".join(_fold(character) for character in original)
    pieces, starts, places, length = [], [], [], 0
    for found in _TOKEN.finditer(folded):
        piece = _mended(found[0])
        pieces.append(piece)
        starts.append(length)
        places.append((found.start(), found.end()))
        length += len(piece) + 1
    return Words(" ".join(pieces), original, tuple(starts), tuple(places))


def _with_ends(text: str) -> str:
    """The text with `|` where a line ends a sentence."""
    lines = [line.replace("|", " ") for line in text.split("\n")]
    return "\n".join(f"{line} |" if line.strip() and len(line) < _SHORT_LINE else line for line in lines)


def _fold(character: str) -> str:
    """One character for one character: places in the folded text are places in the original."""
    plain = unicodedata.normalize("NFD", character)[0].lower()
    return plain if len(plain) == 1 else character


@cache
def _slips() -> dict[str, str]:
    """Each looked-for word by its forms with one letter left out."""
    slips: dict[str, str] = {}
    for word in sorted(LOOKED_FOR):
        for shorter in _shorter(word):
            slips.setdefault(shorter, word)
    return slips


def _shorter(word: str) -> set[str]:
    return {word, *(word[:place] + word[place + 1 :] for place in range(len(word)))}


def _mended(token: str) -> str:
    """The word that was meant, where one letter is wrong, missing, too many or changed places with the next."""
    if len(token) < _SHORTEST or not token.isalpha() or token in LOOKED_FOR or token in KNOWN:
        return token
    slips = _slips()
    for shorter in sorted(_shorter(token), key=lambda each: (len(each), each), reverse=True):
        meant = slips.get(shorter)
        if meant is not None and abs(len(meant) - len(token)) <= 1 and meant[0] == token[0]:
            return meant
    return token
