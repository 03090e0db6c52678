"""Lines about invoices that the ledger knows otherwise: what differs, and the event that corrects it."""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from workers.intake.csv_entries import SOURCE, identified
from workers.ledger import schema
from workflows.agreed_rates import is_another_rate
from workflows.case import Case
from workflows.events import InvoiceChange, InvoiceIssued, InvoiceUpdated
from workflows.invoice import Invoice, case_id
from workflows.money import decimal_text


def known_invoices(connection: sa.Connection, events: Iterable[InvoiceIssued]) -> dict[str, Invoice]:
    """The invoices of `events` that have a case, as they stand after all corrections, by case id."""
    ids = [case_id(event.creditor or "", event.invoice_no) for event in events]
    states = connection.scalars(sa.select(schema.cases.c.state).where(schema.cases.c.case_id.in_(ids)))
    invoices = (Case.model_validate_json(state).invoice for state in states)
    return {invoice.case_id: invoice for invoice in invoices}


def change_of(event: InvoiceIssued, known: Invoice) -> InvoiceChange | None:
    """What `event` says otherwise and may be corrected; None where nothing is, or where it is another invoice."""
    is_same = event.debtor.ref == known.debtor_ref and event.issue_date == known.issued_on
    if not is_same or event.total.currency != known.currency:
        return None
    due_date = None if event.due_date == known.due_on else event.due_date
    total = None if event.total.amount == known.total else event.total
    rate = event.contract_rate if is_another_rate(event.contract_rate, known.contract_rate) else None
    if (due_date, total, rate) == (None, None, None):
        return None
    return InvoiceChange(due_date=due_date, total=total, contract_rate=rate)


def correction(event: InvoiceIssued, change: InvoiceChange, *, file: str, now: datetime) -> InvoiceUpdated:
    """The event that corrects the invoice; it happens now."""
    return identified(
        InvoiceUpdated(
            event_id="?",
            source=SOURCE,
            at=now,
            creditor=event.creditor,
            invoice_no=event.invoice_no,
            changed=change,
            reason=f"Correction importée de {file}",
        )
    )


def advice(change: InvoiceChange, known: Invoice) -> tuple[str, str]:
    """What to do about a line that differs, in French and in English."""
    fr, en = [], []
    if change.due_date is not None:
        fr.append(f"échéance {change.due_date:%d/%m/%Y} au lieu de {known.due_on:%d/%m/%Y}")
        en.append(f"due date {change.due_date} instead of {known.due_on}")
    if change.total is not None:
        fr.append(f"total {decimal_text(change.total.amount)} au lieu de {decimal_text(known.total)}")
        en.append(f"total {decimal_text(change.total.amount)} instead of {decimal_text(known.total)}")
    if change.contract_rate is not None:
        fr.append(f"taux du contrat {change.contract_rate} au lieu de {known.contract_rate or 'aucun'}")
        en.append(f"contract rate {change.contract_rate} instead of {known.contract_rate or 'none'}")
    return (
        f"facture déjà connue autrement ({', '.join(fr)}) ; si le fichier a raison, relancez l’import avec --update",
        f"the invoice is known otherwise ({', '.join(en)}); if the file is right, import it again with --update",
    )
