"""What a template says whatever its conditions: words that are refused in every letter of its tone.

The examples do not reach every branch of every letter; these rules need no facts, so they read all branches at once.
"""

import re
from collections.abc import Iterator
from typing import Final

from workers.rendering.library import Letter
from workflows.letter_rules import Draft, Finding, lint
from workflows.wording import LetterFacts

#: Rules about words alone, whoever the debtor is.
RULES: Final = frozenset({
    "vague-deadline", "stock-phrase", "reproach", "early-threat", "early-suspension", "daily-rate", "costs-on-debtor",
    "outdated-title", "court-imitation", "forbidden-threat", "interrupts-limitation", "invoice-by-month",
})  # fmt: skip
_TAG: Final = re.compile(r"\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_TEXT: Final = re.compile(r"\"([^\"]*)\"|'([^']*)'")
_PRINTS: Final = re.compile(r"\{\{|\{%-?\s*set\b")


def refused_words(letter: Letter, facts: LetterFacts) -> Iterator[tuple[int, Finding]]:
    """Findings in the letter's own file, each with its line there.

    Args:
        letter: its sections, read without being run.
        facts: any with which the letter can be written; they give its language and tone.
    """
    for section in letter.sections.values():
        if not section.path:
            text = _TAG.sub(_said, section.source).replace("**", "")
            for each in lint(Draft(facts, "", text), only=RULES):
                yield section.first_line + (each.line or 1) - 1, each


def _said(tag: re.Match[str]) -> str:
    """The texts that a tag may print, and its line breaks."""
    texts = _TEXT.findall(tag[0]) if _PRINTS.match(tag[0]) else []
    return " · ".join(["", *(double or single for double, single in texts), ""]) + "\n" * tag[0].count("\n")
