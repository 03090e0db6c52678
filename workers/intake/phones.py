"""French telephone numbers in the international form of E.164.

The prefixes of overseas numbers are those of `workflows.numbering`; a number of any other country must be written with
its `+`.
"""

import re
from typing import Final

from workers.intake.findings import Unfit
from workflows.numbering import OVERSEAS, OWN_PLANS

_LIKE_FRANCE: Final = frozenset({"FR", "GP", "MQ", "GF", "RE", "YT", "BL", "MF", "PM", "WF", "PF", "NC"})
_NATIONAL: Final = re.compile(r"0[1-9]\d{8}")
_INTERNATIONAL: Final = re.compile(r"\+[1-9]\d{6,14}")
_TRUNK_IN_BRACKETS: Final = re.compile(r"\(\s*0\s*\)")


def read_phone(text: str, postcode: str | None = None, country: str = "FR") -> str:
    """A telephone number as `+33612345678`.

    A number that lost its leading zero in a spreadsheet (`612345678`) gets it back.

    Args:
        text: with any spaces, dots, dashes; `06 12 34 56 78`, `+33 (0)6 12 34 56 78`, `0033612345678`, `0692 12 34 56`.
        postcode: of the debtor, for territories with numbers of their own.
        country: of the debtor, as two letters.

    Raises:
        Unfit: no number, several, or a national number of a country whose plan is not known here.
    """
    bare = re.sub(r"[\s.\-()/_\u00a0\u202f\u2010-\u2013]", "", _TRUNK_IN_BRACKETS.sub("", text))
    bare = "+" + bare[2:] if bare.startswith("00") else bare
    if bare.startswith("+"):
        return _international(bare)
    if country in _LIKE_FRANCE:
        own_code, length = OWN_PLANS.get((postcode or "")[:3], ("", 0))
        if own_code and re.fullmatch(rf"[1-9]\d{{{length - 1}}}", bare):
            return f"+{own_code}{bare}"
        if re.fullmatch(r"[1-9]\d{8}", bare):
            bare = f"0{bare}"
        if _NATIONAL.fullmatch(bare):
            return _french(bare)
    raise Unfit(
        "n’est pas un numéro français à dix chiffres ; corrigez-le, ou écrivez-le avec son indicatif (+32…)",
        "is no French number of ten digits; correct it, or write it with its country code (+32…)",
    )


def _international(bare: str) -> str:
    if re.fullmatch(r"\+330[1-9]\d{8}", bare):  # +33 06…: the national zero does not travel
        bare = "+33" + bare[4:]
    if bare.startswith("+33") and len(bare) == len("+33612345678"):
        return _french("0" + bare[3:])
    if bare.startswith("+33") or not _INTERNATIONAL.fullmatch(bare):
        raise Unfit(
            "n’est pas un numéro international ; écrivez-le comme +33612345678",
            "is no international number; write it as +33612345678",
        )
    return bare


def _french(national: str) -> str:
    if national.startswith("0508"):  # Saint-Pierre-et-Miquelon, as dialled from the rest of France
        return "+508" + national[4:]
    code = next((code for prefix, code in OVERSEAS.items() if national.startswith(prefix)), "33")
    return f"+{code}{national[1:]}"
