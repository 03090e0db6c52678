"""What a case has ordered in a rehearsal: an errand like the delivery's, without a row in any table."""

from collections.abc import Sequence
from hashlib import sha256
from typing import NamedTuple

from workflows.case import Case, SideLetter, StepRecord
from workflows.invoice import Debtor
from workflows.machine import records, standing
from workflows.rehearsal.told import Part
from workflows.scenario import Scenario
from workflows.side_letters import ANSWERS


class Imagined(NamedTuple):
    """One wanted dispatch with the case that wants it; see `workflows.errands.Errand`."""

    case: Case
    debtor: Debtor
    scenario: Scenario
    record: StepRecord | SideLetter

    @property
    def key(self) -> str:
        """Identity of the dispatch."""
        return self.record.key

    @property
    def step(self) -> int | None:
        """The rung, from 0; None for a letter beside the ladder."""
        return step_of(self.record)

    @property
    def template(self) -> str:
        """The letter that was ordered."""
        return self.record.template

    @property
    def tone(self) -> int:
        """1 courteous … 5 formal."""
        return self.record.tone

    @property
    def deadline_days(self) -> int | None:
        """Calendar days that the letter grants."""
        return self.record.deadline_days

    @property
    def from_reception(self) -> bool:
        """Whether the deadline runs from the carrier's word."""
        return isinstance(self.record, StepRecord) and self.record.from_reception

    @property
    def name(self) -> str:
        """The rung's name in its ladder, or the letter's own beside it."""
        return self.template if self.step is None else self.scenario.step(self.step).name

    @property
    def is_answer(self) -> bool:
        """Whether it answers the debtor: no pressure, and no contact in the budget's eyes."""
        return self.step is None and self.template in ANSWERS


def step_of(record: StepRecord | SideLetter) -> int | None:
    """The rung that was ordered; None for a letter beside the ladder."""
    return record.step if isinstance(record, StepRecord) else None


def ladder_of(record: StepRecord | SideLetter, case: Case) -> str:
    """`name@version` of the ladder that it belongs to, or stands beside."""
    return record.ladder if isinstance(record, StepRecord) else str(case.scenario)


def wanted_of(case: Case) -> tuple[StepRecord | SideLetter, ...]:
    """Everything that the delivery has not answered yet: steps, and letters beside the ladder."""
    if not case.letters:
        return records.wanted(case)
    return (*records.wanted(case), *(item for item in case.letters if item.state == "wanted"))


def parts_of(group: Sequence[Imagined]) -> tuple[Part, ...]:
    """The invoices of one message, in the order in which its letter lists them."""
    return tuple(
        Part(each.case.case_id, each.case.invoice.number, each.name, standing.chased(each.case)) for each in group
    )


def message_id(key: str) -> str:
    """An identifier made of the dispatch's key, of a form that events may carry."""
    return f"rehearsal/{sha256(key.encode()).hexdigest()[:40]}"
