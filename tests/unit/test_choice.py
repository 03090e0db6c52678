"""The ladder of a new case: the invoice's word, rules, law, habit; of several rules the most careful ladder."""

import re
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import workflows.choice
import workflows.segments
from workers.presets import load_presets
from workflows.choice import BY_LAW, Asked, ChoiceCondition, ChoiceRule, care, choose_scenario, unfit
from workflows.effects import Reason
from workflows.invoice import Channel, Debtor, DebtorKind
from workflows.reason_texts import TEXTS
from workflows.reasons import say
from workflows.scenario import Scenario, Step

PRESETS = load_presets()
BUSINESS = Debtor(ref="D-1", name="Perrin & Fils", tags=frozenset({"export"}))
CONSUMER = Debtor(ref="D-2", name="Jeanne Perrin", kind=DebtorKind.CONSUMER)
TOWN = Debtor(ref="D-3", name="Commune de Saint-Aubin", kind=DebtorKind.PUBLIC)


def preset(name: str) -> Scenario:
    return PRESETS[name]


def rule(name: str, scenario: str, **when: Any) -> ChoiceRule:  # noqa: ANN401 - any part of a condition
    return ChoiceRule(name=name, scenario=scenario, when=ChoiceCondition(**when))


def asked(debtor: Debtor = BUSINESS, **facts: Any) -> Asked:  # noqa: ANN401 - any field
    given: dict[str, Any] = {"creditor_ref": "atelier", "number": "F-2026-0042", "amount": 1250_00} | facts
    return Asked(debtor, **given)


ANY = rule("tout", "progressive")


@pytest.mark.parametrize(
    ("question", "rules", "expected", "why"),
    [
        pytest.param(
            asked(CONSUMER, explicit="courtoise", habit="classique"), [ANY], "courtoise", "chosen.invoice",
            id="what the invoice names comes first",
        ),
        pytest.param(asked(habit="classique"), [ANY], "progressive", "chosen.rule", id="a rule before the habit"),
        pytest.param(
            asked(CONSUMER, habit="classique"), [], "consumer", "chosen.consumer",
            id="a consumer never gets the creditor's business ladder",
        ),
        pytest.param(
            asked(TOWN, habit="classique"), [], "public_buyer", "chosen.public_buyer",
            id="a public buyer gets the ladder of public buyers",
        ),
        pytest.param(asked(TOWN), [ANY], "progressive", "chosen.rule", id="a rule may give a public buyer another one"),
        pytest.param(
            asked(CONSUMER), [ANY], "consumer", "chosen.consumer", id="a rule whose ladder is not for consumers is out"
        ),
        pytest.param(asked(habit="classique"), [], "classique", "chosen.creditor", id="the creditor's own ladder"),
        pytest.param(asked(), [], "standard", "chosen.standard", id="standard where nobody chose"),
    ],
)  # fmt: skip
def test_the_ladder_of_a_new_case(question: Asked, rules: list[ChoiceRule], expected: str, why: str) -> None:
    choice = choose_scenario(question, rules, preset)

    assert (choice.scenario, choice.reason.rule) == (expected, why)


@pytest.mark.parametrize(
    ("when", "holds"),
    [
        pytest.param({"kinds": ["business"]}, True, id="the kind"),
        pytest.param({"kinds": ["public", "consumer"]}, False, id="another kind"),
        pytest.param({"segments": ["loyal", "new"]}, True, id="one of the segments"),
        pytest.param({"segments": ["new"]}, False, id="another segment"),
        pytest.param({"without_segments": ["new"]}, True, id="not an excluded segment"),
        pytest.param({"without_segments": ["loyal"]}, False, id="an excluded segment"),
        pytest.param({"tags": ["export", "vip"]}, True, id="one of the tags"),
        pytest.param({"tags": ["vip"]}, False, id="another tag"),
        pytest.param({"min_amount": "1250.00", "max_amount": "1250.00"}, True, id="both bounds count"),
        pytest.param({"min_amount": "1250.01"}, False, id="a cent too little"),
        pytest.param({"max_amount": "1249.99"}, False, id="a cent too much"),
        pytest.param({"creditors": ["atelier"]}, True, id="the creditor"),
        pytest.param({"creditors": ["other"]}, False, id="another creditor"),
        pytest.param({"debtors": ["D-1"]}, True, id="the debtor"),
        pytest.param({"debtors": ["D-2"]}, False, id="another debtor"),
        pytest.param({"invoices": ["F-2026-*"]}, True, id="invoices by a pattern"),
        pytest.param({"invoices": ["F-2025-*", "F-2026-0043"]}, False, id="other invoices"),
    ],
)
def test_every_part_of_a_condition(when: dict[str, Any], *, holds: bool) -> None:
    question = asked(segments=frozenset({"loyal"}))
    choice = choose_scenario(question, [rule("r", "courtoise", **when)], preset)

    assert (choice.scenario == "courtoise") is holds
    assert [reason.rule for reason in choice.lost] == ([] if holds else ["unchosen.condition"])


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        pytest.param([rule("a", "progressive"), rule("b", "courtoise")], "courtoise", id="the most careful of several"),
        pytest.param(
            [rule("a", "courtoise"), rule("b", "progressive", debtors=["D-1"])], "progressive",
            id="a rule about the debtor comes before careful ones about anybody",
        ),
        pytest.param(
            [rule("a", "courtoise", debtors=["D-1"]), rule("b", "progressive", invoices=["F-*"])], "progressive",
            id="a rule about the invoice comes before one about the debtor",
        ),
    ],
)  # fmt: skip
def test_which_of_several_rules_wins(rules: list[ChoiceRule], expected: str) -> None:
    assert choose_scenario(asked(), rules, preset).scenario == expected


