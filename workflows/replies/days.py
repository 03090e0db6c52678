"""Days as people write them in answers: « vendredi », « fin de mois », « sous 48 h », by the end of next week."""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

_FRIDAY: Final = 4
_LAST_MONTH: Final = 12
#: How far from the reply a day may lie and still be meant.
_FURTHEST: Final = timedelta(days=400)
_MONTHS: Final = (
    ("janvier", "january", "jan", "janv"), ("fevrier", "february", "feb", "fev"), ("mars", "march", "mar"),
    ("avril", "april", "apr", "avr"), ("mai", "may"), ("juin", "june", "jun"), ("juillet", "july", "jul", "juil"),
    ("aout", "august", "aug"), ("septembre", "september", "sept", "sep"), ("octobre", "october", "oct"),
    ("novembre", "november", "nov"), ("decembre", "december", "dec"),
)  # fmt: skip
_WEEKDAYS: Final = (
    ("lundi", "monday"), ("mardi", "tuesday"), ("mercredi", "wednesday"), ("jeudi", "thursday"),
    ("vendredi", "friday"), ("samedi", "saturday"), ("dimanche", "sunday"),
)  # fmt: skip
_NUMBERS: Final = {
    "un": 1, "une": 1, "one": 1, "a": 1, "an": 1, "deux": 2, "two": 2, "trois": 3, "three": 3, "quatre": 4, "four": 4,
    "cinq": 5, "five": 5, "six": 6, "sept": 7, "seven": 7, "huit": 8, "eight": 8, "dix": 10, "ten": 10, "quinze": 15,
    "fifteen": 15, "trente": 30, "thirty": 30,
}  # fmt: skip
_MONTH_OF: Final = {word: number for number, words in enumerate(_MONTHS, 1) for word in words}
_WEEKDAY_OF: Final = {word: number for number, words in enumerate(_WEEKDAYS) for word in words}
#: Names of weekdays and months, as `tokens.words_of` writes them.
WEEKDAYS_AND_MONTHS: Final = frozenset({*_MONTH_OF, *_WEEKDAY_OF})
_MONTH: Final = "|".join(sorted(_MONTH_OF, key=len, reverse=True))
_WEEKDAY: Final = "|".join(_WEEKDAY_OF)
_COUNT: Final = r"\d{1,3}|" + "|".join(sorted(_NUMBERS, key=len, reverse=True))
_UNIT: Final = r"h|heures?|hours?|jours?|days?|semaines?|weeks?|mois|months?"
_WORKING: Final = r"(?: (?:ouvres?|ouvrables?|working|business))?"


@dataclass(frozen=True, slots=True)
class Day:
    """A day that a text names.

    Attributes:
        start: where in the text its words begin.
        end: where they end.
        ahead: the day it is where it lies ahead; None where it cannot.
        behind: the day it is where it has passed; None where it cannot.
    """

    start: int
    end: int
    ahead: date | None
    behind: date | None


Both = tuple[date | None, date | None]


def days_in(text: str, today: date) -> list[Day]:
    """The days that `text` names, in order; where two readings overlap, the longer.

    Args:
        text: as `tokens.words_of` gives it.
        today: the day on which it was written; a bare « le 15 » is the next 15th, or the last one.
    """
    found: list[Day] = []
    for pattern, read in _FORMS:
        for match in pattern.finditer(text):
            if any(match.start() < other.end and other.start < match.end() for other in found):
                continue
            ahead, behind = read(match, today)
            if ahead is not None or behind is not None:
                found.append(Day(match.start(), match.end(), _near(ahead, today), _near(behind, today)))
    return sorted(found, key=lambda day: day.start)


def _near(day: date | None, today: date) -> date | None:
    return day if day is not None and abs(day - today) <= _FURTHEST else None


def _both(day: date | None, today: date) -> Both:
    """A whole date lies ahead or behind; today is both."""
    if day is None:
        return None, None
    return (day if day >= today else None), (day if day <= today else None)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _iso(match: re.Match[str], today: date) -> Both:
    return _both(_date(int(match[1]), int(match[2]), int(match[3])), today)


