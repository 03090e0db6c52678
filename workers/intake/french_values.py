"""Values as French programs and people write them; a value that may be read in two ways is refused, never guessed."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Final, Literal, TypeVar

from workers.intake.findings import Unfit
from workers.intake.plain_words import plain_words
from workflows.invoice import DebtorKind
from workflows.money import NOT_HUNDREDTHS, Cents

Decimal = Literal[",", "."]
Key = TypeVar("Key")

_INVISIBLE: Final = dict.fromkeys(map(ord, "\u200b\u200e\u200f\u2060\ufeff"))
_EURO: Final = re.compile(r"\s*(€|euros?|eur)\s*", re.IGNORECASE)
_PLAIN: Final = re.compile(r"^(?P<whole>\d+)(?:[.,](?P<part>\d*))?$")
_SPACED: Final = re.compile(r"^(?P<whole>\d{1,3}(?:[ '’]\d{3})+)(?:[.,](?P<part>\d*))?$")
_DOTTED: Final = re.compile(r"^(?P<whole>\d{1,3}(?:\.\d{3})+)(?:,(?P<part>\d*))?$")
_COMMAED: Final = re.compile(r"^(?P<whole>\d{1,3}(?:,\d{3})+)(?:\.(?P<part>\d*))?$")
_FORMS: Final[dict[Decimal | None, tuple[re.Pattern[str], ...]]] = {
    None: (_PLAIN, _SPACED, _DOTTED, _COMMAED),
    ",": (_DOTTED, _PLAIN, _SPACED),
    ".": (_COMMAED, _PLAIN, _SPACED),
}
_TWO_WAYS: Final = re.compile(r"^[1-9]\d{0,2}[.,]\d{3}$")
_LARGEST: Final = 10**13

_DAY_FIRST: Final = re.compile(r"^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})(?:[ T]+\d{1,2}[:h].*)?$")
_YEAR_FIRST: Final = re.compile(r"^(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})(?:[ T]+\d{1,2}[:h].*)?$")
_DIGITS_ONLY: Final = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_SERIAL: Final = re.compile(r"^\d{5}([.,]\d+)?$")
#: The same years that the ledger takes: public holidays are known to their end.
_YEARS: Final = range(2000, 2091)

_KINDS: Final = {
    DebtorKind.BUSINESS: (
        "business", "pro", "professionnel", "entreprise", "societe", "b2b", "personne morale", "association",
    ),
    DebtorKind.CONSUMER: ("consumer", "particulier", "consommateur", "b2c", "personne physique", "prive"),
    DebtorKind.PUBLIC: ("public", "secteur public", "administration", "collectivite", "b2g", "organisme public"),
}  # fmt: skip
_LANGUAGES: Final = {
    "fr": ("fr", "francais", "french", "fr fr"),
    "en": ("en", "anglais", "english", "gb", "us"),
}


def read_amount(text: str, decimal: Decimal | None = None) -> Cents:
    """An amount in cents: `1 234,56`, `1.234,56`, `1234.56`, with or without the euro.

    A minus before or after, or parentheses, make it negative.

    Args:
        text: as written, with any kind of space.
        decimal: the sign before the decimals, where the mapping file says so; it settles `1.234`.

    Raises:
        Unfit: no amount, more than two decimals, or readable in two ways.
    """
    bare = " ".join(_EURO.sub(" ", text.translate(_INVISIBLE)).split())
    bare, is_negative = _unsigned(bare)
    if decimal is None and _TWO_WAYS.match(bare):
        whole, part = re.split("[.,]", bare)
        raise Unfit(
            f"peut se lire {whole}{part},00 ou {whole},{part} ; écrivez {whole}{part},00 dans le premier cas",
            f"may be read as {whole}{part}.00 or as {whole}.{part}; write {whole}{part},00 in the first case",
        )
    match = next((found for each in _FORMS[decimal] if (found := each.match(bare))), None)
    if match is None:
        raise Unfit("n’est pas un montant ; écrivez par exemple 1234,56", "is no amount; write for example 1234,56")
    part = (match["part"] or "").rstrip("0")
    if len(part) > len("00"):
        raise Unfit(
            "a plus de deux décimales ; arrondissez au centime", "has more than two decimals; round it to cents"
        )
    amount = int(re.sub(r"\D", "", match["whole"])) * 100 + int(part.ljust(2, "0"))
    if amount >= _LARGEST:
        raise Unfit("est trop grand pour un montant ; vérifiez la colonne", "is too large an amount; check the column")
    return -amount if is_negative else amount


def _unsigned(text: str) -> tuple[str, bool]:
    text = text.replace("−", "-")
    if text.startswith("(") and text.endswith(")"):
        return text[1:-1].strip(), True
    if text.startswith("-") or text.endswith("-"):
        return text.strip("-").strip(), True
    return text.removeprefix("+").strip(), False


def read_day(text: str) -> date:
    """A day: `JJ/MM/AAAA`, `JJ/MM/AA` (20AA), `AAAA-MM-JJ` or `AAAAMMJJ`; a time of day after it is not read.

    Raises:
        Unfit: no day, a day that does not exist, or a year out of range.
    """
    bare = " ".join(text.translate(_INVISIBLE).split())
    if found := _DAY_FIRST.match(bare):
        day, month, year = (int(part) for part in found.groups())
        year = year if len(found[3]) > len("26") else 2000 + year
    elif found := _YEAR_FIRST.match(bare) or _DIGITS_ONLY.match(bare):
        year, month, day = (int(part) for part in found.groups())
    elif _SERIAL.match(bare):
        raise Unfit(
            "est un numéro de jour d’Excel ; mettez la colonne au format date JJ/MM/AAAA avant d’enregistrer en CSV",
            "is Excel's number of a day; format the column as a date DD/MM/YYYY before saving as CSV",
        )
    else:
        raise Unfit("n’est pas une date ; écrivez JJ/MM/AAAA", "is no day; write DD/MM/YYYY")
    return _day(year, month, day)


def _day(year: int, month: int, day: int) -> date:
    try:
        found = date(year, month, day)
    except ValueError:
        raise Unfit(
            f"n’existe pas (jour {day}, mois {month}) ; écrivez JJ/MM/AAAA",
            f"does not exist (day {day}, month {month}); write DD/MM/YYYY",
        ) from None
    if year not in _YEARS:
        first, last = _YEARS[0], _YEARS[-1]
        raise Unfit(
            f"n’est pas entre {first} et {last} ; corrigez l’année", f"is not from {first} to {last}; correct it"
        )
    return found


def read_currency(text: str) -> str:
    """A currency: `EUR`, `€`, `euros`, or another three-letter code with two decimals.

    Raises:
        Unfit: no such code, or a currency without hundredths.
    """
    if _EURO.fullmatch(text):
        return "EUR"
    code = text.strip().upper()
    if not re.fullmatch(r"[A-Z]{3}", code):
        raise Unfit("n’est pas une devise ; écrivez un code comme EUR", "is no currency; write a code such as EUR")
    if code in NOT_HUNDREDTHS:
        raise Unfit("n’a pas de centimes ; seules les devises à deux décimales sont prises en charge",
                    "has no hundredths; only currencies with two decimals are supported")  # fmt: skip
    return code


def read_kind(text: str) -> DebtorKind:
    """Who owes: `pro`, `particulier` or `public`, and their usual synonyms.

    Raises:
        Unfit: none of them.
    """
    found = _one_of(text, _KINDS)
    if found is None:
        raise Unfit(
            "n’est pas connu ; écrivez pro, particulier ou public", "is unknown; write pro, particulier or public"
        )
    return found


def read_language(text: str) -> str:
    """A language as two letters, from `fr`, `français`, `en`, `anglais`.

    Raises:
        Unfit: none of them.
    """
    found = _one_of(text, _LANGUAGES)
    if found is None:
        raise Unfit("n’est pas une langue connue ; écrivez fr ou en", "is no known language; write fr or en")
    return found


def _one_of(text: str, words: Mapping[Key, tuple[str, ...]]) -> Key | None:
    wanted = plain_words(text)
    return next((key for key, known in words.items() if wanted in known), None)
