"""The form of a call: what came of it, and the facts that follow."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from workers.dealings.acts import Act, Draft, NotAllowed, Told, file_of, once, tell, today_at
from workers.dealings.promises import Vow, check_day, check_debtor, recalled
from workers.wiring import System
from workflows.events import DisputeReason
from workflows.invoice import Channel
from workflows.money import Cents, decimal_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What came of a call.

    Attributes:
        disposition: `reached`, `refuses`, `promises`, `disputes`, `asks_document`, `voicemail`, `wrong_number` or
            `call_back`.
        with_name: who was spoken to.
        phone: the number that was called; None for the one that the debtor is called by.
        promised_on: the day, for `promises`; `amount` is what was promised.
        category: why it is contested, for `disputes`; `amount` is what is contested.
        amount: cents; None for all.
        call_back_on: the day, for `call_back`; `hours` between which, such as `("14:00", "16:00")`.
        approved_by: who in charge agreed to a day that is far away; `note` says why.
    """

    disposition: str
    with_name: str | None = None
    phone: str | None = None
    promised_on: date | None = None
    category: DisputeReason | None = None
    amount: Cents | None = None
    call_back_on: date | None = None
    hours: tuple[str, str] | None = None
    approved_by: str | None = None
    note: str | None = None


@once
def log(system: System, act: Act, case_ids: Sequence[str], form: Form) -> Told:
    """Note a call about invoices of one debtor: a promise is confirmed in writing, a dispute is opened.

    Raises:
        NotAllowed: the form lacks what its outcome needs, or the ledger refuses it.
    """
    files = [file_of(system, case_id) for case_id in case_ids]
    first = files[0]
    check_debtor(files)
    _complete(form, today_at(system, first))
    if form.promised_on is not None:
        check_day(system, first, Vow(day=form.promised_on, approved_by=form.approved_by, note=form.note))
    amount = None if form.amount is None else decimal_text(form.amount)
    since, until = form.hours or (None, None)
    contact = first.debtor.contact_for(Channel.CALL)
    data = {
        "call_id": f"call-{system.clock.now():%Y%m%dT%H%M%S}", "debtor_ref": first.debtor.ref,
        "invoice_nos": [file.case.invoice.number for file in files], "disposition": form.disposition,
        "with_name": form.with_name, "phone": form.phone or (contact.phone if contact else None),
        "promised_on": _iso(form.promised_on), "promised_amount": amount if form.disposition == "promises" else None,
        "approved_by": form.approved_by if form.disposition == "promises" else None,
        "dispute_reason": None if form.category is None else str(form.category),
        "dispute_amount": amount if form.disposition == "disputes" else None,
        "call_back_on": _iso(form.call_back_on), "call_back_from": since, "call_back_to": until, "note": form.note,
    }  # fmt: skip
    warnings = [] if form.promised_on is None else recalled(system, first)
    return tell(system, act, first.case.invoice.creditor_ref, [Draft("call.logged", data)], warnings=warnings)


def _complete(form: Form, today: date) -> None:
    """Refuse a form that lacks what its outcome needs."""
    if form.disposition == "promises" and form.promised_on is None:
        raise NotAllowed("quel jour est promis ? donnez-le : --promised AAAA-MM-JJ",
                         "which day is promised? give it: --promised YYYY-MM-DD")  # fmt: skip
    if form.disposition == "disputes" and form.category is None:
        raise NotAllowed("que conteste-t-on ? donnez le motif : --category",
                         "what is contested? give the reason: --category")  # fmt: skip
    if form.disposition == "call_back" and form.call_back_on is None:
        raise NotAllowed("quel jour rappeler ? donnez-le : --call-back AAAA-MM-JJ",
                         "which day to call back? give it: --call-back YYYY-MM-DD")  # fmt: skip
    if form.call_back_on is not None and form.call_back_on < today:
        day = form.call_back_on
        raise NotAllowed(
            f"le {day:%d/%m/%Y} est déjà passé ; donnez un jour à venir", f"{day} is past; give a day ahead"
        )
    if form.amount is not None and form.disposition not in {"promises", "disputes"}:
        raise NotAllowed("un montant va avec une promesse ou un litige ; retirez-le",
                         "an amount goes with a promise or a dispute; leave it out")  # fmt: skip


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
