"""What makes an offer, a plan or a wish for a letter refused when it first arrives although it parses."""

from collections.abc import Iterator
from typing import Final

from workflows.case import Case
from workflows.events import (
    CallLogged,
    CaseEscalated,
    DisputeOpened,
    DisputeUpdated,
    Inbound,
    InstalmentPlanAgreed,
    InstalmentPlanOffered,
    InstalmentPlanRequested,
    LetterRequested,
    SettlementOffered,
    StepApproved,
)
from workflows.invoice import Debtor
from workflows.machine.absorb import absorb
from workflows.machine.occasions import occasions
from workflows.machine.stages import stage_of
from workflows.machine.standing import balance, chased, known_by
from workflows.money import decimal_text
from workflows.scenario import Scenario

#: Letters of a ladder that name what will be done with the file, and when.
_ANNOUNCING: Final = frozenset({"final_warning", "hand_over_warning"})
#: What each letter speaks of, as the end of "there is no …".
_WHAT: Final = {
    "apology": "reminder that crossed the payment of a paid invoice",
    "call_confirmation": "call with a promise whose day is still ahead",
    "dispute_acknowledged": "open dispute",
    "dispute_answered": "resolved dispute, and no words to answer an open one",
    "hand_over_notice": "hand-over; publish case.escalated first",
    "instalment_confirmation": "instalment plan in force",
    "payment_thanks": "payment that settled the invoice",
    "promise_acknowledged": "promise whose day is still ahead",
}


def days_ahead(event: Inbound) -> Iterator[tuple[str, object]]:
    """Fields that name a day ahead, with their values."""
    match event:
        case InstalmentPlanOffered():
            yield "answer_by", event.answer_by
        case SettlementOffered():
            yield "until", event.until
        case CallLogged():
            yield "promised_on", event.promised_on
            yield "call_back_on", event.call_back_on
        case DisputeOpened() | DisputeUpdated():
            yield "deadline", event.deadline
        case InstalmentPlanRequested():
            yield "first_on", event.first_on
        case LetterRequested():
            yield "deadline_on", event.deadline_on
        case StepApproved(hand_over=plan) if plan is not None:
            yield "hand_over.on", plan.on
        case CaseEscalated():
            yield "on", event.on
        case _:
            return


def bad_offers(event: Inbound, case: Case) -> Iterator[str]:
    """What an offer has wrong, seen from its case."""
    match event:
        case InstalmentPlanAgreed() | InstalmentPlanOffered():
            yield from _lines(event, case)
        case SettlementOffered():
            yield from _discount(event, case)
        case _:
            return


def _lines(event: InstalmentPlanAgreed | InstalmentPlanOffered, case: Case) -> Iterator[str]:
    """The lines add up to what is owed: now, or when it was agreed for one that is entered late."""
    planned = sum(line.amount for line in event.lines)
    owed = {balance(case), balance(known_by(case, event.at))}
    if planned not in owed:
        still = decimal_text(balance(case))
        yield f"lines add up to {decimal_text(planned)}, the balance is {still}; make them equal"
    if isinstance(event, InstalmentPlanOffered) and event.answer_by <= event.at.date():
        yield f"answer_by {event.answer_by} is not after {event.at.date()}, the day of the offer; give a later day"


def _discount(event: SettlementOffered, case: Case) -> Iterator[str]:
    if event.until <= event.at.date():
        yield f"until {event.until} is not after {event.at.date()}, the day of the offer; give a later day"
    if chased(case) <= 0:
        yield f"offer_id {event.offer_id!r}: nothing is asked for on invoice {case.invoice.number!r}; drop the offer"
    elif event.amount is not None and event.amount >= chased(case):
        asked = decimal_text(chased(case))
        yield f"amount {decimal_text(event.amount)} is not less than the {asked} asked for; offer less"


def bad_approvals(event: Inbound, case: Case, scenario: Scenario | None) -> Iterator[str]:
    """A step that announces where the file will go can only leave once a person has said so."""
    if not isinstance(event, StepApproved) or scenario is None or event.step >= len(scenario.steps):
        return
    step = scenario.step(event.step)
    said = event.hand_over or next((item.hand_over for item in case.approvals if item.hand_over is not None), None)
    if step.template not in _ANNOUNCING:
        return
    if said is None:
        yield f"hand_over is missing; step {step.name!r} announces it: give to, on, name and contact"
    elif event.hand_over is not None and said.on <= event.at.date():
        yield f"hand_over.on {said.on} is not after {event.at.date()}; step {step.name!r} announces a day ahead"
    elif said.name is None and said.to not in {"court", "contentieux"}:
        yield f"hand_over.name is missing; step {step.name!r} tells the debtor who will have the file: give the name"


def bad_wishes(event: Inbound, case: Case, scenario: Scenario | None, debtor: Debtor | None) -> Iterator[str]:
    """Why a letter that a person asks for cannot be written: what it speaks of is not there."""
    if not isinstance(event, LetterRequested) or scenario is None or debtor is None:
        return
    if event.deadline_on is not None and event.deadline_on <= event.at.date():
        yield f"deadline_on {event.deadline_on} is not after {event.at.date()}; grant a later day"
    known = absorb(case, event)
    staged = known.model_copy(update={"stage": stage_of(known, scenario, debtor)})
    if any(item.of == event.request_id and item.by_hand for item in occasions(staged, scenario, debtor)):
        return
    what = _WHAT.get(event.letter)
    why = f"the case is {staged.stage}; it is for one that is being reminded" if what is None else f"there is no {what}"
    yield f"letter {event.letter!r} cannot be written for invoice {case.invoice.number!r}: {why}"
