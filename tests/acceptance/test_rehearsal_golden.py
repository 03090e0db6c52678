"""The golden proof of the rehearsal: what it foretells for a fortnight of the demonstration is what is then sent."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.acceptance.test_demo import relance
from tests.office import Office, Provider
from workers import embedded
from workers.actors import QUEUES
from workers.clock import SteppedClock
from workers.demo.arrivals import ZONE
from workers.demo.place import Place
from workers.intake.csv_import import complete_feed
from workers.rehearsal.ledgers import libpq
from workers.rehearsal.rules import rules_for
from workers.rehearsal.run import Rehearsed, Wish, rehearse_ledger
from workers.settings import load
from workers.wiring import System, open_system
from workflows.business_days import Region, is_working_day
from workflows.invoice import Channel
from workflows.rehearsal import Assumed

DAYS = 14
#: A message: when, to whom, by which channel, which letter, about which invoices, with which deadline.
Sent = tuple[datetime, str, str, str, tuple[str, ...], str | None]
_SENT = sa.text("""
    SELECT messages.claimed_at, messages.debtor_ref, messages.channel, messages.template,
           messages.facts->>'deadline_on' AS deadline_on,
           array_agg(cases.number ORDER BY cases.due_on, cases.case_id) AS numbers
    FROM messages JOIN dispatches USING (message_id) JOIN cases USING (case_id)
    WHERE messages.status = 'sent' AND messages.claimed_at >= :since AND messages.claimed_at < :until
    GROUP BY messages.message_id
""")


@dataclass
class Fortnight:
    """What was foretold, and what then happened."""

    foretold: Rehearsed
    sent: list[Sent]
    asked: list[tuple[str, str]]


@pytest.fixture(scope="module", params=[31, 52], ids=lambda days: f"after {days} days")
def fortnight(request: pytest.FixtureRequest) -> Iterator[Fortnight]:
    """The demonstration up to a day, in real processes; the rehearsal; then a fortnight in which nothing comes in."""
    folder = Path(tempfile.mkdtemp(prefix="relance-g-"))
    try:
        demo = relance("demo", "--json", "--keep", "--days", str(request.param), "--data", folder)
        _, errors = demo.communicate(timeout=240)
        assert demo.returncode == 0, errors
        with closing(open_system(load(Place(folder).config, environ={}))) as system:
            foretold = _foretell(system)
            yield Fortnight(foretold, *_live(_office(system), foretold))
    finally:
        embedded.stop(folder)
        shutil.rmtree(folder)


def _foretell(system: System) -> Rehearsed:
    wish = Wish(days=DAYS, rules=rules_for(system.settings, Assumed(post_days=None)))
    return rehearse_ledger(libpq(system.ledger.url), system.clock.now(), wish)


def _office(system: System) -> Office:
    """The system with providers that take everything, and the queues in this thread."""
    providers = {channel: Provider(str(channel)) for channel in Channel}
    system.__dict__["outlets"] = providers
    for name in QUEUES:
        system.broker.declare_queue(name)
    assert isinstance(system.clock, SteppedClock)
    return Office(system, system.clock, providers)


def _live(office: Office, foretold: Rehearsed) -> tuple[list[Sent], list[tuple[str, str]]]:
    """Let the fortnight pass; the bank says every working day that nothing was paid."""
    creditors = [row.ref for row in office.rows("SELECT ref FROM creditors ORDER BY ref")]
    day = foretold.since.astimezone(ZONE).date()
    while (morning := datetime.combine(day, time(5, 30), ZONE)) < foretold.until:
        if is_working_day(day, Region.METROPOLE):
            office.go_to(max(morning, foretold.since))
            for creditor in creditors:
                complete_feed(office.system, creditor, office.clock.now(), 0)
            office.system.relay.sweep()  # hands over what waited for fresh payments
        day += timedelta(days=1)
    office.go_to(foretold.until - timedelta(seconds=1))
    span = {"since": foretold.since, "until": foretold.until}
    with office.system.ledger.connect() as connection:
        rows = connection.execute(_SENT, span).all()
        tasks = connection.execute(sa.text(
            "SELECT kind, case_id FROM tasks WHERE asked_at >= :since AND asked_at < :until"
        ), span).all()  # fmt: skip
    sent = [_sent(row) for row in rows]
    return sorted(sent, key=str), sorted((row.kind, row.case_id) for row in tasks)


def _sent(row: Any) -> Sent:  # noqa: ANN401 - a row
    return row.claimed_at, row.debtor_ref, row.channel, row.template, tuple(row.numbers), row.deadline_on


def test_the_rehearsal_foretells_every_message_to_the_minute(fortnight: Fortnight) -> None:
    foretold = [
        (each.at, each.debtor_ref, str(each.channel), each.letter, tuple(part.number for part in each.parts),
         str(each.deadline_on) if each.deadline_on else None)
        for each in fortnight.foretold.active.planned
    ]  # fmt: skip

    assert len(fortnight.sent) > 5
    assert sorted(foretold, key=str) == fortnight.sent


def test_the_rehearsal_foretells_every_task(fortnight: Fortnight) -> None:
    foretold = [(str(each.task), f"{each.creditor_ref}/{each.number}") for each in fortnight.foretold.active.asked]

    assert sorted(foretold) == fortnight.asked
