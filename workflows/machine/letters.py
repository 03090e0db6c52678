"""Letters beside the ladder: ordered when their moment rings, taken back when what they speak of is over.

They are no reminders: they set neither the stage nor the distance between steps, and a case that rests for the very
reason they speak of does not hold them back. Only a day that one of them granted is waited for.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from workflows.business_days import is_open, next_slot, window_of
from workflows.case import Case, SideLetter
from workflows.effects import Reason, SendLetter, WithholdStep
from workflows.invoice import Channel, Debtor
from workflows.machine import instalments, records, standing
from workflows.machine.facts import moment
from workflows.machine.occasions import FAREWELLS, Occasion, occasions
from workflows.machine.turn import Turn
from workflows.scenario import Scenario, automatic_of
from workflows.side_letters import REPLY_ANSWER, SIDE_LETTERS

#: What was heard of so long ago needs no receipt any more.
FRESH = timedelta(days=10)
GONE, HUSHED = "letter.gone", "letter.hushed"
#: Reasons of a letter that was taken back and may leave after all, once its occasion stands again.
_MAY_COME_BACK = frozenset({GONE, HUSHED, "gate.no_longer_wanted", "gate.no_contact", "gate.do_not_contact"})


@dataclass(frozen=True, slots=True)
class Due:
    """A letter with the channel and the moment at which it may leave."""

    occasion: Occasion
    channel: Channel
    at: datetime


def tended(turn: Turn) -> Turn:
    """The turn with its letters seen to: those that no longer hold taken back, those whose moment rang ordered."""
    found = tuple(occasions(turn.case, turn.scenario, turn.debtor))
    turn = _without_what_is_over(turn, found)
    if not found:
        return turn
    due = [item for each in found if (item := _due(turn.case, each, turn.debtor)) is not None]
    now = [item for item in due if turn.rings and item.at <= turn.case.as_of]
    if now:
        turn = _ordered(turn, now)
    lost = tuple(item for item in found if _is_out_of_reach(turn.case, item, turn.debtor))
    turn = turn._replace(out_of_reach=lost, reasons=(*turn.reasons, *map(_no_contact, lost)))
    later = min((item for item in due if item not in now), key=lambda item: item.at, default=None)
    if later is None:
        return turn
    facts = {"letter": later.occasion.template, "at": moment(later.at, turn.debtor)}
    return turn._replace(letter=(later.at, Reason(rule="letter.plan", facts=facts)))


def _no_contact(occasion: Occasion) -> Reason:
    return Reason(rule="letter.no_contact", facts={"letter": occasion.template})


def is_letter_wanted(case: Case, key: str, scenario: Scenario, debtor: Debtor) -> bool:
    """The last look: whether the letter `key` may leave at `as_of`, at the stage that `case` has by then."""
    record = next((item for item in case.letters if item.key == key), None)
    if record is None or record.state != "wanted" or _is_hushed(case, debtor, record.template):
        return False
    return _stands(record, occasions(case, scenario, debtor))


# --- what no longer holds -------------------------------------------------------------------------------------------


def _without_what_is_over(turn: Turn, found: Iterable[Occasion]) -> Turn:
    """What speaks of something that is over is taken back; so is everything while nothing may leave at all."""
    if not turn.case.letters or not any(item.state == "wanted" for item in turn.case.letters):
        return turn
    case, letters, effects = turn.case, [], []
    for record in case.letters:
        hushed = _is_hushed(case, turn.debtor, record.template)
        reason = HUSHED if hushed else GONE
        if record.state == "wanted" and (hushed or not _stands(record, found)):
            change = {"state": "withheld", "at": case.as_of, "reason": reason, "postponed_until": None}
            letters.append(record.model_copy(update=change))
            effects.append(WithholdStep(key=record.key, reason=reason))
        else:
            letters.append(record)
    case = case.model_copy(update={"letters": tuple(letters)})
    return turn._replace(case=case, effects=(*turn.effects, *effects))


def _stands(record: SideLetter, found: Iterable[Occasion]) -> bool:
    return any((item.template, item.of) == (record.template, record.occasion) for item in found)


def _is_hushed(case: Case, debtor: Debtor, template: str) -> bool:
    """Whether nothing at all may leave: a pause, a procedure, a person's word.

    An answer that a person approved leaves through a pause.
    """
    if debtor.do_not_contact or (case.insolvency is not None and case.insolvency.is_open):
        return True
    if template == REPLY_ANSWER:
        return False
    if standing.needs_restart(case):
        return True
    until = standing.paused_until(case)
    return until is not None and records.local_day(case.as_of, debtor) <= until


# --- what may leave, and when ---------------------------------------------------------------------------------------


def _due(case: Case, occasion: Occasion, debtor: Debtor) -> Due | None:
    """When the letter may leave; None where it left, may not leave, or comes too late to be of use."""
    channel = _channel(case, occasion, debtor)
    if channel is None or debtor.do_not_contact or _is_taken(case, occasion):
        return None
    if standing.needs_restart(case) and occasion.template != REPLY_ANSWER:
        return None
    if case.insolvency is not None and case.insolvency.is_open:
        return None
    from_at = max([occasion.since, *_not_before(case, occasion, debtor)])
    if not occasion.is_lasting and case.as_of - from_at > FRESH:
        return None
    return Due(occasion, channel, _slot(case, debtor, channel, from_at))


def _channel(case: Case, occasion: Occasion, debtor: Debtor) -> Channel | None:
    """The channel asked for, or e-mail, or a letter; None where none of them reaches the debtor."""
    wishes = (Channel.EMAIL, Channel.LETTER) if occasion.channel is None else (occasion.channel,)
    in_vain = {item.channel for item in _askings(case, occasion) if item.message_id in records.came_back(case)}
    return next((item for item in wishes if item not in in_vain and debtor.contact_for(item)), None)


def _is_out_of_reach(case: Case, occasion: Occasion, debtor: Debtor) -> bool:
    """Whether the letter could leave, if only there were an address for it."""
    if debtor.do_not_contact or _channel(case, occasion, debtor) is not None or _is_taken(case, occasion):
        return False
    return occasion.is_lasting or case.as_of - occasion.since <= FRESH


def _askings(case: Case, occasion: Occasion) -> list[SideLetter]:
    return [item for item in case.letters if (item.template, item.occasion) == (occasion.template, occasion.of)]


def _is_taken(case: Case, occasion: Occasion) -> bool:
    """Whether the letter left, is on its way, or was given up."""
    if not case.letters:
        return False
    if occasion.template in FAREWELLS and not occasion.by_hand and _was_told_farewell(case):
        return True
    askings = _askings(case, occasion)
    if not askings:
        return False
    if len([item for item in askings if item.state in ("failed", "sent")]) >= records.MAX_LOST:
        return True
    last = askings[-1]
    if last.state in ("sent", "in_doubt"):
        return last.message_id not in records.came_back(case)
    if last.state == "failed":
        return last.reason != records.BAD_ADDRESS
    return last.state != "withheld" or last.reason not in _MAY_COME_BACK


def _was_told_farewell(case: Case) -> bool:
    """Whether thanks or an apology for a payment that still stands left or are on their way."""
    stands = {item.payment_id for item in case.payments if standing.kept(case, item) > 0}
    states = ("wanted", "sent", "in_doubt")
    return any(item.template in FAREWELLS and item.occasion in stands and item.state in states for item in case.letters)


def _not_before(case: Case, occasion: Occasion, debtor: Debtor) -> list[datetime]:
    """A pause is waited for; what was taken back may just have left, so it is not asked again before the next day."""
    found = []
    if (until := standing.paused_until(case)) is not None and occasion.template != REPLY_ANSWER:
        found.append(standing.start_of(until + timedelta(days=1), debtor))
    if (askings := _askings(case, occasion)) and askings[-1].state == "withheld":
        found.append(standing.start_of(records.local_day(askings[-1].at, debtor) + timedelta(days=1), debtor))
    return found


def _slot(case: Case, debtor: Debtor, channel: Channel, from_at: datetime) -> datetime:
    """The first moment at which the debtor may be contacted from `from_at` on; from now on where that has passed."""
    window, where = window_of(debtor.kind, channel), records.region(debtor)

    def first(at: datetime) -> datetime:
        if is_open(at, window, where):
            return at
        return next_slot(at, window, where, key=debtor.ref, latest=records.local_day(at, debtor)).at

    slot = first(from_at)
    return slot if slot > case.as_of or is_open(case.as_of, window, where) else first(case.as_of)


# --- ordering -------------------------------------------------------------------------------------------------------


def _ordered(turn: Turn, due: Iterable[Due]) -> Turn:
    for item in due:
        record = _record(turn.case, item, turn.scenario)
        send = SendLetter(
            key=record.key, channel=record.channel, template=record.template, tone=record.tone,
            occasion=record.occasion, deadline_days=record.deadline_days,
        )  # fmt: skip
        why = Reason(rule="letter.sends", facts={"letter": record.template, "channel": record.channel})
        case = turn.case.model_copy(update={"letters": (*turn.case.letters, record)})
        turn = turn._replace(case=case, effects=(*turn.effects, send), reasons=(*turn.reasons, why))
    return turn._replace(rang_for_letters=True)


def _record(case: Case, due: Due, scenario: Scenario) -> SideLetter:
    """The key is content: the case, the letter, what it speaks of, and how often it was asked."""
    occasion, kind = due.occasion, SIDE_LETTERS[due.occasion.template]
    asking = len(_askings(case, occasion)) + 1
    days = automatic_of(scenario).missed_days if occasion.template == instalments.MISSED else kind.days
    return SideLetter(
        key=f"{case.case_id}/letter/{occasion.template}/{occasion.of}#{asking}", template=occasion.template,
        occasion=occasion.of, channel=due.channel, tone=kind.tone, asking=asking, state="wanted", at=case.as_of,
        by_hand=occasion.by_hand, deadline_on=occasion.deadline_on,
        deadline_days=None if occasion.deadline_on is not None else days,
    )  # fmt: skip
