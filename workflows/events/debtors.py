"""Facts about debtors."""

from datetime import date
from typing import Literal

from workflows.events.base import Fact
from workflows.invoice import Contact, Language, Line, Ref, SegmentsByHand


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
    tags: frozenset[str] | None = None
    do_not_contact: bool | None = None
    segments: SegmentsByHand | None = None


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
