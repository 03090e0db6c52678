"""Plans and discounts on offer, missed instalments and their clause: silent while open, and never a jump after."""

from datetime import date, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from tests.unit.ladder_facts import (
    COMPANY,
    DUE,
    LADDER,
    NUMBER,
    R1,
    R2,
    TOTAL,
    Story,
    after,
    disputed,
    paid,
    reversed_,
)
from workflows.case import Stage
from workflows.events import (
    CreditNoteIssued,
    Event,
    InstalmentPlanAgreed,
    InstalmentPlanBroken,
    InstalmentPlanOffered,
    PlanLine,
    SettlementOffered,
    SettlementWithdrawn,
)
from workflows.invoice import Channel
from workflows.machine import decide, standing
from workflows.money import Money
from workflows.side_letters import Automatic

USUAL = LADDER.model_copy(update={"letters": Automatic()})
#: Tuesday 17 November at noon in Paris.
NOW = after(9, 11)
LINES = tuple(PlanLine(due_date=DUE + timedelta(days=day), amount=cents) for day, cents in ((30, 60_000), (60, 65_000)))
ANSWER_BY, UNTIL = DUE + timedelta(days=16), DUE + timedelta(days=20)
#: 2 % of the whole, and what is left of it.
DISCOUNT = TOTAL // 50
NET = TOTAL - DISCOUNT


def plan_offered(**said: Any) -> InstalmentPlanOffered:  # noqa: ANN401 - any field of the fact
    facts: dict[str, Any] = {"event_id": "po", "at": NOW, "plan_id": "p", "lines": LINES, "answer_by": ANSWER_BY}
    return InstalmentPlanOffered(invoice_no=NUMBER, **facts | said)


def agreed(**said: Any) -> InstalmentPlanAgreed:  # noqa: ANN401 - any field of the fact
    facts: dict[str, Any] = {"event_id": "pa", "at": after(10, 11), "plan_id": "p", "lines": LINES}
    return InstalmentPlanAgreed(invoice_no=NUMBER, **facts | said)


def refused() -> InstalmentPlanBroken:
    return InstalmentPlanBroken(event_id="pb", at=after(11, 11), plan_id="p", invoice_no=NUMBER)


def discount(**said: Any) -> SettlementOffered:  # noqa: ANN401 - any field of the fact
    facts: dict[str, Any] = {"event_id": "so", "at": NOW, "offer_id": "s", "until": UNTIL, "percent": "2"}
    return SettlementOffered(invoice_no=NUMBER, **facts | said)


def withdrawn(when: datetime | None = None) -> SettlementWithdrawn:
    return SettlementWithdrawn(event_id="sw", at=when or after(12, 11), offer_id="s", invoice_no=NUMBER)


def reminded(scenario: Any = USUAL) -> Story:  # noqa: ANN401 - a ladder
    return Story(scenario).climbs(2)


def next_step_of(story: Story) -> tuple[int, date, str]:
    """The next step that leaves if nothing else happens, its day, and the rule that set it."""
    before = len(story.sends)
    while len(story.sends) == before:
        story.rings().writes()
    rule = next(rule for rule in story.rules if rule.startswith("sends."))
    return story.sends[-1].step, story.case.as_of.date(), rule


# --- a plan on offer ------------------------------------------------------------------------------------------------


def test_a_plan_on_offer_is_written_and_silent_until_its_answer_and_then_the_ladder_goes_on() -> None:
    story = reminded().happens(plan_offered()).writes()
    assert (story.written, story.case.stage) == (["instalment_offer"], Stage.PAUSED)
    assert story.case.letters[0].deadline_on == ANSWER_BY

    step, day, rule = next_step_of(story)

    assert (step, rule) == (R2, "sends.silent.plan_offered_over")
    assert day > ANSWER_BY + timedelta(days=2)  # with its grace


