"""What people write to be left in peace by text message."""

import re
import unicodedata
from typing import Final

#: As the first word of a message. France's is STOP; the others are what operators and Twilio understand.
_FIRST: Final = frozenset(
    {"stop", "stopall", "arret", "arrêt", "arreter", "arrêter", "arretez", "arrêtez", "unsubscribe", "desabonner",
     "désabonner", "desabonnez", "désabonnez", "desinscription", "désinscription"}
)  # fmt: skip
#: As the whole message only: in a sentence they mean something else.
_ALONE: Final = frozenset({"end", "quit", "cancel", "revoke", "optout", "fin"})
#: What a STOP is dressed with; any other word is for somebody to read.
_DRESSING: Final = frozenset({"sms", "texto", "textos", "message", "messages", "svp", "stp", "merci", "please"})
_WORD: Final = re.compile(r"[^\W\d_]+")


def is_stop(text: str) -> bool:
    """Whether a text message asks for no further ones; in doubt it does, since the other channels remain."""
    words = _words(text)
    if not words:
        return False
    return words[0] in _FIRST or (len(words) == 1 and words[0] in _ALONE)


def is_only_stop(text: str) -> bool:
    """Whether it says nothing else, so that nobody needs to read it."""
    words = _words(text)
    return is_stop(text) and set(words[1:]) <= _DRESSING


def _words(text: str) -> list[str]:
    """Its words, an accent written as a mark of its own being the same as one in its letter."""
    return [word.casefold() for word in _WORD.findall(unicodedata.normalize("NFC", text))]
