"""What a rule is, what it finds, and the commonest reader: words that must not be written."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from workflows.invoice import DebtorKind
from workflows.letter_rules.drafts import Draft
from workflows.letter_words import LANGUAGES, parts
from workflows.scenario import FORMAL_TONE


class Said(NamedTuple):
    """The same in French and in English."""

    fr: str
    en: str

    def text(self, language: str) -> str:
        """The one in `fr`, or in English for any other language."""
        return self.fr if language == "fr" else self.en


class Hit(NamedTuple):
    """A place that breaks a rule.

    Attributes:
        excerpt: what was found, or what is missing.
        line: of the text, from 1; 0 for the subject, None for the letter as a whole.
    """

    excerpt: Said
    line: int | None = None


@dataclass(frozen=True)
class Finding:
    """One reason why a letter must not leave.

    Attributes:
        rule: id of the rule.
        excerpt: what was found, or what is missing.
        why: the reason, for the person who writes the letter.
        mend: what to write instead.
        line: of the text, from 1; 0 for the subject, None for the letter as a whole.
    """

    rule: str
    excerpt: Said
    why: Said
    mend: Said
    line: int | None = None

    def text(self, language: str) -> str:
        """The whole finding as one line of text."""
        excerpt, why, mend = (each.text(language) for each in (self.excerpt, self.why, self.mend))
        if language == "fr":
            return f"{self.rule} : « {excerpt} » ; {why} ; {mend}"
        return f"{self.rule}: {excerpt!r}; {why}; {mend}"

    def __str__(self) -> str:
        return self.text("en")


@dataclass(frozen=True)
class Rule:
    """A rule and its reader.

    Attributes:
        is_law: whether the law is at stake, and not only the reader's ease.
        find: gives the places that break it, none for a good letter.
    """

    id: str
    why: Said
    mend: Said
    find: Callable[[Draft], Iterable[Hit]]
    is_law: bool = False


def found(excerpt: str, line: int | None = None) -> Hit:
    """A hit whose excerpt is the same in every language: words of the letter itself."""
    return Hit(Said(excerpt, excerpt), line)


def words_of(
    field: str,
    *,
    every_language: bool = False,
    below_tone: int = FORMAL_TONE + 1,
    kinds: frozenset[DebtorKind] = frozenset(DebtorKind),
) -> Callable[[Draft], Iterator[Hit]]:
    """A reader for words that are refused below a tone, for some kinds of debtor.

    Args:
        field: of `LanguageWords`.
        every_language: also looks for the words of the other languages.
        below_tone: first tone at which they are no longer refused.
        kinds: of debtor.
    """

    def find(draft: Draft) -> Iterator[Hit]:
        facts = draft.facts
        if facts.tone < below_tone and facts.kind in kinds:
            yield from matches(draft, field, every_language=every_language)

    return find


def matches(draft: Draft, field: str, *, every_language: bool = False) -> Iterator[Hit]:
    """Each different word of `field` that the wording holds, with its first line."""
    language = draft.facts.language
    if language not in LANGUAGES and not every_language:
        return
    places: dict[str, int] = {}
    for part in parts(field, None if every_language else language):
        if part.core in draft.bare:
            for each in part.expression.finditer(draft.bare):
                places.setdefault(draft.own[each.start() : each.end()], each.start())
    for words, at in sorted(places.items(), key=lambda item: item[1]):
        yield found(words, draft.line_at(at))


def says(draft: Draft, field: str) -> bool:
    """Whether the letter, values included, says one of the words of `field` in its language."""
    return next(matches(draft, field), None) is not None
