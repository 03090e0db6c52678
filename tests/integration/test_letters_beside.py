"""Letters beside the ladder on real servers: they leave once, say what they must, and the ladder goes on."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.office import GRENOBLE, Office, a_contact, a_debtor, a_payment, an_invoice
from workers.channels.base import InDoubt
from workers.operations import dispatches
from workers.operations.doing import Doing
from workflows.events import (
    CallLogged,
    CaseEscalated,
    DebtorUpdated,
    DisputeOpened,
    DisputeReason,
    DisputeResolved,
    Inbound,
    InstalmentPlanAgreed,
    InstalmentPlanOffered,
    LetterRequested,
    PlanLine,
    PromiseMade,
    SettlementOffered,
)
from workflows.invoice import DebtorKind

#: Long after the due date; the first reminder leaves the same week.
OVERDUE = date(2026, 1, 10)
#: A Tuesday morning, after that reminder.
TUESDAY = datetime(2026, 1, 20, 9, tzinfo=UTC)
LETTERS = "SELECT template, status, reason FROM dispatches WHERE step IS NULL ORDER BY key"
SAID: dict[str, Any] = {"event_id": "x", "invoice_no": "F-1"}


def letters(office: Office) -> list[tuple[str, str]]:
    return [(row.template, row.status) for row in office.rows(LETTERS)]


def reminded(office: Office, **changes: Any) -> None:  # noqa: ANN401 - any field of the fact
    """One reminder has left, and it is Tuesday morning."""
    office.happen(an_invoice(due_date=OVERDUE, **changes))
    office.go_to(TUESDAY)
    assert len(office.reminders) == 1


def plain(text: str) -> str:
    """With ordinary spaces."""
    return text.replace("\u202f", " ").replace("\u00a0", " ")


def a_promise(days: int = 14) -> PromiseMade:
    day = TUESDAY.date() + timedelta(days=days)
    return PromiseMade(event_id="promise", at=TUESDAY, promise_id="P", invoice_nos=("F-1",), date=day)


def a_dispute(amount: int | None = None) -> DisputeOpened:
    return DisputeOpened(at=TUESDAY, dispute_id="D", reason=DisputeReason.QUALITY, amount=amount, **SAID)


def a_wish(letter: str, **said: Any) -> LetterRequested:  # noqa: ANN401 - any field of the fact
    facts = {"at": TUESDAY, "request_id": "Q", "letter": letter} | SAID | {"event_id": f"wish-{letter}"} | said
    return LetterRequested.model_validate(facts)


def lines(*parts: tuple[int, int]) -> tuple[PlanLine, ...]:
    return tuple(PlanLine(due_date=TUESDAY.date() + timedelta(days=day), amount=cents) for day, cents in parts)


# --- what leaves ----------------------------------------------------------------------------------------------------


def test_a_promise_is_acknowledged_by_one_e_mail_and_the_ladder_waits_for_its_day(office: Office) -> None:
    reminded(office)

    office.happen(a_promise())
    office.work()
    office.work()

    assert letters(office) == [("promise_acknowledged", "sent")]
    mail = office.mails[-1]
    assert ("3 février 2026" in plain(mail.text), mail.in_reply_to) == (True, office.mails[0].message_id)
    assert office.case().stage == "promised"
    office.go_on(days=40)
    assert [row.template for row in office.rows(LETTERS)] == ["promise_acknowledged"]
    assert len(office.reminders) > 1


@pytest.mark.parametrize(
    ("fact", "letter", "words"),
    [
        pytest.param(lambda: a_dispute(30_000), "dispute_acknowledged", "300,00", id="a dispute of a part"),
        pytest.param(
            lambda: CallLogged(
                event_id="c", at=TUESDAY, call_id="K", debtor_ref="btp", invoice_nos=("F-1",), disposition="promises",
                with_name="Anne Perrin", promised_on=date(2026, 2, 6),
            ),
            "call_confirmation", "6 février 2026", id="a call",
        ),
        pytest.param(
            lambda: InstalmentPlanOffered(
                at=TUESDAY, plan_id="E", lines=lines((20, 50_000), (50, 50_000)), answer_by=date(2026, 2, 5), **SAID
            ),
            "instalment_offer", "500,00", id="a plan on offer",
        ),
        pytest.param(
            lambda: InstalmentPlanAgreed(at=TUESDAY, plan_id="E", lines=lines((20, 50_000), (50, 50_000)), **SAID),
            "instalment_confirmation", "500,00", id="a plan",
        ),
        pytest.param(
            lambda: SettlementOffered(at=TUESDAY, offer_id="O", until=date(2026, 2, 12), percent="2", **SAID),
            "early_settlement_offer", "980,00", id="a discount",
        ),
        pytest.param(lambda: a_wish("reason_request"), "reason_request", "F-1", id="a question"),
        pytest.param(lambda: a_wish("credit_policy"), "credit_policy", "F-1", id="the terms"),
        pytest.param(lambda: a_wish("services_reminder"), "services_reminder", "F-1", id="the services"),
    ],
)  # fmt: skip
def test_each_fact_sends_its_letter_with_its_figures(
    office: Office, fact: Callable[[], Inbound], letter: str, words: str
) -> None:
    reminded(office)

    assert office.statuses(fact()) == ["accepted"]
    office.go_on(days=4)

    assert letters(office) == [(letter, "sent")], office.rows("SELECT detail FROM dispatches")
    assert words in plain(office.mails[-1].text)


def test_a_payment_that_crossed_the_reminder_gets_an_apology_and_nothing_else(office: Office) -> None:
    reminded(office)

    office.happen(a_payment({"F-1": 1000_00}, TUESDAY, value_date=date(2026, 1, 10)))
    office.go_on(days=30)

    assert letters(office) == [("apology", "sent")]
    assert len(office.reminders) == 1


def test_thanks_and_notices_leave_when_a_person_asks_for_them(office: Office) -> None:
    reminded(office)
    assert office.statuses(a_wish("hand_over_notice"), a_wish("payment_thanks")) == ["refused", "refused"]

    office.happen(CaseEscalated(at=TUESDAY, to="agency", name="Cabinet Recouvra", contact="04 00 00 00 09", **SAID))
    office.happen(a_wish("hand_over_notice", event_id="again"))
    office.go_on(days=4)
    assert letters(office) == [("hand_over_notice", "sent")]
    assert "Cabinet Recouvra" in office.mails[-1].text

    office.happen(a_payment({"F-1": 1000_00}, office.clock.now()))
    office.happen(a_wish("payment_thanks", event_id="once more", at=office.clock.now(), request_id="R"))
    office.go_on(days=4)
    assert letters(office) == [("hand_over_notice", "sent"), ("payment_thanks", "sent")]


def test_a_resolved_dispute_is_answered_in_the_words_of_a_person(office: Office) -> None:
    reminded(office)
    office.happen(a_dispute())
    office.work()
    office.happen(DisputeResolved(at=TUESDAY, dispute_id="D", outcome="creditor", **SAID | {"event_id": "r"}))

    office.happen(a_wish("dispute_answered", note="Le bon de livraison est signé."))
    office.go_on(days=4)

    assert letters(office) == [("dispute_acknowledged", "sent"), ("dispute_answered", "sent")]
    assert "Le bon de livraison est signé." in office.mails[-1].text


# --- the last look --------------------------------------------------------------------------------------------------


def test_a_letter_is_withheld_when_what_it_speaks_of_is_over_before_it_leaves(office: Office) -> None:
    reminded(office)
    office.happen(a_promise())
    office.work_on("wake")
    assert letters(office) == [("promise_acknowledged", "wanted")]

    office.happen(a_payment({"F-1": 1000_00}, TUESDAY))
    office.go_on(days=2)

    assert ("promise_acknowledged", "withheld") in letters(office)
    assert office.one("SELECT reason FROM dispatches WHERE template = 'promise_acknowledged'") == "letter.gone"


def test_a_day_that_passes_while_a_letter_waits_is_seen_at_the_last_look(office: Office) -> None:
    reminded(office)
    office.happen(a_promise(days=1))
    office.work_on("wake")

    office.jump(days=2)
    office.system.delivery.deliver(office.one("SELECT key FROM dispatches WHERE step IS NULL"))

    assert [row.reason for row in office.rows(LETTERS)] == ["gate.no_longer_wanted"]
    assert len(office.mails) == 1


def test_answers_are_neither_pressure_nor_held_back_by_it(office: Office) -> None:
    consumer = a_debtor("dupont", a_contact(email="d@dupont.example", address=GRENOBLE), kind=DebtorKind.CONSUMER)
    reminded(office, debtor=consumer)  # a consumer is contacted once a week
    sent_at = office.mails[0].date

    office.happen(a_dispute(10_000))
    office.go_on(days=2)

    assert letters(office) == [("dispute_acknowledged", "sent")]
    assert office.mails[-1].date - sent_at < timedelta(days=7)


def test_a_letter_that_chases_waits_for_the_budget(office: Office) -> None:
    consumer = a_debtor("dupont", a_contact(email="d@dupont.example", address=GRENOBLE), kind=DebtorKind.CONSUMER)
    reminded(office, debtor=consumer)

    office.happen(a_wish("reason_request"))
    office.go_on(days=14)

    days = [mail.date.date() for mail in office.mails]
    assert letters(office) == [("reason_request", "sent")]
    assert days[1] - days[0] >= timedelta(days=7)


def test_nobody_who_must_not_be_contacted_gets_a_letter_already_on_its_way(office: Office) -> None:
    reminded(office)
    office.happen(a_promise())
    office.work_on("wake")

    office.happen(DebtorUpdated(event_id="no", at=TUESDAY, debtor_ref="btp", do_not_contact=True))
    office.go_on(days=3)

    assert (letters(office), len(office.mails)) == ([("promise_acknowledged", "withheld")], 1)


# --- doubt ----------------------------------------------------------------------------------------------------------

PERSON = Doing(by="Claire", reason="looked it up at the provider")


@pytest.mark.parametrize(("resolve", "mails"), [(dispatches.resolve_sent, 1), (dispatches.resolve_resend, 2)])
def test_a_letter_in_doubt_is_resolved_by_a_person_and_holds_nothing_back(
    office: Office,
    resolve: Callable[..., object],
    mails: int,
) -> None:
    reminded(office)
    office.mail.script = [office.mail.refuse(InDoubt("lost", "after the dot"))]
    office.happen(a_dispute(10_000))
    office.work()
    assert letters(office) == [("dispute_acknowledged", "in_doubt")]
    assert "in_doubt" in office.tasks()
    assert office.case().next_wake_at is not None

    resolve(office.system.engine, office.one("SELECT key FROM dispatches WHERE step IS NULL"), PERSON)
    office.work()

    assert (letters(office), len(office.mails)) == ([("dispute_acknowledged", "sent")], mails)
    assert "in_doubt" not in office.tasks()


def test_a_failed_letter_can_be_tried_again_by_a_person(office: Office) -> None:
    reminded(office)
    office.happen(a_wish("loyal_client"))  # nobody knows since when the debtor is a client
    office.go_on(days=3)
    assert letters(office) == [("loyal_client", "failed")]
    assert "message_failed" in office.tasks()

    key = office.one("SELECT key FROM dispatches WHERE step IS NULL")
    assert dispatches.retry(office.system.engine, key, PERSON).said == "done"
    office.go_on(days=3)
    assert letters(office) == [("loyal_client", "failed")]
    assert dispatches.discard(office.system.engine, key, PERSON).said == "done"
    assert office.case().stage == "reminding"


def test_the_journal_of_a_letter_reads_as_sentences(office: Office) -> None:
    reminded(office)
    office.happen(a_promise())
    office.work()

    assert [rule for rule in office.rules() if "letter" in rule] == [
        "letter.plan", "letter.sends", "learnt.side_letter.sent",
    ]  # fmt: skip
    assert json.loads(office.one("SELECT state FROM cases"))["letters"][0]["occasion"] == "P"
