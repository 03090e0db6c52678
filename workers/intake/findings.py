"""What is wrong with a value or a line of a file: place, value, reason and fix, in two languages."""

from dataclasses import dataclass
from typing import Final

#: Characters of a value that are repeated in an answer.
_ECHO: Final = 60


class Unfit(ValueError):
    """A value that cannot be understood; nothing is guessed from it.

    Args:
        fr: the reason and the fix, in French.
        en: the same in English.
    """

    def __init__(self, fr: str, en: str) -> None:
        super().__init__(fr, en)
        self.fr, self.en = fr, en

    def __str__(self) -> str:
        return self.en


class BadFile(Exception):
    """A file of which nothing can be imported; nothing was.

    Args:
        fr: the reason and the fix, in French.
        en: the same in English.
    """

    def __init__(self, fr: str, en: str) -> None:
        super().__init__(fr, en)
        self.fr, self.en = fr, en

    def text(self, language: str) -> str:
        """The reason in `fr`, or in English for any other language."""
        return self.fr if language == "fr" else self.en

    def __str__(self) -> str:
        return self.en


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing to know about one line.

    Attributes:
        line: in the file, from 1; a record over several lines is named by its first.
        column: the header of the file; None where the line as a whole is meant.
        value: as it stands in the file, cut.
        fr: the reason and the fix, in French.
        en: the same in English.
    """

    line: int
    column: str | None = None
    value: str = ""
    fr: str
    en: str

    def text(self, language: str) -> str:
        """One line for people."""
        value = clip(self.value)
        if language == "fr":
            column = f", colonne « {self.column} »" if self.column else ""
            return f"ligne {self.line}{column}{value and f' « {value} »'} : {self.fr}"
        column = f", column '{self.column}'" if self.column else ""
        return f"line {self.line}{column}{value and f' [{value}]'}: {self.en}"


def clip(value: str) -> str:
    """`value` on one line, cut to what an answer may repeat."""
    text = " ".join(value.split())
    return text if len(text) <= _ECHO else text[: _ECHO - 1] + "…"
