"""The ladder: one step at a time, in its window, with the delays granted, however late the world is."""

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest

from tests.unit.ladder_facts import (
    ADDRESS,
    COMPANY,
    DUE,
    FIRST,
    FORMAL,
    ISSUED,
    LADDER,
    MAIN,
    NOTICE,
    NUMBER,
    PREVENT,
    R1,
    R2,
    R3,
    SECOND,
    THIRD,
    DebtorKind,
    Mode,
    Story,
    after,
    at,
    issued,
    ladder,
    only,
    paid,
)
from workflows.business_days import is_open, window_of, zone_of
from workflows.case import Stage
from workflows.events import LetterTracked, StepApproved, StepSkipped
from workflows.invoice import Channel, Debtor
from workflows.machine import WrongScenario, decide
from workflows.machine.records import local_day, region

EMAIL, LETTER, REGISTERED = Channel.EMAIL, Channel.LETTER, Channel.REGISTERED
BY_LRE = ladder(*LADDER.steps[:NOTICE], FORMAL.model_copy(update={"channel": Channel.LRE, "fallback": (REGISTERED,)}))
PARIS = zone_of(region(COMPANY))
#: An invoice of the spring, imported in the autumn.
IMPORTED = at(DUE + timedelta(days=240), 6)


def sent_days(story: Story) -> list[date]:
    """The day of each step that left, one for each step."""
    days = {record.step: local_day(record.at, story.debtor) for record in story.case.steps if record.state == "sent"}
    return [days[step] for step in sorted(days)]


def test_an_invoice_on_time_climbs_the_whole_ladder() -> None:
    story = Story().climbs(5)

    assert [step for step, _channel in story.ordered] == [PREVENT, R1, R2, R2, R3, NOTICE]
    assert sent_days(story) == [date(2026, 11, 3), date(2026, 11, 13), date(2026, 11, 24), date(2026, 12, 8),
                                date(2026, 12, 16)]  # fmt: skip
    assert story.case.stage is Stage.FORMAL_NOTICE


def test_small_shifts_do_not_add_up_along_the_ladder() -> None:
    """Each step of an invoice on time keeps its own day from the due date, not from the step before."""
    first_days = [
        day - timedelta(days=offset) for day, offset in zip(sent_days(Story().climbs(3)), [-5, 5, 15], strict=False)
    ]

    due_on = Story().case.invoice.due_on
    assert all(timedelta(0) <= day - due_on <= timedelta(days=2) for day in first_days)


def test_a_late_import_starts_with_the_first_reminder_and_keeps_the_distances_of_the_ladder() -> None:
    story = Story(opening=issued(when=IMPORTED))
    assert "passed.too_late" in story.rules

    story.climbs(4)

    assert [step for step, _channel in story.ordered] == [R1, R2, R2, R3, NOTICE]
    days = sent_days(story)
    assert days[0] <= IMPORTED.date() + timedelta(days=2)
    assert [
        (later - earlier).days >= least for (earlier, later), least in zip(pairwise(days), [10, 15, 8], strict=True)
    ]
    assert all(
        (later - earlier).days >= least for (earlier, later), least in zip(pairwise(days), [10, 15, 8], strict=True)
    )


def test_a_formal_notice_is_never_the_first_letter() -> None:
    story = Story(ladder(FORMAL.model_copy(update={"after_previous_days": None, "after_due_days": 10})))

    story.rings(IMPORTED)
    assert (story.sends, story.asked, story.case.idle_reason) == ([], ["confirm_step"], "waits.confirmation")

    story.hears(StepApproved, IMPORTED, invoice_no=NUMBER, step=0).rings()
    assert story.ordered == [(0, REGISTERED)]


def test_after_sixty_days_without_wake_ups_one_step_leaves_and_the_next_keeps_its_distance() -> None:
    story = Story().climbs(2)
    late = story.case.as_of + timedelta(days=60)

    while not story.wanted():
        story.rings(max(late, story.case.next_wake_at or late))
    story.delivers(when=late + timedelta(days=1))

    assert {step for step, _channel in story.ordered} == {PREVENT, R1, R2}
    assert story.next_day() >= late.date() + timedelta(days=15)


