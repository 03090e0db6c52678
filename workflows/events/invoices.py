"""Facts about invoices."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from workflows.contacts import Several
from workflows.events.base import Fact, Text
from workflows.invoice import Contact, ContractRate, DebtorKind, Language, Line, Ref, SegmentsByHand
from workflows.money import Money


class NewDebtor(BaseModel):
    """The debtor as an invoice names it; what is left out keeps what is already known."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    ref: Ref
    name: Line
    kind: Annotated[DebtorKind, Field(strict=False)] | None = None
    siren: str | None = Field(None, pattern=r"^[0-9]{9}$")
    language: Language | None = None
    contacts: tuple[Contact, ...] | None = None
    tags: Several[str] | None = None
    client_since: date | None = None
    segments: SegmentsByHand | None = None


class InvoiceIssued(Fact):
    """An invoice went out; opens its case."""

    kind: Literal["invoice.issued"] = "invoice.issued"
    invoice_no: Ref
    debtor: NewDebtor
    issue_date: date
    due_date: date
    total: Money
    scenario: str | None = None
    po_number: Line | None = None
    contract_rate: ContractRate | None = None
    document: str | None = None

    @model_validator(mode="after")
    def _plausible(self) -> "InvoiceIssued":
        if self.due_date < self.issue_date:
            raise ValueError(f"due_date {self.due_date} is before issue_date {self.issue_date}; correct one of them")
        if self.total.amount <= 0:
            raise ValueError("total must be above zero; publish credit_note.issued for a credit")
        return self


class InvoiceChange(BaseModel):
    """What of an invoice was corrected; at least one field."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    due_date: date | None = None
    total: Money | None = None
    contract_rate: ContractRate | None = None

    @model_validator(mode="after")
    def _not_empty(self) -> "InvoiceChange":
        if self.due_date is None and self.total is None and self.contract_rate is None:
            raise ValueError("changed is empty; give due_date, total or contract_rate")
        return self


class InvoiceUpdated(Fact):
    """The due date, the total or the contract's rate was corrected; the ladder is re-planned."""

    kind: Literal["invoice.updated"] = "invoice.updated"
    invoice_no: Ref
    changed: InvoiceChange
    reason: Text


class InvoiceCancelled(Fact):
    """The invoice is void; its case ends."""

    kind: Literal["invoice.cancelled"] = "invoice.cancelled"
    invoice_no: Ref
    reason: Text
