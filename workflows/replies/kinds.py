"""What a reply may be, and one clue to it."""

import re
from dataclasses import dataclass
from enum import StrEnum

from workflows.events import DisputeReason


class ReplyKind(StrEnum):
    """What a reply says; the order decides between equals: what costs more to overlook comes first."""

    DISPUTE = "dispute"
    ALREADY_PAID = "already_paid"
    INSTALMENTS = "instalment_request"
    MORE_TIME = "request_for_time"
    PROMISE = "promise"
    REFUSAL = "refusal"
    WRONG_PERSON = "wrong_person"
    INFORMATION = "information_request"
    THANKS = "thanks"
    OTHER = "other"
    AUTOMATIC = "automatic"


@dataclass(frozen=True, slots=True)
class Clue:
    """A form of words that speaks for a kind.

    Attributes:
        weight: 1 hints, 2 suggests, 4 says it, 6 leaves no doubt.
        pattern: over the words of `tokens.words_of`.
        category: of a dispute.
    """

    kind: ReplyKind
    weight: int
    pattern: re.Pattern[str]
    category: DisputeReason | None = None


def says(weight: int, *forms: str) -> tuple[int, str]:
    """A clue of this weight that any of `forms` is: regular expressions that begin and end with a word."""
    return weight, "|".join(forms)


def clues(kind: ReplyKind, *rows: tuple[int, str], category: DisputeReason | None = None) -> tuple[Clue, ...]:
    """Clues of one kind, each as `says` gives it."""
    return tuple(Clue(kind, weight, re.compile(rf"\b(?:{pattern})(?!\w)"), category) for weight, pattern in rows)
