"""Questions about what was ordered: what reached the debtor, what came back, what deadlines were granted."""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from workflows.business_days import Region, region_of
from workflows.case import Case, SideLetter, StepRecord
from workflows.events import LetterState
from workflows.invoice import Channel, Debtor
from workflows.known import Approval, Skip
from workflows.regions import day_at
from workflows.remembered import by_identity

#: Reason of a failed dispatch whose address does not exist; the contact is marked and another one is tried.
BAD_ADDRESS = "address"
NOTHING: frozenset[str] = frozenset()
#: What a gate of the delivery says starts with this; the machine's own reasons do not.
GATE = "gate."
#: What carries the channel lets nothing out before a person opens it.
CLOSED = "gate.provider_closed"
#: So often a step is asked by one channel in vain before a person looks at it.
MAX_LOST = 3


@by_identity
def region(debtor: Debtor) -> Region:
    """The region whose holidays and clock hold for the debtor."""
    return region_of(*debtor.place)


@by_identity
def channels(debtor: Debtor) -> frozenset[Channel]:
    """Every channel that reaches the debtor."""
    return frozenset(channel for channel in Channel if debtor.contact_for(channel) is not None)


def local_day(at: datetime, debtor: Debtor) -> date:
    """The debtor's calendar day at `at`."""
    return day_at(at, region(debtor))


class _Askings(NamedTuple):
    """Askings by their state, in the order in which they were made; `out` is what was sent or is in doubt."""

    wanted: tuple[StepRecord, ...]
    sent: tuple[StepRecord, ...]
    in_doubt: tuple[StepRecord, ...]
    out: tuple[StepRecord, ...]


@by_identity  # a case is copied several times in one decision, and its askings rarely change
def _askings(steps: tuple[StepRecord, ...]) -> _Askings:
    return _Askings(
        tuple([item for item in steps if item.state == "wanted"]),
        tuple([item for item in steps if item.state == "sent"]),
        tuple([item for item in steps if item.state == "in_doubt"]),
        tuple([item for item in steps if item.state in ("sent", "in_doubt")]),
    )


def _unreturned(case: Case, left: tuple[StepRecord, ...]) -> tuple[StepRecord, ...]:
    back = came_back(case) if left else NOTHING
    return tuple([item for item in left if item.message_id not in back]) if back else left


def out(case: Case) -> tuple[StepRecord, ...]:
    """Askings that reached the debtor or may have."""
    return _unreturned(case, _askings(case.steps).out)


def came_back(case: Case) -> frozenset[str]:
    """Messages that returned: bounced for good, or a letter to an address where nobody lives."""
    if not case.tracks and not case.bounces:  # asked at every turn, and nearly always so
        return NOTHING
    returned = {track.message_id for track in case.tracks if track.state is LetterState.NPAI}
    return frozenset(returned | {bounce.message_id for bounce in case.bounces})


def reached(case: Case) -> tuple[StepRecord, ...]:
    """Askings that reached the debtor, as far as is known: sent and not returned."""
    return _unreturned(case, _askings(case.steps).sent)


def in_doubt(case: Case) -> tuple[StepRecord, ...]:
    """Askings that may have reached the debtor; what came back certainly did not."""
    return _unreturned(case, _askings(case.steps).in_doubt)


def unresolved(case: Case) -> tuple[StepRecord, ...]:
    """Doubts that somebody must end before anything else leaves: those about steps that nobody has passed over."""
    doubts = in_doubt(case)
    if not doubts:
        return ()
    mine = str(case.scenario)
    return tuple(item for item in doubts if item.ladder != mine or not skips(case, item.step))


def letters_in_doubt(case: Case) -> tuple[SideLetter, ...]:
    """Letters beside the ladder that may have reached the debtor; they hold nothing else back."""
    if not case.letters:
        return ()
    back = came_back(case)
    return tuple(item for item in case.letters if item.state == "in_doubt" and item.message_id not in back)


def wanted(case: Case) -> tuple[StepRecord, ...]:
    """Askings that the delivery has not answered yet."""
    return _askings(case.steps).wanted


