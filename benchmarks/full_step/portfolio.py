"""A portfolio to measure on: one creditor, many debtors with one overdue invoice each, on real servers."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import sqlalchemy as sa

from workers.channels.base import OutgoingMessage, Receipt
from workers.clock import SteppedClock
from workers.ledger import store
from workers.settings import Settings
from workers.wiring import System, open_system
from workflows.events import Inbound, InvoiceIssued, NewDebtor
from workflows.invoice import Channel, Contact
from workflows.money import Money
from workflows.scenario import Deadline, Scenario, Step

#: A Tuesday after the preferred hours of every debtor and within the allowed ones, six days after the due date.
ISSUED_AT = datetime(2026, 1, 5, 8, tzinfo=UTC)
DUE_AT = datetime(2026, 2, 10, 11, 30, tzinfo=UTC)

CREDITOR = {
    "ref": "atelier",
    "name": "Atelier Martin SAS",
    "siren": "552100554",
    "address": {"lines": ["12 rue des Forges"], "postcode": "38000", "city": "Grenoble"},
    "email": "compta@atelier-martin.example",
    "phone": "04 00 00 00 00",
    "contact_name": "Claire Delmas",
    "bank": {"holder": "ATELIER MARTIN SAS", "iban": "FR7630006000011234567890189", "bic": "AGRIFRPP"},
}


class NoOutlet:
    """A channel that takes everything and does nothing."""

    name = "no-op"

    def send(self, message: OutgoingMessage) -> Receipt:
        """Say yes."""
        return Receipt(provider_id=message.message_id, detail="no-op")

    def check(self) -> str:
        """Always well."""
        return "no-op"

    def close(self) -> None:
        """Nothing is held."""


#: The standard ladder with its reminders as text messages: the no-op delivery has next to nothing to write.
SHORT = Scenario(
    name="short",
    steps=tuple(
        Step(
            name=f"r{number}",
            after_due_days=days,
            channel=Channel.SMS,
            template="first_reminder",
            tone=1,
            deadline=Deadline(days=8),
        )
        for number, days in enumerate((5, 15, 30), start=1)
    ),
)


def invoices(count: int, scenario: str | None) -> list[Inbound]:
    """One overdue invoice for each of `count` debtors."""
    return [
        InvoiceIssued(
            event_id=f"issued-{number}",
            source="/benchmark",
            at=ISSUED_AT,
            creditor="atelier",
            invoice_no=f"F-{number:06d}",
            debtor=NewDebtor(
                ref=f"d{number:06d}",
                name=f"Client {number}",
                contacts=(Contact(email=f"c{number}@example.com", phone=f"+336{number:08d}"),),
            ),
            issue_date=ISSUED_AT.date(),
            due_date=ISSUED_AT.date() + timedelta(days=30),
            total=Money(amount=125_000 + number),
            scenario=scenario,
        )
        for number in range(count)
    ]


@contextmanager
def system_with(data_dir: Path, database: str, count: int, *, scenario: str | None = SHORT.name) -> Iterator[System]:
    """A system on a database of its own, with `count` cases whose first reminder is due now."""
    clock = SteppedClock.begin(data_dir / f"{database}.clock", ISSUED_AT)
    settings = Settings.model_validate(
        {
            "data_dir": data_dir,
            "clock_file": clock.path,
            "creditors": [CREDITOR],
            "namespace": database,
            "postgres_url": _database(data_dir, database),
        }
    )
    system = open_system(settings)
    system.__dict__["outlets"] = dict.fromkeys(Channel, NoOutlet())
    with system.ledger.begin() as connection:
        store.publish_reference_data(connection, [], [SHORT], clock.now())
    events = invoices(count, scenario)
    for first in range(0, count, 500):
        system.engine.handle_many(events[first : first + 500])
    clock.jump_to(DUE_AT)
    with system.ledger.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("VACUUM ANALYZE"))
        connection.execute(sa.text("CHECKPOINT"))
    yield system
    system.close()


def _database(data_dir: Path, name: str) -> str:
    from workers import embedded  # noqa: PLC0415 - starts servers; only the measurement does

    url = embedded.start_postgres(data_dir)
    address = sa.make_url(url)
    plain = address.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}"')
    return address.set(database=name).render_as_string(hide_password=False)
