"""What a creditor sends or offers beside its ladder."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, model_validator

from workflows.events.base import Fact, Paragraph, Positive
from workflows.invoice import Channel, Line, Ref

#: Letters that a person may ask for; those of plans and offers leave with their own events.
RequestedLetter = Literal[
    "apology", "call_confirmation", "credit_policy", "dispute_acknowledged", "dispute_answered", "hand_over_notice",
    "instalment_confirmation", "loyal_client", "payment_thanks", "promise_acknowledged", "reason_request",
    "services_reminder",
]  # fmt: skip
#: Percent, above 0 and below 100, such as "2" or "2.5".
Percent = Annotated[str, Field(pattern=r"^[0-9]{1,2}(\.[0-9]{1,2})?$")]


class LetterRequested(Fact):
    """A person asks for one letter beside the ladder; the next step only waits for the day that the letter grants.

    `channel` is left out for e-mail, or a letter where there is no e-mail; `note` is printed as it stands.
    """

    kind: Literal["letter.requested"] = "letter.requested"
    request_id: Ref
    invoice_no: Ref
    letter: RequestedLetter
    channel: Annotated[Channel, Field(strict=False)] | None = None
    deadline_on: date | None = None
    by: Line | None = None
    note: Paragraph | None = None


class SettlementOffered(Fact):
    """A discount for payment by `until`; silence until then, and the net paid in time settles the invoice."""

    kind: Literal["settlement.offered"] = "settlement.offered"
    offer_id: Ref
    invoice_no: Ref
    until: date
    percent: Percent | None = None
    amount: Positive | None = None

    @model_validator(mode="after")
    def _one_discount(self) -> "SettlementOffered":
        if (self.percent is None) == (self.amount is None):
            raise ValueError("percent and amount are two ways to say the discount; give one of them")
        if self.percent is not None and Decimal(self.percent) == 0:
            raise ValueError("percent must be above zero")
        return self


class SettlementWithdrawn(Fact):
    """An offer no longer counts; what was paid for it before still does."""

    kind: Literal["settlement.withdrawn"] = "settlement.withdrawn"
    offer_id: Ref
    invoice_no: Ref
