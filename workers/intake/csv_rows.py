"""One record, read field by field; everything wrong with it is told at once."""

import re
from collections.abc import Callable
from typing import Final, TypeVar

from workers.intake.csv_layout import Layout
from workers.intake.csv_text import Record
from workers.intake.findings import Finding, Unfit

T = TypeVar("T")

#: How the program guards a cell against being run as a formula; taken off again on the way back.
GUARDED: Final = re.compile(r"^'(?=[=+\-@\t\r])")
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]")
#: Signs that turn the direction of writing, so that a name reads as another one.
_TURNS: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")
_LONGEST_REF: Final = 80
_LONGEST_LINE: Final = 200


class Row:
    """A record of a file with its layout.

    Attributes:
        findings: why the line is rejected; empty where it is not.
        notes: what was mended, or looks odd, in a line that is taken.
    """

    def __init__(self, record: Record, layout: Layout) -> None:
        self.record, self.layout = record, layout
        self.findings: list[Finding] = []
        self.notes: list[Finding] = []
        if record.problem is not None:
            self._found(None, record.raw, record.problem)

    def text(self, field: str) -> str:
        """The cell of a field, or the constant of the mapping; empty where there is neither."""
        index = self.layout.columns.get(field)
        cell = "" if index is None or not self.record.cells else GUARDED.sub("", self.record.cells[index]).strip()
        return cell or self.layout.constants.get(field, "")

    def need(self, field: str, reader: Callable[[str], T]) -> T | None:
        """A field that every line must have."""
        if not self.text(field):
            self.refuse(field, "est vide ; complétez la cellule", "is empty; fill the cell in")
            return None
        return self.may(field, reader)

    def may(self, field: str, reader: Callable[[str], T]) -> T | None:
        """A field that a line may have; None where it has none, or one that cannot be understood."""
        text = self.text(field)
        if not text:
            return None
        try:
            return reader(text)
        except Unfit as problem:
            self._found(field, text, problem)
            return None

    def refuse(self, field: str | None, fr: str, en: str) -> None:
        """Reject the line because of a field, or as a whole."""
        self._found(field, self.text(field) if field else "", Unfit(fr, en))

    def note(self, field: str, fr: str, en: str) -> None:
        """Tell something about a line that is taken."""
        self.notes.append(self._finding(field, self.text(field), Unfit(fr, en)))

    def _found(self, field: str | None, value: str, problem: Unfit) -> None:
        self.findings.append(self._finding(field, value, problem))

    def _finding(self, field: str | None, value: str, problem: Unfit) -> Finding:
        column = None if field is None else self.layout.header(field)
        return Finding(line=self.record.line, column=column, value=value, fr=problem.fr, en=problem.en)


def read_ref(text: str) -> str:
    """A reference: up to 80 characters on one line.

    Raises:
        Unfit: longer.
    """
    return _one_line(text, _LONGEST_REF)


def read_line(text: str) -> str:
    """A name or another text of one line: up to 200 characters.

    Raises:
        Unfit: longer.
    """
    return _one_line(text, _LONGEST_LINE)


def _one_line(text: str, longest: int) -> str:
    if turn := _TURNS.search(text):
        sign = f"U+{ord(turn[0]):04X}"
        raise Unfit(
            f"contient un signe qui inverse le sens de l’écriture ({sign}) ; retirez-le",
            f"holds a sign that turns the direction of writing ({sign}); take it out",
        )
    bare = " ".join(_CONTROL.sub(" ", text).split())
    if not bare:
        raise Unfit("est vide ; complétez la cellule", "is empty; fill the cell in")
    if len(bare) > longest:
        raise Unfit(
            f"a plus de {longest} caractères ; raccourcissez la valeur",
            f"has more than {longest} characters; shorten it",
        )
    return bare
