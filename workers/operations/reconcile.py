"""The ledger beside the timetable: what one knows and the other does not.

Things move while one looks. Whatever differs is looked at once more before it is reported.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

import sqlalchemy as sa

from workers.broker import Appointment, MessageState
from workers.ledger import schema
from workers.ledger.queries.dispatches import WAITS_FOR_AN_EVENT
from workers.ledger.queries.paging import Row
from workers.orders import Armed, Orders
from workers.publisher import WAKE, milliseconds
from workers.timetable.scripts import as_message
from workers.wiring import System
from workflows.invoice import Channel

#: Appointments or rows read in one go.
PAGE = 2000
#: What is due within this time may be on its way between the two.
ON_ITS_WAY = timedelta(seconds=60)
#: Later than any moment that the timetable keeps, in milliseconds.
FOREVER = 2**53

Difference = Literal["missing", "moved", "orphan", "lost"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference.

    Attributes:
        what: `missing` (the ledger's wake-up is not in the timetable), `moved` (its moment or epoch differs), `orphan`
            (the timetable's is not in the ledger), `lost` (a wanted dispatch is in no queue).
        name: of the case, or the key of the dispatch.
        queue: where it is, or should be.
    """

    what: Difference
    name: str
    queue: str


@dataclass(slots=True)
class Reconciliation:
    """What was compared, and what differs.

    Attributes:
        wake_ups, dispatches: how many of the ledger's were compared.
        mended: how many findings were put right.
    """

    wake_ups: int = 0
    dispatches: int = 0
    findings: list[Finding] = field(default_factory=list)
    mended: int = 0


def reconcile(system: System, *, fix: bool = False) -> Reconciliation:
    """Compare; with `fix`, hand over what is missing and take back what is nobody's. The ledger is always right."""
    found = Reconciliation()
    kept = _wake_ups_of_timetable(system, found)
    _wake_ups_of_ledger(system, found, kept)
    for channel in Channel:
        _dispatches(system, channel, found)
    if fix:
        found.mended = _mend(system, found.findings)
    return found


# --- wake-ups -------------------------------------------------------------------------------------------------------


def appointments(system: System, queue: str) -> Iterator[list[Appointment]]:
    """Every appointment of a queue, in pages by time; many at one moment make one large page."""
    start = 0
    while (due := _next_from(system, queue, start)) is not None:
        limit = PAGE
        page = system.broker.due_between(queue, due, FOREVER, limit)
        while len(page) == limit and page[-1].due_ms == due:
            limit *= 2
            page = system.broker.due_between(queue, due, due + 1, limit)
        last = page[-1].due_ms
        whole = page if len(page) < limit or last == due else [each for each in page if each.due_ms < last]
        yield whole
        start = whole[-1].due_ms + 1


def _next_from(system: System, queue: str, start: int) -> int | None:
    head = system.broker.due_between(queue, start, FOREVER, 1)
    return head[0].due_ms if head else None


def _wake_ups_of_timetable(system: System, found: Reconciliation) -> set[str]:
    """Compare what the timetable holds; returns the cases it holds something for."""
    kept: set[str] = set()
    for page in appointments(system, WAKE):
        held = {str(each.key): each for each in page}
        kept.update(held)
        rows = {row.case_id: row for row in _cases(system, list(held))}
        suspects = [name for name, each in held.items() if _difference(rows.get(name), each) is not None]
        now = {row.case_id: row for row in _cases(system, suspects)}
        for name in suspects:
            again = system.broker.appointment(WAKE, name)
            what = None if again is None else _difference(now.get(name), again)
            if what is not None:
                found.findings.append(Finding(what, name, WAKE))
    return kept


def _difference(row: Row | None, kept: Appointment) -> Difference | None:
    if row is None or row.next_wake_at is None:
        return "orphan"
    epoch = kept.message.args[1] if len(kept.message.args) > 1 else None
    is_same = (milliseconds(row.next_wake_at), row.epoch) == (kept.due_ms, epoch)
    # one that was committed and is not handed over yet is the relay's next work, not a difference
    return None if is_same or row.armed_epoch < row.epoch else "moved"


