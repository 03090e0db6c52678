"""A dispute from its opening to its end: opened, given to somebody, answered, resolved."""

from dataclasses import dataclass
from datetime import date

from workers.dealings.acts import (
    Act,
    Draft,
    NotAllowed,
    Told,
    file_of,
    ladder_of,
    once,
    tell,
    today_at,
)
from workers.dealings.names import free_name
from workers.ledger.queries.cases import CaseFile
from workers.wiring import System
from workflows.events import DisputeReason
from workflows.known import Dispute
from workflows.machine import standing
from workflows.machine.disputes import Awaited
from workflows.money import Cents, decimal_text
from workflows.scenario import automatic_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What is contested, and who looks into it.

    Attributes:
        amount: cents; None for all of the invoice. What is not contested goes on being asked for.
        deadline: by when the debtor gets an answer; None for the ladder's own number of working days.
        files: names of what the debtor gave.
        acknowledge: whether the debtor gets the letter that notes the dispute.
    """

    reason: DisputeReason
    amount: Cents | None = None
    comment: str | None = None
    owner: str | None = None
    deadline: date | None = None
    files: tuple[str, ...] = ()
    acknowledge: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a dispute ends.

    Attributes:
        outcome: `creditor`, `debtor` or `partial`.
        amount: cents given up, for `partial`; None where the credit note will say it.
        note: what the debtor is told, printed in the letter as it stands.
        write: whether the debtor gets the letter that says how it ended.
        deadline: the day by which the letter asks for what is left; None for eight days.
    """

    outcome: str
    amount: Cents | None = None
    note: str | None = None
    write: bool = True
    deadline: date | None = None


@once
def open_dispute(system: System, act: Act, case_id: str, opening: Opening) -> Told:
    """Open a dispute on one invoice; the same again on the same day is another one.

    Raises:
        NotAllowed: the ledger refuses it; nothing was written.
    """
    file = file_of(system, case_id)
    known = {item.dispute_id for item in file.case.disputes}
    name = free_name(f"dispute-{today_at(system, file)}", known)
    data = {
        "dispute_id": name, "invoice_no": file.case.invoice.number, "reason": str(opening.reason),
        "amount": _text(opening.amount), "comment": opening.comment, "owner": opening.owner,
        "deadline": _iso(opening.deadline), "files": list(opening.files) or None,
        "acknowledge": None if opening.acknowledge else False,
    }  # fmt: skip
    return tell(system, act, file.case.invoice.creditor_ref, [Draft("dispute.opened", data)])


@once
def assign(
    system: System,
    act: Act,
    case_id: str,
    *,
    dispute_id: str | None = None,
    owner: str | None = None,
    deadline: date | None = None,
    awaiting: Awaited | None = None,
    note: str | None = None,
) -> Told:
    """Give a dispute to somebody else, move its deadline, or say who has to act.

    Raises:
        NotAllowed: there is no such open dispute, or nothing is said of it.
    """
    file = file_of(system, case_id)
    dispute = the_open_dispute(file, dispute_id)
    data = {
        "dispute_id": dispute.dispute_id, "invoice_no": file.case.invoice.number, "owner": owner,
        "deadline": _iso(deadline), "awaiting": awaiting, "note": note,
    }  # fmt: skip
    return tell(system, act, file.case.invoice.creditor_ref, [Draft("dispute.updated", data)])


@once
def answer(
    system: System,
    act: Act,
    case_id: str,
    text: str,
    *,
    dispute_id: str | None = None,
    by: Awaited = "creditor",
    write: bool = True,
    files: tuple[str, ...] = (),
) -> Told:
    """Note an answer in a dispute that stays open; our own one is sent by letter, too, unless `write` is false.

    Raises:
        NotAllowed: there is no text, no such open dispute, or the letter cannot be written.
    """
    if not text.strip():
        raise NotAllowed("la réponse est vide ; écrivez-la : --text", "the answer is empty; write it: --text")
    file = file_of(system, case_id)
    dispute = the_open_dispute(file, dispute_id)
    number = file.case.invoice.number
    name = free_name(f"{dispute.dispute_id}/answer", {item.answer_id for item in file.case.dispute_answers})
    data = {
        "dispute_id": dispute.dispute_id, "invoice_no": number, "answer_id": name, "by": by, "text": text,
        "files": list(files) or None,
    }  # fmt: skip
    drafts = [Draft("dispute.answered", data)]
    if by == "creditor" and write:
        drafts.append(_letter(file, act, text, None))
    return tell(system, act, file.case.invoice.creditor_ref, drafts)


@once
def resolve(system: System, act: Act, case_id: str, ending: Ending, *, dispute_id: str | None = None) -> Told:
    """End a dispute; the debtor is told how, and a person is asked for the credit note where one is due.

    Raises:
        NotAllowed: there is no such open dispute, or the letter cannot be written.
    """
    file = file_of(system, case_id)
    dispute = the_open_dispute(file, dispute_id)
    data = {
        "dispute_id": dispute.dispute_id, "invoice_no": file.case.invoice.number, "outcome": ending.outcome,
        "amount": _text(ending.amount), "note": ending.note,
    }  # fmt: skip
    drafts = [Draft("dispute.resolved", data)]
    leaves_by_itself = automatic_of(ladder_of(system, file)).dispute_answered and ending.note is None
    if ending.write and not leaves_by_itself:
        drafts.append(_letter(file, act, ending.note, ending.deadline))
    return tell(system, act, file.case.invoice.creditor_ref, drafts)


def the_open_dispute(file: CaseFile, dispute_id: str | None) -> Dispute:
    """The open dispute of this id, or the only one there is.

    Raises:
        NotAllowed: there is none, or several and none was named.
    """
    number, found = file.case.invoice.number, standing.open_disputes(file.case)
    mine = [item for item in found if dispute_id in (None, item.dispute_id)]
    if len(mine) == 1:
        return mine[0]
    names = ", ".join(item.dispute_id for item in found)
    if not found:
        raise NotAllowed(f"{number} n’a aucun litige ouvert", f"{number} has no open dispute")
    if not mine:
        raise NotAllowed(
            f"{number} n’a pas de litige ouvert {dispute_id} ; ouverts : {names}",
            f"{number} has no open dispute {dispute_id}; open: {names}",
        )
    raise NotAllowed(f"{number} a plusieurs litiges ouverts : {names} ; dites lequel",
                     f"{number} has several open disputes: {names}; say which")  # fmt: skip


def _letter(file: CaseFile, act: Act, note: str | None, deadline: date | None) -> Draft:
    """The letter with which an answer or an end is told; each wish is one letter."""
    name = free_name(
        f"dispute_answered-{len(file.case.requests) + 1}", {item.request_id for item in file.case.requests}
    )
    data = {
        "request_id": name, "invoice_no": file.case.invoice.number, "letter": "dispute_answered", "by": act.by,
        "note": note, "deadline_on": _iso(deadline),
    }  # fmt: skip
    return Draft("letter.requested", data)


def _text(amount: Cents | None) -> str | None:
    return None if amount is None else decimal_text(amount)


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
