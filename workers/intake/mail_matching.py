"""Whose letter an e-mail answers: by the address it was sent to, the messages it names, invoice numbers, its sender."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from workers.intake.mail_reading import Mail
from workers.ledger import schema
from workers.ledger.queries.paging import Row
from workers.return_addresses import Tagged

#: What may be the number of an invoice: it has a figure, and is no word, day or amount of a few figures.
_NUMBER: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9/_.-]{1,38}[A-Za-z0-9]")
_SHORTEST_FIGURES: Final = 5
#: What mail programs put before the subject of what is handed on.
_HANDED_ON: Final = re.compile(r"\s*(?:tr|fwd?|rif|wg)\s*:", re.IGNORECASE)
_MOST_NUMBERS: Final = 300

By = Literal["tag", "message", "number", "sender", "person"]


@dataclass(frozen=True, slots=True)
class Match:
    """Whom a message is from, and which invoices it is about; none of them means all of the debtor's."""

    creditor_ref: str
    debtor_ref: str
    invoice_nos: tuple[str, ...]
    by: By


def match_of(connection: sa.Connection, mail: Mail, tagged: Row | None = None) -> Match | None:
    """The debtor and the invoices; None where nothing fits, or several debtors do.

    Args:
        connection: to the ledger.
        mail: what came in.
        tagged: the message of ours that the address it was sent to names (`tagged_message`).
    """
    by_tag = None if tagged is None else _about(connection, tagged, "tag")
    return by_tag or _by_message(connection, mail) or _by_number(connection, mail) or _by_sender(connection, mail)


def tagged_message(connection: sa.Connection, tag: Tagged) -> Row | None:
    """The message of ours that a tag names; None where it is not known any more."""
    messages = schema.messages.c
    chosen = sa.select(messages.message_id, messages.creditor_ref, messages.debtor_ref).where(
        sa.func.left(messages.message_id, len(tag.begins)) == tag.begins
    )
    rows = connection.execute(chosen.limit(2)).all()
    return rows[0] if len(rows) == 1 else None


def ours(connection: sa.Connection, named: tuple[str, ...]) -> Row | None:
    """The first of these ids that is a message of ours: its id, creditor and debtor."""
    messages = schema.messages.c
    found = connection.execute(
        sa.select(messages.message_id, messages.creditor_ref, messages.debtor_ref).where(messages.message_id.in_(named))
    ).all()
    known = {row.message_id: row for row in found}
    return next((known[each] for each in named if each in known), None)


def is_from_us(connection: sa.Connection, mail: Mail) -> bool:
    """Whether one of the creditors wrote it, and no debtor has the same address: a clerk who answers in copy.

    What a clerk hands on is a debtor's message.
    """
    if _HANDED_ON.match(mail.subject):
        return False
    creditors = schema.creditors
    written = sa.select(creditors.c.ref).where(sa.func.lower(creditors.c.facts["email"].astext) == mail.sender)
    return bool(mail.sender) and connection.execute(written).first() is not None and not _written_to(connection, mail)


def _by_message(connection: sa.Connection, mail: Mail) -> Match | None:
    row = ours(connection, mail.named)
    return None if row is None else _about(connection, row, "message")


def _about(connection: sa.Connection, row: Row, by: By) -> Match:
    """Whom a message of ours went to, and the invoices that it spoke of."""
    cases, dispatches = schema.cases.c, schema.dispatches.c
    mine = sa.select(dispatches.case_id).where(dispatches.message_id == row.message_id)
    numbers = connection.scalars(sa.select(cases.number).where(cases.case_id.in_(mine)).order_by(cases.number))
    return Match(row.creditor_ref, row.debtor_ref, tuple(numbers), by)


def _by_number(connection: sa.Connection, mail: Mail) -> Match | None:
    tokens = dict.fromkeys(_NUMBER.findall(f"{mail.subject}\n{mail.text}"))
    likely = [each for each in tokens if _may_be_a_number(each)][:_MOST_NUMBERS]
    cases = schema.cases.c
    chosen = sa.select(cases.creditor_ref, cases.debtor_ref, cases.number).where(
        cases.number.in_([*likely, *(each.upper() for each in likely)])
    )
    rows = connection.execute(chosen.order_by(cases.number)).all()
    whose = {(row.creditor_ref, row.debtor_ref) for row in rows} & (_written_to(connection, mail) or _all(rows))
    if len(whose) != 1:
        return None
    [(creditor, debtor)] = whose
    numbers = tuple(row.number for row in rows if (row.creditor_ref, row.debtor_ref) == (creditor, debtor))
    return Match(creditor, debtor, numbers, "number")


def _may_be_a_number(token: str) -> bool:
    if token.isdecimal():
        return len(token) >= _SHORTEST_FIGURES
    return any(character.isdecimal() for character in token)


def _all(rows: Sequence[Row]) -> set[tuple[str, str]]:
    return {(row.creditor_ref, row.debtor_ref) for row in rows}


def _written_to(connection: sa.Connection, mail: Mail) -> set[tuple[str, str]]:
    """Debtors to whom we wrote at the sender's address, or of whom it is a contact."""
    messages, debtors = schema.messages.c, schema.debtors.c
    written = sa.select(messages.creditor_ref, messages.debtor_ref).where(
        sa.func.lower(messages.recipient) == mail.sender
    )
    contact = sa.cast(sa.literal(json.dumps({"contacts": [{"email": mail.sender}]})), sa.Text)
    known = sa.select(debtors.creditor_ref, debtors.ref).where(debtors.facts.op("@>")(sa.cast(contact, JSONB)))
    return {(row[0], row[1]) for row in connection.execute(sa.union(written, known))} if mail.sender else set()


def _by_sender(connection: sa.Connection, mail: Mail) -> Match | None:
    whose = _written_to(connection, mail)
    if len(whose) > 1:  # one address for debtors of several creditors: the one that was written to
        creditors = schema.creditors
        mine = {
            row.ref
            for row in connection.execute(sa.select(creditors.c.ref, creditors.c.facts["email"].astext.label("email")))
            if row.email.lower() in mail.recipients
        }
        whose = {(creditor, debtor) for creditor, debtor in whose if creditor in mine}
    if len(whose) != 1:
        return None
    [(creditor, debtor)] = whose
    return Match(creditor, debtor, (), "sender")
