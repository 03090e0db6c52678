"""What every single decision of a random story keeps: one step at a time, wanted, in hours, and never too soon."""

from collections.abc import Collection
from typing import Any

from tests.stateful.letter_promises import check_letters
from tests.unit.ladder_facts import Story
from workflows.business_days import is_open, window_of
from workflows.case import ON_THE_LADDER, Case, SideLetter, StepRecord
from workflows.effects import SendStep, WakeOn
from workflows.events import CreditNoteIssued, Event, InvoiceUpdated, PaymentReceived, PaymentReversed, StepFellDue
from workflows.invoice import Channel
from workflows.machine import records, standing
from workflows.money import Cents
from workflows.reasons import say


def check_decision(story: Story, left: Collection[str], before: Case, event: Event) -> None:
    """The last decision of `story`, made about `event` by the case `before`; `left` are the keys that really left."""
    decision = story.last
    assert decision.reasons
    assert decision.case.as_of >= before.as_of
    for reason in decision.reasons:
        for words in (say(reason, "fr"), say(reason, "en")):
            assert not set("{}[]…") & set(words), (reason, words)
            assert reason.rule not in words, "every rule has its sentence"
    sends = [effect for effect in decision.effects if isinstance(effect, SendStep)]
    assert len({send.step for send in sends}) <= 1, "one step at a time"
    for send in sends:
        _check_send(story, left, before, send)
        assert isinstance(event, StepFellDue)
        assert event.epoch == before.epoch
    check_letters(before, event, decision, story.debtor)
    if isinstance(event, StepFellDue) and event.epoch != before.epoch:
        assert decision.case == before
        assert decision.effects == ()
    elif isinstance(event, StepFellDue) and decision.case.next_wake_at is not None and before.next_wake_at is not None:
        assert any(isinstance(effect, WakeOn) for effect in decision.effects), "an alarm that rang is set anew"


def _check_send(story: Story, left: Collection[str], before: Case, send: SendStep) -> None:
    case, debtor = story.case, story.debtor
    assert before.next_wake_at is not None
    assert not records.unresolved(before), "first the doubt, then the next step"
    assert case.stage in ON_THE_LADDER
    assert standing.chased(case) > 0
    assert (
        is_open(case.as_of, window_of(debtor.kind, send.channel), records.region(debtor)) or send.channel is Channel.SMS
    )
    others = [item for item in case.steps if item.key != send.key]
    mine = [item for item in others if (item.ladder, item.step) == (str(case.scenario), send.step)]
    back = records.came_back(case)
    out = [item for item in mine if item.key in left and item.message_id not in back]
    out += [item for item in records.in_doubt(case) if item in mine]
    assert send.channel not in {item.channel for item in out}, "never twice"
    today = records.local_day(case.as_of, debtor)
    taken = [records.local_day(item.at, debtor) for item in mine if item.state == "withheld"]
    assert all(day < today for day in taken), "what was taken back today may just have left"
    _check_distance(story, send, [item for item in others if item not in mine])
    if send.tone == 5:
        reminded = any(item.tone < 5 for item in records.reached(case))
        assert reminded or records.approvals(case, send.step), "never a formal notice as the first letter"
        _check_after_a_dispute(case, send)


def _check_after_a_dispute(case: Case, send: SendStep) -> None:
    opened = {item.dispute_id for item in case.disputes}
    ends = [item.stamp for item in case.resolutions if item.dispute_id in opened]
    if not ends or any(item.stamp > max(ends) for item in records.approvals(case, send.step)):
        return
    since = max(ends)[0]
    told: list[StepRecord | SideLetter] = [*records.reached(case)]
    told += [item for item in case.letters if item.template == "dispute_answered"]
    soft = [item for item in told if item.tone < 5 and item.state == "sent" and item.at >= since]
    assert soft, "never straight from a dispute to a formal notice"


def _check_distance(story: Story, send: SendStep, others: list[StepRecord]) -> None:
    case, debtor = story.case, story.debtor
    today = records.local_day(case.as_of, debtor)
    for letter in case.letters:
        if letter.state == "sent" and letter.deadline_days and letter.message_id not in records.came_back(case):
            assert letter.deadline_on is None or letter.deadline_on < today, "the day a letter granted has passed"
    for item in records.reached(case):
        if item in others:
            granted = records.deadline_of(case, item, debtor)
            assert granted is None or granted < today, "the deadline granted has passed"
            days = (today - records.local_day(item.at, debtor)).days
            assert days >= story.scenario.min_gap_days or days < 0, send


def owed(events: list[Event]) -> Cents:
    """The balance, told once more and differently: of statements under one id the earliest counts."""
    total, stamp = 125_000, None
    for event in events:
        if (
            isinstance(event, InvoiceUpdated)
            and event.changed.total
            and (stamp is None or (event.at, event.event_id) > stamp)
        ):
            total, stamp = event.changed.total.amount, (event.at, event.event_id)
    notes = first_words([event for event in events if isinstance(event, CreditNoteIssued)], "credit_note_no")
    payments = first_words([event for event in events if isinstance(event, PaymentReceived)], "payment_id")
    back = first_words([event for event in events if isinstance(event, PaymentReversed)], "reversal_id")
    kept: Cents = 0
    for payment in payments:
        gone = sum(item.amount.amount for item in back if item.payment_id == payment.payment_id)
        for part in sorted(payment.allocations, key=lambda item: item.invoice_no):
            taken = min(gone, part.amount)
            gone -= taken
            kept += part.amount - taken if part.invoice_no == "F-2026-0042" else 0
    credited: Cents = sum(note.amount.amount for note in notes)
    return total - credited - kept


def first_words(events: list[Any], identity: str) -> list[Any]:
    """The earliest statement under each id."""
    found: dict[str, Any] = {}
    for event in sorted(events, key=lambda event: (event.at, event.event_id)):
        found.setdefault(getattr(event, identity), event)
    return list(found.values())
