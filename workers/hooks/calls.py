"""Calls of providers in the ledger: kept before they are answered, repeated until they are read."""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final, Literal
from urllib.parse import parse_qsl, urlsplit, urlunsplit

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from workers.hooks.base import Call
from workers.ledger import schema

Status = Literal["new", "parked", "done", "unmatched", "unreadable", "refused"]
#: Those that nobody works on any more, unless a person asks for it.
ENDED: Final = ("done", "unmatched", "unreadable", "refused")
#: What is kept of a call's headers: what tells how to read it, and what proved it.
_HEADERS: Final = ("content-type", "user-agent", "x-twilio-signature")
#: How long a new call may lie in its queue before the relay gives it there again, and so on until it is read.
LOST_AFTER: Final = timedelta(minutes=1)
AGAIN_AFTER: Final = timedelta(minutes=5)
#: Waits, in seconds, before a parked call is looked at again; after the last of them a person should look.
PARKED_S: Final = (10, 60, 300, 900, 3_600, 14_400, 43_200, 86_400)
#: The same words within this time are one call, which the provider repeats.
REPEATED_WITHIN: Final = timedelta(hours=1)
#: Calls that the relay repeats in one go.
PAGE: Final = 500
Row = sa.Row[*tuple[Any, ...]]
_calls = schema.hook_calls


def keep(connection: sa.Connection, provider: str, call: Call) -> str | None:
    """Write a genuine call down; returns its id, or None where the same call came a moment ago.

    The same words later are said anew: some providers name neither the event nor its instant, and whoever wrote STOP
    may have been welcome again meanwhile.
    """
    url = _without_secret(call)
    said = b"\0".join((provider.encode(), url.encode("utf-8", "surrogatepass"), call.body))
    call_id = hashlib.sha256(said).hexdigest()[:32]
    known = connection.scalar(sa.select(_calls.c.received_at).where(_calls.c.call_id == call_id))
    if known is not None and call.received_at - known > REPEATED_WITHIN:
        call_id = hashlib.sha256(said + call.received_at.isoformat().encode()).hexdigest()[:32]
    row = {
        "call_id": call_id, "received_at": call.received_at, "provider": provider, "method": call.method, "url": url,
        "headers": json.dumps({name: call.headers[name] for name in _HEADERS if name in call.headers}),
        "body": call.body, "status": "new", "attempts": 0, "again_at": call.received_at + LOST_AFTER,
    }  # fmt: skip
    done = connection.execute(insert(_calls).values(row).on_conflict_do_nothing())
    return call_id if done.rowcount else None


def _without_secret(call: Call) -> str:
    """The address without the segment of its path that proves who calls, however that was written."""
    if not call.token:
        return call.url
    parts = urlsplit(call.url)
    return urlunsplit(parts._replace(path=parts.path.rpartition("/")[0]))


def find(connection: sa.Connection, call_id: str) -> Row | None:
    """The row of one call."""
    return connection.execute(sa.select(_calls).where(_calls.c.call_id == call_id)).one_or_none()


def call_of(row: Row) -> Call:
    """A stored call as its hook reads it."""
    query = tuple(parse_qsl(urlsplit(row.url).query, keep_blank_values=True))
    headers: dict[str, str] = json.loads(row.headers)
    return Call(
        method=row.method, url=row.url, headers=headers, query=query, body=bytes(row.body), received_at=row.received_at
    )


def end(
    connection: sa.Connection,
    call_id: str,
    status: Status,
    *,
    reason: str | None = None,
    message_id: str | None = None,
    events: Sequence[object] = (),
    again_at: datetime | None = None,
) -> None:
    """Write what became of a call; `again_at` for one that is parked."""
    values = {
        "status": status, "reason": reason, "message_id": message_id, "again_at": again_at,
        "events": json.dumps(events, ensure_ascii=False) if events else sa.null(), "attempts": _calls.c.attempts + 1,
    }  # fmt: skip
    connection.execute(sa.update(_calls).where(_calls.c.call_id == call_id).values(values))


def reopen(connection: sa.Connection, call_id: str, now: datetime) -> Row | None:
    """Let a call be read anew, whatever became of it; None if there is no such call."""
    values = {"status": "new", "attempts": 0, "again_at": now + LOST_AFTER}
    anew = sa.update(_calls).where(_calls.c.call_id == call_id).values(values).returning(_calls)
    return connection.execute(anew).one_or_none()


def due(connection: sa.Connection, now: datetime) -> list[str]:
    """Calls to be given to their queue again: never read, or parked until now. They are not due again for a while."""
    late = sa.select(_calls.c.call_id).where(_calls.c.again_at <= now).order_by(_calls.c.again_at).limit(PAGE)
    mine = late.with_for_update(skip_locked=True).scalar_subquery()
    again = sa.update(_calls).where(_calls.c.call_id.in_(mine)).values(again_at=now + AGAIN_AFTER)
    return list(connection.scalars(again.returning(_calls.c.call_id)))
