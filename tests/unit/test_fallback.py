"""A channel that is impossible: the next one of the step, with the reason; where none is left, a person is asked."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from tests.unit.ladder_facts import (
    ADDRESS,
    COMPANY,
    DEBTOR,
    FIRST,
    FORMAL,
    MAIN,
    NUMBER,
    Story,
    after,
    at,
    issued,
    ladder,
)
from workflows.contacts import Address, Consent, Contact, Obstacle
from workflows.debtors import chosen
from workflows.effects import Reason
from workflows.events import ContactOptedIn, ContactOptedOut, StepApproved
from workflows.invoice import Channel, Debtor, DebtorKind
from workflows.reasons import say
from workflows.scenario import Scenario, Step

LETTER, CALL = Channel.LETTER, Channel.CALL
#: Imported long after the due date, so that every step is due at once.
LATE = at(date(2026, 12, 1), 6)


def with_contact(**changes: object) -> Debtor:
    return COMPANY.model_copy(update={"contacts": (Contact.model_validate(MAIN.model_dump() | changes),)})


def one_step(channel: Channel, *fallback: Channel) -> Scenario:
    return ladder(FIRST.model_copy(update={"channel": channel, "fallback": fallback, "deadline": None}))


def starts(scenario: Scenario, debtor: Debtor) -> Story:
    return Story(scenario, debtor=debtor, opening=issued(when=LATE))


def bounced(channel: Channel) -> Debtor:
    return with_contact(invalid=[channel])


CONSUMER = with_contact().model_copy(update={"kind": DebtorKind.CONSUMER})
REFUSES_MAIL = chosen(
    COMPANY, ContactOptedOut(event_id="o", at=after(1), debtor_ref=DEBTOR, channel=Channel.EMAIL, how="e-mail")
)
HALF = Address(lines=("12 rue des Lilas",), postcode="7501", city="Paris")
NOWHERE = Address(lines=("12 rue des Lilas",), postcode="75011", city="-")


@pytest.mark.parametrize(
    ("debtor", "channel", "obstacle"),
    [
        pytest.param(with_contact(email=None), Channel.EMAIL, Obstacle.NO_ADDRESS, id="no e-mail address"),
        pytest.param(with_contact(phone=None), Channel.SMS, Obstacle.NO_ADDRESS, id="no number"),
        pytest.param(with_contact(address=None), LETTER, Obstacle.NO_ADDRESS, id="no postal address"),
        pytest.param(with_contact(email=None), Channel.LRE, Obstacle.NO_ADDRESS, id="no electronic address"),
        pytest.param(COMPANY.model_copy(update={"contacts": ()}), Channel.EMAIL, Obstacle.NO_ADDRESS, id="no contact"),
        pytest.param(REFUSES_MAIL, Channel.EMAIL, Obstacle.OPTED_OUT, id="refused by an event"),
        pytest.param(with_contact(opted_out=["sms"]), Channel.SMS, Obstacle.OPTED_OUT, id="refused by the contact"),
        pytest.param(bounced(Channel.EMAIL), Channel.EMAIL, Obstacle.INVALID, id="bounced"),
        pytest.param(bounced(Channel.EMAIL), Channel.LRE, Obstacle.INVALID, id="an electronic one where mail bounced"),
        pytest.param(bounced(Channel.REGISTERED), LETTER, Obstacle.INVALID, id="returned, or refused by the carrier"),
        pytest.param(CONSUMER, Channel.LRE, Obstacle.LRE_WITHOUT_CONSENT, id="a consumer without consent"),
        pytest.param(with_contact(phone="+33142685300"), Channel.SMS, Obstacle.FIXED_LINE, id="a fixed line"),
        pytest.param(with_contact(phone="+262262200000"), Channel.SMS, Obstacle.FIXED_LINE, id="one of La Réunion"),
        pytest.param(with_contact(address=HALF), LETTER, Obstacle.BAD_ADDRESS, id="no whole postcode"),
        pytest.param(with_contact(address=NOWHERE), Channel.TRACKED, Obstacle.BAD_ADDRESS, id="no city"),
    ],
)
def test_a_channel_that_is_impossible_gives_way_to_the_next_one_and_says_why(
    debtor: Debtor, channel: Channel, obstacle: Obstacle
) -> None:
    spare = CALL if channel not in (CALL, Channel.SMS) else Channel.REGISTERED
    reachable = debtor if debtor.contact_for(spare) else with_spare(debtor)

    story = starts(one_step(channel, spare), reachable).rings()

    assert story.ordered == [(0, spare)]
    assert_said(story, obstacle, channel)


def with_spare(debtor: Debtor) -> Debtor:
    spare = Contact(ref="spare", phone="+33612345678", address=ADDRESS)
    return debtor.model_copy(update={"contacts": (*debtor.contacts, spare)})


def assert_said(story: Story, obstacle: Obstacle, channel: Channel) -> None:
    [reason] = [item for item in story.last.reasons if item.rule == obstacle]
    assert reason.facts == {"step": "first", "channel": channel}
    assert say(reason, "fr").startswith("Canal écarté (")
    assert say(reason, "en").startswith("Channel not used (")


@pytest.mark.parametrize("obstacle", list(Obstacle))
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_obstacle_has_a_sentence_of_its_own(obstacle: Obstacle, language: str) -> None:
    assert not say(Reason(rule=obstacle), language).startswith(("Règle", "Rule"))


@pytest.mark.parametrize(
    ("debtor", "channels", "obstacles"),
    [
        pytest.param(with_contact(email=None, address=None), (Channel.EMAIL, LETTER),
                     [Obstacle.NO_ADDRESS, Obstacle.NO_ADDRESS], id="no address at all"),
        pytest.param(CONSUMER.model_copy(update={"contacts": (MAIN.model_copy(update={"address": HALF}),)}),
                     (Channel.LRE, Channel.REGISTERED), [Obstacle.LRE_WITHOUT_CONSENT, Obstacle.BAD_ADDRESS],
                     id="no consent, and half an address"),
        pytest.param(with_contact(opted_out=["email"], invalid=["letter"]), (Channel.EMAIL, LETTER),
                     [Obstacle.OPTED_OUT, Obstacle.INVALID], id="refused, and returned"),
    ],
)  # fmt: skip
def test_where_no_channel_is_left_a_person_is_asked_once(
    debtor: Debtor, channels: tuple[Channel, ...], obstacles: Sequence[Obstacle]
) -> None:
    story = starts(one_step(*channels), debtor)

    assert (story.case.stage, story.case.idle_reason, story.asked) == ("blocked", "blocked.no_contact", ["blocked"])
    assert [rule for rule in story.rules if rule.startswith("channel.")] == obstacles
    assert story.hears(StepApproved, LATE + timedelta(days=1), invoice_no=NUMBER, step=0).asked == ["blocked"]


def test_whoever_must_not_be_contacted_is_not_contacted_by_another_channel_either() -> None:
    story = starts(one_step(Channel.EMAIL, LETTER), COMPANY.model_copy(update={"do_not_contact": True}))

    assert (story.case.stage, story.case.idle_reason, story.asked) == (
        "blocked", "blocked.do_not_contact", ["blocked"],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("outcome", "marks"),
    [
        pytest.param({"outcome": "failed", "reason": "address"}, True, id="the carrier refuses the address"),
        pytest.param({"outcome": "withheld", "reason": "gate.no_contact"}, True, id="refused while it was waiting"),
    ],
)
def test_what_the_delivery_finds_out_leads_to_the_next_channel(outcome: dict[str, Any], marks: bool) -> None:  # noqa: FBT001 - a column
    story = starts(one_step(Channel.EMAIL, LETTER), COMPANY).rings()
    assert story.ordered == [(0, Channel.EMAIL)]
    if marks:
        story.marks(Channel.EMAIL)

    story.delivers(**outcome)
    while story.case.next_wake_at is not None and len(story.ordered) == 1:
        story.rings()

    assert story.ordered[-1] == (0, LETTER)


NOTICE: Step = FORMAL.model_copy(update={"channel": Channel.LRE, "fallback": (Channel.REGISTERED,), "name": "first"})


def consents(debtor: Debtor) -> Debtor:
    word = ContactOptedIn(
        event_id="c", at=after(1), debtor_ref=DEBTOR, channel=Channel.LRE, on=date(2026, 11, 2), how="clause 7"
    )
    return chosen(debtor, word)


def in_the_contact(debtor: Debtor) -> Debtor:
    given = Consent(on=date(2026, 11, 2), how="clause 7")
    return debtor.model_copy(update={"contacts": (MAIN.model_copy(update={"lre_consent": given}),)})


@pytest.mark.parametrize(
    ("kind", "consent", "channel"),
    [
        pytest.param(DebtorKind.BUSINESS, None, Channel.LRE, id="a business"),
        pytest.param(DebtorKind.PUBLIC, None, Channel.LRE, id="a public buyer"),
        pytest.param(DebtorKind.CONSUMER, None, Channel.REGISTERED, id="a consumer: on paper"),
        pytest.param(DebtorKind.CONSUMER, consents, Channel.LRE, id="a consumer who consented"),
        pytest.param(DebtorKind.CONSUMER, in_the_contact, Channel.LRE, id="a consumer whose contact says so"),
    ],
)
def test_a_formal_notice_is_electronic_only_for_professionals_or_with_consent(
    kind: DebtorKind, consent: Callable[[Debtor], Debtor] | None, channel: Channel
) -> None:
    debtor = COMPANY.model_copy(update={"kind": kind})
    story = starts(ladder(FIRST, NOTICE.model_copy(update={"name": "notice"})), consent(debtor) if consent else debtor)

    story.climbs(2)

    assert story.ordered[-1] == (1, channel)
    assert story.case.steps[-1].from_reception


def test_consent_that_is_taken_back_before_the_letter_leaves_takes_the_letter_back() -> None:
    story = starts(one_step(Channel.LRE, Channel.REGISTERED), COMPANY).rings()
    word = ContactOptedOut(
        event_id="n", at=story.case.as_of + timedelta(hours=1), debtor_ref=DEBTOR, channel=Channel.LRE
    )
    story.debtor = chosen(story.debtor, word)

    story.happens(word)

    assert len(story.withheld) == 1
    assert Obstacle.OPTED_OUT in story.rules
    assert story.climbs(1).ordered[-1] == (0, Channel.REGISTERED)
