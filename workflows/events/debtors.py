"""Facts about debtors."""

import re
from datetime import date
from typing import Annotated, Final, Literal

from pydantic import Field, model_validator

from workflows.contacts import Several
from workflows.events.base import Fact
from workflows.invoice import Channel, Contact, Language, Line, Ref, SegmentsByHand

_ANY: Final = re.compile(r".+", re.DOTALL)
_NUMBER: Final = (re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII), "the number as +33612345678")
_MAIL: Final = (re.compile(r"[^\s@]+@[^\s@]+"), "an e-mail address")
_ADDRESSES: Final = {Channel.SMS: _NUMBER, Channel.CALL: _NUMBER, Channel.EMAIL: _MAIL, Channel.LRE: _MAIL}


class DebtorUpdated(Fact):
    """What is known of a debtor changed; blocked cases look again.

    Attributes:
        segments: what a person says in place of the computed behaviour; empty goes back to what the ledger shows.
    """

    kind: Literal["debtor.updated"] = "debtor.updated"
    debtor_ref: Ref
    name: Line | None = None
    contacts: tuple[Contact, ...] | None = None
    language: Language | None = None
    tags: Several[str] | None = None
    do_not_contact: bool | None = None
    segments: SegmentsByHand | None = None


class _Choice(Fact):
    """What is said about one channel: of one contact, of one address whoever has it, or of the whole debtor."""

    debtor_ref: Ref
    channel: Annotated[Channel, Field(strict=False)]
    contact: Ref | None = None
    address: Line | None = None
    how: Line | None = None

    @model_validator(mode="after")
    def _about_one(self) -> "_Choice":
        if self.address is None:
            return self
        if self.contact is not None:
            raise ValueError("contact and address are two ways to say whom it is about; give one of them, or none")
        form, words = _ADDRESSES.get(self.channel, (_ANY, ""))
        if not form.fullmatch(self.address):
            raise ValueError(f"address is {self.address!r}; write {words}")
        return self


class ContactOptedOut(_Choice):
    """A debtor no longer wants one channel (a STOP by SMS, for instance): the debt stays, the other channels too.

    Attributes:
        contact: reference of the contact that it is about, whatever its addresses become.
        address: the address that it is about, as the message bore it (`+33612345678`), whoever has it.
        how: where it can be read, such as `STOP`.
    """

    kind: Literal["contact.opted_out"] = "contact.opted_out"


class ContactOptedIn(_Choice):
    """A channel is welcome again; for `lre` it is the consent that a debtor who is no professional has to give.

    Attributes:
        on: the day it was said, where that is not the day of the event.
        how: where it can be read; the consent to `lre` must say so.
    """

    kind: Literal["contact.opted_in"] = "contact.opted_in"
    on: date | None = None

    @model_validator(mode="after")
    def _proven(self) -> "ContactOptedIn":
        if self.channel is Channel.LRE and self.how is None:
            raise ValueError("how is missing; say how the consent to electronic registered letters was given")
        return self


class DebtorInsolvent(Fact):
    """A collective procedure opened: everything stops (L622-7 and L622-21 of the commercial code)."""

    kind: Literal["debtor.insolvent"] = "debtor.insolvent"
    debtor_ref: Ref
    procedure: Literal["sauvegarde", "redressement", "liquidation"]
    judgment_date: date
    published_on: date | None = None
    mandataire: Line | None = None


class DebtorRecovered(Fact):
    """The procedure is over; each case resumes only by hand (`case.resumed`)."""

    kind: Literal["debtor.recovered"] = "debtor.recovered"
    debtor_ref: Ref
