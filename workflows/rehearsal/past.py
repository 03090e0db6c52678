"""The past replayed: what a draft would have sent, had it been in force when each fact became known."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from workflows.case import Case
from workflows.events import (
    DispatchReported,
    Event,
    Fact,
    InvoiceIssued,
    LetterTracked,
    MessageBounced,
    MessageDelivered,
    ScenarioChanged,
    StepApproved,
    StepFellDue,
    StepSkipped,
)
from workflows.invoice import Channel, Debtor
from workflows.machine import records, standing
from workflows.rehearsal.given import Account, Arrival
from workflows.rehearsal.told import Part, Planned
from workflows.scenario import Scenario
from workflows.side_letters import ANSWERS

#: What the program itself observed or what was said about messages of the real past: another ladder has others.
_OF_ITS_OWN_PAST: Final[tuple[type[Fact], ...]] = (
    StepFellDue, DispatchReported, LetterTracked, MessageBounced, MessageDelivered, StepApproved, StepSkipped,
    ScenarioChanged,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Left:
    """A message about one invoice that really left.

    Attributes:
        ladder: `name@version` of the ladder its step belongs to.
        step: the rung, from 0; None for a letter beside the ladder.
    """

    at: datetime
    message_id: str
    ladder: str
    step: int | None
    channel: Channel
    letter: str
    tone: int


@dataclass(frozen=True, slots=True)
class History:
    """One case as it really went.

    Attributes:
        case: as it stands now; its payments say on which day the money was there.
        ladder: `name@version` on which it was opened.
        events: each with the moment at which it became known, in that order, the invoice first.
        left: what really left, in the order of time.
    """

    case: Case
    ladder: str
    events: tuple[tuple[datetime, Event], ...]
    left: tuple[Left, ...] = ()


def account_of(
    creditor_ref: str, debtor: Debtor, histories: Sequence[History], *, draft: Scenario, replaces: str
) -> Account:
    """One debtor's past as arrivals, its cases on the ladder called `replaces` opened on `draft` instead."""
    arrivals = [
        Arrival(known_at, event, (each.case.case_id,), _ladder(each, event, draft, replaces), each.case.claim)
        for each in histories
        for known_at, event in each.events
        if not isinstance(event, _OF_ITS_OWN_PAST)
    ]
    return Account(creditor_ref, debtor, (), arrivals=tuple(sorted(arrivals, key=lambda each: each.at)))


def _ladder(history: History, event: Event, draft: Scenario, replaces: str) -> str:
    if not isinstance(event, InvoiceIssued):
        return ""
    return str(draft.ref) if history.ladder.rpartition("@")[0] == replaces else history.ladder


def as_planned(
    creditor_ref: str, debtor: Debtor, histories: Iterable[History], ladders: Mapping[str, Scenario]
) -> list[Planned]:
    """What really left, one line for each invoice of each message, in the form in which rehearsals tell it."""
    return [
        Planned(
            at=left.at, day=records.local_day(left.at, debtor), creditor_ref=creditor_ref, debtor_ref=debtor.ref,
            debtor_name=debtor.name, channel=left.channel, letter=left.letter, tone=left.tone,
            currency=each.case.invoice.currency,
            parts=(Part(each.case.case_id, each.case.invoice.number, _step(left, ladders), 0),),
        )
        for each in histories
        for left in each.left
    ]  # fmt: skip


def _step(left: Left, ladders: Mapping[str, Scenario]) -> str:
    return left.letter if left.step is None else ladders[left.ladder].step(left.step).name


def hits_on_paid(planned: Iterable[Planned], cases: Mapping[str, Case]) -> int:
    """How many of these messages, counted by invoice, spoke to a debtor whose money was already there.

    Money counts from its value date, whenever the ledger learnt of it. Receipts and other answers are no hits.
    """
    return sum(
        each.letter not in ANSWERS and standing.owed_by(cases[part.case_id], each.day) <= 0
        for each in planned
        for part in each.parts
        if part.case_id in cases
    )
