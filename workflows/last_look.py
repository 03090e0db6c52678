"""The last look before a message leaves: pure questions about what was just read, or is imagined."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from workflows.business_days import is_open, next_slot, window_of
from workflows.case import ON_THE_LADDER
from workflows.errands import Errand
from workflows.invoice import Channel, Debtor
from workflows.machine import is_letter_wanted, is_still_wanted, records, stages
from workflows.pressure import Budget, next_allowed


@dataclass(frozen=True, slots=True)
class Verdict:
    """A closed gate.

    Attributes:
        rule: a stable code of `workflows.reasons`.
        until: when to look again; None waits for an event (a release, a payment feed).
        for_good: the step is no longer wanted as it is; the case decides what comes instead.
    """

    rule: str
    until: datetime | None = None
    for_good: bool = False
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was just read about one debtor and one channel, under the debtor's lock.

    Attributes:
        contacts: instants of the messages that reached the debtor lately, or may have.
        payments_as_of: how fresh the known payments are; None where no feed has ever reported.
        held: the reason of a hold on everything or on this channel; None where there is none.
        is_answer: the message answers what the debtor did (`workflows.side_letters`): it is no pressure, and the age of
            payment data does not matter to it.
    """

    now: datetime
    debtor: Debtor
    channel: Channel
    budget: Budget
    contacts: Sequence[datetime]
    payments_as_of: datetime | None
    freshness: timedelta
    held: str | None
    is_answer: bool = False


def gate_of_debtor(reading: Reading) -> Verdict | None:
    """The first gate that is closed for every message to this debtor by this channel; None when all are open."""
    if reading.held is not None:
        return Verdict("gate.hold", detail=reading.held)
    if reading.debtor.do_not_contact:
        return Verdict("gate.do_not_contact", for_good=True)
    if reading.debtor.contact_for(reading.channel) is None:
        return Verdict("gate.no_contact", for_good=True)
    is_stale = reading.payments_as_of is not None and reading.now - reading.payments_as_of > reading.freshness
    if reading.payments_as_of is not None and is_stale and not reading.is_answer:
        return Verdict("gate.freshness", detail=reading.payments_as_of.isoformat())
    return _gate_of_time(reading)


def _gate_of_time(reading: Reading) -> Verdict | None:
    where, now = records.region(reading.debtor), reading.now
    window = window_of(reading.debtor.kind, reading.channel)
    allowance = next_allowed(reading.contacts, now, reading.budget, region=where)
    if allowance.at > now and not reading.is_answer:
        slot = next_slot(allowance.at, window, where, key=reading.debtor.ref)
        return Verdict("gate.pressure", until=slot.at, detail=str(allowance.why))
    if not is_open(now, window, where):
        return Verdict("gate.window", until=next_slot(now, window, where, key=reading.debtor.ref).at)
    return None


def gate_of_case(errand: Errand, now: datetime) -> Verdict | None:
    """Whether the case still wants what it ordered, looked at as of `now`."""
    case = errand.case
    today = case if case.as_of >= now else case.model_copy(update={"as_of": now})
    stage = stages.stage_of(today, errand.scenario, errand.debtor)
    if errand.step is None:
        staged = today.model_copy(update={"stage": stage})
        stands = is_letter_wanted(staged, errand.key, errand.scenario, errand.debtor)
        return None if stands else Verdict("gate.no_longer_wanted", for_good=True, detail=stage)
    wanted = is_still_wanted(case, errand.key, now, errand.debtor)
    if not wanted or stage not in ON_THE_LADDER:
        return Verdict("gate.no_longer_wanted", for_good=True, detail=stage)
    return None
