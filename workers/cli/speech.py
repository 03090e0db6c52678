"""The language of the command line: French or English, and plain ASCII where the terminal asks for it."""

import sys
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Final, Literal, TextIO, TypeAlias

Language: TypeAlias = Literal["fr", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("fr", "en")
#: The key `language` of the settings, heard before any file is read.
VARIABLE: Final = "RELANCE_LANGUAGE"
#: Characters that ASCII writes in another way than without its accent.
_ASCII: Final = {
    "«": '"', "»": '"', "“": '"', "”": '"', "’": "'", "‘": "'", "–": "-", "—": "-", "…": "...", "→": "->", "−": "-",
    "œ": "oe", "Œ": "OE", "æ": "ae", "€": "EUR", "°": "o", "·": "-", "×": "x", "≤": "<=", "≥": ">=", "✓": "ok",
    "✗": "x", "•": "-",
}  # fmt: skip


def asked_language(words: Sequence[str], environ: Mapping[str, str]) -> tuple[Language | None, list[str]]:
    """What `--lang` asks for, wherever it stands, and the words without it.

    A value that is no language stays among the words, for the parser to refuse.
    """
    rest, asked = list(words), None
    end = rest.index("--") if "--" in rest else len(rest)
    for index in range(end - 1, -1, -1):
        name, sign, value = rest[index].partition("=")
        given = value if sign else next(iter(rest[index + 1 : end]), "")
        if name == "--lang" and given in LANGUAGES:
            asked = asked or _language(given)
            del rest[index : index + (1 if sign else 2)]
            end = rest.index("--") if "--" in rest else len(rest)
    return asked or _language(environ.get(VARIABLE, "")), rest


def _language(text: str) -> Language | None:
    return next((language for language in LANGUAGES if language == text), None)


def wants_ascii(environ: Mapping[str, str], stream: TextIO | None = None) -> bool:
    """Whether the locale is C or POSIX, or the stream cannot take anything else."""
    locale = next((environ[name] for name in ("LC_ALL", "LC_CTYPE", "LANG") if environ.get(name)), "")
    encoding = (getattr(stream or sys.stdout, "encoding", None) or "utf-8").lower().replace("_", "-")
    return locale in ("C", "POSIX") or encoding in ("ascii", "us-ascii", "ansi-x3.4-1968", "646")


def ascii_only(text: str) -> str:
    """`text` in ASCII: without accents, with straight quotes, ordinary spaces and `EUR`."""
    if text.isascii():
        return text
    for space in (" ", "\u00a0", "\u202f"):  # French sets quotes off with a space
        text = text.replace(f"«{space}", '"').replace(f"{space}»", '"')
    spelt = "".join(_ASCII.get(char, char) for char in text)
    plain = (char for char in unicodedata.normalize("NFKD", spelt) if not unicodedata.combining(char))
    return "".join(char if char.isascii() else "?" for char in plain)
