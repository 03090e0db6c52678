"""Invoices, debtors, creditors and their contacts: frozen facts."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, EmailStr, Field, model_validator

from workflows.money import CentsField, Currency

#: A reference chosen by the publisher: short, printable, safe in file names once slugged.
Ref = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[^\s\x00-\x1f][^\x00-\x1f]*$")]
#: A line of text that ends up in a letter: no control characters, so nothing can be injected into a header.
Line = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
Language = Annotated[str, Field(pattern=r"^[a-z]{2}$")]
#: A contract's rate for late payment: "12.5" is 12.5 % a year, "3x" three times the legal rate of each semester.
ContractRate = Annotated[str, Field(pattern=r"^([0-9]{1,2}(\.[0-9]{1,4})?|[1-9]x)$")]


class Fact(BaseModel):
    """Common part of frozen facts: unknown fields are an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


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
SegmentsByHand = Annotated[frozenset[Annotated[Segment, Field(strict=False)]], AfterValidator(_by_hand)]


class Channel(StrEnum):
    """How a message reaches a debtor; `call` is a task for a person.

    `tracked` is a letter whose way can be followed (*lettre suivie*): it is posted for sure, and nobody signs for it.
    `lre` is a qualified electronic registered letter (art. 44 of regulation (EU) 910/2014): it equals a registered
    one, and reaches whoever is not a professional only with prior consent (art. L100 CPCE).
    """

    EMAIL = "email"
    SMS = "sms"
    LETTER = "letter"
    TRACKED = "tracked"
    REGISTERED = "registered"
    LRE = "lre"
    CALL = "call"


#: What leaves a writing behind.
WRITTEN = frozenset(Channel) - {Channel.CALL}
#: What goes in an envelope to a postal address.
POSTED = frozenset({Channel.LETTER, Channel.TRACKED, Channel.REGISTERED})
#: What is written as a letter on A4 sheets, whatever carries them.
SHEETS = POSTED | {Channel.LRE}
#: Whose reception somebody proves, or that it was refused or not fetched: deadlines may run from there.
PROVEN = frozenset({Channel.REGISTERED, Channel.LRE})
#: Channels that share one address: once it is wrong, it is wrong for all of them.
_SHARED = (POSTED, frozenset({Channel.EMAIL, Channel.LRE}))


def same_address(channel: Channel) -> frozenset[Channel]:
    """The channels that reach the debtor at the same address as `channel`, itself among them."""
    return next((group for group in _SHARED if channel in group), frozenset({channel}))


class Address(Fact):
    """A postal address in its national form."""

    lines: tuple[Line, ...] = Field(min_length=1, max_length=4)
    postcode: str = Field(min_length=2, max_length=12)
    city: Line
    country: str = Field("FR", pattern=r"^[A-Z]{2}$")


class Contact(Fact):
    """One person or mailbox at the debtor's.

    Attributes:
        ref: stable within the debtor; `main` for the only one.
        role: `billing`, `purchasing`, `manager`, …; reminders prefer `billing`.
        phone: E.164 (`+33…`).
        opted_out: channels this contact refused (a STOP by SMS, for instance).
        invalid: channels that bounced; cleared when the address changes.
    """

    ref: Ref = "main"
    name: Line | None = None
    civility: Line | None = None
    role: str = "billing"
    email: EmailStr | None = None
    phone: str | None = Field(None, pattern=r"^\+[1-9][0-9]{6,14}$")
    address: Address | None = None
    opted_out: frozenset[Channel] = frozenset()
    invalid: frozenset[Channel] = frozenset()


class Debtor(Fact):
    """Who owes.

    Attributes:
        client_since: start of the business relation, where the creditor knows it.
        do_not_contact: a person decided that nothing automatic goes to this debtor.
        segments: what a person said; empty where nobody did.
        segments_found: what the ledger showed when it was last looked at (`segments.computed`).
    """

    ref: Ref
    name: Line
    kind: DebtorKind = DebtorKind.BUSINESS
    siren: str | None = Field(None, pattern=r"^[0-9]{9}$")
    language: Language = "fr"
    contacts: tuple[Contact, ...] = ()
    tags: frozenset[str] = frozenset()
    client_since: date | None = None
    do_not_contact: bool = False
    segments: SegmentsByHand = frozenset()
    segments_found: frozenset[Segment] = frozenset()

    @property
    def place(self) -> tuple[str | None, str]:
        """Postcode and country of the first known address; they choose the holidays and the time zone."""
        for contact in self.contacts:
            if contact.address:
                return contact.address.postcode, contact.address.country
        return None, "FR"

    def contact_for(self, channel: Channel) -> Contact | None:
        """The contact that a message by `channel` goes to, billing first; None when there is none."""
        usable = [contact for contact in self.contacts if reaches(contact, channel)]
        return min(usable, key=lambda contact: contact.role != "billing", default=None)


def reaches(contact: Contact, channel: Channel) -> bool:
    """Whether `contact` can be reached by `channel`: an address for it, not refused, not bounced."""
    if channel in contact.opted_out or same_address(channel) & contact.invalid:
        return False
    if channel in (Channel.EMAIL, Channel.LRE):
        return contact.email is not None
    if channel in POSTED:
        return contact.address is not None
    return contact.phone is not None


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
    ref: str = Field(min_length=1, max_length=80, pattern=r"^[^\s/\x00-\x1f][^/\x00-\x1f]*$")
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


#: When something was learnt: its instant, then the id of the event, so that two facts are always ordered the same way.
Stamp = tuple[AwareDatetime, str]
