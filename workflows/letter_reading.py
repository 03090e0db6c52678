"""Reading a letter back: the dates, amounts, rates and the language that a reader would find in it."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Final, NamedTuple

from workflows.letter_words import LANGUAGES, pattern
from workflows.letter_words.spelling import plain, unaccented
from workflows.money import Cents

_MONTHS: Final = {
    unaccented(name): number for words in LANGUAGES.values() for number, name in enumerate(words.months, start=1)
}
_SHORT_MONTHS: Final = {
    unaccented(name): number for words in LANGUAGES.values() for number, name in enumerate(words.short_months, start=1)
}
_NAMES: Final = "|".join(sorted({*_MONTHS, *_SHORT_MONTHS}, key=len, reverse=True))
_NTH: Final = r"(?:er|[.º°]|st|nd|rd|th)?"
#: `4, 5 et 9 novembre 2026`: the days before the last one belong to its month; a year may be left out.
_IN_WORDS: Final = re.compile(
    rf"(?<![\d.,/-])((?:\d{{1,2}}{_NTH}(?:,| (?:et|ou|and|or|und|y|e|en)) )*)"
    rf"(\d{{1,2}}){_NTH} (?:de |of )?({_NAMES})\b\.?(?: (?:de |del )?(\d{{4}})\b)?"
)
#: `december 20, 2026`
_MONTH_FIRST: Final = re.compile(rf"\b({_NAMES})\.? (\d{{1,2}})(?:st|nd|rd|th)?(?:,? (\d{{4}}))?(?![\d.,]*\d)")
_IN_FIGURES: Final = re.compile(
    r"(?<![\d.,/-])(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d\d)(?!\d|[/.-]\d)|\b(\d{4})-(\d{2})-(\d{2})\b"
)
#: `20/12`, behind words that set a limit.
_DAY_AND_MONTH: Final = re.compile(r"(\d{1,2})[/.](\d{1,2})\b(?![/.,]?\d)")
#: Thousands are held together by a comma, a point or a no-break space; an ordinary space separates two values.
_NUMBER: Final = r"\d{1,3}(?:[\u202f\u00a0,.]\d{3})+|\d+"
_AMOUNT: Final = re.compile(rf"(?<![\d.,])(?:{_NUMBER})[.,]\d{{2}}(?![.,]?\d)(?!\s?%)")
_ONE_DECIMAL: Final = re.compile(
    rf"(?<![\d.,])((?:{_NUMBER})[.,]\d)\s?(?:€|eur\b|euros?\b)|(?:€\u00a0?|\beur )((?:{_NUMBER})[.,]\d)(?!\d)",
    re.IGNORECASE,
)
_ROUND: Final = (
    re.compile(rf"(?<![\d.,])({_NUMBER})(?![.,]?\d)\s?(?:€|eur\b|euros?\b)", re.IGNORECASE),
    re.compile(rf"(?:[€$£]\u00a0?|\beur )({_NUMBER})(?![.,\u202f\u00a0]?\d)", re.IGNORECASE),
)
_RATE: Final = re.compile(r"(?<![\d.,])(\d+(?:[.,]\d+)?)\s?%")


class Day(NamedTuple):
    """A date as written; the year is None where it is left out."""

    year: int | None
    month: int
    day: int


def days_in(text: str) -> frozenset[Day]:
    """Every date of the text, in words or figures, with or without its year."""
    line = unaccented(plain(text))
    worded = {day for found in _IN_WORDS.finditer(line) for day in _worded(found)}
    left = _IN_WORDS.sub("·", line)
    american = {_month_first(found) for found in _MONTH_FIRST.finditer(left)}
    return frozenset(worded | american | {_figured(found) for found in _IN_FIGURES.finditer(left)})


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
    line = unaccented(plain(text))
    after = (line[mark.end() : mark.end() + 60] for mark in _before_limit(language).finditer(line))
    days = (day for rest in after if (day := _limit(rest)))
    return frozenset(known for day in days if (known := _nearest(day, today)))


def amounts_in(text: str) -> frozenset[Cents]:
    """Every amount with two decimals, and every whole one beside a currency, in cents; no rate."""
    exact = {int(re.sub(r"\D", "", found[0])) for found in _AMOUNT.finditer(text)}
    exact |= {int(re.sub(r"\D", "", found[1] or found[2])) * 10 for found in _ONE_DECIMAL.finditer(text)}
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
    found = pattern("sets_deadline", language).pattern
    return re.compile(rf"(?:{found})(?: ?(?=\d)| (?=(?:{_NAMES})\b))")  # no space in « entro l'8 »


def _limit(rest: str) -> Day | None:
    """The date with which a text begins."""
    for expression, read in _LIMITS:
        if found := expression.match(rest):
            return read(found)
    return None


def _worded(found: re.Match[str]) -> Iterator[Day]:
    year, month, day = _last_worded(found)
    yield Day(year, month, day)
    for number in re.findall(r"\d{1,2}", found[1]):
        yield Day(year, month, int(number))


def _last_worded(found: re.Match[str]) -> Day:
    name, year = found[3], found[4]
    return Day(int(year) if year else None, _MONTHS.get(name) or _SHORT_MONTHS[name], int(found[2]))


def _month_first(found: re.Match[str]) -> Day:
    name, day, year = found[1], found[2], found[3]
    return Day(int(year) if year else None, _MONTHS.get(name) or _SHORT_MONTHS[name], int(day))


def _figured(found: re.Match[str]) -> Day:
    if found[5]:
        return Day(int(found[5]), int(found[6]), int(found[7]))
    year = int(found[4])
    return Day(year if year > 99 else 2000 + year, int(found[3]), int(found[1]))  # noqa: PLR2004 - two figures


#: How a limit may be written, and what reads it.
_LIMITS: Final = (
    (_IN_WORDS, lambda found: Day(*_last_worded(found))),
    (_IN_FIGURES, _figured),
    (_MONTH_FIRST, _month_first),
    (_DAY_AND_MONTH, lambda found: Day(None, int(found[2]), int(found[1]))),
)


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
