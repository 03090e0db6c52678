"""The next move of a case that is on its ladder: what, when at the earliest, and why not sooner."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple

from workflows.business_days import is_open, next_slot, window_of
from workflows.case import Case, StepRecord
from workflows.effects import Reason
from workflows.invoice import Channel, Debtor
from workflows.machine import disputes, records, time_bar
from workflows.machine.conditions import holds
from workflows.machine.limits import why_beyond
from workflows.machine.records import local_day, region
from workflows.machine.stages import floors
from workflows.machine.standing import chased, start_of
from workflows.machine.ways import channels_for, why_not
from workflows.money import decimal_text
from workflows.scenario import FORMAL_TONE, Mode, Scenario, Step, earliest_day

Act = Literal["send", "ask_confirmation", "ask_reception", "ask_decision", "look_again"]


class Move(NamedTuple):
    """What the case does next and when.

    Attributes:
        step: the rung, or the number of rungs at the end of the ladder.
        day: first day on which it may happen; `at` is the moment chosen from then on.
        key: of the task, where a person is asked.
        passed: rungs, and channels of the step, passed over on the way, each with its reason.
    """

    act: Act
    step: int
    day: date
    at: datetime
    because: Reason
    channels: tuple[Channel, ...] = ()
    key: str = ""
    passed: tuple[Reason, ...] = ()


class Idle(NamedTuple):
    """Why nothing is planned; `blocked` when the case wants to chase and cannot."""

    because: Reason
    blocked: bool = False
    passed: tuple[Reason, ...] = ()


def next_move(case: Case, scenario: Scenario, debtor: Debtor) -> Move | Idle:
    """The next move of a case on its ladder, from what is known and what was done."""
    if wanted := records.wanted(case):
        return Idle(because=Reason(rule="waits.wanted", facts={"step": _name(scenario, wanted[0].step)}))
    if doubts := records.unresolved(case):
        return Idle(because=Reason(rule="waits.in_doubt", facts={"step": _name(scenario, doubts[0].step)}))
    if chased(case) < scenario.min_amount:
        facts = {"owed": _money(chased(case), case), "minimum": _money(scenario.min_amount, case)}
        return Idle(because=Reason(rule="waits.min_amount", facts=facts))
    unanswered = _unknown_reception(case, scenario, debtor)
    if unanswered is not None:
        return unanswered
    number, passed = _next_applicable(case, scenario, debtor)
    move = (
        _in_time(case, debtor, _climb(case, scenario, debtor, number))
        if number < len(scenario.steps)
        else _after_the_last(case, scenario, debtor)
    )
    return move._replace(passed=(*passed, *move.passed)) if passed else move


def _in_time(case: Case, debtor: Debtor, move: Move | Idle) -> Move | Idle:
    """`move`, unless it would come after the last day for a court claim: then a person decides."""
    if isinstance(move, Idle) or not time_bar.is_over(case, debtor, local_day(max(move.at, case.as_of), debtor)):
        return move
    facts = {"step": move.because.facts.get("step", ""), "last_day": str(time_bar.last_day(case, debtor))}
    return Idle(because=Reason(rule="blocked.limitation", facts=facts), blocked=True)


# --- which rung -----------------------------------------------------------------------------------------------------


def _next_applicable(case: Case, scenario: Scenario, debtor: Debtor) -> tuple[int, tuple[Reason, ...]]:
    """The next rung that applies, and why those before it were passed over; one rung at a time, never back."""
    passed: list[Reason] = []
    for number in range(records.steps_done(case), len(scenario.steps)):
        step = scenario.steps[number]
        rule = _why_passed(case, step, debtor, number) or why_beyond(case, scenario, number)
        if rule is None:
            return number, tuple(passed)
        passed.append(Reason(rule=rule, facts={"step": step.name}))
    return len(scenario.steps), tuple(passed)


def _why_passed(case: Case, step: Step, debtor: Debtor, number: int) -> str | None:
    """Why rung `number` does not apply; None where it does. A preventive step is never worth waiting for."""
    if records.skips(case, number):
        return "passed.by_hand"
    if step.when is not None and not holds(step.when, case, debtor):
        return "passed.condition"
    if not step.is_preventive:
        return None
    if local_day(case.as_of, debtor) > case.invoice.due_on:
        return "passed.too_late"
    channels = channels_for(step, debtor)
    if not channels:
        return "passed.no_contact"
    return "passed.failed" if records.is_refused(case, number, channels[0]) else None


# --- when -----------------------------------------------------------------------------------------------------------


def _climb(case: Case, scenario: Scenario, debtor: Debtor, number: int) -> Move | Idle:
    step = scenario.step(number)
    facts = {"step": step.name}
    if debtor.do_not_contact:
        return Idle(because=Reason(rule="blocked.do_not_contact", facts=facts), blocked=True)
    channels = channels_for(step, debtor)
    passed = why_not(step, debtor)
    if not channels:
        because = Reason(rule="blocked.no_contact", facts=facts | {"channel": step.channel})
        return Idle(because=because, blocked=True, passed=passed)
    if records.is_refused(case, number, channels[0]):
        return Idle(
            because=Reason(rule="blocked.failed", facts=facts | {"channel": channels[0]}), blocked=True, passed=passed
        )
    if len(channels) > 1:
        out = {item.channel for item in records.out(case) if _is_of(case, item, number)}
        channels = (channels[0], *(item for item in channels[1:] if item not in out))
    day, because = earliest(case, scenario, debtor, number)
    if _needs_a_person(case, step, debtor, number):
        return _ask_first(case, scenario, debtor, Move(
            act="ask_confirmation", step=number, day=day, at=start_of(day, debtor), because=because,
            key=confirmation_key(case, step, number), passed=passed,
        ))  # fmt: skip
    at, is_moved = _slot(case, debtor, step, channel=channels[0], day=day)
    if is_moved:
        because = Reason(rule="plan.window", facts=because.facts)
    return Move(act="send", step=number, day=day, at=at, because=because, channels=channels, passed=passed)


def _slot(case: Case, debtor: Debtor, step: Step, *, channel: Channel, day: date) -> tuple[datetime, bool]:
    """The moment from `day` on at which a step may leave, and whether it is late and waits for the next window."""
    latest = case.invoice.due_on if step.is_preventive else None
    window, where = window_of(debtor.kind, channel), region(debtor)
    slot = next_slot(start_of(day, debtor), window, where, key=debtor.ref, latest=latest)
    if slot.at > case.as_of or is_open(case.as_of, window, where):
        return slot.at, False
    return next_slot(case.as_of, window, where, key=debtor.ref, latest=latest).at, True


def _ask_first(case: Case, scenario: Scenario, debtor: Debtor, ask: Move) -> Move | Idle:
    """Ask a person once; a preventive step that nobody lets go lapses with the due date."""
    if ask.key not in case.asked:
        return ask
    because = Reason(rule="waits.confirmation", facts={"step": scenario.step(ask.step).name})
    if not scenario.step(ask.step).is_preventive:
        return Idle(because=because)
    day = case.invoice.due_on + timedelta(days=1)
    return Move(act="look_again", step=ask.step, day=day, at=start_of(day, debtor), because=because)


def earliest(case: Case, scenario: Scenario, debtor: Debtor, number: int) -> tuple[date, Reason]:
    """First day on which step `number` may leave, and the rule that sets it."""
    # what accompanied a lost letter does not hold its fallback back
    out = [item for item in records.out(case) if not _is_of(case, item, number)]
    due_on = case.invoice.due_on
    previous_on = local_day(max([item.at for item in out]), debtor) if out else None
    candidates = [
        (earliest_day(scenario, number, due_on=due_on, previous_on=previous_on), "plan.offset"),
        *floors(case, scenario, debtor),
        *[(day + timedelta(days=1), "plan.deadline") for day in _deadlines(case, debtor, out)],
        *_again(case, debtor, number),
    ]
    if approvals := records.approvals(case, number):
        candidates.append((min(local_day(item.stamp[0], debtor) for item in approvals), "plan.approved"))
    day, rule = max(candidates)
    facts = {"step": scenario.step(number).name, "due_on": str(due_on)}
    facts |= {"previous_on": str(previous_on)} if previous_on is not None else {}
    return day, Reason(rule=rule, facts=facts | {"day": str(day)})


def _is_of(case: Case, record: StepRecord, number: int) -> bool:
    """Whether `record` asked step `number` of the present ladder."""
    return record.step == number and record.ladder == str(case.scenario)


def _deadlines(case: Case, debtor: Debtor, letters: Iterable[StepRecord]) -> list[date]:
    """Last days that `letters` have granted, and letters beside the ladder."""
    found = [records.deadline_of(case, item, debtor) for item in letters if _grants(item)]
    return [*records.days_beside(case), *(day for day in found if day is not None)]


def _again(case: Case, debtor: Debtor, number: int) -> list[tuple[date, str]]:
    """What was taken back may just have left: the same step is not asked again before the next day."""
    mine = records.of_step(case, number)
    if not mine or any(item.state == "wanted" for item in mine):
        return []
    day = timedelta(days=1)
    return [(local_day(item.at, debtor) + day, "resumed.withheld") for item in mine if item.state == "withheld"]


def _needs_a_person(case: Case, step: Step, debtor: Debtor, number: int) -> bool:
    """A step marked so, or a formal notice that no amicable reminder came before."""
    if _is_hard_after_a_dispute(case, step, number):
        return True
    if records.approvals(case, number):
        return False
    if step.mode is not Mode.AUTOMATIC or not step.is_formal:
        return step.mode is not Mode.AUTOMATIC
    due_on = case.invoice.due_on
    return not any(item.tone < step.tone and local_day(item.at, debtor) > due_on for item in records.reached(case))


def _is_hard_after_a_dispute(case: Case, step: Step, number: int) -> bool:
    """A formal step that would be the first word since a dispute was resolved; a person may let it leave."""
    end = disputes.last_end(case) if step.is_formal else None
    if end is None or any(item.stamp > end for item in records.approvals(case, number)):
        return False
    soft = [item.at for item in records.reached(case) if item.tone < FORMAL_TONE]
    back = records.came_back(case)
    soft += [
        item.at
        for item in case.letters
        if item.template == "dispute_answered" and item.state == "sent" and item.message_id not in back
    ]
    return not any(at >= end[0] for at in soft)


# --- what else may come next ----------------------------------------------------------------------------------------


def _unknown_reception(case: Case, scenario: Scenario, debtor: Debtor) -> Move | Idle | None:
    """What to do about a registered letter whose reception the carrier has not reported."""
    silent = records.unreceived(case, debtor)
    if not silent:
        return None
    record, sent_on = silent[0], local_day(silent[0].at, debtor)
    facts = {"step": _name(scenario, record.step), "sent_on": str(sent_on)}
    key = records.reception_key(record)
    if key in case.asked:
        return Idle(because=Reason(rule="waits.reception", facts=facts))
    limit = sent_on + timedelta(days=scenario.reception_limit_days)
    because = Reason(rule="plan.reception", facts=facts | {"day": str(limit)})
    return Move(act="ask_reception", step=record.step, day=limit, at=start_of(limit, debtor), because=because, key=key)


def _after_the_last(case: Case, scenario: Scenario, debtor: Debtor) -> Move | Idle:
    if scenario.at_end == "stop":
        return Idle(because=Reason(rule="ended.ladder"))
    if decision_key(case) in case.asked:
        return Idle(because=Reason(rule="waits.decision"))
    day, because = _end_day(case, scenario, debtor)
    return Move(
        act="ask_decision", step=len(scenario.steps), day=day, at=start_of(day, debtor), because=because,
        key=decision_key(case),
    )  # fmt: skip


def _end_day(case: Case, scenario: Scenario, debtor: Debtor) -> tuple[date, Reason]:
    """The day after every deadline granted, or after the usual gap where the last step granted none."""
    days = [case.invoice.due_on + timedelta(days=1)]
    days += [day + timedelta(days=1) for day in _deadlines(case, debtor, records.reached(case))]
    gap = timedelta(days=scenario.min_gap_days)
    granted_none = [item for item in records.reached(case) if not item.accompanies and not _grants(item)]
    days += [local_day(item.at, debtor) + gap for item in granted_none]
    days += [day for day, _rule in floors(case, scenario, debtor)]
    return max(days), Reason(rule="plan.end", facts={"day": str(max(days))})


def _grants(letter: StepRecord) -> bool:
    return letter.deadline_days is not None or letter.deadline_on is not None


def confirmation_key(case: Case, step: Step, number: int) -> str:
    """Key of the task that asks a person to let a step leave; asked anew where a dispute came in between."""
    again = ""
    if _is_hard_after_a_dispute(case, step, number) and (end := disputes.last_end(case)) is not None:
        again = f"after:{end[1]}/"
    return f"{case.case_id}/{case.scenario}/{number}/{again}confirm_step"


def decision_key(case: Case) -> str:
    """Key of the task that asks what to do after the last step."""
    return f"{case.case_id}/{case.scenario}/decision"


def _name(scenario: Scenario, number: int) -> str:
    return scenario.steps[number].name if number < len(scenario.steps) else str(number)


def _money(amount: int, case: Case) -> str:
    return f"{decimal_text(amount)} {case.invoice.currency}"
