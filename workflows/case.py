"""A case: what is known of one invoice, what was done about it, and its next moment.

What is known is kept so that the order of arrival does not matter: facts are sets by id, and what can be said twice
differently (a due date, a pause) is a register in which the latest statement wins. The stage is derived from them
(`machine/standing.py`), never stored as a truth of its own.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from workflows.contacts import Several
from workflows.invoice import Channel, Invoice, Stamp
from workflows.known import (
    Announcement,
    Answer,
    Approval,
    Attempt,
    Bounce,
    Call,
    Credit,
    Dispute,
    DisputeAnswer,
    DisputeWord,
    HandOver,
    Insolvency,
    Judgment,
    LetterRequest,
    Pause,
    Payment,
    Plan,
    PlanEnd,
    PlanOffer,
    PlanRequest,
    Promise,
    Reply,
    ReplyRead,
    Resolution,
    Reversal,
    Settlement,
    SettlementEnd,
    Skip,
    Track,
    Withdrawal,
)
from workflows.limitation import Claim
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


class SideLetter(BaseModel):
    """What became of one asking of a letter beside the ladder: it is no reminder, sets no distance and no stage.

    Attributes:
        key: identity of the dispatch, made of content.
        template: the letter.
        occasion: id of the fact it speaks of; one fact is one letter.
        asking: how often it was asked, this time included.
        at: when the state was reached; for what was in doubt and turned out to be sent, when it left.
        by_hand: a person asked for it.
        deadline_days: what the letter grants from the day it leaves; instead of a `deadline_on` fixed beforehand.
        deadline_on: the day the letter names.
        postponed_until: a gate said "not yet".
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    key: str
    template: str
    occasion: str
    channel: Channel
    tone: int = 1
    asking: int = 1
    state: StepState
    at: AwareDatetime
    by_hand: bool = False
    deadline_days: int | None = None
    deadline_on: date | None = None
    message_id: str | None = None
    postponed_until: AwareDatetime | None = None
    reason: str | None = None


class Case(BaseModel):
    """The workflow of one invoice.

    Attributes:
        as_of: the latest instant seen in any event; "now" for the derived stage.
        due_on_word, total_word, rate_word: latest corrections of the invoice, as stamps.
        epoch: rises whenever the next moment changes; a wake-up of an older epoch is stale.
        next_wake_at: the one pending wake-up.
        idle_reason: rule that says why there is none; exactly one of the two is set.
        judgments: of each kind of procedure the latest; where one became another, both count for interest.
        resumed: the latest `case.resumed`, which also restarts a case after an insolvency.
        claim: what the invoice is for; sets the delay of the limitation.
        asked: keys of the tasks this case has already asked a person to do.
        answered: those of them that are no longer needed.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    case_id: str
    invoice: Invoice
    scenario: ScenarioRef
    scenario_stamp: Stamp | None = None
    entry_step: int = 0
    claim: Claim = Claim.GENERAL
    stage: Stage = Stage.WATCHING
    as_of: AwareDatetime
    opened_at: AwareDatetime

    due_on_word: Stamp | None = None
    total_word: Stamp | None = None
    rate_word: Stamp | None = None
    payments: tuple[Payment, ...] = ()
    reversals: tuple[Reversal, ...] = ()
    credits: tuple[Credit, ...] = ()
    disputes: tuple[Dispute, ...] = ()
    dispute_words: tuple[DisputeWord, ...] = ()
    dispute_answers: tuple[DisputeAnswer, ...] = ()
    resolutions: tuple[Resolution, ...] = ()
    promises: tuple[Promise, ...] = ()
    withdrawals: tuple[Withdrawal, ...] = ()
    calls: tuple[Call, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    plan_requests: tuple[PlanRequest, ...] = ()
    plan_offer: PlanOffer | None = None
    plan: Plan | None = None
    plan_ends: tuple[PlanEnd, ...] = ()
    settlement: Settlement | None = None
    settlement_ends: tuple[SettlementEnd, ...] = ()
    announcement: Announcement | None = None
    replies: tuple[Reply, ...] = ()
    replies_read: tuple[ReplyRead, ...] = ()
    answers: tuple[Answer, ...] = ()
    invoice_pause: Pause | None = None
    debtor_pause: Pause | None = None
    resumed: Stamp | None = None
    insolvency: Insolvency | None = None
    judgments: tuple[Judgment, ...] = ()
    cancelled: Stamp | None = None
    written_off: Stamp | None = None
    handed_over: HandOver | None = None
    tracks: tuple[Track, ...] = ()
    bounces: tuple[Bounce, ...] = ()
    approvals: tuple[Approval, ...] = ()
    skips: tuple[Skip, ...] = ()
    requests: tuple[LetterRequest, ...] = ()

    steps: tuple[StepRecord, ...] = ()
    letters: tuple[SideLetter, ...] = ()
    asked: Several[str] = frozenset()
    answered: Several[str] = frozenset()
    epoch: Annotated[int, Field(ge=0)] = 0
    next_wake_at: AwareDatetime | None = None
    idle_reason: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether something is still expected of the case."""
        return self.stage not in ENDED

    @property
    def ordered(self) -> tuple[StepRecord | SideLetter, ...]:
        """Everything that was ordered: steps of the ladder, and letters beside it."""
        return (*self.steps, *self.letters)
