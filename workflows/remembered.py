"""Answers about frozen values, kept while the value is around: the same object always has the same answer.

One decision asks the same questions about one debtor and one case dozens of times. Comparing or hashing such a value
by its content would cost more than answering, so it is told by which object it is.
"""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

Value = TypeVar("Value")
Answer = TypeVar("Answer")
#: Values that are remembered at a time: more than one decision, or one debtor's cases, needs.
_KEPT = 64


def by_identity(answer: Callable[[Value], Answer]) -> Callable[[Value], Answer]:
    """`answer`, worked out once for each object; for pure questions about frozen values only."""
    kept: dict[int, tuple[Value, Answer]] = {}

    @wraps(answer)
    def remembered(about: Value) -> Answer:
        found = kept.get(id(about))
        if found is None:
            if len(kept) >= _KEPT:
                kept.clear()
            # with the value itself: while it is kept, no other object can have its id
            found = kept[id(about)] = (about, answer(about))
        return found[1]

    return remembered
