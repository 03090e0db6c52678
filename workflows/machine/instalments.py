"""An instalment plan over time: which instalment is open, which was missed, and when the clause makes the whole due.

What is contested, or was given up in a dispute, is taken off the first open instalment: nobody misses it.
"""

from datetime import date, datetime, timedelta

from workflows.business_days import add_working_days
from workflows.case import Case, SideLetter
from workflows.events import PlanLine
from workflows.invoice import Debtor
from workflows.known import Plan, PlanOffer
from workflows.machine import records, standing
from workflows.money import Cents
from workflows.scenario import Scenario

#: The letter without which no clause is used.
MISSED = "instalment_missed"


def plan_in_force(case: Case, scenario: Scenario, debtor: Debtor) -> Plan | None:
    """The plan in force: agreed, not ended by a person, nor by its own clause."""
    plan = standing.agreed_plan(case)
    return None if plan is None or ended_on(case, scenario, debtor) is not None else plan


def first_open(case: Case, plan: Plan | PlanOffer) -> tuple[int, PlanLine]:
    """Number (from 1) and line of the first instalment that is not covered yet.

    An instalment is covered once no more is owed than the lines after it; the last one is open while money is owed.
    """
    owed = standing.chased(case)
    for number, line in enumerate(plan.lines, start=1):
        if owed > _after(plan, number):
            return number, line
    return len(plan.lines), plan.lines[-1]


def paid_days(case: Case, plan: Plan, debtor: Debtor) -> dict[date, datetime]:
    """The days on which money was heard of that covered an instalment, each with the last instant of it.

    Only money that stayed counts; what came before the plan is no part of it, nor what credit notes cover.
    """
    owed = standing.balance(case) - standing.disputed(case) + standing.paid(case)
    before, found = covered(plan, owed), dict[date, datetime]()
    for payment in sorted(case.payments, key=lambda item: item.stamp):
        owed -= standing.kept(case, payment)
        now = covered(plan, owed)
        if payment.stamp >= plan.stamp and now > before:
            found[records.local_day(payment.stamp[0], debtor)] = payment.stamp[0]
        before = max(before, now)
    return found


def thanks_for(plan: Plan, day: date) -> str:
    """Identity of the thanks for what was paid on `day`."""
    return f"{plan.plan_id}/{day}"


def checked_on(line: PlanLine, scenario: Scenario) -> date:
    """The day on which an instalment counts as missed: after its own grace."""
    return line.due_date + timedelta(days=scenario.instalment_grace_days + 1)


def missed(case: Case, scenario: Scenario, debtor: Debtor) -> int | None:
    """Number (from 1) of the instalment that did not come in by its day and grace; None where none is missing."""
    plan = standing.agreed_plan(case)
    if plan is None or standing.chased(case) <= 0:
        return None
    number, line = first_open(case, plan)
    return number if standing.start_of(checked_on(line, scenario), debtor) <= case.as_of else None


def occasion(plan: Plan, number: int) -> str:
    """Identity of one missed instalment."""
    return f"{plan.plan_id}/{number}"


def whole_due_on(case: Case, scenario: Scenario, debtor: Debtor) -> date | None:
    """The first day on which the clause makes the whole due, if the delay that the debtor was told passes unused.

    None without a clause, and where no letter that grants a delay has reached the debtor: a person goes on.
    """
    plan = standing.agreed_plan(case)
    if plan is None or not plan.break_clause:
        return None
    days = [_delay_over(letter, scenario, debtor) for letter in _notices(case, plan)]
    return min(days, default=None)


def ended_on(case: Case, scenario: Scenario, debtor: Debtor) -> date | None:
    """The day on which the plan ended by its own clause; None while it has not.

    Money with a value date within the delay saves the plan, whenever it becomes known; later money does not.
    """
    plan = standing.agreed_plan(case)
    if plan is None or not plan.break_clause:
        return None
    days = [
        _delay_over(letter, scenario, debtor)
        for letter in _notices(case, plan)
        if not _is_covered(case, plan, letter, standing.start_of(_delay_over(letter, scenario, debtor), debtor))
    ]
    over = [day for day in days if standing.start_of(day, debtor) <= case.as_of]
    return min(over, default=None)


def _notices(case: Case, plan: Plan) -> list[SideLetter]:
    """The letters about missed instalments of `plan` that reached the debtor."""
    back = records.came_back(case)
    return [
        item
        for item in case.letters
        if item.template == MISSED and item.state == "sent" and item.message_id not in back
        and item.occasion.rpartition("/")[0] == plan.plan_id and item.deadline_on is not None
    ]  # fmt: skip


def _delay_over(letter: SideLetter, scenario: Scenario, debtor: Debtor) -> date:
    """The day after the delay and the grace that money takes to be seen."""
    if letter.deadline_on is None:
        raise ValueError(letter.key)
    seen_by = add_working_days(letter.deadline_on, scenario.promise_grace_days, records.region(debtor))
    return seen_by + timedelta(days=1)


def _is_covered(case: Case, plan: Plan, letter: SideLetter, end: datetime) -> bool:
    """Whether nothing was missing of the instalment at `end` but what was contested then, whatever came of that."""
    number = int(letter.occasion.rpartition("/")[2])
    owed = standing.owed_by(case, end.date() - timedelta(days=1))
    return owed - _contested_at(case, end) <= _after(plan, number)


def _contested_at(case: Case, end: datetime) -> Cents:
    """Cents that were contested, or given up, by `end`, and that no later credit note has taken off what is owed."""
    if not case.disputes:
        return 0
    then = case.model_copy(
        update={
            "disputes": tuple(item for item in case.disputes if item.stamp[0] < end),
            "resolutions": tuple(item for item in case.resolutions if item.stamp[0] < end),
        }
    )
    since = sum(item.amount for item in case.credits if item.stamp[0] >= end)
    return max(standing.disputed(then) - since, 0)


def covered(plan: Plan | PlanOffer, owed: Cents) -> int:
    """How many instalments are covered while `owed` cents are open."""
    return sum(owed <= _after(plan, number) for number in range(1, len(plan.lines) + 1))


def _after(plan: Plan | PlanOffer, number: int) -> Cents:
    """Cents of the instalments after `number`."""
    return sum(later.amount for later in plan.lines[number:])