def _cases(system: System, names: Sequence[str]) -> Sequence[Row]:
    cases = schema.cases.c
    columns = sa.select(cases.case_id, cases.epoch, cases.armed_epoch, cases.next_wake_at)
    with system.ledger.connect() as connection:
        return connection.execute(columns.where(cases.case_id.in_(names))).all()


def _wake_ups_of_ledger(system: System, found: Reconciliation, kept: set[str]) -> None:
    """What the ledger has handed over and the timetable does not hold; what is due about now is under way."""
    cases, after = schema.cases.c, ""
    handed = sa.select(cases.case_id, cases.epoch, cases.next_wake_at).where(
        cases.next_wake_at.is_not(None), cases.armed_epoch >= cases.epoch
    )
    while True:
        with system.ledger.connect() as connection:
            rows = connection.execute(handed.where(cases.case_id > after).order_by(cases.case_id).limit(PAGE)).all()
        if not rows:
            return
        after = rows[-1].case_id
        found.wake_ups += len(rows)
        soon = system.clock.now() + ON_ITS_WAY
        for row in rows:
            if row.case_id not in kept and row.next_wake_at > soon and _is_still_missing(system, row):
                found.findings.append(Finding("missing", row.case_id, WAKE))


def _is_still_missing(system: System, row: Row) -> bool:
    now = [each for each in _cases(system, [row.case_id]) if each.epoch == row.epoch]
    return bool(now) and system.broker.appointment(WAKE, row.case_id) is None


# --- dispatches -----------------------------------------------------------------------------------------------------


def _dispatches(system: System, channel: Channel, found: Reconciliation) -> None:
    wanted = {row.key for row in _wanted(system, channel)}
    found.dispatches += len(wanted)
    missing = wanted - _queued(system, channel)
    if missing:  # what has left the queue since was claimed meanwhile
        still = {row.key for row in _wanted(system, channel)}
        found.findings += [Finding("lost", key, channel) for key in sorted(missing & still)]


def _wanted(system: System, channel: Channel) -> Sequence[Row]:
    """Handed over a while ago, and neither claimed nor kept back."""
    row = schema.dispatches.c
    waits = sa.func.coalesce(row.reason, "").in_(WAITS_FOR_AN_EVENT)
    since = sa.func.coalesce(row.not_before, row.wanted_at)
    now = system.clock.now()
    is_settled = sa.or_(since < now - ON_ITS_WAY, since > now + ON_ITS_WAY)
    with system.ledger.connect() as connection:
        return connection.execute(
            sa.select(row.key).where(row.status == "wanted", row.channel == channel, row.published, ~waits, is_settled)
        ).all()


def _queued(system: System, channel: Channel) -> set[str]:
    """Keys in the channel's queue: delayed, ready, with a worker. Read in the order in which a message moves."""
    found = {str(each.message.args[0]) for page in appointments(system, channel) for each in page}
    for state in (MessageState.READY, MessageState.RUNNING):
        skip = 0
        while page := system.broker.messages(channel, state, skip=skip, limit=PAGE):
            found.update(str(as_message(each.encoded).args[0]) for each in page)
            skip += len(page)
    return found


# --- mending --------------------------------------------------------------------------------------------------------


def _mend(system: System, findings: Sequence[Finding]) -> int:
    orphans = [each.name for each in findings if each.what == "orphan"]
    rows = _cases(system, [each.name for each in findings if each.what in ("missing", "moved")])
    lost = _lost(system, [each.name for each in findings if each.what == "lost"])
    armed = {row.case_id: Armed(row.case_id, row.epoch, row.next_wake_at) for row in rows}
    if orphans:
        system.broker.cancel_many(WAKE, orphans)
    if armed or lost:
        system.publisher.hand_over(Orders(armed=armed, dispatches=lost))
    return len(orphans) + len(armed) + len(lost)


def _lost(system: System, keys: Sequence[str]) -> list[tuple[str, Channel, datetime | None]]:
    row = schema.dispatches.c
    wanted = sa.select(row.key, row.channel, row.not_before).where(row.key.in_(keys), row.status == "wanted")
    with system.ledger.connect() as connection:
        return [(each.key, Channel(each.channel), each.not_before) for each in connection.execute(wanted)]
