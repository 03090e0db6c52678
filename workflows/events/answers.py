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
    """The debtor named a day; silence until then plus grace.

    Attributes:
        channel: how he said it; `email`, `letter`, `registered` and `sms` count as his writing for the limitation.
    """

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


def _rising(lines: tuple[PlanLine, ...]) -> tuple[PlanLine, ...]:
    days = [line.due_date for line in lines]
    if days != sorted(set(days)):
        raise ValueError("lines must have rising, distinct due dates")
    return lines


PlanLines = Annotated[tuple[PlanLine, ...], Field(min_length=1, max_length=60), AfterValidator(_rising)]


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


#: What a call came to when somebody was spoken to.
Spoken = Literal["reached", "refuses", "promises", "disputes", "asks_document"]


class CallLogged(Fact):
    """A call took place; with `promised_on` it is a promise, too, and is confirmed in writing."""

    kind: Literal["call.logged"] = "call.logged"
    call_id: Ref
    debtor_ref: Ref
    invoice_nos: tuple[Ref, ...] = ()
    disposition: Spoken | Literal["voicemail", "wrong_number"]
    with_name: Line | None = None
    promised_on: date | None = None
    promised_amount: Positive | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def _promise(self) -> "CallLogged":
        if self.promised_on is None:
            if self.promised_amount is not None:
                raise ValueError("promised_amount stands without a day; give promised_on")
            return self
        if self.disposition != "promises":
            raise ValueError(f"promised_on stands with disposition {self.disposition!r}; make it 'promises'")
        if not self.invoice_nos:
            raise ValueError("invoice_nos is empty; name the invoices that were promised")
        return self


def promise_of_call(call_id: str) -> str:
    """Id of the promise that was made in a call."""
    return f"call:{call_id}"
