"""What a ladder must obey beyond its form: order, distance, tone, deadlines, paths to the debtor, the law.

Each check is a generator of findings: a path into the scenario and one sentence with the fix.
"""

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from workflows.findings import Path, clip, unknown
from workflows.invoice import POSTED, PROVEN, SHEETS, Channel, DebtorKind, Segment
from workflows.scenario import FORMAL_NOTICE, FORMAL_TONE, Condition, Scenario, Step

Finding: TypeAlias = tuple[Path, str]

#: Letters that claim commercial penalties or the recovery indemnity (L441-10 and D441-5 of the commercial code), which
#: a consumer does not owe, or that rest on terms between businesses.
BUSINESS_ONLY = frozenset({"second_reminder_firm", "before_penalties", "credit_policy"})

#: Letters that offer a public buyer what the creditor may not give: the waiver of interest is forbidden (code de la
#: commande publique, L2192-14: known from secondary sources only).
NEVER_PUBLIC = frozenset({"before_penalties"})

#: From this tone on a letter announces what follows, so it must say by when.
FIRM_TONE = 4

_ELECTRONIC = frozenset({Channel.EMAIL, Channel.SMS, Channel.LRE})
#: What reaches a debtor who has no e-mail.
_PATHS = POSTED | {Channel.CALL}


def ladder_findings(scenario: Scenario) -> Iterator[Finding]:
    """Rules between steps: names, order, distances, tones, what comes before the formal notice."""
    yield from _names(scenario)
    yield from _order(scenario)
    yield from _distances(scenario)
    yield from _tones(scenario)
    yield from _first_formal(scenario)


def step_findings(
    number: int, step: Step, scenario: Scenario, templates: Mapping[str, frozenset[str]] | None
) -> Iterator[Finding]:
    """Rules that a step obeys by itself.

    Args:
        number: where it stands in the ladder, from 0.
        step: well formed.
        scenario: for what holds for the whole ladder; its other steps are not looked at.
        templates: channels of each known template; None leaves templates unchecked.
    """
    at: Path = ("steps", number)
    yield from _offsets(at, step)
    yield from _channels(at, step)
    yield from _deadline(at, step)
    yield from _formal(at, step)
    yield from _condition(at, step, scenario)
    yield from _audience(at, step, scenario)
    yield from _template(at, step, templates)


def exclusive(one: Condition | None, other: Condition | None) -> bool:
    """Whether no debtor and amount can meet both conditions: the two steps are alternatives."""
    if one is None or other is None:
        return False
    return (
        _apart(one, other)
        or _apart(other, one)
        or (one.kinds is not None and other.kinds is not None and not one.kinds & other.kinds)
    )


def _apart(one: Condition, other: Condition) -> bool:
    amounts = one.max_amount is not None and other.min_amount is not None and one.max_amount < other.min_amount
    tags = one.tags is not None and other.without_tags is not None and one.tags <= other.without_tags
    segments = (
        one.segments is not None and other.without_segments is not None and one.segments <= other.without_segments
    )
    return amounts or tags or segments


def day_name(offset: int) -> str:
    """`J+5`, `J-5`: a day counted from the due date."""
    return f"J{offset:+d}"


def rivals(scenario: Scenario, number: int) -> list[int]:
    """Earlier steps that the same debtor may have got."""
    step = scenario.steps[number]
    return [each for each in range(number) if not exclusive(scenario.steps[each].when, step.when)]


def planned_days(scenario: Scenario) -> list[int]:
    """The day of each step, from the due date, where nothing shifts it."""
    days: list[int] = []
    for number, step in enumerate(scenario.steps):
        before = max((days[each] for each in rivals(scenario, number)), default=0)
        by_previous = before + step.after_previous_days if step.after_previous_days is not None else None
        given = [day for day in (step.after_due_days, by_previous) if day is not None]
        days.append(max(given, default=before))
    return days


def _names(scenario: Scenario) -> Iterator[Finding]:
    seen: set[str] = set()
    for number, step in enumerate(scenario.steps):
        if step.name in seen:
            yield ("steps", number, "name"), f"{clip(step.name)} is already the name of a step above; choose another"
        seen.add(step.name)


def _offsets(at: Path, step: Step) -> Iterator[Finding]:
    if step.after_due_days is None and step.after_previous_days is None:
        yield at, "says no moment; add after_due_days or after_previous_days"
    elif at[1] == 0 and step.after_due_days is None:
        yield (*at, "after_previous_days"), "the first step has none before it; write after_due_days instead"


