"""What a draft would change: messages that come earlier, later, no more or anew, and who would hear more often."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple

from workflows.invoice import Channel
from workflows.rehearsal.told import Planned, contact_days

Turn = Literal["earlier", "later", "dropped", "new"]
TURNS: tuple[Turn, ...] = ("earlier", "later", "dropped", "new")
#: The span over which contacts of one debtor are counted.
SPAN_DAYS = 7


class Change(NamedTuple):
    """One step of one invoice that does not leave on the same day as before.

    Attributes:
        was_at: when it leaves on the active ladder; None where it does not.
        is_at: when it leaves on the draft.
    """

    turn: Turn
    creditor_ref: str
    debtor_ref: str
    case_id: str
    number: str
    step: str
    channel: Channel
    was_at: datetime | None
    is_at: datetime | None

    @property
    def order(self) -> tuple[int, datetime, str, str]:
        """Where it stands in a list."""
        at = min(each for each in (self.was_at, self.is_at) if each is not None)
        return TURNS.index(self.turn), at, self.case_id, self.step


@dataclass(frozen=True, slots=True)
class Difference:
    """Everything that a draft changes.

    Attributes:
        invoices: by turn, how many invoices have at least one such change.
        tomorrow: invoices that a message would leave for tomorrow, and not on the active ladder.
        busier: by number of contacts in SPAN_DAYS days, how many debtors would come to it and do not now.
    """

    changes: tuple[Change, ...]
    invoices: dict[Turn, int]
    tomorrow: int
    busier: dict[int, int]


class _Sent(NamedTuple):
    planned: Planned
    case_id: str
    number: str
    step: str


def difference(active: Sequence[Planned], draft: Sequence[Planned], today: date) -> Difference:
    """What changes from `active` to `draft`.

    A step is told by its invoice and its name; the hour of a day is no change. A step that one list does not reach
    before the rehearsal ends counts as dropped or as new.
    """
    was, now = _steps(active), _steps(draft)
    changes = [found for key in was.keys() | now.keys() if (found := _change(was.get(key), now.get(key))) is not None]
    invoices = {turn: len({each.case_id for each in changes if each.turn == turn}) for turn in TURNS}
    day = today + timedelta(days=1)
    tomorrow = _invoices_on(draft, day) - _invoices_on(active, day)
    ordered = tuple(sorted(changes, key=lambda each: each.order))
    return Difference(ordered, invoices, len(tomorrow), _busier(active, draft))


def _steps(planned: Iterable[Planned]) -> dict[tuple[str, str], _Sent]:
    """The first message of each step of each invoice."""
    found: dict[tuple[str, str], _Sent] = {}
    for each in sorted(planned, key=lambda item: item.order):
        for part in each.parts:
            found.setdefault((part.case_id, part.step), _Sent(each, part.case_id, part.number, part.step))
    return found


def _change(was: _Sent | None, now: _Sent | None) -> Change | None:
    known = now or was
    if known is None or (was is not None and now is not None and was.planned.day == now.planned.day):
        return None
    turn: Turn = "new" if was is None else "dropped"
    if was is not None and now is not None:
        turn = "earlier" if now.planned.day < was.planned.day else "later"
    planned = known.planned
    return Change(
        turn, planned.creditor_ref, planned.debtor_ref, known.case_id, known.number, known.step, planned.channel,
        was.planned.at if was else None, now.planned.at if now else None,
    )  # fmt: skip


def _invoices_on(planned: Iterable[Planned], day: date) -> set[str]:
    return {part.case_id for each in planned if each.day == day for part in each.parts}


def _busier(active: Iterable[Planned], draft: Iterable[Planned]) -> dict[int, int]:
    before = {key: _peak(days) for key, days in contact_days(active).items()}
    after = {key: _peak(days) for key, days in contact_days(draft).items()}
    rises = Counter(peak for key, peak in after.items() if peak > before.get(key, 0) and peak > 1)
    return dict(sorted(rises.items(), reverse=True))


def _peak(days: Sequence[date]) -> int:
    """The greatest number of contacts in any SPAN_DAYS days in a row."""
    span = timedelta(days=SPAN_DAYS)
    return max(sum(first <= day < first + span for day in days) for first in days)
