"""By which channel a step reaches a debtor, and why not by those before it."""

from workflows.effects import Reason
from workflows.invoice import Channel, Debtor
from workflows.machine import records
from workflows.scenario import Step


def channels_for(step: Step, debtor: Debtor) -> tuple[Channel, ...]:
    """The first channel of the step that reaches the debtor, and those that go with it; empty where none does."""
    known = records.channels(debtor)
    if step.channel in known and not step.also:
        return (step.channel,)
    first = next((item for item in (step.channel, *step.fallback) if item in known), None)
    if first is None:
        return ()
    return (first, *(item for item in step.also if item is not first and item in known))


def why_not(step: Step, debtor: Debtor) -> tuple[Reason, ...]:
    """Why each channel is passed over that the step would rather use; empty where its first one reaches the debtor."""
    known = records.channels(debtor)
    found: list[Reason] = []
    for channel in (step.channel, *step.fallback):
        if channel in known:
            break
        if (obstacle := debtor.obstacle(channel)) is not None:
            found.append(Reason(rule=obstacle, facts={"step": step.name, "channel": channel}))
    return tuple(found)
