"""What was given up in disputes and still waits for its credit note: nobody asks for it any more.

Credit notes that name a dispute count for it; the others, as far as they came since it was opened, are shared out in
the order in which the disputes were decided.
"""

from dataclasses import dataclass
from typing import NamedTuple

from workflows.case import Case
from workflows.known import Credit, Dispute, Resolution
from workflows.money import Cents


class Concession(NamedTuple):
    """A dispute that ended against the creditor; `missing` cents of it have no credit note yet."""

    dispute_id: str
    missing: Cents


@dataclass(slots=True)
class _Left:
    """What is left of a credit note once disputes have taken their part."""

    credit: Credit
    cents: Cents


def concessions(case: Case) -> tuple[Concession, ...]:
    """Every dispute that was decided for the debtor, wholly or in part, and lacks its credit note; oldest first."""
    if not case.resolutions:
        return ()
    disputes = {item.dispute_id: item for item in case.disputes}
    lost = [item for item in case.resolutions if item.outcome != "creditor" and item.dispute_id in disputes]
    pool = [_Left(item, item.amount) for item in sorted(case.credits, key=lambda credit: credit.stamp)]
    found = []
    for end in sorted(lost, key=lambda item: item.stamp):
        missing = _missing(end, disputes[end.dispute_id], pool, case.invoice.total)
        if missing > 0:
            found.append(Concession(end.dispute_id, missing))
    return tuple(found)


def _missing(end: Resolution, dispute: Dispute, pool: list[_Left], total: Cents) -> Cents:
    """Cents that no credit note covers; what is covered is taken out of `pool`.

    Where nobody said how much of a part was given up, all that was contested waits, and any credit note says it.
    """
    contested = total if dispute.amount is None else dispute.amount
    wanted = contested if end.outcome == "debtor" else end.amount
    mine = [item for item in pool if _is_for(item.credit, dispute) and item.cents > 0]
    if wanted is None:
        for item in mine[:1]:
            item.cents = 0
        return 0 if mine else contested
    for item in mine:
        taken = min(item.cents, wanted)
        item.cents, wanted = item.cents - taken, wanted - taken
    return wanted


def _is_for(credit: Credit, dispute: Dispute) -> bool:
    if credit.dispute_id is not None:
        return credit.dispute_id == dispute.dispute_id
    return credit.stamp >= dispute.stamp
