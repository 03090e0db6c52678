"""The only way out: the last look, every gate, what is merged. Promises 1 and 6."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests.office import (
    Office,
    a_payment,
    an_invoice,
    deliver,
    only,
    wanted,
)
from workers.channels.base import Refused, TryLater
from workflows.events import (
    CasePaused,
    DebtorInsolvent,
    DebtorUpdated,
    DisputeOpened,
    DisputeReason,
    FeedCompleted,
    Inbound,
    PromiseMade,
)

#: The first message about `an_invoice()`: a courtesy, five days before the due date, at the debtor's own minute.
FEBRUARY = datetime(2026, 2, 2, tzinfo=UTC)
#: So late that the courtesy is past: the first message is a reminder.
OVERDUE = date(2026, 1, 10)
BUSY = TryLater("450", "4.2.0 mailbox busy")
UNKNOWN = Refused("550", "5.1.1 no such user", address_is_bad=True)


# --- promise 1: the last look ----------------------------------------------------------------------------------------

STOPPING: list[Callable[[datetime], Inbound]] = [
    lambda at: a_payment({"F-1": 1000_00}, at),
    lambda at: DisputeOpened(
        event_id="d", at=at, dispute_id="D", invoice_no="F-1", reason=DisputeReason.QUALITY, comment="broken"
    ),
    lambda at: PromiseMade(
        event_id="p", at=at, promise_id="P", invoice_nos=("F-1",), date=at.date() + timedelta(days=9)
    ),
    lambda at: CasePaused(event_id="h", at=at, ref="F-1", until=at.date() + timedelta(days=9), reason="a call"),
    lambda at: DebtorInsolvent(event_id="i", at=at, debtor_ref="btp", procedure="liquidation", judgment_date=at.date()),
]


@pytest.mark.parametrize("fact", STOPPING, ids=["payment", "dispute", "promise", "pause", "insolvency"])
def test_what_is_committed_one_moment_before_the_delivery_stops_it(
    office: Office, fact: Callable[[datetime], Inbound]
) -> None:
    office.happen(an_invoice())
    key = wanted(office)

    assert office.statuses(fact(office.clock.now())) == ["accepted"]
    deliver(office, key)
    office.go_on(days=3)

    assert office.reminders == []
    assert office.one("SELECT status FROM dispatches WHERE key = :key", key=key) == "withheld"
    last = office.rows("SELECT decision FROM journal WHERE decision LIKE '%withhold_step%'")
    assert len(last) == 1
    assert office.one("SELECT reason FROM dispatches WHERE key = :key", key=key) in str(last[0].decision)


def test_a_payment_that_is_committed_while_the_queue_holds_the_message_is_told_in_the_timeline(office: Office) -> None:
    office.happen(an_invoice())
    wanted(office)
    office.happen(a_payment({"F-1": 1000_00}, office.clock.now()))

    office.work()

    assert office.mails == []
    assert only(office) == ("email", "withheld", "ended.paid")
    assert office.rules()[-2:] == ["learnt.payment.received", "ended.paid"]


def test_a_part_payment_before_the_delivery_changes_what_the_message_asks(office: Office) -> None:
    office.happen(an_invoice())
    key = wanted(office)
    office.happen(a_payment({"F-1": 400_00}, office.clock.now()))

    deliver(office, key)

    [mail] = office.mails
    assert "600,00" in mail.text
    assert "1 000,00 €" not in mail.subject


# --- the gates -------------------------------------------------------------------------------------------------------


def test_a_hold_keeps_everything_back_until_it_is_released(office: Office) -> None:
    office.happen(an_invoice())
    key = wanted(office)
    office.write(
        "INSERT INTO holds (scope, reason, by, since) VALUES ('all', 'audit', 'Claire', now())",
    )

    deliver(office, key)

    assert only(office) == ("email", "wanted", "gate.hold")
    assert office.told() == [("postponed", "gate.hold")]
    office.go_on(days=2)
    assert office.mails == []


def test_a_hold_that_ends_by_itself_lets_go(office: Office) -> None:
    office.happen(an_invoice())
    key = wanted(office)
    office.write(
        "INSERT INTO holds (scope, reason, by, since, until) VALUES ('email', 'audit', 'Claire', now(), :until)",
        until=office.clock.now() + timedelta(hours=1),
    )
    deliver(office, key)
    office.jump(hours=1, minutes=5)

    office.system.relay.sweep()
    office.work()

    assert len(office.mails) == 1


def test_a_hold_on_another_channel_holds_nothing(office: Office) -> None:
    office.happen(an_invoice())
    key = wanted(office)
    office.write("INSERT INTO holds (scope, reason, by, since) VALUES ('letter', 'printer', 'Claire', now())")

    deliver(office, key)

    assert len(office.mails) == 1


def test_stale_payments_keep_automatic_messages_back_until_the_feed_has_run(office: Office) -> None:
    office.happen(an_invoice())
    key = wanted(office)
    now = office.clock.now()
    office.happen(FeedCompleted(event_id="f1", at=now, feed="payments", as_of=now - timedelta(hours=25)))

    deliver(office, key)

    assert only(office) == ("email", "wanted", "gate.freshness")
    assert office.told() == [("postponed", "gate.freshness")]
    office.happen(FeedCompleted(event_id="f2", at=now, feed="payments", as_of=now))
    office.system.relay.sweep()
    office.work()
    assert len(office.mails) == 1


def test_a_payment_in_the_feed_that_was_late_stops_what_waited_for_it(office: Office) -> None:
    office.happen(an_invoice())
    key = wanted(office)
    now = office.clock.now()
    office.happen(FeedCompleted(event_id="f1", at=now, feed="payments", as_of=now - timedelta(hours=25)))
    deliver(office, key)

    office.happen(a_payment({"F-1": 1000_00}, now), FeedCompleted(event_id="f2", at=now, feed="payments", as_of=now))
    office.system.relay.sweep()
    office.work()

    assert office.mails == []


@pytest.mark.parametrize("hours", [12, 60], ids=["in the evening", "on Sunday"])
def test_outside_the_contact_window_a_message_waits_for_the_next_one(office: Office, hours: int) -> None:
    office.happen(an_invoice(due_date=OVERDUE))
    key = wanted(office)
    office.jump(hours=hours + (4 - office.clock.now().weekday()) * 24)

    deliver(office, key)

    assert only(office)[1:] == ("wanted", "gate.window")
    assert office.told() == [("postponed", "gate.window")]
    office.go_on(days=4)
    assert len(office.mails) == 1


def test_a_debtor_is_not_contacted_again_too_soon_whatever_the_invoice(office: Office) -> None:
    office.happen(an_invoice("F-1", due_date=date(2026, 2, 8)), an_invoice("F-2", due_date=date(2026, 2, 9)))
    office.go_to(datetime(2026, 2, 3, 20, tzinfo=UTC))
    assert len(office.mails) == 1

    office.go_to(datetime(2026, 2, 4, 20, tzinfo=UTC))

    assert ("email", "wanted", "gate.pressure") in office.dispatches()
    assert office.told("F-2") == [("postponed", "gate.pressure")]
    assert len(office.mails) == 1


def test_a_step_that_only_time_has_made_pointless_does_not_leave(office: Office) -> None:
    """A courtesy before the due date that its queue holds until after it."""
    office.happen(an_invoice())
    key = wanted(office)
    office.clock.jump_to(datetime(2026, 2, 5, 9, tzinfo=UTC))

    deliver(office, key)

    assert office.mails == []
    assert only(office)[1:] == ("withheld", "gate.no_longer_wanted")
    assert office.told() == [("withheld", "gate.no_longer_wanted")]


def test_nothing_leaves_for_a_debtor_whom_nobody_may_contact(office: Office) -> None:
    office.happen(an_invoice(due_date=OVERDUE))
    key = wanted(office)
    office.write("UPDATE debtors SET facts = jsonb_set(facts, '{do_not_contact}', 'true')")

    deliver(office, key)

    assert office.told() == [("withheld", "gate.do_not_contact")]
    assert (office.mails, office.case().stage) == ([], "blocked")


def test_the_word_that_nobody_may_contact_a_debtor_takes_back_what_was_ordered(office: Office) -> None:
    office.happen(an_invoice(due_date=OVERDUE))
    key = wanted(office)
    office.happen(DebtorUpdated(event_id="u", at=office.clock.now(), debtor_ref="btp", do_not_contact=True))

    deliver(office, key)
    office.go_on(days=30)

    assert (office.mails, office.case().stage) == ([], "blocked")


def test_a_contact_that_is_gone_blocks_the_case_and_asks_a_person(office: Office) -> None:
    office.happen(an_invoice(due_date=OVERDUE))
    key = wanted(office)
    office.write("UPDATE debtors SET facts = jsonb_set(facts, '{contacts}', '[]')")

    deliver(office, key)

    assert office.told()[-1] == ("withheld", "gate.no_contact")
    assert (office.case().stage, office.tasks()) == ("blocked", ["blocked"])


def test_a_missing_attachment_is_waited_for(office: Office, tmp_path: Path) -> None:
    document = tmp_path / "F-1.pdf"
    office.happen(an_invoice(document=str(document)))
    key = wanted(office)

    deliver(office, key)

    assert only(office)[1:] == ("wanted", "gate.missing_attachment")
    assert office.told() == [("postponed", "gate.missing_attachment")]
    document.write_bytes(b"%PDF-1.7")
    office.go_on(days=1)
    [mail] = office.mails
    assert [item.filename for item in mail.attachments] == ["F-1.pdf"]


def test_a_letter_that_cannot_be_written_is_a_task_and_claims_nothing(office: Office) -> None:
    office.happen(an_invoice())
    key = wanted(office)
    office.write("UPDATE dispatches SET template = 'no_such_letter'")

    deliver(office, key)

    assert only(office)[1:] == ("failed", "gate.template")
    assert office.one("SELECT count(*) FROM messages") == 0
    assert office.told() == [("failed", "gate.template")]
    assert office.mails == []
