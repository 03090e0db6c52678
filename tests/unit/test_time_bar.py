"""The limitation clock of a case: what sets it back, what does not, and that nothing is scheduled past it."""

from datetime import date, timedelta
from typing import get_args

import pytest

from tests.unit.ladder_facts import COMPANY, DUE, ISSUED, LADDER, NUMBER, Story, after, at, disputed, issued, paid
from workflows.case import Stage
from workflows.events import (
    CallLogged,
    CaseReviewed,
    Event,
    InstalmentPlanAgreed,
    PaymentAnnounced,
    PlanLine,
    PromiseMade,
)
from workflows.invoice import Creditor, DebtorKind
from workflows.limitation import Claim
from workflows.machine import is_still_wanted, time_bar

CONSUMER = COMPANY.model_copy(update={"kind": DebtorKind.CONSUMER})
#: Two years from issue for a consumer.
LAST_DAY = date(2028, 10, 9)


def promised(channel: str | None) -> PromiseMade:
    return PromiseMade(event_id="p", at=after(30), promise_id="w", invoice_nos=(NUMBER,), date=DUE, channel=channel)


def looked_at(story: Story, day: date) -> Story:
    return story.happens(CaseReviewed(event_id=f"look{day}", at=at(day), invoice_no=NUMBER))


@pytest.mark.parametrize(
    ("fact", "last_day"),
    [
        pytest.param(None, LAST_DAY, id="nothing"),
        pytest.param(disputed(after(30)), LAST_DAY, id="a dispute acknowledges nothing"),
        pytest.param(paid(100, after(30)), date(2028, 12, 8), id="a payment of a part"),
        pytest.param(
            promised("email"), date(2028, 12, 8), id="a promise in writing",
        ),
        pytest.param(promised("call"), LAST_DAY, id="not a promise in a call"),
        pytest.param(promised(None), LAST_DAY, id="nor one that nobody knows the way of"),
        pytest.param(
            CallLogged(
                event_id="c", at=after(30), call_id="c", debtor_ref=CONSUMER.ref, invoice_nos=(NUMBER,),
                disposition="promises", promised_on=DUE + timedelta(days=40),
            ),
            LAST_DAY, id="nor one noted with the call",
        ),
        pytest.param(
            PaymentAnnounced(event_id="a", at=after(30), invoice_no=NUMBER, expected_date=DUE), LAST_DAY,
            id="nor an announced payment",
        ),
        pytest.param(
            InstalmentPlanAgreed(
                event_id="e", at=after(30), plan_id="e", invoice_no=NUMBER,
                lines=(PlanLine(due_date=DUE + timedelta(days=60), amount=100),),
            ),
            date(2028, 12, 8), id="a plan",
        ),
    ],
)  # fmt: skip
def test_only_the_debtors_own_provable_acts_set_the_clock_back(fact: Event | None, last_day: date) -> None:
    story = Story(LADDER, CONSUMER).climbs(3)
    if fact is not None:
        story.happens(fact)

    assert time_bar.last_day(story.case, CONSUMER) == last_day


@pytest.mark.parametrize(
    ("days_before", "told"),
    [(181, []), (180, ["180"]), (91, ["180"]), (90, ["90"]), (30, ["30"]), (0, ["30"]), (-1, ["over"])],
)
def test_a_person_hears_of_it_180_90_and_30_days_before_and_when_it_is_over(days_before: int, told: list[str]) -> None:
    story = looked_at(Story(LADDER, CONSUMER).happens(disputed(after(1))), LAST_DAY - timedelta(days=days_before))

    asked = [key for key in story.case.asked - story.case.answered if "/limitation/" in key]
    assert [key.rpartition("/")[2] for key in asked] == told


def test_each_alert_is_told_once_and_ends_with_the_next() -> None:
    story = Story(LADDER, CONSUMER).happens(disputed(after(1)))
    for days in (180, 170, 90, 89, 30, -1, -2):
        looked_at(story, LAST_DAY - timedelta(days=days))

    assert story.asked == ["dispute", "limitation", "limitation", "limitation", "limitation"]
    assert [key for key in story.case.asked - story.case.answered if key.endswith("/over")] != []


def test_nothing_is_planned_after_the_last_day_and_a_person_decides() -> None:
    story = Story(LADDER, CONSUMER, issued(when=at(LAST_DAY + timedelta(days=1), 8)))

    assert (story.case.stage, story.case.idle_reason) == (Stage.BLOCKED, "blocked.limitation")
    assert sorted(story.asked) == ["blocked", "limitation"]


def test_a_step_on_its_way_is_stopped_at_the_last_look() -> None:
    story = Story(LADDER, CONSUMER).climbs(1).rings()
    [record] = story.wanted()

    assert is_still_wanted(story.case, record.key, at(LAST_DAY), CONSUMER)
    assert not is_still_wanted(story.case, record.key, at(LAST_DAY + timedelta(days=1)), CONSUMER)


def test_money_that_comes_in_opens_the_way_again() -> None:
    story = Story(LADDER, CONSUMER, issued(when=at(LAST_DAY + timedelta(days=1), 8)))

    story.happens(paid(100, at(LAST_DAY + timedelta(days=2)), value_date=LAST_DAY))

    assert story.case.stage is Stage.REMINDING
    assert story.case.next_wake_at is not None


def test_the_trade_of_the_creditor_sets_the_delay() -> None:
    case = Story().case.model_copy(update={"claim": Claim.CARRIAGE})

    assert time_bar.last_day(case, COMPANY) == date(ISSUED.year + 1, ISSUED.month, ISSUED.day)
    assert set(get_args(Creditor.model_fields["claim"].annotation)) == {str(claim) for claim in Claim}
