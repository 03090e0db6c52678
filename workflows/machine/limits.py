"""How many reminders a ladder sends before it stops, or goes to its last amicable step."""

from datetime import datetime

from workflows.case import Case
from workflows.machine import records
from workflows.scenario import FORMAL_TONE, Scenario


def why_beyond(case: Case, scenario: Scenario, number: int) -> str | None:
    """The limit of the ladder that passes rung `number` over; None where it may come.

    Only amicable rungs after the due date are limited: what the ladder announces formally stays as announced.
    """
    step = scenario.step(number)
    if step.is_preventive or step.is_formal:
        return None
    if scenario.max_reminders is None and scenario.escalate_after_unanswered is None:
        return None
    sent = _reminders(case)
    if scenario.max_reminders is not None and len(sent) >= scenario.max_reminders:
        return "passed.max_reminders"
    limit = scenario.escalate_after_unanswered
    if limit is None or number == _last_amicable(scenario):
        return None
    heard = _last_answer(case)
    unanswered = [at for at in sent if heard is None or at > heard]
    return "passed.unanswered" if len(unanswered) >= limit else None


def _reminders(case: Case) -> list[datetime]:
    """When each amicable reminder of the present ladder reached the debtor; what accompanies one is none."""
    mine = str(case.scenario)
    return [
        item.at
        for item in records.reached(case)
        if item.ladder == mine and not item.accompanies and not item.is_preventive and item.tone < FORMAL_TONE
    ]


def _last_answer(case: Case) -> datetime | None:
    """The debtor's last sign of life: a reply, a promise, a dispute, a plan, money or word of it."""
    said = [*case.replies, *case.promises, *case.disputes, *case.plan_requests, *case.payments]
    said += [item for item in (case.plan, case.announcement) if item is not None]
    return max((item.stamp[0] for item in said), default=None)


def _last_amicable(scenario: Scenario) -> int:
    """The last rung before the formal ones."""
    return max((n for n, step in enumerate(scenario.steps) if not step.is_formal), default=0)
