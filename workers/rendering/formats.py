"""Amounts, dates and references as a reader of each language writes them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from itertools import zip_longest

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal

from workflows.money import Cents

#: Day counts that letters write in words; other numbers stay figures.
_FRENCH_NUMBERS = {
    1: "un", 2: "deux", 3: "trois", 4: "quatre", 5: "cinq", 6: "six", 7: "sept", 8: "huit", 9: "neuf", 10: "dix",
    12: "douze", 15: "quinze", 20: "vingt", 30: "trente",
}  # fmt: skip
_ENGLISH_NUMBERS = {
    1: "one", 2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine", 10: "ten",
    12: "twelve", 15: "fifteen", 20: "twenty", 30: "thirty",
}  # fmt: skip
_GERMAN_NUMBERS = {
    2: "zwei", 3: "drei", 4: "vier", 5: "fünf", 6: "sechs", 7: "sieben", 8: "acht", 9: "neun", 10: "zehn", 11: "elf",
    12: "zwölf",
}  # fmt: skip
_SPANISH_NUMBERS = {
    2: "dos", 3: "tres", 4: "cuatro", 5: "cinco", 6: "seis", 7: "siete", 8: "ocho", 9: "nueve", 10: "diez", 11: "once",
    12: "doce", 15: "quince", 20: "veinte", 30: "treinta",
}  # fmt: skip
_ITALIAN_NUMBERS = {
    2: "due", 3: "tre", 4: "quattro", 5: "cinque", 6: "sei", 7: "sette", 8: "otto", 9: "nove", 10: "dieci",
    11: "undici", 12: "dodici", 15: "quindici", 20: "venti", 30: "trenta",
}  # fmt: skip
_DUTCH_NUMBERS = {
    2: "twee", 3: "drie", 4: "vier", 5: "vijf", 6: "zes", 7: "zeven", 8: "acht", 9: "negen", 10: "tien", 11: "elf",
    12: "twaalf", 15: "vijftien", 20: "twintig", 30: "dertig",
}  # fmt: skip


@dataclass(frozen=True)
class Formats:
    """How one language writes values.

    Attributes:
        locale: babel's name, such as `fr_FR` or `en_GB`.
        day_pattern: a day in words; `short_day_pattern` is for tables and SMS.
        bare_day: a day of the month that is followed by another one of the same month.
        dayless_year: what of `day_pattern` writes the year; it is left out where a later day of the list says it.
        first_day: replaces `1` at the head of a date, as French and Italian do.
        point: decimal point of an SMS, which has no spaces to spare.
        percent_space: between a rate and its sign.
        clock_pattern: `str.format` pattern of an hour and a minute.
        conjunction: joins the last two items of a list.
        numbers: small numbers in words.
    """

    locale: str
    day_pattern: str
    short_day_pattern: str
    first_day: str
    clock_pattern: str
    conjunction: str
    numbers: dict[int, str]
    bare_day: str = "{}"
    dayless_year: str = " y"
    point: str = ","
    percent_space: str = ""

    def money(self, amount: Cents, currency: str) -> str:
        """`1 250,00 €` with the narrow and no-break spaces of the language."""
        return _money(amount, currency, self.locale)

    def plain_money(self, amount: Cents, currency: str) -> str:
        """`1250,00 EUR`: no space that an SMS could not carry, no symbol that costs two characters."""
        return f"{Decimal(amount) / 100:.2f}".replace(".", self.point) + f" {currency}"

    def day(self, day: date) -> str:
        """`1er octobre 2026`, the day held to its month by a no-break space."""
        return _day(self, day, self.day_pattern)

    def short_day(self, day: date) -> str:
        """`01/10/2026`."""
        return format_date(day, self.short_day_pattern, locale=_locale(self.locale))

    def country(self, code: str) -> str:
        """`Deutschland`, as running text names a country; an envelope has `country_text`."""
        return str(_locale(self.locale).territories.get(code, code))

    def clock(self, moment: datetime) -> str:
        """`9 h 12`, in the zone of `moment`."""
        return self.clock_pattern.format(hour=moment.hour, minute=moment.minute)

    def percent(self, rate: Decimal) -> str:
        """`12,40 %`; two decimals at least, because a rate is quoted to the hundredth."""
        return format_decimal(rate, "0.00##", locale=_locale(self.locale)) + f"{self.percent_space}%"

    def number(self, number: int) -> str:
        """`huit`; figures where letters would not write words."""
        return self.numbers.get(number, str(number))

    def listing(self, items: Iterable[str]) -> str:
        """`a, b et c`."""
        texts = list(items)
        if len(texts) < 2:  # noqa: PLR2004 - a list of one needs no conjunction
            return "".join(texts)
        return ", ".join(texts[:-1]) + f" {self.conjunction} {texts[-1]}"

    def days(self, days: Iterable[date]) -> str:
        """`4 et 9 novembre 2026`; over several months each day has its month, and the year where it changes."""
        ordered = sorted(set(days))
        if len({(day.year, day.month) for day in ordered}) == 1:
            return self.listing([*(self._bare(day) for day in ordered[:-1]), self.day(ordered[-1])])
        without_year = self.day_pattern.replace(self.dayless_year, "")
        texts = [
            _day(self, day, without_year if after and after.year == day.year else self.day_pattern)
            for day, after in zip_longest(ordered, ordered[1:])
        ]
        return self.listing(texts)

    def _bare(self, day: date) -> str:
        return self.bare_day.format(day.day)


def iban_text(iban: str) -> str:
    """An IBAN in groups of four, held together by no-break spaces."""
    return "\u00a0".join(iban[at : at + 4] for at in range(0, len(iban), 4))


def phone_text(phone: str) -> str:
    """A telephone number as given, held together by no-break spaces."""
    return phone.replace(" ", "\u00a0")


def country_text(code: str) -> str:
    """The name of a country in capitals, in French: the last line of an address that leaves France (`ALLEMAGNE`)."""
    return str(_locale("fr_FR").territories.get(code, code)).upper()


def siren_text(siren: str) -> str:
    """A SIREN in groups of three, held together by no-break spaces."""
    return "\u00a0".join(siren[at : at + 3] for at in range(0, len(siren), 3))


FORMATS = {
    "fr": Formats(
        locale="fr_FR",
        day_pattern="d\u00a0MMMM y",
        short_day_pattern="dd/MM/y",
        first_day="1er",
        clock_pattern="{hour}\u00a0h\u00a0{minute:02d}",
        conjunction="et",
        numbers=_FRENCH_NUMBERS,
        percent_space="\u00a0",
    ),
    "en": Formats(
        locale="en_GB",
        day_pattern="d\u00a0MMMM y",
        short_day_pattern="d\u00a0MMM\u00a0y",
        first_day="1",
        clock_pattern="{hour:02d}:{minute:02d}",
        conjunction="and",
        numbers=_ENGLISH_NUMBERS,
        point=".",
    ),
    "de": Formats(
        locale="de_DE",
        day_pattern="d.\u00a0MMMM y",
        short_day_pattern="dd.MM.y",
        first_day="1",
        clock_pattern="{hour}:{minute:02d}\u00a0Uhr",
        conjunction="und",
        numbers=_GERMAN_NUMBERS,
        bare_day="{}.",
        percent_space="\u00a0",
    ),
    "es": Formats(
        locale="es_ES",
        day_pattern="d\u00a0'de'\u00a0MMMM 'de' y",
        short_day_pattern="dd/MM/y",
        first_day="1",
        clock_pattern="{hour}:{minute:02d}",
        conjunction="y",
        numbers=_SPANISH_NUMBERS,
        dayless_year=" 'de' y",
        percent_space="\u00a0",
    ),
    "it": Formats(
        locale="it_IT",
        day_pattern="d\u00a0MMMM y",
        short_day_pattern="dd/MM/y",
        first_day="1º",
        clock_pattern="{hour}:{minute:02d}",
        conjunction="e",
        numbers=_ITALIAN_NUMBERS,
    ),
    "nl": Formats(
        locale="nl_NL",
        day_pattern="d\u00a0MMMM y",
        short_day_pattern="dd-MM-y",
        first_day="1",
        clock_pattern="{hour}:{minute:02d}\u00a0uur",
        conjunction="en",
        numbers=_DUTCH_NUMBERS,
    ),
}


def _day(formats: Formats, day: date, pattern: str) -> str:
    text = format_date(day, pattern, locale=_locale(formats.locale))
    return formats.first_day + text[1:] if day.day == 1 else text


@lru_cache(maxsize=4096)  # a statement repeats its amounts, and many invoices share theirs
def _money(amount: Cents, currency: str, locale: str) -> str:
    return format_currency(Decimal(amount) / 100, currency, locale=_locale(locale))


@cache
def _locale(name: str) -> Locale:
    return Locale.parse(name)
