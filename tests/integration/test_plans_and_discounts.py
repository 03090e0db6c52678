"""Plans and discounts over time on real servers: what is told, what is silent, and where the ladder goes on."""

from datetime import date, timedelta

import pytest

from tests.integration.test_letters_beside import SAID, TUESDAY, letters, lines, reminded
from tests.office import Office, a_payment
from workflows.events import InstalmentPlanAgreed, SettlementOffered


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
