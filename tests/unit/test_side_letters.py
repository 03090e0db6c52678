"""Letters beside the ladder: what calls for them and how they leave."""

from datetime import timedelta

import pytest

from tests.unit.ladder_facts import (
    DUE,
    LADDER,
    NUMBER,
    R1,
    TOTAL,
    Story,
    after,
    at,
    disputed,
    only,
    paid,
    resolved,
    reversed_,
)
from tests.unit.letter_facts import ALL, NOW, called, escalated, promised, reminded, wish
from workflows.events import (
    CasePaused,
    Event,
    MessageBounced,
    PromiseWithdrawn,
)
from workflows.invoice import Channel

# --- what calls for them --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "letters"),
    [
        pytest.param([promised()], ["promise_acknowledged"], id="a promise"),
        pytest.param([called()], ["call_confirmation"], id="a promise in a call"),
        pytest.param([called(disposition="refuses", promised_on=None)], [], id="a call without a promise"),
        pytest.param([called(disposition="voicemail", promised_on=None)], [], id="nobody was reached"),
        pytest.param([disputed(NOW)], ["dispute_acknowledged"], id="a dispute of the whole"),
        pytest.param([disputed(NOW, 10_000)], ["dispute_acknowledged"], id="a dispute of a part"),
        pytest.param([disputed(NOW), resolved(NOW)], [], id="a dispute that was resolved at once"),
        pytest.param([promised(), PromiseWithdrawn(event_id="o", at=NOW, promise_id="w", invoice_nos=(NUMBER,))], [],
                     id="a promise that was withdrawn at once"),
        pytest.param([promised(days=2)], [], id="a promise for a day that is past"),
        pytest.param([paid(TOTAL, NOW)], [], id="paid: no thanks unless the ladder says so"),
        pytest.param([escalated()], [], id="handed over: no notice unless the ladder says so"),
        pytest.param([wish("reason_request")], ["reason_request"], id="a wish"),
        pytest.param([wish("payment_thanks"), paid(TOTAL, NOW)], ["payment_thanks"], id="thanks by hand"),
        pytest.param([wish("hand_over_notice"), escalated()], ["hand_over_notice"], id="a notice by hand"),
        pytest.param([wish("hand_over_notice")], [], id="a notice before the hand-over"),
        pytest.param([wish("reason_request"), disputed(NOW)], ["dispute_acknowledged"],
                     id="a question that a dispute has answered"),
    ],
)  # fmt: skip
def test_what_calls_for_a_letter_by_the_usual_settings(facts: list[Event], letters: list[str]) -> None:
    assert reminded().happens(*facts).writes().written == letters


@pytest.mark.parametrize(
    ("facts", "letters"),
    [
        pytest.param([paid(TOTAL, NOW)], ["payment_thanks"], id="paid"),
        pytest.param([paid(TOTAL, NOW, value_date=DUE)], ["apology"], id="paid before the reminder left"),
        pytest.param([paid(TOTAL, after(40), value_date=DUE)], ["payment_thanks"], id="heard of a month later"),
        pytest.param([paid(100, NOW)], [], id="paid in part"),
        pytest.param([paid(TOTAL, NOW), reversed_(TOTAL, NOW)], [], id="paid and reversed"),
        pytest.param([disputed(NOW), resolved(NOW)], ["dispute_answered"], id="resolved"),
        pytest.param([escalated()], ["hand_over_notice"], id="handed over"),
    ],
)
def test_what_calls_for_a_letter_when_all_leave_by_themselves(facts: list[Event], letters: list[str]) -> None:
    assert reminded(ALL).happens(*facts).writes().written == letters


def test_nobody_is_thanked_who_was_never_reminded() -> None:
    assert Story(ALL).climbs(1).happens(paid(TOTAL, after(1))).writes().written == []


def test_a_ladder_published_before_there_were_letters_writes_none_by_itself() -> None:
    assert reminded(LADDER).happens(promised(), disputed(NOW)).writes().written == []


def test_the_same_fact_twice_is_one_letter() -> None:
    story = reminded().happens(promised()).writes().happens(promised())
    story.happens(promised().model_copy(update={"event_id": "again"})).writes()

    assert story.written == ["promise_acknowledged"]
    assert [letter.key for letter in story.letters] == [f"atelier-martin/{NUMBER}/letter/promise_acknowledged/w#1"]


