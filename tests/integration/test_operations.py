"""What a person does to dispatches, holds and tasks: the ledger, the case and the debtor agree about it afterwards."""

from datetime import UTC, datetime, time, timedelta

import pytest

from tests.office import DUE, Office, a_payment, an_invoice
from workers.channels.base import InDoubt, Refused, TryLater
from workers.operations import dispatches, holds, tasks
from workers.operations.doing import Doing

CLAIRE = Doing(by="claire", reason="the server was mended")


def overdue_message(office: Office, error: BaseException, *numbers: str, taken: bool = False) -> str:
    """Let the first overdue step of these invoices fail with `error`; returns the key of a dispatch of it."""
    office.happen(*(an_invoice(number) for number in numbers or ("F-1",)))
    office.go_to(datetime.combine(DUE, time(20), UTC))
    return next_failure(office, error, taken=taken)


def next_failure(office: Office, error: BaseException, *, taken: bool = False) -> str:
    """Let the next e-mail fail with `error`, whether or not the server took it."""
    office.mails.clear()
    office.mail.script = [office.mail.take_and(error) if taken else office.mail.refuse(error)]
    while office.mail.script:
        due = office.system.broker.next_due()
        assert due is not None
        office.go_to(datetime.fromtimestamp(due / 1000, UTC))
    return str(office.one("SELECT max(dispatch_key) FROM attempts WHERE outcome <> 'sent'"))


def acts(office: Office) -> list[tuple[str, str, str]]:
    return [
        (row.by, row.verb, row.reason) for row in office.rows('SELECT "by", verb, reason FROM operations ORDER BY id')
    ]


def test_a_failed_message_leaves_once_when_it_is_tried_again(office: Office) -> None:
    key = overdue_message(office, Refused("554", "go away", address_is_bad=False))
    assert office.case().stage == "blocked"

    result = dispatches.retry(office.system.engine, key, CLAIRE)
    again = dispatches.retry(office.system.engine, key, CLAIRE)
    office.work()

    assert (result.said, result.before, result.after) == ("done", "failed", "wanted")
    assert again.said == "unchanged"
    assert len(office.mails) == 1
    assert office.case().stage == "reminding"
    assert acts(office) == [("claire", "retry", "the server was mended")]


def test_a_failed_message_of_an_invoice_paid_since_is_taken_back_instead_of_sent(office: Office) -> None:
    key = overdue_message(office, Refused("554", "go away", address_is_bad=False))
    office.happen(a_payment({"F-1": 1000_00}, office.clock.now()))

    result = dispatches.retry(office.system.engine, key, CLAIRE)
    office.work()

    assert result.after == "withheld"
    assert office.mails == []


def test_what_waits_for_a_later_attempt_leaves_at_once_when_it_is_tried_again(office: Office) -> None:
    key = overdue_message(office, TryLater("450", "busy"))

    dispatches.retry(office.system.engine, key, CLAIRE)
    office.work()
    office.go_on(days=1)  # the attempt that was planned finds nothing to do

    assert len(office.mails) == 1


@pytest.mark.parametrize("verb", ["retry", "postpone", "discard"])
def test_what_is_in_doubt_is_only_resolved(office: Office, verb: str) -> None:
    key = overdue_message(office, InDoubt("reset", "gone after the dot"), taken=True)
    engine = office.system.engine
    if verb == "retry":
        result = dispatches.retry(engine, key, CLAIRE)
    elif verb == "discard":
        result = dispatches.discard(engine, key, CLAIRE)
    else:
        result = dispatches.postpone(engine, key, office.clock.now() + timedelta(days=1), CLAIRE)
    office.work()

    assert (result.said, result.after) == ("refused", "in_doubt")
    assert len(office.mails) == 1
    assert acts(office) == []


def test_a_message_in_doubt_that_was_sent_is_never_sent_again(office: Office) -> None:
    key = overdue_message(office, InDoubt("reset", "gone after the dot"), taken=True)
    left_at = office.one("SELECT done_at FROM dispatches WHERE key = :key", key=key)
    office.jump(days=1)

    results = dispatches.resolve_sent(office.system.engine, key, CLAIRE, provider_id="4F2")
    again = dispatches.resolve_sent(office.system.engine, key, CLAIRE)
    office.work()

    assert [(item.said, item.after) for item in results] == [("done", "sent")]
    assert [item.said for item in again] == ["unchanged"]
    assert len(office.mails) == 1
    assert office.case().stage == "reminding"
    assert office.case().next_wake_at is not None
    assert office.one("SELECT done_at FROM dispatches WHERE key = :key", key=key) == left_at
    assert office.one("SELECT receipt FROM messages ORDER BY claimed_at DESC LIMIT 1") == "4F2"


