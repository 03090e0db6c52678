"""Look back and ahead: fold a history, explain a decision, list what would happen next."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import count

from pydantic import AwareDatetime, BaseModel, ConfigDict

from workflows.case import Case, SideLetter, Stage, StepRecord
from workflows.contacts import address_of
from workflows.debtors import chosen, contact_marked, debtor_after
from workflows.effects import AnyEffect, AskOperator, Decision, Reason, SendLetter, SendStep, TaskKind
from workflows.errors import WorkflowError
from workflows.events import (
    CallLogged,
    ContactOptedIn,
    ContactOptedOut,
    DebtorUpdated,
    DispatchReported,
    Event,
    InvoiceIssued,
    LetterState,
    LetterTracked,
    MessageBounced,
    ScenarioChanged,
    StepFellDue,
)
from workflows.invoice import Channel, Debtor
from workflows.limitation import Claim
from workflows.machine import decide, open_case, scenario_after
from workflows.machine.records import BAD_ADDRESS, local_day, wanted
from workflows.scenario import Scenario

#: Days after which a registered letter is assumed to be delivered when looking ahead; nobody can know.
POST_DAYS = 3


class BadHistory(WorkflowError):
    """A history that cannot be folded; says which event and why."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem

    def __str__(self) -> str:
        return self.problem


# --- back -----------------------------------------------------------------------------------------------------------


def fold(
    history: Iterable[Event],
    creditor_ref: str,
    scenarios: Mapping[str, Scenario],
    debtor: Debtor | None = None,
    *,
    claim: Claim = Claim.GENERAL,
) -> tuple[Case, list[Decision]]:
    """The case that `history` leads to, and the decision of each event.

    Args:
        history: the events of one case in the order in which they were decided, `invoice.issued` first.
        creditor_ref: who is owed.
        scenarios: the ladders by `name@version`; the case opens on the one the invoice names (its highest version
            here), or on the only one given.
        debtor: as known before the invoice; None where the invoice names it for the first time. Events about the
            debtor and addresses that failed change it on the way, as the ledger does.
        claim: what the creditor's invoices are for; it sets the delay of the limitation.

    Raises:
        BadHistory: empty, not opened by an invoice, or in need of a ladder that is not given.
    """
    decisions = [decision for _event, decision in _decided(history, creditor_ref, scenarios, debtor, claim=claim)]
    return decisions[-1].case, decisions


def _decided(
    history: Iterable[Event],
    creditor_ref: str,
    scenarios: Mapping[str, Scenario],
    debtor: Debtor | None,
    *,
    claim: Claim,
) -> Iterator[tuple[Event, Decision]]:
    events = iter(history)
    first = next(events, None)
    if not isinstance(first, InvoiceIssued):
        kind = "nothing" if first is None else first.kind
        raise BadHistory(f"a history begins with invoice.issued, this one with {kind}; give all events of the case")
    known = debtor_after(debtor, first)
    decision = open_case(first, creditor_ref, _opening_ladder(first, scenarios), known, claim=claim)
    yield first, decision
    addresses: dict[str, tuple[Channel, str]] = {}
    for event in events:
        known = _debtor_of(known, event, addresses)
        case = decision.case
        ref = str(scenario_after(case, event) if isinstance(event, ScenarioChanged) else case.scenario)
        if ref not in scenarios:
            raise BadHistory(f"event {event.event_id!r} needs scenario {ref}; given are {', '.join(sorted(scenarios))}")
        decision = decide(case, event, scenarios[ref], known)
        yield event, decision


def _opening_ladder(event: InvoiceIssued, scenarios: Mapping[str, Scenario]) -> Scenario:
    named = [item for item in scenarios.values() if event.scenario in (None, item.name)]
    if event.scenario is None and len(named) != 1:
        raise BadHistory(f"the invoice names no scenario and {len(named)} are given; name one in invoice.issued")
    if not named:
        raise BadHistory(f"the invoice names scenario {event.scenario!r}; given are {', '.join(sorted(scenarios))}")
    return max(named, key=lambda item: item.version)


