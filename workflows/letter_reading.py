"""Reading a letter back: the dates, amounts and words that a debtor would see in it."""

import re
from datetime import date

from workflows.money import Cents

_MONTHS = {
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "en": "january february march april may june july august september october november december",
}
_MONTH_NUMBERS = {
    name: number for months in _MONTHS.values() for number, name in enumerate(months.split(), start=1)
} | {
    name: number
    for number, name in enumerate("jan feb mar apr may jun jul aug sept oct nov dec".split(), start=1)  # noqa: SIM905 - a table, not a list
}
_DATE = re.compile(
    r"\b(\d{1,2})(?:er)?[ \u00a0](" + "|".join(sorted(_MONTH_NUMBERS, key=len, reverse=True)) + r")[ \u00a0](\d{4})\b"
    r"|\b(\d{2})/(\d{2})/(\d{4})\b"
)
#: Thousands are held together by a comma or a no-break space; an ordinary space separates two values.
_AMOUNT = re.compile(r"(?<![\d.,])\d{1,3}(?:[\u202f\u00a0,]?\d{3})*[.,]\d{2}(?![.,]?\d)")
_DEADLINE = re.compile(
    r"(?:au plus tard le|avant le|d'ici au|jusqu'au|pour le|prévu le|\bby|\bbefore|no later than|\bfor) (?=\d)"
)
_STOPWORDS = {
    "fr": frozenset("le la les des du un une vous nous votre nos et est sur pour au dans ce cette ne pas".split()),  # noqa: SIM905 - same
    "en": frozenset("the a an of you your we our and is on for in this that not by to has have been".split()),  # noqa: SIM905 - same
}


def plain(text: str) -> str:
    """Lower case, ordinary spaces and apostrophes, one line: what word lists are compared with."""
    swapped = text.replace("\u00a0", " ").replace("\u202f", " ").replace("’", "'")
    return " ".join(swapped.split()).lower()


def dates_in(text: str) -> frozenset[date]:
    """Every date of the text, in words or figures; a day that does not exist is left out."""
    return frozenset(day for found in _DATE.finditer(plain(text)) if (day := _date(found)))


def deadlines_in(text: str) -> frozenset[date]:
    """The dates that the text sets as a limit (`au plus tard le …`, `by …`)."""
    line = plain(text)
    found = (_DATE.match(line, mark.end()) for mark in _DEADLINE.finditer(line))
    return frozenset(day for match in found if match and (day := _date(match)))


def amounts_in(text: str) -> frozenset[Cents]:
    """Every amount with two decimals, in cents."""
    return frozenset(int(re.sub(r"\D", "", found[0])) for found in _AMOUNT.finditer(text))


def language_of(text: str) -> str | None:
    """The language whose small words are the more frequent, None where neither is."""
    words = re.findall(r"[a-zà-ÿ]+", plain(text))
    counts = {language: sum(word in small for word in words) for language, small in _STOPWORDS.items()}
    best = max(counts, key=lambda language: counts[language])
    return None if len(set(counts.values())) == 1 else best


def _date(found: re.Match[str]) -> date | None:
    if found[2]:
        year, month, day = int(found[3]), _MONTH_NUMBERS[found[2]], int(found[1])
    else:
        year, month, day = int(found[6]), int(found[5]), int(found[4])
    try:
        return date(year, month, day)
    except ValueError:
        return None
