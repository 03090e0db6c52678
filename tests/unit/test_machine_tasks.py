"""Tasks end with what they were about."""

import pytest

from tests.unit.ladder_facts import Story, after, disputed, paid, resolved
from workflows.business_days import add_working_days
from workflows.effects import AskOperator, EndTask
from workflows.events import CaseEscalated, LetterTracked, PromiseMade, ReplyHandled, ReplyReceived
from workflows.regions import Region


def ended(story: Story) -> list[str]:
    """Kinds of the tasks that the last decision ended."""
    prefix = f"{story.case.case_id}/"
    keys = [effect.key.removeprefix(prefix) for effect in story.last.effects if isinstance(effect, EndTask)]
    return [key.split("/")[0] for key in keys]


def test_the_task_of_a_dispute_ends_with_its_resolution() -> None:
    story = Story().climbs(2).happens(disputed(after(12), 500))

    story.happens(resolved(after(14)))

    assert ended(story) == ["dispute"]


def test_a_reply_is_to_be_read_before_the_ladder_goes_on() -> None:
    story = Story().climbs(2).hears(ReplyReceived, after(12), reply_id="r", debtor_ref="btp", text="bonjour")

    [asked] = [effect for effect in story.last.effects if isinstance(effect, AskOperator)]
    held = add_working_days(after(12).date(), story.scenario.reply_hold_days, Region.METROPOLE)
    assert (asked.task, asked.due_on) == ("reply", held)
    assert story.next_day() > held


def test_the_task_of_a_reply_ends_when_it_was_read() -> None:
    story = Story().climbs(2).hears(ReplyReceived, after(12), reply_id="r", debtor_ref="btp", text="bonjour")

    story.hears(ReplyHandled, after(13), reply_id="r", debtor_ref="btp")

    assert ended(story) == ["reply"]


def test_a_broken_promise_is_over_once_the_money_is_there() -> None:
    story = Story().climbs(2)
    number = story.case.invoice.number
    story.hears(PromiseMade, after(12), promise_id="P", invoice_nos=(number,), date=after(13).date())
    while "promise_broken" not in story.asked:
        story.rings(story.case.next_wake_at)

    story.happens(paid(story.case.invoice.total, after(60)))

    assert ended(story) == ["promise_broken"]


def test_the_decision_about_the_end_of_the_ladder_is_over_once_it_was_taken() -> None:
    story = Story().climbs(5)
    while "decision" not in story.asked and "reception_unknown" not in story.asked:
        story.rings(story.case.next_wake_at)

    story.hears(CaseEscalated, after(120), invoice_no=story.case.invoice.number, to="avocat")

    assert len([effect for effect in story.last.effects if isinstance(effect, EndTask)]) == 1


def test_what_is_over_is_told_once() -> None:
    story = Story().climbs(2).happens(disputed(after(12), 500)).happens(resolved(after(14)))

    story.happens(paid(100, after(15)))

    assert ended(story) == []


def notice_without_news() -> tuple[Story, str]:
    """A formal notice of which the carrier told nothing until a person was asked; and its message."""
    story = Story().climbs(5).rings()
    assert story.asked[-1] == "reception_unknown"
    return story, str(story.case.steps[-1].message_id)


@pytest.mark.parametrize(
    ("states", "kinds"),
    [
        pytest.param(["delivered"], ["reception_unknown"], id="delivered"),
        pytest.param(["refused"], ["reception_unknown"], id="refused"),
        pytest.param(["notified", "unclaimed"], ["reception_unknown"], id="unclaimed"),
        pytest.param(["notified"], [], id="presented: nobody has it yet"),
        pytest.param(["npai"], ["reception_unknown"], id="came back: it will not be received"),
    ],
)
def test_the_question_about_a_reception_is_over_once_the_carrier_has_told(states: list[str], kinds: list[str]) -> None:
    story, message_id = notice_without_news()

    for state in states:
        story.hears(LetterTracked, story.case.as_of, message_id=message_id, state=state)

    assert [effect.key.rpartition("/")[2] for effect in story.last.effects if isinstance(effect, EndTask)] == kinds


def test_a_reception_that_became_known_is_told_once() -> None:
    story, message_id = notice_without_news()
    story.hears(LetterTracked, story.case.as_of, message_id=message_id, state="delivered")

    story.hears(LetterTracked, story.case.as_of, message_id=message_id, state="delivered", tracking_no="1A")

    assert ended(story) == []
