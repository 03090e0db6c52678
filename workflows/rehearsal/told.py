"""What a rehearsal tells: messages that would leave, tasks that people would get, and what would not leave and why.

Plain tuples: hundreds of thousands of them pass from process to process.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from workflows.effects import Reason, TaskKind
from workflows.invoice import Channel
from workflows.money import Cents


class Because(NamedTuple):
    """A reason of the machine: its rule and the facts it used, by name."""

    rule: str
    facts: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, reason: Reason) -> "Because":
        """The same reason."""
        return cls(reason.rule, tuple(reason.facts.items()))

    @property
    def reason(self) -> Reason:
        """The same reason, to be put into words."""
        return Reason(rule=self.rule, facts=dict(self.facts))


class Part(NamedTuple):
    """One invoice in a message.

    Attributes:
        step: the rung's name in its ladder.
        amount: cents that are asked for: the balance less what is disputed.
    """

    case_id: str
    number: str
    step: str
    amount: Cents


class Planned(NamedTuple):
    """One message that would leave.

    Attributes:
        day: the debtor's calendar day.
        parts: the invoices in it, the oldest due date first.
        why: the rules behind its moment, of the invoice that gives the letter.
        guards: the guard rails that changed it: gates that put it off, merging, a letter that was replaced.
        deadline_on: the last day it grants; None where it grants none or the deadline runs from reception.
    """

    at: datetime
    day: date
    creditor_ref: str
    debtor_ref: str
    debtor_name: str
    channel: Channel
    letter: str
    tone: int
    currency: str
    parts: tuple[Part, ...]
    why: tuple[Because, ...] = ()
    guards: tuple[str, ...] = ()
    deadline_on: date | None = None

    @property
    def amount(self) -> Cents:
        """Cents that the message asks for, before interest and charges."""
        return sum(part.amount for part in self.parts)

    @property
    def order(self) -> tuple[datetime, str, str, str, str]:
        """Where it stands in a list, whatever process imagined it."""
        return self.at, self.creditor_ref, self.debtor_ref, self.channel, self.parts[0].case_id


class Asked(NamedTuple):
    """One thing that a person would be asked to do."""

    at: datetime
    day: date
    creditor_ref: str
    debtor_ref: str
    number: str
    task: TaskKind
    detail: str

    @property
    def order(self) -> tuple[datetime, str, str, str, str, str]:
        """Where it stands in a list."""
        return self.at, self.creditor_ref, self.debtor_ref, self.number, self.task, self.detail


class Stuck(NamedTuple):
    """A case that wants to chase at the end of the rehearsal, and cannot: `rule` says why."""

    rule: str
    creditor_ref: str
    debtor_ref: str
    number: str

    @property
    def order(self) -> tuple[str, str, str, str]:
        """Where it stands in a list."""
        return self.rule, self.creditor_ref, self.debtor_ref, self.number


@dataclass(slots=True)
class Told:
    """All that a rehearsal tells, of one debtor or of many.

    Attributes:
        cases: how many cases were looked at.
    """

    planned: list[Planned] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    stuck: list[Stuck] = field(default_factory=list)
    cases: int = 0

    def add(self, other: "Told") -> None:
        """Take in what another part told."""
        self.planned += other.planned
        self.asked += other.asked
        self.stuck += other.stuck
        self.cases += other.cases

    def in_order(self) -> "Told":
        """The same, in an order that depends on nothing but what is in it."""
        return Told(
            sorted(self.planned, key=lambda each: each.order), sorted(self.asked, key=lambda each: each.order),
            sorted(set(self.stuck), key=lambda each: each.order), self.cases,
        )  # fmt: skip


def contact_days(planned: Iterable[Planned]) -> dict[tuple[str, str], list[date]]:
    """The days on which each debtor (creditor, debtor) would be contacted, each once, in order."""
    days: dict[tuple[str, str], set[date]] = {}
    for each in planned:
        days.setdefault((each.creditor_ref, each.debtor_ref), set()).add(each.day)
    return {key: sorted(found) for key, found in sorted(days.items())}
