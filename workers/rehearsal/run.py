"""One rehearsal of the whole ledger: a snapshot, slices of debtors, and as many processes as are worth it."""

import gc
import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from workers.rehearsal import reading
from workers.rehearsal.plan import Draft, Plan, Slice, unpublished
from workflows.rehearsal import Account, Rules, Told, rehearse
from workflows.rehearsal.draft import on_draft

#: Told after each slice: how many debtors' slices are done, of how many.
Progress = Callable[[int, int], None]
#: Fewer slices than this are not worth another process, which takes half a second to begin.
WORTH_A_PROCESS = 8


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants rehearsed.

    Attributes:
        rules: of the house; ladders and holds are read from the ledger.
        processes: at most.
        fresh_for: payment data older than this keep everything back.
    """

    days: int
    rules: Rules
    draft: Draft | None = None
    processes: int = 2
    fresh_for: timedelta = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What would happen from `since` until before `until`.

    Attributes:
        draft: the same on the draft; None where there is none.
        moved: how many cases would move to the draft.
        stale: creditors for whom nothing leaves at `since`, since their payment data are too old.
    """

    since: datetime
    until: datetime
    active: Told
    draft: Told | None = None
    moved: int = 0
    stale: tuple[str, ...] = ()


@dataclass(slots=True)
class _Part:
    """What one slice told."""

    active: Told
    draft: Told
    moved: int = 0


def rehearse_ledger(ledger: str, since: datetime, wish: Wish, progress: Progress | None = None) -> Rehearsed:
    """Rehearse every case of a ledger; nothing is written, and nobody is kept waiting.

    Args:
        ledger: address in the form of libpq.
        since: aware; now.
        wish: what is wanted.
        progress: told after each slice.
    """
    since = since.astimezone(UTC)
    with reading.reading(ledger) as connection, _nothing_collected():
        ladders = reading.scenarios_of(connection)
        draft = unpublished(wish.draft, ladders)
        added = {str(draft.scenario.ref): draft.scenario} if draft else {}
        rules = replace(wish.rules, scenarios=ladders | added, holds=reading.holds_of(connection, since))
        plan = Plan(
            ledger=ledger, snapshot=reading.exported(connection), since=since,
            until=since + timedelta(days=wish.days), rules=rules, draft=draft,
        )  # fmt: skip
        slices = reading.slices_of(connection)
        active, drafted, moved = Told(), Told(), 0
        for done, part in enumerate(_parts(plan, slices, wish.processes), start=1):
            active.add(part.active)
            drafted.add(part.draft)
            moved += part.moved
            if progress is not None:
                progress(done, len(slices))
        stale = reading.stale_creditors(connection, since - wish.fresh_for)
    return Rehearsed(since, plan.until, active.in_order(), drafted.in_order() if draft else None, moved, tuple(stale))


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """No search for garbage while hundreds of thousands of tuples gather, which make no cycles.

    It would go through all of them again and again.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _parts(plan: Plan, slices: Sequence[Slice], processes: int) -> Iterator[_Part]:
    """What each slice told, in any order."""
    wanted = min(processes, len(slices) // WORTH_A_PROCESS)
    if wanted <= 1:
        with reading.reading(plan.ledger, plan.snapshot) as connection:
            for part in slices:
                yield _imagine(connection, plan, part)
        return
    # a fresh interpreter: this one may hold threads and connections that must not be forked
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(wanted, mp_context=context, initializer=_begin, initargs=(plan,)) as pool:
        for finished in as_completed([pool.submit(_imagine_slice, part) for part in slices]):
            yield finished.result()


def _imagine(connection: reading.Connection, plan: Plan, part: Slice) -> _Part:
    told, seen = _Part(Told(), Told()), set()
    for account in reading.accounts_of(connection, plan, part):
        active = rehearse(account, plan.rules, plan.since, plan.until)
        told.active.add(active)
        if plan.draft is not None:
            _add_draft(told, account, active, plan)
        seen |= {(case.invoice.creditor_ref, case.invoice.number) for case in account.cases}
    idle = [each for each in reading.blocked_in(connection, part) if (each.creditor_ref, each.number) not in seen]
    told.active.stuck += idle
    told.draft.stuck += idle
    return told


def _add_draft(told: _Part, account: Account, active: Told, plan: Plan) -> None:
    """The same debtor on the draft; one that has no case there goes on as it would."""
    moving = _moved(account, plan)
    if moving is None:
        told.draft.add(active)
        return
    told.draft.add(rehearse(moving, plan.rules, plan.since, plan.until))
    told.moved += len(moving.arrivals) - len(account.arrivals)


def _moved(account: Account, plan: Plan) -> Account | None:
    if plan.draft is None:
        return None
    draft = plan.draft
    return on_draft(account, draft.scenario, replaces=draft.replaces, ladders=plan.rules.scenarios, at=plan.since)


# --- in a process of the pool ---------------------------------------------------------------------------------------


class _Bench:
    """What one process of the pool keeps from slice to slice: the plan, and its reader of the snapshot."""

    plan: ClassVar[Plan]
    connection: ClassVar[reading.Connection]
    open_until_exit: ClassVar[ExitStack] = ExitStack()


def _begin(plan: Plan) -> None:
    gc.disable()  # frozen facts make no cycles, and there are many of them
    _Bench.plan = plan
    _Bench.connection = _Bench.open_until_exit.enter_context(reading.reading(plan.ledger, plan.snapshot))


def _imagine_slice(part: Slice) -> _Part:
    return _imagine(_Bench.connection, _Bench.plan, part)