def test_the_deadline_a_letter_names_has_passed_before_the_next_step() -> None:
    story = Story(ladder(FIRST, SECOND)).rings()
    far = story.case.as_of.date() + timedelta(days=40)

    story.delivers(deadline_on=far)

    assert story.next_day() > far
    assert story.rules[-1] == "plan.deadline"


def test_a_letter_sent_instead_of_an_email_grants_its_days_too() -> None:
    story = Story(ladder(FIRST, SECOND.model_copy(update={"after_due_days": 6})), debtor=only([LETTER])).climbs(1)

    assert story.next_day() > story.case.as_of.date() + timedelta(days=8)


@pytest.mark.parametrize("channel", [REGISTERED, Channel.LRE])
@pytest.mark.parametrize(
    ("states", "waits_from"),
    [
        pytest.param([("delivered", 4)], 4, id="delivered"),
        pytest.param([("notified", 3), ("delivered", 9)], 9, id="presented, then fetched"),
        pytest.param([("refused", 5)], 5, id="refused"),
        pytest.param([("notified", 3), ("unclaimed", 20)], 3, id="never fetched: from the first presentation"),
    ],
)
def test_a_registered_deadline_runs_from_the_carriers_word(
    states: list[tuple[str, int]], waits_from: int, channel: Channel
) -> None:
    story = Story(LADDER if channel is REGISTERED else BY_LRE).climbs(5)
    notice, sent = story.case.steps[-1], story.case.as_of
    assert (notice.channel, story.rules[-1]) == (channel, "plan.reception")

    for state, days in states:
        story.hears(LetterTracked, sent + timedelta(days=days), message_id=notice.message_id, state=state)

    assert story.next_day() > sent.date() + timedelta(days=waits_from + 8)
    assert story.rings().asked[-1] == "decision"
    assert story.case.idle_reason == "waits.decision"


def test_a_tracked_letter_grants_its_days_from_its_sending_since_nobody_signs_for_it() -> None:
    steps = (FIRST, THIRD.model_copy(update={"channel": Channel.TRACKED, "deadline": FORMAL.deadline}))
    story = Story(ladder(*steps)).climbs(2)

    assert not story.case.steps[-1].from_reception
    assert story.next_day() == local_day(story.case.as_of, COMPANY) + timedelta(days=9)


def test_silence_of_the_carrier_is_asked_about_once() -> None:
    story = Story().climbs(5).rings()

    assert story.asked == ["reception_unknown"]
    assert story.case.idle_reason == "waits.reception"


def test_a_step_by_hand_is_given_to_a_person() -> None:
    story = Story(ladder(FIRST.model_copy(update={"mode": Mode.BY_HAND}))).rings()

    assert (story.asked, story.sends) == (["by_hand"], [])


def test_a_skipped_step_that_was_ordered_is_taken_back() -> None:
    story = Story().climbs(1).rings()

    story.hears(StepSkipped, story.case.as_of, invoice_no=NUMBER, step=R1, reason="x")

    assert story.wanted() == []
    assert story.withheld == [story.sends[-1].key]
    assert story.climbs(1).ordered[-2:] == [(R2, EMAIL), (R2, Channel.SMS)]


def test_below_the_minimum_nothing_is_chased() -> None:
    story = Story(ladder(FIRST, min_amount=30_000)).happens(paid(100_000, after(1)))

    assert (story.case.idle_reason, story.case.stage) == ("waits.min_amount", Stage.REMINDING)


def test_a_partial_payment_leaves_the_step_that_is_on_its_way() -> None:
    story = Story().climbs(1).rings()

    story.happens(paid(100_000, story.case.as_of))

    assert [record.state for record in story.case.steps] == ["sent", "wanted"]


# --- windows, zones, summer time ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("late", "expected"),
    [
        pytest.param(datetime(2026, 11, 14, 3, 0, tzinfo=PARIS), date(2026, 11, 16), id="at night before a Saturday"),
        pytest.param(datetime(2026, 12, 24, 20, 0, tzinfo=PARIS), date(2026, 12, 28), id="on Christmas Eve, late"),
    ],
)
def test_a_wake_up_outside_the_window_waits_for_it(late: datetime, expected: date) -> None:
    story = Story().climbs(1)

    story.rings(late)

    assert story.sends[1:] == []
    assert expected <= story.next_day() <= expected + timedelta(days=2)
    assert story.rules[-1] in ("plan.window", "wake.early")
    assert story.rings().ordered[-1] == (R1, EMAIL)


