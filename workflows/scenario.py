"""A scenario: a versioned ladder of reminders, as data.

Parsing and checking a TOML file is in `scenario_files.py`; the ladders that ship are in `scenarios/*.toml`.
"""

from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from workflows.contacts import Several
from workflows.errors import UnknownStep
from workflows.invoice import Channel, DebtorKind, Fact, Segment
from workflows.money import CentsField
from workflows.side_letters import NONE_BY_THEMSELVES, Automatic

#: The template whose step is the formal notice (mise en demeure), and the tone that only it and what follows may have.
FORMAL_NOTICE = "formal_notice"
FORMAL_TONE = 5
#: A holiday or a preferred weekday moves a step by so many days and it still counts as on time.
WINDOW_SHIFT_DAYS = 4


class Mode(StrEnum):
    """Who lets a step leave."""

    AUTOMATIC = "automatic"
    TO_CONFIRM = "to_confirm"
    BY_HAND = "by_hand"


class Deadline(Fact):
    """Time granted to the debtor by a letter; the next step waits until it has passed.

    Attributes:
        days: calendar days.
        runs_from: `reception` counts from the carrier's delivery or first presentation, for posted letters only.
    """

    days: int = Field(ge=1, le=90)
    runs_from: Literal["sending", "reception"] = "sending"


class Condition(Fact):
    """When a step applies; a step whose condition does not hold is passed over, with the reason in the journal.

    Attributes:
        min_amount: least amount, inclusive.
        max_amount: greatest amount, inclusive.
        kinds: the debtor is of one of them.
        tags: the debtor carries at least one of them.
        without_tags: the debtor carries none of them; with `tags` on another step, it makes two steps exclusive.
        segments: the debtor is in at least one of them, as the ledger keeps it when the step comes (`segments.py`).
        without_segments: the debtor is in none of them.
        channel_present: the debtor can be reached by it.
    """

    min_amount: CentsField | None = None
    max_amount: CentsField | None = None
    kinds: Several[DebtorKind] | None = None
    tags: Several[str] | None = None
    without_tags: Several[str] | None = None
    segments: Several[Segment] | None = None
    without_segments: Several[Segment] | None = None
    channel_present: Channel | None = None


class Step(Fact):
    """One rung of the ladder.

    Attributes:
        name: unique within the scenario; also how people speak of it ("R2").
        after_due_days: earliest day, counted from the due date; negative before it.
        after_previous_days: earliest day, counted from the day the previous step was sent.
        channel: how it is sent; `fallback` is tried in order where the debtor cannot be reached so.
        also: further channels for the same step, each used only where the debtor has it.
        tone: 1 courteous … 5 formal and legal.
        deadline: what the letter grants; None for a step that grants nothing.
    """

    name: str = Field(pattern=r"^[a-z0-9_]+$")
    after_due_days: int | None = Field(None, ge=-60, le=1000)
    after_previous_days: int | None = Field(None, ge=1, le=365)
    channel: Channel
    also: tuple[Channel, ...] = ()
    fallback: tuple[Channel, ...] = ()
    template: str = Field(pattern=r"^[a-z0-9_]+$")
    tone: int = Field(ge=1, le=5)
    deadline: Deadline | None = None
    mode: Mode = Mode.AUTOMATIC
    when: Condition | None = None

    @property
    def is_preventive(self) -> bool:
        """Whether the step comes before the due date; it makes no sense afterwards."""
        return self.after_due_days is not None and self.after_due_days <= 0

    @property
    def is_formal(self) -> bool:
        """Whether the step is the formal notice or comes after it."""
        return self.tone == FORMAL_TONE


