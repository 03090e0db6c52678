"""Reading a reply: what it says, how sure that is, and the words that say so. Rules, and weights learnt beforehand."""

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
from workflows.replies.learnt import Opinion, Table, opinion, shares
from workflows.replies.own_words import own_words
from workflows.replies.tokens import Words, words_of

#: Percent from which on a reading is proposed as sure: of replies that it was not learnt from, so few are then wrong
#: (docs/replies.md says how many).
CONFIDENT: Final = 95
#: Quotations that are kept of one reply, and the characters of each.
_MOST_QUOTES: Final = 5
_LONGEST_QUOTE: Final = 160
#: What one weight of a rule adds to the votes of the learnt table (natural logarithms).
_RULE: Final = 0.4
#: The same for the category of a dispute: of a rule that names one, and of one that knows only that it is contested.
_NAMED, _UNNAMED = 0.8, 0.3
#: Traits of the learnt table that are shown beside the words of rules.
_MOST_GROUNDS: Final = 3
#: Characters of a word that shows something; shorter ones are shown where there is nothing else.
_SHORT: Final = 4
#: Words of a reply that may be nothing but a day.
_CURT: Final = 5
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
#: Kinds that a person's words may have.
_READ: Final = tuple(kind for kind in ReplyKind if kind is not ReplyKind.AUTOMATIC)
#: The date of a paper, and how many characters before a day are looked at for it.
_PAPER: Final = re.compile(
    r"\b(?:factures?|invoice|e ?mail|mail|courriel|courrier|lettre|message|rappel|relance|devis|commande|contrat|letter"
    r"|reminder|order|quote)(?: (?!virement|paiement|reglement|payment|cheque)[^ .!?|]+){0,3} (?:du|dated|of|from) "
    r"(?:the )?(?:\S+ ){0,2}\S+$"
)
_BEFORE_A_DAY: Final = 50
#: What makes a refusal a condition.
_CONDITION: Final = re.compile(
    r"\b(?:tant qu\w*|avant (?:que|qu|de|d)|jusqu a ce que|a moins que|until|unless|before|as long as)\b"
)
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


def read_reply(
    text: str,
    subject: str = "",
    headers: Mapping[str, str] | None = None,
    *,
    received_on: date,
    table: Table | None = None,
) -> Reading:
    """Read a reply in French or English; which of the two it is need not be known.

    Args:
        text: the plain text of the whole message, with what it quotes.
        subject: of the reply.
        headers: of the reply, for what programs say of themselves.
        received_on: the day on which it was written, where its writer was.
        table: of learnt weights; the program's own unless another is tried.
    """
    written = own_words(text)
    shown = why_automatic(written, subject, headers or {})
    if shown is not None:
        return Reading(kind=ReplyKind.AUTOMATIC, confidence=_CERTAIN, quotes=(shown[:_LONGEST_QUOTE],))
    return _of_a_person(words_of(written), received_on, table)


def _of_a_person(words: Words, received_on: date, table: Table | None) -> Reading:
    """What a person's words say."""
    days = days_in(words.text, received_on)
    hits = _hits(words)
    said = opinion(words, days, table)
    parts = _parts(said, _scores(words, hits, days))
    kind = min(parts, key=lambda each: (-parts[each], _PLACES[each]))
    evidence = _evidence(said, kind, hits)
    if kind is ReplyKind.OTHER or not evidence:
        return Reading(kind=ReplyKind.OTHER, confidence=_BLIND)
    ruled = sum(hit.clue.kind is kind for hit in hits)
    reading = _reading(words, kind, evidence, days, ruled=ruled)
    category = _category(said, hits) if kind is ReplyKind.DISPUTE else None
    percent = max(int(100 * parts[kind]), 1)
    if kind is ReplyKind.PROMISE and not _names_a_payment(words, hits):
        percent = min(percent, CONFIDENT - 1)
    return reading.model_copy(update={"confidence": percent, "category": category})


def _names_a_payment(words: Words, hits: Sequence[_Hit]) -> bool:
    """Whether a rule found the words of a promise, or money is named: a day alone may be any appointment."""
    return any(hit.clue.kind is ReplyKind.PROMISE for hit in hits) or _MONEY.search(words.text) is not None


def _parts(said: Opinion, scores: Mapping[ReplyKind, int]) -> dict[ReplyKind, float]:
    """What the table and the rules say together, as parts of one."""
    votes = {str(kind): said.votes[kind] + _RULE * scores.get(kind, 0) for kind in _READ}
    return {ReplyKind(name): part for name, part in shares(votes).items()}


