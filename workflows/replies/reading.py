"""Reading a reply: what it says, how sure that is, and the words that say so. Rules and weights; no service."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from workflows.events import DisputeReason
from workflows.money import Cents, CentsField
from workflows.replies import answers, disputes
from workflows.replies.amounts import amounts_in
from workflows.replies.automatic import why_automatic
from workflows.replies.days import Day, days_in
from workflows.replies.kinds import Clue, ReplyKind
from workflows.replies.own_words import own_words
from workflows.replies.tokens import Words, words_of

#: Percent from which on a reading is proposed as sure.
CONFIDENT: Final = 60
#: Quotations that are kept of one reply, and the characters of each.
_MOST_QUOTES: Final = 5
_LONGEST_QUOTE: Final = 160
#: A doubt that every reading keeps: what one hint is worth.
_DOUBT: Final = 2
#: Words of a reply that may be nothing but a day.
_CURT: Final = 12
#: Percent: a program's own header, or nothing that could be read.
_CERTAIN, _BLIND = 100, 0
_CLUES: Final = (*answers.CLUES, *disputes.CLUES)
_PLACES: Final = {kind: place for place, kind in enumerate(ReplyKind)}
#: What a day ahead adds to a promise in the same sentence, and what it is worth beside the money alone.
_WITH_DAY, _DAY_ALONE = 2, 3
#: A day after the words counts as nearer than one before them, by so many characters.
_BACKWARDS: Final = 20
#: Kinds whose sentence is a question or a condition, so that a day in it is no promise.
_ASKING: Final = frozenset({ReplyKind.MORE_TIME, ReplyKind.INSTALMENTS, ReplyKind.REFUSAL, ReplyKind.ALREADY_PAID})
#: Kinds of which a day is read: ahead, or behind.
_AHEAD: Final = frozenset({ReplyKind.PROMISE, ReplyKind.MORE_TIME})
_MONEY: Final = re.compile(rf"\b{answers.MONEY}\b")


@dataclass(frozen=True, slots=True)
class _Hit:
    """Where a clue was found."""

    clue: Clue
    start: int
    end: int


class Reading(BaseModel):
    """What a reply seems to say; a proposal to a person, never an act.

    Attributes:
        confidence: percent, from 0 to 100; from `CONFIDENT` on it is proposed as sure.
        quotes: the writer's own words, or the header, that led to it.
        day: of a promise or a request for time, the day asked for; of a payment made, the day it was made.
        amount: cents that were promised or paid, where they are named.
        category: of a dispute.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    kind: ReplyKind
    confidence: int = Field(ge=0, le=100)
    quotes: tuple[str, ...] = ()
    day: date | None = None
    amount: CentsField | None = None
    category: DisputeReason | None = None

    @property
    def is_confident(self) -> bool:
        """Whether it is proposed as sure."""
        return self.confidence >= CONFIDENT


def read_reply(text: str, subject: str = "", headers: Mapping[str, str] | None = None, *, received_on: date) -> Reading:
    """Read a reply in French or English; which of the two it is need not be known.

    Args:
        text: the plain text of the whole message, with what it quotes.
        subject: of the reply.
        headers: of the reply, for what programs say of themselves.
        received_on: the day on which it was written, where its writer was.
    """
    written = own_words(text)
    shown = why_automatic(written, subject, headers or {})
    if shown is not None:
        return Reading(kind=ReplyKind.AUTOMATIC, confidence=_CERTAIN, quotes=(shown[:_LONGEST_QUOTE],))
    words = words_of(written)
    days = days_in(words.text, received_on)
    hits = _hits(words)
    scores = _scores(words, hits, days)
    if not scores:
        return Reading(kind=ReplyKind.OTHER, confidence=_BLIND)
    kind = min(scores, key=lambda each: (-scores[each], _PLACES[each]))
    return _reading(words, kind, hits, days).model_copy(update={"confidence": _confidence(scores, kind)})


def _hits(words: Words) -> list[_Hit]:
    """Each clue once, where it is first found."""
    found = [(clue, clue.pattern.search(words.text)) for clue in _CLUES]
    return [_Hit(clue, match.start(), match.end()) for clue, match in found if match is not None]


