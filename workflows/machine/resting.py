"""The stages beside the ladder: silence with an end, a plan, and stages that only an event leaves."""

from datetime import timedelta

from workflows.effects import Decision, Reason
from workflows.machine import standing, tasks
from workflows.machine.ladder import Idle
from workflows.machine.records import local_day
from workflows.machine.turn import Turn, rest, wake, withheld


def at_rest(turn: Turn, rule: str) -> Decision:
    """Stages that only an event leaves: nothing goes out, nothing is pending."""
    return rest(withheld(turn, rule), Idle(because=Reason(rule=rule)))


def when_silent(turn: Turn) -> Decision:
    """Promised, paused, an unread reply: nothing leaves until the first silence ends; then the case looks again."""
    if standing.needs_restart(turn.case):
        return at_rest(turn, "waits.restart")
    today = local_day(turn.case.as_of, turn.debtor)
    silences = standing.silences(turn.case, turn.scenario, turn.debtor)
    last, rule = min((last, rule) for last, rule in silences if last >= today)
    at = standing.start_of(last + timedelta(days=1), turn.debtor)
    return wake(withheld(turn, rule), at, Reason(rule=rule, facts={"until": str(last)}))


def when_instalments(turn: Turn) -> Decision:
    """A plan in force: each instalment is looked at once its grace is over."""
    turn = withheld(turn, "silent.instalments")
    number, line = tasks.first_open_instalment(turn.case)
    facts = {"instalment": str(number), "due_on": str(line.due_date)}
    checked_on = line.due_date + timedelta(days=turn.scenario.instalment_grace_days + 1)
    at = standing.start_of(checked_on, turn.debtor)
    if at > turn.case.as_of:
        return wake(turn, at, Reason(rule="plan.instalment", facts=facts | {"day": str(checked_on)}))
    return rest(turn, Idle(because=Reason(rule="waits.instalment", facts=facts)))
