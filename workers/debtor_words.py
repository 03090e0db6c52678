"""What events say about a debtor: of two words on one field the later one counts, whichever arrives first."""

from datetime import UTC, datetime

from workers.ledger.book import Book, Said
from workflows.debtors import chosen, debtor_after
from workflows.events import ContactOptedIn, ContactOptedOut, DebtorUpdated, InvoiceIssued
from workflows.invoice import Debtor

#: What an event may say about a debtor.
FIELDS = ("name", "kind", "siren", "contacts", "language", "tags", "client_since", "do_not_contact", "segments")
Word = InvoiceIssued | DebtorUpdated


def known_with(book: Book, creditor_ref: str, event: Word) -> Debtor | None:
    """The debtor once `event` is known, under lock; None for news of a debtor that no invoice has named yet."""
    ref = _ref(event)
    debtor = book.lock_debtor(creditor_ref, ref)
    if debtor is None and isinstance(event, DebtorUpdated):
        return None
    known = debtor_after(debtor, _without(event, _older(event, book.said.get((creditor_ref, ref), {}))))
    return chosen(known, event)  # a word about a channel counts, although the list it stands in is older than another


def take_in(book: Book, creditor_ref: str, event: Word) -> Debtor | None:
    """Keep what `event` says; returns the debtor as it is now known."""
    debtor = known_with(book, creditor_ref, event)
    if debtor is not None:
        said = book.said.get((creditor_ref, debtor.ref), {})
        newer = _said(event) - _older(event, said)
        book.save_debtor(creditor_ref, debtor, said | dict.fromkeys(newer, _stamp(event)))
    return debtor


def choose(book: Book, creditor_ref: str, event: ContactOptedOut | ContactOptedIn) -> None:
    """Keep what a debtor said about a channel; a debtor that no invoice has named yet is waited for."""
    debtor = book.lock_debtor(creditor_ref, event.debtor_ref)
    if debtor is not None:
        book.save_debtor(creditor_ref, chosen(debtor, event))


def _ref(event: Word) -> str:
    return event.debtor.ref if isinstance(event, InvoiceIssued) else event.debtor_ref


def _said(event: Word) -> set[str]:
    """Fields on which `event` has a word; the kind of a `DebtorUpdated` is the event's own."""
    about = event.debtor if isinstance(event, InvoiceIssued) else event
    fields = FIELDS if isinstance(event, InvoiceIssued) else tuple(name for name in FIELDS if name != "kind")
    return {name for name in fields if getattr(about, name, None) is not None}


def _older(event: Word, said: Said) -> set[str]:
    """Fields on which something later is known."""
    mine = _order(_stamp(event))
    return {name for name in _said(event) if name in said and _order(said[name]) > mine}


def _without(event: Word, fields: set[str]) -> Word:
    """The event with nothing to say about `fields`."""
    silent = dict.fromkeys(fields)
    if isinstance(event, DebtorUpdated):
        return event.model_copy(update=silent)
    return event.model_copy(update={"debtor": event.debtor.model_copy(update=silent)})


def _stamp(event: Word) -> tuple[str, str]:
    return event.at.astimezone(UTC).isoformat(), event.event_id


def _order(stamp: tuple[str, str]) -> tuple[datetime, str]:
    at, event_id = stamp
    return datetime.fromisoformat(at), event_id
