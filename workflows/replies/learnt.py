"""What single words and pairs say of a reply where no rule speaks: weights learnt from the corpus, in a readable table.

The table `learnt.tsv` is made by `python -m tests.reply_learning` from the part `dev` of the corpus: a line a trait, a
column a kind of reply, or a category of dispute, whole tenths. Nothing is learnt while the program runs.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import exp, sqrt
from typing import Final

from workflows.replies.days import WEEKDAYS_AND_MONTHS, Day
from workflows.replies.tokens import Words

#: Columns of the table; the first column names the trait.
Weights = tuple[int, ...]
#: Letters at the beginning of a longer word that stand for all its forms.
_STEMS: Final = (4, 5)
#: Marks that end a sentence; other marks are passed over.
_ENDS: Final = frozenset(".!;|?")
_ASKED: Final = "?"
_PASSED: Final = frozenset(":,%€$=")
#: What stands for each number, each weekday or month, a day that lies ahead, one that has passed, all other words.
_NUMBER, _CALENDAR, _AHEAD, _BEHIND, ALWAYS = "0", "=jour", "=ahead", "=behind", "=always"
_TENTHS: Final = 10


@dataclass(frozen=True, slots=True)
class Trait:
    """A word, its stem, or words beside one another, where it is first found in `Words.text`."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Table:
    """The weights of traits.

    Attributes:
        columns: kinds of replies, and categories of disputes.
        weights: of each trait, tenths, in the order of `columns`.
        notes: the lines above the table: what it was made from, and how well it did on what it had not seen.
    """

    columns: tuple[str, ...]
    weights: Mapping[str, Weights]
    notes: tuple[str, ...]


def parse_table(text: str) -> Table:
    """The table as `learnt.tsv` writes it.

    Raises:
        ValueError: a line has another number of cells than the head, or a cell is no whole number.
    """
    lines = text.splitlines()
    notes = tuple(line[2:] for line in lines if line.startswith("# "))
    head, *rows = (line.split("\t") for line in lines if not line.startswith("# "))
    weights = {}
    for name, *cells in rows:
        if len(cells) != len(head) - 1:
            raise ValueError(f"learnt.tsv: {name!r} has {len(cells)} weights, not {len(head) - 1}")
        weights[name] = tuple(int(cell or 0) for cell in cells)
    return Table(tuple(head[1:]), weights, notes)


@cache
def load_table() -> Table:
    """The table that comes with the program; read once."""
    return parse_table(files("workflows").joinpath("replies/learnt.tsv").read_text(encoding="utf-8"))


def traits_of(words: Words, days: Sequence[Day]) -> dict[str, Trait]:
    """Every trait of a text once, by its name; no more than four for each word."""
    found: dict[str, Trait] = {}
    for sentence in _sentences(words.text):
        for place, (word, start, end) in enumerate(sentence):
            _note(found, word, start, end)
            for length in _STEMS:
                if len(word) > length:
                    _note(found, f"{word[:length]}*", start, end)
            if place + 1 < len(sentence):
                _note(found, f"{word} {sentence[place + 1][0]}", start, sentence[place + 1][2])
    for day in days:
        for name, when in ((_AHEAD, day.ahead), (_BEHIND, day.behind)):
            if when is not None:
                _note(found, name, day.start, day.end)
    return found


def _note(found: dict[str, Trait], name: str, start: int, end: int) -> None:
    if name not in found:
        found[name] = Trait(name, start, end)


def _sentences(text: str) -> Iterator[list[tuple[str, int, int]]]:
    """The words of each sentence, each with where it begins and ends; a question mark is a sentence of its own."""
    sentence: list[tuple[str, int, int]] = []
    start = 0
    for token in text.split(" "):
        end = start + len(token)
        if token in _ENDS:
            yield sentence
            sentence = []
            if token in _ASKED:
                yield [(_ASKED, start, end)]
        elif token and token not in _PASSED:
            sentence.append((_named(token), start, end))
        start = end + 1
    yield sentence


def _named(token: str) -> str:
    if token[0].isdigit():
        return _NUMBER
    return _CALENDAR if token in WEEKDAYS_AND_MONTHS else token


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the table says of a text.

    Attributes:
        votes: natural logarithms, up to a constant: of what is likelier by how much.
    """

    table: Table
    traits: tuple[Trait, ...]
    votes: Mapping[str, float]

    def grounds(self, column: str, among: Sequence[str]) -> list[Trait]:
        """Traits that speak for `column` more than for the mean of `among`, those that say most first."""
        place = self.table.columns.index(column)
        places = [self.table.columns.index(each) for each in among]
        gains = {}
        for trait in self.traits:
            weights = self.table.weights[trait.name]
            gains[trait] = weights[place] * len(places) - sum(weights[other] for other in places)
        speaking = [trait for trait in self.traits if gains[trait] > 0]
        return sorted(speaking, key=lambda trait: (-gains[trait], trait.start, trait.end, trait.name))


def opinion(words: Words, days: Sequence[Day], table: Table | None = None) -> Opinion:
    """What the table says; a text none of whose traits is in it has only what is said of all texts."""
    known = load_table() if table is None else table
    traits = tuple(trait for name, trait in traits_of(words, days).items() if name in known.weights)
    scale = _TENTHS * sqrt(len(traits) + 1)
    always = known.weights.get(ALWAYS, (0,) * len(known.columns))
    sums = [sum(column) for column in zip(*(known.weights[trait.name] for trait in traits), strict=True)]
    sums = sums or [0] * len(known.columns)
    votes = {
        name: value / scale + common / _TENTHS for name, value, common in zip(known.columns, sums, always, strict=True)
    }
    return Opinion(known, traits, votes)


def shares(votes: Mapping[str, float]) -> dict[str, float]:
    """Votes as parts of one."""
    most = max(votes.values())
    parts = {name: exp(vote - most) for name, vote in votes.items()}
    whole = sum(parts.values())
    return {name: part / whole for name, part in parts.items()}
