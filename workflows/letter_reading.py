"""Reading a letter back: the dates, amounts, rates and the language that a reader would find in it."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Final, NamedTuple

from workflows.letter_words import LANGUAGES, pattern
from workflows.money import Cents

_MONTHS: Final = {
    name: number for words in LANGUAGES.values() for number, name in enumerate(words.months, start=1)
}  # fmt: skip
_SHORT_MONTHS: Final = {
    name: number for words in LANGUAGES.values() for number, name in enumerate(words.short_months, start=1)
}  # fmt: skip
_NAMES: Final = "|".join(sorted({*_MONTHS, *_SHORT_MONTHS}, key=len, reverse=True))
_NTH: Final = r"(?:er|[.º°]|st|nd|rd|th)?"
#: `4, 5 et 9 novembre 2026`: the days before the last one belong to its month; a year may be left out.
_IN_WORDS: Final = re.compile(
    rf"(?<![\d.,/-])((?:\d{{1,2}}{_NTH}(?:,| (?:et|ou|and|or|und|y|e|en)) )*)"
    rf"(\d{{1,2}}){_NTH} (?:de |of )?({_NAMES})\b\.?(?: (?:de |del )?(\d{{4}})\b)?"
)
_IN_FIGURES: Final = re.compile(r"(?<![\d.,/-])(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?!\d)|\b(\d{4})-(\d{2})-(\d{2})\b")
#: Thousands are held together by a comma, a point or a no-break space; an ordinary space separates two values.
_NUMBER: Final = r"\d{1,3}(?:[\u202f\u00a0,.]\d{3})+|\d+"
_AMOUNT: Final = re.compile(rf"(?<![\d.,])(?:{_NUMBER})[.,]\d{{2}}(?![.,]?\d)(?!\s?%)")
_ROUND: Final = (
    re.compile(rf"(?<![\d.,])({_NUMBER})(?![.,]?\d)\s?(?:€|eur\b|euros?\b)", re.IGNORECASE),
    re.compile(rf"(?:€\u00a0?|\beur )({_NUMBER})(?![.,\u202f\u00a0]?\d)", re.IGNORECASE),
)
_RATE: Final = re.compile(r"(?<![\d.,])(\d+(?:[.,]\d+)?)\s?%")


class Day(NamedTuple):
    """A date as written; the year is None where it is left out."""

    year: int | None
    month: int
    day: int


def plain(text: str) -> str:
    """Lower case, ordinary spaces and apostrophes, one line: what word lists are compared with."""
    swapped = text.replace("\u00a0", " ").replace("\u202f", " ").replace("’", "'")
    return " ".join(swapped.split()).lower()


def days_in(text: str) -> frozenset[Day]:
    """Every date of the text, in words or figures, with or without its year."""
    line = plain(text)
    return frozenset(day for found in _IN_WORDS.finditer(line) for day in _worded(found)) | frozenset(
        _figured(found) for found in _IN_FIGURES.finditer(line)
    )


def dates_in(text: str) -> frozenset[date]:
    """Every date of the text that has its year; a day that does not exist is left out."""
    return frozenset(known for day in days_in(text) if (known := _date(day)))


def names_day(day: date, days: frozenset[Day]) -> bool:
    """Whether `day` is among the dates that a text names; one without a year stands for any year."""
    return Day(day.year, day.month, day.day) in days or Day(None, day.month, day.day) in days


def deadlines_in(text: str, language: str, today: date) -> frozenset[date]:
    """The dates that the text sets as a limit (`au plus tard le …`, `by …`); none in a language without words.

    Args:
        text: of the letter.
        language: whose words are looked for.
        today: a limit without a year is the one nearest to it.
    """
    if language not in LANGUAGES:
        return frozenset()
    line = plain(text)
    after = (line[mark.end() : mark.end() + 60] for mark in _before_limit(language).finditer(line))
    found = (each for rest in after for each in (_IN_WORDS.match(rest), _IN_FIGURES.match(rest)) if each)
    days = (_figured(each) if each.re is _IN_FIGURES else Day(*_last_worded(each)) for each in found)
    return frozenset(known for day in days if (known := _nearest(day, today)))


def amounts_in(text: str) -> frozenset[Cents]:
    """Every amount with two decimals, and every whole one beside a currency, in cents; no rate."""
    exact = {int(re.sub(r"\D", "", found[0])) for found in _AMOUNT.finditer(text)}
    rounded = {int(re.sub(r"\D", "", found[1])) * 100 for each in _ROUND for found in each.finditer(text)}
    return frozenset(exact | rounded)


def rates_in(text: str) -> frozenset[Decimal]:
    """Every percentage."""
    return frozenset(Decimal(found[1].replace(",", ".")).normalize() for found in _RATE.finditer(text))


def small_words_in(text: str) -> Mapping[str, int]:
    """How many small words of each language the text has, by the language's code."""
    words = re.findall(r"[^\W\d_]+", plain(text))
    return {code: sum(word in known.small_words for word in words) for code, known in LANGUAGES.items()}


@cache
def _before_limit(language: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{pattern('sets_deadline', language).pattern}) ?(?=\d)")  # no space in « entro l'8 »


def _worded(found: re.Match[str]) -> Iterator[Day]:
    year, month, day = _last_worded(found)
    yield Day(year, month, day)
    for number in re.findall(r"\d{1,2}", found[1]):
        yield Day(year, month, int(number))


def _last_worded(found: re.Match[str]) -> Day:
    name, year = found[3], found[4]
    return Day(int(year) if year else None, _MONTHS.get(name) or _SHORT_MONTHS[name], int(found[2]))


def _figured(found: re.Match[str]) -> Day:
    if found[4]:
        return Day(int(found[4]), int(found[5]), int(found[6]))
    return Day(int(found[3]), int(found[2]), int(found[1]))


def _nearest(day: Day, today: date) -> date | None:
    if day.year is not None:
        return _date(day)
    years = (day._replace(year=today.year + more) for more in (-1, 0, 1))
    return min((known for each in years if (known := _date(each))), key=lambda known: abs(known - today), default=None)


def _date(day: Day) -> date | None:
    try:
        return None if day.year is None else date(day.year, day.month, day.day)
    except ValueError:
        return None