def _debtor_of(debtor: Debtor, event: Event, addresses: dict[str, tuple[Channel, str]]) -> Debtor:
    """The debtor once `event` is known; `addresses` remembers where each message went."""
    if isinstance(event, DebtorUpdated | InvoiceIssued):
        return debtor_after(debtor, event)
    if isinstance(event, ContactOptedOut | ContactOptedIn):
        return chosen(debtor, event)
    if isinstance(event, DispatchReported):
        contact = debtor.contact_for(event.channel)
        address = address_of(contact, event.channel) if contact else None
        if address and event.message_id is not None:
            addresses.setdefault(event.message_id, (event.channel, address))
        if address and event.outcome == "failed" and event.reason == BAD_ADDRESS:
            return contact_marked(debtor, event.channel, address)
    if isinstance(event, CallLogged) and event.disposition == "wrong_number" and event.phone is not None:
        return contact_marked(contact_marked(debtor, Channel.CALL, event.phone), Channel.SMS, event.phone)
    is_returned = isinstance(event, LetterTracked) and event.state is LetterState.NPAI
    is_bounced = isinstance(event, MessageBounced) and event.bounce != "soft"
    if isinstance(event, LetterTracked | MessageBounced) and (is_returned or is_bounced):
        went = addresses.get(event.message_id)
        return contact_marked(debtor, *went) if went else debtor
    return debtor


class Explanation(BaseModel):
    """Why a case stood where it stood: the decision in force at a moment.

    Attributes:
        decided_at: instant of the event that led to it.
        because_of: kind of that event.
        effects: what it ordered.
    """

    model_config = ConfigDict(frozen=True)
    at: AwareDatetime
    decided_at: AwareDatetime
    because_of: str
    stage: Stage
    next_wake_at: AwareDatetime | None
    reasons: tuple[Reason, ...]
    effects: tuple[AnyEffect, ...]


def explain(
    history: Iterable[Event],
    creditor_ref: str,
    scenarios: Mapping[str, Scenario],
    debtor: Debtor | None = None,
    *,
    at: datetime,
    claim: Claim = Claim.GENERAL,
) -> Explanation | None:
    """The decision in force at `at`, with its reasons; None before the invoice was known.

    Events that happened later than `at` are left out; stale wake-ups explain nothing and are passed over.
    """
    then = [event for event in history if event.at <= at]
    if not then:
        return None
    told = [
        (event, decision)
        for event, decision in _decided(then, creditor_ref, scenarios, debtor, claim=claim)
        if decision.reasons[0].rule != "wake.stale"
    ]
    event, decision = told[-1]
    return Explanation(
        at=at, decided_at=event.at, because_of=event.kind, stage=decision.stage, reasons=decision.reasons,
        next_wake_at=decision.case.next_wake_at, effects=decision.effects,
    )  # fmt: skip


# --- ahead ----------------------------------------------------------------------------------------------------------


class Planned(BaseModel):
    """One thing that would happen if nothing else came.

    Attributes:
        step: the rung, from 0; None for what belongs to none.
        name: the rung's name in its scenario; empty where there is none.
        task: what a person would be asked; None for a message.
        because: the rules behind its date, and what was assumed on the way (`outlook.*`).
    """

    model_config = ConfigDict(frozen=True)
    at: AwareDatetime
    step: int | None = None
    name: str = ""
    channels: tuple[Channel, ...] = ()
    template: str = ""
    tone: int = 0
    task: TaskKind | None = None
    because: tuple[Reason, ...] = ()


