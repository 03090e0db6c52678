"""What a debtor may answer: disputes, promises, plans, replies, calls."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

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


class DisputeOpened(Fact):
    """All (`amount` left out) or part of an invoice is contested; that part is not chased."""

    kind: Literal["dispute.opened"] = "dispute.opened"
    dispute_id: Ref
    invoice_no: Ref
    reason: Annotated[DisputeReason, Field(strict=False)]
    amount: Positive | None = None
    comment: Text | None = None
    owner: Line | None = None


class DisputeResolved(Fact):
    """An explicit act ends a dispute; a payment never does."""

    kind: Literal["dispute.resolved"] = "dispute.resolved"
    dispute_id: Ref
    invoice_no: Ref
    outcome: Literal["creditor", "debtor", "partial"]
    note: Text | None = None


class PromiseMade(Fact):
    """The debtor named a day; silence until then plus grace."""

    kind: Literal["promise.made"] = "promise.made"
    promise_id: Ref
    invoice_nos: tuple[Ref, ...] = Field(min_length=1)
    date: date
    amount: Positive | None = None
    by: Line | None = None
    channel: str | None = None


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


class InstalmentPlanAgreed(Fact):
    """A plan agreed in writing replaces the due date of one invoice; the lines add up to what is owed."""

    kind: Literal["instalment_plan.agreed"] = "instalment_plan.agreed"
    plan_id: Ref
    invoice_no: Ref
    lines: tuple[PlanLine, ...] = Field(min_length=1, max_length=60)
    break_clause: bool = True

    @model_validator(mode="after")
    def _in_order(self) -> "InstalmentPlanAgreed":
        days = [line.due_date for line in self.lines]
        if days != sorted(set(days)):
            raise ValueError("lines must have rising, distinct due dates")
        return self


class InstalmentPlanBroken(Fact):
    """A person ended the plan; the whole is due and the ladder resumes."""

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


class CallLogged(Fact):
    """A call took place; a promise or a dispute is its own event."""

    kind: Literal["call.logged"] = "call.logged"
    call_id: Ref
    debtor_ref: Ref
    invoice_nos: tuple[Ref, ...] = ()
    disposition: Literal["reached", "voicemail", "wrong_number", "refuses", "promises", "disputes", "asks_document"]
    note: Text | None = None
