"""What makes an event refused when it first arrives although it parses; each objection names field, value and fix.

Only what can be seen from the case as known, and never what a fact still on its way could mend: a reversal before its
payment or the resolution of an unknown dispute is taken in and waits.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from workflows.admission_dealings import bad_hand_overs, out_of_reach, said_otherwise
from workflows.admission_offers import bad_approvals, bad_offers, bad_wishes, days_ahead
from workflows.agreed_rates import is_another_rate
from workflows.case import Case
from workflows.events import (
    CallLogged,
    CasePaused,
    ContactOptedIn,
    CreditNoteIssued,
    DisputeOpened,
    Inbound,
    InstalmentPlanAgreed,
    InstalmentPlanOffered,
    InvoiceIssued,
    InvoiceUpdated,
    PaymentAnnounced,
    PaymentReceived,
    PaymentReversed,
    PromiseMade,
    ScenarioChanged,
    StepApproved,
    StepSkipped,
)
from workflows.invoice import Debtor
from workflows.money import Cents, Money, decimal_text
from workflows.scenario import Scenario

#: Public holidays are known to the end of 2100, and the last step of a ladder may fall years after the due date.
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2090, 12, 31)
#: A day the debtor names for the future: further away it is a typing error, and would silence the case for years.
AHEAD = timedelta(days=366)
#: A promise of a day that was already past when it was made; a month covers what is entered late.
BEHIND = timedelta(days=31)
#: Fields of a fact that hold days.
_DAYS: Final = (
    "issue_date", "due_date", "value_date", "expected_date", "date", "until", "judgment_date", "published_on",
)  # fmt: skip
#: Fields that name a day ahead, and how long after the event it may lie.
_AHEAD_FIELDS: Final[dict[type[object], str]] = {
    PromiseMade: "date", PaymentAnnounced: "expected_date", CasePaused: "until",
}  # fmt: skip


def objections(
    event: Inbound, case: Case | None, scenario: Scenario | None = None, debtor: Debtor | None = None
) -> tuple[str, ...]:
    """Why `event` must be refused; empty when it is welcome.

    Args:
        event: parsed, from outside, arriving for the first time.
        case: the case it is about, as known now; None where there is none yet.
        scenario: the ladder that step numbers count in: the case's own, or the one of `scenario.changed`; None leaves
            step numbers and wishes for letters unchecked.
        debtor: who owes, for wishes for letters.
    """
    found = [*_bad_days(event), *_too_far(event), *_bad_steps(event, scenario)]
    if case is not None:
        found += [*_bad_currency(event, case), *_bad_facts(event, case), *bad_offers(event, case)]
        found += said_otherwise(event, case)
        found += [*bad_approvals(event, case, scenario), *bad_wishes(event, case, scenario, debtor)]
        if scenario is not None and debtor is not None:
            found += [*out_of_reach(event, case, scenario, debtor), *bad_hand_overs(event, case, scenario)]
    return tuple(found)


# --- what the event shows by itself ---------------------------------------------------------------------------------


def _bad_days(event: Inbound) -> Iterator[str]:
    days: list[tuple[str, date]] = [("at", event.at.date())]
    days += [(name, value) for name in _DAYS if isinstance(value := getattr(event, name, None), date)]
    if isinstance(event, InvoiceUpdated) and event.changed.due_date is not None:
        days.append(("changed.due_date", event.changed.due_date))
    days += [(name, day) for name, day in days_ahead(event) if isinstance(day, date) and name not in _DAYS]
    if isinstance(event, InstalmentPlanAgreed | InstalmentPlanOffered):
        days += [(f"lines[{n}].due_date", line.due_date) for n, line in enumerate(event.lines)]
    for name, day in days:
        if not FIRST_DAY <= day <= LAST_DAY:
            yield f"{name} {day} is not from {FIRST_DAY.year} to {LAST_DAY.year}; correct the year"


def _too_far(event: Inbound) -> Iterator[str]:
    said_on = event.at.date()
    field = _AHEAD_FIELDS.get(type(event))
    named = [*days_ahead(event), *([(field, getattr(event, field))] if field is not None else [])]
    for name, day in named:
        if isinstance(day, date) and day > said_on + AHEAD:
            yield f"{name} {day} is more than a year after {said_on}; correct it, or agree an instalment plan"
    if isinstance(event, CallLogged) and event.promised_on is not None and event.promised_on < said_on - BEHIND:
        yield f"promised_on {event.promised_on} was long past in the call of {said_on}; correct promised_on or at"
    if isinstance(event, ContactOptedIn) and event.on is not None and event.on > said_on + timedelta(days=1):
        yield f"on {event.on} is after {said_on}; note the consent once it was given"
    if isinstance(event, PromiseMade) and event.date < said_on - BEHIND:
        yield f"date {event.date} was long past when it was promised on {said_on}; correct date or at"


def _bad_steps(event: Inbound, scenario: Scenario | None) -> Iterator[str]:
    if scenario is None:
        return
    last = len(scenario.steps) - 1
    if isinstance(event, StepApproved | StepSkipped) and event.step > last:
        yield f"step {event.step} does not exist; scenario {scenario.ref} has steps 0 to {last}"
    if isinstance(event, ScenarioChanged) and event.entry_step > last:
        yield f"entry_step {event.entry_step} does not exist; scenario {scenario.ref} has steps 0 to {last}"


# --- what the case shows --------------------------------------------------------------------------------------------


def _bad_currency(event: Inbound, case: Case) -> Iterator[str]:
    named = {"amount": getattr(event, "amount", None), "total": getattr(event, "total", None)}
    if isinstance(event, InvoiceUpdated):
        named["changed.total"] = event.changed.total
    for name, money in named.items():
        if isinstance(money, Money) and money.currency != case.invoice.currency:
            invoice = f"invoice {case.invoice.number!r} is in {case.invoice.currency}"
            yield f"{name}.currency {money.currency!r} differs: {invoice}; convert it or correct the reference"


def _bad_facts(event: Inbound, case: Case) -> Iterator[str]:
    match event:
        case InvoiceIssued():
            yield from _issued_again(event, case)
        case PaymentReversed():
            yield from _reversal(event, case)
        case CreditNoteIssued():
            yield from _above_total("amount", event.amount.amount, case)
        case DisputeOpened(amount=int(amount)):
            yield from _above_total("amount", amount, case)
        case CallLogged(dispute_amount=int(amount)):
            yield from _above_total("dispute_amount", amount, case)
        case PromiseMade(amount=int(amount)) if len(event.invoice_nos) == 1:
            yield from _above_total("amount", amount, case)
        case PaymentReceived():
            yield from _paid_again(event, case)
        case _:
            return


def _issued_again(event: InvoiceIssued, case: Case) -> Iterator[str]:
    """An invoice that comes again must say what is known; what was corrected since is not compared."""
    known = case.invoice
    said: list[tuple[str, object, object]] = [
        ("debtor.ref", event.debtor.ref, known.debtor_ref),
        ("issue_date", event.issue_date, known.issued_on),
    ]
    if case.due_on_word is None:
        said.append(("due_date", event.due_date, known.due_on))
    if case.total_word is None and event.total.currency == known.currency:
        said.append(("total.amount", decimal_text(event.total.amount), decimal_text(known.total)))
    if case.rate_word is None and is_another_rate(event.contract_rate, known.contract_rate):
        said.append(("contract_rate", event.contract_rate, known.contract_rate or "none"))
    for name, value, old in said:
        if value != old:
            yield f"{name} {value} differs from {old}, known for invoice {known.number!r}; publish invoice.updated"


def _reversal(event: PaymentReversed, case: Case) -> Iterator[str]:
    """One reversal id is one reversal: other money under a known id would be lost silently."""
    known = next((item for item in case.reversals if item.reversal_id == event.reversal_id), None)
    if known is not None:
        if (known.payment_id, known.amount) != (event.payment_id, event.amount.amount):
            yield (
                f"reversal_id {event.reversal_id!r} is known for {decimal_text(known.amount)} of payment "
                f"{known.payment_id!r}; use a new id"
            )
        return
    payment = next((item for item in case.payments if item.payment_id == event.payment_id), None)
    if payment is None:
        return
    back = sum(item.amount for item in case.reversals if item.payment_id == event.payment_id)
    if back + event.amount.amount > payment.whole:
        left = decimal_text(max(payment.whole - back, 0))
        amount = decimal_text(event.amount.amount)
        yield f"amount {amount} is more than the {left} that payment {event.payment_id!r} still holds; correct it"


def _above_total(name: str, amount: Cents, case: Case) -> Iterator[str]:
    if amount > case.invoice.total:
        total, number = decimal_text(case.invoice.total), case.invoice.number
        yield f"{name} {decimal_text(amount)} is more than the total {total} of invoice {number!r}; correct it"


def _paid_again(event: PaymentReceived, case: Case) -> Iterator[str]:
    """One payment id is one payment: other money under a known id would be lost silently."""
    known = next((item for item in case.payments if item.payment_id == event.payment_id), None)
    if known is not None and (known.whole, known.value_date) != (event.amount.amount, event.value_date):
        fix = "give other money another payment_id"
        yield f"payment_id {event.payment_id!r} is known with {decimal_text(known.whole)} of {known.value_date}; {fix}"
