"""A draft of a ladder: the cases that would move to it, moved as a person would move them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from workflows.case import Case
from workflows.choice import unfit
from workflows.events import ScenarioChanged
from workflows.machine import records
from workflows.rehearsal.given import Account, Arrival
from workflows.scenario import Scenario

_WHY = "rehearsal of a draft"


def on_draft(
    account: Account, draft: Scenario, *, replaces: str, ladders: Mapping[str, Scenario], at: datetime
) -> Account | None:
    """The account with its open cases on the ladder called `replaces` moved to `draft` at `at`; None if there is none.

    Args:
        account: as the ledger knows it.
        draft: with a version that nobody has published.
        replaces: name of the ladder whose cases move, whatever version they are on.
        ladders: those that the cases are on, by `name@version`.
        at: aware; the moment of the move.
    """
    if unfit(draft, account.debtor) is not None:
        return None
    moving = [case for case in account.cases if case.scenario.name == replaces and case.is_open]
    if not moving:
        return None
    moves = tuple(_move(case, draft, ladders[str(case.scenario)], at) for case in moving)
    return replace(account, arrivals=(*account.arrivals, *moves))


def _move(case: Case, draft: Scenario, ladder: Scenario, at: datetime) -> Arrival:
    event = ScenarioChanged(
        event_id="rehearsal/draft", at=at, invoice_no=case.invoice.number, scenario=draft.name, version=draft.version,
        entry_step=entry_step(case, ladder, draft), reason=_WHY,
    )  # fmt: skip
    return Arrival(at, event, (case.case_id,))


def entry_step(case: Case, ladder: Scenario, draft: Scenario) -> int:
    """The rung of `draft` that comes next: after the one of the same name as the last that `case` climbed, if any.

    Otherwise as many rungs up as the case had climbed, or past the end where the draft is shorter.
    """
    done = min(records.steps_done(case), len(ladder.steps))
    names = [step.name for step in draft.steps]
    if done and ladder.steps[done - 1].name in names:
        return names.index(ladder.steps[done - 1].name) + 1
    return min(done, len(draft.steps))
