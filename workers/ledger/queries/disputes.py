"""Disputes as people look at them: what is contested, who looks into it, by when, who has to act."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from workers.ledger.queries.cases import TimelineEntry, timeline
from workers.ledger.queries.dealings import Seen, seen_cases
from workflows.events import CallLogged, DisputeAnswered, DisputeOpened, DisputeReason, DisputeUpdated, dispute_of_call
from workflows.events import DisputeResolved as Resolved
from workflows.known import Dispute
from workflows.machine import disputes, records, standing
from workflows.machine.concessions import concessions
from workflows.machine.disputes import Awaited
from workflows.money import Cents


@dataclass(frozen=True, slots=True)
class DisputeLine:
    """One dispute.

    Attributes:
        amount: cents contested; None for all of the invoice.
        outcome: None while it is open.
        given_up: cents for which the credit note is missing.
    """

    creditor_ref: str
    debtor_ref: str
    debtor_name: str
    case_id: str
    number: str
    dispute_id: str
    reason: DisputeReason
    amount: Cents | None
    currency: str
    opened_on: date
    owner: str | None
    deadline: date | None
    is_overdue: bool
    awaiting: Awaited | None
    outcome: str | None
    given_up: Cents

    @property
    def is_open(self) -> bool:
        """Whether nobody has resolved it."""
        return self.outcome is None


def list_disputes(
    connection: sa.Connection,
    now: datetime,
    *,
    creditor: str | None = None,
    debtor: str | None = None,
    number: str | None = None,
    owner: str | None = None,
    everything: bool = False,
) -> list[DisputeLine]:
    """Open disputes, the most urgent deadline first; or resolved ones, and those of closed invoices, too."""
    cases = seen_cases(
        connection, now, "disputes", creditor=creditor, debtor=debtor, number=number, is_open=not everything
    )
    lines = [line for seen in cases for line in _lines(seen) if everything or line.is_open]
    mine = [line for line in lines if owner is None or line.owner == owner]
    return sorted(mine, key=lambda line: (line.deadline or date.max, line.case_id, line.dispute_id))


def words_of(connection: sa.Connection, case_id: str, dispute_id: str) -> list[TimelineEntry]:
    """What was said in one dispute, in the order in which it was recorded: its opening, changes, answers and end."""
    return [entry for entry in timeline(connection, case_id) if _is_about(entry, dispute_id)]


def _is_about(entry: TimelineEntry, dispute_id: str) -> bool:
    event = entry.happened
    if isinstance(event, CallLogged):
        return dispute_of_call(event.call_id) == dispute_id
    kinds = DisputeOpened | DisputeUpdated | DisputeAnswered | Resolved
    return isinstance(event, kinds) and event.dispute_id == dispute_id


def _lines(seen: Seen) -> Iterator[DisputeLine]:
    ends = {item.dispute_id: item.outcome for item in seen.case.resolutions}
    missing = {item.dispute_id: min(item.missing, standing.balance(seen.case)) for item in concessions(seen.case)}
    for dispute in seen.case.disputes:
        outcome = ends.get(dispute.dispute_id)
        yield _line(seen, dispute, outcome, missing.get(dispute.dispute_id, 0))


def _line(seen: Seen, dispute: Dispute, outcome: str | None, given_up: Cents) -> DisputeLine:
    case, debtor = seen.case, seen.debtor
    deadline = disputes.deadline_of(case, dispute, seen.ladder, debtor)
    today = records.local_day(case.as_of, debtor)
    return DisputeLine(
        creditor_ref=case.invoice.creditor_ref, debtor_ref=debtor.ref, debtor_name=debtor.name, case_id=case.case_id,
        number=case.invoice.number, dispute_id=dispute.dispute_id, reason=dispute.reason, amount=dispute.amount,
        currency=case.invoice.currency, opened_on=records.local_day(dispute.stamp[0], debtor),
        owner=disputes.owner_of(case, dispute), deadline=deadline,
        is_overdue=outcome is None and deadline is not None and deadline < today,
        awaiting=disputes.awaited(case, dispute) if outcome is None else None, outcome=outcome, given_up=given_up,
    )  # fmt: skip
