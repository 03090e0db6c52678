"""The answer to a reply: approved by a person, sent once, in the debtor's own thread, whatever the case rests on."""

import email
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.office import Died, Office, a_contact, a_debtor, a_payment, an_invoice, deliver
from workers.channels.base import InDoubt, TryLater
from workers.channels.mail_message import to_mime
from workers.operations.dispatches import resolve_resend
from workers.operations.doing import Doing
from workflows.events import (
    CasePaused,
    CreditNoteIssued,
    DebtorInsolvent,
    DebtorUpdated,
    DisputeOpened,
    DisputeReason,
    InvoiceCancelled,
    MessageBounced,
    PromiseMade,
    ReplyAnswered,
    ReplyReceived,
)
from workflows.invoice import Channel
from workflows.money import Money

TUESDAY = datetime(2026, 1, 20, 9, tzinfo=UTC)
REPLY = "<answer-1@btp-rhone.example>"


@pytest.fixture
def reminded(office: Office) -> Office:
    """One reminder about two invoices has left, the debtor wrote back, and it is Tuesday morning."""
    office.happen(an_invoice(due_date=date(2026, 1, 10)), an_invoice("F-2", due_date=date(2026, 1, 10)))
    office.go_to(TUESDAY)
    assert len(office.mails) == 1
    reply = ReplyReceived(event_id="r", at=office.clock.now(), reply_id="r1", debtor_ref="btp", text="Une copie ?")
    office.happen(reply)
    return office


def answered(office: Office, **changes: Any) -> ReplyAnswered:  # noqa: ANN401 - any field
    facts: dict[str, Any] = {
        "event_id": "a", "at": office.clock.now(), "reply_id": "r1", "debtor_ref": "btp", "invoice_nos": ("F-1", "F-2"),
        "text": "Bonjour,\n\nVoici ce que vous demandez.\n\n[[invoices]]", "by": "Claire", "subject": "RE: Re: rappel",
        "in_reply_to": REPLY, "references": (office.mails[0].message_id,),
    }  # fmt: skip
    return ReplyAnswered(**facts | changes)


def answers(office: Office) -> list[Any]:
    return [mail for mail in office.mails if "/letter/reply_answer/" in mail.dispatch_id]


def test_one_answer_leaves_in_the_thread_of_the_debtor(reminded: Office) -> None:
    assert reminded.statuses(answered(reminded)) == ["accepted"]
    reminded.go_on(hours=1)

    [mail] = answers(reminded)
    assert (mail.in_reply_to, mail.references) == (REPLY, (reminded.mails[0].message_id, REPLY))
    assert (mail.subject, mail.to) == ("Re: rappel", "anne.perrin@btp-rhone.example")
    assert "Voici ce que vous demandez." in mail.text
    assert all(text in mail.text for text in ("F-1", "F-2", "Claire Delmas"))
    [row] = reminded.rows("SELECT body, status, template FROM messages WHERE template = 'reply_answer'")
    assert (row.body, row.status) == (to_mime(mail), "sent")
    sent = email.message_from_bytes(row.body)
    assert sent["In-Reply-To"] == REPLY
    assert sent["Auto-Submitted"] is None  # a person answers; a program at the debtor's must not put it aside
    assert email.message_from_bytes(to_mime(reminded.mails[0]))["Auto-Submitted"] == "auto-generated"
    states = reminded.rows("SELECT case_id, status FROM dispatches WHERE template = 'reply_answer' ORDER BY case_id")
    assert [(each.case_id, each.status) for each in states] == [("atelier/F-1", "sent"), ("atelier/F-2", "sent")]


def test_the_same_answer_again_is_nothing_new(reminded: Office) -> None:
    reminded.happen(answered(reminded))
    reminded.go_on(hours=1)

    assert reminded.statuses(answered(reminded, event_id="b", at=reminded.clock.now())) == ["accepted"]
    assert reminded.statuses(answered(reminded, event_id="c", text="Autre chose.")) == ["refused"]
    reminded.go_on(days=3)
    assert len(answers(reminded)) == 1


def test_an_answer_that_a_server_refused_for_now_leaves_once(reminded: Office) -> None:
    reminded.mail.script.append(reminded.mail.refuse(TryLater("450", "later")))
    reminded.happen(answered(reminded))
    reminded.go_on(days=1)

    assert len(answers(reminded)) == 1


