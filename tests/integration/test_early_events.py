"""Events that come before what they are about, or after something later: the same facts, the same state."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.office import Office, a_contact, a_debtor, a_payment, a_reversal, an_invoice
from workflows.events import (
    ContactOptedOut,
    DebtorInsolvent,
    DebtorUpdated,
    DisputeOpened,
    DisputeReason,
    Inbound,
    LetterRequested,
    ReplyReceived,
)
from workflows.invoice import Channel, Debtor, Obstacle
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


def test_a_payment_before_its_invoice_waits_and_is_applied_on_arrival(office: Office) -> None:
    paid = a_payment({"F-1": 1000_00}, JANUARY)
    [outcome] = office.happen(paid)
    assert (outcome.status, outcome.waiting_for) == ("parked", ("atelier/F-1",))

    assert office.statuses(an_invoice()) == ["accepted"]

    assert (office.case().stage, office.case().balance) == ("paid", 0)
    assert office.one("SELECT count(*) FROM parked") == 0
    assert office.statuses(paid) == ["duplicate"]


def test_a_word_about_a_channel_before_the_first_invoice_waits_for_the_debtor(office: Office) -> None:
    stop = ContactOptedOut(event_id="s-1", at=JANUARY, debtor_ref="btp", channel=Channel.EMAIL, how="STOP")
    [outcome] = office.happen(stop)
    assert (outcome.status, outcome.waiting_for) == ("parked", ("debtor:atelier/btp",))

    office.happen(an_invoice())

    facts = office.one("SELECT facts FROM debtors WHERE ref = 'btp'")
    debtor = Debtor.model_validate_json(facts if isinstance(facts, str) else json.dumps(facts))
    assert debtor.obstacle(Channel.EMAIL) is Obstacle.OPTED_OUT
    assert "learnt.contact.opted_out" in office.one("SELECT string_agg(decision::text, ' ') FROM journal")
    assert office.statuses(stop) == ["duplicate"]


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


def test_a_wish_that_cannot_be_written_is_refused_when_its_invoice_arrives(office: Office) -> None:
    early = LetterRequested.model_validate(
        {"event_id": "w", "at": JANUARY, "request_id": "q", "invoice_no": "F-1", "letter": "payment_thanks"}
    )
    assert office.statuses(early) == ["parked"]

    office.happen(an_invoice())

    assert office.one("SELECT status FROM events WHERE event_id = 'w'") == "refused"
    assert office.rows("SELECT 1 FROM dispatches WHERE step IS NULL") == []
