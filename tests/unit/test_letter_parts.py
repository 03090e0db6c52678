"""What letters take from a case: where the file goes, what was promised, what is left of a plan."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest

from tests.unit.ladder_facts import CREDITOR, DUE, LADDER, NOTICE, NUMBER, Story, after, paid
from workers.delivery.side_letters import parts_of
from workflows.case import Case
from workflows.events import CaseEscalated, HandOverPlan, InstalmentPlanAgreed, PlanLine, StepApproved
from workflows.invoice import Address, BankAccount, Creditor, Debtor
from workflows.scenario import Scenario
from workflows.side_letters import SIDE_LETTERS, Automatic

OURS = Creditor(
    ref=CREDITOR, name="Atelier Martin", address=Address(lines=("1 rue A",), postcode="75011", city="Paris"),
    email="compta@atelier.example", phone="04 00 00 00 00", contact_name="Claire Delmas",
    bank=BankAccount(holder="ATELIER MARTIN", iban="FR7630006000011234567890189"),
)  # fmt: skip
USUAL = LADDER.model_copy(update={"letters": Automatic()})
TODAY = DUE + timedelta(days=40)


@dataclass
class Wanted:
    """An errand of a story, for one letter."""

    case: Case
    debtor: Debtor
    scenario: Scenario = USUAL
    step: int | None = None
    key: str = ""
    template: str = ""
    tone: int = 5
    deadline_days: int | None = None
    from_reception: bool = False


def parts(story: Story, letter: str, **known: Any) -> dict[str, Any]:  # noqa: ANN401 - any field of the errand
    return parts_of(letter, Wanted(story.case, story.debtor, **known), OURS, TODAY)


@pytest.mark.parametrize("letter", [*SIDE_LETTERS, "hand_over_warning", "final_warning", "first_reminder"])
def test_what_a_case_does_not_know_is_left_out(letter: str) -> None:
    assert set(parts(Story(), letter)) <= {"answers"}


def test_a_warning_names_what_a_person_decided_when_letting_it_leave() -> None:
    plan = HandOverPlan(to="court", on=date(2027, 1, 20))
    story = Story().happens(StepApproved(event_id="a", at=after(30), invoice_no=NUMBER, step=NOTICE, hand_over=plan))

    for letter in ("hand_over_warning", "final_warning"):
        part = parts(story, letter, step=NOTICE)["hand_over"]
        assert (part.to, part.on) == ("court", date(2027, 1, 20))


def test_a_notice_names_where_the_file_went_and_when() -> None:
    went = CaseEscalated(event_id="e", at=after(30), invoice_no=NUMBER, to="agency", name="Recouvra", contact="04 11")
    part = parts(Story().happens(went), "hand_over_notice")["hand_over"]

    assert (part.to, part.on, part.name, part.contact) == ("agency", after(30).date(), "Recouvra", "04 11")


def test_a_plan_shows_what_is_covered_and_what_is_left_of_the_first_open_instalment() -> None:
    lines = tuple(PlanLine(due_date=DUE + timedelta(days=day), amount=amount) for day, amount in
                  ((10, 50_000), (40, 50_000), (70, 25_000)))  # fmt: skip
    story = Story(USUAL).happens(
        InstalmentPlanAgreed(event_id="p", at=after(1), plan_id="p", invoice_no=NUMBER, lines=lines),
        paid(60_000, after(9)),
    )
    plan = parts(story, "instalment_confirmation")["plan"]

    assert [(line.amount, line.is_paid) for line in plan.lines] == [(50_000, True), (40_000, False), (25_000, False)]


def test_a_question_comes_with_one_answer_a_link() -> None:
    answers = parts(Story(), "reason_request")["answers"]

    assert [answer.kind for answer in answers] == ["paid", "promise", "instalments", "dispute", "wrong_person"]
    assert answers[0].url == f"mailto:compta@atelier.example?subject={NUMBER}"
