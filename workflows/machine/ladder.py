"""The next move of a case that is on its ladder: what, when at the earliest, and why not sooner."""

from datetime import date, datetime, timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict

from workflows.business_days import next_slot, window_of
from workflows.case import Case
from workflows.effects import Reason
from workflows.invoice import Channel, Debtor
from workflows.machine import progress
from workflows.machine.standing import balance, chased, floors, local_day, region, start_of
from workflows.scenario import Condition, Mode, Scenario, Step, earliest_day

Act = Literal["send", "ask_confirmation", "ask_reception", "ask_decision"]


class Move(BaseModel):
    """What the case does next and when; `step` is the rung, or the number of rungs at the end of the ladder."""

    model_config = ConfigDict(frozen=True)
    act: Act
    step: int
    at: datetime
    because: Reason
    channels: tuple[Channel, ...] = ()


class Idle(BaseModel):
    """Why nothing is planned; `blocked` when the case wants to chase and cannot."""

    model_config = ConfigDict(frozen=True)
    because: Reason
    blocked: bool = False


def next_move(case: Case, scenario: Scenario, debtor: Debtor) -> Move | Idle:
    """The next move of a case on its ladder, from what is known and what was done."""
    for state in ("wanted", "in_doubt"):
        pending = progress.in_state(case, state)
        if pending:
            return Idle(because=Reason(rule=f"waits.{state}", facts={"step": _name(scenario, pending[0].step)}))
    if chased(case) < scenario.min_amount:
        return Idle(because=Reason(rule="waits.min_amount", facts={"minimum": str(scenario.min_amount)}))
    unanswered = _unknown_reception(case, scenario, debtor)
    if unanswered is not None:
        return unanswered
    number = _next_applicable(case, scenario, debtor)
    if number >= len(scenario.steps):
        return _after_the_last(case, scenario, debtor)
    return _climb(case, scenario, debtor, number)


def _climb(case: Case, scenario: Scenario, debtor: Debtor, number: int) -> Move | Idle:
    step = scenario.step(number)
    facts = {"step": step.name}
    if debtor.do_not_contact:
        return Idle(because=Reason(rule="blocked.do_not_contact", facts=facts), blocked=True)
    channels = channels_for(step, debtor)
    if not channels:
        return Idle(because=Reason(rule="blocked.no_contact", facts=facts | {"channel": step.channel}), blocked=True)
    if progress.refused(case, number, channels):
        return Idle(because=Reason(rule="blocked.failed", facts=facts), blocked=True)
    day, because = earliest(case, scenario, debtor, number)
    if _needs_a_person(case, step, debtor, number):
        if confirmation_key(case, number) in case.asked:
            return Idle(because=Reason(rule="waits.confirmation", facts=facts))
        return Move(act="ask_confirmation", step=number, at=start_of(day, debtor), because=because)
    latest = case.invoice.due_on if step.is_preventive else None
    window = window_of(debtor.kind, channels[0])
    slot = next_slot(start_of(day, debtor), window, region(debtor), key=debtor.ref, latest=latest)
    return Move(act="send", step=number, at=slot.at, because=because, channels=channels)


def earliest(case: Case, scenario: Scenario, debtor: Debtor, number: int) -> tuple[date, Reason]:
    """First day on which step `number` may leave, and the rule that sets it."""
    sent = [local_day(item.at, debtor) for item in progress.reached(case)]
    due_on = case.invoice.due_on
    previous_on = max(sent, default=None)
    facts = {"step": scenario.step(number).name, "due_on": str(due_on)}
    if previous_on is not None:
        facts["previous_on"] = str(previous_on)
    candidates = [(earliest_day(scenario, number, due_on=due_on, previous_on=previous_on), "plan.offset")]
    candidates += floors(case, scenario, debtor)
    for record in progress.reached(case):
        deadline = progress.deadline_of(case, record, scenario, debtor)
        if deadline is not None:
            candidates.append((deadline + timedelta(days=1), "plan.deadline"))
    for approval in case.approvals:
        if approval.step == number:
            candidates.append((local_day(approval.stamp[0], debtor), "plan.approved"))
    day, rule = max(candidates)
    return day, Reason(rule=rule, facts=facts | {"day": str(day)})


