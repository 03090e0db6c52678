"""Whether the ledger holds together: chains, messages, sums, wake-ups. Nothing is mended here."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

import sqlalchemy as sa

from workers.ledger import chain, schema
from workers.ledger.pipeline import Row
from workflows.case import ENDED, Case
from workflows.machine import standing


class Check(StrEnum):
    """What is looked at; stable codes, for texts and for programs."""

    CHAIN = "chain"
    CASES = "cases"
    MESSAGES = "messages"
    PAYMENTS = "payments"
    STATES = "states"
    WAKE_UPS = "wake_ups"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not hold.

    Attributes:
        subject: the case, the message or the payment.
        line: of the journal, where it is one.
    """

    check: Check
    subject: str
    fr: str
    en: str
    line: int | None = None


#: Of no bytes: what is left of a message whose line was anonymised.
_GONE: Final = hashlib.sha256(b"").hexdigest()
#: Hears how much is done: the check, and how many of its things.
Told = Callable[[Check, int], None]
_BREAKS: Final = {
    "the line, or the one before it, is not what was written": "la ligne, ou celle d’avant, a changé depuis",
    "the line promises to become something else than its own copy": "la ligne promet une autre copie que la sienne",
    "the columns beside the event say something else than the event": "les colonnes disent autre chose que l’événement",
    "the event of the line cannot be read": "l’événement de la ligne est illisible",
    "the last line is missing": "la dernière ligne manque",
    "the journal has no line of this case": "le journal n’a aucune ligne de ce dossier",
    "the case of these lines is gone": "le dossier de ces lignes a disparu",
    "the line that was kept elsewhere is not there": "la ligne gardée ailleurs n’y est plus",
    "the line was anonymised, and no record says so": "la ligne a été anonymisée sans que rien ne le note",
    "the record of what was anonymised is not what was written": "le relevé des anonymisations a changé depuis",
    "a line is recorded as anonymised, and is not": "une ligne notée comme anonymisée ne l’est pas",
}  # fmt: skip
_VANISHED = """
    SELECT events.creditor_ref || '/' || (events.body->>'invoice_no') AS case_id FROM events
    WHERE events.kind = 'invoice.issued' AND events.status = 'accepted' AND NOT EXISTS (
        SELECT FROM cases WHERE cases.case_id = events.creditor_ref || '/' || (events.body->>'invoice_no'))
    ORDER BY case_id
"""
_BODIES = "SELECT message_id FROM messages WHERE encode(sha256(body), 'hex') <> body_sha256 ORDER BY message_id"
_PAYMENTS = """
    SELECT creditor_ref || '/' || payment_id AS payment FROM payments
    WHERE amount <> unallocated + (SELECT coalesce(sum(allocations.amount), 0) FROM allocations
        WHERE allocations.creditor_ref = payments.creditor_ref AND allocations.payment_id = payments.payment_id)
    ORDER BY payment
"""
_PARTS = """
    SELECT cases.case_id, allocations.payment_id, allocations.amount FROM allocations JOIN cases
        ON cases.creditor_ref = allocations.creditor_ref AND cases.number = allocations.number
    ORDER BY cases.case_id
"""
_SAID = """
    SELECT DISTINCT ON (cases.case_id) cases.*, journal.decision FROM cases
    LEFT JOIN journal ON journal.case_id = cases.case_id AND journal.hash = cases.chain
    ORDER BY cases.case_id
"""


def audit(connection: sa.Connection, kept: Mapping[str, str] | None = None, *, told: Told) -> Iterator[Finding]:
    """Look at everything; each finding as soon as it is made.

    Args:
        connection: whose transaction is read; one snapshot, so that a busy ledger shows no false findings.
        kept: heads of cases from an earlier day (`chain.heads`), to find what vanished since.
        told: hears of the progress.
    """
    yield from _chains(connection, kept or {}, told)
    yield from _vanished(connection, told)
    yield from _messages(connection, told)
    yield from _sums(connection, told)
    yield from _states(connection, told)


def _chains(connection: sa.Connection, kept: Mapping[str, str], told: Told) -> Iterator[Finding]:
    for each in chain.verify(connection, told=lambda lines: told(Check.CHAIN, lines)):
        yield Finding(Check.CHAIN, each.case_id, _BREAKS[each.reason], each.reason, each.seq)
    for each in chain.missing(connection, kept):
        yield Finding(Check.CASES, each.case_id, _BREAKS[each.reason], each.reason)
    told(Check.CASES, len(kept))