def outlook(case: Case, scenario: Scenario, debtor: Debtor, until: datetime) -> list[Planned]:
    """What would happen to `case` up to `until` if nothing else came; a step that waits for a person ends the list.

    Assumed, because nobody can know: every message is sent at its moment, before the gates of the delivery (pressure,
    freshness) had their say, and a registered letter arrives after POST_DAYS days.
    """
    found: list[Planned] = []
    numbers = count()
    pending = wanted(case)
    if pending:
        at = max([case.as_of, *(item.postponed_until for item in pending if item.postponed_until is not None)])
        found.append(_message(at, pending, scenario, (Reason(rule="outlook.on_its_way"),)))
    found += [_beside(case.as_of, item) for item in case.letters if item.state == "wanted"]
    case = _arrived(case, scenario, debtor, max([case.as_of, *(item.at for item in found)]))
    while case.next_wake_at is not None and max(case.next_wake_at, case.as_of) <= until:
        at = max(case.next_wake_at, case.as_of)
        ring = StepFellDue(event_id=f"outlook/{next(numbers)}", at=at, invoice_no=case.invoice.number, epoch=case.epoch)
        decision = decide(case, ring, scenario, debtor)
        found += _planned(decision, scenario, at)
        case = _arrived(decision.case, scenario, debtor, at)
    return [item for item in found if item.at <= until]


def _planned(decision: Decision, scenario: Scenario, at: datetime) -> Iterator[Planned]:
    because = decision.reasons[1:]  # the first says that the wake-up rang
    if any(isinstance(effect, SendStep) for effect in decision.effects):
        letters = wanted(decision.case)
        if any(item.from_reception for item in letters):
            because = (*because, Reason(rule="outlook.reception", facts={"days": str(POST_DAYS)}))
        yield _message(at, letters, scenario, because)
    for effect in decision.effects:
        if isinstance(effect, SendLetter):
            yield _beside(at, effect)
        if isinstance(effect, AskOperator):
            yield Planned(at=at, task=effect.task, name=effect.detail, because=because)


def _message(at: datetime, letters: Sequence[StepRecord], scenario: Scenario, because: tuple[Reason, ...]) -> Planned:
    first = letters[0]
    name = scenario.step(first.step).name if first.ladder == str(scenario.ref) else ""
    return Planned(
        at=at, step=first.step, name=name, channels=tuple(item.channel for item in letters), template=first.template,
        tone=first.tone, because=because,
    )  # fmt: skip


def _beside(at: datetime, letter: SendLetter | SideLetter) -> Planned:
    why = Reason(rule="letter.sends", facts={"letter": letter.template, "channel": letter.channel})
    return Planned(at=at, name=letter.template, channels=(letter.channel,), template=letter.template, tone=letter.tone,
                   because=(why,))  # fmt: skip


def _arrived(case: Case, scenario: Scenario, debtor: Debtor, at: datetime) -> Case:
    """The case once everything it wants has left at `at`, and what is registered has arrived."""
    case = _letters_arrived(case, scenario, debtor, at)
    for item in wanted(case):
        runs = item.deadline_days is not None and not item.from_reception
        deadline_on = local_day(at, debtor) + timedelta(days=item.deadline_days or 0) if runs else None
        number, message_id = case.invoice.number, f"outlook/{item.key}"
        sent = DispatchReported(
            event_id=message_id, at=at, invoice_no=number, step=item.step, channel=item.channel, outcome="sent",
            dispatch_key=item.key, message_id=message_id, deadline_on=deadline_on,
        )  # fmt: skip
        case = decide(case, sent, scenario, debtor).case
        if item.from_reception:
            later = at + timedelta(days=POST_DAYS)
            delivered = LetterTracked(
                event_id=f"{message_id}/delivered", at=later, message_id=message_id, state=LetterState.DELIVERED
            )
            case = decide(case, delivered, scenario, debtor).case
    return case


def _letters_arrived(case: Case, scenario: Scenario, debtor: Debtor, at: datetime) -> Case:
    for item in [each for each in case.letters if each.state == "wanted"]:
        granted = None if item.deadline_days is None else local_day(at, debtor) + timedelta(days=item.deadline_days)
        message_id = f"outlook/{item.key}"
        sent = DispatchReported(
            event_id=message_id, at=at, invoice_no=case.invoice.number, channel=item.channel, outcome="sent",
            dispatch_key=item.key, message_id=message_id, deadline_on=item.deadline_on or granted,
        )  # fmt: skip
        case = decide(case, sent, scenario, debtor).case
    return case