def test_an_answer_in_doubt_waits_for_a_person_and_then_leaves_once(reminded: Office) -> None:
    reminded.mail.script.append(reminded.mail.refuse(InDoubt("timeout", "nobody knows")))
    reminded.happen(answered(reminded))
    reminded.go_on(days=2)
    assert answers(reminded) == []
    assert "in_doubt" in reminded.tasks()

    key = reminded.one("SELECT min(key) FROM dispatches WHERE template = 'reply_answer'")
    resolve_resend(reminded.system.engine, key, Doing(by="Claire", reason="not in the log of the server"))
    reminded.go_on(hours=2)
    assert len(answers(reminded)) == 1
    assert "F-2" in answers(reminded)[0].text


def test_a_worker_that_dies_while_sending_leaves_a_doubt_and_no_second_answer(reminded: Office) -> None:
    reminded.mail.script.append(reminded.mail.take_and(Died()))
    reminded.happen(answered(reminded))
    with pytest.raises(Died):
        reminded.go_on(hours=1)
    reminded.jump(hours=1)
    reminded.system.relay.sweep()
    reminded.go_on(days=1)

    assert len(answers(reminded)) == 1
    assert "in_doubt" in reminded.tasks()


def test_invoices_that_come_to_it_later_do_not_send_it_again(reminded: Office) -> None:
    reminded.happen(answered(reminded, invoice_nos=("F-1",)))
    reminded.go_on(hours=1)
    reminded.happen(answered(reminded, event_id="b", invoice_nos=("F-2",)))
    reminded.go_on(days=2)

    assert len(answers(reminded)) == 1
    assert reminded.one("SELECT reason FROM dispatches WHERE template = 'reply_answer' AND status = 'withheld'") == (
        "gate.already_answered"
    )


