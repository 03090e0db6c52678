"""The sentence of every rule, French and English; `workflows.reasons` fills them in.

`{fact}` stands for a fact of the reason; a part in square brackets is left out where one of its facts is missing.
"""

from workflows.reason_texts.beside import BESIDE
from workflows.reason_texts.decided import DECIDED
from workflows.reason_texts.delivered import DELIVERED
from workflows.reason_texts.learnt import LEARNT
from workflows.reason_texts.segmented import SEGMENTED
from workflows.reason_texts.self_service import SELF_SERVICE

Texts = dict[str, tuple[str, str]]

#: Rule: (French, English).
TEXTS: Texts = {**LEARNT, **DECIDED, **DELIVERED, **BESIDE, **SEGMENTED, **SELF_SERVICE}

__all__ = ["TEXTS", "Texts"]
