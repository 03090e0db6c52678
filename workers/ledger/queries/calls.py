"""Calls as people look at them: those to make, with what one should know beforehand, and those that were made."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from workers.ledger import schema
from workers.ledger.queries.dealings import Seen, seen_cases
from workers.ledger.queries.paging import MOST
from workflows.events import EVENT, CallLogged
from workflows.invoice import Channel
from workflows.known import Promise
from workflows.machine import calls, records, standing
from workflows.machine.promises import PromiseState, state_of
from workflows.money import Cents
from workflows.scenario import Scenario


@dataclass(frozen=True, slots=True)
class CallBrief:
    """A call to make.

    Attributes:
        on: first day for it.
        hours: between which of the debtor's hours, where they were named.
        owed: cents asked for.
        script: file with the words, where the ladder wrote one.
        voicemails: messages left in a row.
        last_promise: with what became of it.
    """

    creditor_ref: str
    debtor_ref: str
    debtor_name: str
    case_id: str
    number: str
    on: date
    hours: tuple[str, str] | None
    name: str | None
    phone: str
    owed: Cents
    currency: str
    due_on: date
    voicemails: int
    last_promise: tuple[Promise, PromiseState] | None
    script: str | None


def calls_to_make(
    connection: sa.Connection,
    now: datetime,
    *,
    creditor: str | None = None,
    number: str | None = None,
    today: bool = False,
) -> list[CallBrief]:
    """Calls to make, the oldest day first and the largest sum first within it; `today` leaves later days out."""
    cases = seen_cases(connection, now, creditor=creditor, number=number, task="call")
    found = [brief for seen in cases for brief in _briefs(connection, seen)]
    due = [brief for brief, is_due in found if is_due or not today]
    return sorted(due, key=lambda brief: (brief.on, -brief.owed, brief.case_id))


def calls_made(
    connection: sa.Connection, *, creditor: str | None = None, case_id: str | None = None, limit: int = 50
) -> list[CallLogged]:
    """The calls that were logged, the latest first."""
    events, journal = schema.events.c, schema.journal.c
    found = sa.select(events.body).where(events.kind == "call.logged", events.status == "accepted")
    if creditor is not None:
        found = found.where(events.creditor_ref == creditor)
    if case_id is not None:
        mine = sa.select(journal.event_id).where(journal.case_id == case_id, journal.kind == "call.logged")
        found = found.where(events.event_id.in_(mine))
    rows = connection.scalars(found.order_by(events.at.desc(), events.event_id).limit(min(limit, MOST)))
    return [event for body in rows if isinstance(event := EVENT.validate_json(body), CallLogged)]


def _briefs(connection: sa.Connection, seen: Seen) -> Iterator[tuple[CallBrief, bool]]:
    case, debtor = seen.case, seen.debtor
    due, contact = calls.to_make(case, debtor), debtor.contact_for(Channel.CALL)
    if due is None or contact is None or contact.phone is None:
        return
    brief = CallBrief(
        creditor_ref=case.invoice.creditor_ref, debtor_ref=debtor.ref, debtor_name=debtor.name, case_id=case.case_id,
        number=case.invoice.number, on=due.on, hours=_hours(connection, seen, due.what), name=contact.name,
        phone=contact.phone, owed=standing.chased(case), currency=case.invoice.currency, due_on=case.invoice.due_on,
        voicemails=len(calls.voicemails(case)), last_promise=_last_promise(seen, seen.ladder),
        script=_script(connection, case.case_id),
    )  # fmt: skip
    yield brief, due.on <= records.local_day(case.as_of, debtor)


def _last_promise(seen: Seen, ladder: Scenario) -> tuple[Promise, PromiseState] | None:
    last = max(seen.case.promises, key=lambda item: item.stamp, default=None)
    return None if last is None else (last, state_of(seen.case, last, ladder, seen.debtor))


def _hours(connection: sa.Connection, seen: Seen, call_id: str) -> tuple[str, str] | None:
    """The hours that were named when it was asked to call back; the journal keeps them."""
    if all(item.call_id != call_id for item in seen.case.attempts):
        return None
    journal = schema.journal.c
    lines = sa.select(journal.event).where(journal.case_id == seen.case.case_id, journal.kind == "call.logged")
    for line in connection.scalars(lines):
        event = EVENT.validate_json(line)
        if isinstance(event, CallLogged) and event.call_id == call_id and event.call_back_from and event.call_back_to:
            return event.call_back_from, event.call_back_to
    return None


def _script(connection: sa.Connection, case_id: str) -> str | None:
    """The file of the last call that the ladder wrote."""
    dispatches, messages = schema.dispatches, schema.messages
    join = dispatches.join(messages, dispatches.c.message_id == messages.c.message_id)
    mine = (dispatches.c.case_id == case_id) & (dispatches.c.channel == str(Channel.CALL))
    found = sa.select(messages.c.path).select_from(join).where(mine, messages.c.path.is_not(None))
    path: str | None = connection.scalars(found.order_by(messages.c.claimed_at.desc()).limit(1)).one_or_none()
    return path
