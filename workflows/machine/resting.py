"""The stages beside the ladder: silence with an end, a plan, and stages that only an event leaves."""

from datetime import date, timedelta

from workflows.effects import Decision, Reason
from workflows.machine import instalments, stages, standing
from workflows.machine.ladder import Idle
from workflows.machine.records import local_day
from workflows.machine.turn import Turn, rest, wake, withheld
from workflows.money import decimal_text


def at_rest(turn: Turn, rule: str, facts: dict[str, str] | None = None) -> Decision:
    """Stages that only an event leaves: no step goes out or is pending; a letter that speaks of the stage may."""
    return rest(withheld(turn, rule), Idle(because=Reason(rule=rule, facts=facts or {})))


def when_paid(turn: Turn) -> Decision:
    """Nothing is owed, or the net of an offered discount was paid in time: what it forgave is not chased."""
    left = standing.balance(turn.case)
    if left <= 0:
        return at_rest(turn, "ended.paid")
    amount = f"{decimal_text(left)} {turn.case.invoice.currency}"
    return at_rest(turn, "ended.settled", {"discount": amount})


def when_disputed(turn: Turn) -> Decision:
    """Everything that is owed is contested, or was given up and waits for its credit note."""
    is_open = bool(standing.open_disputes(turn.case))
    return at_rest(turn, "waits.dispute" if is_open else "waits.credit_note")


def when_silent(turn: Turn) -> Decision:
    """Promised, paused, an unread reply: nothing leaves until the first silence ends; then the case looks again."""
    if standing.needs_restart(turn.case):
        return at_rest(turn, "waits.restart")
    today = local_day(turn.case.as_of, turn.debtor)
    silences = stages.silences(turn.case, turn.scenario, turn.debtor)
    last, rule = min((last, rule) for last, rule in silences if last >= today)
    at = standing.start_of(last + timedelta(days=1), turn.debtor)
    return wake(withheld(turn, rule), at, Reason(rule=rule, facts={"until": str(last)}))


def when_instalments(turn: Turn) -> Decision:
    """A plan in force: each instalment is looked at once its grace is over, and again when a last delay has passed."""
    turn = withheld(turn, "silent.instalments")
    plan = instalments.plan_in_force(turn.case, turn.scenario, turn.debtor)
    if plan is None:
        raise ValueError(turn.case.case_id)  # the stage says there is one
    number, line = instalments.first_open(turn.case, plan)
    facts = {"instalment": str(number), "due_on": str(line.due_date)}
    checked_on = instalments.checked_on(line, turn.scenario)
    if standing.start_of(checked_on, turn.debtor) > turn.case.as_of:
        return _look(turn, checked_on, Reason(rule="plan.instalment", facts=facts))
    whole_due_on = instalments.whole_due_on(turn.case, turn.scenario, turn.debtor)
    if whole_due_on is not None and standing.start_of(whole_due_on, turn.debtor) > turn.case.as_of:
        return _look(turn, whole_due_on, Reason(rule="plan.clause", facts=facts))
    return rest(turn, Idle(because=Reason(rule="waits.instalment", facts=facts)))


def _look(turn: Turn, day: date, because: Reason) -> Decision:
    because = because.model_copy(update={"facts": because.facts | {"day": str(day)}})
    return wake(turn, standing.start_of(day, turn.debtor), because)
