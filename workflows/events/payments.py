"""Facts about money."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, model_validator

from workflows.events.base import Fact, Positive, Text
from workflows.invoice import Line, Ref
from workflows.money import Money


class Allocation(BaseModel):
    """The part of a payment that settles one invoice."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    invoice_no: Ref
    amount: Positive


class PaymentReceived(Fact):
    """Money came in; what is not allocated waits for a person."""

    kind: Literal["payment.received"] = "payment.received"
    payment_id: Ref
    amount: Money
    value_date: date
    allocations: tuple[Allocation, ...] = ()
    debtor_ref: Ref | None = None
    method: str | None = None
    reference: Line | None = None

    @model_validator(mode="after")
    def _adds_up(self) -> "PaymentReceived":
        if self.amount.amount <= 0:
            raise ValueError("amount must be above zero; publish payment.reversed for money that went back")
        numbers = [part.invoice_no for part in self.allocations]
        if len(numbers) != len(set(numbers)):
            raise ValueError("allocations name an invoice twice; add the two amounts")
        if sum(part.amount for part in self.allocations) > self.amount.amount:
            raise ValueError("allocations exceed amount; correct one of them")
        return self


class PaymentReversed(Fact):
    """Money went back (rejected debit, unpaid cheque, error); the case reopens without repeating."""

    kind: Literal["payment.reversed"] = "payment.reversed"
    payment_id: Ref
    reversal_id: Ref
    amount: Money
    reason: Literal["rejet_prelevement", "cheque_impaye", "erreur", "other"]

    @model_validator(mode="after")
    def _above_zero(self) -> "PaymentReversed":
        if self.amount.amount <= 0:
            raise ValueError("amount must be above zero: it is what went back")
        return self


class PaymentAnnounced(Fact):
    """The debtor says the money is on its way; holds reminders for some working days, is not a payment."""

    kind: Literal["payment.announced"] = "payment.announced"
    invoice_no: Ref
    expected_date: date
    amount: Money | None = None


class CreditNoteIssued(Fact):
    """A credit note; with an invoice it lowers what is owed, without one it waits for a person.

    Attributes:
        corrective: it mends an invoice that was wrong from the origin: interest never ran on its amount.
        dispute_id: of the dispute that it ends; left out, it counts for those that were decided against the creditor.
    """

    kind: Literal["credit_note.issued"] = "credit_note.issued"
    credit_note_no: Ref
    amount: Money
    invoice_no: Ref | None = None
    reason: Text | None = None
    corrective: bool = False
    dispute_id: Ref | None = None

    @model_validator(mode="after")
    def _above_zero(self) -> "CreditNoteIssued":
        if self.amount.amount <= 0:
            raise ValueError("amount must be above zero: it is what is credited")
        return self
