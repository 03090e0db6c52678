"""The stages on the ladder: watching, reminding, formal notice, and blocked on one of them."""

from collections.abc import Collection
from datetime import datetime, timedelta

from workflows.case import StepRecord
from workflows.effects import AskOperator, Decision, Reason, TaskKind
from workflows.machine import ladder, progress, records
from workflows.machine.facts import moment
from workflows.machine.ladder import Idle, Move
from workflows.machine.standing import start_of
from workflows.machine.turn import Turn, rest, wake
from workflows.scenario import Mode

#: Days in which a person should answer what a case asks.
DAYS_TO_ANSWER = 3


def on_the_ladder(turn: Turn) -> Decision:
    """Plan the next move; act on it only when the pending wake-up rang and its time has come."""
    turn = _without_what_no_longer_holds(turn)
    move = ladder.next_move(turn.case, turn.scenario, turn.debtor)
    if move.passed:
        turn = turn._replace(reasons=(*turn.reasons, *move.passed))
    if isinstance(move, Idle):
        return rest(turn, move)
    if not turn.rings:
        return _wake(turn, move.at, move.because)
    if move.at > turn.case.as_of:
        early = Reason(rule="wake.early", facts=move.because.facts)
        return _wake(turn, move.at, move.because if turn.rang_for_letters else early)
    return _act(turn, move)


def _wake(turn: Turn, at: datetime, because: Reason) -> Decision:
    return wake(turn, at, Reason(rule=because.rule, facts=because.facts | {"at": moment(at, turn.debtor)}))


# --- what was ordered and no longer holds ---------------------------------------------------------------------------


def _without_what_no_longer_holds(turn: Turn) -> Turn:
    """A due date moved later, a step skipped by hand, a channel refused: what was ordered is taken back.

    What accompanies a letter falls with it; it may also fall alone.
    """
    open_records = records.wanted(turn.case)
    if not open_records:
        return turn
    moves = {asking: _move_without(turn, asking) for asking in {_asking(item) for item in open_records}}
    fallen = {item.key for item in open_records if not _holds(turn, item, moves[_asking(item)])}
    fallen |= {
        item.key for item in open_records if item.accompanies and _is_lost(turn, _siblings(turn, item)[0], fallen)
    }
    case, withheld = progress.withhold(turn.case, "replanned", fallen)
    return turn._replace(case=case, effects=(*turn.effects, *withheld))


def _asking(record: StepRecord) -> tuple[str, int, int]:
    """What the channels of one asking have in common."""
    return record.ladder, record.step, record.asking


def _siblings(turn: Turn, record: StepRecord) -> list[StepRecord]:
    """The records of one asking, its first channel first."""
    mine = _asking(record)
    return [item for item in turn.case.steps if _asking(item) == mine]


def _move_without(turn: Turn, asking: tuple[str, int, int]) -> Move | Idle:
    """What the case would do next had it not ordered `asking`."""
    others = tuple([item for item in turn.case.steps if _asking(item) != asking])
    return ladder.next_move(turn.case.model_copy(update={"steps": others}), turn.scenario, turn.debtor)


def _is_lost(turn: Turn, letter: StepRecord, fallen: Collection[str]) -> bool:
    """Whether the letter that others accompany will not arrive, at least not by this asking."""
    back = records.came_back(turn.case)
    return letter.key in fallen or letter.state in ("withheld", "failed") or letter.message_id in back


def _holds(turn: Turn, record: StepRecord, move: Move | Idle) -> bool:
    """Whether the case would still order `record`, from the `move` that it would make without that asking."""
    until = record.postponed_until
    if until is not None and progress.has_lapsed(turn.case, record, until, turn.debtor):
        return False
    return (
        isinstance(move, Move)
        and move.act == "send"
        and (str(turn.case.scenario), move.step) == (record.ladder, record.step)
        and record.channel in move.channels
        and start_of(move.day, turn.debtor) <= turn.case.as_of
    )


# --- acting ---------------------------------------------------------------------------------------------------------


def _act(turn: Turn, move: Move) -> Decision:
    if move.act == "send":
        return _send(turn, move)
    today = records.local_day(turn.case.as_of, turn.debtor)
    asked = AskOperator(
        key=move.key, task=_task(turn, move), due_on=today + timedelta(days=DAYS_TO_ANSWER),
        detail=move.because.facts.get("step", ""),
    )  # fmt: skip
    case = turn.case.model_copy(update={"asked": turn.case.asked | {move.key}})
    turn = turn._replace(case=case, effects=(*turn.effects, asked))
    following = ladder.next_move(case, turn.scenario, turn.debtor)
    if isinstance(following, Idle):
        return rest(turn, following)
    return _wake(turn, following.at, following.because)


def _task(turn: Turn, move: Move) -> TaskKind:
    """The kind of the task that `move` asks a person to do."""
    if move.act == "ask_reception":
        return "reception_unknown"
    if move.act == "ask_decision":
        return "decision"
    return "by_hand" if turn.scenario.step(move.step).mode is Mode.BY_HAND else "confirm_step"


def _send(turn: Turn, move: Move) -> Decision:
    case, sends = progress.order(turn.case, turn.scenario, move.step, move.channels)
    facts = move.because.facts | {"channels": ", ".join(move.channels)}
    turn = turn._replace(case=case, effects=(*turn.effects, *sends))
    return rest(turn, Idle(because=Reason(rule=f"sends.{move.because.rule}", facts=facts)))
