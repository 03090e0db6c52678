"""Other words under a known dispute, wish or call are refused, and so is what the case cannot hold; in French, too."""

from datetime import timedelta

import pytest

from tests.unit.ladder_facts import DUE, LADDER, NUMBER, TOTAL, Story, after
from tests.unit.letter_facts import NOW, called, reminded
from tests.unit.test_disputes import ended, opened, updated
from tests.unit.test_promises_and_plans import refused, wished
from workers.intake.french_findings import french
from workflows.admission import objections
from workflows.events import CallLogged, DisputeReason, Inbound

CONTESTED = reminded().happens(opened(amount=40_000))
LOST = reminded().happens(opened(amount=40_000), ended("debtor"))
WISHED = reminded().happens(wished())
REFUSED = reminded().happens(wished(), refused())
CALLED = reminded().happens(CallLogged(
    event_id="v", at=NOW, call_id="k", debtor_ref="perrin", invoice_nos=(NUMBER,), disposition="voicemail",
))  # fmt: skip
LATER = NOW + timedelta(days=5)
HEARD = CallLogged(
    event_id="h", at=NOW, call_id="h", debtor_ref="perrin", invoice_nos=(NUMBER,), disposition="disputes",
    dispute_reason=DisputeReason.PRICE, dispute_amount=TOTAL + 1,
)  # fmt: skip


@pytest.mark.parametrize(
    ("story", "event", "words"),
    [
        pytest.param(CONTESTED, opened(amount=50_000), "is known for another amount or reason", id="another amount"),
        pytest.param(CONTESTED, opened(amount=40_000, reason=DisputeReason.VAT), "another amount or reason",
                     id="another reason"),
        pytest.param(CONTESTED, ended("partial", amount=50_000), "more than the 400.00 contested", id="too much"),
        pytest.param(LOST, ended("creditor"), "was resolved already, outcome 'debtor'", id="decided otherwise"),
        pytest.param(reminded(), HEARD, "dispute_amount 1250.01 is more than the total", id="more than the invoice"),
        pytest.param(WISHED, wished().model_copy(update={"count": 4}), "is known for another wish", id="another wish"),
        pytest.param(REFUSED, wished(when=LATER), "was ended", id="a wish that was refused"),
        pytest.param(CALLED, called(), "is known as 'voicemail'", id="another call"),
    ],
)  # fmt: skip
def test_other_words_under_a_known_id_are_refused(story: Story, event: Inbound, words: str) -> None:
    [finding] = objections(event, story.case, LADDER, story.debtor)

    assert words in finding
    assert french(finding) != finding


@pytest.mark.parametrize(
    ("story", "event"),
    [
        pytest.param(CONTESTED, opened(amount=40_000), id="the same dispute again"),
        pytest.param(LOST, ended("debtor"), id="the same end again"),
        pytest.param(reminded(), ended("partial", amount=50_000), id="the end of a dispute that is still on its way"),
        pytest.param(LOST, updated(3, owner="Karim"), id="a late word on a dispute that is over"),
        pytest.param(WISHED, wished(), id="the same wish again"),
    ],
)
def test_what_repeats_or_may_still_be_explained_is_taken_in(story: Story, event: Inbound) -> None:
    assert objections(event, story.case, LADDER, story.debtor) == ()


@pytest.mark.parametrize(
    ("event", "field"),
    [
        pytest.param(opened(deadline=DUE + timedelta(days=400)), "deadline", id="a dispute"),
        pytest.param(updated(deadline=DUE + timedelta(days=400)), "deadline", id="its follow-up"),
        pytest.param(wished().model_copy(update={"first_on": after(400).date()}), "first_on", id="a wish"),
    ],
)
def test_a_day_more_than_a_year_ahead_is_a_slip_of_the_pen(event: Inbound, field: str) -> None:
    [finding] = objections(event, reminded().case, LADDER, reminded().debtor)

    assert finding.startswith(field)
    assert "more than a year after" in finding