def _order(scenario: Scenario) -> Iterator[Finding]:
    latest: Step | None = None
    for number, step in enumerate(scenario.steps):
        before = scenario.steps[number - 1] if number else step
        if step.is_preventive and not before.is_preventive:
            fix = "move it above every step that follows the due date"
            yield ("steps", number, "after_due_days"), f"a step before the due date comes after {before.name!r}; {fix}"
        elif latest and step.after_due_days is not None and step.after_due_days < (latest.after_due_days or 0):
            day, other = day_name(step.after_due_days), day_name(latest.after_due_days or 0)
            yield (
                ("steps", number, "after_due_days"),
                f"{day} is earlier than {latest.name!r} above ({other}); put the steps in the order of their days",
            )
        if step.after_due_days is not None:
            latest = step


def _distances(scenario: Scenario) -> Iterator[Finding]:
    days = planned_days(scenario)
    for number, step in enumerate(scenario.steps):
        earlier = rivals(scenario, number)
        key = "after_previous_days" if step.after_due_days is None else "after_due_days"
        if not earlier or (step.after_due_days is None and step.after_previous_days is None):
            continue
        if not step.is_preventive and days[number] <= 0:
            yield (
                ("steps", number, key),
                f"would leave on {day_name(days[number])}, before the due date; use a later day",
            )
            continue
        last = max(earlier, key=lambda each: days[each])
        gap, name = days[number] - days[last], scenario.steps[last].name
        if 0 <= gap < scenario.min_gap_days:
            fix = f"leave min_gap_days = {scenario.min_gap_days} between them, or lower min_gap_days"
            yield ("steps", number, key), f"comes {gap} days after {name!r}; {fix}"
            continue
        yield from _running(scenario, days, number, key)


def _running(scenario: Scenario, days: list[int], number: int, key: str) -> Iterator[Finding]:
    """A step must not fall due while the time that an earlier letter granted still runs."""
    ends = {each: days[each] + granted.days for each in rivals(scenario, number)
            if (granted := scenario.steps[each].deadline)}  # fmt: skip
    if not ends:
        return
    last = max(ends, key=lambda each: ends[each])
    if days[last] < days[number] <= ends[last]:
        day, name, end = day_name(days[number]), scenario.steps[last].name, day_name(ends[last])
        words = f"falls due on {day} while the deadline of {name!r} runs until {end}"
        yield ("steps", number, key), f"{words}; make this step later or that deadline shorter"


def _tones(scenario: Scenario) -> Iterator[Finding]:
    for number, step in enumerate(scenario.steps):
        firmest = max(rivals(scenario, number), key=lambda each: scenario.steps[each].tone, default=None)
        if firmest is not None and step.tone < scenario.steps[firmest].tone:
            above = scenario.steps[firmest]
            fix = f"use {above.tone} or more, or lower that one"
            yield ("steps", number, "tone"), f"{step.tone} is softer than {above.name!r} above ({above.tone}); {fix}"


def _first_formal(scenario: Scenario) -> Iterator[Finding]:
    """Before the formal notice, whoever gets it must have had a reminder; before its tone, the notice itself."""
    formal = next((n for n, step in enumerate(scenario.steps) if step.template == FORMAL_NOTICE), None)
    for number, step in enumerate(scenario.steps):
        if step.tone == FORMAL_TONE and step.template != FORMAL_NOTICE and (formal is None or formal > number):
            fix = f"use 4 or less, or put a step with template {FORMAL_NOTICE!r} above"
            yield ("steps", number, "tone"), f"{step.tone} belongs to the formal notice and what follows it; {fix}"
        if step.template != FORMAL_NOTICE:
            continue
        before = [each for each in scenario.steps[:number] if not each.is_preventive and not each.is_formal]
        if not any(each.when is None or each.when == step.when for each in before):
            fix = "put a reminder without condition between the due date and the formal notice"
            yield ("steps", number, "template"), f"the formal notice could be the first letter; {fix}"


def _channels(at: Path, step: Step) -> Iterator[Finding]:
    used = (step.channel, *step.also, *step.fallback)
    for key, listed in (("also", step.also), ("fallback", step.fallback)):
        twice = [channel for channel in listed if used.count(channel) > 1]
        if twice:
            yield (*at, key), f"{clip(twice[0])} is given twice for this step; name each channel once"
    if step.channel in _ELECTRONIC and not step.is_preventive and not _PATHS & set(step.fallback):
        instead = '["registered"]' if step.template == FORMAL_NOTICE else '["letter"] or ["call"]'
        fix = f"add fallback = {instead}"
        yield (*at, "fallback"), f"a debtor without {step.channel} would receive nothing; {fix}"


