"""`decide`: one fact in, the new case, what to do, and why. Pure and total; one function a stage."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import assert_never

from workflows.business_days import is_open, next_slot, window_of
from workflows.case import Case, Stage
from workflows.effects import AnyEffect, AskOperator, Decision, Reason, TaskKind, WakeOn
from workflows.events import DispatchReported, Event, InvoiceIssued, StepFellDue, StepSkipped
from workflows.invoice import Debtor, Invoice
from workflows.machine import ladder, progress, standing, tasks
from workflows.machine.absorb import absorb
from workflows.machine.ladder import Idle, Move
from workflows.scenario import Scenario

#: Days in which a person should answer what a case asks.
DAYS_TO_ANSWER = 3


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of the machine: the case with the new fact in it, and what else the stages look at."""

    case: Case
    event: Event
    scenario: Scenario
    debtor: Debtor
    effects: tuple[AnyEffect, ...] = ()
    reasons: tuple[Reason, ...] = ()

    @property
    def rings(self) -> bool:
        """Whether the wake-up of the case's present plan rang."""
        return isinstance(self.event, StepFellDue) and self.event.epoch == self.case.epoch


def open_case(event: InvoiceIssued, creditor_ref: str, scenario: Scenario, debtor: Debtor) -> Decision:
    """The case of a new invoice and its first plan; a late import starts at the first step that fits."""
    invoice = Invoice(
        creditor_ref=creditor_ref,
        number=event.invoice_no,
        debtor_ref=debtor.ref,
        issued_on=event.issue_date,
        due_on=event.due_date,
        total=event.total.amount,
        currency=event.total.currency,
        po_number=event.po_number,
        contract_rate=event.contract_rate,
        document=event.document,
    )
    case = Case(case_id=invoice.case_id, invoice=invoice, scenario=scenario.ref, as_of=event.at, opened_at=event.at)
    why = Reason(rule="learnt.invoice.issued", facts={"scenario": str(scenario.ref), "due_on": str(event.due_date)})
    return _turn(Turn(case=case, event=event, scenario=scenario, debtor=debtor, reasons=(why,)))


def decide(case: Case, event: Event, scenario: Scenario, debtor: Debtor) -> Decision:
    """Take `event` into `case` and decide.

    Args:
        case: as the last decision left it.
        event: carries its own instant; no clock is read.
        scenario: the one the case is pinned to; for `scenario.changed` the one it moves to.
        debtor: as known now.

    Returns:
        The new case, effects with keys made of content, and the reasons. Late, early, stale and repeated events are
        decisions too: with a reason and without effects.
    """
    known = absorb(case, event)
    if isinstance(event, DispatchReported):
        known = progress.report(known, event)
    elif isinstance(event, StepSkipped):
        known = progress.skip(known, event)
    learnt = Reason(rule=f"learnt.{event.kind}", facts=tasks.facts_of(event))
    turn = Turn(case=known, event=event, scenario=scenario, debtor=debtor, reasons=(learnt,))
    if isinstance(event, StepFellDue) and not turn.rings:
        return _stale(turn, case)
    return _turn(turn)


def _stale(turn: Turn, before: Case) -> Decision:
    """A wake-up of a plan that no longer holds changes nothing."""
    assert isinstance(turn.event, StepFellDue)  # noqa: S101 - narrows the type for the reader and the checker
    facts = {"rang": str(turn.event.epoch), "current": str(before.epoch)}
    return Decision(case=before, reasons=(Reason(rule="wake.stale", facts=facts),))


