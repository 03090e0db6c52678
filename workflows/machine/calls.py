"""Calls that somebody has to make: a step of the ladder, a message left, a day that was named."""

from datetime import date, timedelta
from typing import NamedTuple

from workflows.business_days import next_working_day
from workflows.case import Case, StepRecord
from workflows.invoice import Channel, Debtor
from workflows.known import Attempt, Call
from workflows.machine import records, standing

#: So many messages left in a row, and somebody reaches the debtor otherwise.
MAX_VOICEMAILS = 3


class DueCall(NamedTuple):
    """A call to make.

    Attributes:
        what: identity of what calls for it.
        on: first day for it.
    """

    what: str
    on: date


def are_known(case: Case) -> bool:
    """Whether there is anything to say about calls, which is so of few cases."""
    return bool(case.calls or case.attempts) or Channel.CALL in [item.channel for item in case.steps]


def to_make(case: Case, debtor: Debtor) -> DueCall | None:
    """The call that the case waits for; None where there is none, or calling is of no use any more."""
    if standing.chased(case) <= 0 or debtor.contact_for(Channel.CALL) is None:
        return None
    last, step = _last(case), _step(case)
    if step is not None and (last is None or last.stamp[0] < step.at):
        return DueCall(step.key.removeprefix(f"{case.case_id}/"), records.local_day(step.at, debtor))
    if not isinstance(last, Attempt) or is_unreachable(case):
        return None
    return DueCall(last.call_id, last.call_back_on or _next_day(last, debtor))


def is_unreachable(case: Case) -> bool:
    """Whether too many messages were left in a row."""
    return len(voicemails(case)) >= MAX_VOICEMAILS


def voicemails(case: Case) -> tuple[Attempt, ...]:
    """The messages left since anything else came of a call, oldest first."""
    found: list[Attempt] = []
    for item in sorted((*case.calls, *case.attempts), key=lambda known: known.stamp):
        if isinstance(item, Attempt) and item.disposition == "voicemail":
            found.append(item)
        else:
            found.clear()
    return tuple(found)


def wrong_number(case: Case, debtor: Debtor) -> Attempt | None:
    """The last call, where it found a wrong number and no other one is known."""
    last = _last(case)
    if not isinstance(last, Attempt) or last.disposition != "wrong_number":
        return None
    return last if debtor.contact_for(Channel.CALL) is None else None


def _last(case: Case) -> Call | Attempt | None:
    known: tuple[Call | Attempt, ...] = (*case.calls, *case.attempts)
    return max(known, key=lambda item: item.stamp, default=None)


def _step(case: Case) -> StepRecord | None:
    """The last step of a ladder that is a call."""
    mine = [item for item in records.reached(case) if item.channel is Channel.CALL]
    return max(mine, key=lambda item: item.at, default=None)


def _next_day(attempt: Attempt, debtor: Debtor) -> date:
    return next_working_day(records.local_day(attempt.stamp[0], debtor) + timedelta(days=1), records.region(debtor))