def test_an_offer_that_was_agreed_is_confirmed_and_one_that_was_refused_is_over() -> None:
    story = reminded().happens(plan_offered()).writes().happens(agreed()).writes()
    assert (story.written, story.case.stage) == (["instalment_offer", "instalment_confirmation"], Stage.INSTALMENTS)

    no = reminded().happens(plan_offered()).writes().happens(refused())
    assert no.case.stage is Stage.REMINDING
    assert next_step_of(no)[0] == R2


def test_an_offer_that_was_heard_of_after_the_agreement_is_not_written() -> None:
    assert reminded().happens(agreed(), plan_offered()).writes().written == ["instalment_confirmation"]


# --- a missed instalment --------------------------------------------------------------------------------------------


def planned(**said: Any) -> Story:  # noqa: ANN401 - any field of the fact
    """A plan is in force and confirmed."""
    return reminded().happens(agreed(**said)).writes()


def missed(**said: Any) -> Story:  # noqa: ANN401 - any field of the fact
    """The first instalment did not come in, and the debtor was told so."""
    story = planned(**said).rings().writes()
    assert story.written == ["instalment_confirmation", "instalment_missed"]
    return story


def test_a_missed_instalment_is_told_to_the_debtor_and_to_a_person() -> None:
    story = missed()

    assert (story.case.stage, story.asked) == (Stage.INSTALMENTS, ["instalment_missed"])
    assert story.letters[-1].occasion == "p/1"
    assert story.rules[-1] == "plan.clause"


def test_a_last_delay_that_passes_makes_the_whole_due_and_the_ladder_goes_on_from_where_it_stood() -> None:
    story = missed()
    granted = story.case.letters[-1].deadline_on
    assert granted is not None

    step, day, rule = next_step_of(story)

    assert (step, rule, story.case.stage) == (R2, "sends.resumed.plan_clause", Stage.REMINDING)
    assert day > granted
    assert standing.chased(story.case) == TOTAL


@pytest.mark.parametrize(
    ("facts", "stage"),
    [
        pytest.param([paid(60_000, after(44))], Stage.INSTALMENTS, id="paid within the delay"),
        pytest.param([paid(60_000, after(70), value_date=DUE + timedelta(days=44))], Stage.INSTALMENTS,
                     id="paid within the delay, heard of later"),
        pytest.param([paid(60_000, after(70))], Stage.REMINDING, id="paid after the delay"),
        pytest.param([paid(59_999, after(44))], Stage.REMINDING, id="a cent is missing"),
        pytest.param([paid(60_000, after(44)), reversed_(60_000, after(46))], Stage.REMINDING, id="paid and reversed"),
        pytest.param([paid(TOTAL, after(70))], Stage.PAID, id="all of it paid at last"),
        pytest.param([disputed(after(44))], Stage.DISPUTED, id="disputed"),
    ],
)  # fmt: skip
def test_what_the_clause_makes_of_what_came_in(facts: list[Event], stage: Stage) -> None:
    stages = set()
    for order in permutations([*facts, disputed(after(71), 1, "x")]):  # the last day that anything is heard of
        case = missed().case
        for event in order:
            case = decide(case, event, USUAL, COMPANY).case
        stages.add(case.stage)

    assert stages == {stage}


@pytest.mark.parametrize("outcome", ["failed", "withheld", "in_doubt"])
def test_without_its_letter_no_clause_is_used_and_a_person_goes_on(outcome: Any) -> None:  # noqa: ANN401 - a literal
    story = planned().rings().writes(outcome, reason="discarded")

    assert (story.case.stage, story.rules[-1]) == (Stage.INSTALMENTS, "waits.instalment")
    assert story.case.next_wake_at is None


def test_without_a_clause_the_plan_stays_and_a_person_goes_on() -> None:
    story = missed(break_clause=False)

    assert (story.case.stage, story.case.idle_reason) == (Stage.INSTALMENTS, "waits.instalment")