def a_ladder(name: str, *steps: tuple[int, int], **settings: Any) -> Scenario:  # noqa: ANN401 - any field
    """Steps of (day, tone)."""
    rungs = [
        Step(name=f"s{abs(day)}", after_due_days=day, channel=Channel.EMAIL, template="first_reminder", tone=tone)
        for day, tone in steps
    ]
    return Scenario(name=name, steps=tuple(rungs), **settings)


@pytest.mark.parametrize(
    ("careful", "hasty"),
    [
        pytest.param(a_ladder("z", (1, 1), (8, 3)), a_ladder("a", (20, 1), (60, 4)), id="a softer highest tone"),
        pytest.param(a_ladder("z", (6, 1), (13, 3)), a_ladder("a", (5, 1), (45, 3)), id="a later first step"),
        pytest.param(a_ladder("z", (-5, 1), (6, 1)), a_ladder("a", (5, 1)), id="before the due date is no first step"),
        pytest.param(a_ladder("z", (5, 1), (20, 3)), a_ladder("a", (5, 1), (19, 3)), id="larger gaps"),
        pytest.param(a_ladder("z", (5, 1), (20, 3)), a_ladder("a", (5, 1), (20, 3), (35, 3)), id="fewer steps"),
        pytest.param(a_ladder("a", (5, 1)), a_ladder("b", (5, 1)), id="a name, where nothing else differs"),
    ],
)
def test_which_of_two_ladders_is_more_careful(careful: Scenario, hasty: Scenario) -> None:
    assert care(careful) < care(hasty)


def test_the_presets_from_the_most_careful_to_the_least() -> None:
    order = sorted(PRESETS, key=lambda name: care(PRESETS[name]))

    assert order[:2] == ["micro", "courtoise"]
    assert order[-1] == "progressive"


SOME_RULES = [
    rule("une", "courtoise", segments=["loyal"]), rule("deux", "progressive", min_amount="1000.00"),
    rule("trois", "classique"), rule("quatre", "consumer"), rule("cinq", "courtoise", tags=["export"]),
    rule("six", "standard", debtors=["D-1"]), rule("sept", "classique", debtors=["D-1", "D-9"]),
]  # fmt: skip


@given(
    st.permutations(SOME_RULES),
    st.sampled_from([BUSINESS, CONSUMER, TOWN, BUSINESS.model_copy(update={"ref": "D-8"})]),
    st.sampled_from([frozenset[Any](), frozenset({"loyal"})]),
)
def test_the_order_of_the_rules_does_not_matter(
    rules: list[ChoiceRule], debtor: Debtor, segments: frozenset[Any]
) -> None:
    question = asked(debtor, segments=segments)

    assert choose_scenario(question, rules, preset) == choose_scenario(question, SOME_RULES, preset)


def test_the_reason_names_the_rule_with_its_version_and_the_segments() -> None:
    loyal = rule("clients fidèles", "courtoise", segments=["loyal"]).model_copy(update={"version": 3})
    choice = choose_scenario(asked(segments=frozenset({"loyal"})), [loyal, ANY], preset)

    assert say(choice.reason, "fr") == (
        "L’échelle courtoise vient de la règle « clients fidèles », version 3 ; segments : client fidèle."
    )
    assert say(choice.reason, "en") == (
        "Ladder courtoise comes from rule “clients fidèles”, version 3; segments: loyal client."
    )
    assert [say(reason, "en") for reason in choice.lost] == [
        "Rule “tout”, version 1, gives way to a ladder more careful than progressive."
    ]


def test_a_rule_with_a_ladder_that_nobody_published_is_not_passed_over_in_silence() -> None:
    with pytest.raises(KeyError, match="courtois"):
        choose_scenario(asked(), [rule("a", "courtois"), ANY], preset)


def test_a_ladder_for_businesses_does_not_fit_a_consumer() -> None:
    assert unfit(PRESETS["standard"], CONSUMER) == (
        "scenario 'standard' is for business, public, and debtor D-2 is consumer; choose another one"
    )
    assert unfit(PRESETS["standard"], TOWN) is None
    assert unfit(PRESETS[choose_scenario(asked(CONSUMER), [], preset).scenario], CONSUMER) is None
    assert unfit(PRESETS[choose_scenario(asked(TOWN), [], preset).scenario], TOWN) is None


@pytest.mark.parametrize("module", [workflows.choice, workflows.segments])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_rule_of_segments_and_choices_has_a_sentence(module: ModuleType, language: str) -> None:
    source = Path(str(module.__file__)).read_text(encoding="utf-8")
    rules = set(re.findall(r'"((?:segment|chosen)\.[a-z_]+)"', source))
    rules |= {f"unchosen.{why}" for why in re.findall(r'_lost\(rule, "([a-z_]+)"', source)}
    rules |= {f"chosen.{name}" for name in BY_LAW.values()}

    assert len(rules) > 2
    assert rules <= set(TEXTS)
    assert all(say(Reason(rule=rule), language).endswith(".") for rule in rules)
