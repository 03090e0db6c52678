"""Tracking numbers of the post, checked as far as they can be before anything is written down."""

import re
from typing import Final

_S10: Final = re.compile(r"[A-Z]{2}\d{9}[A-Z]{2}", re.ASCII)
_LA_POSTE: Final = re.compile(r"\d[A-Z]\d{11}", re.ASCII)
_WEIGHTS: Final = (8, 6, 4, 2, 3, 5, 9, 7)
#: What replaces a check digit of two figures, and the one that would be 11.
_SPECIAL: Final = {10: 0, 11: 5}


class BadTracking(ValueError):
    """A number that no carrier can have given.

    Attributes:
        number: as it was written.
        fr: what is wrong, in French.
        en: the same in English.
    """

    def __init__(self, number: str, fr: str, en: str) -> None:
        super().__init__(number, fr, en)
        self.number, self.fr, self.en = number, fr, en

    def __str__(self) -> str:
        return f"{self.number!r} {self.en}"


def check_digit(serial: str) -> int:
    """The ninth figure of a number of UPU S10, from its first eight."""
    rest = 11 - sum(int(figure) * weight for figure, weight in zip(serial, _WEIGHTS, strict=True)) % 11
    return _SPECIAL.get(rest, rest)


def tracking_number(text: str) -> str:
    """The number without its spaces, in capitals.

    An international one (UPU S10: two letters, nine figures of which the last checks the others, two letters) is
    checked by that figure; one of La Poste (13 characters: a figure, a letter, eleven figures) by its form alone.

    Raises:
        BadTracking: neither form, or a figure was mistyped.
    """
    bare = re.sub(r"[\s.\-\u00a0\u202f]", "", text).upper()
    if _LA_POSTE.fullmatch(bare):
        return bare
    if not _S10.fullmatch(bare):
        raise BadTracking(
            text,
            "n’est pas un numéro de suivi ; recopiez les 13 caractères, comme RR473124829GB ou 1A20411733018",
            "is no tracking number; copy its 13 characters, such as RR473124829GB or 1A20411733018",
        )
    wanted = check_digit(bare[2:10])
    if int(bare[10]) != wanted:
        raise BadTracking(
            text,
            "a un chiffre faux : la clé ne correspond pas ; relisez-le sur le récépissé",
            "has a wrong figure: its check digit does not fit; read it again on the receipt",
        )
    return bare
