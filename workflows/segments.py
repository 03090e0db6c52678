"""Which scenario fits an invoice and its debtor, and why."""

from typing import NamedTuple

from workflows.invoice import Debtor, DebtorKind
from workflows.scenario import Scenario

STANDARD = "standard"
CONSUMER = "consumer"


class Choice(NamedTuple):
    """The name of a scenario, and the reason an operator reads."""

    scenario: str
    reason: str


def choose_scenario(debtor: Debtor, *, explicit: str | None = None, creditor_default: str | None = None) -> Choice:
    """The scenario of a new case.

    The invoice's own choice comes first; then the law of consumers; then the creditor's habit.

    Args:
        debtor: who owes.
        explicit: the scenario that the invoice names.
        creditor_default: the scenario that the creditor uses for businesses and public buyers.
    """
    if explicit is not None:
        return Choice(explicit, f"the invoice names {explicit!r}")
    if debtor.kind is DebtorKind.CONSUMER:
        return Choice(CONSUMER, f"debtor {debtor.ref} is a consumer: no commercial penalties, a slower ladder")
    if creditor_default is not None:
        return Choice(creditor_default, f"the creditor uses {creditor_default!r}")
    return Choice(STANDARD, "neither the invoice nor the creditor names a scenario")


def unfit(scenario: Scenario, debtor: Debtor) -> str | None:
    """Why `scenario` must not be used for `debtor`, with the fix; None where it may."""
    if debtor.kind in scenario.kinds:
        return None
    known = ", ".join(sorted(scenario.kinds))
    return (
        f"scenario {scenario.name!r} is for {known}, and debtor {debtor.ref} is {debtor.kind.value}; choose another one"
    )
