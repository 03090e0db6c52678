"""What lies beside the journal about some cases: mail that came in, calls of providers, the post, what people did."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from workers.ledger import schema
from workers.ledger.queries.paging import Row


@dataclass(frozen=True, slots=True)
class Beside:
    """Rows about the cases of a dossier.

    Attributes:
        mails: of `incoming`, without the messages themselves (`raw_of` gives those one by one).
        calls: of `hook_calls`, about messages of the dossier.
        posted: place, batch, day and tracking number of letters, by message.
        operations: what people did to these cases, messages, replies and batches, in order.
    """

    mails: Sequence[Row] = ()
    calls: Sequence[Row] = ()
    posted: Sequence[Row] = ()
    operations: Sequence[Row] = ()


def beside(
    connection: sa.Connection, case_ids: Sequence[str], messages: Collection[str], heard: Collection[str]
) -> Beside:
    """All of it, in the transaction of `connection`.

    Args:
        connection: whose transaction is read.
        case_ids: of the dossier.
        messages: ids of the messages in it.
        heard: ids of the events in the journals of its cases; a mail that came in is called like its event.
    """
    mails, calls = schema.incoming, schema.hook_calls
    known = [column for column in mails.c if column.name != "raw"]
    held = sa.select(*known, (mails.c.raw.is_not(None)).label("is_kept"))
    came_in = connection.execute(held.where(mails.c.mail_id.in_(heard)).order_by(mails.c.taken_at, mails.c.mail_id))
    called = sa.select(calls).where(calls.c.message_id.in_(messages)).order_by(calls.c.received_at, calls.c.call_id)
    posted = connection.execute(_posted(messages)).all()
    found = came_in.all()
    subjects = {*case_ids, *messages, *heard, *(row.batch_id for row in posted)}
    return Beside(found, connection.execute(called).all(), posted, _operations(connection, case_ids, subjects))


def raw_of(ledger: sa.Engine, mail_id: str) -> bytes | None:
    """One message that came in, as it came; None where it is not kept any more."""
    mails = schema.incoming.c
    with ledger.connect() as connection:
        raw = connection.execute(sa.select(mails.raw).where(mails.mail_id == mail_id)).scalar_one_or_none()
    return None if raw is None else bytes(raw)


def letter_proof(ledger: sa.Engine, sha256: str) -> tuple[str, bytes] | None:
    """Media type and content of a carrier's proof; None where it is not kept, or not any more."""
    table = schema.letter_proofs.c
    chosen = sa.select(table.media_type, table.content).where(table.sha256 == sha256, table.content != b"")
    with ledger.connect() as connection:
        row = connection.execute(chosen.limit(1)).one_or_none()
    return None if row is None else (row.media_type, bytes(row.content))


def is_about_these_alone(call: Row, messages: Collection[str]) -> bool:
    """Whether a provider's call speaks of no message but these: some providers tell several in one call."""
    events = call.events if isinstance(call.events, list) else json.loads(call.events or "[]")
    named = {str(each["message_id"]) for each in events if isinstance(each, dict) and each.get("message_id")}
    return named <= set(messages)


def _posted(messages: Collection[str]) -> sa.Select[tuple[object, ...]]:
    letter, batch = schema.post_letters.c, schema.post_batches.c
    chosen = sa.select(
        letter.message_id, letter.batch_id, letter.place, letter.tracking_no, letter.withdrawn, batch.posted_on,
        batch.made_at,
    )  # fmt: skip
    joined = chosen.join_from(schema.post_letters, schema.post_batches, letter.batch_id == batch.batch_id)
    return joined.where(letter.message_id.in_(messages)).order_by(letter.message_id)


def _operations(connection: sa.Connection, case_ids: Sequence[str], subjects: Collection[str]) -> Sequence[Row]:
    """Those about `subjects`, and about what bears the name of a case: its dispatches and tasks."""
    table = schema.operations
    named = [sa.func.starts_with(table.c.subject, f"{case_id}/") for case_id in case_ids]
    chosen = sa.select(table).where(sa.or_(table.c.subject.in_(subjects), *named))
    return connection.execute(chosen.order_by(table.c.at, table.c.id)).all()
