"""What becomes of an event: promises 5 and 7 at the door of the ledger."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.office import Office, a_contact, a_debtor, a_payment, a_reversal, an_invoice
from workflows.events import (
    CasePaused,
    DebtorInsolvent,
    DebtorUpdated,
    DisputeOpened,
    DisputeReason,
    Inbound,
    PaymentReceived,
    PromiseMade,
    ReplyReceived,
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


# --- early ------------------------------------------------------------------------------------------------------------


def test_a_payment_before_its_invoice_waits_and_is_applied_on_arrival(office: Office) -> None:
    paid = a_payment({"F-1": 1000_00}, JANUARY)
    [outcome] = office.happen(paid)
    assert (outcome.status, outcome.waiting_for) == ("parked", ("atelier/F-1",))

    assert office.statuses(an_invoice()) == ["accepted"]

    assert (office.case().stage, office.case().balance) == ("paid", 0)
    assert office.one("SELECT count(*) FROM parked") == 0
    assert office.statuses(paid) == ["duplicate"]


def test_a_payment_over_two_invoices_is_applied_at_once_to_the_one_that_is_known(office: Office) -> None:
    office.happen(an_invoice("F-1"))

    [outcome] = office.happen(a_payment({"F-1": 1000_00, "F-2": 300_00}, JANUARY))

    assert (outcome.status, outcome.waiting_for) == ("parked", ("atelier/F-2",))
    assert office.case("F-1").stage == "paid"
    office.happen(an_invoice("F-2"))
    assert office.case("F-2").balance == 700_00
    assert office.one("SELECT status FROM events WHERE kind = 'payment.received'") == "accepted"


def test_a_reversal_before_its_payment_waits_for_it(office: Office) -> None:
    paid = a_payment({"F-1": 1000_00}, JANUARY)
    office.happen(an_invoice())
    assert office.statuses(a_reversal(paid, JANUARY)) == ["parked"]

    office.happen(paid)

    assert office.case().balance == 1000_00
    assert office.one("SELECT count(*) FROM parked") == 0


def test_a_reversal_reaches_the_invoice_that_comes_last_of_all(office: Office) -> None:
    """Reversal, payment over two invoices, invoices: each waits for the one behind it."""
    paid = a_payment({"F-1": 1000_00, "F-2": 1000_00}, JANUARY)

    office.happen(a_reversal(paid, JANUARY))
    office.happen(an_invoice("F-1"))
    office.happen(paid)
    office.happen(an_invoice("F-2"))

    assert (office.case("F-1").balance, office.case("F-2").balance) == (1000_00, 1000_00)
    assert office.one("SELECT count(*) FROM parked") == 0
    assert office.one("SELECT count(*) FROM events WHERE status <> 'accepted'") == 0


@pytest.mark.parametrize("together", [True, False], ids=["in one transaction", "one by one"])
def test_what_is_known_of_a_debtor_before_its_first_invoice_counts_for_it(office: Office, *, together: bool) -> None:
    events: list[Inbound] = [insolvency(), an_invoice("F-1"), an_invoice("F-2")]
    if together:
        office.happen(*events)
    else:
        for event in events:
            office.happen(event)

    assert (office.case("F-1").stage, office.case("F-2").stage) == ("insolvent", "insolvent")
    assert office.one("SELECT count(*) FROM parked") == 0


@pytest.mark.parametrize("together", [True, False], ids=["in one transaction", "one by one"])
def test_an_insolvency_counts_for_invoices_before_and_after_it(office: Office, *, together: bool) -> None:
    events: list[Inbound] = [an_invoice("F-1"), insolvency(), an_invoice("F-2")]
    if together:
        assert office.statuses(*events) == ["accepted"] * 3
    else:
        assert [office.statuses(event) for event in events] == [["accepted"]] * 3

    assert (office.case("F-1").stage, office.case("F-2").stage) == ("insolvent", "insolvent")


def test_a_contact_that_comes_before_the_debtor_is_kept(office: Office) -> None:
    news = DebtorUpdated(
        event_id="u-1", at=JANUARY, debtor_ref="btp", contacts=(a_contact(email="new@btp-rhone.example"),)
    )
    assert office.statuses(news) == ["parked"]

    office.happen(an_invoice())

    assert "new@btp-rhone.example" in office.one("SELECT facts::text FROM debtors")


def test_of_two_words_about_a_debtor_the_later_one_counts_whatever_arrives_first(office: Office) -> None:
    old = DebtorUpdated(event_id="u-1", at=JANUARY, debtor_ref="btp", contacts=(a_contact(email="old@x.example"),))
    new = DebtorUpdated(
        event_id="u-2",
        at=JANUARY + timedelta(hours=-1),
        debtor_ref="btp",
        contacts=(a_contact(email="older@x.example"),),
    )
    office.happen(an_invoice())

    office.happen(old)
    office.happen(new)

    assert "old@x.example" in office.one("SELECT facts::text FROM debtors")


def test_an_older_invoice_does_not_bring_back_an_older_address(office: Office) -> None:
    moved = a_debtor("btp", a_contact(email="moved@x.example"))
    office.happen(an_invoice("F-2", debtor=moved, at=JANUARY))

    office.happen(an_invoice("F-1"))

    facts = office.one("SELECT facts::text FROM debtors")
    assert "moved@x.example" in facts
    assert "anne.perrin" not in facts


def test_a_reply_about_everything_counts_for_an_invoice_that_arrives_after_it(office: Office) -> None:
    """A reply nobody has read keeps all cases of the debtor silent, in whatever order they are learnt."""
    reply = ReplyReceived(event_id="r-1", at=JANUARY, reply_id="R-1", debtor_ref="btp", text="Je vous rappelle.")

    office.happen(an_invoice("F-1"), reply, an_invoice("F-2"))

    assert office.case("F-1").stage == office.case("F-2").stage == "paused"


def test_a_payment_in_another_currency_is_refused_also_when_it_came_first(office: Office) -> None:
    paid = a_payment({"F-1": 1000_00}, JANUARY, amount=Money(amount=1000_00, currency="USD"))
    assert office.statuses(paid) == ["parked"]

    office.happen(an_invoice())

    assert office.case().balance == 1000_00
    [event] = office.rows("SELECT status, findings FROM events WHERE kind = 'payment.received'")
    assert event.status == "refused"
    assert "currency" in str(event.findings)
    mended = paid.model_copy(update={"amount": Money(amount=1000_00)})
    assert office.statuses(mended) == ["accepted"]
    assert office.case().stage == "paid"


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
