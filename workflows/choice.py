"""Which ladder a new case is given, and why: rules of the settings, the law, habits.

In this order: the ladder that the invoice names; the rules; the law of consumers and of public buyers; the creditor's
habit; `standard`. Of several rules that apply, those that name the invoice come before those that name the debtor,
and these before all others; among equals the most careful ladder wins (`care`), in whatever order the rules stand.
"""

from collections.abc import Callable, Iterable
from fnmatch import fnmatchcase
from typing import NamedTuple

from pydantic import Field

from workflows.effects import Reason
from workflows.invoice import Debtor, DebtorKind, Fact, Line, Segment
from workflows.money import Cents, CentsField
from workflows.scenario import Scenario
from workflows.scenario_checks import planned_days, rivals

STANDARD = "standard"
#: The ladders that the law asks for.
BY_LAW = {DebtorKind.CONSUMER: "consumer", DebtorKind.PUBLIC: "public_buyer"}
#: The newest published version of a ladder, by its name; KeyError where there is none.
Ladders = Callable[[str], Scenario]


class ChoiceCondition(Fact):
    """When a rule applies: all of its parts hold; what is left out does not matter.

    Attributes:
        segments: the debtor, or the invoice, is in at least one of them.
        without_segments: in none of them.
        min_amount, max_amount: cents of the invoice here, decimal strings in files; both inclusive.
        creditors, debtors: references.
        invoices: numbers; `*` and `?` stand for any characters and for one.
    """

    kinds: frozenset[DebtorKind] | None = Field(None, min_length=1)
    segments: frozenset[Segment] | None = Field(None, min_length=1)
    without_segments: frozenset[Segment] | None = Field(None, min_length=1)
    tags: frozenset[str] | None = Field(None, min_length=1)
    min_amount: CentsField | None = None
    max_amount: CentsField | None = None
    creditors: frozenset[str] | None = Field(None, min_length=1)
    debtors: frozenset[str] | None = Field(None, min_length=1)
    invoices: frozenset[str] | None = Field(None, min_length=1)


class ChoiceRule(Fact):
    """One table `[[choice]]` of the settings; raise its version whenever it changes, reasons name it.

    Attributes:
        scenario: name of a published ladder; its newest version is used.
    """

    name: Line
    version: int = Field(1, ge=1)
    scenario: str = Field(pattern=r"^[a-z0-9_]+$")
    when: ChoiceCondition = ChoiceCondition()


class Asked(NamedTuple):
    """About which invoice the question is.

    Attributes:
        segments: of the debtor and of this invoice (`segments.segments_of`).
        amount: cents, taxes included.
        explicit: the ladder that the invoice names.
        habit: the ladder that the creditor uses.
    """

    debtor: Debtor
    segments: frozenset[Segment] = frozenset()
    creditor_ref: str = ""
    number: str = ""
    amount: Cents = 0
    explicit: str | None = None
    habit: str | None = None


class Choice(NamedTuple):
    """The name of a ladder, the reason, and why each rule that did not win lost."""

    scenario: str
    reason: Reason
    lost: tuple[Reason, ...] = ()


def choose_scenario(asked: Asked, rules: Iterable[ChoiceRule], ladders: Ladders) -> Choice:
    """The ladder of a new case.

    Args:
        asked: the invoice and its debtor.
        rules: in any order; it does not matter.
        ladders: asked only for the ladders of rules that apply.

    Raises:
        KeyError: a rule that applies names a ladder that was never published.
    """
    if asked.explicit is not None:
        return Choice(asked.explicit, Reason(rule="chosen.invoice", facts={"scenario": asked.explicit}))
    known = sorted(rules, key=lambda rule: (rule.name, rule.version))
    lost = [_lost(rule, "condition", part) for rule in known if (part := failing(rule.when, asked)) is not None]
    apply = [(rule, ladders(rule.scenario)) for rule in known if failing(rule.when, asked) is None]
    lost += [_lost(rule, "unfit") for rule, ladder in apply if unfit(ladder, asked.debtor)]
    fit = [(rule, ladder) for rule, ladder in apply if not unfit(ladder, asked.debtor)]
    if not fit:
        return _without_rules(asked)._replace(lost=tuple(lost))
    won, _ladder = min(fit, key=lambda pair: (_distance(pair[0]), care(pair[1]), pair[0].name))
    lost += [_lost(rule, _why_behind(rule, won)) for rule, _ladder in fit if rule is not won]
    facts = _facts(won) | ({"segments": _names(asked.segments)} if asked.segments else {})
    return Choice(won.scenario, Reason(rule="chosen.rule", facts=facts), tuple(lost))


