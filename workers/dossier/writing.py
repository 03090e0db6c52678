"""How a dossier writes: its language, its days and amounts, its tables."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal
from zoneinfo import ZoneInfo

from workers.rendering.formats import FORMATS
from workflows.money import Cents

Language = Literal["fr", "en"]
#: Moments are those of Paris, and say so.
PARIS: Final = ZoneInfo("Europe/Paris")
#: A cell that begins so is a formula to a spreadsheet.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
#: Characters of a name made of a text.
_LONGEST: Final = 60


@dataclass(frozen=True, slots=True)
class Writing:
    """One language."""

    language: Language

    def say(self, fr: str, en: str) -> str:
        """The text in this language."""
        return fr if self.language == "fr" else en

    def day(self, day: date | None) -> str:
        """A day; a dash for none."""
        return "–" if day is None else FORMATS[self.language].short_day(day)

    def moment(self, at: datetime | None) -> str:
        """An instant in Paris; a dash for none."""
        if at is None:
            return "–"
        here = at.astimezone(PARIS)
        return f"{self.day(here.date())} {FORMATS[self.language].clock(here)}"

    def money(self, amount: Cents, currency: str) -> str:
        """An amount as people write it."""
        return FORMATS[self.language].money(amount, currency)


def slug(text: str) -> str:
    """`text` as part of a file's name: ASCII letters, digits, dots, dashes; no way out of a folder."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    kept = re.sub(r"[^A-Za-z0-9.]+", "-", plain).strip("-.")
    return re.sub(r"\.{2,}", ".", kept)[:_LONGEST].strip("-.") or "x"


def csv_of(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A table for a spreadsheet: UTF-8 with its mark, and no formulas."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")
