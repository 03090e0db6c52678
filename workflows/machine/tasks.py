"""What a person has to do: derived from the case, asked once, keyed by content."""

from datetime import UTC, date, timedelta

from workflows.case import Case, Promise, Stage
from workflows.effects import AskOperator, TaskKind
from workflows.events import DispatchReported, Event, PlanLine
from workflows.invoice import Debtor
from workflows.machine import records, standing
from workflows.money import decimal_text
from workflows.scenario import Scenario

#: Stages in which a person already has the file, so that a broken promise changes nothing.
_TAKEN_OVER = frozenset({Stage.INSOLVENT, Stage.HANDED_OVER})


def tasks(case: Case, event: Event, scenario: Scenario, debtor: Debtor) -> list[AskOperator]:
    """Everything a person should do about `case` after `event`; some of it may have been asked before."""
    found = [*_about_answers(case), *_about_money(case), *_about_messages(case, event)]
    if _is_ours(case):
        found += _about_promises(case, scenario, debtor)
    if case.stage is Stage.INSTALMENTS:
        found += _about_the_plan(case, scenario, debtor)
    if case.stage is Stage.INSOLVENT and case.insolvency is not None:
        found.append(_ask(case, "declare_claim", str(case.insolvency.declare_by), due_on=case.insolvency.declare_by))
    return found


def _is_ours(case: Case) -> bool:
    """Whether the amicable stage goes on: not ended, and in nobody else's hands."""
    return case.is_open and case.stage not in _TAKEN_OVER


def _ask(case: Case, task: TaskKind, what: str, *, detail: str = "", due_on: date | None = None) -> AskOperator:
    return AskOperator(key=f"{case.case_id}/{task}/{what}", task=task, detail=detail or what, due_on=due_on)


def _about_answers(case: Case) -> list[AskOperator]:
    found = [_ask(case, "reply", item.reply_id) for item in standing.unread(case)]
    if case.is_open:
        found += [_ask(case, "dispute", item.dispute_id) for item in standing.open_disputes(case)]
    return found


def _about_money(case: Case) -> list[AskOperator]:
    known = {item.payment_id for item in case.payments}
    found = [_ask(case, "payment_reversed", item.reversal_id) for item in case.reversals if item.payment_id in known]
    too_much = -standing.balance(case)
    if case.stage is Stage.CANCELLED:
        too_much = standing.paid(case)
    if too_much > 0 and case.stage in (Stage.PAID, Stage.CANCELLED):
        found.append(_ask(case, "overpaid", decimal_text(too_much)))
    return found


def _about_messages(case: Case, event: Event) -> list[AskOperator]:
    """Doubt, failure, a case that cannot go on: told again when it happens again."""
    found = [_ask(case, "in_doubt", f"{item.key}/{item.at.astimezone(UTC):%Y%m%dT%H%M%S}", detail=item.key)
             for item in records.unresolved(case)]  # fmt: skip
    if case.stage is Stage.BLOCKED:
        rule, step = case.idle_reason or "", records.steps_done(case)
        since = max((item.at for item in records.of_step(case, step)), default=case.opened_at).astimezone(UTC)
        found.append(_ask(case, "blocked", f"{rule}/{step}/{since:%Y%m%dT%H%M%S}", detail=rule))
    elif _is_ours(case) and isinstance(event, DispatchReported) and event.reason != records.BAD_ADDRESS:
        key, what = event.dispatch_key, f"{event.dispatch_key}/{event.event_id}"
        if event.outcome == "failed" and any(item.key == key and item.state == "failed" for item in case.steps):
            found.append(_ask(case, "message_failed", what, detail=key))
    return found


def _about_promises(case: Case, scenario: Scenario, debtor: Debtor) -> list[AskOperator]:
    """A promise whose day and grace have passed while money is still owed."""
    if standing.chased(case) <= 0:
        return []
    today = records.local_day(case.as_of, debtor)
    broken = [
        item
        for item in standing.open_promises(case)
        if standing.promise_ends_on(item, scenario, debtor) < today and not _kept(case, item)
    ]
    return [_ask(case, "promise_broken", item.promise_id) for item in broken]


def _kept(case: Case, promise: Promise) -> bool:
    """Whether a promise of part of the balance was honoured by what came in after it was made."""
    since = sum(item.amount for item in case.payments if item.stamp >= promise.stamp)
    return promise.amount is not None and since >= promise.amount


def first_open_instalment(case: Case) -> tuple[int, PlanLine]:
    """Number (from 1) and line of the first instalment that is not covered yet; the case has a plan in force.

    An instalment is covered once no more is owed than the lines after it; the last one is open while money is owed.
    """
    plan = standing.open_plan(case)
    lines = plan.lines if plan else ()
    owed = standing.balance(case)
    for number, line in enumerate(lines, start=1):
        if owed > sum(later.amount for later in lines[number:]):
            return number, line
    return len(lines), lines[-1]


def _about_the_plan(case: Case, scenario: Scenario, debtor: Debtor) -> list[AskOperator]:
    number, line = first_open_instalment(case)
    checked_on = line.due_date + timedelta(days=scenario.instalment_grace_days + 1)
    if standing.start_of(checked_on, debtor) > case.as_of:
        return []
    plan_id = case.plan.plan_id if case.plan else ""
    return [_ask(case, "instalment_missed", f"{plan_id}/{number}", detail=str(line.due_date))]


#: Tasks that `tasks` finds in the case itself: what it no longer finds is over.
_FOUND_IN_THE_CASE: tuple[TaskKind, ...] = (
    "reply", "dispute", "promise_broken", "instalment_missed", "in_doubt", "blocked", "overpaid", "declare_claim",
)  # fmt: skip
#: Tasks about the ladder; with the case's end, or in other hands, nobody has to answer them any more.
_ABOUT_THE_LADDER = ("/confirm_step", "/decision", "/reception_unknown")


def over(case: Case, found: list[AskOperator]) -> frozenset[str]:
    """Keys of the tasks that were asked, are not needed any more, and were not ended yet."""
    needed = {task.key for task in found}
    open_keys = case.asked - case.answered - needed
    derived = tuple(f"{case.case_id}/{kind}/" for kind in _FOUND_IN_THE_CASE)
    ended = {key for key in open_keys if key.startswith(derived)}
    if not _is_ours(case):
        ended |= {key for key in open_keys if key.endswith(_ABOUT_THE_LADDER)}
        ended |= {key for key in open_keys if key.startswith(f"{case.case_id}/message_failed/")}
    mine = tuple(f"{case.case_id}/{case.scenario}/{number}/confirm_step" for number in range(records.steps_done(case)))
    return frozenset(ended | {key for key in open_keys if key in mine})