def _numeric(match: re.Match[str], today: date) -> Both:
    day, month, year = int(match[1]), int(match[2]), match[3]
    if year is None:
        return _of_year(day, month, today)
    return _both(_date(int(year) + (2000 if len(year) == len("26") else 0), month, day), today)


def _of_year(day: int, month: int, today: date) -> Both:
    """A day of a month, in the year in which it comes next, or in which it was last."""
    years = (today.year - 1, today.year, today.year + 1)
    dates = [found for year in years if (found := _date(year, month, day)) is not None]
    ahead = min((each for each in dates if each >= today), default=None)
    return ahead, max((each for each in dates if each <= today), default=None)


def _day_and_month(match: re.Match[str], today: date) -> Both:
    return _of_year(int(match[1]), int(match[2]), today)


def _named(match: re.Match[str], today: date) -> Both:
    day, month, year = int(match["day"]), _MONTH_OF[match["month"]], match["year"]
    return _of_year(day, month, today) if year is None else _both(_date(int(year), month, day), today)


def _bare(match: re.Match[str], today: date) -> Both:
    """« le 15 »: of this month, or of the next or the last one."""
    day = int(match["day"])
    months = [_month_after(today, step) for step in (-2, -1, 0, 1, 2)]
    dates = [found for year, month in months if (found := _date(year, month, day)) is not None]
    ahead = min((each for each in dates if each >= today), default=None)
    return ahead, max((each for each in dates if each <= today), default=None)


def _month_after(today: date, steps: int) -> tuple[int, int]:
    index = today.year * _LAST_MONTH + today.month - 1 + steps
    return index // _LAST_MONTH, index % _LAST_MONTH + 1


