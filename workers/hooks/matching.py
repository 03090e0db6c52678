"""Whom a notice is about: a message of ours, or the contacts that have a telephone number."""

import json
from typing import Any, Final, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from workers.hooks.base import Notice
from workers.ledger import schema
from workflows.events import LetterState


class Whose(NamedTuple):
    """A debtor of a creditor."""

    creditor_ref: str
    debtor_ref: str


#: Characters of a reference without its domain that still name one message: they are hexadecimal digits of a hash.
SHORTEST_REFERENCE: Final = 30
_TAG: Final = 21
Row = sa.Row[*tuple[Any, ...]]
_messages, _debtors = schema.messages.c, schema.debtors.c


def message_of(connection: sa.Connection, provider: str, notice: Notice) -> Row | None:
    """The message: by our own name for it, else by the provider's; never one that another provider carried."""
    mine = sa.or_(_messages.provider == provider, _messages.provider.is_(None))
    chosen = sa.select(
        _messages.message_id, _messages.status, _messages.creditor_ref, _messages.debtor_ref, _messages.provider_id,
        _messages.claimed_at,
    ).where(mine)  # fmt: skip
    ours = (notice.reference or "").strip("<>")
    found = connection.execute(chosen.where(_messages.message_id == f"<{ours}>")).one_or_none() if "@" in ours else None
    if found is None and notice.provider_id is not None:
        known = chosen.where(_messages.provider_id == notice.provider_id).order_by(_messages.claimed_at.desc())
        found = connection.execute(known.limit(1)).one_or_none()
    if found is None and "@" not in ours and len(ours) >= SHORTEST_REFERENCE:
        # a provider that keeps fewer characters echoes how our reference begins
        like = chosen.where(
            sa.func.left(_messages.message_id, _TAG) == f"<{ours}"[:_TAG],  # which has an index
            _messages.message_id.startswith(f"<{ours}", autoescape=True),
        )
        found = connection.execute(like.limit(1)).one_or_none()
    return found


def was_presented(connection: sa.Connection, message_id: str) -> bool:
    """Whether the carrier left word of a registered letter, or held it for the debtor."""
    track = json.dumps({"tracks": [{"message_id": message_id, "state": LetterState.NOTIFIED}]})
    cases, dispatches = schema.cases.c, schema.dispatches.c
    known = sa.select(cases.case_id).where(
        cases.case_id.in_(sa.select(dispatches.case_id).where(dispatches.message_id == message_id)),
        cases.state.contains(sa.cast(track, JSONB)),
    )
    return connection.execute(known.limit(1)).first() is not None


def name_message(connection: sa.Connection, message_id: str, provider: str, provider_id: str) -> None:
    """Keep the provider's name for a message whose acceptance was never answered."""
    table = schema.messages
    unnamed = (table.c.message_id == message_id) & table.c.provider_id.is_(None)
    connection.execute(sa.update(table).where(unnamed).values(provider=provider, provider_id=provider_id))


def whose_phone(connection: sa.Connection, phone: str) -> list[Whose]:
    """Every debtor with a contact of this number, of every creditor."""
    has = schema.debtors.c.facts.contains(sa.literal(json.dumps({"contacts": [{"phone": phone}]}), JSONB))
    rows = connection.execute(
        sa.select(_debtors.creditor_ref, _debtors.ref).where(has).order_by(_debtors.creditor_ref, _debtors.ref)
    )
    return [Whose(row.creditor_ref, row.ref) for row in rows]
