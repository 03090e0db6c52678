"""Invoices, debtors, creditors and their contacts: frozen facts."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, EmailStr, Field, model_validator

from workflows.contacts import (
    POSTED,
    PROVEN,
    SHEETS,
    WRITTEN,
    Address,
    Channel,
    Choice,
    Contact,
    Fact,
    Line,
    Obstacle,
    Ref,
    Several,
    Stamp,
    obstacle,
    same_address,
)
from workflows.money import CentsField, Currency
from workflows.plain_lines import PART

Language = Annotated[str, Field(pattern=r"^[a-z]{2}$")]
#: A contract's rate for late payment: "12.5" is 12.5 % a year, "3x" three times the legal rate of each semester.
ContractRate = Annotated[str, Field(pattern=r"^([0-9]{1,2}(\.[0-9]{1,4})?|[1-9]x)$")]


class DebtorKind(StrEnum):
    """Who owes; the law differs for each."""

    BUSINESS = "business"
    CONSUMER = "consumer"
    PUBLIC = "public"


class Segment(StrEnum):
    """What sort of client a debtor is; `segments.py` finds it, with the reason."""

    NEW = "new"
    LOYAL = "loyal"
    USUALLY_ON_TIME = "usually_on_time"
    OFTEN_LATE = "often_late"
    BAD_PAYER = "bad_payer"
    LARGE_AMOUNT = "large_amount"
    STRATEGIC = "strategic"
    LARGE_COMPANY = "large_company"
    SMALL_COMPANY = "small_company"
    MICRO_ENTREPRENEUR = "micro_entrepreneur"
    CONSUMER = "consumer"
    PUBLIC_BUYER = "public_buyer"
    PATIENT_SECTOR = "patient_sector"
    IN_DIFFICULTY = "in_difficulty"
    INSOLVENT = "insolvent"


#: Segments that a fact alone decides: the kind of the debtor, an event, the amount of the invoice.
_NEVER_BY_HAND = frozenset({Segment.CONSUMER, Segment.PUBLIC_BUYER, Segment.INSOLVENT, Segment.LARGE_AMOUNT})


def _by_hand(segments: frozenset[Segment]) -> frozenset[Segment]:
    wrong = ", ".join(sorted(segments & _NEVER_BY_HAND))
    if wrong:
        known = ", ".join(sorted(set(Segment) - _NEVER_BY_HAND))
        raise ValueError(f"{wrong} follows from other facts (kind, amount, debtor.insolvent); choose among {known}")
    return segments


#: What a person may say of a debtor; empty takes the word back.
SegmentsByHand = Annotated[Several[Annotated[Segment, Field(strict=False)]], AfterValidator(_by_hand)]


class Debtor(Fact):
    """Who owes.

    Attributes:
        client_since: start of the business relation, where the creditor knows it.
        do_not_contact: a person decided that nothing automatic goes to this debtor.
        choices: what was said about channels, of each contact and address the last word.
        segments: what a person said; empty where nobody did.
        segments_found: what the ledger showed when it was last looked at (`segments.computed`).
    """

    ref: Ref
    name: Line
    kind: DebtorKind = DebtorKind.BUSINESS
    siren: str | None = Field(None, pattern=r"^[0-9]{9}$")
    language: Language = "fr"
    contacts: tuple[Contact, ...] = ()
    tags: Several[str] = frozenset()
    client_since: date | None = None
    do_not_contact: bool = False
    choices: tuple[Choice, ...] = ()
    segments: SegmentsByHand = frozenset()
    segments_found: Several[Segment] = frozenset()

    @property
    def place(self) -> tuple[str | None, str]:
        """Postcode and country of the first known address; they choose the holidays and the time zone."""
        for contact in self.contacts:
            if contact.address:
                return contact.address.postcode, contact.address.country
        return None, "FR"

    def contact_for(self, channel: Channel) -> Contact | None:
        """The contact that a message by `channel` goes to, billing first; None when there is none."""
        usable = [contact for contact in self.contacts if self._obstacle(contact, channel) is None]
        return min(usable, key=lambda contact: contact.role != "billing", default=None)

    def obstacle(self, channel: Channel) -> Obstacle | None:
        """Why no contact can be reached by `channel`, the most telling reason; None where one can."""
        found = [self._obstacle(contact, channel) for contact in self.contacts]
        if None in found:
            return None
        order = list(Obstacle)
        return max((each for each in found if each is not None), key=order.index, default=Obstacle.NO_ADDRESS)

    def _obstacle(self, contact: Contact, channel: Channel) -> Obstacle | None:
        return obstacle(contact, channel, self.choices, needs_consent=self.kind is DebtorKind.CONSUMER)


class BankAccount(Fact):
    """Where to pay; `holder` is the exact name the bank knows (banks compare it since October 2025)."""

    holder: Line
    iban: str = Field(pattern=r"^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$")
    bic: str | None = Field(None, pattern=r"^[A-Z0-9]{8}([A-Z0-9]{3})?$")


class Creditor(Fact):
    """Who is owed, as letters name it.

    Attributes:
        logo: path of a PNG, JPEG or SVG file, checked where the settings are read.
        claim: what the invoices are for, as `workflows.limitation.Claim`; it sets when they can no longer be claimed.
        imputation: what payments settle first in formal claims, as `workflows.imputation.Order`.
    """

    #: Without a slash, which parts it from the invoice's number in the identity of a case.
    ref: str = Field(min_length=1, max_length=80, pattern=PART)
    name: Line
    siren: str | None = Field(None, pattern=r"^[0-9]{9}$")
    legal_form: Line | None = None
    address: Address
    email: EmailStr
    phone: Line
    contact_name: Line
    bank: BankAccount
    cheque_address: Line | None = None
    pay_url: str | None = None
    scenario: str | None = None
    colour: str = Field("#1f3a5f", pattern=r"^#[0-9a-fA-F]{6}$")
    logo: str | None = Field(None, min_length=1)
    claim: Literal["general", "carriage", "ship_supplies", "insurance", "telecom", "unknown"] = "general"
    imputation: Literal["formal", "principal_first", "indemnity_last"] = "formal"


class Invoice(Fact):
    """One invoice as issued.

    Attributes:
        total: cents, taxes included; a credit note is its own event, so this is above zero.
        contract_rate: yearly late-payment rate agreed in the contract, in percent, if any.
        document: path or address of the invoice's PDF, to attach.
    """

    creditor_ref: Ref
    number: Ref
    debtor_ref: Ref
    issued_on: date
    due_on: date
    total: CentsField = Field(gt=0)
    currency: Currency = "EUR"
    po_number: Line | None = None
    contract_rate: ContractRate | None = None
    document: str | None = None

    @model_validator(mode="after")
    def _due_after_issue(self) -> "Invoice":
        if self.due_on < self.issued_on:
            raise ValueError(f"due_date {self.due_on} is before issue_date {self.issued_on}; correct one of them")
        return self

    @property
    def case_id(self) -> str:
        """Identity of the invoice's case: a number is unique for its creditor only."""
        return case_id(self.creditor_ref, self.number)


def case_id(creditor_ref: str, number: str) -> str:
    """Identity of the case of invoice `number` of `creditor_ref`."""
    return f"{creditor_ref}/{number}"


__all__ = [
    "POSTED",
    "PROVEN",
    "SHEETS",
    "WRITTEN",
    "Address",
    "BankAccount",
    "Channel",
    "Choice",
    "Contact",
    "ContractRate",
    "Creditor",
    "Debtor",
    "DebtorKind",
    "Fact",
    "Invoice",
    "Language",
    "Line",
    "Obstacle",
    "Ref",
    "Segment",
    "SegmentsByHand",
    "Stamp",
    "case_id",
    "same_address",
]