def test_a_message_in_doubt_that_did_not_leave_is_sent_once_more_under_the_same_identifier(office: Office) -> None:
    key = overdue_message(office, InDoubt("reset", "broken before the dot"))

    dispatches.resolve_resend(office.system.engine, key, CLAIRE)
    dispatches.resolve_resend(office.system.engine, key, CLAIRE)
    office.work()

    assert len(office.mails) == 1
    assert office.mails[0].message_id == office.one("SELECT message_id FROM dispatches WHERE key = :key", key=key)
    assert office.one("SELECT status FROM dispatches WHERE key = :key", key=key) == "sent"
    assert [verb for _by, verb, _reason in acts(office)] == ["resolve_resend"]


def test_a_message_in_doubt_is_resolved_for_all_its_invoices(office: Office) -> None:
    key = overdue_message(office, InDoubt("reset", "?"), "F-1", "F-2")
    message_id = office.one("SELECT message_id FROM dispatches WHERE key = :key", key=key)

    results = dispatches.resolve_sent(office.system.engine, message_id, CLAIRE)

    assert [item.after for item in results] == ["sent", "sent"]
    assert {office.case(number).stage for number in ("F-1", "F-2")} == {"reminding"}


def test_a_postponed_message_leaves_at_its_new_moment_and_not_before(office: Office) -> None:
    key = overdue_message(office, TryLater("450", "busy"))
    until = office.clock.now() + timedelta(days=3)

    result = dispatches.postpone(office.system.engine, key, until, CLAIRE)
    office.go_on(days=2)
    before = list(office.mails)
    office.go_on(days=5)

    assert result.said == "done"
    assert before == []
    assert len(office.mails) == 1
    assert office.mails[0].date >= until


def test_a_moment_that_has_passed_is_refused_with_its_name(office: Office) -> None:
    key = overdue_message(office, TryLater("450", "busy"))

    with pytest.raises(ValueError, match=r"until .* is past"):
        dispatches.postpone(office.system.engine, key, office.clock.now(), CLAIRE)


def test_a_discarded_message_is_passed_over_and_the_case_goes_on_with_the_next_step(office: Office) -> None:
    office.happen(an_invoice())
    office.go_to(datetime.combine(DUE + timedelta(days=10), time(20), UTC))  # the first reminder has left
    key = next_failure(office, Refused("554", "go away", address_is_bad=False))

    result = dispatches.discard(office.system.engine, key, CLAIRE)
    again = dispatches.discard(office.system.engine, key, CLAIRE)
    office.go_on(days=30)

    assert (result.said, result.after, again.said) == ("done", "withheld", "unchanged")
    assert result.next_wake_at is not None
    assert "passed.by_hand" in office.rules()
    assert [row.step for row in office.rows("SELECT step FROM dispatches WHERE status = 'sent' ORDER BY step")] == [
        0,
        1,
        3,
    ]


def test_nothing_leaves_while_held_and_everything_that_waited_leaves_once_when_released(office: Office) -> None:
    office.happen(an_invoice())
    holds.hold(office.system, holds.ALL, CLAIRE)
    office.go_to(office.clock.now() + timedelta(days=40))
    assert office.mails == []
    assert office.dispatches()[-1] == ("email", "wanted", "gate.hold")

    released = holds.release(office.system, holds.ALL, CLAIRE)
    office.system.relay.sweep()
    office.go_on(days=4)

    assert released == 1
    assert len(office.mails) == 1
    assert holds.release(office.system, holds.ALL, CLAIRE) is None


def test_a_hold_on_a_channel_is_not_lifted_by_another_release(office: Office) -> None:
    office.happen(an_invoice())
    holds.hold(office.system, holds.ALL, CLAIRE)
    holds.hold(office.system, "email", CLAIRE)
    office.go_to(office.clock.now() + timedelta(days=40))

    assert holds.release(office.system, holds.ALL, CLAIRE) == 0
    office.system.relay.sweep()
    office.go_on(days=4)
    assert office.mails == []

    assert holds.release(office.system, "email", CLAIRE) == 1


def test_a_hold_until_a_moment_ends_by_itself(office: Office) -> None:
    office.happen(an_invoice())
    holds.hold(office.system, holds.ALL, CLAIRE, until=office.clock.now() + timedelta(days=40))
    office.go_to(office.clock.now() + timedelta(days=39))
    assert office.mails == []

    office.go_on(days=2)
    office.system.relay.sweep()
    office.go_on(days=4)

    assert len(office.mails) == 1


def test_the_same_hold_twice_is_one(office: Office) -> None:
    assert holds.hold(office.system, "sms", CLAIRE) is True
    assert holds.hold(office.system, "sms", CLAIRE) is False
    assert len(acts(office)) == 1


def test_a_task_is_done_once(office: Office) -> None:
    overdue_message(office, Refused("554", "go away", address_is_bad=False))
    key = office.one("SELECT key FROM tasks LIMIT 1")

    assert [tasks.finish(office.system, key, CLAIRE) for _ in range(2)] == [True, False]
    assert tasks.finish(office.system, "no such task", CLAIRE) is None


def test_an_act_without_a_reason_is_refused() -> None:
    with pytest.raises(ValueError, match="reason is empty"):
        Doing(by="claire", reason="  ")