def _deadline(at: Path, step: Step) -> Iterator[Finding]:
    if step.deadline is None:
        if step.tone >= FIRM_TONE:
            yield (*at, "tone"), f"{step.tone} must come with a precise delay; add deadline = {{ days = 8 }}"
        return
    if step.deadline.runs_from == "sending":
        if step.channel in PROVEN:
            fix = 'write runs_from = "reception"'
            yield (*at, "deadline", "runs_from"), f"the deadline of a registered letter runs from its delivery; {fix}"
        return
    silent = [channel for channel in (step.channel, *step.fallback) if channel not in SHEETS]
    if silent:
        yield (
            (*at, "deadline", "runs_from"),
            f'nobody knows when {silent[0]} was received; write runs_from = "sending" or use a posted letter',
        )


def _formal(at: Path, step: Step) -> Iterator[Finding]:
    if step.template != FORMAL_NOTICE:
        return
    if step.channel not in PROVEN:
        fix = 'write channel = "registered" or "lre": its date of reception must be proven'
        yield (*at, "channel"), f"{clip(step.channel)} cannot carry the formal notice; {fix}"
    if weak := [channel for channel in step.fallback if channel not in PROVEN]:
        fix = "remove it from fallback; a debtor out of reach of both kinds is told to a person"
        yield (*at, "fallback"), f"{clip(weak[0])} cannot replace the registered letter; {fix}"
    if step.tone != FORMAL_TONE:
        yield (*at, "tone"), f"{step.tone} is not the tone of a formal notice; write tone = {FORMAL_TONE}"


def _condition(at: Path, step: Step, scenario: Scenario) -> Iterator[Finding]:
    when = step.when
    if when is None:
        return
    least, most = when.min_amount or 0, when.max_amount
    if most is not None and most < least:
        yield (*at, "when", "max_amount"), "is below min_amount, so the step would never apply; exchange them"
    elif most is not None and most < scenario.min_amount:
        yield (*at, "when", "max_amount"), "is below the scenario's min_amount, so the step would never apply; raise it"
    if when.kinds is not None and not when.kinds & scenario.kinds:
        known = ", ".join(sorted(scenario.kinds))
        yield (*at, "when", "kinds"), f"the ladder is for none of them, so the step would never apply; use {known}"
    if when.tags is not None and when.tags <= (when.without_tags or frozenset()):
        yield (*at, "when", "tags"), "every tag is empty or excluded by without_tags; name one tag that remains"
    if when.segments is not None and when.segments <= (when.without_segments or frozenset()):
        words = "every segment is excluded by without_segments, or there is none; name one that remains"
        yield (*at, "when", "segments"), words
    for key, segments in (("segments", when.segments), ("without_segments", when.without_segments)):
        if segments and Segment.LARGE_AMOUNT in segments:
            yield (*at, "when", key), "'large_amount' is a matter of the invoice, not of the debtor; use min_amount"


def _audience(at: Path, step: Step, scenario: Scenario) -> Iterator[Finding]:
    kinds = step.when.kinds if step.when and step.when.kinds else scenario.kinds
    if step.template in BUSINESS_ONLY and DebtorKind.CONSUMER in kinds & scenario.kinds:
        fix = 'choose another letter, or leave "consumer" out of kinds'
        yield (*at, "template"), f"{clip(step.template)} claims what only a business owes; {fix}"
    if step.template in NEVER_PUBLIC and DebtorKind.PUBLIC in kinds & scenario.kinds:
        fix = 'choose another letter, or leave "public" out of kinds'
        yield (*at, "template"), f"{clip(step.template)} offers to waive the interest of a public buyer; {fix}"


def _template(at: Path, step: Step, templates: Mapping[str, frozenset[str]] | None) -> Iterator[Finding]:
    if templates is None:
        return
    if step.template not in templates:
        yield (*at, "template"), f"{clip(step.template)} {unknown(step.template, templates)}"
        return
    known = templates[step.template]
    for key, listed in (("channel", (step.channel,)), ("also", step.also), ("fallback", step.fallback)):
        for channel in listed:
            if channel not in known:
                words = f"template {step.template!r} is not written for {channel}"
                yield (*at, key), f"{words}; choose among " + ", ".join(sorted(known))
