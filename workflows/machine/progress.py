"""What changes in the records of a case: ordered, reported, taken back."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, TypeVar

from workflows.case import Case, SideLetter, StepRecord, StepState
from workflows.effects import SendStep, WithholdStep
from workflows.events import DispatchReported
from workflows.invoice import PROVEN, Channel, Debtor, Stamp
from workflows.machine import time_bar
from workflows.machine.records import GATE, local_day, of_step
from workflows.scenario import Scenario

Asked = TypeVar("Asked", StepRecord, SideLetter)
#: Reasons with which a person (or a look-up at the provider) orders the very same dispatch once more.
RETRIES = frozenset({"retry", "resolved.resend"})
#: What may be learnt of a record in each state.
_WELCOME: dict[StepState, frozenset[str]] = {
    "wanted": frozenset({"sent", "failed", "in_doubt", "withheld"}),
    "failed": frozenset({"sent", "in_doubt", "withheld"}),
    "in_doubt": frozenset({"sent", "failed"}),
    "withheld": frozenset({"sent", "in_doubt"}),
    "sent": frozenset(),
}


def order(case: Case, scenario: Scenario, number: int, channels: tuple[Channel, ...]) -> tuple[Case, list[SendStep]]:
    """Record that step `number` is wanted by each of `channels`; returns the case and what to send."""
    asking = max((record.asking for record in of_step(case, number)), default=0) + 1
    # The key is content: the case, the ladder, the step, the channel, and how often the step was asked.
    stem = f"{case.case_id}/{case.scenario}/{number}"
    records = [
        _record(case, scenario, number, channel).model_copy(
            update={"key": f"{stem}/{channel}#{asking}", "asking": asking, "accompanies": channel is not channels[0]}
        )
        for channel in channels
    ]
    sends = [
        SendStep(
            key=item.key, step=number, channel=item.channel, template=item.template, tone=item.tone,
            deadline_days=item.deadline_days, from_reception=item.from_reception,
        )
        for item in records
    ]  # fmt: skip
    return case.model_copy(update={"steps": (*case.steps, *records)}), sends


def _record(case: Case, scenario: Scenario, number: int, channel: Channel) -> StepRecord:
    step = scenario.step(number)
    deadline = step.deadline
    return StepRecord(
        ladder=str(case.scenario), step=number, channel=channel, key="", state="wanted", at=case.as_of,
        template=step.template, tone=step.tone, is_preventive=step.is_preventive,
        deadline_days=deadline.days if deadline else None,
        # only a registered letter has somebody who says when it was received
        from_reception=deadline is not None and deadline.runs_from == "reception" and channel in PROVEN,
    )  # fmt: skip


def reported(case: Case, event: DispatchReported, _stamp: Stamp) -> dict[str, Any]:
    """What changes when the delivery says what became of one dispatch: nothing where its key is not known."""
    key = event.dispatch_key
    steps = tuple([_after(item, event) if item.key == key else item for item in case.steps])
    letters = tuple([_after(item, event) if item.key == key else item for item in case.letters])
    return {"steps": steps, "letters": letters}


def _after(record: Asked, event: DispatchReported) -> Asked:
    state = _next_state(record, event)
    if state is None:
        return record
    at = record.at if record.state == "in_doubt" else event.at
    reason = event.reason
    if state == "withheld" and not (reason or "").startswith(GATE):
        reason = f"{GATE}{reason or 'withheld'}"
    changes: dict[str, object] = {"state": state, "at": at, "reason": reason}
    changes["postponed_until"] = event.until if state == "wanted" else None
    if event.message_id is not None:
        changes["message_id"] = event.message_id
    if event.deadline_on is not None:
        changes["deadline_on"] = event.deadline_on
    return record.model_copy(update=changes)


def _next_state(record: StepRecord | SideLetter, event: DispatchReported) -> StepState | None:
    """What `event` makes of `record`; None where the record already says more.

    Sent stays sent. Doubt ends by knowing: it was sent, it failed, or a person orders it again. What was taken back
    may still turn out to have left, or to be in doubt; a failure or a postponement of it is of no interest.
    """
    if event.outcome == "postponed":
        again = record.state in ("wanted", "failed") or (record.state == "in_doubt" and event.reason in RETRIES)
        return "wanted" if again else None
    return event.outcome if event.outcome in _WELCOME[record.state] else None


def withhold(case: Case, reason: str, keys: Collection[str] | None = None) -> tuple[Case, list[WithholdStep]]:
    """Take back what is still wanted (those of `keys`, or everything); what has left cannot be taken back."""
    taken = [item.key for item in case.steps if item.state == "wanted" and (keys is None or item.key in keys)]
    if not taken:
        return case, []
    change = {"state": "withheld", "at": case.as_of, "reason": reason, "postponed_until": None}
    steps = tuple(item.model_copy(update=change) if item.key in taken else item for item in case.steps)
    return case.model_copy(update={"steps": steps}), [WithholdStep(key=key, reason=reason) for key in taken]


def is_still_wanted(case: Case, key: str, at: datetime, debtor: Debtor) -> bool:
    """The last look, for the delivery: whether the dispatch `key` may leave at `at`, as far as the case is concerned.

    Every fact that stops a step has already taken it back; what no fact tells is that a preventive step has lapsed, or
    the claim.
    """
    record = next((item for item in case.steps if item.key == key), None)
    if record is None or record.state != "wanted" or time_bar.is_over(case, debtor, local_day(at, debtor)):
        return False
    return not has_lapsed(case, record, at, debtor)


def has_lapsed(case: Case, record: StepRecord, at: datetime, debtor: Debtor) -> bool:
    """Whether `record` announces a due date that is already past at `at`."""
    return record.is_preventive and local_day(at, debtor) > case.invoice.due_on
