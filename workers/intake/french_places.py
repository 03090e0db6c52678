"""Where and who, as French files write it: countries, postcodes, company numbers, e-mail addresses."""

import re
from functools import cache, lru_cache
from typing import Final

from email_validator import EmailNotValidError, validate_email

from workers.intake.findings import Unfit
from workers.intake.plain_words import plain_words

_SIREN_DIGITS: Final = 9
_SIRET_DIGITS: Final = 14
_POSTCODE_DIGITS: Final = 5


def read_country(text: str) -> str:
    """A country as two letters, from its code or its French or English name.

    Raises:
        Unfit: neither.
    """
    bare = text.strip()
    code = bare.upper() if re.fullmatch("[A-Za-z]{2}", bare) else _countries().get(plain_words(bare))
    if code is None or code not in _countries().values():
        raise Unfit(
            "n’est pas un pays connu ; écrivez un code comme FR", "is no known country; write a code such as FR"
        )
    return code


@cache
def _countries() -> dict[str, str]:
    from babel import Locale  # noqa: PLC0415 - most files name no country, and the names take a while to read

    names: dict[str, str] = {}
    for language in ("en", "fr"):
        for code, name in Locale(language).territories.items():
            if re.fullmatch("[A-Z]{2}", code):
                names[plain_words(name)] = code
    return names


def read_postcode(text: str, country: str) -> tuple[str, bool]:
    """A postcode, and whether its leading zero had been lost and was put back.

    Args:
        text: as written.
        country: two letters; only French postcodes are checked.

    Raises:
        Unfit: a French postcode that has not five digits.
    """
    bare = " ".join(text.split())
    if country != "FR":
        return bare, False
    digits = bare.removesuffix(".0").replace(" ", "").removeprefix("F-").removeprefix("FR-")
    if re.fullmatch(r"[1-9]\d{3}", digits):  # a spreadsheet took 01000 for a number
        return f"0{digits}", True
    if not re.fullmatch(r"\d{5}", digits):
        raise Unfit(
            f"n’est pas un code postal français ({_POSTCODE_DIGITS} chiffres) ; corrigez-le, ou indiquez le pays",
            f"is no French postcode ({_POSTCODE_DIGITS} digits); correct it, or give the country",
        )
    return digits, False


def read_siren(text: str) -> tuple[str, bool]:
    """A SIREN, from a SIREN or a SIRET, and whether its check digit is right.

    Raises:
        Unfit: neither nine nor fourteen digits.
    """
    digits = re.sub(r"[\s\u00a0.]", "", text).removesuffix(".0")
    if not re.fullmatch(r"\d+", digits) or len(digits) not in (_SIREN_DIGITS, _SIRET_DIGITS):
        raise Unfit(
            "n’est ni un SIREN (9 chiffres) ni un SIRET (14 chiffres) ; corrigez-le ou videz la cellule",
            "is neither a SIREN (9 digits) nor a SIRET (14 digits); correct it or empty the cell",
        )
    return digits[:_SIREN_DIGITS], _is_luhn(digits[:_SIREN_DIGITS])


def _is_luhn(digits: str) -> bool:
    """The check of ISO/IEC 7812-1, annex B, that INSEE uses for SIREN."""
    doubled = (int(digit) * (2 if index % 2 else 1) for index, digit in enumerate(reversed(digits)))
    return sum(value - 9 if value > len("123456789") else value for value in doubled) % 10 == 0


@lru_cache(maxsize=10_000)
def read_email(text: str) -> str:
    """An e-mail address; only its form is checked.

    Raises:
        Unfit: no address, or several.
    """
    bare = text.strip().removeprefix("mailto:")
    if re.search(r"[;,\s]\S+@", bare):
        raise Unfit(
            "contient plusieurs adresses ; gardez celle de la comptabilité", "holds several addresses; keep one of them"
        )
    try:
        return validate_email(bare, check_deliverability=False).normalized
    except EmailNotValidError:
        raise Unfit(
            "n’est pas une adresse e-mail ; corrigez-la ou videz la cellule",
            "is no e-mail address; correct it or empty the cell",
        ) from None
