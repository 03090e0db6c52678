"""Instalment plans: asked for by the debtor, offered in writing, agreed, ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from workers.dealings.acts import (
    Act,
    Draft,
    NotAllowed,
    Told,
    file_of,
    now_of,
    once,
    tell,
    today_at,
)
from workers.dealings.names import free_name
from workers.dealings.promises import refuse
from workers.ledger.queries.cases import CaseFile
from workers.wiring import System
from workflows.business_days import add_months
from workflows.case import Case
from workflows.events import PlanLine
from workflows.machine import standing
from workflows.machine.absorb_answers import PORTAL
from workflows.money import Cents, decimal_text
from workflows.refusals import PlanWish, plan_refused


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asked for a plan, how, and what was said."""

    by: str | None = None
    channel: str | None = None
    note: str | None = None


@once
def request(system: System, act: Act, case_id: str, wish: PlanWish, *, asking: Asking | None = None) -> Told:
    """Note that the debtor asks to pay in parts; a person offers a plan or refuses.

    Raises:
        NotAllowed: the ledger refuses it; nothing was written.
    """
    file, said = file_of(system, case_id), asking or Asking()
    data = {
        "plan_id": _new_name(system, file, None), "invoice_no": file.case.invoice.number, "count": wish.parts,
        "first_on": wish.first_on.isoformat(), "by": said.by, "channel": said.channel, "note": said.note,
    }  # fmt: skip
    return tell(system, act, file.case.invoice.creditor_ref, [Draft("instalment_plan.requested", data)])


@once
def request_alone(system: System, act: Act, case_id: str, wish: PlanWish, *, note: str | None = None) -> Told:
    """Note what a debtor asks for by himself.

    Raises:
        NotAllowed: it is beyond his limits; the text says which, and to call.
    """
    file = now_of(system, file_of(system, case_id))
    limits = system.settings.self_service_of(file.case.invoice.creditor_ref)
    refuse(plan_refused(file.case, file.debtor, wish, limits))
    return request(system, act, case_id, wish, asking=Asking(act.by, PORTAL, note))


@once
def offer(
    system: System,
    act: Act,
    case_id: str,
    lines: Sequence[PlanLine],
    *,
    answer_by: date,
    plan_id: str | None = None,
) -> Told:
    """Offer a plan in writing; without lines, the one that the debtor asked for, shared out evenly.

    Raises:
        NotAllowed: nothing was asked for, or the lines do not add up.
    """
    file = file_of(system, case_id)
    wishes = standing.open_plan_requests(file.case)
    if not lines and not wishes:
        number = file.case.invoice.number
        raise NotAllowed(
            f"aucun échéancier n’est demandé pour {number} ; donnez les échéances avec --line, comme 2026-12-15:250",
            f"no plan was asked for on {number}; give the instalments with --line, such as 2026-12-15:250",
        )
    name = plan_id
    if not lines:
        wish = max(wishes, key=lambda item: item.stamp)
        lines = shared_out(standing.balance(file.case), PlanWish(wish.count, wish.first_on))
        name = plan_id or wish.plan_id
    data = {
        "plan_id": name or _new_name(system, file, lines), "invoice_no": file.case.invoice.number,
        "lines": told(lines), "answer_by": answer_by.isoformat(),
    }  # fmt: skip
    return tell(system, act, file.case.invoice.creditor_ref, [Draft("instalment_plan.offered", data)])


@once
def agree(
    system: System,
    act: Act,
    case_id: str,
    lines: Sequence[PlanLine] = (),
    *,
    plan_id: str | None = None,
    break_clause: bool = True,
) -> Told:
    """Note that a plan was agreed in writing; without lines, the one on offer.

    Raises:
        NotAllowed: none is on offer, or the lines do not add up.
    """
    file = file_of(system, case_id)
    number, offered = file.case.invoice.number, standing.open_plan_offer(file.case)
    if not lines and offered is None:
        raise NotAllowed(
            f"aucun échéancier n’est proposé pour {number} ; donnez les échéances avec --line",
            f"no plan is on offer for {number}; give the instalments with --line",
        )
    agreed = lines or (offered.lines if offered is not None else ())
    name = offered.plan_id if offered is not None and not lines else _new_name(system, file, agreed)
    data = {
        "plan_id": plan_id or name, "invoice_no": number, "lines": told(agreed), "break_clause": break_clause,
    }  # fmt: skip
    return tell(system, act, file.case.invoice.creditor_ref, [Draft("instalment_plan.agreed", data)])


@once
def end(system: System, act: Act, case_id: str, *, plan_id: str | None = None) -> Told:
    """End a plan, refuse the wish for one, or take an offer back: the latest, unless one is named.

    Raises:
        NotAllowed: there is none.
    """
    file = file_of(system, case_id)
    case, number = file.case, file.case.invoice.number
    over = {item.plan_id for item in case.plan_ends}
    known = [item for item in (case.plan, case.plan_offer) if item is not None and item.plan_id not in over]
    names = [(item.stamp, item.plan_id) for item in (*known, *standing.open_plan_requests(case))]
    if plan_id is None and not names:
        raise NotAllowed(f"{number} n’a ni échéancier, ni proposition, ni demande",
                         f"{number} has neither a plan nor an offer nor a wish for one")  # fmt: skip
    data = {"plan_id": plan_id or max(names)[1], "invoice_no": number}
    return tell(system, act, case.invoice.creditor_ref, [Draft("instalment_plan.broken", data)])


def shared_out(balance: Cents, wish: PlanWish) -> tuple[PlanLine, ...]:
    """Monthly instalments of the same amount; cents that do not divide go into the last one.

    Args:
        balance: cents, at least one for each instalment.
        wish: how many, and when the first one is due.
    """
    each = balance // wish.parts
    amounts = [each] * (wish.parts - 1) + [balance - each * (wish.parts - 1)]
    days = [add_months(wish.first_on, month) for month in range(wish.parts)]
    return tuple(PlanLine(due_date=day, amount=amount) for day, amount in zip(days, amounts, strict=True))


def told(lines: Sequence[PlanLine]) -> list[dict[str, str]]:
    """Instalments as they travel."""
    return [{"due_date": line.due_date.isoformat(), "amount": decimal_text(line.amount)} for line in lines]


def _new_name(system: System, file: CaseFile, lines: Sequence[PlanLine] | None) -> str:
    """A name for a plan of today: the same lines again are the same plan, other ones another."""
    case = file.case
    return free_name(f"plan-{today_at(system, file)}", _taken(case, lines))


def _taken(case: Case, lines: Sequence[PlanLine] | None) -> set[str]:
    same = None if lines is None else tuple(lines)
    others = {item.plan_id for item in (case.plan, case.plan_offer) if item is not None and item.lines != same}
    return others | {item.plan_id for item in case.plan_ends} | {item.plan_id for item in case.plan_requests}


def lines_of(given: Sequence[tuple[date, Cents]]) -> list[PlanLine]:
    """Instalments out of days and cents, as given; the ledger refuses them where the days do not rise."""
    return [PlanLine(due_date=day, amount=amount) for day, amount in given]
