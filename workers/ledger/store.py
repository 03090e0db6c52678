"""Reading and writing single things of the ledger; `book.py` puts them together in one transaction."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated

import sqlalchemy as sa
from pydantic import Field, TypeAdapter
from sqlalchemy.dialects.postgresql import insert

from workers.ledger import schema, seals
from workers.ledger.facts import creditor_of
from workflows.case import Case
from workflows.effects import AskOperator, Decision, SendLetter, SendStep
from workflows.event_schemas import short_form
from workflows.events import EVENT, Event, Fact, Inbound
from workflows.invoice import Creditor, Debtor
from workflows.machine import standing, time_bar
from workflows.scenario import Scenario, ScenarioRef

#: Characters of a reference; see `workflows.invoice.Ref`.
LONGEST_ID = 80
#: In the place of the hash of an event whose words are gone: it cannot be compared any more.
ANONYMISED = ""
#: The chain of a case begins with this.
NO_HASH = "0" * 64
#: Events from outside; what waits for its turn is never one of our own.
INBOUND: TypeAdapter[Inbound] = TypeAdapter(Annotated[Inbound, Field(discriminator="kind")])
_JSON: TypeAdapter[dict[str, object]] = TypeAdapter(dict[str, object])


def journal_line(event: Fact, decision: Decision, chain: str, now: datetime) -> dict[str, object]:
    """One line of the journal; its hash covers its seals and the line before: none can be changed or taken out."""
    body, facts = event.model_dump_json(exclude_none=True), _verdict(decision)
    verdict = _JSON.dump_json(facts).decode()
    sealed = seals.seals_of(body, verdict, facts)
    return {
        "case_id": decision.case.case_id,
        "source": event.source,
        "event_id": event.event_id,
        "kind": kind_of(event),
        "at": event.at,
        "recorded_at": now,
        "event": body,
        "decision": verdict,
        "salts": sealed.salts,
        "seals": sealed.seals,
        "hash": seals.line_hash(chain, decision.case.case_id, now, sealed.seals),
    }


def _verdict(decision: Decision) -> dict[str, object]:
    case = decision.case
    return {
        "stage": case.stage,
        "balance": standing.balance(case),
        "next_wake_at": case.next_wake_at,
        "idle_reason": case.idle_reason,
        "epoch": case.epoch,
        "reasons": [reason.model_dump() for reason in decision.reasons],
        "effects": [effect.model_dump() for effect in decision.effects],
    }


def case_row(case: Case, chain: object, debtor: Debtor) -> dict[str, object]:
    """The columns of a case; the state is all of it, the others are for locks, indexes and lists."""
    return {
        "case_id": case.case_id,
        "creditor_ref": case.invoice.creditor_ref,
        "debtor_ref": case.invoice.debtor_ref,
        "number": case.invoice.number,
        "stage": case.stage,
        "epoch": case.epoch,
        "next_wake_at": case.next_wake_at,
        "idle_reason": case.idle_reason,
        "balance": standing.balance(case),
        "currency": case.invoice.currency,
        "due_on": case.invoice.due_on,
        "scenario": case.scenario.name,
        "scenario_version": case.scenario.version,
        "claim_ends_on": time_bar.last_day(case, debtor),
        "chain": chain,
        "state": case.model_dump_json(exclude_defaults=True),
    }


def dispatch_row(case: Case, effect: SendStep | SendLetter, now: datetime) -> dict[str, object]:
    """The order for one step of one case by one channel, or for one letter beside its ladder."""
    return {
        "key": effect.key,
        "case_id": case.case_id,
        "creditor_ref": case.invoice.creditor_ref,
        "debtor_ref": case.invoice.debtor_ref,
        "ladder": str(case.scenario),
        "step": effect.step if isinstance(effect, SendStep) else None,
        "occasion": effect.occasion if isinstance(effect, SendLetter) else None,
        "channel": effect.channel,
        "template": effect.template,
        "tone": effect.tone,
        "deadline_days": effect.deadline_days,
        "from_reception": isinstance(effect, SendStep) and effect.from_reception,
        "status": "wanted",
        "wanted_at": now,
    }


def task_row(effect: AskOperator, creditor_ref: str | None, case_id: str | None, now: datetime) -> dict[str, object]:
    """Something for a person to do."""
    return {
        "key": effect.key,
        "kind": effect.task,
        "creditor_ref": creditor_ref,
        "case_id": case_id,
        "detail": effect.detail,
        "due_on": effect.due_on,
        "asked_at": now,
    }


def known_event(connection: sa.Connection, event: Fact) -> tuple[str, str]:
    """Content hash and status of the event already known under this id."""
    table = schema.events.c
    where = (table.source == event.source) & (table.event_id == event.event_id)
    row = connection.execute(sa.select(table.content_hash, table.status).where(where).with_for_update()).one()
    return row.content_hash, row.status


def event_row(event: Fact, *, creditor: str | None, content: str, status: str, now: datetime) -> dict[str, object]:
    """An event as it arrived."""
    return {
        "source": event.source,
        "event_id": event.event_id,
        "content_hash": content,
        "kind": kind_of(event),
        "creditor_ref": creditor,
        "at": event.at,
        "recorded_at": now,
        "subject": subject_of(event),
        "status": status,
        "body": event.model_dump_json(exclude_none=True),
    }


def kind_of(event: Fact) -> str:
    """The event's type, such as `invoice.issued`."""
    kind: str = getattr(event, "kind")  # noqa: B009 - every member of the union has it, the common part does not
    return kind


