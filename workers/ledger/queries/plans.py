"""Instalment plans as people look at them: asked for, on offer, in force, ended, and where each instalment stands."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa

from workers.ledger.queries.dealings import Seen, seen_cases
from workflows.events import PlanLine
from workflows.machine import instalments, records, standing
from workflows.money import Cents


class PlanState(StrEnum):
    """Where a plan stands."""

    REQUESTED = "requested"
    OFFERED = "offered"
    RUNNING = "running"
    MISSED = "missed"
    DONE = "done"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Instalment:
    """One instalment; `is_missed` once its day and grace have passed."""

    due_on: date
    amount: Cents
    is_paid: bool
    is_missed: bool


@dataclass(frozen=True, slots=True)
class PlanView:
    """One plan, offer of one, or wish for one.

    Attributes:
        count: instalments asked for, offered or agreed.
        answer_by: last day for an answer, of an offer.
        first_on: of a wish, or of the first instalment.
        whole_due_on: day on which its clause makes the whole due, where an instalment is missing.
    """

    creditor_ref: str
    debtor_ref: str
    debtor_name: str
    case_id: str
    number: str
    plan_id: str
    state: PlanState
    count: int
    first_on: date
    balance: Cents
    currency: str
    answer_by: date | None = None
    whole_due_on: date | None = None
    break_clause: bool = False
    lines: tuple[Instalment, ...] = ()

    @property
    def paid(self) -> int:
        """Instalments that are paid."""
        return sum(line.is_paid for line in self.lines)


def list_plans(
    connection: sa.Connection,
    now: datetime,
    *,
    creditor: str | None = None,
    debtor: str | None = None,
    number: str | None = None,
    everything: bool = False,
) -> list[PlanView]:
    """Plans that are asked for, on offer or in force; or those that ended, and of closed invoices, too."""
    fields = ("plan_requests", "plan_offer", "plan")
    cases = seen_cases(
        connection, now, *fields, creditor=creditor, debtor=debtor, number=number, is_open=not everything
    )
    over = {PlanState.DONE, PlanState.ENDED}
    plans = [plan for seen in cases for plan in _views(seen) if everything or plan.state not in over]
    return sorted(plans, key=lambda plan: (plan.first_on, plan.case_id, plan.plan_id))


def _views(seen: Seen) -> Iterator[PlanView]:
    case = seen.case
    for wish in standing.open_plan_requests(case):
        yield _view(seen, wish.plan_id, PlanState.REQUESTED, wish.count, first_on=wish.first_on)
    if (offer := standing.open_plan_offer(case)) is not None:
        lines = tuple(Instalment(line.due_date, line.amount, is_paid=False, is_missed=False) for line in offer.lines)
        yield _view(
            seen, offer.plan_id, PlanState.OFFERED, len(lines), first_on=lines[0].due_on, lines=lines,
            answer_by=offer.answer_by,
        )  # fmt: skip
    if case.plan is not None:
        yield _agreed(seen)


def _agreed(seen: Seen) -> PlanView:
    case, ladder, debtor = seen.case, seen.ladder, seen.debtor
    plan = case.plan
    if plan is None:
        raise ValueError(case.case_id)
    missed = instalments.missed(case, ladder, debtor)
    lines = tuple(_lines(seen, plan.lines, missed))
    state = PlanState.RUNNING if missed is None else PlanState.MISSED
    if instalments.plan_in_force(case, ladder, debtor) is None:
        state = PlanState.ENDED
    elif standing.balance(case) <= 0:
        state = PlanState.DONE
    whole = instalments.whole_due_on(case, ladder, debtor) if state is PlanState.MISSED else None
    return _view(
        seen, plan.plan_id, state, len(lines), first_on=lines[0].due_on, lines=lines, whole_due_on=whole,
        break_clause=plan.break_clause,
    )  # fmt: skip


def _lines(seen: Seen, lines: tuple[PlanLine, ...], missed: int | None) -> Iterator[Instalment]:
    """Covered ones are paid; from the first that is missing on, those whose grace has passed are missed."""
    owed, today = standing.balance(seen.case), records.local_day(seen.case.as_of, seen.debtor)
    for number, line in enumerate(lines, start=1):
        is_paid = owed <= sum(later.amount for later in lines[number:])
        is_late = missed is not None and instalments.checked_on(line, seen.ladder) <= today
        yield Instalment(line.due_date, line.amount, is_paid=is_paid, is_missed=not is_paid and is_late)


def _view(
    seen: Seen,
    plan_id: str,
    state: PlanState,
    count: int,
    *,
    first_on: date,
    lines: tuple[Instalment, ...] = (),
    answer_by: date | None = None,
    whole_due_on: date | None = None,
    break_clause: bool = False,
) -> PlanView:
    invoice = seen.case.invoice
    return PlanView(
        creditor_ref=invoice.creditor_ref, debtor_ref=seen.debtor.ref, debtor_name=seen.debtor.name,
        case_id=seen.case.case_id, number=invoice.number, plan_id=plan_id, state=state, count=count, first_on=first_on,
        balance=standing.balance(seen.case), currency=invoice.currency, answer_by=answer_by, whole_due_on=whole_due_on,
        break_clause=break_clause, lines=lines,
    )  # fmt: skip
