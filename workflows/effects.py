"""What a decision asks for, as data; every effect carries a key made of its content."""

from datetime import date
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from workflows.case import Case, Stage
from workflows.invoice import Channel

TaskKind = Literal[
    "confirm_step", "by_hand", "blocked", "promise_broken", "instalment_missed", "decision", "reception_unknown",
    "reply", "dispute", "payment_reversed", "overpaid", "declare_claim", "in_doubt", "message_failed", "unallocated",
    "credit_note_requested", "limitation", "dispute_overdue", "pause_ends", "plan_requested", "call", "unreachable",
    "find_contact", "send_document", "open_provider",
]  # fmt: skip


class Effect(BaseModel):
    """Common part: the same order twice has the same key and is one order."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    key: str


class SendStep(Effect):
    """Deliver one step of this case by one channel; the delivery looks once more before anything leaves."""

    kind: Literal["send_step"] = "send_step"
    step: int
    channel: Channel
    template: str
    tone: int
    deadline_days: int | None = None
    from_reception: bool = False


class SendLetter(Effect):
    """Deliver one letter beside the ladder; the delivery looks once more whether its occasion still stands."""

    kind: Literal["send_letter"] = "send_letter"
    channel: Channel
    template: str
    tone: int
    occasion: str
    deadline_days: int | None = None


class WithholdStep(Effect):
    """Do not deliver what was ordered under this key, if it has not left yet."""

    kind: Literal["withhold_step"] = "withhold_step"
    reason: str


class WakeOn(Effect):
    """Ring at this instant; replaces the wake-up of any earlier epoch."""

    kind: Literal["wake_on"] = "wake_on"
    at: AwareDatetime
    epoch: int


class AskOperator(Effect):
    """A person has something to do or to decide."""

    kind: Literal["ask_operator"] = "ask_operator"
    task: TaskKind
    due_on: date | None = None
    detail: str = ""


class EndTask(Effect):
    """What a person was asked to do under this key is no longer needed, or was done by what happened."""

    kind: Literal["end_task"] = "end_task"


AnyEffect = SendStep | SendLetter | WithholdStep | WakeOn | AskOperator | EndTask


class Reason(BaseModel):
    """Why: a stable rule and the facts it used; `reasons.say` puts it into words."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    rule: str
    facts: dict[str, str] = {}


class Decision(BaseModel):
    """The new state, what to do about it, and why in words an operator can read."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    case: Case
    effects: tuple[AnyEffect, ...] = ()
    reasons: tuple[Reason, ...]

    @property
    def stage(self) -> Stage:
        """Where the case stands after the decision."""
        return self.case.stage
