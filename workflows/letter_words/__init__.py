"""The words that rules look for in letters, one file a language.

To add a language, write its file with a `WORDS` and give it an entry in `LANGUAGES`.
"""

import re
from functools import cache
from typing import Final, NamedTuple

from workflows.letter_words import de, en, es, fr, it, nl
from workflows.letter_words.language_words import MONTH, LanguageWords
from workflows.letter_words.spelling import unaccented

#: Every language that letters may be written in, by its code.
LANGUAGES: Final[dict[str, LanguageWords]] = {
    words.code: words for words in (fr.WORDS, en.WORDS, de.WORDS, es.WORDS, it.WORDS, nl.WORDS)
}


class Part(NamedTuple):
    """One pattern: `core` is in every text that it matches, and much quicker to look for; it may be empty."""

    core: str
    expression: re.Pattern[str]


@cache
def parts(field: str, language: str | None = None) -> tuple[Part, ...]:
    """The patterns of one field, of one language or (None) of all.

    Raises:
        KeyError: no words are known for the language.
    """
    chosen = LANGUAGES.values() if language is None else (LANGUAGES[language],)
    found = dict.fromkeys(
        unaccented(each.replace(MONTH, _any_month(words))) for words in chosen for each in getattr(words, field)
    )
    return tuple(Part(core_of(each), re.compile(each)) for each in found)


@cache
def pattern(field: str, language: str) -> re.Pattern[str]:
    """The patterns of one field of one language as one expression.

    Raises:
        KeyError: no words are known for the language.
    """
    each = [part.expression.pattern for part in parts(field, language)]
    return re.compile("|".join(f"(?:{one})" for one in each) or r"(?!)")


def core_of(expression: str) -> str:
    """The longest run of plain characters that every match holds; empty where there is none that is easy to see."""
    bare = re.sub(r"\\[bBdDwWsS]|\\(?=[^\w])|\^|\$", lambda mark: "" if mark[0] == "\\" else "\0", expression)
    depth, kept = 0, []
    for character in re.sub(r"\[[^\]]*\]", "(.)", bare):
        depth += (character == "(") - (character == ")")
        kept.append("\0" if depth or character in ").+" else character)
    flat = "".join(kept)
    if "|" in flat:
        return ""
    runs = re.split(r"\0+", re.sub(r".(?:[?*]|\{[^}]*\})", "\0", flat))
    return max(runs, key=len)


def _any_month(words: LanguageWords) -> str:
    return f"(?:{'|'.join(words.months)})"
