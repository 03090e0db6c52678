"""The migrations bring an empty database to exactly the tables that the program knows."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy.engine import make_url

from workers.ledger import schema


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

    schema.upgrade(empty_database)

    assert differences(empty_database) == []


def test_migrating_twice_changes_nothing(empty_database: str) -> None:
    schema.upgrade(empty_database)
    schema.upgrade(empty_database)

    at, wanted = schema.revision_of(empty_database)
    assert at == wanted
    assert wanted
