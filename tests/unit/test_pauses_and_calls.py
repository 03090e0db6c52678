"""A pause is announced before it ends; calls lead to calls, to other ways, or to what was said in them."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from tests.unit.ladder_facts import (
    COMPANY,
    DEBTOR,
    DUE,
    FIRST,
    LADDER,
    NUMBER,
    PREVENTIVE,
    TOTAL,
    Story,
    after,
    ladder,
    paid,
)
from tests.unit.letter_facts import NOW, reminded
from workflows.case import Stage
from workflows.effects import AskOperator
from workflows.events import CallLogged, CasePaused, CaseResumed
from workflows.invoice import Channel

TODAY = date(2026, 11, 17)


def paused(until: date, scope: Any = "invoice") -> CasePaused:  # noqa: ANN401 - one of two words
    ref = NUMBER if scope == "invoice" else DEBTOR
    return CasePaused(event_id=f"pause-{scope}", at=NOW, scope=scope, ref=ref, until=until, reason="x")


def open_tasks(story: Story) -> list[str]:
    """Kinds of the tasks that are open, and the day by which they are due."""
    asked = [item for each in story.decisions for item in each.effects if isinstance(item, AskOperator)]
    return sorted(item.task for item in asked if item.key in story.case.asked - story.case.answered)


# --- pauses ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("until", "told_on"),
    [
        pytest.param(date(2026, 12, 2), date(2026, 12, 2), id="it ends on a Wednesday"),
        pytest.param(date(2026, 11, 29), date(2026, 11, 27), id="it ends on a Sunday"),
    ],
)
def test_a_person_is_told_on_the_last_working_day_of_a_pause(until: date, told_on: date) -> None:
    story = reminded().happens(paused(until))
    assert (story.next_day(), "pause_ends" in story.asked) == (told_on, False)

    story.rings()
    assert (open_tasks(story), story.case.stage) == (["pause_ends"], Stage.PAUSED)
    assert story.next_day() == until + timedelta(days=1)

    story.rings()
    assert (open_tasks(story), story.case.stage) == ([], Stage.REMINDING)


def test_a_pause_of_a_debtor_is_told_once_for_all_of_its_invoices() -> None:
    story = reminded().happens(paused(date(2026, 12, 2), "debtor")).rings()

    [asked] = [item for item in story.last.effects if isinstance(item, AskOperator)]
    assert asked.key == f"atelier-martin/debtor:{DEBTOR}/pause_ends/2026-12-02"


def test_a_pause_that_was_lifted_is_not_told_of_any_more() -> None:
    story = reminded().happens(paused(date(2026, 12, 2))).rings()

    story.hears(CaseResumed, story.case.as_of + timedelta(hours=1), scope="invoice", ref=NUMBER, reason="x")

    assert open_tasks(story) == []


def test_a_pause_that_ends_today_needs_no_warning() -> None:
    story = reminded().happens(paused(TODAY))

    assert (story.next_day(), story.asked) == (TODAY + timedelta(days=1), [])


# --- calls ----------------------------------------------------------------------------------------------------------


def called(disposition: Any, when: datetime = NOW, **said: Any) -> CallLogged:  # noqa: ANN401 - as many types as fields
    name = f"{when:%d%H%M}"
    return CallLogged(
        event_id=f"call-{name}", at=when, call_id=name, debtor_ref=DEBTOR, invoice_nos=(NUMBER,),
        disposition=disposition, **said,
    )  # fmt: skip


def due_calls(story: Story) -> list[date | None]:
    asked = [item for each in story.decisions for item in each.effects if isinstance(item, AskOperator)]
    open_keys = story.case.asked - story.case.answered
    return [item.due_on for item in asked if item.task == "call" and item.key in open_keys]


def test_a_message_left_asks_for_a_call_on_the_next_working_day() -> None:
    friday = NOW + timedelta(days=3)

    assert due_calls(reminded().happens(called("voicemail", friday))) == [date(2026, 11, 23)]


def test_a_day_that_was_named_asks_for_a_call_on_that_day() -> None:
    story = reminded().happens(called("call_back", call_back_on=date(2026, 11, 26)))

    assert due_calls(story) == [date(2026, 11, 26)]


def test_a_call_that_was_made_ends_the_task_and_a_new_message_asks_again() -> None:
    story = reminded().happens(called("voicemail"), called("voicemail", NOW + timedelta(days=1)))
    assert due_calls(story) == [TODAY + timedelta(days=2)]

    story.happens(called("reached", NOW + timedelta(days=2)))
    assert open_tasks(story) == []


def test_three_messages_in_a_row_and_somebody_reaches_the_debtor_otherwise() -> None:
    story = reminded().happens(*(called("voicemail", NOW + timedelta(days=day)) for day in range(3)))
    assert open_tasks(story) == ["unreachable"]

    story.happens(called("reached", NOW + timedelta(days=4)), called("voicemail", NOW + timedelta(days=5)))
    assert open_tasks(story) == ["call"]


def test_a_wrong_number_asks_for_another_one_where_none_is_known() -> None:
    story = reminded()
    story.marks(Channel.CALL).happens(called("wrong_number"))
    assert open_tasks(story) == ["find_contact"]

    story.debtor = COMPANY
    assert open_tasks(story.happens(paid(100, after(12)))) == ["call"]


def test_a_document_that_was_asked_for_is_to_be_sent() -> None:
    story = reminded().happens(called("asks_document"))
    assert open_tasks(story) == ["send_document"]

    assert open_tasks(story.happens(paid(TOTAL, after(12)))) == []


def test_nobody_is_called_about_a_paid_invoice() -> None:
    assert open_tasks(reminded().happens(called("voicemail"), paid(TOTAL, after(12)))) == []


def test_a_call_of_the_ladder_is_to_be_made_until_it_is_logged() -> None:
    by_phone = ladder(
        PREVENTIVE, FIRST.model_copy(update={"channel": Channel.CALL, "fallback": (), "deadline": None}),
        letters=None,
    )  # fmt: skip
    story = Story(by_phone).climbs(2)
    assert due_calls(story) == [story.case.steps[-1].at.date()]

    story.happens(called("reached", story.case.as_of + timedelta(hours=1)))
    assert open_tasks(story) == []


def test_calls_need_no_wake_up_of_their_own() -> None:
    story = Story(LADDER).climbs(2)
    before = story.case.next_wake_at

    assert story.happens(called("call_back", call_back_on=DUE + timedelta(days=12))).case.next_wake_at == before


def test_an_invoice_that_is_paid_neither_asks_about_its_pause_nor_ends_what_its_debtor_s_others_asked() -> None:
    of_invoice = reminded().happens(paused(date(2026, 12, 2)), paid(TOTAL, after(24, 8)))
    of_debtor = reminded().happens(paused(date(2026, 12, 2), "debtor")).rings()
    of_debtor.happens(paid(TOTAL, of_debtor.case.as_of + timedelta(hours=8)))

    assert open_tasks(of_invoice) == []
    assert open_tasks(of_debtor) == ["pause_ends"]