def _scores(words: Words, hits: Sequence[_Hit], days: Sequence[Day]) -> dict[ReplyKind, int]:
    """What speaks for each kind, in the weights of its clues."""
    scores: dict[ReplyKind, int] = {}
    for hit in hits:
        scores[hit.clue.kind] = scores.get(hit.clue.kind, 0) + hit.clue.weight
    promised = _for_a_promise(words, hits, days)
    if promised:
        scores[ReplyKind.PROMISE] = scores.get(ReplyKind.PROMISE, 0) + promised
    return scores


def _for_a_promise(words: Words, hits: Sequence[_Hit], days: Sequence[Day]) -> int:
    """What the days ahead add to a promise."""
    best = 0
    for day in days:
        if day.ahead is None:
            continue
        begin, end = words.sentence(day.start)
        kinds = {hit.clue.kind for hit in hits if begin <= hit.start < end}
        if ReplyKind.PROMISE in kinds:
            best = max(best, _WITH_DAY)
        elif not kinds & _ASKING and not words.text[end:].lstrip().startswith("?") and _speaks(words, begin, end):
            best = max(best, _DAY_ALONE)
    return best


def _speaks(words: Words, begin: int, end: int) -> bool:
    """Whether the sentence is about money, or the whole reply is hardly more than the day."""
    return bool(_MONEY.search(words.text[begin:end])) or len(words.places) <= _CURT


def _confidence(scores: Mapping[ReplyKind, int], kind: ReplyKind) -> int:
    """Percent: what speaks for `kind` against what speaks for the next, and a doubt."""
    others = [score for other, score in scores.items() if other not in (kind, ReplyKind.THANKS)]
    return 100 * scores[kind] // (scores[kind] + max(others, default=0) + _DOUBT)


def _reading(words: Words, kind: ReplyKind, hits: Sequence[_Hit], days: Sequence[Day]) -> Reading:
    """What is read of `kind`: the strongest words first."""
    mine = sorted((hit for hit in hits if hit.clue.kind is kind), key=lambda hit: (-hit.clue.weight, hit.start))
    day = _day(words, kind, mine, days)
    places = [(hit.start, hit.end) for hit in mine] + ([] if day is None else [(day.start, day.end)])
    quotes = dict.fromkeys(words.quote(start, end)[:_LONGEST_QUOTE] for start, end in places)
    return Reading(
        kind=kind,
        confidence=_BLIND,
        quotes=tuple(quotes)[:_MOST_QUOTES],
        day=None if day is None else (day.ahead if kind in _AHEAD else day.behind),
        amount=_amount(words, kind, [start for start, _end in places]),
        category=_category(mine) if kind is ReplyKind.DISPUTE else None,
    )


def _day(words: Words, kind: ReplyKind, mine: Sequence[_Hit], days: Sequence[Day]) -> Day | None:
    """The day nearest to the strongest words, in their sentence where there is one."""
    if kind not in _AHEAD and kind is not ReplyKind.ALREADY_PAID:
        return None
    usable = [day for day in days if (day.ahead if kind in _AHEAD else day.behind) is not None]
    for hit in mine:
        begin, end = words.sentence(hit.start)
        inside = [day for day in usable if begin <= day.start < end]
        if inside:
            return min(inside, key=lambda day: _distance(hit, day))
    return usable[0] if usable else None


def _distance(hit: _Hit, day: Day) -> int:
    if day.start >= hit.start:
        return max(day.start - hit.end, 0)
    return hit.start - day.end + _BACKWARDS


def _amount(words: Words, kind: ReplyKind, places: Sequence[int]) -> Cents | None:
    """The first amount in a sentence that promises it, or says that it was paid."""
    if kind not in (ReplyKind.PROMISE, ReplyKind.ALREADY_PAID):
        return None
    for place in places:
        begin, end = words.sentence(place)
        for start, _end, amount in amounts_in(words.text):
            if begin <= start < end:
                return amount
    return None


def _category(mine: Sequence[_Hit]) -> DisputeReason:
    """The category with the most weight; `other` only where nothing says more."""
    weights: dict[DisputeReason, int] = {}
    for hit in mine:
        category = hit.clue.category or DisputeReason.OTHER
        weights[category] = weights.get(category, 0) + hit.clue.weight
    named = {category: weight for category, weight in weights.items() if category is not DisputeReason.OTHER}
    return max(named, key=lambda each: named[each]) if named else DisputeReason.OTHER
