"""What became of a promise: still ahead, kept, kept in part, broken, withdrawn; by the value dates of what came in."""

from enum import StrEnum

from workflows.case import Case
from workflows.invoice import Debtor
from workflows.known import Promise
from workflows.machine import records, standing
from workflows.machine.stages import promise_ends_on
from workflows.money import Cents
from workflows.scenario import Scenario


class PromiseState(StrEnum):
    """Where a promise stands."""

    AHEAD = "ahead"
    KEPT = "kept"
    PARTLY = "partly"
    BROKEN = "broken"
    WITHDRAWN = "withdrawn"


#: Promises that were not kept as they were made.
NOT_KEPT = frozenset({PromiseState.PARTLY, PromiseState.BROKEN})


def state_of(case: Case, promise: Promise, scenario: Scenario, debtor: Debtor) -> PromiseState:
    """Where `promise` stands at the instant of `case`; money counts until its day and grace have passed."""
    ends_on = promise_ends_on(promise, scenario, debtor)
    came = sum(
        standing.kept(case, item)
        for item in case.payments
        if item.stamp >= promise.stamp and item.value_date <= ends_on
    )
    wanted = promised_amount(case, promise)
    if came >= wanted or standing.owed_by(case, ends_on) <= 0:
        return PromiseState.KEPT
    if any(item.promise_id == promise.promise_id for item in case.withdrawals):
        return PromiseState.WITHDRAWN
    if records.local_day(case.as_of, debtor) <= ends_on:
        return PromiseState.AHEAD
    return PromiseState.PARTLY if came > 0 else PromiseState.BROKEN


def promised_amount(case: Case, promise: Promise) -> Cents:
    """Cents: those that were named, or what was owed and not contested when it was made."""
    if promise.amount is not None:
        return promise.amount
    then = standing.known_by(case, promise.stamp[0])
    disputes = tuple(item for item in case.disputes if item.stamp <= promise.stamp)
    return max(standing.chased(then.model_copy(update={"disputes": disputes})), 1)