def _turn(turn: Turn) -> Decision:
    stage = standing.stage_of(turn.case, turn.scenario, turn.debtor)
    turn = replace(turn, case=turn.case.model_copy(update={"stage": stage}))
    match stage:
        case Stage.WATCHING | Stage.REMINDING | Stage.FORMAL_NOTICE | Stage.BLOCKED:
            decision = _on_the_ladder(turn)
        case Stage.PROMISED | Stage.PAUSED:
            decision = _when_silent(turn)
        case Stage.DISPUTED:
            decision = _at_rest(turn, "waits.dispute")
        case Stage.INSTALMENTS:
            decision = _when_instalments(turn)
        case Stage.INSOLVENT:
            decision = _at_rest(turn, "waits.insolvency")
        case Stage.HANDED_OVER:
            decision = _at_rest(turn, "waits.hand_over")
        case Stage.PAID:
            decision = _at_rest(turn, "ended.paid")
        case Stage.CANCELLED:
            decision = _at_rest(turn, "ended.cancelled")
        case Stage.WRITTEN_OFF:
            decision = _at_rest(turn, "ended.written_off")
        case _:
            assert_never(stage)
    return _with_tasks(turn, decision)


# --- on the ladder --------------------------------------------------------------------------------------------------


def _on_the_ladder(turn: Turn) -> Decision:
    turn = _take_back_what_no_longer_holds(turn)
    move = ladder.next_move(turn.case, turn.scenario, turn.debtor)
    if isinstance(move, Idle):
        return _idle(turn, move)
    if not turn.rings:
        return _wake(turn, move.at, move.because)
    if move.at > turn.case.as_of:
        return _wake(turn, move.at, Reason(rule="wake.early", facts=move.because.facts))
    return _act(turn, move)


def _take_back_what_no_longer_holds(turn: Turn) -> Turn:
    """A due date moved later, or a step skipped by hand, withholds the step that was already ordered."""
    for record in progress.in_state(turn.case, "wanted"):
        without, withheld = progress.withhold(turn.case, "replanned", record.step)
        move = ladder.next_move(without, turn.scenario, turn.debtor)
        holds = isinstance(move, Move) and move.act == "send" and move.step == record.step
        if not holds or (isinstance(move, Move) and _first_day(turn, move) > turn.case.as_of):
            return replace(turn, case=without, effects=(*turn.effects, *withheld))
    return turn


def _first_day(turn: Turn, move: Move) -> datetime:
    day, _because = ladder.earliest(turn.case, turn.scenario, turn.debtor, move.step)
    return standing.start_of(day, turn.debtor)


def _act(turn: Turn, move: Move) -> Decision:
    if move.act == "send":
        return _send(turn, move)
    key, task = _question(turn, move)
    today = standing.local_day(turn.case.as_of, turn.debtor)
    asked = AskOperator(
        key=key, task=task, due_on=today + timedelta(days=DAYS_TO_ANSWER), detail=move.because.facts.get("step", "")
    )
    case = turn.case.model_copy(update={"asked": turn.case.asked | {key}})
    turn = replace(turn, case=case, effects=(*turn.effects, asked))
    following = ladder.next_move(case, turn.scenario, turn.debtor)
    if isinstance(following, Idle):
        return _idle(turn, following)
    return _wake(turn, following.at, following.because)


def _question(turn: Turn, move: Move) -> tuple[str, TaskKind]:
    """Key and kind of the task that `move` asks a person to do."""
    if move.act == "ask_confirmation":
        return ladder.confirmation_key(turn.case, move.step), "confirm_step"
    if move.act == "ask_reception":
        record = next(item for item in progress.reached(turn.case) if item.step == move.step)
        return f"{record.key}/reception_unknown", "reception_unknown"
    return ladder.decision_key(turn.case), "decision"


def _send(turn: Turn, move: Move) -> Decision:
    now, debtor = turn.case.as_of, turn.debtor
    window = window_of(debtor.kind, move.channels[0])
    where = standing.region(debtor)
    if not is_open(now, window, where):
        latest = turn.case.invoice.due_on if turn.scenario.step(move.step).is_preventive else None
        slot = next_slot(now, window, where, key=debtor.ref, latest=latest)
        return _wake(turn, slot.at, Reason(rule="plan.window", facts=move.because.facts))
    case, sends = progress.order(turn.case, turn.scenario, move.step, move.channels)
    facts = move.because.facts | {"channels": ", ".join(move.channels)}
    turn = replace(turn, case=case, effects=(*turn.effects, *sends))
    return _idle(turn, Idle(because=Reason(rule=f"sends.{move.because.rule}", facts=facts)))