STANDSTILLS = [
    pytest.param(
        lambda at: DisputeOpened(event_id="x", at=at, dispute_id="d", invoice_no="F-1", reason=DisputeReason.PRICE),
        "disputed", id="disputed",
    ),
    pytest.param(
        lambda at: PromiseMade(event_id="x", at=at, promise_id="p", invoice_nos=("F-1",), date=date(2026, 2, 2)),
        "promised", id="promised",
    ),
    pytest.param(
        lambda at: CasePaused(event_id="x", at=at, scope="debtor", ref="btp", until=date(2026, 3, 2), reason="x"),
        "paused", id="paused",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("fact", "stage"), STANDSTILLS)
def test_an_answer_leaves_although_the_case_rests(*, reminded: Office, fact: Any, stage: str) -> None:  # noqa: ANN401
    reminded.happen(fact(reminded.clock.now()))
    assert reminded.case().stage == stage
    reminded.happen(answered(reminded, text="Nous avons bien lu votre message."))
    reminded.go_on(hours=2)

    assert len(answers(reminded)) == 1


@pytest.mark.parametrize(
    "fact",
    [
        pytest.param(
            lambda at: DebtorUpdated(event_id="x", at=at, debtor_ref="btp", do_not_contact=True), id="no word"
        ),
        pytest.param(
            lambda at: DebtorInsolvent(
                event_id="x", at=at, debtor_ref="btp", procedure="liquidation", judgment_date=at.date()
            ),
            id="insolvent",
        ),
    ],
)
@pytest.mark.parametrize("first", ["the answer", "the ban"])
def test_nothing_is_answered_where_nothing_may_be_written(
    *,
    reminded: Office,
    fact: Any,  # noqa: ANN401
    first: str,
) -> None:
    if first == "the ban":
        reminded.happen(fact(reminded.clock.now()))
        assert reminded.statuses(answered(reminded)) == ["refused"]
    else:
        reminded.clock.jump_to(TUESDAY.replace(hour=22))
        reminded.happen(answered(reminded), fact(reminded.clock.now()))
    reminded.go_on(days=4)

    assert answers(reminded) == []


@pytest.mark.parametrize(
    "end",
    [
        pytest.param(lambda at: a_payment({"F-1": 1000_00}, at), id="paid"),
        pytest.param(
            lambda at: CreditNoteIssued(
                event_id="x", at=at, credit_note_no="A-1", amount=Money(amount=1000_00), invoice_no="F-1"
            ), id="credited",
        ),
        pytest.param(lambda at: InvoiceCancelled(event_id="x", at=at, invoice_no="F-1", reason="x"), id="cancelled"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("when", ["before its hour", "after it left"])
def test_an_answer_about_money_that_is_owed_no_more_stays_and_a_person_hears_of_it(
    *,
    reminded: Office,
    end: Any,  # noqa: ANN401
    when: str,
) -> None:
    reminded.clock.jump_to(TUESDAY.replace(hour=22))
    reminded.happen(answered(reminded, invoice_nos=("F-1",), text="Cette facture reste due."))
    reminded.go_on(**({"days": 1} if when == "after it left" else {"minutes": 5}))
    reminded.happen(end(reminded.clock.now()))
    reminded.go_on(days=2)

    stays = when == "before its hour"
    assert (len(answers(reminded)), "message_failed" in reminded.tasks()) == (0 if stays else 1, stays)


def test_an_answer_to_whoever_has_paid_leaves(reminded: Office) -> None:
    reminded.happen(a_payment({"F-1": 1000_00}, reminded.clock.now()))
    reminded.happen(answered(reminded, invoice_nos=("F-1",), text="Voici.\n\n[[invoices]]\n\n[[payment]]"))
    reminded.go_on(hours=2)

    [mail] = answers(reminded)
    assert ("F-1" in mail.text, "FR76" in mail.text) == (True, False)


def test_an_answer_waits_for_the_hours_of_the_debtor(reminded: Office) -> None:
    reminded.clock.jump_to(TUESDAY.replace(hour=22))
    reminded.happen(answered(reminded))
    reminded.work()
    assert answers(reminded) == []
    reminded.go_on(days=1)

    assert len(answers(reminded)) == 1


def test_a_stranger_is_not_told_of_the_debt(office: Office) -> None:
    second = a_contact(email="jean@btp-rhone.example", name="Jean")
    office.happen(an_invoice(due_date=date(2026, 1, 10), debtor=a_debtor("btp", a_contact(), second)))
    office.go_to(TUESDAY)
    for number, sender in enumerate(("x@stranger.example", "Jean@btp-rhone.example")):
        event = answered(office, event_id=f"a{number}", reply_id=f"r{number}", invoice_nos=("F-1",), sender=sender)
        assert office.statuses(event) == ["accepted"]
    office.go_on(hours=1)

    assert [mail.to for mail in answers(office)] == ["anne.perrin@btp-rhone.example", "jean@btp-rhone.example"]


def test_an_answer_that_came_back_is_a_task(reminded: Office) -> None:
    reminded.happen(answered(reminded))
    reminded.go_on(hours=1)
    [mail] = answers(reminded)
    reminded.happen(
        MessageBounced(event_id="b", at=reminded.clock.now(), message_id=mail.message_id, bounce="hard", code="5.1.1")
    )
    reminded.go_on(days=1)

    assert len(answers(reminded)) == 1
    assert "message_failed" in reminded.tasks()


def test_a_day_that_the_answer_grants_is_waited_for(reminded: Office) -> None:
    day = TUESDAY.date() + timedelta(days=20)
    reminded.happen(answered(reminded, deadline_on=day))
    reminded.go_on(hours=1)

    assert reminded.case().next_wake_at is not None
    [row] = reminded.rows("SELECT facts->>'deadline_on' AS day FROM messages WHERE template = 'reply_answer'")
    assert row.day == str(day)
    reminded.go_to(TUESDAY + timedelta(days=19))
    assert len(reminded.reminders) == 1


def test_a_text_that_cannot_be_written_is_a_task_and_nothing_leaves(reminded: Office) -> None:
    reminded.happen(answered(reminded, text="[[secrets]]"))
    reminded.go_on(hours=1)

    assert answers(reminded) == []
    assert "message_failed" in reminded.tasks()


def test_two_workers_send_one(reminded: Office) -> None:
    reminded.clock.jump_to(TUESDAY.replace(hour=22))
    reminded.happen(answered(reminded))
    reminded.clock.jump_to(TUESDAY + timedelta(days=1))
    reminded.work()
    for row in reminded.rows("SELECT key FROM dispatches WHERE template = 'reply_answer'"):
        deliver(reminded, row.key)

    assert len(answers(reminded)) == 1
    assert reminded.providers[Channel.SMS].taken == []