def test_of_two_promises_the_latest_is_acknowledged() -> None:
    story = reminded().happens(promised(), promised(NOW + timedelta(minutes=1), "v", 25)).writes()

    assert [(letter.template, letter.occasion) for letter in story.letters] == [("promise_acknowledged", "v")]


def test_what_is_heard_of_weeks_later_needs_no_receipt_any_more() -> None:
    story = reminded().happens(disputed(NOW))

    assert story.rings(NOW + timedelta(days=30)).written == []


def test_thanks_are_said_once_although_more_money_comes() -> None:
    story = reminded(ALL).happens(paid(TOTAL, NOW)).writes().happens(paid(500, after(10), "p2")).writes()

    assert story.written == ["payment_thanks"]


def test_money_that_went_back_and_came_again_is_thanked_again() -> None:
    story = reminded(ALL).happens(paid(TOTAL, NOW)).writes().happens(reversed_(TOTAL, after(10)))
    story.happens(paid(TOTAL, after(12), "p2")).writes()

    assert [letter.occasion for letter in story.letters] == ["p1", "p2"]


# --- how they leave -------------------------------------------------------------------------------------------------


def test_a_letter_leaves_by_e_mail_or_by_post_where_there_is_none() -> None:
    assert [letter.channel for letter in reminded().happens(promised()).writes().letters] == [Channel.EMAIL]
    by_post = reminded(debtor=only([Channel.LETTER])).happens(promised()).writes()

    assert [letter.channel for letter in by_post.letters] == [Channel.LETTER]


def test_nobody_who_must_not_be_contacted_gets_a_letter() -> None:
    story = reminded()
    story.debtor = story.debtor.model_copy(update={"do_not_contact": True})

    assert story.happens(promised(), wish("payment_thanks")).writes().written == []


def test_a_letter_waits_for_the_hours_of_contact() -> None:
    story = reminded().happens(promised(at(DUE + timedelta(days=6), 22)))  # Saturday night
    wake = story.case.next_wake_at
    assert wake is not None

    assert (wake.date(), story.written) == (DUE + timedelta(days=8), [])


def test_a_letter_waits_for_the_end_of_a_pause() -> None:
    pause = CasePaused(event_id="h", at=NOW, ref=NUMBER, until=DUE + timedelta(days=11), reason="x")
    story = reminded().happens(disputed(NOW), pause)
    assert story.rings().asked[-1] == "pause_ends"
    assert story.next_day() > DUE + timedelta(days=11)

    assert story.rings().writes().written == ["dispute_acknowledged"]


def test_an_address_that_does_not_exist_sends_the_letter_by_post() -> None:
    story = reminded().happens(promised()).writes("failed", reason="address").marks(Channel.EMAIL)
    story.happens(disputed(NOW, 10_000)).writes()

    promises = [item for item in story.case.letters if item.template == "promise_acknowledged"]
    assert [(item.channel, item.asking) for item in promises] == [(Channel.EMAIL, 1), (Channel.LETTER, 2)]


def test_a_letter_that_bounced_goes_by_post() -> None:
    story = reminded().happens(promised()).writes()
    message_id = story.case.letters[0].message_id or ""
    story.marks(Channel.EMAIL).hears(MessageBounced, NOW + timedelta(hours=1), message_id=message_id, bounce="hard")

    assert [letter.channel for letter in story.writes().letters] == [Channel.EMAIL, Channel.LETTER]


def test_a_refused_letter_is_told_to_a_person_and_not_asked_again() -> None:
    story = reminded().happens(promised()).writes("failed", reason="delivery.refused").writes()

    assert (story.written, story.asked) == (["promise_acknowledged"], ["message_failed"])


def test_a_letter_in_doubt_is_told_and_holds_nothing_back() -> None:
    story = reminded().happens(disputed(NOW, 10_000)).writes("in_doubt")
    assert story.asked == ["dispute", "in_doubt"]

    assert story.climbs().ordered[-1][0] == R1 + 1


def test_a_letter_that_a_person_gave_up_stays_given_up() -> None:
    story = reminded().happens(promised()).writes("withheld", reason="discarded")

    assert story.writes().written == ["promise_acknowledged"]
