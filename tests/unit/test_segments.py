import pytest

from workers.presets import load_presets
from workflows.invoice import Debtor, DebtorKind
from workflows.segments import Choice, choose_scenario, unfit

BUSINESS = Debtor(ref="D-1", name="Perrin & Fils")
CONSUMER = Debtor(ref="D-2", name="Jeanne Perrin", kind=DebtorKind.CONSUMER)
TOWN = Debtor(ref="D-3", name="Commune de Saint-Aubin", kind=DebtorKind.PUBLIC)


@pytest.mark.parametrize(
    ("debtor", "explicit", "default", "expected"),
    [
        pytest.param(CONSUMER, "courtoise", "classique", "courtoise", id="what the invoice names comes first"),
        pytest.param(
            CONSUMER, None, "classique", "consumer", id="a consumer never gets the creditor's business ladder"
        ),
        pytest.param(BUSINESS, None, "classique", "classique", id="the creditor's own ladder"),
        pytest.param(TOWN, None, "classique", "classique", id="a public buyer gets the creditor's ladder"),
        pytest.param(BUSINESS, None, None, "standard", id="standard where nobody chose"),
    ],
)
def test_the_scenario_of_a_new_case(debtor: Debtor, explicit: str | None, default: str | None, expected: str) -> None:
    choice = choose_scenario(debtor, explicit=explicit, creditor_default=default)

    assert choice.scenario == expected


def test_the_choice_says_why() -> None:
    assert choose_scenario(BUSINESS, creditor_default="classique") == Choice(
        "classique", "the creditor uses 'classique'"
    )


def test_a_ladder_for_businesses_does_not_fit_a_consumer() -> None:
    presets = load_presets()

    assert unfit(presets["standard"], CONSUMER) == (
        "scenario 'standard' is for business, public, and debtor D-2 is consumer; choose another one"
    )
    assert unfit(presets["standard"], TOWN) is None
    assert unfit(presets[choose_scenario(CONSUMER).scenario], CONSUMER) is None
