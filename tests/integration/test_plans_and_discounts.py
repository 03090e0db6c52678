"""Plans and discounts over time on real servers: what is told, what is silent, and where the ladder goes on."""

import json
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from tests.integration.test_letters_beside import SAID, TUESDAY, letters, lines, reminded
from tests.office import Office, a_payment
from workflows.events import (
    DisputeOpened,
    DisputeReason,
    DisputeResolved,
    InstalmentPlanAgreed,
    InstalmentPlanOffered,
    SettlementOffered,
)


def test_a_missed_instalment_makes_the_whole_due_and_the_ladder_goes_on(office: Office) -> None:
    reminded(office)
    plan = lines((20, 50_000), (50, 50_000))
    office.happen(InstalmentPlanAgreed(at=TUESDAY, plan_id="E", lines=plan, **SAID))

    office.go_to(TUESDAY + timedelta(days=29))
    assert letters(office) == [("instalment_confirmation", "sent"), ("instalment_missed", "sent")]
    assert (office.case().stage, office.tasks(), len(office.reminders)) == ("instalments", ["instalment_missed"], 1)

    office.go_on(days=16)
    assert "sends.resumed.plan_clause" in office.rules()
    assert office.case().stage == "reminding"
    assert len(office.reminders) > 1


def test_a_missed_instalment_that_comes_within_the_delay_saves_the_plan(office: Office) -> None:
    reminded(office)
    plan = lines((20, 50_000), (80, 50_000))
    office.happen(InstalmentPlanAgreed(at=TUESDAY, plan_id="E", lines=plan, **SAID))
    office.go_to(TUESDAY + timedelta(days=30))

    office.happen(a_payment({"F-1": 500_00}, office.clock.now()))
    office.go_on(days=30)

    assert (office.case().stage, office.tasks(), len(office.reminders)) == ("instalments", [], 1)


def contested(office: Office) -> None:
    office.happen(
        DisputeOpened(
            at=TUESDAY, dispute_id="D", reason=DisputeReason.QUALITY, amount=300_00, event_id="d", invoice_no="F-1"
        )
    )


def given_up(office: Office) -> None:
    contested(office)
    office.happen(DisputeResolved(at=TUESDAY, dispute_id="D", outcome="debtor", event_id="e", invoice_no="F-1"))


def paid_in_part(office: Office) -> None:
    office.happen(a_payment({"F-1": 300_00}, office.clock.now()))


def test_an_instalment_that_is_contested_as_a_whole_is_neither_paid_nor_asked_for(office: Office) -> None:
    reminded(office)
    plan = lines((20, 20_000), (50, 40_000), (80, 40_000))
    office.happen(InstalmentPlanAgreed(at=TUESDAY, plan_id="E", lines=plan, **SAID))
    contested(office)

    office.go_to(TUESDAY + timedelta(days=3))

    facts = json.loads(office.one("SELECT facts::text FROM messages WHERE template = 'instalment_confirmation'"))
    shown = [(line["amount"], line["is_paid"]) for line in facts["plan"]["lines"]]
    assert shown == [("300.00", False), ("400.00", False)]


@pytest.mark.parametrize("happens", [contested, given_up, paid_in_part])
@pytest.mark.parametrize(
    ("event", "letter"),
    [
        pytest.param(InstalmentPlanAgreed, "instalment_confirmation", id="agreed"),
        pytest.param(InstalmentPlanOffered, "instalment_offer", id="offered"),
    ],
)
def test_the_letter_of_a_plan_asks_for_nothing_that_is_contested_or_was_paid_meanwhile(
    office: Office,
    event: type[InstalmentPlanAgreed] | type[InstalmentPlanOffered],
    letter: str,
    happens: Callable[[Office], None],
) -> None:
    reminded(office)
    said = {"at": TUESDAY, "plan_id": "E", "lines": lines((20, 50_000), (50, 50_000))} | SAID
    said |= {"answer_by": date(2026, 2, 5)} if event is InstalmentPlanOffered else {}
    office.happen(event.model_validate(said))
    happens(office)

    office.go_to(TUESDAY + timedelta(days=3))

    assert (letter, "sent") in letters(office)
    facts = json.loads(office.one("SELECT facts::text FROM messages WHERE template = :letter", letter=letter))
    assert [line["amount"] for line in facts["plan"]["lines"]] == ["200.00", "500.00"]


@pytest.mark.parametrize(
    ("paid", "stage", "tasks"),
    [
        pytest.param(980_00, "paid", ["credit_note_requested"], id="the net"),
        pytest.param(979_99, "reminding", [], id="a cent short"),
        pytest.param(0, "reminding", [], id="nothing"),
    ],
)
def test_a_discount_is_taken_by_the_net_in_time_or_lapses(
    office: Office, paid: int, stage: str, tasks: list[str]
) -> None:
    reminded(office)
    office.happen(SettlementOffered(at=TUESDAY, offer_id="O", until=date(2026, 2, 12), percent="2", **SAID))
    office.go_on(days=3)
    assert (letters(office), office.case().stage) == ([("early_settlement_offer", "sent")], "paused")

    if paid:
        office.happen(a_payment({"F-1": paid}, office.clock.now()))
    office.go_on(days=27)

    assert (office.case().stage, office.tasks()) == (stage, tasks)
    assert (len(office.reminders) > 1) is (stage != "paid")