def _vanished(connection: sa.Connection, told: Told) -> Iterator[Finding]:
    for case_id in connection.scalars(sa.text(_VANISHED)):
        fr, en = "la facture a été acceptée, son dossier a disparu", "the invoice was accepted, its case is gone"
        yield Finding(Check.CASES, case_id, fr, en)
    told(Check.CASES, connection.scalar(sa.text("SELECT count(*) FROM cases")) or 0)


def _messages(connection: sa.Connection, told: Told) -> Iterator[Finding]:
    for message_id in connection.scalars(sa.text(_BODIES)):
        fr, en = "le message gardé n’est pas celui de son empreinte", "the message kept is not that of its hash"
        yield Finding(Check.MESSAGES, message_id, fr, en)
    row = schema.messages.c
    known = {
        each.message_id: each for each in connection.execute(sa.select(row.message_id, row.body_sha256, row.status))
    }
    for message_id, sha256 in _told_of(connection).items():
        if message_id not in known:
            fr, en = "le journal en parle, il a disparu", "the journal speaks of it, it is gone"
            yield Finding(Check.MESSAGES, message_id, fr, en)
        elif sha256 not in (None, known[message_id].body_sha256) and known[message_id].status != "claimed":
            fr, en = "le journal en a une autre empreinte", "the journal has another hash of it"
            yield Finding(Check.MESSAGES, message_id, fr, en)
    told(Check.MESSAGES, len(known))


def _told_of(connection: sa.Connection) -> dict[str, str | None]:
    """The messages that the journal speaks of, each with the latest hash it gives; what is no JSON breaks the chain."""
    journal = schema.journal.c
    found: dict[str, str | None] = {}
    lines = sa.select(journal.event, journal.level).where(journal.kind == "dispatch.reported").order_by(journal.seq)
    for line in connection.execute(lines.execution_options(yield_per=chain.PAGE)):
        try:
            said = json.loads(line.event)
        except ValueError:
            continue
        if (message_id := said.get("message_id")) is not None:
            found[message_id] = _hash_in(said, line.level) or found.get(message_id)
    return found


def _hash_in(said: dict[str, str], level: int) -> str | None:
    """The hash of a message that a line gives; what left is empty once its line was anonymised."""
    if level:
        return _GONE if said.get("outcome") == "sent" else None
    return said.get("body_sha256")


def _sums(connection: sa.Connection, told: Told) -> Iterator[Finding]:
    for payment in connection.scalars(sa.text(_PAYMENTS)):
        fr, en = "ses parts et son reste ne font pas son montant", "its parts and its rest do not add up to its amount"
        yield Finding(Check.PAYMENTS, payment, fr, en)
    told(Check.PAYMENTS, connection.scalar(sa.text("SELECT count(*) FROM payments")) or 0)


def _states(connection: sa.Connection, told: Told) -> Iterator[Finding]:
    parts: dict[str, set[tuple[str, int]]] = {}
    for part in connection.execute(sa.text(_PARTS)):
        parts.setdefault(part.case_id, set()).add((part.payment_id, part.amount))
    for row in connection.execute(sa.text(_SAID).execution_options(yield_per=chain.PAGE)):
        told(Check.STATES, 1)
        try:
            case = Case.model_validate_json(row.state)
        except ValueError:
            yield Finding(Check.STATES, row.case_id, "son état est illisible", "its state cannot be read")
            continue
        yield from _of_one(row, case)
        if {(item.payment_id, item.amount) for item in case.payments} != parts.get(row.case_id, set()):
            fr, en = "ses règlements ne sont pas ceux du registre", "its payments are not those of the ledger"
            yield Finding(Check.PAYMENTS, row.case_id, fr, en)


def _of_one(row: Row, case: Case) -> Iterator[Finding]:
    columns = (row.stage, row.balance, row.epoch, row.next_wake_at, row.idle_reason)
    if columns != (case.stage, standing.balance(case), case.epoch, case.next_wake_at, case.idle_reason):
        fr, en = "ses colonnes disent autre chose que son état", "its columns say something else than its state"
        yield Finding(Check.STATES, row.case_id, fr, en)
    elif row.decision is not None and columns != _decided(row.decision):
        fr, en = "il n’est pas où le journal l’a laissé", "it is not where the journal left it"
        yield Finding(Check.STATES, row.case_id, fr, en)
    if row.stage not in ENDED and (row.next_wake_at is None) == (row.idle_reason is None):
        fr = "un dossier ouvert a une prochaine échéance ou une raison de n’en pas avoir"
        yield Finding(Check.WAKE_UPS, row.case_id, fr, "an open case has one next moment or a reason to have none")


def _decided(text: str) -> tuple[object, ...]:
    said = json.loads(text)
    wake = said["next_wake_at"]
    at = None if wake is None else datetime.fromisoformat(wake)
    return said["stage"], said["balance"], said["epoch"], at, said["idle_reason"]
