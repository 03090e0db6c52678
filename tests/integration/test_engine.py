"""What becomes of an event: promises 5 and 7 at the door of the ledger."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.office import Office, a_debtor, a_payment, an_invoice
from workflows.events import (
    CasePaused,
    DebtorInsolvent,
    DisputeOpened,
    DisputeReason,
    Inbound,
    PaymentReceived,
    PromiseMade,
)
from workflows.events.payments import Allocation
from workflows.money import Money

JANUARY = datetime(2026, 1, 12, 8, tzinfo=UTC)


def a_dispute(**changes: object) -> DisputeOpened:
    facts = {
        "event_id": "d-1",
        "at": JANUARY,
        "dispute_id": "D-1",
        "invoice_no": "F-1",
        "reason": DisputeReason.QUALITY,
    }
    return DisputeOpened.model_validate(facts | changes)


def insolvency(at: datetime = JANUARY) -> DebtorInsolvent:
    return DebtorInsolvent(
        event_id="i-1", at=at, debtor_ref="btp", procedure="liquidation", judgment_date=date(2026, 1, 9)
    )


# --- once -----------------------------------------------------------------------------------------------------------


def test_the_same_event_again_is_a_duplicate_without_effect(office: Office) -> None:
    paid = a_payment({"F-1": 400_00}, JANUARY)
    office.happen(an_invoice(), paid)
    before, lines = office.states(), office.one("SELECT count(*) FROM journal")

    assert office.statuses(paid, an_invoice(), paid) == ["duplicate", "duplicate", "duplicate"]
    assert office.states() == before
    assert office.one("SELECT count(*) FROM journal") == lines


def test_the_same_id_with_other_content_is_a_conflict_that_names_the_id(office: Office) -> None:
    paid = a_payment({"F-1": 400_00}, JANUARY)
    office.happen(an_invoice(), paid)
    other = paid.model_copy(update={"value_date": date(2026, 1, 2)})

    [outcome] = office.happen(other)

    assert outcome.status == "conflict"
    assert paid.event_id in outcome.findings[0]
    assert office.case().balance == 600_00


def test_the_content_of_a_conflict_is_kept_for_the_operator_once(office: Office) -> None:
    office.happen(an_invoice())
    other = an_invoice(due_date=date(2026, 3, 1))

    office.happen(other)
    office.happen(other)

    [kept] = office.rows("SELECT body, findings FROM rejects")
    assert "2026-03-01" in kept.body
    assert "already known" in str(kept.findings)


def test_one_id_from_two_sources_is_two_events(office: Office) -> None:
    one = a_dispute(amount=100_00)
    other = a_dispute(source="/console", dispute_id="D-2", amount=200_00)

    assert office.statuses(an_invoice(), one, other) == ["accepted", "accepted", "accepted"]


# --- refused ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("event", "words"),
    [
        pytest.param(
            a_payment({"F-1": 1}, JANUARY, amount=Money(amount=1, currency="USD")), "currency", id="another currency"
        ),
        pytest.param(a_dispute(amount=1000_01), "amount", id="a dispute above the total"),
        pytest.param(a_dispute(creditor="nobody"), "nobody", id="a creditor that is not declared"),
        pytest.param(an_invoice("F-2", scenario="steep"), "steep", id="a scenario that is not published"),
        pytest.param(an_invoice("F-2", at=JANUARY + timedelta(days=3)), "future", id="an event from the future"),
    ],
)
def test_bad_input_is_answered_with_the_field_kept_and_changes_nothing(
    office: Office, event: Inbound, words: str
) -> None:
    office.happen(an_invoice())
    before = office.states()

    [outcome] = office.happen(event)

    assert outcome.status == "refused"
    assert words in " ".join(outcome.findings)
    assert office.states() == before
    [kept] = office.rows("SELECT findings FROM events WHERE status = 'refused'")
    assert words in str(kept.findings)


def test_a_refused_event_is_accepted_under_its_id_once_it_is_mended(office: Office) -> None:
    office.happen(an_invoice())
    assert office.statuses(a_dispute(amount=2000_00)) == ["refused"]

    assert office.statuses(a_dispute(amount=200_00)) == ["accepted"]
    assert office.statuses(a_dispute(amount=200_00)) == ["duplicate"]
    assert office.one("SELECT findings IS NULL FROM events WHERE event_id = 'd-1'")


def test_one_refused_event_does_not_stop_those_before_and_behind_it(office: Office) -> None:
    bad = a_dispute(amount=2000_00)

    statuses = office.statuses(an_invoice(), bad, a_payment({"F-1": 250_00}, JANUARY), an_invoice("F-2"))

    assert statuses == ["accepted", "refused", "accepted", "accepted"]
    assert office.case().balance == 750_00
    assert office.case("F-2").stage == "watching"


def test_a_text_that_the_ledger_cannot_hold_stops_nobody(office: Office) -> None:
    """A program that builds events itself, beside the strict reader, can still bring in a NUL."""
    bad = CasePaused(event_id="p-1", at=JANUARY, ref="F-1", until=date(2026, 1, 20), reason="half\x00text")

    assert office.statuses(an_invoice(), bad, an_invoice("F-2")) == ["accepted", "refused", "accepted"]
    assert office.statuses(bad) == ["refused"]
    assert [row.source for row in office.rows("SELECT source FROM rejects")] != []


def test_an_invoice_that_is_named_twice_is_meant_once(office: Office) -> None:
    twice = PromiseMade(event_id="p", at=JANUARY, promise_id="P", invoice_nos=("F-1", "F-1"), date=date(2026, 1, 20))
    early = twice.model_copy(update={"event_id": "early", "invoice_nos": ("F-2", "F-2")})

    assert office.statuses(an_invoice("F-1"), twice, early, an_invoice("F-2")) == [
        "accepted", "accepted", "parked", "accepted",
    ]  # fmt: skip
    assert office.case("F-1").stage == office.case("F-2").stage == "promised"


# --- wake-ups, money, names ---------------------------------------------------------------------------------------


def test_what_is_not_allocated_waits_for_a_person(office: Office) -> None:
    office.happen(an_invoice(), a_payment({}, JANUARY, amount=Money(amount=50_00)))

    assert office.tasks() == ["unallocated"]
    assert office.case().balance == 1000_00


def test_long_names_are_no_reason_to_fail(office: Office) -> None:
    """References may have 80 characters each; ids made of them must still be ids."""
    number = "FACTURE-2026-" + "0" * 66 + "1"
    office.happen(an_invoice(number, event_id="long", debtor=a_debtor("d" * 80)))

    office.go_to(datetime(2026, 2, 2, tzinfo=UTC))

    assert len(office.mails) == 1
    assert [outcome for outcome, _reason in office.told(number)] == ["sent"]


def test_the_moment_of_a_case_is_one_or_there_is_a_reason_for_none(office: Office) -> None:
    office.happen(an_invoice("F-1"), an_invoice("F-2"), a_payment({"F-2": 1000_00}, JANUARY))

    assert office.case("F-1").next_wake_at is not None
    assert office.case("F-1").idle_reason is None
    assert (office.case("F-2").next_wake_at, office.case("F-2").idle_reason) == (None, "ended.paid")


def test_a_stale_wake_up_changes_nothing_and_leaves_no_line(office: Office) -> None:
    office.happen(an_invoice())
    before, lines = office.states(), office.one("SELECT count(*) FROM journal")

    decision = office.system.engine.ring("atelier/F-1", office.case().epoch - 1)

    assert decision is not None
    assert decision.reasons[0].rule == "wake.stale"
    assert (office.states(), office.one("SELECT count(*) FROM journal")) == (before, lines)


def test_a_wake_up_of_a_case_that_waits_for_none_leaves_no_line_however_often_it_rings(office: Office) -> None:
    office.happen(an_invoice(), a_payment({"F-1": 1000_00}, JANUARY))
    lines = office.one("SELECT count(*) FROM journal")

    for _ in range(2):
        office.system.engine.ring("atelier/F-1", office.case().epoch)

    assert office.one("SELECT count(*) FROM journal") == lines


def test_a_wake_up_of_a_case_that_does_not_exist_is_nothing(office: Office) -> None:
    assert office.system.engine.ring("atelier/F-404", 1) is None


def test_a_second_payment_under_a_known_number_is_refused(office: Office) -> None:
    first = a_payment({"F-1": 400_00}, JANUARY)
    again = PaymentReceived(
        event_id="again", at=JANUARY, payment_id=first.payment_id, amount=Money(amount=500_00),
        value_date=JANUARY.date(), allocations=(Allocation(invoice_no="F-1", amount=500_00),),
    )  # fmt: skip

    assert office.statuses(an_invoice(), first, again) == ["accepted", "accepted", "refused"]
    assert office.case().balance == 600_00