def of_step(case: Case, number: int) -> tuple[StepRecord, ...]:
    """Every asking of step `number` of the present ladder, oldest first."""
    mine = [item for item in case.steps if item.step == number]
    if not mine:
        return ()
    ladder = str(case.scenario)
    return tuple([item for item in mine if item.ladder == ladder])


def is_refused(case: Case, number: int, channel: Channel) -> bool:
    """Whether asking step `number` by `channel` again would be in vain until a person did something.

    It failed for a reason that another address would not mend, or it was lost too often.
    """
    mine = [item for item in of_step(case, number) if item.channel is channel]
    if not mine:
        return False
    back = came_back(case)
    lost = [
        item
        for item in mine
        if item.message_id in back
        or (item.state == "failed" and item.reason == BAD_ADDRESS)
        or (item.state == "withheld" and (item.reason or "").startswith(GATE))
    ]
    failed = mine[-1].state == "failed" and mine[-1].reason != BAD_ADDRESS
    return failed or len(lost) >= MAX_LOST


def steps_done(case: Case) -> int:
    """How many rungs of the present ladder lie behind the case.

    Steps passed over by hand are not counted, nor a text message whose letter was lost.
    """
    mine = str(case.scenario)
    behind = [item.step for item in out(case) if item.ladder == mine and not item.accompanies]
    return max([case.entry_step - 1, *behind]) + 1


def skips(case: Case, number: int) -> tuple[Skip, ...]:
    """A person's words that step `number` of the present ladder is passed over."""
    if not case.skips:
        return ()
    return tuple(
        item for item in case.skips
        if item.step == number and (case.scenario_stamp is None or item.stamp > case.scenario_stamp)
    )  # fmt: skip


def approvals(case: Case, number: int) -> tuple[Approval, ...]:
    """A person's words that step `number` of the present ladder may leave."""
    if not case.approvals:
        return ()
    return tuple(
        item for item in case.approvals
        if item.step == number and (case.scenario_stamp is None or item.stamp > case.scenario_stamp)
    )  # fmt: skip


def days_beside(case: Case) -> list[date]:
    """Last days that letters beside the ladder have granted; the day of an offer is a silence of its own."""
    if not case.letters:
        return []
    back = came_back(case)
    return [
        item.deadline_on
        for item in case.letters
        if item.deadline_on is not None and item.state == "sent" and item.message_id not in back
        and (item.by_hand or item.deadline_days is not None)
    ]  # fmt: skip


def received_on(case: Case, record: StepRecord, debtor: Debtor) -> date | None:
    """The day from which the deadline of a registered letter runs; None while the carrier has not said.

    Delivered or refused: that day. Unclaimed: the day it was first presented, which is what makes a formal notice
    valid although nobody fetched it (Cass. 1re civ., 20 January 2021, no. 19-20.680).
    """
    tracks = [item for item in case.tracks if item.message_id == record.message_id]
    if not tracks:
        return None
    for state in (LetterState.DELIVERED, LetterState.REFUSED):
        days = [item.stamp[0] for item in tracks if item.state is state]
        if days:
            return local_day(min(days), debtor)
    if any(item.state is LetterState.UNCLAIMED for item in tracks):
        shown = [item.stamp[0] for item in tracks if item.state in (LetterState.NOTIFIED, LetterState.UNCLAIMED)]
        return local_day(min(shown), debtor)
    return None


def unreceived(case: Case, debtor: Debtor) -> list[StepRecord]:
    """Askings whose deadline runs from a reception that nobody has reported yet."""
    return [item for item in reached(case) if item.from_reception and received_on(case, item, debtor) is None]


def reception_key(record: StepRecord) -> str:
    """Key of the task that asks a person when a letter was received."""
    return f"{record.key}/reception_unknown"


def deadline_of(case: Case, record: StepRecord, debtor: Debtor) -> date | None:
    """The last day that `record` granted; None where none was granted or reception is not known yet."""
    if record.deadline_days is None:
        return record.deadline_on
    if not record.from_reception:
        return record.deadline_on or local_day(record.at, debtor) + timedelta(days=record.deadline_days)
    received = received_on(case, record, debtor)
    return None if received is None else received + timedelta(days=record.deadline_days)
