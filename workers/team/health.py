"""Whether the creditor's own people can be told, and whether they were."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from workers.channels.base import ChannelError
from workers.team.crew import Crew, Post


@dataclass(frozen=True, slots=True)
class Look:
    """One target, or one thing about it, in both languages; without any secret."""

    target: str
    level: Literal["ok", "warning", "failure"]
    fr: str
    en: str


def check(name: str, post: Post) -> Look:
    """Ask the door of one target whether it would work; nothing is sent."""
    try:
        said = post.door.check()
    except ChannelError as error:
        return Look(name, "failure", f"{name} : {error}", f"{name}: {error}")
    return Look(name, "ok", f"{name} : {said}", f"{name}: {said}")


def looks(crew: Crew) -> Iterator[Look]:
    """Every target, and what it was not told in the last week."""
    for name, post in crew.posts.items():
        yield check(name, post)
    counts = crew.counts() if crew.posts else {}
    for name in crew.posts:
        failed, doubtful = counts.get((name, "failed"), 0), counts.get((name, "in_doubt"), 0)
        if failed + doubtful:
            yield Look(
                name, "warning",
                f"{name} : {failed} fait(s) non annoncé(s), {doubtful} incertain(s) en 7 jours : relance team list",
                f"{name}: {failed} fact(s) not told, {doubtful} in doubt in 7 days: relance team list",
            )  # fmt: skip
