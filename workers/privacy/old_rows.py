"""Rows whose time runs by themselves, whoever they are about: unmatched mail, rejected input, calls, logs."""

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from workers.ledger import schema
from workers.ledger.copies import Level, event_copy
from workers.ledger.pipeline import Row
from workers.ledger.seals import text_of
from workers.ledger.store import ANONYMISED
from workers.privacy.clearing import clear, keys_of, unclear
from workers.privacy.columns import Holds, cleared
from workers.privacy.policy import LOGS, UNMATCHED, before
from workers.privacy.tally import Tally
from workers.settings_parts.retention import Retention

#: Rows changed in one transaction.
BATCH = 500


@dataclass(frozen=True, slots=True)
class Rule:
    """Rows of one table that are over after some days.

    Attributes:
        at: the column that says when.
        also: SQL that must hold, too.
    """

    name: str
    table: str
    at: str
    also: str = "true"
    holds: Holds = Holds.PERSON


#: SQL: mail that is no correspondence with a debtor.
STRAY: Final = "(status IN ('unmatched', 'refused', 'own', 'notice', 'automatic') OR debtor_ref IS NULL)"
#: SQL: a call of a provider that proves nothing of a message of ours.
STRAY_CALL: Final = "(again_at IS NULL AND message_id IS NULL)"
RULES: Final = (
    Rule(UNMATCHED, "incoming", "taken_at", STRAY),
    Rule(UNMATCHED, "rejects", "received_at"),
    Rule(UNMATCHED, "hook_calls", "received_at", STRAY_CALL),
    Rule(LOGS, "tasks", "done_at"),
    Rule(LOGS, "notices", "ended_at"),
    Rule(LOGS, "operations", "at", holds=Holds.STAFF),
    Rule(LOGS, "post_batches", "made_at", holds=Holds.STAFF),
)
_REFUSED: Final = "status = 'refused' AND recorded_at < :before AND content_hash <> ''"


def over(rule: Rule) -> str:
    """SQL: whether a row is over and not clear yet."""
    return f"{rule.at} < :before AND ({rule.also}) AND {unclear(cleared(rule.table, by=rule.holds))}"


def before_of(rule: str, settings: Retention, now: datetime) -> datetime:
    """The instant before which a row is over."""
    return before(now, settings.logs_days if rule == LOGS else settings.unmatched_days)


def count(connection: sa.Connection, settings: Retention, now: datetime) -> Tally:
    """What is over; nothing is written."""
    found = Tally()
    for rule in RULES:
        given = {"before": before_of(rule.name, settings, now)}
        statement = f"SELECT count(*) AS rows, min({rule.at}) AS oldest FROM {rule.table} WHERE {over(rule)}"
        row = connection.execute(sa.text(statement), given).one()
        found.add(rule.name, rule.table, row.rows, row.oldest and row.oldest.date())
    statement = f"SELECT count(*) AS rows, min(recorded_at) AS oldest FROM events WHERE {_REFUSED}"
    row = connection.execute(sa.text(statement), {"before": before_of(UNMATCHED, settings, now)}).one()
    found.add(UNMATCHED, "events", row.rows, row.oldest and row.oldest.date())
    return found


def clear_all(ledger: sa.Engine, settings: Retention, now: datetime) -> Iterator[Tally]:
    """Clear what is over, batch by batch, each committed."""
    for rule in RULES:
        keys = ", ".join(keys_of(rule.table))
        few = f"SELECT {keys} FROM {rule.table} WHERE {over(rule)} LIMIT {BATCH} FOR UPDATE SKIP LOCKED"
        given = {"before": before_of(rule.name, settings, now)}
        while True:
            with ledger.begin() as connection:
                rows = clear(connection, rule.table, f"({keys}) IN ({few})", given, holds=rule.holds)
            yield from _told(rule.name, rule.table, rows)
            if not rows:
                break
    while True:
        with ledger.begin() as connection:
            rows = _clear_refused(connection, before_of(UNMATCHED, settings, now))
        yield from _told(UNMATCHED, "events", rows)
        if not rows:
            return


def _told(rule: str, table: str, rows: int) -> Iterator[Tally]:
    if rows:
        found = Tally()
        found.add(rule, table, rows)
        yield found


def _clear_refused(connection: sa.Connection, limit: datetime) -> int:
    events = schema.events.c
    chosen = sa.select(events.source, events.event_id, events.body).where(sa.text(_REFUSED))
    rows = connection.execute(chosen.limit(BATCH).with_for_update(skip_locked=True), {"before": limit}).all()
    for row in rows:
        replace_event(connection, row, Level.BARE)
    return len(rows)


def replace_event(connection: sa.Connection, row: Row, level: Level) -> None:
    """Replace an event, as it arrived, by a copy without people; its own hash goes, for it could be guessed from."""
    copy = text_of(event_copy(json.loads(row.body), level, secrets.token_hex()))
    statement = sa.update(schema.events).where(
        schema.events.c.source == row.source, schema.events.c.event_id == row.event_id
    )
    changes: dict[str, object] = {"body": copy, "content_hash": ANONYMISED, "findings": sa.null()}
    if level is Level.BARE:
        changes["subject"] = sa.null()
    connection.execute(statement.values(changes))
