"""What a person has to do: asked once, keyed by content."""

from datetime import timedelta

from workflows.business_days import add_months
from workflows.case import Case, Promise, Stage
from workflows.effects import AskOperator, TaskKind
from workflows.events import (
    DebtorInsolvent,
    DispatchReported,
    DisputeOpened,
    Event,
    PaymentReversed,
    PlanLine,
    ReplyReceived,
)
from workflows.invoice import Debtor
from workflows.machine import progress, standing
from workflows.money import decimal_text
from workflows.scenario import Scenario

#: Facts of an event that a reason may quote; free text and addresses stay in the event.
_QUOTED = (
    "payment_id", "reversal_id", "credit_note_no", "dispute_id", "promise_id", "plan_id", "reply_id", "call_id",
    "value_date", "expected_date", "date", "until", "reason", "outcome", "procedure", "to", "step", "channel", "state",
    "bounce", "disposition", "scope", "epoch", "message_id",
)  # fmt: skip


def facts_of(event: Event) -> dict[str, str]:
    """The facts of `event` that its reason quotes, as text."""
    facts = {name: str(value) for name in _QUOTED if (value := getattr(event, name, None)) is not None}
    amount = getattr(event, "amount", None)
    if amount is not None:
        facts["amount"] = decimal_text(amount if isinstance(amount, int) else amount.amount)
    return facts


def tasks(case: Case, event: Event, scenario: Scenario, debtor: Debtor) -> list[AskOperator]:
    """Everything a person should do about `case` after `event`; some of it may have been asked before."""
    found = [*_about_the_event(case, event), *_about_promises(case, scenario, debtor)]
    if case.stage is Stage.BLOCKED:
        found.append(
            _ask(case, "blocked", f"{case.idle_reason}/{progress.steps_done(case)}", detail=case.idle_reason or "")
        )
    if case.stage is Stage.PAID and standing.balance(case) < 0:
        found.append(_ask(case, "overpaid", decimal_text(-standing.balance(case))))
    if case.stage is Stage.INSTALMENTS:
        found += _about_the_plan(case, scenario, debtor)
    found += [_ask(case, "in_doubt", item.key) for item in progress.in_state(case, "in_doubt")]
    return found


def _ask(case: Case, task: TaskKind, what: str, *, detail: str = "") -> AskOperator:
    return AskOperator(key=f"{case.case_id}/{task}/{what}", task=task, detail=detail or what)


def _about_the_event(case: Case, event: Event) -> list[AskOperator]:
    if isinstance(event, ReplyReceived) and not event.automatic:
        return [_ask(case, "reply", event.reply_id)]
    if isinstance(event, DisputeOpened):
        return [_ask(case, "dispute", event.dispute_id)]
    if isinstance(event, PaymentReversed):
        return [_ask(case, "payment_reversed", event.reversal_id)]
    if isinstance(event, DispatchReported) and event.outcome == "failed" and event.reason != progress.BAD_ADDRESS:
        return [_ask(case, "message_failed", event.dispatch_key)]
    if isinstance(event, DebtorInsolvent):
        # two months from publication in the BODACC (R622-24 of the commercial code)
        due = add_months(event.published_on or event.judgment_date, 2)
        return [_ask(case, "declare_claim", str(event.judgment_date)).model_copy(update={"due_on": due})]
    return []


def _about_promises(case: Case, scenario: Scenario, debtor: Debtor) -> list[AskOperator]:
    """A promise whose day and grace have passed while money is still owed."""
    if not case.is_open or standing.chased(case) <= 0:
        return []
    today = standing.local_day(case.as_of, debtor)
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
    """Number (from 1) and line of the first instalment that is not covered yet.

    An instalment is covered once no more is owed than the lines after it; the last one is open while money is owed.
    """
    plan = standing.open_plan(case)
    lines = plan.lines if plan else ()
    owed = standing.balance(case)
    for number, line in enumerate(lines, start=1):
        if owed > sum(later.amount for later in lines[number:]):
            return number, line
    return len(lines), lines[-1]


def instalment_key(case: Case, number: int) -> str:
    """Key of the task about a missed instalment."""
    plan_id = case.plan.plan_id if case.plan else ""
    return f"{case.case_id}/instalment_missed/{plan_id}/{number}"


def _about_the_plan(case: Case, scenario: Scenario, debtor: Debtor) -> list[AskOperator]:
    number, line = first_open_instalment(case)
    checked_on = line.due_date + timedelta(days=scenario.instalment_grace_days + 1)
    if standing.start_of(checked_on, debtor) > case.as_of:
        return []
    return [AskOperator(key=instalment_key(case, number), task="instalment_missed", detail=str(line.due_date))]
