"""The words that rules look for in letters, one file a language.

To add a language, write its file with a `WORDS` and give it an entry in `LANGUAGES`.
"""

import re
from functools import cache
from typing import Final

from workflows.letter_words import de, en, es, fr, it, nl
from workflows.letter_words.language_words import MONTH, LanguageWords

#: Every language that letters may be written in, by its code.
LANGUAGES: Final[dict[str, LanguageWords]] = {
    words.code: words for words in (fr.WORDS, en.WORDS, de.WORDS, es.WORDS, it.WORDS, nl.WORDS)
}


@cache
def pattern(field: str, language: str | None = None) -> re.Pattern[str]:
    """The patterns of one field as one expression, of one language or (None) of all.

    Raises:
        KeyError: no words are known for the language.
    """
    chosen = LANGUAGES.values() if language is None else (LANGUAGES[language],)
    parts = [each.replace(MONTH, _any_month(words)) for words in chosen for each in getattr(words, field)]
    return re.compile("|".join(f"(?:{part})" for part in parts) or r"(?!)")


def _any_month(words: LanguageWords) -> str:
    return f"(?:{'|'.join(words.months)})"
