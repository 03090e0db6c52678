"""Amounts of euros as people write them in answers."""

import re
from collections.abc import Iterator
from typing import Final

from workflows.money import Cents

_FIGURE: Final = r"\d{1,3}(?: \d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d+)*"
_WRITTEN: Final = re.compile(
    rf"(?<![\d,./-])(?P<after>{_FIGURE}) ?(?:€|euros?|eur)(?!\w)|(?:€|eur) ?(?P<before>{_FIGURE})"
)
_THOUSANDS: Final = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
#: Cents; more is a slip of the pen, and no ledger line.
_MOST: Final = 10**11


def amounts_in(text: str) -> Iterator[tuple[int, int, Cents]]:
    """Where each amount of euros begins and ends in `text`, and how many cents it is; amounts above zero only."""
    for found in _WRITTEN.finditer(text):
        amount = _cents(found["after"] or found["before"])
        if 0 < amount < _MOST:
            yield found.start(), found.end(), amount


def _cents(figure: str) -> Cents:
    """`1 250,5`, `1,250.00` and `1.250` in cents: the last mark is decimal unless three figures follow each."""
    plain = figure.replace(" ", "")
    if _THOUSANDS.fullmatch(plain):
        return int(re.sub(r"[.,]", "", plain)) * 100
    whole, _, part = plain.replace(",", ".").rpartition(".") if re.search(r"[.,]", plain) else (plain, "", "")
    return int(whole.replace(".", "") or 0) * 100 + int(part.ljust(2, "0")[:2] or 0)