def _evidence(said: Opinion, kind: ReplyKind, hits: Sequence[_Hit]) -> list[tuple[int, int]]:
    """Where the words stand that speak for `kind`: those of rules, the strongest first, then those of the table."""
    mine = sorted((hit for hit in hits if hit.clue.kind is kind), key=lambda hit: (-hit.clue.weight, hit.start))
    places = [(hit.start, hit.end) for hit in mine]
    learnt: list[tuple[int, int]] = []
    for trait in sorted(said.grounds(kind, _READ), key=lambda each: each.end - each.start < _SHORT):
        if len(learnt) < _MOST_GROUNDS and not any(a < trait.end and trait.start < b for a, b in (*places, *learnt)):
            learnt.append((trait.start, trait.end))
    return places + learnt


def _hits(words: Words) -> list[_Hit]:
    """Each clue once, where it is first found; « tant que …, nous ne paierons pas » is no refusal."""
    found = [(clue, clue.pattern.search(words.text)) for clue in _CLUES]
    hits = [_Hit(clue, match.start(), match.end()) for clue, match in found if match is not None]
    return [hit for hit in hits if hit.clue.kind is not ReplyKind.REFUSAL or not _conditional(words, hit)]


def _conditional(words: Words, hit: _Hit) -> bool:
    begin, end = words.sentence(hit.start)
    return _CONDITION.search(words.text[begin:end]) is not None


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


def _reading(
    words: Words, kind: ReplyKind, evidence: Sequence[tuple[int, int]], days: Sequence[Day], *, ruled: int
) -> Reading:
    """What is read of `kind`: the strongest words first, of which the first `ruled` are those of rules."""
    day = _day(words, kind, evidence, days)
    last = [] if day is None else [(day.start, day.end)]
    places = [*evidence, *last]
    shown = [*(evidence[:ruled] or [_whole(words, evidence[0])]), *last]
    quotes = dict.fromkeys(words.quote(start, end)[:_LONGEST_QUOTE] for start, end in shown)
    return Reading(
        kind=kind,
        confidence=_BLIND,
        quotes=tuple(quotes)[:_MOST_QUOTES],
        day=None if day is None else (day.ahead if kind in _AHEAD else day.behind),
        amount=_amount(words, kind, [start for start, _end in places]),
    )


def _whole(words: Words, place: tuple[int, int]) -> tuple[int, int]:
    """The sentence around a word of the table, which alone says little; the word where the sentence is long."""
    begin, end = words.sentence(place[0])
    return (begin, end) if end - begin <= _LONGEST_QUOTE else place


def _day(words: Words, kind: ReplyKind, evidence: Sequence[tuple[int, int]], days: Sequence[Day]) -> Day | None:
    """The day nearest to the strongest words, in their sentence where there is one; never the date of a paper."""
    if kind not in _AHEAD and kind is not ReplyKind.ALREADY_PAID:
        return None
    usable = [
        day
        for day in days
        if (day.ahead if kind in _AHEAD else day.behind) is not None
        and not _of_a_paper(words.text, day)
        and not (kind is ReplyKind.MORE_TIME and day.ahead == day.behind)
    ]
    for place in evidence:
        begin, end = words.sentence(place[0])
        inside = [day for day in usable if begin <= day.start < end]
        if inside:
            return min(inside, key=lambda day: _distance(place, day))
    return usable[0] if usable else None


def _of_a_paper(text: str, day: Day) -> bool:
    """Whether it is the date of an invoice, a letter, an order: « la facture du 12 janvier »."""
    return _PAPER.search(text[max(day.start - _BEFORE_A_DAY, 0) : day.end]) is not None


def _distance(place: tuple[int, int], day: Day) -> int:
    start, end = place
    if day.start >= start:
        return max(day.start - end, 0)
    return start - day.end + _BACKWARDS


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


def _category(said: Opinion, hits: Sequence[_Hit]) -> DisputeReason:
    """The category that the table and the rules together say most of."""
    votes = {reason: said.votes[f"dispute/{reason}"] for reason in DisputeReason}
    for hit in hits:
        if hit.clue.category is not None:
            worth = _UNNAMED if hit.clue.category is DisputeReason.OTHER else _NAMED
            votes[hit.clue.category] += worth * hit.clue.weight
    return max(DisputeReason, key=lambda each: votes[each])
