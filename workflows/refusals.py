"""Why a debtor may not promise a day or ask for a plan by himself: reasons in both languages, for the portal.

Whatever is refused here a person may still agree to: the reason says to call.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from workflows.case import Case, Stage
from workflows.effects import Reason
from workflows.invoice import Debtor
from workflows.machine import records, standing
from workflows.money import Cents, decimal_text
from workflows.scenario import FORMAL_TONE
from workflows.self_service import SelfService

#: Stages in which nothing is left to be promised or shared out, or somebody else has the file.
_CLOSED = frozenset({
    Stage.PAID, Stage.CANCELLED, Stage.WRITTEN_OFF, Stage.INSOLVENT, Stage.HANDED_OVER, Stage.DISPUTED,
})  # fmt: skip


class PromiseWish(NamedTuple):
    """A day on which the debtor means to pay; `amount` in cents, None for all that is asked for."""

    day: date
    amount: Cents | None = None


class PlanWish(NamedTuple):
    """So many `parts`, the first one due on `first_on`."""

    parts: int
    first_on: date


def promise_refused(case: Case, debtor: Debtor, wish: PromiseWish, limits: SelfService) -> tuple[Reason, ...]:
    """Why the debtor may not promise this by himself; empty where he may.

    Args:
        case: as known now; its `as_of` says what day it is.
        debtor: who promises; the calendar is his.
        wish: the day and the amount.
        limits: of the creditor.
    """
    return (*_closed(case, limits), *_promise(case, debtor, wish, limits))


def plan_refused(case: Case, debtor: Debtor, wish: PlanWish, limits: SelfService) -> tuple[Reason, ...]:
    """Why the debtor may not ask for this plan by himself; empty where he may. See `promise_refused`."""
    return (*_closed(case, limits), *_plan(case, debtor, wish, limits))


def _promise(case: Case, debtor: Debtor, wish: PromiseWish, limits: SelfService) -> Iterator[Reason]:
    day, amount = wish
    today, asked = records.local_day(case.as_of, debtor), standing.chased(case)
    last = today + timedelta(days=limits.promise_days)
    if day < today:
        yield Reason(rule="self_service.past", facts={"date": str(day)})
    elif day > last:
        yield Reason(rule="self_service.too_far", facts={"date": str(day), "last_day": str(last)})
    if amount is not None and not 0 < amount <= asked:
        facts = {"amount": _money(amount, case), "owed": _money(asked, case)}
        yield Reason(rule="self_service.amount", facts=facts)
    made = sum(promise.is_self_service for promise in case.promises)
    if made >= limits.postponements:
        yield Reason(rule="self_service.postponements", facts={"made": str(made)})


def _plan(case: Case, debtor: Debtor, wish: PlanWish, limits: SelfService) -> Iterator[Reason]:
    count, first_on = wish
    today, owed = records.local_day(case.as_of, debtor), standing.chased(case)
    last = today + timedelta(days=limits.plan_first_days)
    if not limits.plan_min <= count <= limits.plan_max:
        facts = {"count": str(count), "least": str(limits.plan_min), "most": str(limits.plan_max)}
        yield Reason(rule="self_service.count", facts=facts)
    if first_on < today:
        yield Reason(rule="self_service.past", facts={"date": str(first_on)})
    elif first_on > last:
        yield Reason(rule="self_service.too_far", facts={"date": str(first_on), "last_day": str(last)})
    if owed < (limits.plan_from or 0) or (limits.plan_to is not None and owed > limits.plan_to):
        yield Reason(rule="self_service.balance", facts={"owed": _money(owed, case)})
    if case.stage is Stage.INSTALMENTS or standing.open_plan_requests(case):
        yield Reason(rule="self_service.plan_known")


def _closed(case: Case, limits: SelfService) -> Iterator[Reason]:
    if case.stage in _CLOSED or standing.chased(case) <= 0:
        yield Reason(rule="self_service.nothing_asked")
    noticed = any(record.tone >= FORMAL_TONE for record in records.out(case))
    if noticed and not limits.after_formal_notice:
        yield Reason(rule="self_service.formal_notice")


def _money(amount: Cents, case: Case) -> str:
    return f"{decimal_text(amount)} {case.invoice.currency}"
