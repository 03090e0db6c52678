"""Every preset from the issue of one invoice to its end, day by day; the days were worked out by hand.

The invoice is due on Sunday 8 November 2026 (J). What leaves arrives, registered letters three days later; a person
lets every step leave that asks for it, at once; the debtor never answers.

To businesses and public buyers a step due on a weekend or a Monday leaves on the Tuesday; 11 November is a holiday.
Consumers have no such day. A step also waits for the day after the delay that the letter before it granted.
"""

from datetime import date, timedelta
from typing import Any

import pytest

from tests.unit.ladder_facts import COMPANY, DUE, NUMBER, Story, issued
from workers.presets import load_presets
from workflows.effects import AskOperator, Decision, SendStep
from workflows.events import LetterState, LetterTracked, StepApproved
from workflows.invoice import Debtor, DebtorKind, Segment
from workflows.machine.records import local_day
from workflows.money import Money
from workflows.scenario import Scenario

PRESETS = load_presets()
LOYAL = COMPANY.model_copy(update={"segments": frozenset({Segment.LOYAL})})
CONSUMER = COMPANY.model_copy(update={"kind": DebtorKind.CONSUMER})
TOWN = COMPANY.model_copy(update={"kind": DebtorKind.PUBLIC})


def a_day(day: int, month: int, year: int = 2026) -> date:
    return date(year, month, day)


def dated(scenario: Scenario, debtor: Debtor, **said: Any) -> list[tuple[str, date]]:  # noqa: ANN401 - as `issued`
    """Every step that leaves with its day, and the day on which a person is asked what follows."""
    story = Story(scenario, debtor, issued(**said))
    told: list[tuple[str, date]] = []
    for _ring in range(40):
        if story.case.next_wake_at is None:
            break
        told += _answered(story, story.rings().last)
    return told


def _answered(story: Story, decision: Decision) -> list[tuple[str, date]]:
    """What a decision ordered, done at once."""
    today = story.case.as_of
    told: list[tuple[str, date]] = []
    for effect in decision.effects:
        if isinstance(effect, SendStep):
            told.append((story.scenario.step(effect.step).name, local_day(today, story.debtor)))
        elif isinstance(effect, AskOperator) and effect.task == "confirm_step":
            number = int(effect.key.split("/")[-2])
            story.hears(StepApproved, today, invoice_no=NUMBER, step=number)
        elif isinstance(effect, AskOperator):
            told.append((effect.task, local_day(today, story.debtor)))
    posted = [item for item in story.wanted() if item.from_reception]
    story.delivers()
    for item in posted:
        later = today + timedelta(days=3)
        story.hears(LetterTracked, later, message_id=f"<{item.key}>", state=LetterState.DELIVERED)
    return list(dict.fromkeys(told))  # a text message beside an e-mail is the same step


@pytest.mark.parametrize(
    ("name", "debtor", "amount", "expected"),
    [
        pytest.param(
            "standard",
            COMPANY,
            1250_00,
            [
                ("preventive", a_day(3, 11)),
                ("first", a_day(13, 11)),
                ("second", a_day(24, 11)),
                ("third", a_day(8, 12)),
                ("formal_notice", a_day(16, 12)),
                ("decision", a_day(28, 12)),
            ],
            id="standard",
        ),
        pytest.param(
            "classique",
            COMPANY,
            1250_00,
            [
                ("preventive", a_day(3, 11)),
                ("first", a_day(13, 11)),
                ("second", a_day(24, 11)),
                ("third", a_day(8, 12)),
                ("formal_notice", a_day(22, 12)),
                ("decision", a_day(5, 1, 2027)),
            ],
            id="classique",
        ),
        pytest.param(
            "courtoise",
            COMPANY,
            1250_00,
            [
                ("first", a_day(18, 11)),
                ("firm", a_day(3, 12)),
                ("last_amicable", a_day(18, 12)),
                ("decision", a_day(1, 1, 2027)),
            ],
            id="courtoise",
        ),
        pytest.param(
            "courtoise",
            LOYAL,
            1250_00,
            [
                ("first_loyal", a_day(24, 11)),
                ("firm", a_day(4, 12)),
                ("last_amicable", a_day(18, 12)),
                ("decision", a_day(1, 1, 2027)),
            ],
            id="courtoise for a loyal client",
        ),
        pytest.param(
            "progressive",
            COMPANY,
            1250_00,
            [
                ("first", a_day(10, 11)),
                ("second", a_day(24, 11)),
                ("third", a_day(8, 12)),
                ("formal_notice", a_day(16, 12)),
                ("decision", a_day(28, 12)),
            ],
            id="progressive",
        ),
        pytest.param(
            "progressive",
            COMPANY,
            5000_00,
            [
                ("first_large", a_day(12, 11)),
                ("second", a_day(24, 11)),
                ("third", a_day(8, 12)),
                ("formal_notice", a_day(16, 12)),
                ("decision", a_day(28, 12)),
            ],
            id="progressive for a large amount",
        ),
        pytest.param(
            "progressive",
            LOYAL,
            5000_00,
            [
                ("first_loyal", a_day(17, 11)),
                ("second", a_day(25, 11)),
                ("third", a_day(8, 12)),
                ("formal_notice", a_day(16, 12)),
                ("decision", a_day(28, 12)),
            ],
            id="progressive for a loyal client",
        ),
        pytest.param(
            "consumer",
            CONSUMER,
            1250_00,
            [
                ("preventive", a_day(3, 11)),
                ("first", a_day(16, 11)),
                ("second", a_day(30, 11)),
                ("third", a_day(14, 12)),
                ("formal_notice", a_day(28, 12)),
                ("decision", a_day(11, 1, 2027)),
            ],
            id="consumer",
        ),
        pytest.param(
            "quinze_lettres",
            COMPANY,
            1250_00,
            [
                ("first", a_day(13, 11)),
                ("second", a_day(24, 11)),
                ("insistent", a_day(8, 12)),
                ("before_penalties", a_day(18, 12)),
                ("formal_notice", a_day(29, 12)),
                ("final_warning", a_day(12, 1, 2027)),
                ("hand_over_warning", a_day(21, 1, 2027)),
                ("decision", a_day(24, 1, 2027)),
            ],
            id="quinze_lettres",
        ),
        pytest.param(
            "public_buyer",
            TOWN,
            1250_00,
            [
                ("first", a_day(18, 11)),
                ("reason", a_day(8, 12)),
                ("third", a_day(29, 12)),
                ("formal_notice", a_day(14, 1, 2027)),
                ("decision", a_day(2, 2, 2027)),
            ],
            id="public_buyer",
        ),
        pytest.param("micro", COMPANY, 90_00, [("first", a_day(18, 11)), ("second", a_day(8, 12))], id="micro"),
        pytest.param("micro", COMPANY, 9_99, [], id="micro below its stop amount"),
    ],
)
def test_a_preset_from_its_first_step_to_its_end(
    name: str, debtor: Debtor, amount: int, expected: list[tuple[str, date]]
) -> None:
    assert a_day(8, 11) == DUE
    assert dated(PRESETS[name], debtor, total=Money(amount=amount)) == expected
