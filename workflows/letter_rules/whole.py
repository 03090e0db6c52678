"""Rules about the whole: what every letter, and what a formal notice, must contain."""

from collections.abc import Iterator

from workflows.invoice import Channel
from workflows.letter_rules import elements
from workflows.letter_rules.drafts import Draft
from workflows.letter_rules.rule import Hit, Rule, Said, says
from workflows.letter_words import LANGUAGES

FORMAL_NOTICE = "formal_notice"


def _missing(draft: Draft) -> Iterator[Hit]:
    match draft.facts.channel:
        case Channel.SMS:
            yield from map(Hit, elements.missing_of_sms(draft))
        case Channel.CALL:
            return  # a script is read by the person who calls, with the case at hand
        case _:
            yield from map(Hit, elements.missing(draft))


def _missing_of_notice(draft: Draft) -> Iterator[Hit]:
    """A letter that gives formal notice is one, whatever its name."""
    known = draft.facts.language in LANGUAGES
    if draft.facts.letter == FORMAL_NOTICE or (known and says(draft, "gives_notice")):
        yield from map(Hit, elements.missing_of_formal_notice(draft))


RULES = (
    Rule(
        "incomplete",
        Said(
            "chaque lettre porte tout ce qu’il faut pour payer ou pour répondre",
            "every letter carries all that is needed to pay or to answer",
        ),
        Said("ajoutez cet élément", "add the element"),
        _missing,
    ),
    Rule(
        "formal-notice-incomplete",
        Said(
            "sans cet élément, une mise en demeure risque de ne rien valoir devant un juge",
            "a formal notice without it may be worth nothing in court",
        ),
        Said("ajoutez cet élément", "add the element"),
        _missing_of_notice,
        is_law=True,
    ),
)
