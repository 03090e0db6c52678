"""The whole ladder of one imagined invoice, with its windows, holidays and deadlines."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from workflows.events import InvoiceIssued, NewDebtor
from workflows.invoice import Debtor
from workflows.machine.records import region
from workflows.money import Cents, Money
from workflows.regions import zone_of
from workflows.rehearsal.course import rehearse
from workflows.rehearsal.given import Account, Arrival, Rules
from workflows.rehearsal.told import Told
from workflows.scenario import Scenario

#: Days before the due date on which an imagined invoice is issued, unless it becomes known sooner.
TERM_DAYS = 30
#: The local hour at which it becomes known.
OPENS_AT = time(8)
#: Longer than any ladder that people write; a case that never ends is cut here.
LONGEST = timedelta(days=730)


def one_invoice(
    scenario: Scenario, debtor: Debtor, rules: Rules, *, due_on: date, total: Cents, known_on: date
) -> Told:
    """All that would happen to one invoice that becomes known on `known_on`.

    Args:
        scenario: the ladder it is put on.
        debtor: who owes.
        rules: budgets and assumptions; its ladders are not looked at.
        due_on: the invoice's due date.
        total: cents.
        known_on: the debtor's day on which the ledger learns of it; a late one starts with the step that fits.
    """
    rules = replace(rules, scenarios={str(scenario.ref): scenario})
    opens_at = datetime.combine(known_on, OPENS_AT, zone_of(region(debtor))).astimezone(UTC)
    event = InvoiceIssued(
        event_id="simulated", at=opens_at, invoice_no="SIMULATION", debtor=NewDebtor(ref=debtor.ref, name=debtor.name),
        issue_date=min(due_on - timedelta(days=TERM_DAYS), known_on), due_date=due_on, total=Money(amount=total),
    )  # fmt: skip
    opening = Arrival(opens_at, event, (), str(scenario.ref))
    account = Account("simulation", debtor, (), arrivals=(opening,))
    return rehearse(account, rules, opens_at, opens_at + LONGEST).in_order()
