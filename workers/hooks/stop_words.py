"""What people write to be left in peace by text message."""

import re
from typing import Final

#: As the first word of a message. France's is STOP; the others are what operators and Twilio understand.
_FIRST: Final = frozenset({"stop", "stopall", "arret", "arrêt", "arreter", "arrêter", "unsubscribe", "desabonner"})
#: As the whole message only: in a sentence they mean something else.
_ALONE: Final = frozenset({"end", "quit", "cancel", "revoke", "optout", "fin"})
_WORD: Final = re.compile(r"[^\W\d_]+")


def is_stop(text: str) -> bool:
    """Whether a text message asks for no further ones; in doubt it does, since the other channels remain."""
    words = [word.casefold() for word in _WORD.findall(text)]
    if not words:
        return False
    return words[0] in _FIRST or (len(words) == 1 and words[0] in _ALONE)


def is_only_stop(text: str) -> bool:
    """Whether it says nothing else, so that nobody needs to read it."""
    return is_stop(text) and len(_WORD.findall(text)) <= 2  # noqa: PLR2004 - "STOP SMS", "STOP 36111"
