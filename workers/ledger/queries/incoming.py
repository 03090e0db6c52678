"""E-mails that came in, as people look at them."""

import json
from collections.abc import Collection, Mapping
from datetime import datetime

import sqlalchemy as sa

from workers.ledger import schema
from workers.ledger.queries import paging
from workers.ledger.queries.paging import BadCursor, Page, Row

#: Who says what a person accepted or approved.
APPROVED = "/replies"
#: Everything of a message but the message itself.
_COLUMNS = [column for column in schema.incoming.c if column.name != "raw"]


def _waits() -> sa.ColumnElement[bool]:
    """Whether a person has something to do: read it, or say whom it is from."""
    table, tasks = schema.incoming.c, schema.tasks.c
    asked = sa.exists().where(tasks.kind == "reply", tasks.detail == table.mail_id, tasks.done_at.is_(None))
    return sa.or_(table.status == "unmatched", sa.and_(table.status == "reply", asked))


def list_incoming(
    connection: sa.Connection, *, everything: bool = False, limit: int = paging.USUAL, cursor: str | None = None
) -> Page[Row]:
    """Messages that wait for a person, the oldest first; or all of them. Each has a column `waits`.

    Raises:
        BadCursor: `cursor` was not given by an earlier page.
    """
    table, limit = schema.incoming.c, min(limit, paging.MOST)
    statement = sa.select(*_COLUMNS, _waits().label("waits"))
    if not everything:
        statement = statement.where(_waits())
    if cursor is not None:
        at, mail_id = paging.read(cursor, 2)
        try:
            since = datetime.fromisoformat(at)
        except ValueError:
            raise BadCursor(cursor) from None
        statement = statement.where(sa.tuple_(table.taken_at, table.mail_id) > sa.tuple_(since, mail_id))
    rows = connection.execute(statement.order_by(table.taken_at, table.mail_id).limit(limit + 1)).all()
    return paging.page_of(rows, limit, ("taken_at", "mail_id"))


def find_incoming(connection: sa.Connection, mail_id: str) -> list[Row]:
    """The messages whose id begins so, with `waits` and the whole message as `raw`; two at most."""
    begins = schema.incoming.c.mail_id.startswith(mail_id, autoescape=True)
    statement = sa.select(schema.incoming, _waits().label("waits")).where(begins).limit(2)
    return list(connection.execute(statement).all())


def readings_of(connection: sa.Connection, mail_ids: Collection[str]) -> Mapping[str, str]:
    """What these messages seem to say, as the JSON of a `Reading`, by id; those that have none are left out."""
    table = schema.incoming.c
    chosen = sa.select(table.mail_id, table.reading).where(table.mail_id.in_(mail_ids), table.reading.is_not(None))
    return {row.mail_id: row.reading for row in connection.execute(chosen)}


def open_invoices_of(connection: sa.Connection, creditor_ref: str, debtor_ref: str) -> list[str]:
    """Numbers of the debtor's invoices that are not at an end, in their order."""
    cases = schema.cases.c
    mine = (cases.creditor_ref == creditor_ref) & (cases.debtor_ref == debtor_ref)
    chosen = sa.select(cases.number).where(mine, cases.stage.not_in(["paid", "cancelled", "written_off"]))
    return list(connection.scalars(chosen.order_by(cases.number)))


def invoices_of(connection: sa.Connection, creditor_ref: str, debtor_ref: str) -> list[str]:
    """Numbers of all the debtor's invoices, the latest due date last."""
    cases = schema.cases.c
    mine = (cases.creditor_ref == creditor_ref) & (cases.debtor_ref == debtor_ref)
    return list(connection.scalars(sa.select(cases.number).where(mine).order_by(cases.due_on, cases.number)))


def address_that_answered(connection: sa.Connection, row: Row) -> str | None:
    """The address of a contact from which a reply came, or to which the message went that it answers."""
    debtors, messages = schema.debtors.c, schema.messages.c
    mine = (debtors.creditor_ref == row.creditor_ref) & (debtors.ref == row.debtor_ref)
    contacts = connection.scalars(sa.select(debtors.facts["contacts"]).where(mine)).one_or_none()
    known = {str(item.get("email") or "").lower() for item in json.loads(contacts or "[]")}
    answered = sa.select(messages.recipient).where(messages.message_id == json.loads(row.event).get("in_reply_to"))
    tried = [row.sender, connection.scalars(answered).one_or_none() or ""]
    return next((each.lower() for each in tried if each and each.lower() in known), None)


def answer_to(connection: sa.Connection, mail_id: str) -> Row | None:
    """The answer to a reply that a person approved on the command line: `at`, `by` and `text`."""
    events = schema.events.c
    chosen = sa.select(events.at, events.body["by"].astext.label("by"), events.body["text"].astext.label("text"))
    mine = (events.source == APPROVED) & (events.event_id == f"{mail_id}-answer")
    return connection.execute(chosen.where(mine)).one_or_none()
