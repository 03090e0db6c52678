"""Ledgers of before a journal could be anonymised: verified, carried over whole, or left as they are."""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from alembic import command
from sqlalchemy.engine import make_url

from workers.ledger import chain, database, seals
from workers.ledger.copies import Level
from workers.ledger.redactions import Ground, redact

JANUARY = datetime(2026, 1, 12, 8, tzinfo=UTC)
GROUND = Ground("test", "person.erase", "demande", datetime(2031, 6, 1, tzinfo=UTC))
MARKER = "Zébulon"
BEFORE = """
INSERT INTO creditors (ref, facts) VALUES ('a', '{}');
INSERT INTO debtors (creditor_ref, ref, name, facts) VALUES ('a', 'd', 'D', '{}');
INSERT INTO scenarios (name, version, facts, published_at) VALUES ('standard', 1, '{}', now());
INSERT INTO cases (case_id, creditor_ref, debtor_ref, number, stage, epoch, balance, currency, due_on, scenario,
  scenario_version, chain, state)
VALUES ('a/1', 'a', 'd', '1', 'paid', 3, 0, 'EUR', '2026-02-04', 'standard', 1, '', '{}');
"""


@pytest.fixture
def empty_database(postgres: str) -> Iterator[str]:
    url = make_url(postgres).set(database="test_retention_before")
    server = sa.create_engine(postgres, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with server.connect() as connection:
        connection.execute(sa.text("CREATE DATABASE test_retention_before"))
    yield url.render_as_string(hide_password=False)
    with server.connect() as connection:
        connection.execute(sa.text("DROP DATABASE test_retention_before WITH (FORCE)"))


def written_before(url: str) -> sa.Engine:
    """A ledger of revision 0007 with a chain of two lines."""
    command.upgrade(database.configuration(url), "0007")
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    end = "0" * 64
    with engine.begin() as connection:
        connection.exec_driver_sql(BEFORE)
        for said in (
            {"event_id": "r", "kind": "reply.received", "reply_id": "R", "debtor_ref": "d", "text": MARKER},
            {"event_id": "e", "kind": "step.fell_due", "invoice_no": "1", "epoch": 1},
        ):
            event = json.dumps(said | {"source": "/s", "at": JANUARY.isoformat()})
            decision = '{"reasons":[],"effects":[]}'
            text = f"{end}\na/1\n{JANUARY.isoformat()}\n{event}\n{decision}"
            end = hashlib.sha256(text.encode()).hexdigest()
            connection.execute(
                sa.text(
                    "INSERT INTO journal (case_id, source, event_id, kind, at, recorded_at, event, decision, hash) "
                    "VALUES ('a/1', '/s', :id, :kind, :at, :at, :event, :decision, :hash)"
                ),
                {"id": said["event_id"], "kind": said["kind"], "at": JANUARY, "event": event, "decision": decision,
                 "hash": end},
            )  # fmt: skip
        connection.execute(sa.text("UPDATE cases SET chain = :end"), {"end": end})
    return engine


def test_a_ledger_of_before_is_verified_sealed_and_holds(empty_database: str) -> None:
    engine = written_before(empty_database)

    database.upgrade(empty_database)

    with engine.begin() as connection:
        assert chain.verify(connection) == []
        assert redact(connection, "a/1", Level.BARE, GROUND) == 1
        assert chain.verify(connection) == []
    with engine.connect() as connection:
        lines = connection.execute(sa.text("SELECT event, seals FROM journal ORDER BY seq")).all()
    assert [len(line.seals.split()) for line in lines] == [seals.LEVELS, 1]
    assert MARKER not in lines[0].event


def test_a_ledger_that_does_not_hold_is_not_carried_over(empty_database: str) -> None:
    engine = written_before(empty_database)
    with engine.begin() as connection:
        connection.execute(sa.text("SET LOCAL session_replication_role = replica"))
        connection.execute(sa.text("UPDATE journal SET event = replace(event, 'Z', 'X')"))

    with pytest.raises(ValueError, match="journal of case a/1 does not hold"):
        database.upgrade(empty_database)

    assert database.revision_of(empty_database)[0] == "0007"
