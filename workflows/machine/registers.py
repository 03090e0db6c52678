"""How facts are kept so that their order does not matter: sets by id, lists by instant, registers."""

from typing import TypeVar

from workflows.known import Known

K = TypeVar("K", bound=Known)


def add(known: tuple[K, ...], new: K, identity: str) -> tuple[K, ...]:
    """A set by id: of two statements under one id the earlier stands, so that order does not matter."""
    by_id = {getattr(item, identity): item for item in known}
    old = by_id.get(getattr(new, identity))
    if old is not None and old.stamp <= new.stamp:
        return known
    by_id[getattr(new, identity)] = new
    return tuple(by_id[key] for key in sorted(by_id))


def every(known: tuple[K, ...], new: K) -> tuple[K, ...]:
    """Every statement, in the order in which they were made."""
    return tuple(sorted({*known, new}, key=lambda item: item.stamp))


def latest(old: K | None, new: K) -> K:
    """A register: the latest statement wins."""
    return new if old is None or new.stamp > old.stamp else old
