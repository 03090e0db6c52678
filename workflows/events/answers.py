"""What a debtor may answer: disputes, promises, plans, replies, calls."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from workflows.events.base import Fact, Positive, Text
from workflows.invoice import Line, Ref


class DisputeReason(StrEnum):
    """Why an invoice is contested."""

    QUALITY = "quality"
    DELIVERY = "delivery"
    QUANTITY = "quantity"
    PRICE = "price"
    VAT = "vat"
    DUPLICATE = "duplicate"
    NOT_ORDERED = "not_ordered"
    PURCHASE_ORDER = "missing_purchase_order"
    WRONG_ADDRESSEE = "wrong_addressee"
    OTHER = "other"


#: Names of files that a debtor or a colleague gave; the files themselves are kept elsewhere.
FileNames = Annotated[tuple[Line, ...], Field(max_length=20)]
#: Who has to do something next about a dispute.
Awaited = Literal["creditor", "debtor"]


class DisputeOpened(Fact):
    """All (`amount` left out) or part of an invoice is contested; that part is not chased.

    Attributes:
        owner: who looks into it.
        deadline: by when the debtor gets an answer; left out, the ladder's `dispute_days` count.
        acknowledge: whether the debtor gets the letter that notes the dispute, where the ladder writes it.
    """

    kind: Literal["dispute.opened"] = "dispute.opened"
    dispute_id: Ref
    invoice_no: Ref
    reason: Annotated[DisputeReason, Field(strict=False)]
    amount: Positive | None = None
    comment: Text | None = None
    owner: Line | None = None
    deadline: date | None = None
    files: FileNames = ()
    acknowledge: bool = True


class DisputeUpdated(Fact):
    """Another owner, another deadline, or somebody else has to act now; of two words on one the later counts."""

    kind: Literal["dispute.updated"] = "dispute.updated"
    dispute_id: Ref
    invoice_no: Ref
    owner: Line | None = None
    deadline: date | None = None
    awaiting: Awaited | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "DisputeUpdated":
        if self.owner is None and self.deadline is None and self.awaiting is None:
            raise ValueError("owner is missing, and so are deadline and awaiting; give one of them")
        return self


class DisputeAnswered(Fact):
    """Somebody answered in a dispute that goes on: from then on the other side has to act."""

    kind: Literal["dispute.answered"] = "dispute.answered"
    dispute_id: Ref
    invoice_no: Ref
    answer_id: Ref
    by: Awaited = "creditor"
    text: Text
    files: FileNames = ()


class DisputeResolved(Fact):
    """An explicit act ends a dispute; a payment never does.

    Attributes:
        amount: what is given up, for `partial`; it is not asked for while its credit note is not issued.
    """

    kind: Literal["dispute.resolved"] = "dispute.resolved"
    dispute_id: Ref
    invoice_no: Ref
    outcome: Literal["creditor", "debtor", "partial"]
    amount: Positive | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def _given_up(self) -> "DisputeResolved":
        if self.amount is not None and self.outcome != "partial":
            raise ValueError(f"amount stands with outcome {self.outcome!r}; it belongs to 'partial'")
        return self


class PromiseMade(Fact):
    """The debtor named a day; silence until then plus grace.

    Attributes:
        channel: how he said it; everything but `call` that is a channel counts as his writing for the limitation,
            `portal` as a promise that he made by himself.
        approved_by: who in charge agreed to a day that is far away.
        acknowledge: whether the debtor gets the letter that notes the day, where the ladder writes it.
    """

    kind: Literal["promise.made"] = "promise.made"
    promise_id: Ref
    invoice_nos: tuple[Ref, ...] = Field(min_length=1)
    date: date
    amount: Positive | None = None
    by: Line | None = None
    channel: str | None = None
    approved_by: Line | None = None
    note: Text | None = None
    acknowledge: bool = True


class PromiseWithdrawn(Fact):
    """A promise no longer counts."""

    kind: Literal["promise.withdrawn"] = "promise.withdrawn"
    promise_id: Ref
    invoice_nos: tuple[Ref, ...] = Field(min_length=1)


class PlanLine(BaseModel):
    """One instalment."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    due_date: date
    amount: Positive


def _rising(lines: tuple[PlanLine, ...]) -> tuple[PlanLine, ...]:
    days = [line.due_date for line in lines]
    if days != sorted(set(days)):
        raise ValueError("lines must have rising, distinct due dates")
    return lines


PlanLines = Annotated[tuple[PlanLine, ...], Field(min_length=1, max_length=60), AfterValidator(_rising)]


class InstalmentPlanRequested(Fact):
    """The debtor asks to pay in parts; a person offers a plan, or ends the wish with `instalment_plan.broken`.

    Attributes:
        plan_id: names the wish; the plan that is offered for it may have the same id.
        count: of instalments.
        first_on: day of the first one.
    """

    kind: Literal["instalment_plan.requested"] = "instalment_plan.requested"
    plan_id: Ref
    invoice_no: Ref
    count: int = Field(ge=2, le=60)
    first_on: date
    by: Line | None = None
    channel: str | None = None
    note: Text | None = None


class InstalmentPlanOffered(Fact):
    """A plan is offered in writing; silence until `answer_by`, and without an answer the ladder goes on."""

    kind: Literal["instalment_plan.offered"] = "instalment_plan.offered"
    plan_id: Ref
    invoice_no: Ref
    lines: PlanLines
    answer_by: date


class InstalmentPlanAgreed(Fact):
    """A plan agreed in writing replaces the due date of one invoice; the lines add up to what is owed."""

    kind: Literal["instalment_plan.agreed"] = "instalment_plan.agreed"
    plan_id: Ref
    invoice_no: Ref
    lines: PlanLines
    break_clause: bool = True


class InstalmentPlanBroken(Fact):
    """A person ended the plan, or its offer: the whole is due and the ladder resumes."""

    kind: Literal["instalment_plan.broken"] = "instalment_plan.broken"
    plan_id: Ref
    invoice_no: Ref
    line: int | None = Field(None, ge=1)


class ReplyReceived(Fact):
    """The debtor wrote; automatic messages wait until a person has read it."""

    kind: Literal["reply.received"] = "reply.received"
    reply_id: Ref
    debtor_ref: Ref
    invoice_nos: tuple[Ref, ...] = ()
    sender: str | None = None
    in_reply_to: str | None = None
    text: Annotated[str, Field(max_length=100_000)] = ""
    automatic: bool = False


class ReplyHandled(Fact):
    """A person has read the reply and, where it said something, published what it said."""

    kind: Literal["reply.handled"] = "reply.handled"
    reply_id: Ref
    debtor_ref: Ref
    invoice_nos: tuple[Ref, ...] = ()
    note: Text | None = None
