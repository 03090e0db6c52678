"""What the system itself observes; never accepted from outside."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from workflows.events.base import Fact, Text
from workflows.invoice import Channel, Ref


class StepFellDue(Fact):
    """The wake-up rang; `epoch` says for which plan of the case."""

    kind: Literal["step.fell_due"] = "step.fell_due"
    invoice_no: Ref
    epoch: int


class CaseReviewed(Fact):
    """A look at a case because a day that nothing else tells is near: that of the limitation."""

    kind: Literal["case.reviewed"] = "case.reviewed"
    invoice_no: Ref


class DispatchReported(Fact):
    """What became of one dispatch; written by the delivery, in the transaction that records it.

    Attributes:
        step: None for a letter beside the ladder.
        outcome: `sent`; `failed` (the provider certainly has nothing); `in_doubt`; `withheld` (a gate said no for
            good: the step is no longer wanted); `postponed` (a gate said not yet).
        body_sha256: of exactly what was handed over, so that the journal's chain holds it, too; None in older journals.
        until: for `postponed`, when it is looked at again.
        reason: a stable code of `reasons.py`.
    """

    kind: Literal["dispatch.reported"] = "dispatch.reported"
    invoice_no: Ref
    step: int | None = None
    channel: Annotated[Channel, Field(strict=False)]
    dispatch_key: str
    outcome: Literal["sent", "failed", "in_doubt", "withheld", "postponed"]
    message_id: str | None = None
    body_sha256: str | None = Field(None, pattern=r"^[0-9a-f]{64}$")
    until: AwareDatetime | None = None
    deadline_on: date | None = None
    reason: str | None = None
    detail: Text | None = None
