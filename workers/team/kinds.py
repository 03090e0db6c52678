"""Kinds of facts that need a person."""

from typing import Final, get_args

from workflows.effects import TaskKind

#: Found beside the cases: payments that are too old to let anything leave, a channel that takes nothing any more, a
#: stop that nobody has lifted, events that wait for what they are about.
BESIDE: Final = ("payments_stale", "channel_down", "held", "parked")
KINDS: Final[tuple[str, ...]] = (*get_args(TaskKind), *BESIDE)
#: What cannot wait for the daily list, unless the settings of a target say otherwise.
AT_ONCE: Final[tuple[str, ...]] = (
    "dispute", "plan_requested", "reply", "in_doubt", "promise_broken", "limitation", "blocked", "payments_stale",
    "channel_down",
)  # fmt: skip
#: The daily list itself.
DIGEST: Final = "digest"
