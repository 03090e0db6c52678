"""`decide`: one fact in, the new case, what to do, and why. Pure and total; one function a stage."""

from collections.abc import Sequence
from typing import assert_never

from workflows.case import Case, Stage
from workflows.effects import Decision, EndTask, Reason
from workflows.errors import WorkflowError
from workflows.events import DispatchReported, Event, InvoiceIssued, ScenarioChanged, StepFellDue
from workflows.invoice import Debtor, Invoice
from workflows.limitation import Claim
from workflows.machine import letters, looks, resting, stages, tasks
from workflows.machine.absorb import absorb
from workflows.machine.climbing import on_the_ladder
from workflows.machine.facts import facts_of
from workflows.machine.turn import Turn
from workflows.scenario import Scenario


class WrongScenario(WorkflowError):
    """The caller gave another ladder than the one the case is pinned to: an error of the program, not of an event."""

    def __init__(self, case_id: str, pinned: str, given: str) -> None:
        super().__init__(case_id, pinned, given)
        self.case_id, self.pinned, self.given = case_id, pinned, given

    def __str__(self) -> str:
        return f"case {self.case_id!r} is pinned to {self.pinned}, not to {self.given}; give that version"


def open_case(
    event: InvoiceIssued,
    creditor_ref: str,
    scenario: Scenario,
    debtor: Debtor,
    *,
    because: Sequence[Reason] = (),
    claim: Claim = Claim.GENERAL,
) -> Decision:
    """The case of a new invoice and its first plan; a late import starts at the first step that fits.

    Args:
        event: the invoice.
        creditor_ref: who is owed.
        scenario: the ladder to pin the case to.
        debtor: who owes.
        because: why this ladder was chosen.
        claim: what the creditor's invoices are for; it sets the delay of the limitation.
    """
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
    case = Case(
        case_id=invoice.case_id, invoice=invoice, scenario=scenario.ref, claim=claim, as_of=event.at,
        opened_at=event.at,
    )  # fmt: skip
    why = Reason(rule="opened", facts={"scenario": str(scenario.ref), "due_on": str(event.due_date)})
    return _turn(Turn(case=case, event=event, scenario=scenario, debtor=debtor, reasons=(why, *because)))


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

    Raises:
        WrongScenario: `scenario` is not the ladder that the case is pinned to.
    """
    known = absorb(case, event)
    if (known.scenario.name, known.scenario.version) != (scenario.name, scenario.version):
        return _older_move(case, event, scenario)
    turn = Turn(case=known, event=event, scenario=scenario, debtor=debtor)
    if isinstance(event, StepFellDue) and not turn.rings:
        facts = {"rang": str(event.epoch), "current": str(case.epoch)}
        return Decision(case=case, reasons=(Reason(rule="wake.stale", facts=facts),))
    return _turn(turn._replace(reasons=(_learnt(turn),)))


def _older_move(case: Case, event: Event, scenario: Scenario) -> Decision:
    """A move to another ladder that is older than the last one changes nothing."""
    if not isinstance(event, ScenarioChanged):
        raise WrongScenario(case.case_id, str(case.scenario), str(scenario.ref))
    facts = {"scenario": str(scenario.ref), "current": str(case.scenario)}
    return Decision(case=case, reasons=(Reason(rule="learnt.older_move", facts=facts),))


def _learnt(turn: Turn) -> Reason:
    event = turn.event
    rule = f"learnt.{event.kind}"
    if isinstance(event, DispatchReported):
        return _learnt_of_dispatch(turn, event)
    return Reason(rule=rule, facts=_with_names(turn, facts_of(event, turn.case, turn.debtor)))


def _learnt_of_dispatch(turn: Turn, event: DispatchReported) -> Reason:
    facts = _with_names(turn, facts_of(event, turn.case, turn.debtor))
    letter = next((item for item in turn.case.letters if item.key == event.dispatch_key), None)
    if letter is not None:
        return Reason(rule=f"learnt.side_letter.{event.outcome}", facts=facts | {"letter": letter.template})
    is_known = any(item.key == event.dispatch_key for item in turn.case.steps)
    return Reason(rule=f"learnt.dispatch.{event.outcome}" if is_known else "learnt.unknown_dispatch", facts=facts)


def _with_names(turn: Turn, facts: dict[str, str]) -> dict[str, str]:
    """Steps by their names in the ladder."""
    for name in ("step", "entry_step"):
        if name in facts and int(facts[name]) < len(turn.scenario.steps):
            facts[name] = turn.scenario.step(int(facts[name])).name
    return facts


def _turn(turn: Turn) -> Decision:
    stage = stages.stage_of(turn.case, turn.scenario, turn.debtor)
    case = turn.case if turn.case.stage is stage else turn.case.model_copy(update={"stage": stage})
    staged = looks.looked_ahead(letters.tended(turn._replace(case=case)))
    return _with_tasks(staged, _at_stage(staged, stage))


def _at_stage(turn: Turn, stage: Stage) -> Decision:
    match stage:
        case Stage.WATCHING | Stage.REMINDING | Stage.FORMAL_NOTICE | Stage.BLOCKED:
            return on_the_ladder(turn)
        case Stage.PROMISED | Stage.PAUSED:
            return resting.when_silent(turn)
        case Stage.INSTALMENTS:
            return resting.when_instalments(turn)
        case Stage.DISPUTED:
            return resting.when_disputed(turn)
        case Stage.INSOLVENT:
            return resting.at_rest(turn, "waits.insolvency")
        case Stage.HANDED_OVER:
            return resting.at_rest(turn, "waits.hand_over")
        case Stage.PAID:
            return resting.when_paid(turn)
        case Stage.CANCELLED:
            return resting.at_rest(turn, "ended.cancelled")
        case Stage.WRITTEN_OFF:
            return resting.at_rest(turn, "ended.written_off")
        case _:
            assert_never(stage)


def _with_tasks(turn: Turn, decision: Decision) -> Decision:
    """Add what a person has to do, once each, and end what need not be done any more."""
    case = decision.case
    found = tasks.tasks(turn._replace(case=case), decision.reasons)
    new = tuple(task for task in found if task.key not in case.asked)
    over = tasks.over(case, found, turn.debtor)
    if not new and not over:
        return decision
    ended = tuple(EndTask(key=key) for key in sorted(over))
    changes = {"asked": case.asked | {task.key for task in new}, "answered": case.answered | over}
    effects = (*decision.effects, *new, *ended)
    return Decision(case=case.model_copy(update=changes), effects=effects, reasons=decision.reasons)
