"""Names for what people tell: the first that nothing else has."""

from collections.abc import Collection
from itertools import chain, count


def free_name(stem: str, taken: Collection[str]) -> str:
    """`stem`, or `stem-2` and so on: the first name that nothing else has."""
    numbered = (f"{stem}-{number}" for number in count(2))
    return next(name for name in chain([stem], numbered) if name not in taken)
