"""Whether the creditor's own people can be told, and whether they were."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from workers.channels.base import ChannelError
from workers.team.crew import Crew, Listener


@dataclass(frozen=True, slots=True)
class Look:
    """One target, or one thing about it, in both languages; without any secret."""

    target: str
    level: Literal["ok", "warning", "failure"]
    fr: str
    en: str


def check(name: str, listener: Listener) -> Look:
    """Ask the door of one target whether it would work; nothing is sent."""
    try:
        said = listener.door.check()
    except ChannelError as error:
        return Look(name, "failure", f"{name} : {error}", f"{name}: {error}")
    return Look(name, "ok", f"{name} : {said}", f"{name}: {said}")


def looks(crew: Crew) -> Iterator[Look]:
    """Every target, and what it was not told in the last week."""
    for name, listener in crew.listeners.items():
        yield check(name, listener)
    counts = crew.counts() if crew.listeners else {}
    for name in crew.listeners:
        failed, doubtful = counts.get((name, "failed"), 0), counts.get((name, "in_doubt"), 0)
        if failed + doubtful:
            yield Look(
                name, "warning",
                f"{name} : {failed} fait(s) non annoncé(s), {doubtful} incertain(s) en 7 jours : relance team list",
                f"{name}: {failed} fact(s) not told, {doubtful} in doubt in 7 days: relance team list",
            )  # fmt: skip
