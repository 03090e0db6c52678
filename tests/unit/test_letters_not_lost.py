"""Letters beside the ladder that came back, had no address, or were called for twice: none is lost, none is doubled."""

from datetime import timedelta

import pytest

from tests.unit.ladder_facts import DUE, ISSUED, LADDER, NUMBER, R2, Story, after, at, disputed, only, resolved
from tests.unit.letter_facts import NOW, PROMISED, called, promised, reminded, wish
from workflows.case import Stage
from workflows.events import MessageBounced, PromiseMade, PromiseWithdrawn, SettlementOffered
from workflows.invoice import Channel


def written(day_of: int = 20, promise_id: str = "w", minutes: int = 5) -> PromiseMade:
    """The promise of the call, or of another day, in writing."""
    return promised(NOW + timedelta(minutes=minutes), promise_id, day_of)


# --- twice ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "letters"),
    [
        pytest.param([called(), written()], ["call_confirmation"], id="in a call, then in writing"),
        pytest.param([written(minutes=-5), called()], ["promise_acknowledged"], id="in writing, then in a call"),
        pytest.param([promised(), written(promise_id="v")], ["promise_acknowledged"], id="twice in writing"),
        pytest.param([promised(), written(25, "v")], ["promise_acknowledged"] * 2, id="two days"),
        pytest.param([promised(), written(25, "v"), written(20, "x", 9)], ["promise_acknowledged"] * 3,
                     id="back to the first day"),
    ],
)  # fmt: skip
def test_a_day_that_is_promised_twice_is_confirmed_once(facts: list[PromiseMade], letters: list[str]) -> None:
    story = reminded()
    for fact in facts:
        story.happens(fact).writes()

    assert story.written == letters


def test_the_other_word_is_confirmed_once_the_first_was_withdrawn() -> None:
    story = reminded().happens(promised()).writes().happens(called())
    story.happens(PromiseWithdrawn(event_id="o", at=NOW, promise_id="w", invoice_nos=(NUMBER,))).writes()

    assert story.written == ["promise_acknowledged", "call_confirmation"]


# --- lost -----------------------------------------------------------------------------------------------------------


def test_a_letter_in_doubt_that_came_back_goes_by_post() -> None:
    story = reminded().happens(promised()).writes("in_doubt")
    message_id = story.case.letters[0].message_id or ""
    story.marks(Channel.EMAIL).hears(MessageBounced, NOW + timedelta(hours=1), message_id=message_id, bounce="hard")

    assert [letter.channel for letter in story.writes().letters] == [Channel.EMAIL, Channel.LETTER]


def test_a_letter_that_no_address_takes_is_told_to_a_person_once_and_leaves_when_there_is_one() -> None:
    story = reminded().happens(wish("reason_request"))
    reachable, story.debtor = story.debtor, only([Channel.SMS])
    story.happens(disputed(NOW, 10_000, "x"), resolved(NOW, "x"))

    assert story.asked.count("message_failed") == 1
    assert "letter.no_contact" in story.rules
    story.debtor = reachable
    assert story.happens(disputed(NOW, 10_000, "y"), resolved(NOW, "y")).writes().written == ["reason_request"]


def test_an_offer_that_no_address_takes_is_told_to_a_person() -> None:
    story = reminded()
    story.debtor = only([Channel.SMS])
    story.hears(SettlementOffered, NOW, offer_id="s", invoice_no=NUMBER, until=PROMISED, percent="2")

    assert (story.written, story.asked) == ([], ["message_failed"])


def test_a_receipt_that_no_address_takes_is_a_reason_and_no_work() -> None:
    story = reminded()
    story.debtor = only([Channel.SMS])
    story.happens(promised())

    assert (story.asked, "letter.no_contact" in story.rules) == ([], True)


def test_a_bounced_letter_without_another_address_is_told_to_a_person() -> None:
    story = reminded(debtor=only([Channel.EMAIL])).happens(promised()).writes()
    message_id = story.case.letters[0].message_id or ""
    story.marks(Channel.EMAIL).hears(MessageBounced, NOW + timedelta(hours=1), message_id=message_id, bounce="hard")

    assert "message_failed" in story.asked


# --- a jump ---------------------------------------------------------------------------------------------------------


def test_nobody_is_asked_for_money_beside_the_ladder_before_the_due_date() -> None:
    story = Story(LADDER).happens(wish("credit_policy", at(ISSUED + timedelta(days=7), 11)))

    assert (story.case.stage, story.written) == (Stage.WATCHING, [])
    assert story.writes().written == []


@pytest.mark.parametrize(
    ("letter", "granted"),
    [
        pytest.param("credit_policy", 8, id="its usual days"),
        pytest.param("reason_request", None, id="none"),
    ],
)
def test_the_next_step_waits_for_the_day_that_a_letter_granted(letter: str, granted: int | None) -> None:
    plain = reminded().climbs().case.steps[-1]
    story = reminded().happens(wish(letter)).writes().climbs()

    assert story.case.steps[-1].step == plain.step == R2
    day = story.case.letters[0].deadline_on
    assert (day is None) is (granted is None)
    assert (story.case.steps[-1].at == plain.at) is (day is None)
    if day is not None:
        assert story.case.steps[-1].at.date() > day


def test_a_letter_that_came_back_granted_nothing() -> None:
    by_mail = only([Channel.EMAIL])
    plain = reminded(debtor=by_mail).climbs().case.steps[-1]
    story = reminded(debtor=by_mail).happens(wish("credit_policy")).writes()
    message_id = story.case.letters[0].message_id or ""
    story.hears(MessageBounced, NOW + timedelta(hours=1), message_id=message_id, bounce="hard")

    assert story.climbs().case.steps[-1].at == plain.at


def test_a_discount_is_not_written_while_the_invoice_is_contested() -> None:
    story = reminded().happens(disputed(NOW, 10_000))
    story.hears(SettlementOffered, NOW, offer_id="s", invoice_no=NUMBER, until=DUE + timedelta(days=25), percent="2")
    assert story.writes().written == ["dispute_acknowledged"]

    assert story.happens(resolved(after(10, 11))).writes().written[-1] == "early_settlement_offer"
