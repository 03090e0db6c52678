"""What a case has ordered in a rehearsal: an errand like the delivery's, without a row in any table."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from workflows.case import Case, StepRecord
from workflows.invoice import Debtor
from workflows.machine import standing
from workflows.rehearsal.told import Part
from workflows.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Imagined:
    """One wanted dispatch with the case that wants it; see `workflows.errands.Errand`."""

    case: Case
    debtor: Debtor
    scenario: Scenario
    record: StepRecord

    @property
    def key(self) -> str:
        """Identity of the dispatch."""
        return self.record.key

    @property
    def step(self) -> int:
        """The rung, from 0."""
        return self.record.step

    @property
    def template(self) -> str:
        """The letter that the ladder names."""
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
        return self.record.from_reception


def parts_of(group: Sequence[Imagined]) -> tuple[Part, ...]:
    """The invoices of one message, in the order in which its letter lists them."""
    return tuple(
        Part(
            each.case.case_id, each.case.invoice.number, each.scenario.step(each.step).name, standing.chased(each.case)
        )
        for each in group
    )


def message_id(key: str) -> str:
    """An identifier made of the dispatch's key, of a form that events may carry."""
    return f"rehearsal/{sha256(key.encode()).hexdigest()[:40]}"
