"""Pages that continue where the last one ended: by the values of its last row, not by counting rows."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import sqlalchemy as sa

Item = TypeVar("Item")
#: Rows of a page, unless another number is asked for, and at most.
USUAL, MOST = 50, 1000
#: A row of the tables in `schema`, whose columns are typed there.
Row = sa.Row[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """Some rows, and the word with which the next ones are asked for; None after the last."""

    rows: tuple[Item, ...]
    cursor: str | None = None


class BadCursor(ValueError):
    """A word that was not given by an earlier page."""

    def __init__(self, cursor: str) -> None:
        super().__init__(cursor)
        self.cursor = cursor

    def __str__(self) -> str:
        return f"cursor {self.cursor!r} is none of ours; take the one that the last page gave"


def page_of(rows: Sequence[Item], limit: int, key: Sequence[str]) -> Page[Item]:
    """A page out of `limit + 1` rows; the values of `key` of the last one shown lead to the next."""
    if len(rows) <= limit:
        return Page(tuple(rows))
    last = rows[limit - 1]
    return Page(tuple(rows[:limit]), write([str(getattr(last, name)) for name in key]))


def write(values: Sequence[str]) -> str:
    """A cursor that stands for `values`."""
    return base64.urlsafe_b64encode(json.dumps(list(values)).encode()).decode().rstrip("=")


def read(cursor: str, count: int) -> list[str]:
    """The `count` values that a cursor stands for.

    Raises:
        BadCursor: it does not stand for as many.
    """
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError):
        raise BadCursor(cursor) from None
    if not isinstance(values, list) or len(values) != count or not all(isinstance(value, str) for value in values):
        raise BadCursor(cursor)
    return values