def short_id(text: str) -> str:
    """An event id made of content, in the 80 characters that an id may have."""
    if len(text) <= LONGEST_ID:
        return text
    return f"{text[:39]}~{hashlib.sha256(text.encode()).hexdigest()[:40]}"


def subject_of(event: Fact) -> str | None:
    """`debtor/REF` for an event about a debtor as a whole: a case opened later must know it too."""
    about_all = kind_of(event) in ("reply.received", "reply.handled") and not getattr(event, "invoice_nos", ())
    if about_all or kind_of(event) in ("debtor.insolvent", "debtor.recovered"):
        return f"debtor/{getattr(event, 'debtor_ref')}"  # noqa: B009 - see kind_of
    if getattr(event, "scope", None) == "debtor":
        return f"debtor/{getattr(event, 'ref')}"  # noqa: B009 - see kind_of
    return None


def facts_about_debtor(connection: sa.Connection, creditor_ref: str, debtor_ref: str) -> list[Event]:
    """Accepted events about the debtor as a whole, in the order in which they happened."""
    table = schema.events.c
    rows = connection.execute(
        sa.select(table.body)
        .where(table.creditor_ref == creditor_ref, table.subject == f"debtor/{debtor_ref}", table.status == "accepted")
        .order_by(table.at, table.event_id)
    )
    return [EVENT.validate_json(body) for body in rows.scalars()]


def awaited(connection: sa.Connection, keys: Sequence[str]) -> set[str]:
    """Those of `keys` that a parked event waits for."""
    if not keys:
        return set()
    table = schema.parked.c
    mine = table.waiting_for == sa.any_(sa.bindparam("keys", list(keys), type_=sa.ARRAY(sa.Text)))
    return set(connection.scalars(sa.select(table.waiting_for).where(mine)))


