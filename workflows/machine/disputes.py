"""A dispute over time: who looks into it, by when, and who has to act next; derived from every word about it."""

from datetime import date
from typing import Literal

from workflows.business_days import add_working_days
from workflows.case import Case
from workflows.invoice import Debtor, Stamp
from workflows.known import Dispute
from workflows.machine import records, standing
from workflows.scenario import Scenario, automatic_of

Awaited = Literal["creditor", "debtor"]


def owner_of(case: Case, dispute: Dispute) -> str | None:
    """Who looks into it; None where nobody was named."""
    named = [item.owner for item in case.dispute_words if item.dispute_id == dispute.dispute_id and item.owner]
    return named[-1] if named else dispute.owner


def deadline_of(case: Case, dispute: Dispute, scenario: Scenario, debtor: Debtor) -> date | None:
    """By when the debtor gets an answer; None on ladders published before there were such deadlines."""
    said = [item.deadline for item in case.dispute_words if item.dispute_id == dispute.dispute_id and item.deadline]
    if said:
        return said[-1]
    days = automatic_of(scenario).dispute_days
    if dispute.deadline is not None or days is None:
        return dispute.deadline
    return add_working_days(records.local_day(dispute.stamp[0], debtor), days, records.region(debtor))


def awaited(case: Case, dispute: Dispute) -> Awaited:
    """Who has to act next: after an answer the other side, after anything that the debtor wrote the creditor."""
    words: list[tuple[Stamp, Awaited]] = [(dispute.stamp, "creditor")]
    words += [
        (item.stamp, "debtor" if item.by == "creditor" else "creditor")
        for item in case.dispute_answers
        if item.dispute_id == dispute.dispute_id
    ]
    words += [
        (item.stamp, item.awaiting)
        for item in case.dispute_words
        if item.dispute_id == dispute.dispute_id and item.awaiting is not None
    ]
    words += [(reply.stamp, "creditor") for reply in case.replies if reply.stamp > dispute.stamp]
    return max(words)[1]


def overdue(case: Case, scenario: Scenario, debtor: Debtor) -> tuple[tuple[Dispute, date], ...]:
    """Open disputes whose deadline is past, with it."""
    today = records.local_day(case.as_of, debtor)
    found = [(item, deadline_of(case, item, scenario, debtor)) for item in standing.open_disputes(case)]
    return tuple((item, day) for item, day in found if day is not None and day < today)


def last_end(case: Case) -> Stamp | None:
    """When a dispute was last resolved; None where none was."""
    if not case.resolutions:
        return None
    known = {item.dispute_id for item in case.disputes}
    return max((item.stamp for item in case.resolutions if item.dispute_id in known), default=None)
