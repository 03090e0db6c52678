"""Promises: made with a person, or by the debtor himself within his limits; and taken back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from workers.dealings.acts import (
    Act,
    Draft,
    NotAllowed,
    Told,
    Words,
    file_of,
    now_of,
    once,
    tell,
    today_at,
)
from workers.dealings.names import free_name
from workers.ledger.queries.cases import CaseFile
from workers.ledger.queries.promises import Reliability, reliability_of
from workers.wiring import System
from workflows.effects import Reason
from workflows.machine import standing
from workflows.machine.absorb_answers import PORTAL
from workflows.money import Cents, decimal_text
from workflows.reasons import say
from workflows.refusals import PromiseWish, promise_refused

#: Further ahead a person in charge has to agree.
DAYS: Final = 30
#: From this promise on, those that were not kept before are recalled.
RECALLED: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Vow:
    """What was promised.

    Attributes:
        amount: cents; None for all that is asked for.
        said_by: who at the debtor's said it.
        channel: how: `email`, `letter`, `call`, …
        approved_by: who in charge agreed to a day that is far away; `note` says why.
    """

    day: date
    amount: Cents | None = None
    said_by: str | None = None
    channel: str | None = None
    approved_by: str | None = None
    note: str | None = None


@once
def make(system: System, act: Act, case_ids: Sequence[str], vow: Vow) -> Told:
    """Note a promise about invoices of one debtor; nothing leaves until its day and grace have passed.

    Raises:
        NotAllowed: the day is past, or far away and nobody in charge agreed, or the ledger refuses it.
    """
    files = [file_of(system, case_id) for case_id in case_ids]
    if vow.day < today_at(system, files[0]):
        raise NotAllowed(f"le {vow.day:%d/%m/%Y} est déjà passé ; donnez un jour à venir",
                         f"{vow.day} is past; give a day ahead")  # fmt: skip
    warnings = checked(system, files, vow)
    return tell(system, act, files[0].case.invoice.creditor_ref, [_draft(system, files, vow)], warnings=warnings)


@once
def make_alone(system: System, act: Act, case_id: str, wish: PromiseWish) -> Told:
    """Note what a debtor promises by himself.

    Raises:
        NotAllowed: it is beyond his limits; the text says which, and to call.
    """
    file = now_of(system, file_of(system, case_id))
    creditor = file.case.invoice.creditor_ref
    refuse(promise_refused(file.case, file.debtor, wish, system.settings.self_service_of(creditor)))
    vow = Vow(day=wish.day, amount=wish.amount, said_by=act.by, channel=PORTAL)
    return tell(system, act, creditor, [_draft(system, [file], vow)])


@once
def withdraw(system: System, act: Act, case_id: str, promise_id: str | None = None) -> Told:
    """Take a promise back: the one named, or the latest that still runs.

    Raises:
        NotAllowed: there is none.
    """
    file = file_of(system, case_id)
    number, found = file.case.invoice.number, standing.open_promises(file.case)
    mine = [item for item in found if promise_id in (None, item.promise_id)]
    if not mine:
        raise NotAllowed(f"{number} n’a pas de promesse {promise_id or 'en cours'}",
                         f"{number} has no promise {promise_id or 'that runs'}")  # fmt: skip
    latest = max(mine, key=lambda item: item.stamp)
    data = {"promise_id": latest.promise_id, "invoice_nos": [number]}
    return tell(system, act, file.case.invoice.creditor_ref, [Draft("promise.withdrawn", data)])


def checked(system: System, files: Sequence[CaseFile], vow: Vow) -> list[Words]:
    """What every promise has to pass, wherever it was heard; and what of this debtor's was not kept before.

    Raises:
        NotAllowed: the invoices are of several debtors, or the day is far away and nobody in charge agreed.
    """
    check_debtor(files)
    check_day(system, files[0], vow)
    return recalled(system, files[0])


def check_day(system: System, file: CaseFile, vow: Vow) -> None:
    """Refuse a day that is far away, unless somebody in charge agreed and said why."""
    last = today_at(system, file) + timedelta(days=DAYS)
    if vow.day <= last or (vow.approved_by and vow.note):
        return
    raise NotAllowed(
        f"le {vow.day:%d/%m/%Y} est à plus de {DAYS} jours (après le {last:%d/%m/%Y}) : il faut l’accord d’un "
        "responsable, avec un motif",
        f"{vow.day} is more than {DAYS} days ahead (after {last}): a person in charge must agree, with a reason",
        is_guard=True,
    )


def refuse(reasons: Sequence[Reason]) -> None:
    """Stop at what the debtor may not do by himself."""
    if reasons:
        raise NotAllowed(" ".join(map(say, reasons)), " ".join(say(each, "en") for each in reasons), is_guard=True)


def check_debtor(files: Sequence[CaseFile]) -> None:
    """Refuse to mix the invoices of several debtors."""
    names = sorted({f"{file.debtor.name} ({file.case.invoice.number})" for file in files})
    if len({(file.case.invoice.creditor_ref, file.debtor.ref) for file in files}) > 1:
        raise NotAllowed(f"ces factures sont de plusieurs débiteurs : {', '.join(names)} ; notez-les à part",
                         f"these invoices are of several debtors: {', '.join(names)}; note them apart")  # fmt: skip


def recalled(system: System, file: CaseFile) -> list[Words]:
    """How many promises of this debtor were not kept, where there were several."""
    invoice = file.case.invoice
    with system.ledger.connect() as connection:
        past: Reliability = reliability_of(connection, invoice.creditor_ref, invoice.debtor_ref, system.clock.now())
    if past.made < RECALLED or not past.not_kept:
        return []
    which = f"{past.not_kept} / {past.made}"
    return [Words(f"attention : promesses non tenues par ce débiteur : {which}",
                  f"take care: promises that this debtor did not keep: {which}")]  # fmt: skip


def _draft(system: System, files: Sequence[CaseFile], vow: Vow) -> Draft:
    known = {item.promise_id for file in files for item in file.case.promises}
    data = {
        "promise_id": free_name(f"promise-{today_at(system, files[0])}", known),
        "invoice_nos": [file.case.invoice.number for file in files], "date": vow.day.isoformat(),
        "amount": None if vow.amount is None else decimal_text(vow.amount), "by": vow.said_by, "channel": vow.channel,
        "approved_by": vow.approved_by, "note": vow.note,
    }  # fmt: skip
    return Draft("promise.made", data)