def channels_for(step: Step, debtor: Debtor) -> tuple[Channel, ...]:
    """The first channel of the step that reaches the debtor, and those that go with it; empty where none does."""
    first = next((item for item in (step.channel, *step.fallback) if debtor.contact_for(item)), None)
    if first is None:
        return ()
    return (first, *(item for item in step.also if item is not first and debtor.contact_for(item)))


def confirmation_key(case: Case, number: int) -> str:
    """Key of the task that asks a person to let a step leave."""
    return f"{case.case_id}/{case.scenario}/{number}/confirm_step"


def _needs_a_person(case: Case, step: Step, debtor: Debtor, number: int) -> bool:
    """A step marked so, or a formal notice that no amicable reminder came before."""
    if any(item.step == number for item in case.approvals):
        return False
    due_on = case.invoice.due_on
    reminded = any(item.tone < step.tone and local_day(item.at, debtor) > due_on for item in progress.reached(case))
    return step.mode is not Mode.AUTOMATIC or (step.is_formal and not reminded)


def _next_applicable(case: Case, scenario: Scenario, debtor: Debtor) -> int:
    """The next rung whose condition holds; a preventive step is never sent once the due date is there."""
    today = local_day(case.as_of, debtor)
    for number in range(progress.steps_done(case), len(scenario.steps)):
        step = scenario.step(number)
        too_late = step.is_preventive and today > case.invoice.due_on
        if not too_late and _holds(step.when, case, debtor):
            return number
    return len(scenario.steps)


def _holds(when: Condition | None, case: Case, debtor: Debtor) -> bool:
    if when is None:
        return True
    owed = balance(case)
    return (
        (when.min_amount is None or owed >= when.min_amount)
        and (when.max_amount is None or owed <= when.max_amount)
        and (when.kinds is None or debtor.kind in when.kinds)
        and (when.tags is None or bool(when.tags & debtor.tags))
        and (when.channel_present is None or debtor.contact_for(when.channel_present) is not None)
    )


def _unknown_reception(case: Case, scenario: Scenario, debtor: Debtor) -> Move | Idle | None:
    """What to do about a registered letter whose reception the carrier has not reported."""
    for record in progress.reached(case):
        if record.ladder != str(case.scenario) or not progress.runs_from_reception(
            scenario, record.step, record.channel
        ):
            continue
        if progress.received_on(case, record, debtor) is None:
            facts = {"step": _name(scenario, record.step), "sent_on": str(local_day(record.at, debtor))}
            if f"{record.key}/reception_unknown" in case.asked:
                return Idle(because=Reason(rule="waits.reception", facts=facts))
            limit = local_day(record.at, debtor) + timedelta(days=scenario.reception_limit_days)
            because = Reason(rule="plan.reception", facts=facts | {"day": str(limit)})
            return Move(act="ask_reception", step=record.step, at=start_of(limit, debtor), because=because)
    return None


def _after_the_last(case: Case, scenario: Scenario, debtor: Debtor) -> Move | Idle:
    end = len(scenario.steps)
    if scenario.at_end == "stop" or decision_key(case) in case.asked:
        return Idle(because=Reason(rule="waits.decision" if scenario.at_end != "stop" else "ended.ladder"))
    day, because = _end_day(case, scenario, debtor)
    return Move(act="ask_decision", step=end, at=start_of(day, debtor), because=because)


def _end_day(case: Case, scenario: Scenario, debtor: Debtor) -> tuple[date, Reason]:
    """The day after every deadline granted, or after the usual gap where the last step granted none."""
    reached = progress.reached(case)
    days = [
        deadline + timedelta(days=1)
        for item in reached
        if (deadline := progress.deadline_of(case, item, scenario, debtor))
    ]
    days += [local_day(item.at, debtor) + timedelta(days=scenario.min_gap_days) for item in reached]
    days += [day for day, _rule in floors(case, scenario, debtor)]
    day = max(days, default=case.invoice.due_on)
    return day, Reason(rule="plan.end", facts={"day": str(day)})


def decision_key(case: Case) -> str:
    """Key of the task that asks what to do after the last step."""
    return f"{case.case_id}/{case.scenario}/decision"


def _name(scenario: Scenario, number: int) -> str:
    return scenario.steps[number].name if number < len(scenario.steps) else str(number)
