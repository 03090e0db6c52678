"""What only some letters speak of: a call, a plan, an offer, a hand-over, a payment, a dispute, a procedure.

Each part is frozen and checked with the letter that uses it (`wording_checks.py`).
"""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from pydantic import Field

from workflows.events.answers import DisputeReason
from workflows.events.base import Paragraph
from workflows.invoice import Fact, Line
from workflows.money import CentsField


class CallPart(Fact):
    """A telephone call that took place.

    Attributes:
        on: day of the call.
        with_name: whom we spoke to, where it was noted.
    """

    on: date
    with_name: Line | None = None


class InstalmentLine(Fact):
    """One instalment of a plan.

    Attributes:
        amount: cents.
        is_paid: whether it is covered by what came in.
    """

    due_on: date
    amount: CentsField = Field(gt=0)
    is_paid: bool = False


class PlanPart(Fact):
    """An instalment plan, offered or agreed; the lines that are not paid add up to the balance of the letter.

    Attributes:
        missed: number (from 1) of the instalment that did not come in; None where none is missing.
        break_clause: whether the plan says that one missed instalment makes the whole due.
    """

    lines: tuple[InstalmentLine, ...] = Field(min_length=1, max_length=60)
    missed: int | None = Field(None, ge=1)
    break_clause: bool = True


class OfferPart(Fact):
    """A discount for early settlement, valid until the letter's deadline.

    Attributes:
        percent: of the balance, such as `Decimal("2")`; None where an amount was offered.
        discount: cents that are forgiven.
        net: cents to pay; balance = discount + net.
    """

    percent: Decimal | None = Field(None, gt=0, lt=100)
    discount: CentsField = Field(gt=0)
    net: CentsField = Field(gt=0)


class HandOverPart(Fact):
    """Where the file goes, or went.

    Attributes:
        to: `court` for an action that the creditor takes itself.
        on: the day; ahead of the letter for a warning, not after it for a notice.
        name: of the agency, the office or the lawyer, where it is known.
        contact: how to reach them.
    """

    to: Literal["agency", "commissaire_de_justice", "avocat", "contentieux", "court"]
    on: date
    name: Line | None = None
    contact: Line | None = None


class PaymentPart(Fact):
    """A payment that came in.

    Attributes:
        on: value date.
        amount: cents of it that belong to the letter's invoices.
        crossed_on: day of the reminder that crossed it, for an apology.
    """

    on: date
    amount: CentsField = Field(gt=0)
    crossed_on: date | None = None


class DisputePart(Fact):
    """A dispute, and what became of it.

    Attributes:
        outcome: None while it is open.
        note: what the creditor answers, in the debtor's language; printed as it stands.
    """

    opened_on: date
    reason: DisputeReason = DisputeReason.OTHER
    outcome: Literal["creditor", "debtor", "partial"] | None = None
    note: Paragraph | None = None


class InsolvencyPart(Fact):
    """A collective procedure; the letter goes to the *mandataire* (or the liquidator), not to the debtor.

    Attributes:
        judgment_on: day of the opening judgment; interest stops the day before (art. L622-28 C. com.).
        published_on: day of publication in the BODACC.
        declare_by: last day to declare the claim: two months from publication (art. R622-24 C. com.).
    """

    procedure: Literal["sauvegarde", "redressement", "liquidation"]
    judgment_on: date
    published_on: date | None = None
    declare_by: date
    mandataire: Line


class AnswerPart(Fact):
    """The answer to a reply, as a person approved it.

    Attributes:
        text: paragraphs, lists, `**strong**`, and the blocks `[[invoices]]` and `[[payment]]`.
        subject: of the message, with its `Re:`.
    """

    reply_id: str
    text: str = Field(min_length=1, max_length=10_000)
    subject: Line


class AnswerKind(StrEnum):
    """What a debtor may answer by one link."""

    PAID = "paid"
    PROMISE = "promise"
    INSTALMENTS = "instalments"
    DISPUTE = "dispute"
    WRONG_PERSON = "wrong_person"


class AnswerLink(Fact):
    """One possible answer, and the link that gives it (https, or an e-mail already addressed)."""

    kind: AnswerKind
    url: str = Field(pattern=r"^(https?|mailto):[^\s<>\"'\\]+$")
