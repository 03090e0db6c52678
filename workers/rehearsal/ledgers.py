"""Where the ledger is, for who only reads it: no queue is opened, nothing is migrated or published."""

import sqlalchemy as sa

from workers import embedded
from workers.ledger import database
from workers.settings import Settings


def libpq(url: sa.URL) -> str:
    """The address of the ledger in the form of libpq."""
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def ledger_of(settings: Settings) -> str:
    """The address of the ledger of these settings, in the form of libpq; the embedded one is started if need be.

    Raises:
        EmbeddedError: it does not start.
        NotReady: the ledger is not at the schema that this program reads.
    """
    given = settings.postgres_url
    url = given.get_secret_value() if given else embedded.start_postgres(settings.data_dir)
    known, wanted = database.revision_of(url)
    if known != wanted:
        raise NotReady(known, wanted)
    return libpq(sa.make_url(url))


class NotReady(Exception):
    """The ledger is at another schema than this program's."""

    def __init__(self, known: str | None, wanted: str) -> None:
        super().__init__(known, wanted)
        self.known, self.wanted = known, wanted

    def __str__(self) -> str:
        return f"the ledger is at schema {self.known or 'none'}, not at {self.wanted}; run: relance init"
