"""What one message to a debtor is made of: which orders go together, which one leads, and which letter it becomes.

Pure questions, asked by the delivery about what it has just locked and by the rehearsal about what it imagines.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Protocol, TypeVar

from workflows.business_days import next_working_day
from workflows.case import Case, StepRecord
from workflows.invoice import Debtor
from workflows.machine import records
from workflows.scenario import FORMAL_TONE, Scenario
from workflows.side_letters import REPLY_ANSWER
from workflows.wording import NOT_REMINDERS, PreviousContact

#: What is written to a debtor who had no reminder yet, whatever the step.
FIRST_REMINDER = "first_reminder"


class Errand(Protocol):
    """One message that one case has ordered by one channel."""

    @property
    def key(self) -> str:
        """Identity of the dispatch."""
        ...

    @property
    def step(self) -> int | None:
        """The rung, from 0; None for a letter beside the ladder."""
        ...

    @property
    def template(self) -> str:
        """The letter that the ladder names."""
        ...

    @property
    def tone(self) -> int:
        """1 courteous … 5 formal."""
        ...

    @property
    def deadline_days(self) -> int | None:
        """Calendar days that the letter grants."""
        ...

    @property
    def from_reception(self) -> bool:
        """Whether the deadline runs from the carrier's word."""
        ...

    @property
    def case(self) -> Case:
        """The case that ordered it, as it is now."""
        ...

    @property
    def debtor(self) -> Debtor:
        """Whom it goes to."""
        ...

    @property
    def scenario(self) -> Scenario:
        """The ladder that the step belongs to."""
        ...


E = TypeVar("E", bound=Errand)


def family_of(errand: Errand) -> str:
    """Messages are merged within a family: nobody finds an invoice that is not due among the overdue ones.

    A letter beside the ladder speaks of one fact and is merged with nothing, but for the answer to a reply, which is
    one about all invoices that the reply was about.
    """
    if errand.step is None and errand.template == REPLY_ANSWER:
        return errand.key.removeprefix(errand.case.case_id).partition("#")[0]
    if errand.step is None:
        return errand.key
    if errand.scenario.step(errand.step).is_preventive:
        return "preventive"
    return "formal" if errand.tone == FORMAL_TONE else "amicable"


def together(errands: Iterable[E], first: Errand) -> list[E]:
    """Those of `errands`, all wanted by one debtor and channel, that go into one message with `first`."""
    family, currency = family_of(first), first.case.invoice.currency
    return [each for each in errands if family_of(each) == family and each.case.invoice.currency == currency]


def lead_of(errands: Iterable[E]) -> E:
    """The errand that gives the message its letter and its tone: that of the oldest invoice."""
    return min(errands, key=lambda each: (each.case.invoice.due_on, each.key))


def previous_contacts(errands: Iterable[Errand], debtor: Debtor) -> tuple[PreviousContact, ...]:
    """What reached the debtor about these cases before, oldest first; one line a day, letter and channel.

    What leaves for the same step by another channel is no earlier letter, whichever of the two is first.
    """
    sent = {
        (records.local_day(record.at, debtor), record.template, record.channel)
        for errand in errands
        for record in records.reached(errand.case)
        if record.channel and not _is_of(record, errand)
    }
    return tuple(PreviousContact(on=day, template=name, channel=channel) for day, name, channel in sorted(sent))


def _is_of(record: StepRecord, errand: Errand) -> bool:
    """Whether this asking is the one that the errand belongs to."""
    mine = next((each for each in errand.case.steps if each.key == errand.key), None)
    return mine is not None and (record.ladder, record.step, record.asking) == (mine.ladder, mine.step, mine.asking)


def answered_on(cases: Iterable[Case], debtor: Debtor) -> date | None:
    """The debtor's latest word about these cases, written or spoken; None if there is none. A payment is no word."""
    found = [
        said.stamp[0]
        for case in cases
        for said in (
            *case.replies, *case.calls, *case.disputes, *case.promises, *case.plan_requests,
            case.plan, case.announcement,
        )
        if said is not None
    ]  # fmt: skip
    return records.local_day(max(found), debtor) if found else None


def letter_that_fits(lead: Errand, previous: Sequence[PreviousContact], *, cites_reminders: bool) -> str:
    """The letter of the step; the first reminder where it would cite reminders that the debtor never had.

    A formal notice is never replaced: without a reminder before it, it cannot be written, and a person sees why. Nor is
    a letter beside the ladder, which is no reminder.
    """
    if lead.step is None:
        return lead.template
    overdue_since = lead.case.invoice.due_on
    has_reminders = any(item.on > overdue_since and item.template not in NOT_REMINDERS for item in previous)
    if cites_reminders and not has_reminders and lead.tone < FORMAL_TONE:
        return FIRST_REMINDER
    return lead.template


def deadline_on(errand: Errand, today: date) -> date | None:
    """The last day the letter grants, a working day at the debtor's; None where it runs from reception."""
    if errand.step is None and (fixed := _fixed_deadline(errand)) is not None:
        return fixed
    if errand.deadline_days is None or errand.from_reception:
        return None
    return next_working_day(today + timedelta(days=errand.deadline_days), records.region(errand.debtor))


def _fixed_deadline(errand: Errand) -> date | None:
    """The day that an offer, or the person who asked for the letter, has named."""
    return next((item.deadline_on for item in errand.case.letters if item.key == errand.key), None)
