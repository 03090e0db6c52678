"""Words as they are compared: without accents, case, punctuation, or the little words between them."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

_LITTLE: Final = frozenset({"de", "du", "des", "d", "la", "le", "les", "l", "en", "a", "of", "the"})


@lru_cache(maxsize=10_000)
def plain_words(text: str) -> str:
    """`N° de Facture` and `n_facture` are both `n facture`."""
    spread = re.sub(r"(?<=[a-zà-ÿ])(?=[A-Z])", " ", text)  # dateEmission
    decomposed = unicodedata.normalize("NFKD", spread.replace("°", " ").replace("º", " "))
    letters = "".join(char for char in decomposed if not unicodedata.combining(char)).casefold()
    words = re.sub(r"[^a-z0-9]+", " ", letters).split()
    return " ".join(word for word in words if word not in _LITTLE) or " ".join(words)