def placed(postcode: str, kind: DebtorKind = DebtorKind.BUSINESS) -> Debtor:
    contact = MAIN.model_copy(update={"address": ADDRESS.model_copy(update={"postcode": postcode})})
    return COMPANY.model_copy(update={"contacts": (contact,), "kind": kind})


@pytest.mark.parametrize("kind", list(DebtorKind))
@pytest.mark.parametrize(
    "postcode",
    [pytest.param("75011", id="Paris"), pytest.param("97200", id="Martinique"), pytest.param("97400", id="Réunion")],
)
@pytest.mark.parametrize(
    "due", [pytest.param(date(2026, 3, 23), id="spring forward"), pytest.param(date(2026, 10, 19), id="fall back")]
)
def test_steps_leave_within_the_debtors_hours_through_a_change_of_clocks(
    postcode: str, due: date, kind: DebtorKind
) -> None:
    opening = issued(issue_date=due - timedelta(days=30), due_date=due, when=at(due - timedelta(days=30), 1))
    story = Story(debtor=placed(postcode, kind), opening=opening).climbs(4)

    for record in story.case.steps:
        window = window_of(kind, EMAIL)
        assert is_open(record.at, window, region(story.debtor)), record


def test_a_leap_day_and_a_month_end_are_days_like_others() -> None:
    opening = issued(issue_date=date(2028, 1, 31), due_date=date(2028, 2, 29), when=at(date(2028, 1, 31)))
    story = Story(ladder(FIRST, SECOND, THIRD), opening=opening).climbs(3)

    assert sent_days(story)[0] == date(2028, 3, 7)


def test_a_due_date_on_the_day_of_issue_is_no_trouble() -> None:
    story = Story(opening=issued(due_date=ISSUED)).climbs(2)

    assert story.ordered == [(PREVENT, EMAIL), (R1, EMAIL)]


# --- wake-ups -------------------------------------------------------------------------------------------------------


def test_an_early_wake_up_is_set_again_and_sends_nothing() -> None:
    story = Story()
    pending, epoch = story.case.next_wake_at, story.case.epoch

    story.rings(after(-20))

    assert story.rules == ["learnt.step.fell_due", "wake.early"]
    assert (story.case.next_wake_at, story.case.epoch, story.sends) == (pending, epoch + 1, [])


def test_a_second_ring_of_the_same_wake_up_is_stale() -> None:
    story = Story().rings()
    before = story.case

    story.rings(story.case.as_of, epoch=before.epoch - 1)

    assert story.rules == ["wake.stale"]
    assert story.case == before
    assert story.last.effects == ()


def test_another_ladder_than_the_cases_own_is_an_error_of_the_caller() -> None:
    story = Story()

    with pytest.raises(WrongScenario, match=r"pinned to standard@1, not to custom@1; give that version"):
        decide(story.case, paid(1, after(1)), ladder(FIRST), COMPANY)


def test_a_running_case_keeps_its_version() -> None:
    newer = LADDER.model_copy(update={"version": 2})

    with pytest.raises(WrongScenario):
        decide(Story().case, paid(1, after(1)), newer, COMPANY)


def test_nothing_reaches_a_debtor_whom_nobody_may_contact() -> None:
    story = Story().climbs(1).rings()
    story.debtor = COMPANY.model_copy(update={"do_not_contact": True})

    story.happens(paid(100, story.case.as_of))

    assert (story.wanted(), story.case.stage) == ([], Stage.BLOCKED)
    assert story.case.idle_reason == "blocked.do_not_contact"


def test_a_ladder_that_stops_ends_without_a_question() -> None:
    story = Story(ladder(FIRST, at_end="stop")).climbs(1)

    assert (story.case.idle_reason, story.asked) == ("ended.ladder", [])
