"""Offers, wishes for letters, calls and hand-overs that are refused: each objection names field, value and fix."""

from datetime import date, timedelta
from typing import Any

import pytest

from tests.unit.ladder_facts import (
    COMPANY,
    DEBTOR,
    DUE,
    FORMAL,
    LADDER,
    NUMBER,
    TOTAL,
    Story,
    after,
    disputed,
    only,
)
from workers.intake.french_findings import french
from workflows.admission import objections
from workflows.events import (
    CallLogged,
    CaseEscalated,
    Event,
    HandOverPlan,
    Inbound,
    InstalmentPlanAgreed,
    InstalmentPlanBroken,
    InstalmentPlanOffered,
    LetterRequested,
    PlanLine,
    SettlementOffered,
    SettlementWithdrawn,
    StepApproved,
)
from workflows.invoice import Channel, Debtor, DebtorKind
from workflows.scenario import Scenario
from workflows.side_letters import Automatic

REMINDED = Story().climbs(2)
TUESDAY = after(9, 11)
HALVES = tuple(PlanLine(due_date=DUE + timedelta(days=day), amount=TOTAL // 2) for day in (30, 60))


def offered(**said: Any) -> InstalmentPlanOffered:  # noqa: ANN401 - any field of the fact
    facts: dict[str, Any] = {"plan_id": "p", "lines": HALVES, "answer_by": DUE + timedelta(days=16)} | said
    return InstalmentPlanOffered(event_id="x", at=TUESDAY, invoice_no=NUMBER, **facts)


def discount(**said: Any) -> SettlementOffered:  # noqa: ANN401 - any field of the fact
    facts: dict[str, Any] = {"offer_id": "o", "until": DUE + timedelta(days=20)} | said
    return SettlementOffered(event_id="x", invoice_no=NUMBER, **{"at": TUESDAY} | facts)


def wish(letter: Any, **said: Any) -> LetterRequested:  # noqa: ANN401 - any field of the fact
    facts: dict[str, Any] = {"at": TUESDAY, "request_id": "q", "letter": letter} | said
    return LetterRequested(event_id="x", invoice_no=NUMBER, **facts)


@pytest.mark.parametrize(
    ("event", "words"),
    [
        pytest.param(offered(), None, id="a plan"),
        pytest.param(offered(lines=HALVES[:1]), "lines add up to 625.00, the balance is 1250.00", id="half a plan"),
        pytest.param(offered(answer_by=DUE), "answer_by 2026-11-08 is not after 2026-11-17", id="answered before"),
        pytest.param(discount(percent="2"), None, id="a share"),
        pytest.param(discount(amount=TOTAL), "amount 1250.00 is not less than the 1250.00 asked for", id="all of it"),
        pytest.param(discount(percent="2", until=DUE), "until 2026-11-08 is not after 2026-11-17", id="over before"),
        pytest.param(
            discount(percent="2", until=date(2028, 1, 1)), "until 2028-01-01 is more than a year after", id="for years"
        ),
        pytest.param(wish("reason_request"), None, id="a question"),
        pytest.param(wish("reason_request", deadline_on=DUE), "deadline_on 2026-11-08 is not after", id="a past day"),
        pytest.param(wish("payment_thanks"), "there is no payment that settled the invoice", id="no payment"),
        pytest.param(wish("hand_over_notice"), "there is no hand-over; publish case.escalated", id="no hand-over"),
        pytest.param(wish("call_confirmation"), "there is no call with a promise", id="no call"),
        pytest.param(
            wish("dispute_answered"), "there is no resolved dispute, and no words to answer an open one",
            id="no dispute",
        ),
    ],
)  # fmt: skip
def test_an_offer_or_a_wish_that_cannot_hold_is_refused(event: Inbound, words: str | None) -> None:
    found = objections(event, REMINDED.case, LADDER, REMINDED.debtor)

    assert len(found) == (words is not None)
    assert all((words or "") in finding for finding in found)


def test_a_letter_that_chases_is_only_for_a_case_that_is_being_reminded() -> None:
    silent = Story().climbs(2).happens(disputed(TUESDAY))

    [finding] = objections(wish("reason_request"), silent.case, LADDER, silent.debtor)
    assert "the case is disputed" in finding


WARNING = FORMAL.model_copy(update={"name": "warning", "template": "hand_over_warning"})
ANNOUNCING = LADDER.model_copy(update={"steps": (*LADDER.steps, WARNING)})


def approved(day: date | None, name: str | None = "Cabinet Recouvra") -> StepApproved:
    plan = None if day is None else HandOverPlan(to="agency", on=day, name=name)
    return StepApproved(event_id="x", at=TUESDAY, invoice_no=NUMBER, step=len(LADDER.steps), hand_over=plan)


@pytest.mark.parametrize(
    ("day", "words"),
    [
        pytest.param(TUESDAY.date() + timedelta(days=3), None, id="said"),
        pytest.param(None, "hand_over is missing; step 'warning' announces it", id="not said"),
        pytest.param(TUESDAY.date(), "hand_over.on 2026-11-17 is not after 2026-11-17", id="not ahead"),
    ],
)
def test_a_step_that_announces_a_hand_over_is_approved_with_its_day(day: date | None, words: str | None) -> None:
    found = objections(approved(day), REMINDED.case, ANNOUNCING, REMINDED.debtor)

    assert len(found) == (words is not None)
    assert all((words or "") in finding for finding in found)


def test_a_step_that_announces_a_hand_over_says_to_whom() -> None:
    nobody = approved(TUESDAY.date() + timedelta(days=3), name=None)

    [finding] = objections(nobody, REMINDED.case, ANNOUNCING, REMINDED.debtor)
    assert "hand_over.name is missing; step 'warning' tells the debtor who will have the file" in finding


# --- known ids ------------------------------------------------------------------------------------------------------


def called(**said: Any) -> CallLogged:  # noqa: ANN401 - any field of the fact
    facts: dict[str, Any] = {"disposition": "promises", "promised_on": TUESDAY.date()} | said
    return CallLogged(event_id="x", at=TUESDAY, call_id="k", debtor_ref=DEBTOR, invoice_nos=(NUMBER,), **facts)


def agreed(**said: Any) -> InstalmentPlanAgreed:  # noqa: ANN401 - any field of the fact
    facts: dict[str, Any] = {"at": TUESDAY, "lines": HALVES} | said
    return InstalmentPlanAgreed(event_id="x", plan_id="p", invoice_no=NUMBER, **facts)


BROKEN = InstalmentPlanBroken(event_id="b", at=after(10), plan_id="p", invoice_no=NUMBER)
TAKEN_BACK = SettlementWithdrawn(event_id="b", at=after(10), offer_id="o", invoice_no=NUMBER)
LATER = after(11, 11)
THIRDS = tuple(PlanLine(due_date=DUE + timedelta(days=day), amount=TOTAL // 5) for day in (30, 60, 90, 120, 150))


@pytest.mark.parametrize(
    ("known", "again", "words"),
    [
        pytest.param([agreed()], agreed(lines=THIRDS), "plan_id 'p' is known with other lines", id="other lines"),
        pytest.param([agreed()], agreed(), None, id="the same plan"),
        pytest.param([agreed(), BROKEN], agreed(at=LATER), "plan_id 'p' was ended", id="a plan that was ended"),
        pytest.param([BROKEN], agreed(), None, id="a plan heard of after its end"),
        pytest.param([offered()], offered(lines=THIRDS), "plan_id 'p' is known with other lines", id="other offer"),
        pytest.param([offered()], agreed(lines=THIRDS), None, id="agreed otherwise than offered"),
        pytest.param([discount(percent="2")], discount(percent="3"), "offer_id 'o' is known with other", id="discount"),
        pytest.param([discount(percent="2"), TAKEN_BACK], discount(percent="2", at=LATER), "'o' was taken back",
                     id="renewed under its id"),
        pytest.param([wish("reason_request")], wish("credit_policy"), "request_id 'q' is known for 'reason_request'",
                     id="another wish"),
        pytest.param([called()], called(disposition="refuses", promised_on=None), "call_id 'k' is known as 'promises'",
                     id="another call"),
    ],
)  # fmt: skip
def test_other_words_under_a_known_id_are_not_lost_silently(known: list[Event], again: Inbound, words: str) -> None:
    story = Story().climbs(2).happens(*known)

    found = objections(again, story.case, LADDER, story.debtor)

    assert len(found) == (words is not None)
    assert all((words or "") in finding for finding in found)


CONSUMER = COMPANY.model_copy(update={"kind": DebtorKind.CONSUMER})

# --- whom to tell ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("event", "debtor", "words"),
    [
        pytest.param(wish("reason_request", channel=Channel.SMS), COMPANY, "channel 'sms' carries no letter", id="sms"),
        pytest.param(wish("reason_request", channel=Channel.EMAIL), only([Channel.LETTER]),
                     "has no address for email that works", id="no e-mail"),
        pytest.param(wish("reason_request"), only([Channel.SMS]), "has no e-mail or postal address", id="no address"),
        pytest.param(wish("reason_request", channel=Channel.LRE), CONSUMER, "without consent to channel 'lre'",
                     id="a consumer who has not consented"),
        pytest.param(offered(), only([Channel.SMS]), "has no e-mail or postal address", id="nobody to offer to"),
        pytest.param(discount(percent="2"), COMPANY.model_copy(update={"do_not_contact": True}),
                     "must not be contacted", id="must not be contacted"),
    ],
)  # fmt: skip
def test_what_nobody_could_be_told_is_refused(event: Inbound, debtor: Debtor, words: str) -> None:
    [finding] = objections(event, REMINDED.case, LADDER, debtor)

    assert words in finding


@pytest.mark.parametrize("event", [offered(), discount(percent="2")], ids=["a plan", "a discount"])
def test_nothing_is_offered_once_the_file_is_elsewhere(event: Inbound) -> None:
    gone = Story().climbs(2).hears(CaseEscalated, after(8), invoice_no=NUMBER, to="agency")

    [finding] = objections(event, gone.case, LADDER, gone.debtor)
    assert "is handed_over; nothing can be offered on it" in finding


def test_no_discount_is_offered_on_what_is_contested() -> None:
    contested = Story().climbs(2).happens(disputed(after(8), 10_000))

    [finding] = objections(discount(percent="2"), contested.case, LADDER, contested.debtor)
    assert "is contested; resolve the dispute" in finding


CONTESTED = Story().climbs(2).happens(disputed(after(8), 10_000))
KNOWN = Story().climbs(2).happens(agreed(), discount(percent="2"), wish("reason_request"), called())


@pytest.mark.parametrize(
    ("story", "event"),
    [
        pytest.param(KNOWN, agreed(lines=THIRDS), id="another plan"),
        pytest.param(Story().climbs(2).happens(BROKEN), agreed(at=LATER), id="a plan that was ended"),
        pytest.param(KNOWN, discount(percent="3"), id="another discount"),
        pytest.param(Story().climbs(2).happens(TAKEN_BACK), discount(percent="2", at=LATER), id="taken back"),
        pytest.param(KNOWN, called(disposition="refuses", promised_on=None), id="another call"),
        pytest.param(REMINDED, wish("reason_request", channel=Channel.SMS), id="a channel"),
        pytest.param(Story().climbs(2).happens(wish("credit_policy")), wish("reason_request"), id="another wish"),
        pytest.param(CONTESTED, discount(percent="2"), id="contested"),
    ],
)
def test_what_is_refused_is_said_in_french_too(story: Story, event: Inbound) -> None:
    [finding] = objections(event, story.case, LADDER, story.debtor)

    assert french(finding) != finding


# --- hand-overs -----------------------------------------------------------------------------------------------------

NOTIFYING = LADDER.model_copy(update={"letters": Automatic(hand_over_notice=True)})


def escalated(**said: Any) -> CaseEscalated:  # noqa: ANN401 - any field of the fact
    return CaseEscalated.model_validate({"event_id": "x", "at": TUESDAY, "invoice_no": NUMBER, "to": "agency"} | said)


@pytest.mark.parametrize(
    ("event", "ladder", "words"),
    [
        pytest.param(escalated(), LADDER, None, id="no notice leaves by itself"),
        pytest.param(escalated(), NOTIFYING, "name and contact must be given with to 'agency'", id="nobody named"),
        pytest.param(
            escalated(name="Cabinet Recouvra"), NOTIFYING, "contact must be given with to 'agency'", id="no contact"
        ),
        pytest.param(escalated(name="Cabinet Recouvra", contact="04"), NOTIFYING, None, id="all said"),
        pytest.param(escalated(to="contentieux"), NOTIFYING, None, id="the creditor's own house"),
        pytest.param(escalated(on=DUE + timedelta(days=30)), LADDER, "publish the hand-over once it took", id="ahead"),
    ],
)
def test_a_hand_over_that_is_told_to_the_debtor_names_who_has_the_file(
    event: Inbound, ladder: Scenario, words: str | None
) -> None:
    found = objections(event, REMINDED.case, ladder, REMINDED.debtor)

    assert len(found) == (words is not None)
    assert all((words or "") in finding for finding in found)


def test_a_notice_is_asked_for_once_it_can_name_somebody() -> None:
    story = Story().climbs(2).happens(escalated(event_id="e"))

    [finding] = objections(wish("hand_over_notice"), story.case, LADDER, story.debtor)
    assert "name and contact must be given with to 'agency': publish case.escalated again" in finding
    story.happens(escalated(event_id="f", at=LATER, name="Cabinet Recouvra", contact="04 00 00 00 09"))
    assert objections(wish("hand_over_notice", at=LATER), story.case, LADDER, story.debtor) == ()
