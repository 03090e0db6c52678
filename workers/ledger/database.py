"""Reaching the ledger: connections, and the migrations that bring a database to the tables of `schema.py`."""

from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

if TYPE_CHECKING:
    from alembic.config import Config


def connect(url: str, *, pool_size: int = 8) -> sa.Engine:
    """The ledger's connections. JSON columns take and give JSON text: the models of `workflows` read and write it."""
    return sa.create_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_pre_ping=True,
        json_serializer=_raw,
        json_deserializer=_raw,
        connect_args={"connect_timeout": 10, "application_name": "relance"},
    )


def upgrade(url: str) -> None:
    """Bring the database at `url` to this version of the schema; several programs may do so at once.

    A ledger that a newer version of the program has migrated is left as it is: the two run beside each other until
    the older one is stopped.
    """
    from alembic import command  # noqa: PLC0415 - only the programs that migrate pay for the import

    at, _ = revision_of(url)
    if at is None or is_known(at):
        command.upgrade(configuration(url), "head")


def is_known(revision: str) -> bool:
    """Whether this program knows a revision; one that it does not know comes from a newer program."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - see upgrade

    scripts = ScriptDirectory.from_config(configuration("")).walk_revisions()
    return any(script.revision == revision for script in scripts)


def revision_of(url: str) -> tuple[str | None, str]:
    """The revision the database is at, and the one this program wants."""
    from alembic.runtime.migration import MigrationContext  # noqa: PLC0415 - see upgrade
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    wanted = ScriptDirectory.from_config(configuration(url)).get_current_head()
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision(), wanted or ""


def configuration(url: str) -> "Config":
    """What alembic needs to know to migrate the database at `url`."""
    from alembic.config import Config  # noqa: PLC0415 - see upgrade

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["url"] = url
    return config


def _raw(text: str | bytes) -> str:
    return text if isinstance(text, str) else text.decode()
