"""What was ordered and what became of it: the records of a case's steps."""

from datetime import date, timedelta
from typing import Literal

from workflows.case import Case, StepRecord
from workflows.effects import SendStep, WithholdStep
from workflows.events import DispatchReported, LetterState, StepSkipped
from workflows.invoice import Channel, Debtor
from workflows.machine.standing import local_day
from workflows.scenario import Scenario

#: Reason of a failed dispatch whose address does not exist; the contact is marked and another one is tried.
BAD_ADDRESS = "address"


def order(case: Case, scenario: Scenario, number: int, channels: tuple[Channel, ...]) -> tuple[Case, list[SendStep]]:
    """Record that step `number` is wanted by each of `channels`; returns the case and what to send."""
    step = scenario.step(number)
    records, sends = list(case.steps), []
    for channel in channels:
        key = _key(case, number, channel)
        records.append(
            StepRecord(
                ladder=str(case.scenario), step=number, channel=channel, key=key, state="wanted", at=case.as_of,
                template=step.template, tone=step.tone,
            )
        )  # fmt: skip
        sends.append(
            SendStep(
                key=key, step=number, channel=channel, template=step.template, tone=step.tone,
                deadline_days=step.deadline.days if step.deadline else None,
                from_reception=runs_from_reception(scenario, number, channel),
            )
        )  # fmt: skip
    return case.model_copy(update={"steps": tuple(records)}), sends


def _key(case: Case, number: int, channel: Channel) -> str:
    """Identity of one asking: content, and how often this step was already asked by this channel without reaching."""
    stem = f"{case.case_id}/{case.scenario}/{number}/{channel}"
    asked = sum(record.key.rpartition("#")[0] == stem for record in case.steps)
    return f"{stem}#{asked + 1}"


def runs_from_reception(scenario: Scenario, number: int, channel: Channel | None) -> bool:
    """Whether the deadline of step `number` waits for the carrier's word; only a registered letter has one."""
    deadline = scenario.step(number).deadline
    return deadline is not None and deadline.runs_from == "reception" and channel is Channel.REGISTERED


def report(case: Case, event: DispatchReported) -> Case:
    """The case after its delivery has said what became of one dispatch."""
    changes: dict[str, object] = {
        "state": "wanted" if event.outcome == "postponed" else event.outcome,
        "at": event.at,
        "postponed_until": event.until,
        "reason": event.reason,
    }
    if event.outcome == "sent":
        changes |= {"message_id": event.message_id, "deadline_on": event.deadline_on}
    elif event.message_id is not None:
        changes["message_id"] = event.message_id
    steps = tuple(
        record.model_copy(update=changes) if record.key == event.dispatch_key and not _final(record, event) else record
        for record in case.steps
    )
    return case.model_copy(update={"steps": steps})


def _final(record: StepRecord, event: DispatchReported) -> bool:
    """Whether the record already says more: what was sent stays sent."""
    return record.state == "sent" and event.outcome != "sent"


def skip(case: Case, event: StepSkipped) -> Case:
    """The case with step `event.step` passed over by a person."""
    record = StepRecord(
        ladder=str(case.scenario), step=event.step, channel=None, state="skipped", at=event.at, reason=event.reason,
        key=f"{case.case_id}/{case.scenario}/{event.step}/skipped",
    )  # fmt: skip
    if any(item.key == record.key for item in case.steps):
        return case
    return case.model_copy(update={"steps": (*case.steps, record)})


def withhold(case: Case, reason: str, step: int | None = None) -> tuple[Case, list[WithholdStep]]:
    """Take back what is still wanted (of `step`, or everything); what has left cannot be taken back."""
    taken = [item.key for item in case.steps if item.state == "wanted" and step in (None, item.step)]
    if not taken:
        return case, []
    change = {"state": "withheld", "at": case.as_of, "reason": reason, "postponed_until": None}
    steps = tuple(item.model_copy(update=change) if item.key in taken else item for item in case.steps)
    return case.model_copy(update={"steps": steps}), [WithholdStep(key=key, reason=reason) for key in taken]


def reached(case: Case) -> tuple[StepRecord, ...]:
    """Askings that reached the debtor, as far as is known: sent and not returned."""
    back = {item.message_id for item in case.bounces}
    return tuple(item for item in case.steps if item.state == "sent" and item.message_id not in back)


def in_state(case: Case, state: Literal["wanted", "failed", "in_doubt"]) -> tuple[StepRecord, ...]:
    """Askings in `state`."""
    return tuple(item for item in case.steps if item.state == state)


def refused(case: Case, number: int, channels: tuple[Channel, ...]) -> bool:
    """Whether step `number` failed by one of `channels` for a reason that another address would not mend."""
    mine = [item for item in case.steps if item.step == number and item.ladder == str(case.scenario)]
    latest = {item.channel: item for item in mine}
    failed = (latest.get(channel) for channel in channels)
    return any(item is not None and item.state == "failed" and item.reason != BAD_ADDRESS for item in failed)


def steps_done(case: Case) -> int:
    """How many rungs of the present ladder lie behind the case."""
    mine = str(case.scenario)
    behind = [item.step for item in (*reached(case), *in_state(case, "in_doubt")) if item.ladder == mine]
    behind += [item.step for item in case.steps if item.state == "skipped" and item.ladder == mine]
    return max(max(behind, default=-1) + 1, case.entry_step)


def received_on(case: Case, record: StepRecord, debtor: Debtor) -> date | None:
    """The day from which the deadline of a registered letter runs; None while the carrier has not said.

    Delivered or refused: that day. Unclaimed: the day it was first presented, which is what makes a formal notice
    valid although nobody fetched it (Cass. 1re civ., 20 January 2021, no. 19-20.680).
    """
    tracks = [item for item in case.tracks if item.message_id == record.message_id]
    for states in ((LetterState.DELIVERED,), (LetterState.REFUSED,)):
        days = [item.stamp[0] for item in tracks if item.state in states]
        if days:
            return local_day(min(days), debtor)
    if any(item.state is LetterState.UNCLAIMED for item in tracks):
        shown = [item.stamp[0] for item in tracks if item.state in (LetterState.NOTIFIED, LetterState.UNCLAIMED)]
        return local_day(min(shown), debtor)
    return None


def deadline_of(case: Case, record: StepRecord, scenario: Scenario, debtor: Debtor) -> date | None:
    """The last day that `record` granted; None where none was granted or reception is not known yet."""
    if record.ladder != str(case.scenario) or not runs_from_reception(scenario, record.step, record.channel):
        return record.deadline_on
    received = received_on(case, record, debtor)
    granted = scenario.step(record.step).deadline
    if received is None or granted is None:
        return None
    return received + timedelta(days=granted.days)