class Scenario(Fact):
    """A ladder, immutable once published; a case keeps the version it began with.

    Attributes:
        kinds: for which debtors the ladder may be used.
        min_gap_days: least days between two steps of one case, whatever their offsets say.
        min_amount: below this balance (cents) nothing is chased.
        max_reminders: so many amicable reminders a case sends at most after the due date; those left are passed over.
        escalate_after_unanswered: so many reminders without any answer, and the case goes to its last amicable step.
        promise_grace_days: working days of silence after a promised day.
        announced_hold_days: working days of silence after "it is paid".
        reply_hold_days: working days that an unread reply holds everything.
        resume_gap_days: days between the end of a dispute, promise or pause and the next step.
        instalment_grace_days: days an instalment may be late before a person is asked.
        reception_limit_days: days without news of a registered letter after which a person is asked.
        at_end: what happens after the last step's deadline.
        letters: which letters beside the ladder leave by themselves; None, as in ladders published before there were
            any, for none of them. A file that does not say has the usual ones.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: Annotated[str, Field(pattern=r"^[a-z0-9_]+$")]
    version: int = Field(1, ge=1)
    title: dict[str, str] = Field(default_factory=dict)
    kinds: Several[DebtorKind] = frozenset(DebtorKind)
    steps: tuple[Step, ...] = Field(min_length=1, max_length=30)
    min_gap_days: int = Field(7, ge=1, le=60)
    min_amount: CentsField = 0
    max_reminders: int | None = Field(None, ge=1, le=30)
    escalate_after_unanswered: int | None = Field(None, ge=1, le=10)
    promise_grace_days: int = Field(2, ge=0, le=15)
    announced_hold_days: int = Field(5, ge=1, le=15)
    reply_hold_days: int = Field(3, ge=1, le=15)
    resume_gap_days: int = Field(5, ge=1, le=60)
    instalment_grace_days: int = Field(5, ge=0, le=30)
    reception_limit_days: int = Field(21, ge=5, le=60)
    at_end: Literal["decision_task", "stop"] = "decision_task"
    letters: Automatic | None = None

    @property
    def ref(self) -> "ScenarioRef":
        """Name and version, as a case pins them."""
        return ScenarioRef(name=self.name, version=self.version)

    def step(self, number: int) -> Step:
        """Step `number`, from 0.

        Raises:
            UnknownStep: the ladder is shorter.
        """
        if not 0 <= number < len(self.steps):
            raise UnknownStep(f"{self.name}@{self.version}", number)
        return self.steps[number]

    def spacing_days(self, number: int) -> int:
        """Days that the ladder itself leaves between step `number - 1` and step `number`; at least `min_gap_days`.

        After an outage or a late import, steps keep this distance from each other instead of coming at once.
        """
        step = self.step(number)
        if number == 0:
            return 0
        before = self.step(number - 1)
        if step.after_previous_days is not None:
            return step.after_previous_days
        if step.after_due_days is None or before.after_due_days is None:
            return self.min_gap_days
        return max(step.after_due_days - before.after_due_days, self.min_gap_days)


class ScenarioRef(Fact):
    """The ladder a case is on."""

    name: str
    version: int

    def __str__(self) -> str:
        return f"{self.name}@{self.version}"


def automatic_of(scenario: Scenario) -> Automatic:
    """Which letters leave by themselves."""
    return NONE_BY_THEMSELVES if scenario.letters is None else scenario.letters


def earliest_day(scenario: Scenario, number: int, *, due_on: date, previous_on: date | None) -> date:
    """The first day on which step `number` may leave, before windows, holidays, deadlines and budgets.

    Args:
        scenario: the ladder of the case.
        number: the step, from 0.
        due_on: the invoice's due date (or that of the instalment).
        previous_on: the day the last step was sent, None where nothing was sent yet.
    """
    step = scenario.step(number)
    days = []
    if step.after_due_days is not None:
        days.append(due_on + timedelta(days=step.after_due_days))
    if previous_on is not None:
        gap = (
            scenario.min_gap_days
            if number == 0 or _is_on_time(scenario, number, due_on, previous_on)  # 0: after a move from another ladder
            else scenario.spacing_days(number)
        )
        days.append(previous_on + timedelta(days=gap))
    elif step.after_due_days is None:
        days.append(due_on + timedelta(days=step.after_previous_days or 1))
    return max(days)


def _is_on_time(scenario: Scenario, number: int, due_on: date, previous_on: date) -> bool:
    """Whether the step before `number` left on its own day, or as little after it as a contact window may ask.

    Then the next one keeps its own day, too: small shifts do not add up along the ladder. Where the step before left
    late, after an outage or a late import, the ladder keeps its distances instead.
    """
    if number == 0:
        return False
    before, step = scenario.step(number - 1), scenario.step(number)
    if before.after_due_days is None or step.after_due_days is None:
        return False
    return previous_on <= due_on + timedelta(days=before.after_due_days + WINDOW_SHIFT_DAYS)
