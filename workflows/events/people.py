"""What people and feeds decide or report."""

from datetime import date
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from workflows.events.base import Fact, Text
from workflows.invoice import Line, Ref


class CasePaused(Fact):
    """Nothing leaves for this invoice, or this debtor, until `until`; no pause is endless."""

    kind: Literal["case.paused"] = "case.paused"
    scope: Literal["invoice", "debtor"] = "invoice"
    ref: Ref
    until: date
    reason: Text


class CaseResumed(Fact):
    """Ends a pause; also what restarts a case after an insolvency is over."""

    kind: Literal["case.resumed"] = "case.resumed"
    scope: Literal["invoice", "debtor"] = "invoice"
    ref: Ref
    reason: Text


class HandOverPlan(BaseModel):
    """Where a file will go, and when; a letter announces it before it does."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    to: Literal["agency", "commissaire_de_justice", "avocat", "contentieux", "court"]
    on: date
    name: Line | None = None
    contact: Line | None = None


class CaseEscalated(Fact):
    """The file was handed over, on `on` or the day of the event; amicable reminders stop."""

    kind: Literal["case.escalated"] = "case.escalated"
    invoice_no: Ref
    to: Literal["agency", "commissaire_de_justice", "avocat", "contentieux"]
    on: date | None = None
    name: Line | None = None
    contact: Line | None = None
    note: Text | None = None


class CaseClosed(Fact):
    """A person gave the claim up."""

    kind: Literal["case.closed"] = "case.closed"
    invoice_no: Ref
    outcome: Literal["written_off"] = "written_off"
    reason: Text


class StepApproved(Fact):
    """A person let a step leave that its scenario marks `to_confirm`; a warning says where the file will go."""

    kind: Literal["step.approved"] = "step.approved"
    invoice_no: Ref
    step: int = Field(ge=0)
    by: Line | None = None
    hand_over: HandOverPlan | None = None


class StepSkipped(Fact):
    """A person decided that a step will not be sent."""

    kind: Literal["step.skipped"] = "step.skipped"
    invoice_no: Ref
    step: int = Field(ge=0)
    reason: Text


class ScenarioChanged(Fact):
    """A person moved a running case to another scenario or version; nothing else ever does."""

    kind: Literal["scenario.changed"] = "scenario.changed"
    invoice_no: Ref
    scenario: str
    version: int = Field(ge=1)
    entry_step: int = Field(ge=0)
    reason: Text


class FeedCompleted(Fact):
    """An import ran to its end; opens the freshness gate."""

    kind: Literal["feed.completed"] = "feed.completed"
    feed: Literal["payments", "invoices"]
    as_of: AwareDatetime
    count: int | None = Field(None, ge=0)
