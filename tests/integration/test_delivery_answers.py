"""What providers answer, what dies in between, what comes back. Promises 2 and 3."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from tests.office import GRENOBLE, Died, Office, a_contact, a_debtor, a_payment, an_invoice, deliver, only, wanted
from workers.channels.base import InDoubt, OutgoingMessage, Receipt, Refused, TryLater
from workers.channels.mail_message import to_mime
from workers.delivery.reports import LONGEST_SPREAD, RETRY_MINUTES
from workflows.events import (
    LetterState,
    LetterTracked,
    MessageBounced,
)
from workflows.invoice import Address, Channel
from workflows.money import Money

#: The first message about `an_invoice()`: a courtesy, five days before the due date, at the debtor's own minute.
FEBRUARY = datetime(2026, 2, 2, tzinfo=UTC)
#: So late that the courtesy is past: the first message is a reminder.
OVERDUE = date(2026, 1, 10)
BUSY = TryLater("450", "4.2.0 mailbox busy")
UNKNOWN = Refused("550", "5.1.1 no such user", address_is_bad=True)


# --- promise 2: what the provider says -------------------------------------------------------------------------------


def test_a_busy_provider_is_tried_again_later_and_then_once(office: Office) -> None:
    office.happen(an_invoice())
    office.mail.script = [office.mail.refuse(BUSY), office.mail.refuse(BUSY)]

    office.go_to(FEBRUARY)

    assert office.told() == [
        ("postponed", "delivery.retry"), ("postponed", "delivery.retry"), ("sent", "delivery.sent"),
    ]  # fmt: skip
    assert len(office.mails) == 1
    attempts = office.rows("SELECT at, outcome FROM attempts ORDER BY id")
    waits = [(later.at - earlier.at) for earlier, later in pairwise(attempts)]
    least = [timedelta(minutes=minutes) for minutes in RETRY_MINUTES[:2]]
    assert all(one <= wait <= one * 1.25 for one, wait in zip(least, waits, strict=True))


def test_a_provider_that_names_a_moment_is_not_bothered_before(office: Office) -> None:
    office.happen(an_invoice())
    key = wanted(office)
    office.mail.script = [office.mail.refuse(TryLater("429", "slow down", retry_after_s=3600))]

    deliver(office, key)

    wait = office.one("SELECT not_before FROM dispatches") - office.clock.now()
    assert timedelta(hours=1) <= wait <= timedelta(hours=1) + LONGEST_SPREAD


def test_invoices_that_were_merged_are_tried_again_together(office: Office) -> None:
    office.happen(*[an_invoice(f"F-{number}") for number in range(1, 6)])
    office.mail.script = [office.mail.refuse(BUSY)] * 3

    office.go_to(FEBRUARY)

    [mail] = office.mails
    assert all(f"F-{number}" in mail.text for number in range(1, 6))
    assert office.one("SELECT count(DISTINCT at) FROM attempts") == 4


def test_a_payment_between_two_attempts_ends_them(office: Office) -> None:
    office.happen(an_invoice())
    key = wanted(office)
    office.mail.script = [office.mail.refuse(BUSY)]
    deliver(office, key)

    office.happen(a_payment({"F-1": 1000_00}, office.clock.now()))
    office.go_on(days=2)

    assert office.mails == []
    assert only(office)[1] == "withheld"


def test_a_payment_during_an_attempt_that_comes_to_nothing_ends_it(office: Office) -> None:
    """The claim was taken, the payment came, and the provider was busy: there is nothing to try again."""
    office.happen(an_invoice())
    key = wanted(office)

    def pay_and_be_busy(_message: OutgoingMessage) -> Receipt:
        office.happen(a_payment({"F-1": 1000_00}, office.clock.now()))
        raise BUSY

    office.mail.script = [pay_and_be_busy]
    deliver(office, key)

    assert only(office)[1] == "withheld"
    office.go_on(days=2)
    assert office.mails == []


def test_when_all_attempts_are_used_up_a_person_is_asked(office: Office) -> None:
    office.happen(an_invoice(due_date=OVERDUE))
    office.mail.script = [office.mail.refuse(BUSY)] * 50

    office.go_to(datetime(2026, 2, 20, tzinfo=UTC))

    outcomes = [outcome for outcome, reason in office.told() if reason == "delivery.retry"]
    assert outcomes == ["postponed"] * len(RETRY_MINUTES) + ["failed"]
    assert office.case().stage == "blocked"
    assert office.tasks() == ["blocked"]
    assert office.one("SELECT count(*) FROM attempts") == len(RETRY_MINUTES) + 1


def test_an_address_that_does_not_exist_is_marked_and_the_next_channel_is_taken(office: Office) -> None:
    contact = a_contact(address=GRENOBLE)
    office.happen(an_invoice(due_date=OVERDUE, debtor=a_debtor("btp", contact)))
    office.mail.script = [office.mail.refuse(UNKNOWN)]

    office.go_to(datetime(2026, 1, 22, tzinfo=UTC))

    assert office.told()[0] == ("failed", "address")
    assert office.mails == []
    assert len(office.providers[Channel.LETTER].taken) == 1
    assert office.one("SELECT facts->'contacts'->0->>'invalid' FROM debtors") == '["email", "lre"]'


def test_a_message_that_was_not_wanted_says_nothing_about_its_address(office: Office) -> None:
    office.happen(an_invoice(due_date=OVERDUE))
    office.mail.script = [office.mail.refuse(Refused("554", "spam", address_is_bad=False))]

    office.go_to(datetime(2026, 1, 30, tzinfo=UTC))

    assert office.told()[0] == ("failed", "delivery.refused")
    assert office.one("SELECT facts->'contacts'->0->>'invalid' FROM debtors") == "[]"
    assert office.case().stage == "blocked"


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(InDoubt("lost", "the connection broke after the dot"), id="the channel doubts"),
        pytest.param(RuntimeError("a fault of the channel"), id="an exception in the channel"),
    ],
)
def test_what_may_have_left_is_for_a_person_and_never_sent_again(office: Office, error: Exception) -> None:
    office.happen(an_invoice())
    office.mail.script = [office.mail.take_and(error)]

    office.go_to(FEBRUARY)
    for _ in range(3):
        office.go_on(days=3)
        office.system.relay.sweep()

    assert len(office.mails) == 1
    assert only(office)[1] == "in_doubt"
    assert office.one("SELECT status FROM messages") == "in_doubt"
    assert office.tasks() == ["in_doubt"]
    assert office.case().idle_reason == "waits.in_doubt"


@pytest.mark.parametrize("act", ["before", "after"])
def test_a_worker_that_dies_while_it_sends_leaves_a_doubt_and_no_second_message(office: Office, act: str) -> None:
    office.happen(an_invoice())
    key = wanted(office)
    office.mail.script = [office.mail.refuse(Died()) if act == "before" else office.mail.take_and(Died())]
    with pytest.raises(Died):
        deliver(office, key)

    office.system.relay.sweep()
    deliver(office, key)
    assert only(office)[1] == "claimed"
    office.jump(minutes=11)
    office.system.relay.sweep()
    office.work()

    assert only(office)[1:] == ("in_doubt", "delivery.lease_expired")
    assert len(office.mails) == (0 if act == "before" else 1)
    assert office.tasks() == ["in_doubt"]
    assert office.system.relay.sweep().leases_expired == 0


def test_a_worker_that_outlives_its_lease_ends_the_doubt(office: Office) -> None:
    office.happen(an_invoice())
    key = wanted(office)

    def be_slow(message: OutgoingMessage) -> Receipt:
        office.jump(minutes=11)
        office.system.relay.sweep()
        assert only(office)[1] == "in_doubt"
        return office.mail.take(message)

    office.mail.script = [be_slow]
    deliver(office, key)

    assert only(office)[1:] == ("sent", "delivery.sent")
    assert office.one("SELECT status FROM messages") == "sent"
    assert office.told() == [("in_doubt", "delivery.lease_expired"), ("sent", "delivery.sent")]


def test_a_worker_that_slept_through_its_lease_does_not_send(office: Office) -> None:
    office.happen(an_invoice())
    [claim] = office.system.delivery.claim([wanted(office)])
    office.jump(minutes=11)
    office.system.relay.sweep()

    report = office.system.delivery._let_out(claim)
    office.system.delivery.record({claim.letter.message.message_id: report})

    assert office.mails == []
    assert only(office)[1:] == ("failed", "delivery.retry")


def test_delivering_twice_at_once_or_later_sends_once(office: Office) -> None:
    office.happen(an_invoice())
    key = wanted(office)

    def try_again_meanwhile(message: OutgoingMessage) -> Receipt:
        deliver(office, key)
        return office.mail.take(message)

    office.mail.script = [try_again_meanwhile]
    deliver(office, key)
    deliver(office, key)

    assert len(office.mails) == 1
    assert office.told() == [("sent", "delivery.sent")]


# --- what comes back -------------------------------------------------------------------------------------------------


def test_a_bounce_marks_the_contact_and_the_case_goes_on_by_another_channel(office: Office) -> None:
    contact = a_contact(address=GRENOBLE)
    office.happen(an_invoice(due_date=OVERDUE, debtor=a_debtor("btp", contact)))
    office.go_to(datetime(2026, 1, 22, tzinfo=UTC))
    [mail] = office.mails

    office.happen(MessageBounced(event_id="b", at=office.clock.now(), message_id=mail.message_id, bounce="hard"))
    office.go_on(days=5)

    assert ("email", "bounced", "hard") in office.dispatches()
    assert len(office.providers[Channel.LETTER].taken) == 1
    assert len(office.mails) == 1


def test_a_bounce_that_is_faster_than_the_record_counts(office: Office) -> None:
    contact = a_contact(address=GRENOBLE)
    office.happen(an_invoice(due_date=OVERDUE, debtor=a_debtor("btp", contact)))

    def bounce_at_once(message: OutgoingMessage) -> Receipt:
        bounce = MessageBounced(event_id="b", at=office.clock.now(), message_id=message.message_id, bounce="hard")
        assert office.statuses(bounce) == ["accepted"]
        return office.mail.take(message)

    office.mail.script = [bounce_at_once]
    office.go_to(datetime(2026, 1, 22, tzinfo=UTC))

    assert office.one("SELECT status FROM messages WHERE channel = 'email'") == "sent"
    assert office.dispatches()[0][1] == "bounced"
    assert len(office.providers[Channel.LETTER].taken) == 1


def test_a_letter_that_comes_back_is_asked_again_at_the_next_address(office: Office) -> None:
    """The same step by the same channel to another address: the first one no longer holds its place."""
    moved = Address(lines=("9 quai de Saône",), postcode="69002", city="Lyon")
    contacts = (a_contact(email=None, address=GRENOBLE), a_contact(ref="b", email=None, address=moved))
    office.happen(an_invoice(due_date=OVERDUE, debtor=a_debtor("btp", *contacts)))
    letters = office.providers[Channel.LETTER].taken
    office.go_to(datetime(2026, 1, 23, tzinfo=UTC))
    assert [letter.to.splitlines()[-1] for letter in letters] == ["38000 Grenoble"]

    message_id = letters[0].message_id
    back = LetterTracked(event_id="t", at=office.clock.now(), message_id=message_id, state=LetterState.NPAI)
    assert office.statuses(back) == ["accepted"]
    office.go_on(days=10)

    assert [letter.to.splitlines()[-1] for letter in letters] == ["38000 Grenoble", "69002 Lyon"]


def test_a_message_of_nobody_is_refused(office: Office) -> None:
    office.happen(an_invoice())
    bounce = MessageBounced(event_id="b", at=office.clock.now(), message_id="<who@knows>", bounce="hard")

    [outcome] = office.happen(bounce)

    assert outcome.status == "refused"
    assert "<who@knows>" in outcome.findings[0]


def test_money_of_another_currency_is_asked_for_in_a_message_of_its_own(office: Office) -> None:
    dollars = an_invoice("F-2", total=Money(amount=700_00, currency="USD"))
    office.happen(an_invoice("F-1"), dollars)

    office.go_to(FEBRUARY)

    assert sorted(("F-1" in mail.text, "F-2" in mail.text) for mail in office.mails) == [(False, True), (True, False)]
    assert all(to_mime(mail) for mail in office.mails)
