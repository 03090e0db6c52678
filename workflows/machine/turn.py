"""One turn of the machine, and the two ways it ends: with one pending moment, or with the reason why there is none."""

from datetime import datetime
from typing import NamedTuple

from workflows.case import Case, Stage
from workflows.effects import AnyEffect, Decision, Reason, WakeOn
from workflows.events import Event, StepFellDue
from workflows.invoice import Debtor
from workflows.machine import progress
from workflows.machine.ladder import Idle
from workflows.machine.occasions import Occasion
from workflows.scenario import Scenario


class Turn(NamedTuple):
    """The case with the new fact in it, and what else the stages look at.

    Attributes:
        letter: moment and reason of the next letter beside the ladder; None where none is due.
        out_of_reach: letters that are called for and that no address of the debtor can take.
        rang_for_letters: letters were ordered in this turn, so the wake-up did not ring for the ladder alone.
    """

    case: Case
    event: Event
    scenario: Scenario
    debtor: Debtor
    effects: tuple[AnyEffect, ...] = ()
    reasons: tuple[Reason, ...] = ()
    letter: tuple[datetime, Reason] | None = None
    out_of_reach: tuple[Occasion, ...] = ()
    rang_for_letters: bool = False

    @property
    def rings(self) -> bool:
        """Whether the pending wake-up of the case rang."""
        is_pending = self.case.next_wake_at is not None
        return is_pending and isinstance(self.event, StepFellDue) and self.event.epoch == self.case.epoch


def withheld(turn: Turn, reason: str) -> Turn:
    """The turn with everything still wanted taken back."""
    case, effects = progress.withhold(turn.case, reason)
    return turn._replace(case=case, effects=(*turn.effects, *effects))


def wake(turn: Turn, at: datetime, because: Reason) -> Decision:
    """One pending moment; a new one makes every earlier wake-up stale."""
    if turn.letter is not None and turn.letter[0] < at:
        at, first = turn.letter
        turn = turn._replace(reasons=(*turn.reasons, first))
    return _wake(turn, at, because)


def _wake(turn: Turn, at: datetime, because: Reason) -> Decision:
    case, effects = turn.case, turn.effects
    changes: dict[str, object] = {"idle_reason": None}
    if at != case.next_wake_at or turn.rings:
        epoch = case.epoch + 1
        changes |= {"next_wake_at": at, "epoch": epoch}
        effects = (*effects, WakeOn(key=f"{case.case_id}/wake/{epoch}", at=at, epoch=epoch))
    case = case.model_copy(update=changes)
    return Decision(case=case, effects=effects, reasons=(*turn.reasons, because))


def rest(turn: Turn, idle: Idle) -> Decision:
    """No pending moment but that of a letter, and the reason why; whatever was armed becomes stale."""
    if turn.letter is not None:
        stage = Stage.BLOCKED if idle.blocked else turn.case.stage
        case = turn.case.model_copy(update={"stage": stage})
        at, first = turn.letter
        return _wake(turn._replace(case=case, reasons=(*turn.reasons, first)), at, idle.because)
    changes: dict[str, object] = {"next_wake_at": None, "idle_reason": idle.because.rule}
    if turn.case.next_wake_at is not None:
        changes["epoch"] = turn.case.epoch + 1
    if idle.blocked:
        changes["stage"] = Stage.BLOCKED
    case = turn.case.model_copy(update=changes)
    return Decision(case=case, effects=turn.effects, reasons=(*turn.reasons, idle.because))