def _last_of(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def _weekday(match: re.Match[str], today: date) -> Both:
    number = _WEEKDAY_OF[match["weekday"]]
    gap = (number - today.weekday()) % 7 or 7
    if match["last"] or match["past"]:
        return None, today - timedelta(days=(today.weekday() - number) % 7 or 7)
    if match["after"] or match["next"]:
        return _monday(today) + timedelta(days=7 + number), None
    return today + timedelta(days=gap), None


def _monday(today: date) -> date:
    return today - timedelta(days=today.weekday())


def _week(match: re.Match[str], today: date) -> Both:
    """The Friday of the week, or of the next one: the last day that keeps what was said."""
    weeks = 1 if re.search(r"prochaine|next|suivante", match[0]) else 0
    friday = _monday(today) + timedelta(days=7 * weeks + _FRIDAY)
    return max(friday, today), None


def _month_end(match: re.Match[str], today: date) -> Both:
    steps = 1 if re.search(r"prochain|next", match[0]) else 0
    return _last_of(*_month_after(today, steps)), None


def _part_of_month(match: re.Match[str], today: date) -> Both:
    """The 5th, the 15th or the last day: the latest day of what « début », « mi- » and « fin » mean."""
    month = _MONTH_OF[match["month"]]
    year = today.year + (1 if month < today.month else 0)
    part = match["part"]
    if part.startswith(("debut", "early", "beginning", "start")):
        return date(year, month, 5), None
    if part.startswith("mi"):
        return date(year, month, 15), None
    return _last_of(year, month), None


def _span(match: re.Match[str], today: date) -> Both:
    count = int(match["count"]) if match["count"].isdecimal() else _NUMBERS[match["count"]]
    unit = match["unit"]
    if unit.startswith("h"):
        days = -(-count // 24)
    elif unit.startswith(("semaine", "week")):
        days = 7 * count
    elif unit.startswith(("mois", "month")):
        year, month = _month_after(today, count)
        return date(year, month, min(today.day, monthrange(year, month)[1])), None
    else:
        days = count
    return today + timedelta(days=days), None


def _in_days(days: int) -> Callable[[re.Match[str], date], Both]:
    def read(_match: re.Match[str], today: date) -> Both:
        return _both(today + timedelta(days=days), today)

    return read


Form = tuple[str, Callable[[re.Match[str], date], Both]]
_YEAR: Final = r"(?: ,? ?(?P<year>20\d\d))?"
_ORDINAL: Final = r"(?: (?:er|st|nd|rd|th))?"
_PART: Final = (
    r"(?P<part>fin|mi|debut|courant|early|mid|late|(?:the )?(?:end|beginning|start) of)(?: de| du mois de| -)?"
)
_PAST_OR_NEXT: Final = (
    r"(?P<after> (?:de la )?semaine prochaine| next week| en huit| week)?(?: prochain| (?P<past>dernier))?"
)
_MONTH_END: Final = (
    r"fin (?:de |du |de ce )?mois(?: prochain)?|(?:le )?mois prochain|month ?end|end of (?:the |this |next )?month|"
    r"next month"
)
_WITHIN: Final = (
    r"(?:(?:sous|dans|d ici|within|in|delai(?: supplementaire| de paiement)* d(?:e|un)?|(?:extension|delay) of) "
    r"(?:les |un delai de |the next )?|(?:accorde|laisse|donne)[zr] (?:nous|moi) |(?:give|allow|grant) (?:us|me) )"
)
_TODAY: Final = r"aujourd hui|ce jour(?! la)|ce matin|cet apres midi|today|this (?:morning|afternoon)|tonight"
_BARE: Final = r"(?:le|au|du|pour le|avant le) (?P<day>\d{1,2})(?: er)?(?= [^\W\d]| [.,;!?|]|$)(?! h\b)(?! ?[%€])"
_SPAN: Final = rf"(?P<count>{_COUNT}) (?P<unit>{_UNIT}){_WORKING}"
#: Forms of days, the longer and surer first.
_WRITTEN: Final[tuple[Form, ...]] = (
    (r"(20\d\d)-(\d{1,2})-(\d{1,2})", _iso),
    (r"(\d{1,2})[/.-](\d{1,2})[/.-](20\d\d|\d\d)", _numeric),
    (r"(\d{1,2})/(\d{1,2})(?![/\d])", _day_and_month),
    (rf"(?:(?:{_WEEKDAY}) )?(?:le |the )?(?P<day>\d{{1,2}}){_ORDINAL}(?: of)? (?P<month>{_MONTH}){_YEAR}", _named),
    (rf"(?P<month>{_MONTH}) (?P<day>\d{{1,2}})(?: (?:st|nd|rd|th))?{_YEAR}(?! \d)", _named),
    (rf"{_PART} (?P<month>{_MONTH})", _part_of_month),
    (rf"(?:{_WEEKDAY}) (?:le |the )?(?P<day>\d{{1,2}}){_ORDINAL}(?! h\b)", _bare),
    (rf"(?:(?P<next>next )|(?P<last>last ))?(?P<weekday>{_WEEKDAY}){_PAST_OR_NEXT}", _weekday),
    (r"(?:fin (?:de la |de )?|(?:the )?end of )?(?:la )?(?:semaine prochaine|next week|semaine suivante)", _week),
    (r"fin (?:de |de la |de cette )?semaine|cette semaine|(?:end of (?:the |this )?|this )week", _week),
    (_MONTH_END, _month_end),
    (rf"{_WITHIN}{_SPAN}\b(?! ago)", _span),
    (rf"{_SPAN} (?:de plus|supplementaires?|more|extra)", _span),
    (r"(?:sous|d ici) (?:une )?huitaine", _in_days(8)),
    (r"(?:sous|d ici) (?:une )?quinzaine", _in_days(15)),
    (r"apres demain|day after tomorrow", _in_days(2)),
    (r"demain|tomorrow", _in_days(1)),
    (r"avant hier|day before yesterday", _in_days(-2)),
    (r"hier|yesterday|last night", _in_days(-1)),
    (_TODAY, _in_days(0)),
    (_BARE, _bare),
    (r"(?:the )(?P<day>\d{1,2}) (?:st|nd|rd|th)", _bare),
)
_FORMS: Final = tuple((re.compile(rf"\b(?:{pattern})\b"), read) for pattern, read in _WRITTEN)
