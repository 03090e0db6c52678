"""What a person asks for about their own data: done, or only looked at, and noted with its answer."""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from workers.ledger import schema
from workers.ledger.queries.debtors import find_debtors
from workers.ledger.redactions import Ground
from workers.operations.doing import Doing
from workers.privacy.erasing import RULE, Erasure, Item, without_contact
from workers.privacy.person import Person, debtors_of
from workers.wiring import System
from workflows.events import DebtorUpdated

#: Where what is done for a person comes from, in the journal.
SOURCE = "/operator"


@dataclass(frozen=True, slots=True)
class Request:
    """Who asks, who answers, and where the operator keeps the letter.

    Attributes:
        reference: of the request in the operator's own files; it must name nobody.
    """

    person: Person
    doing: Doing
    reference: str | None = None


def erase(system: System, request: Request, *, dry_run: bool = False) -> list[Item]:
    """Erase what may be erased; a run that was stopped is simply run again.

    Returns:
        What was erased and what is kept, table by table.
    """
    now, retention = system.clock.now(), system.settings.retention
    if not dry_run:
        _take_contact_out(system, request)
    ground = Ground(request.doing.by, RULE, request.doing.reason, now)
    with system.ledger.connect() as connection, connection.begin() as transaction:
        items = Erasure(connection, request.person, retention, ground).erase()
        if dry_run:
            transaction.rollback()
            return items
        answer = [{"table": each.table, "rows": each.rows, "why": each.why, "until": each.until and f"{each.until}"}
                  for each in items]  # fmt: skip
        note(connection, request, "erase", {"items": answer}, now=now)
    return items


def restrict(system: System, request: Request) -> int:
    """Stop everything automatic for these debtors; returns for how many."""
    with system.ledger.connect() as connection:
        keys = debtors_of(connection, request.person)
    events = [
        DebtorUpdated(event_id=_event_id(), source=SOURCE, at=system.clock.now(), creditor=creditor, debtor_ref=ref,
                      do_not_contact=True)
        for creditor, ref in keys
    ]  # fmt: skip
    system.engine.handle_many(events)
    with system.ledger.begin() as connection:
        note(connection, request, "restrict", {"debtors": len(keys)}, now=system.clock.now())
    return len(keys)


def note(
    connection: sa.Connection, request: Request, asked_for: str, answer: Mapping[str, object], *, now: object
) -> None:
    """Note a request with its answer; nobody is named in it."""
    row = {
        "at": now, "by": request.doing.by, "asked_for": asked_for, "creditor_ref": request.person.creditor_ref,
        "debtor_ref": request.person.debtor_ref, "reference": request.reference,
        "answer": json.dumps({"reason": request.doing.reason, **answer}, ensure_ascii=False),
    }  # fmt: skip
    connection.execute(sa.insert(schema.person_requests), row)


def _take_contact_out(system: System, request: Request) -> None:
    """Tell the cases that a contact is gone, as an event like any other: what waits for it goes another way."""
    if request.person.email is None:
        return
    with system.ledger.connect() as connection:
        keys = debtors_of(connection, request.person)
        told = [event for creditor, ref in keys for event in _updates(system, request, connection, (creditor, ref))]
    if told:
        system.engine.handle_many(told)


def _updates(
    system: System, request: Request, connection: sa.Connection, key: tuple[str, str]
) -> Sequence[DebtorUpdated]:
    erasure = Erasure(
        connection, request.person, system.settings.retention,
        Ground(request.doing.by, RULE, request.doing.reason, system.clock.now()),
    )  # fmt: skip
    for line in find_debtors(connection, key[1], key[0]):
        facts = line.debtor.model_dump(mode="json")
        left = {each["ref"] for each in without_contact(facts, str(request.person.email))["contacts"]}
        contacts = tuple(each for each in line.debtor.contacts if each.ref in left)
        if contacts == line.debtor.contacts or erasure.is_needed(facts, erasure.cases(key)):
            return []
        return [DebtorUpdated(event_id=_event_id(), source=SOURCE, at=system.clock.now(), creditor=key[0],
                              debtor_ref=key[1], contacts=contacts)]  # fmt: skip
    return []


def _event_id() -> str:
    return f"person-{secrets.token_hex(8)}"