def care(scenario: Scenario) -> tuple[int, int, int, int, str]:
    """How careful a ladder is: the smallest is the most careful.

    The firmest tone first (a softer one is more careful); then the day of the first step after the due date (a later
    one is); then the shortest distance between two steps (a longer one is); then the number of steps (fewer are);
    then the name, so that two ladders never tie.
    """
    days = planned_days(scenario)
    first = min((day for day, step in zip(days, scenario.steps, strict=True) if not step.is_preventive), default=0)
    gaps = [days[number] - max(days[each] for each in before)
            for number in range(len(days)) if (before := rivals(scenario, number))]  # fmt: skip
    tone = max(step.tone for step in scenario.steps)
    return tone, -first, -min(gaps, default=0), len(days), scenario.name


def failing(when: ChoiceCondition, asked: Asked) -> str | None:
    """The first part of a condition that does not hold; None where all do."""
    debtor = asked.debtor
    held = {
        "creditors": when.creditors is None or asked.creditor_ref in when.creditors,
        "invoices": when.invoices is None or any(fnmatchcase(asked.number, each) for each in when.invoices),
        "debtors": when.debtors is None or debtor.ref in when.debtors,
        "kinds": when.kinds is None or debtor.kind in when.kinds,
        "segments": when.segments is None or bool(when.segments & asked.segments),
        "without_segments": when.without_segments is None or not when.without_segments & asked.segments,
        "tags": when.tags is None or bool(when.tags & debtor.tags),
        "min_amount": when.min_amount is None or asked.amount >= when.min_amount,
        "max_amount": when.max_amount is None or asked.amount <= when.max_amount,
    }
    return next((part for part, holds in held.items() if not holds), None)


def unfit(scenario: Scenario, debtor: Debtor) -> str | None:
    """Why `scenario` must not be used for `debtor`, with the fix; None where it may."""
    if debtor.kind in scenario.kinds:
        return None
    known = ", ".join(sorted(scenario.kinds))
    return (
        f"scenario {scenario.name!r} is for {known}, and debtor {debtor.ref} is {debtor.kind.value}; choose another one"
    )


def _without_rules(asked: Asked) -> Choice:
    if (by_law := BY_LAW.get(asked.debtor.kind)) is not None:
        return Choice(by_law, Reason(rule=f"chosen.{by_law}", facts={"scenario": by_law}))
    if asked.habit is not None:
        return Choice(asked.habit, Reason(rule="chosen.creditor", facts={"scenario": asked.habit}))
    return Choice(STANDARD, Reason(rule="chosen.standard", facts={"scenario": STANDARD}))


def _distance(rule: ChoiceRule) -> int:
    """How near to the invoice a rule speaks: of it, of its debtor, of anybody."""
    if rule.when.invoices is not None:
        return 0
    return 1 if rule.when.debtors is not None else 2


def _why_behind(rule: ChoiceRule, won: ChoiceRule) -> str:
    if _distance(rule) != _distance(won):
        return "less_close"
    return "same_ladder" if rule.scenario == won.scenario else "less_careful"


def _lost(rule: ChoiceRule, why: str, part: str | None = None) -> Reason:
    return Reason(rule=f"unchosen.{why}", facts=_facts(rule) | ({"part": part} if part else {}))


def _facts(rule: ChoiceRule) -> dict[str, str]:
    return {"name": rule.name, "version": str(rule.version), "scenario": rule.scenario}


def _names(segments: frozenset[Segment]) -> str:
    return ", ".join(segment for segment in Segment if segment in segments)