def spoken_of(connection: sa.Connection, debtors: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
    """Those of `debtors` (creditor, debtor) about whom an accepted event spoke as a whole: (creditor, subject)."""
    if not debtors:
        return set()
    table = schema.events.c
    subjects = sorted({f"debtor/{ref}" for _creditor, ref in debtors})
    creditors = sorted({creditor for creditor, _ref in debtors})
    mine = table.subject == sa.any_(sa.bindparam("subjects", subjects, type_=sa.ARRAY(sa.Text)))
    theirs = table.creditor_ref == sa.any_(sa.bindparam("creditors", creditors, type_=sa.ARRAY(sa.Text)))
    rows = connection.execute(sa.select(table.creditor_ref, table.subject).where(mine, theirs).distinct())
    return {(row.creditor_ref, row.subject) for row in rows}


def parked_for(connection: sa.Connection, waiting_for: Sequence[str]) -> list[tuple[str, Inbound]]:
    """Events that wait for one of these, in the order in which they happened; they stay locked."""
    join = schema.parked.join(schema.events)
    rows = connection.execute(
        sa.select(schema.parked.c.waiting_for, schema.events.c.body)
        .select_from(join)
        .where(schema.parked.c.waiting_for.in_(waiting_for))
        .order_by(schema.events.c.at, schema.events.c.event_id)
        .with_for_update()
    )
    return [(row.waiting_for, INBOUND.validate_json(row.body)) for row in rows]


def unpark(connection: sa.Connection, waiting_for: str, event: Fact) -> None:
    """Note that what the event waited for has come; once nothing is missing, the event is accepted."""
    mine = (schema.parked.c.source == event.source) & (schema.parked.c.event_id == event.event_id)
    connection.execute(sa.delete(schema.parked).where(mine, schema.parked.c.waiting_for == waiting_for))
    still = sa.exists().where(mine)
    this = (schema.events.c.source == event.source) & (schema.events.c.event_id == event.event_id)
    connection.execute(sa.update(schema.events).where(this, ~still).values(status="accepted"))


def scenario(connection: sa.Connection, ref: ScenarioRef) -> Scenario | None:
    """A published version; None if there is none."""
    where = (schema.scenarios.c.name == ref.name) & (schema.scenarios.c.version == ref.version)
    facts = connection.execute(sa.select(schema.scenarios.c.facts).where(where)).scalar_one_or_none()
    return None if facts is None else Scenario.model_validate_json(facts)


def newest_version(connection: sa.Connection, name: str) -> int | None:
    """The highest published version of a scenario; None if there is none."""
    of_name = sa.select(sa.func.max(schema.scenarios.c.version)).where(schema.scenarios.c.name == name)
    version: int | None = connection.execute(of_name).scalar_one()
    return version


def reject(connection: sa.Connection, event: Fact, findings: Sequence[str], now: datetime) -> None:
    """Keep the content of an event that cannot be kept under its own id, once."""
    body = json.dumps(short_form(event), sort_keys=True)  # in ASCII: PostgreSQL holds neither NUL nor half characters
    table = schema.rejects.c
    if connection.execute(sa.select(sa.exists().where(table.source == event.source, table.body == body))).scalar_one():
        return
    row = {"received_at": now, "source": event.source, "findings": schema.json_text(list(findings)), "body": body}
    connection.execute(sa.insert(schema.rejects), row)


def note_findings(connection: sa.Connection, event: Fact, findings: Sequence[str]) -> None:
    """Keep what is wrong with an event that has had an effect."""
    this = (schema.events.c.source == event.source) & (schema.events.c.event_id == event.event_id)
    connection.execute(sa.update(schema.events).where(this).values(findings=schema.json_text(list(findings))))


def has_effect(connection: sa.Connection, event: Fact, case_ids: Sequence[str]) -> bool:
    """Whether any of these cases has taken this event in."""
    journal = schema.journal.c
    mine = (journal.source == event.source) & (journal.event_id == event.event_id)
    known = sa.exists().where(mine, journal.case_id.in_(case_ids))
    return connection.execute(sa.select(known)).scalar_one()


def creditor(connection: sa.Connection, ref: str) -> Creditor | None:
    """A creditor as declared in the settings; None if there is none."""
    facts = connection.execute(
        sa.select(schema.creditors.c.facts).where(schema.creditors.c.ref == ref)
    ).scalar_one_or_none()
    return None if facts is None else creditor_of(facts)


def creditor_refs(connection: sa.Connection) -> Sequence[str]:
    """References of all creditors."""
    return connection.execute(sa.select(schema.creditors.c.ref).order_by(schema.creditors.c.ref)).scalars().all()


def publish_reference_data(
    connection: sa.Connection, creditors: Iterable[Creditor], scenarios: Iterable[Scenario], now: datetime
) -> list[str]:
    """Declare creditors and publish scenario versions.

    Returns:
        Versions that are already published with other content; they are left as they are.
    """
    for item in creditors:
        facts = item.model_dump_json()
        statement = insert(schema.creditors).values(ref=item.ref, facts=facts)
        connection.execute(statement.on_conflict_do_update(index_elements=["ref"], set_={"facts": facts}))
    clashes = []
    for ladder in scenarios:
        row = {"name": ladder.name, "version": ladder.version, "facts": ladder.model_dump_json(), "published_at": now}
        connection.execute(insert(schema.scenarios).values(row).on_conflict_do_nothing())
        if scenario(connection, ladder.ref) != ladder:
            clashes.append(str(ladder.ref))
    return clashes