# --- beside the ladder ----------------------------------------------------------------------------------------------


def _at_rest(turn: Turn, rule: str) -> Decision:
    """Stages that only an event leaves: nothing goes out, nothing is pending."""
    return _idle(_withhold(turn, rule), Idle(because=Reason(rule=rule)))


def _when_silent(turn: Turn) -> Decision:
    """Promised, paused, an unread reply: nothing leaves until the first silence ends; then the case looks again."""
    turn = _withhold(turn, f"silent.{turn.case.stage}")
    if standing.needs_restart(turn.case):
        return _idle(turn, Idle(because=Reason(rule="waits.restart")))
    today = standing.local_day(turn.case.as_of, turn.debtor)
    silences = standing.silences(turn.case, turn.scenario, turn.debtor)
    last, rule = min((last, rule) for last, rule in silences if last >= today)
    return _wake(
        turn, standing.start_of(last + timedelta(days=1), turn.debtor), Reason(rule=rule, facts={"until": str(last)})
    )


def _when_instalments(turn: Turn) -> Decision:
    """A plan in force: each instalment is looked at once its grace is over."""
    turn = _withhold(turn, "silent.instalments")
    number, line = tasks.first_open_instalment(turn.case)
    facts = {"instalment": str(number), "due_on": str(line.due_date)}
    if tasks.instalment_key(turn.case, number) in turn.case.asked:
        return _idle(turn, Idle(because=Reason(rule="waits.instalment", facts=facts)))
    checked_on = line.due_date + timedelta(days=turn.scenario.instalment_grace_days + 1)
    at = standing.start_of(checked_on, turn.debtor)
    if at > turn.case.as_of:
        return _wake(turn, at, Reason(rule="plan.instalment", facts=facts))
    return _idle(turn, Idle(because=Reason(rule="waits.instalment", facts=facts)))


# --- endings of a turn ----------------------------------------------------------------------------------------------


def _withhold(turn: Turn, reason: str) -> Turn:
    case, withheld = progress.withhold(turn.case, reason)
    return replace(turn, case=case, effects=(*turn.effects, *withheld))


def _wake(turn: Turn, at: datetime, because: Reason) -> Decision:
    """One pending moment; a new one makes every earlier wake-up stale."""
    case = turn.case.model_copy(update={"idle_reason": None})
    effects = turn.effects
    if at != case.next_wake_at or turn.rings:
        case = case.model_copy(update={"next_wake_at": at, "epoch": case.epoch + 1})
        effects = (*effects, WakeOn(key=f"{case.case_id}/wake/{case.epoch}", at=at, epoch=case.epoch))
    return Decision(case=case, effects=effects, reasons=(*turn.reasons, because))


def _idle(turn: Turn, idle: Idle) -> Decision:
    """No pending moment, and the reason why; whatever was armed becomes stale."""
    changes: dict[str, object] = {"next_wake_at": None, "idle_reason": idle.because.rule}
    if turn.case.next_wake_at is not None:
        changes["epoch"] = turn.case.epoch + 1
    if idle.blocked:
        changes["stage"] = Stage.BLOCKED
    case = turn.case.model_copy(update=changes)
    return Decision(case=case, effects=turn.effects, reasons=(*turn.reasons, idle.because))


def _with_tasks(turn: Turn, decision: Decision) -> Decision:
    """Add what a person has to do, once each."""
    wanted = tasks.tasks(decision.case, turn.event, turn.scenario, turn.debtor)
    new = tuple(task for task in wanted if task.key not in decision.case.asked)
    if not new:
        return decision
    case = decision.case.model_copy(update={"asked": decision.case.asked | {task.key for task in new}})
    return decision.model_copy(update={"case": case, "effects": (*decision.effects, *new)})
