"""What must and must not be written to a debtor, by stage and kind: each rule says why and how to mend.

The words are looked for in the letter as its reader sees it, without the names and references that come from the facts.
The law is refused like anything else: no finding is a mere warning.
"""

from collections.abc import Container
from typing import Final

from workflows.letter_rules import deadlines, figures, form, law, tone, whole
from workflows.letter_rules.drafts import Draft
from workflows.letter_rules.rule import Finding, Rule, Said

__all__ = ["RULES", "Draft", "Finding", "Rule", "Said", "lint"]

#: Every rule, in the order in which findings are told.
RULES: Final[tuple[Rule, ...]] = (
    *deadlines.RULES,
    *tone.RULES,
    *law.RULES,
    *figures.RULES,
    *form.RULES,
    *whole.RULES,
)


def lint(draft: Draft, only: Container[str] | None = None) -> tuple[Finding, ...]:
    """Every reason why the letter must not leave; empty for a good one.

    Args:
        draft: the letter as it would be read.
        only: ids of the rules to ask; None asks them all.
    """
    return tuple(
        Finding(rule.id, hit.excerpt, rule.why, rule.mend, hit.line)
        for rule in RULES
        if only is None or rule.id in only
        for hit in rule.find(draft)
    )
