"""The migrations bring an empty database to exactly the tables that the program knows."""

from collections.abc import Iterator
from datetime import date

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy.engine import make_url

from workers.ledger import database, schema


@pytest.fixture
def empty_database(postgres: str) -> Iterator[str]:
    url = make_url(postgres).set(database="test_migrations")
    server = sa.create_engine(postgres, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with server.connect() as connection:
        connection.execute(sa.text("CREATE DATABASE test_migrations"))
    yield url.render_as_string(hide_password=False)
    with server.connect() as connection:
        connection.execute(sa.text("DROP DATABASE test_migrations WITH (FORCE)"))


def differences(url: str) -> list[object]:
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        return list(compare_metadata(context, schema.metadata))


def test_an_empty_database_becomes_what_the_program_knows(empty_database: str) -> None:
    assert differences(empty_database)  # so that the second line can fail

    database.upgrade(empty_database)

    assert differences(empty_database) == []


def test_migrating_twice_changes_nothing(empty_database: str) -> None:
    database.upgrade(empty_database)
    database.upgrade(empty_database)

    at, wanted = database.revision_of(empty_database)
    assert at == wanted
    assert wanted


def test_a_ledger_that_a_newer_program_has_migrated_is_left_as_it_is(empty_database: str) -> None:
    database.upgrade(empty_database)
    engine = sa.create_engine(empty_database, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))

    database.upgrade(empty_database)

    assert database.revision_of(empty_database)[0] == "9999"


#: Cases as a program of revision 0001 left them: neither the day its claim ends nor letters beside the ladder.
AT_0001 = """
INSERT INTO creditors (ref, facts) VALUES ('a', '{}');
INSERT INTO debtors (creditor_ref, ref, name, facts) VALUES ('a', 'd', 'D', '{}');
INSERT INTO scenarios (name, version, facts, published_at) VALUES ('standard', 1, '{}', now());
INSERT INTO cases (case_id, creditor_ref, debtor_ref, number, stage, epoch, balance, currency, due_on, scenario,
  scenario_version, chain, state)
SELECT 'a/' || stage, 'a', 'd', stage, stage, 3, 100, 'EUR', '2026-02-04', 'standard', 1, '',
  '{"invoice": {"issued_on": "2026-01-05"}}' FROM unnest(ARRAY['reminding', 'paid']) AS stage;
INSERT INTO dispatches (key, case_id, creditor_ref, debtor_ref, ladder, step, channel, template, tone, from_reception,
  status, wanted_at)
VALUES ('k', 'a/reminding', 'a', 'd', 'standard@1', 0, 'email', 'first_reminder', 1, false, 'sent', now());
"""


def test_a_ledger_with_cases_of_the_first_version_is_brought_up_with_all_it_holds(empty_database: str) -> None:
    command.upgrade(database.configuration(empty_database), "0001")
    engine = sa.create_engine(empty_database, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql(AT_0001)

    database.upgrade(empty_database)

    with engine.connect() as connection:
        cases = connection.execute(sa.text("SELECT stage, claim_ends_on FROM cases ORDER BY stage")).all()
        steps = connection.execute(sa.text("SELECT step, occasion FROM dispatches")).all()
    assert [tuple(row) for row in cases] == [("paid", None), ("reminding", date(2027, 1, 5))]
    assert [tuple(row) for row in steps] == [(0, None)]
    assert differences(empty_database) == []