def test_the_next_instalment_is_watched_once_the_missed_one_came_in() -> None:
    story = missed().happens(paid(60_000, after(40)))

    assert (story.writes().written[-1], story.letters[-1].occasion) == ("payment_thanks", "p/2026-12-18")
    assert story.next_day() > LINES[1].due_date
    assert story.rings().writes().written[-2:] == ["payment_thanks", "instalment_missed"]
    assert story.letters[-1].occasion == "p/2"


# --- a discount on offer --------------------------------------------------------------------------------------------


def test_a_discount_on_offer_is_written_and_silent_and_lapses_into_the_whole() -> None:
    story = reminded().happens(discount()).writes()
    assert (story.written, story.case.stage) == (["early_settlement_offer"], Stage.PAUSED)
    assert story.case.letters[0].deadline_on == UNTIL

    step, day, rule = next_step_of(story)

    assert (step, rule) == (R2, "sends.silent.settlement_over")
    assert day > UNTIL
    assert standing.chased(story.case) == TOTAL


@pytest.mark.parametrize(
    ("facts", "stage", "chased"),
    [
        pytest.param([paid(NET, after(15))], Stage.PAID, 0, id="the net in time"),
        pytest.param([paid(NET, after(40), value_date=UNTIL)], Stage.PAID, 0, id="in time, heard of later"),
        pytest.param([paid(50_000, after(1)), paid(75_000 - 1_500, after(15), "p2")], Stage.PAID, 0,
                     id="the net of what was still owed"),
        pytest.param([paid(NET - 1, after(15))], Stage.REMINDING, DISCOUNT + 1, id="a cent short"),
        pytest.param([paid(NET, after(30))], Stage.REMINDING, DISCOUNT, id="too late"),
        pytest.param([paid(NET, after(15)), reversed_(NET, after(30))], Stage.REMINDING, TOTAL,
                     id="paid and reversed"),
        pytest.param([paid(NET, after(15)), withdrawn()], Stage.REMINDING, DISCOUNT, id="taken back before"),
        pytest.param([paid(NET, after(11)), withdrawn()], Stage.PAID, 0, id="taken back after"),
        pytest.param([paid(TOTAL, after(15))], Stage.PAID, 0, id="the whole"),
    ],
)  # fmt: skip
def test_what_a_discount_makes_of_what_came_in(facts: list[Event], stage: Stage, chased: int) -> None:
    found = set()
    for order in permutations(
        [discount(), *facts, disputed(after(60), 1, "x")]
    ):  # the last day that anything is heard of
        case = reminded().case
        for event in order:
            case = decide(case, event, USUAL, COMPANY).case
        found.add((case.stage, standing.chased(case) + standing.disputed(case) * (stage is not Stage.PAID)))

    assert found == {(stage, chased)}


def test_a_discount_that_was_taken_asks_for_its_credit_note_and_is_over_with_it() -> None:
    story = reminded().happens(discount()).writes().happens(paid(NET, after(15)))

    assert (story.asked, story.case.idle_reason) == (["credit_note_requested"], "ended.settled")
    money = Money(amount=DISCOUNT)
    story.hears(CreditNoteIssued, after(16), credit_note_no="A", amount=money, invoice_no=NUMBER)
    assert (story.case.idle_reason, len(story.case.asked - story.case.answered)) == ("ended.paid", 0)


def test_an_amount_may_be_offered_instead_of_a_share() -> None:
    story = reminded().happens(discount(percent=None, amount=5_000), paid(TOTAL - 5_000, after(15)))

    assert (story.case.stage, standing.discount(story.case)) == (Stage.PAID, 5_000)


def test_a_discount_on_its_way_is_taken_back_with_the_offer() -> None:
    story = reminded().happens(discount()).rings().happens(withdrawn(NOW))

    assert (story.case.letters[0].state, story.case.letters[0].reason) == ("withheld", "letter.gone")
    assert story.case.stage is Stage.REMINDING


def test_offers_do_not_disturb_what_was_ordered_before_them() -> None:
    story = reminded().happens(discount()).writes()

    assert [record.step for record in story.case.steps] == [0, R1]
    assert {record.channel for record in story.case.steps} == {Channel.EMAIL}
