"""Many at once: the same events in every order by several threads, and payments against deliveries, never wait for
each other and never disagree."""

import random
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from tests.office import CREDITOR, Office, a_contact, a_debtor, a_payment, a_reversal, an_invoice
from workers.settings import Settings
from workflows.events import (
    CasePaused,
    CreditNoteIssued,
    DebtorInsolvent,
    DebtorUpdated,
    DisputeOpened,
    DisputeReason,
    DisputeResolved,
    Inbound,
    PromiseMade,
    ReplyReceived,
)
from workflows.money import Money

JANUARY = datetime(2026, 1, 12, 8, tzinfo=UTC)
THREADS = 6
DEADLINE_S = 30


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Two creditors: one is served by many threads, the other in order, and both must end alike."""
    creditors = [CREDITOR, CREDITOR | {"ref": "verger"}]
    return Settings.model_validate(settings.model_dump() | {"creditors": creditors})


def everything_about_two_debtors() -> list[Inbound]:
    paid = a_payment({"F-1": 400_00, "F-2": 300_00, "F-5": 200_00}, JANUARY)
    other = a_payment({"F-6": 1000_00, "F-2": 100_00}, JANUARY)
    debtors = {"F-1": "d1", "F-2": "d1", "F-3": "d1", "F-4": "d2", "F-5": "d2", "F-6": "d2"}
    return [
        *(an_invoice(number, debtor=a_debtor(ref)) for number, ref in debtors.items()),
        paid,
        other,
        a_reversal(paid, JANUARY + timedelta(hours=1)),
        DisputeOpened(event_id="d", at=JANUARY, dispute_id="D", invoice_no="F-3", reason=DisputeReason.PRICE),
        DisputeResolved(event_id="dr", at=JANUARY, dispute_id="D", invoice_no="F-3", outcome="creditor"),
        PromiseMade(event_id="p", at=JANUARY, promise_id="P", invoice_nos=("F-1", "F-4"), date=date(2026, 2, 20)),
        CreditNoteIssued(event_id="c", at=JANUARY, credit_note_no="A-1", amount=Money(amount=50_00), invoice_no="F-4"),
        CasePaused(event_id="h", at=JANUARY, scope="debtor", ref="d1", until=date(2026, 3, 2), reason="litige"),
        ReplyReceived(event_id="r", at=JANUARY, reply_id="R", debtor_ref="d1", text="?"),
        DebtorInsolvent(
            event_id="i", at=JANUARY, debtor_ref="d2", procedure="liquidation", judgment_date=date(2026, 1, 9)
        ),
        DebtorUpdated(event_id="u1", at=JANUARY, debtor_ref="d1", contacts=(a_contact(email="one@x.example"),)),
        DebtorUpdated(
            event_id="u2",
            at=JANUARY + timedelta(hours=1),
            debtor_ref="d1",
            contacts=(a_contact(email="two@x.example"),),
        ),
    ]


def of(creditor: str, events: Sequence[Inbound]) -> list[Inbound]:
    return [event.model_copy(update={"creditor": creditor, "source": f"/{creditor}"}) for event in events]


def at_once(*tasks: Callable[[], object]) -> list[object]:
    """Run all of them at once and wait for all; whatever one raises is raised here."""
    with ThreadPoolExecutor(len(tasks)) as pool:
        return [future.result(DEADLINE_S) for future in [pool.submit(task) for task in tasks]]


def shuffled(office: Office, events: Sequence[Inbound], seed: int) -> Callable[[], None]:
    """All of `events` in an order and in bundles of its own."""
    chance = random.Random(seed)  # noqa: S311 - a test's dice
    mine = list(events)
    chance.shuffle(mine)

    def publish() -> None:
        rest = mine
        while rest:
            size = chance.choice([1, 1, 2, 5, len(mine)])
            without_a_net(office, *rest[:size])
            rest = rest[size:]

    return publish


def each(do: Callable[[Any], None], things: Sequence[object]) -> None:
    for thing in things:
        do(thing)


def ends(office: Office, creditor: str) -> dict[str, tuple[object, ...]]:
    rows = office.rows(
        "SELECT number, stage, balance, next_wake_at, idle_reason FROM cases WHERE creditor_ref = :c", c=creditor
    )
    return {row.number: tuple(row)[1:] for row in rows}


def without_a_net(office: Office, *events: Inbound) -> None:
    """Take events in; a deadlock is raised here, not mended by a second attempt."""
    office.system.engine._handle(events, attempts=1)


@pytest.mark.parametrize("seed", range(3))
def test_the_same_facts_from_many_threads_in_every_order_end_in_the_same_state(office: Office, seed: int) -> None:
    events = everything_about_two_debtors()
    for event in of("verger", events):
        office.happen(event)

    mine = of("atelier", events)
    at_once(*(shuffled(office, mine, seed * 100 + number) for number in range(THREADS)))

    assert ends(office, "atelier") == ends(office, "verger")
    assert office.one("SELECT count(*) FROM parked") == 0
    assert office.one("SELECT count(*) FROM events WHERE status <> 'accepted'") == 0
    contacts = office.rows("SELECT facts->'contacts'->0->>'email' AS email FROM debtors WHERE ref = 'd1'")
    assert {row.email for row in contacts} == {"two@x.example"}


def test_payments_and_deliveries_at_once_never_wait_for_each_other(office: Office) -> None:
    """A payment holds cases and takes dispatches back; a delivery wants both: one order of locks for all."""
    numbers = [f"F-{n:02}" for n in range(30)]
    office.happen(*(an_invoice(number, creditor="atelier", debtor=a_debtor(f"d-{number}")) for number in numbers))
    due = office.rows("SELECT max(next_wake_at) AS at FROM cases")[0].at
    office.clock.jump_to(due)
    for number in numbers:
        office.system.engine.ring(f"atelier/{number}", office.case(number).epoch)
    keys = [row.key for row in office.rows("SELECT key FROM dispatches WHERE status = 'wanted'")]
    assert len(keys) == len(numbers)
    payments = [
        a_payment({one: 600_00, other: 400_00}, due, creditor="atelier")
        for one, other in zip(numbers, reversed(numbers), strict=True)
    ]

    at_once(
        *(lambda part=part: each(office.system.delivery.deliver, part) for part in (keys, keys[::-1])),
        *(lambda part=part: each(partial(without_a_net, office), part) for part in (payments, payments[::-1])),
        lambda: without_a_net(office, *payments),
        office.system.relay.sweep,
    )

    assert {row[1] for row in ends(office, "atelier").values()} == {0}
    assert office.one("SELECT count(*) FROM dispatches WHERE status IN ('wanted', 'claimed')") == 0
    assert office.one("SELECT count(*) FROM messages WHERE status = 'sent'") == len(office.mails) <= len(numbers)
