"""The French numbering plan, mainland and overseas: which numbers no text message reaches, and how numbers are printed.

Prefixes are those of the plan (ARCEP) and of the territories that have one of their own; numbers are in E.164 form.
"""

import re
from typing import Final

#: National prefixes of overseas territories, longest first where one begins with another, and their own country codes.
OVERSEAS: Final = {
    "07090": "590", "07091": "596", "07092": "262", "07093": "594",  # mobiles of the newest range
    "05987": "590", "05988": "594", "05989": "596", "02688": "262", "02689": "262",  # fixed lines of the newest range
    "0590": "590", "0690": "590", "0691": "590",  # Guadeloupe, Saint-Martin, Saint-Barthélemy
    "0594": "594", "0694": "594",  # Guyane
    "0596": "596", "0696": "596", "0697": "596",  # Martinique
    "0262": "262", "0263": "262", "0692": "262", "0693": "262",  # La Réunion
    "0269": "262", "0639": "262",  # Mayotte
}  # fmt: skip
#: Territories with short numbers of their own: postcode, international code, digits.
OWN_PLANS: Final = {
    "975": ("508", 6),  # Saint-Pierre-et-Miquelon
    "986": ("681", 6),  # Wallis-et-Futuna
    "987": ("689", 8),  # Polynésie française
    "988": ("687", 6),  # Nouvelle-Calédonie
}
#: Fixed lines and special numbers (08), by the beginning of the international number.
_NO_TEXTS: Final = re.compile(
    r"\+(33[1-58]|590(590|598)|594(594|598)|596(596|598)|262(262|263|268|269)|508(41|45|46|47|51)|687[234]|689(40|49))"
)
_TEN_DIGITS: Final = re.compile(r"\+(33|590|594|596|262)(\d{9})")


def takes_texts(number: str) -> bool:
    """Whether a text message may reach `number`; a number of another plan is left to the provider."""
    return not _NO_TEXTS.match(number)


def national(number: str) -> str:
    """`number` as it is dialled and written in France: `06 12 34 56 78`, `0690 12 34 56`, `0508 41 00 00`.

    Territories that are called by their country code keep it (`+687 75 12 34`); so do other countries, ungrouped.
    """
    if found := _TEN_DIGITS.fullmatch(number):
        code, rest = found.groups()
        digits = f"0{rest}"
        return _pairs(digits) if code == "33" else f"{digits[:4]} {_pairs(digits[4:])}"
    for code, length in OWN_PLANS.values():
        rest = number.removeprefix(f"+{code}")
        if rest != number and len(rest) == length:
            return f"{'0508' if code == '508' else f'+{code}'} {_pairs(rest)}"
    return number


def _pairs(digits: str) -> str:
    return " ".join(digits[at : at + 2] for at in range(0, len(digits), 2))
