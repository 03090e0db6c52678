"""What makes a dealing refused that says other things under a known id, that nobody could be told, or tells too little.

One id is one dealing: other terms under a known id would be lost silently, and so would those of one that is over.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from workflows.case import Case, Stage
from workflows.events import (
    CallLogged,
    CaseEscalated,
    DisputeOpened,
    DisputeResolved,
    Inbound,
    InstalmentPlanAgreed,
    InstalmentPlanOffered,
    InstalmentPlanRequested,
    LetterRequested,
    ReplyAnswered,
    SettlementOffered,
)
from workflows.invoice import Channel, Debtor, Obstacle
from workflows.known import Attempt, Call, HandOver
from workflows.machine.stages import stage_of
from workflows.machine.standing import open_disputes
from workflows.money import decimal_text
from workflows.scenario import Scenario, automatic_of

#: Channels that carry a letter beside the ladder, in the order in which they are tried.
_CARRIERS: Final = (Channel.EMAIL, Channel.LETTER, Channel.TRACKED, Channel.REGISTERED, Channel.LRE)
#: Stages in which the creditor has nothing to offer any more.
_TOO_LATE: Final = frozenset({Stage.HANDED_OVER, Stage.INSOLVENT, Stage.CANCELLED, Stage.WRITTEN_OFF})
#: Whom a debtor need not be told by name: the creditor's own house, and a court.
_WITHOUT_NAME: Final = frozenset({"contentieux", "court"})
Offered = InstalmentPlanOffered | SettlementOffered


def said_otherwise(event: Inbound, case: Case) -> Iterator[str]:
    """Other words under an id that the case knows."""
    match event:
        case InstalmentPlanAgreed() | InstalmentPlanOffered():
            yield from _plan_again(event, case)
        case SettlementOffered():
            yield from _discount_again(event, case)
        case LetterRequested():
            old = next((item for item in case.requests if item.request_id == event.request_id), None)
            said = (event.letter, event.channel, event.deadline_on, event.note)
            if old is not None and (old.letter, old.channel, old.deadline_on, old.note) != said:
                yield f"request_id {event.request_id!r} is known for {old.letter!r} in other words; use a new id"
        case DisputeOpened() | DisputeResolved():
            yield from _dispute_again(event, case)
        case InstalmentPlanRequested():
            yield from _wish_again(event, case)
        case ReplyAnswered():
            answer = next((item for item in case.answers if item.reply_id == event.reply_id), None)
            if answer is not None and (answer.text, answer.sender) != (event.text, event.sender):
                yield f"reply_id {event.reply_id!r} was answered in other words; write to the debtor anew"
        case CallLogged():
            yield from _call_again(event, case)
        case _:
            return


def _dispute_again(event: DisputeOpened | DisputeResolved, case: Case) -> Iterator[str]:
    name = f"dispute_id {event.dispute_id!r}"
    old = next((item for item in case.disputes if item.dispute_id == event.dispute_id), None)
    if isinstance(event, DisputeOpened):
        if old is not None and (old.amount, old.reason) != (event.amount, event.reason):
            yield f"{name} is known for another amount or reason; use a new id for another dispute"
        return
    end = next((item for item in case.resolutions if item.dispute_id == event.dispute_id), None)
    if end is not None and (end.outcome, end.amount) != (event.outcome, event.amount):
        yield f"{name} was resolved already, outcome {end.outcome!r}; open a new dispute"
    if old is not None and old.amount is not None and event.amount is not None and event.amount > old.amount:
        contested = decimal_text(old.amount)
        yield f"amount {decimal_text(event.amount)} is more than the {contested} contested in {name}; correct it"


def _wish_again(event: InstalmentPlanRequested, case: Case) -> Iterator[str]:
    old = next((item for item in case.plan_requests if item.plan_id == event.plan_id), None)
    if old is not None and (old.count, old.first_on) != (event.count, event.first_on):
        yield f"plan_id {event.plan_id!r} is known for another wish; use a new id"
    elif any(end.plan_id == event.plan_id and end.stamp[0] <= event.at for end in case.plan_ends):
        yield f"plan_id {event.plan_id!r} was ended; use a new id for a new wish"


def _call_again(event: CallLogged, case: Case) -> Iterator[str]:
    known: tuple[Call | Attempt, ...] = (*case.calls, *case.attempts)
    old = next((item for item in known if item.call_id == event.call_id), None)
    if old is None:
        return
    promised = old.promised_on if isinstance(old, Call) else None
    if (old.disposition, promised) != (event.disposition, event.promised_on):
        yield f"call_id {event.call_id!r} is known as {old.disposition!r}; use a new id for another call"


def _plan_again(event: InstalmentPlanAgreed | InstalmentPlanOffered, case: Case) -> Iterator[str]:
    if any(end.plan_id == event.plan_id and end.stamp[0] <= event.at for end in case.plan_ends):
        yield f"plan_id {event.plan_id!r} was ended; use a new id for a new plan"
        return
    known = case.plan if isinstance(event, InstalmentPlanAgreed) else case.plan_offer
    if known is not None and known.plan_id == event.plan_id and known.lines != event.lines:
        yield f"plan_id {event.plan_id!r} is known with other lines; use a new id"


def _discount_again(event: SettlementOffered, case: Case) -> Iterator[str]:
    if any(end.offer_id == event.offer_id and end.stamp[0] <= event.at for end in case.settlement_ends):
        yield f"offer_id {event.offer_id!r} was taken back; use a new id for a new offer"
        return
    old = case.settlement
    if old is None or old.offer_id != event.offer_id:
        return
    if (old.until, old.percent, old.amount) != (event.until, event.percent, event.amount):
        yield f"offer_id {event.offer_id!r} is known with other terms until {old.until}; use a new id"


def out_of_reach(event: Inbound, case: Case, scenario: Scenario, debtor: Debtor) -> Iterator[str]:
    """Offers and wishes for letters that could not be told to the debtor, or not by the creditor any more."""
    if not isinstance(event, LetterRequested | ReplyAnswered | Offered):
        return
    wished = Channel.EMAIL if isinstance(event, ReplyAnswered) else None
    wished = event.channel if isinstance(event, LetterRequested) else wished
    if wished is not None and wished not in _CARRIERS:
        carriers = ", ".join(_CARRIERS)
        yield f"channel {str(wished)!r} carries no letter beside the ladder; use one of {carriers}, or leave it out"
        return
    if debtor.do_not_contact:
        yield f"debtor {debtor.ref!r} must not be contacted; nothing can be written before that is lifted"
    elif wished is not None and debtor.obstacle(wished) is Obstacle.LRE_WITHOUT_CONSENT:
        yield f"debtor {debtor.ref!r} is a consumer without consent to channel 'lre'; record it with contact.opted_in"
    elif not any(debtor.contact_for(item) for item in ((wished,) if wished else _CARRIERS[:2])):
        what = f"address for {wished}" if wished else "e-mail or postal address"
        yield f"debtor {debtor.ref!r} has no {what} that works; add one first"
    stage = stage_of(case, scenario, debtor)
    if isinstance(event, ReplyAnswered) and stage is Stage.INSOLVENT:
        yield f"the case of invoice {case.invoice.number!r} is {stage}; write to the mandataire, not to the debtor"
    if isinstance(event, Offered) and stage in _TOO_LATE:
        yield f"the case of invoice {case.invoice.number!r} is {stage}; nothing can be offered on it"
    if isinstance(event, SettlementOffered) and open_disputes(case):
        yield f"invoice {case.invoice.number!r} is contested; resolve the dispute before a discount is offered"


def bad_hand_overs(event: Inbound, case: Case, scenario: Scenario) -> Iterator[str]:
    """A notice of the hand-over names whom the debtor deals with now, and how to reach them."""
    if isinstance(event, CaseEscalated):
        if event.on is not None and event.on > event.at.date() + timedelta(days=1):  # it may be tomorrow there
            yield f"on {event.on} is after {event.at.date()}; publish the hand-over once it took place"
        if automatic_of(scenario).hand_over_notice:
            yield from _nobody(event, "the ladder writes the debtor a notice that names them")
    elif isinstance(event, LetterRequested) and event.letter == "hand_over_notice" and case.handed_over is not None:
        yield from _nobody(case.handed_over, "publish case.escalated again with it, then ask for the notice")


def _nobody(went: CaseEscalated | HandOver, fix: str) -> Iterator[str]:
    if went.to in _WITHOUT_NAME:
        return
    lacking = " and ".join(name for name in ("name", "contact") if getattr(went, name) is None)
    if lacking:
        yield f"{lacking} must be given with to {went.to!r}: {fix}"
