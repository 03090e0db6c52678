"""What is odd about the terms of an invoice that comes in: a word to whoever sent it, never a refusal."""

from workers.intake.csv_entries import Entry
from workers.intake.csv_layout import Layout
from workers.intake.findings import Finding
from workflows.admission import FIRST_DAY, LAST_DAY
from workflows.events import Fact, InvoiceIssued
from workflows.invoice import DebtorKind
from workflows.payment_terms import Buyer, TermWarning, WarningCode, rate_warnings, term_warnings
from workflows.rates import Rates


def warnings_of(event: Fact, rates: Rates) -> tuple[TermWarning, ...]:
    """What is odd about an invoice; nothing for other events, and for days that the ledger refuses.

    A debtor of no stated kind is taken for a business. Which public buyer it is, a tag of that name says.
    """
    if not isinstance(event, InvoiceIssued) or not FIRST_DAY <= event.issue_date <= event.due_date <= LAST_DAY:
        return ()
    kind = event.debtor.kind or DebtorKind.BUSINESS
    buyer = next((each for each in Buyer if each in (event.debtor.tags or ())), None)
    return (
        *term_warnings(event.issue_date, event.due_date, kind, buyer=buyer),
        *rate_warnings(event.contract_rate, event.due_date, kind, rates),
    )


def notes_of(entry: Entry, layout: Layout, rates: Rates) -> list[Finding]:
    """The same about a line of a file."""
    found = []
    for warning in warnings_of(entry.event, rates):
        field = "contract_rate" if warning.code is WarningCode.RATE_UNDER_FLOOR else "due_date"
        found.append(Finding(line=entry.records[0].line, column=layout.header(field), fr=warning.fr, en=warning.en))
    return found
