"""How far a debtor may go by himself, and what he is told where he may not."""

from datetime import date, timedelta

import pytest
from pydantic import ValidationError

from tests.unit.ladder_facts import COMPANY, NUMBER, TOTAL, Story, after, disputed, paid
from tests.unit.letter_facts import NOW, USUAL, reminded
from workflows.case import Case
from workflows.effects import Reason
from workflows.events import InstalmentPlanAgreed, InstalmentPlanRequested, PlanLine, PromiseMade
from workflows.reasons import say
from workflows.refusals import PlanWish, PromiseWish, plan_refused, promise_refused
from workflows.self_service import SelfService

TODAY = date(2026, 11, 17)
USUALLY = SelfService()


def ahead(days: int) -> date:
    return TODAY + timedelta(days=days)


def alone(number: int) -> PromiseMade:
    return PromiseMade(
        event_id=f"alone{number}", at=NOW - timedelta(days=10 - number), promise_id=f"w{number}", invoice_nos=(NUMBER,),
        date=ahead(-5 + number), channel="portal",
    )  # fmt: skip


def seen(*facts: object) -> Case:
    story = reminded().happens(*facts)  # type: ignore[arg-type] # facts of every kind
    return story.case.model_copy(update={"as_of": NOW})


def rules(reasons: tuple[Reason, ...]) -> list[str]:
    return [reason.rule.removeprefix("self_service.") for reason in reasons]


NOTICED = Story(USUAL).climbs(5).case
OWN_NOTICE = NOTICED.model_copy(
    update={"steps": tuple(item.model_copy(update={"template": "ma_mise_en_demeure"}) for item in NOTICED.steps)}
)
BY_PHONE = PromiseMade(event_id="phone", at=NOW, promise_id="w9", invoice_nos=(NUMBER,), date=ahead(3), channel="call")
PLAN = InstalmentPlanAgreed(
    event_id="plan", at=NOW, plan_id="p", invoice_no=NUMBER, lines=(PlanLine(due_date=ahead(20), amount=TOTAL),)
)
WISH = InstalmentPlanRequested(event_id="wish", at=NOW, plan_id="w", invoice_no=NUMBER, count=2, first_on=ahead(10))


@pytest.mark.parametrize(
    ("case", "wish", "refused"),
    [
        pytest.param(seen(), PromiseWish(ahead(30)), [], id="thirty days ahead"),
        pytest.param(seen(), PromiseWish(ahead(0), 40_000), [], id="a part of it today"),
        pytest.param(seen(), PromiseWish(ahead(31)), ["too_far"], id="a day more"),
        pytest.param(seen(), PromiseWish(ahead(-1)), ["past"], id="yesterday"),
        pytest.param(seen(), PromiseWish(ahead(5), TOTAL + 1), ["amount"], id="more than is owed"),
        pytest.param(seen(), PromiseWish(ahead(5), 0), ["amount"], id="nothing"),
        pytest.param(seen(alone(1)), PromiseWish(ahead(5)), [], id="a second time"),
        pytest.param(seen(alone(1), alone(2)), PromiseWish(ahead(5)), ["postponements"], id="a third time"),
        pytest.param(seen(alone(1), BY_PHONE), PromiseWish(ahead(5)), [], id="once by himself, once by telephone"),
        pytest.param(seen(paid(TOTAL, after(8))), PromiseWish(ahead(5)), ["nothing_asked"], id="paid"),
        pytest.param(seen(disputed(after(8))), PromiseWish(ahead(5)), ["nothing_asked"], id="all of it contested"),
        pytest.param(NOTICED, PromiseWish(NOTICED.as_of.date()), ["formal_notice"], id="after the formal notice"),
        pytest.param(OWN_NOTICE, PromiseWish(NOTICED.as_of.date()), ["formal_notice"], id="after one of his own"),
    ],
)  # fmt: skip
def test_a_debtor_promises_by_himself_within_limits(case: Case, wish: PromiseWish, refused: list[str]) -> None:
    assert rules(promise_refused(case, COMPANY, wish, USUALLY)) == refused


@pytest.mark.parametrize(
    ("case", "wish", "refused"),
    [
        pytest.param(seen(), PlanWish(2, ahead(30)), [], id="two parts"),
        pytest.param(seen(), PlanWish(4, ahead(0)), [], id="four parts"),
        pytest.param(seen(), PlanWish(5, ahead(3)), ["count"], id="five parts"),
        pytest.param(seen(), PlanWish(1, ahead(3)), ["count"], id="one part"),
        pytest.param(seen(), PlanWish(3, ahead(31)), ["too_far"], id="too late a start"),
        pytest.param(seen(), PlanWish(3, ahead(-1)), ["past"], id="a start in the past"),
        pytest.param(seen(PLAN), PlanWish(3, ahead(3)), ["plan_known"], id="a plan is in force"),
        pytest.param(seen(WISH), PlanWish(3, ahead(3)), ["plan_known"], id="one is asked for"),
        pytest.param(NOTICED, PlanWish(3, NOTICED.as_of.date()), ["formal_notice"], id="after the formal notice"),
    ],
)
def test_a_debtor_asks_for_a_plan_by_himself_within_limits(case: Case, wish: PlanWish, refused: list[str]) -> None:
    assert rules(plan_refused(case, COMPANY, wish, USUALLY)) == refused


def test_a_creditor_sets_other_limits() -> None:
    generous = SelfService(promise_days=60, postponements=5, after_formal_notice=True, plan_max=12, plan_to=100_000)

    assert promise_refused(seen(alone(1), alone(2)), COMPANY, PromiseWish(ahead(60)), generous) == ()
    assert promise_refused(NOTICED, COMPANY, PromiseWish(NOTICED.as_of.date()), generous) == ()
    assert rules(plan_refused(seen(), COMPANY, PlanWish(12, ahead(3)), generous)) == ["balance"]


def test_a_refusal_says_what_one_can_do_instead_in_both_languages() -> None:
    [reason] = promise_refused(seen(), COMPANY, PromiseWish(ahead(31)), USUALLY)

    assert say(reason) == (
        "Ce jour, le 18 décembre 2026, est trop lointain ; choisissez-en un autre, jusqu’au 17 décembre 2026, "
        "ou appelez-nous."
    )
    assert say(reason, "en").endswith("choose another, up to 17 December 2026, or call us.")


@pytest.mark.parametrize(
    "wrong", [{"plan_min": 5}, {"plan_from": 2_00, "plan_to": 1_00}, {"promise_days": 0}, {"unknown": 1}]
)
def test_limits_that_contradict_themselves_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValidationError):
        SelfService.model_validate(wrong)
