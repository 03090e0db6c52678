"""A ledger full of open cases at every point of their ladder, written straight into the tables.

A few hundred cases are really lived through, by the machine and the gates of a rehearsal, up to the morning on which
the measured one begins; the portfolio is copies of them, under names of their own. The minute at which a debtor is
written to depends on its name, so each copy plans its next moment anew.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa

from benchmarks.full_step.portfolio import CREDITOR
from workers import embedded
from workers.ledger import database, store
from workers.ledger.facts import debtor_of
from workers.presets import load_presets
from workers.rehearsal.ledgers import libpq
from workflows.case import Case
from workflows.events import InvoiceIssued, MessageDelivered, NewDebtor
from workflows.invoice import Address, Contact, Creditor, Debtor, DebtorKind
from workflows.machine import decide
from workflows.money import Money
from workflows.pressure import budget_of
from workflows.rehearsal import Account, Arrival, Rules
from workflows.rehearsal.course import lived
from workflows.scenario import Scenario

#: A Monday morning; due dates lie from AGES days before to AHEAD days after it: 60 days is the longest term of payment.
SINCE = datetime(2026, 1, 12, 8, tzinfo=UTC)
AGES, AHEAD = 60, 60
#: Invoices of one debtor: most have one, some have many.
INVOICES = (1, 1, 1, 1, 2, 2, 3, 5)
CASE = (
    "case_id", "creditor_ref", "debtor_ref", "number", "stage", "epoch", "next_wake_at", "idle_reason", "balance",
    "currency", "due_on", "scenario", "scenario_version", "chain", "state",
)  # fmt: skip
MESSAGE = (
    "message_id", "creditor_ref", "debtor_ref", "channel", "template", "recipient", "subject", "facts", "body",
    "body_sha256", "status", "claimed_at", "lease_until", "claimed_by",
)  # fmt: skip
#: The text in a lived case that stands for the number of the copy.
MARK = "0000000"


@dataclass(frozen=True, slots=True)
class Lived:
    """One debtor's cases on the morning of the rehearsal, and when it was contacted; texts with MARK in them."""

    debtor: str
    cases: tuple[str, ...]
    contacts: tuple[datetime, ...]


def rules() -> Rules:
    """The presets and the budgets that ship."""
    presets = load_presets().values()
    return Rules({str(each.ref): each for each in presets}, {kind: budget_of(kind) for kind in DebtorKind})


def models() -> list[Lived]:
    """Debtors of every size, with invoices of every age."""
    days = range(-AGES, AHEAD)
    return [_live(n, [days[(7 * n + 31 * k) % len(days)] for k in range(INVOICES[n % len(INVOICES)])]) for n in days]


def _live(number: int, ages: list[int]) -> Lived:
    address = Address(lines=("1 rue de la Poste",), postcode="38000", city="Grenoble")
    contact = Contact(email=f"c{MARK}@example.com", phone="+33639980001", address=address)
    debtor = Debtor(ref=f"d{MARK}", name=f"Client {MARK}", contacts=(contact,))
    arrivals = tuple(_issued(number, place, SINCE.date() + timedelta(days=age)) for place, age in enumerate(ages))
    account = Account("atelier", debtor, (), arrivals=tuple(sorted(arrivals, key=lambda each: each.at)))
    cases, contacts = lived(account, rules(), SINCE - timedelta(days=AGES + 40), SINCE)
    return Lived(
        debtor.model_dump_json(), tuple(case.model_dump_json(exclude_defaults=True) for case in cases if case.is_open),
        contacts,
    )  # fmt: skip


def _issued(number: int, place: int, due_on: date) -> Arrival:
    at = datetime.combine(due_on - timedelta(days=30), datetime.min.time(), UTC) + timedelta(hours=8)
    event = InvoiceIssued(
        event_id=f"i{place}", at=at, invoice_no=f"F-{MARK}-{place}",
        debtor=NewDebtor(ref=f"d{MARK}", name=f"Client {MARK}"), issue_date=at.date(), due_date=due_on,
        total=Money(amount=100_000 + 10 * number + place),
    )  # fmt: skip
    return Arrival(min(at, SINCE), event, (), "standard@1")


def fill(data_dir: Path, count: int) -> str:
    """A ledger with at least `count` open cases; returns its address in the form of libpq."""
    url = embedded.start_postgres(data_dir, durable=False)
    database.upgrade(url)
    engine = database.connect(url)
    with engine.begin() as connection:
        creditor = Creditor.model_validate(CREDITOR)
        store.publish_reference_data(connection, [creditor], load_presets().values(), SINCE)
    engine.dispose()
    ledger = libpq(sa.make_url(url))
    with psycopg.connect(ledger) as raw:
        for table, columns, rows in _tables(count):
            with raw.cursor().copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        raw.commit()
        raw.autocommit = True
        raw.execute("VACUUM ANALYZE")
    return ledger


def _tables(count: int) -> Iterator[tuple[str, Sequence[str], Iterator[tuple[Any, ...]]]]:
    """Each table with its columns and its rows."""
    known, ladders = models(), rules().scenarios
    yield "debtors", ("creditor_ref", "ref", "name", "facts"), (
        ("atelier", f"d{name}", f"Client {name}", each.debtor.replace(MARK, name))
        for name, each in _copies(known, count)
    )  # fmt: skip
    yield "cases", CASE, (
        _case_row(text.replace(MARK, name), each.debtor.replace(MARK, name), ladders)
        for name, each in _copies(known, count)
        for text in each.cases
    )  # fmt: skip
    yield "messages", MESSAGE, (
        (f"<{name}-{place}@x>", "atelier", f"d{name}", "email", "first_reminder", "x", "x", "{}", b"", "x", "sent", at,
         at, "x")
        for name, each in _copies(known, count)
        for place, at in enumerate(each.contacts)
    )  # fmt: skip


def _copies(lived_through: list[Lived], count: int) -> Iterator[tuple[str, Lived]]:
    made = number = 0
    while made < count:
        each = lived_through[number % len(lived_through)]
        number += 1
        made += len(each.cases)
        yield f"{number:07d}", each


def _case_row(text: str, debtor_facts: str, ladders: Mapping[str, Scenario]) -> tuple[Any, ...]:
    case, debtor = Case.model_validate_json(text), debtor_of(debtor_facts)
    nothing_new = MessageDelivered(event_id="copied", at=case.as_of, message_id="<copied@example.com>")
    row = store.case_row(decide(case, nothing_new, ladders[str(case.scenario)], debtor).case, "x", debtor)
    return tuple(str(row[name]) if name == "stage" else row[name] for name in CASE)
