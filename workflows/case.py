"""A case: what is known of one invoice, what was done about it, and its next moment.

What is known is kept so that the order of arrival does not matter: facts are sets by id, and what can be said twice
differently (a due date, a pause) is a register in which the latest statement wins. The stage is derived from them
(`machine/standing.py`), never stored as a truth of its own.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from workflows.events import LetterState, PlanLine
from workflows.invoice import Channel, Invoice, Stamp
from workflows.money import CentsField
from workflows.scenario import ScenarioRef


class Stage(StrEnum):
    """Where a case stands."""

    WATCHING = "watching"
    REMINDING = "reminding"
    FORMAL_NOTICE = "formal_notice"
    HANDED_OVER = "handed_over"
    PROMISED = "promised"
    DISPUTED = "disputed"
    INSTALMENTS = "instalments"
    PAUSED = "paused"
    BLOCKED = "blocked"
    INSOLVENT = "insolvent"
    PAID = "paid"
    CANCELLED = "cancelled"
    WRITTEN_OFF = "written_off"


#: Stages after which nothing more is expected; a late fact may still leave them.
ENDED = frozenset({Stage.PAID, Stage.CANCELLED, Stage.WRITTEN_OFF})
#: Stages in which the ladder runs.
ON_THE_LADDER = frozenset({Stage.WATCHING, Stage.REMINDING, Stage.FORMAL_NOTICE, Stage.BLOCKED})


class Known(BaseModel):
    """Common part of what is known: frozen, with the stamp of the event that said it."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    stamp: Stamp


class Payment(Known):
    """The part of a payment that belongs to this invoice.

    Attributes:
        before: cents of the same payment allocated ahead of this part; a reversal takes them back first.
        whole: cents of the payment in all, whatever they are for.
    """

    payment_id: str
    amount: CentsField
    before: CentsField
    whole: CentsField
    value_date: date


class Reversal(Known):
    """Money of a payment that went back; counts once the payment is known."""

    reversal_id: str
    payment_id: str
    amount: CentsField


class Credit(Known):
    """A credit note on this invoice."""

    credit_note_no: str
    amount: CentsField


class Dispute(Known):
    """What is contested; `amount` None for all of the invoice."""

    dispute_id: str
    amount: CentsField | None = None


class Resolution(Known):
    """The explicit end of a dispute."""

    dispute_id: str
    outcome: str


class Promise(Known):
    """A day the debtor named; `amount` None for the whole balance."""

    promise_id: str
    on: date
    amount: CentsField | None = None


class Withdrawal(Known):
    """A promise that no longer counts."""

    promise_id: str


class Plan(Known):
    """An instalment plan as agreed; the latest one counts."""

    plan_id: str
    lines: tuple[PlanLine, ...]


class PlanEnd(Known):
    """A plan that a person ended."""

    plan_id: str


class Announcement(Known):
    """The debtor says the money left or will leave on `expected_on`."""

    expected_on: date


class Reply(Known):
    """A reply that a person should read."""

    reply_id: str


class ReplyRead(Known):
    """The end of a reply's hold."""

    reply_id: str


class Pause(Known):
    """The latest word on a pause: `until` a day, or None for resumed."""

    until: date | None


class Insolvency(Known):
    """The latest word on a collective procedure; `declare_by` is the last day to declare the claim."""

    is_open: bool
    declare_by: date | None = None


class HandOver(Known):
    """Where the file went."""

    to: str


class Track(Known):
    """One report of a carrier on one posted letter."""

    message_id: str
    state: LetterState


class Bounce(Known):
    """A message that came back for good; a complaint is none, for it arrived."""

    message_id: str


class Approval(Known):
    """A person let a step leave; counts for the ladder the case was on at that instant."""

    step: int


class Skip(Known):
    """A person passed a step over; counts for the ladder the case was on at that instant."""

    step: int


StepState = Literal["wanted", "sent", "failed", "in_doubt", "withheld"]


class StepRecord(BaseModel):
    """What became of one asking of one step by one channel.

    Attributes:
        ladder: the scenario and version the step belongs to.
        key: identity of the dispatch, made of content.
        asking: how often the step was asked, this time included; the channels of one asking belong together.
        at: when the state was reached; for what was in doubt and turned out to be sent, when it left.
        accompanies: sent along with the step's own letter (a text message, for instance); it does not stand for it.
        is_preventive: the step comes before the due date and lapses with it.
        deadline_days: what the letter grants, in calendar days; None where it grants nothing.
        from_reception: the deadline runs from the carrier's word, not from the sending.
        deadline_on: the day the letter names; None where it runs from reception or none is granted.
        postponed_until: a gate said "not yet".
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    ladder: str
    step: int
    channel: Channel
    key: str
    asking: int = 1
    state: StepState
    at: AwareDatetime
    template: str = ""
    tone: int = 1
    accompanies: bool = False
    is_preventive: bool = False
    deadline_days: int | None = None
    from_reception: bool = False
    message_id: str | None = None
    deadline_on: date | None = None
    postponed_until: AwareDatetime | None = None
    reason: str | None = None


class Case(BaseModel):
    """The workflow of one invoice.

    Attributes:
        as_of: the latest instant seen in any event; "now" for the derived stage.
        due_on_word, total_word: latest corrections of the invoice, as stamps.
        epoch: rises whenever the next moment changes; a wake-up of an older epoch is stale.
        next_wake_at: the one pending wake-up.
        idle_reason: rule that says why there is none; exactly one of the two is set.
        resumed: the latest `case.resumed`, which also restarts a case after an insolvency.
        asked: keys of the tasks this case has already asked a person to do.
        answered: those of them that are no longer needed.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    case_id: str
    invoice: Invoice
    scenario: ScenarioRef
    scenario_stamp: Stamp | None = None
    entry_step: int = 0
    stage: Stage = Stage.WATCHING
    as_of: AwareDatetime
    opened_at: AwareDatetime

    due_on_word: Stamp | None = None
    total_word: Stamp | None = None
    payments: tuple[Payment, ...] = ()
    reversals: tuple[Reversal, ...] = ()
    credits: tuple[Credit, ...] = ()
    disputes: tuple[Dispute, ...] = ()
    resolutions: tuple[Resolution, ...] = ()
    promises: tuple[Promise, ...] = ()
    withdrawals: tuple[Withdrawal, ...] = ()
    plan: Plan | None = None
    plan_ends: tuple[PlanEnd, ...] = ()
    announcement: Announcement | None = None
    replies: tuple[Reply, ...] = ()
    replies_read: tuple[ReplyRead, ...] = ()
    invoice_pause: Pause | None = None
    debtor_pause: Pause | None = None
    resumed: Stamp | None = None
    insolvency: Insolvency | None = None
    cancelled: Stamp | None = None
    written_off: Stamp | None = None
    handed_over: HandOver | None = None
    tracks: tuple[Track, ...] = ()
    bounces: tuple[Bounce, ...] = ()
    approvals: tuple[Approval, ...] = ()
    skips: tuple[Skip, ...] = ()

    steps: tuple[StepRecord, ...] = ()
    asked: frozenset[str] = frozenset()
    answered: frozenset[str] = frozenset()
    epoch: Annotated[int, Field(ge=0)] = 0
    next_wake_at: AwareDatetime | None = None
    idle_reason: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether something is still expected of the case."""
        return self.stage not in ENDED
