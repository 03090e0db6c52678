"""How alembic reaches the ledger: the address comes from `database.upgrade`; one migration runs at a time."""

import sqlalchemy as sa
from alembic import context

from workers.ledger.schema import metadata

#: Any number that no other program uses for an advisory lock in this database.
LOCK = 7_214_001

engine = sa.create_engine(context.config.attributes["url"], poolclass=sa.NullPool)
with engine.connect() as connection:
    connection.execute(sa.text("SELECT pg_advisory_lock(:lock)"), {"lock": LOCK})
    connection.commit()
    context.configure(connection=connection, target_metadata=metadata, compare_server_default=True)
    with context.begin_transaction():
        context.run_migrations()
