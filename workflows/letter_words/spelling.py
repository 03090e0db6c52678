"""How words are compared: as they look, whatever they are made of, and whether or not they have their accents."""

import re
import unicodedata
from typing import Final

#: Spaces, apostrophes and hyphens that look like the plain ones.
_LOOKS_LIKE: Final = {**dict.fromkeys("\u2007\u2009", " "), **dict.fromkeys("‘ʼ", "'"), **dict.fromkeys("‐‑‒−", "-")}
#: What shows nothing at all.
_UNSEEN: Final = "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
#: Letters in another dress: of full width, of mathematics, joined, or with their accent apart.
_DRESSED: Final = "\uff00-\uffef\U0001d400-\U0001d7ff\ufb00-\ufb06"
_ODD: Final = re.compile(f"[{''.join(_LOOKS_LIKE)}]|[{_UNSEEN}]+|(?P<dressed>[{_DRESSED}]+)")
_ACCENTED: Final = re.compile(r"[^\x00-\x7f]")


def plain(text: str) -> str:
    """Lower case, ordinary letters, spaces, apostrophes and hyphens, one line: what a reader takes the text for."""
    usual = text.replace("\u00a0", " ").replace("\u202f", " ").replace("’", "'")
    if not usual.isascii():
        usual = _ODD.sub(_ordinary, unicodedata.normalize("NFC", usual))
    return " ".join(usual.split()).lower()


def unaccented(text: str) -> str:
    """The text letter for letter without accents: the same word, whether or not its writer found the key."""
    return _ACCENTED.sub(lambda found: unicodedata.normalize("NFD", found[0])[0], text)


def _ordinary(found: re.Match[str]) -> str:
    dressed = found["dressed"]
    return unicodedata.normalize("NFKC", dressed) if dressed else _LOOKS_LIKE.get(found[0], "")
