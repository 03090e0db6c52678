"""Moments at which a case is looked at because a person should hear of something, whatever its ladder does."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

from workflows.business_days import is_working_day
from workflows.case import Case
from workflows.effects import Reason
from workflows.invoice import Debtor
from workflows.known import Pause
from workflows.machine import disputes, records, standing
from workflows.machine.facts import moment
from workflows.machine.turn import Turn
from workflows.scenario import Scenario, automatic_of


class Ending(NamedTuple):
    """A pause that a person is told of before it ends; `on` is the working day on which that happens."""

    pause: Pause
    until: date
    on: date
    is_of_debtor: bool


def looked_ahead(turn: Turn) -> Turn:
    """The turn with the next moment at which somebody has to be asked something, if it comes before all others."""
    moments = list(_moments(turn.case, turn.scenario, turn.debtor))
    if turn.rings and any(at == turn.case.next_wake_at for at, _rule in moments):
        turn = turn._replace(rang_for_letters=True)
    ahead = min((item for item in moments if item[0] > turn.case.as_of), default=None)
    if ahead is None or (turn.letter is not None and turn.letter[0] <= ahead[0]):
        return turn
    at, rule = ahead
    return turn._replace(letter=(at, Reason(rule=rule, facts={"at": moment(at, turn.debtor)})))


def ending(case: Case, scenario: Scenario, debtor: Debtor) -> Ending | None:
    """The pause in force, with the last working day in it; None where it began that late, or there is none."""
    until = standing.paused_until(case) if case.invoice_pause or case.debtor_pause else None
    if until is None or not automatic_of(scenario).pause_reminder:
        return None
    where, on = records.region(debtor), until
    while not is_working_day(on, where):
        on -= timedelta(days=1)
    for pause, is_of_debtor in ((case.invoice_pause, False), (case.debtor_pause, True)):
        if pause is not None and pause.until == until and records.local_day(pause.stamp[0], debtor) < on:
            return Ending(pause, until, on, is_of_debtor)
    return None


def _moments(case: Case, scenario: Scenario, debtor: Debtor) -> Iterator[tuple[datetime, str]]:
    if not case.is_open:
        return
    if (pause := ending(case, scenario, debtor)) is not None:
        yield standing.start_of(pause.on, debtor), "look.pause_ends"
    for dispute in standing.open_disputes(case):
        day = disputes.deadline_of(case, dispute, scenario, debtor)
        if day is not None:
            yield standing.start_of(day + timedelta(days=1), debtor), "look.dispute"
