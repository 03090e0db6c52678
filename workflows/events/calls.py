"""Telephone calls: what they came to, and what was said in them."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from workflows.events.answers import DisputeReason
from workflows.events.base import Fact, Positive, Text
from workflows.invoice import Line, Ref

#: What a call came to when somebody was spoken to.
Spoken = Literal["reached", "refuses", "promises", "disputes", "asks_document"]
#: What a call came to that has to be made again, or elsewhere.
Unanswered = Literal["voicemail", "wrong_number", "call_back"]
_Hour = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class CallLogged(Fact):
    """A call took place; what was promised or contested in it is a promise or a dispute, too.

    Attributes:
        phone: the number that was called, in E.164 form (`+33…`); with `wrong_number` it is not used again.
        promised_on, promised_amount: of a promise; it is confirmed in writing.
        approved_by: who in charge agreed to a promised day that is far away.
        dispute_reason, dispute_amount: of a dispute; without a reason the call only notes that there is one.
        call_back_on, call_back_from, call_back_to: the day, and between which hours of the debtor's clock.
    """

    kind: Literal["call.logged"] = "call.logged"
    call_id: Ref
    debtor_ref: Ref
    invoice_nos: tuple[Ref, ...] = ()
    disposition: Spoken | Unanswered
    with_name: Line | None = None
    phone: str | None = Field(None, pattern=r"^\+[1-9][0-9]{6,14}$")
    promised_on: date | None = None
    promised_amount: Positive | None = None
    approved_by: Line | None = None
    dispute_reason: Annotated[DisputeReason | None, Field(strict=False)] = None
    dispute_amount: Positive | None = None
    call_back_on: date | None = None
    call_back_from: _Hour | None = None
    call_back_to: _Hour | None = None
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

    @model_validator(mode="after")
    def _dispute(self) -> "CallLogged":
        if self.dispute_reason is None:
            if self.dispute_amount is not None:
                raise ValueError("dispute_amount stands without a category; give dispute_reason")
            return self
        if self.disposition != "disputes":
            raise ValueError(f"dispute_reason stands with disposition {self.disposition!r}; make it 'disputes'")
        if len(set(self.invoice_nos)) != 1:
            raise ValueError("invoice_nos must name one invoice: a dispute is about one; log one call for each")
        return self

    @model_validator(mode="after")
    def _call_back(self) -> "CallLogged":
        if (self.call_back_from is None) != (self.call_back_to is None):
            raise ValueError("call_back_from and call_back_to belong together; give both, or none")
        if self.call_back_from is not None and self.call_back_to is not None:
            if self.call_back_on is None:
                raise ValueError("call_back_on is missing; name the day for these hours")
            if self.call_back_to <= self.call_back_from:
                raise ValueError(f"call_back_to {self.call_back_to} is not after {self.call_back_from}; correct it")
        if self.call_back_on is not None and self.disposition not in ("call_back", "voicemail"):
            raise ValueError(f"call_back_on stands with disposition {self.disposition!r}; make it 'call_back'")
        return self


def promise_of_call(call_id: str) -> str:
    """Id of the promise that was made in a call."""
    return f"call:{call_id}"


def dispute_of_call(call_id: str) -> str:
    """Id of the dispute that was opened in a call."""
    return f"call:{call_id}"
