"""What the outside knows while the system runs: the facts that were told, and the messages that left.

Plain variables, nothing of the program's own reasoning: `left` checks each message at the very moment at which a
provider takes it, against what had been committed before.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.office import Office, Provider
from workers.channels.base import OutgoingMessage, Receipt
from workers.channels.provider import Abilities
from workflows.events import (
    CallLogged,
    CasePaused,
    CaseResumed,
    ContactOptedIn,
    ContactOptedOut,
    CreditNoteIssued,
    DebtorInsolvent,
    DebtorRecovered,
    DebtorUpdated,
    DisputeOpened,
    DisputeResolved,
    Inbound,
    InvoiceIssued,
    PaymentReceived,
    PaymentReversed,
    PromiseMade,
)
from workflows.invoice import Channel
from workflows.side_letters import ANSWERS

PARIS = ZoneInfo("Europe/Paris")
#: Days with a contact that any seven days in a row may hold, by kind of debtor (`workflows.pressure`).
CONTACTS_A_WEEK = {"business": 2, "consumer": 1}
_PAID, _DISPUTED, _PROMISED = "it is paid", "it is disputed", "a promise runs"
#: What stops a reminder and does not stop the letter that speaks of it. What a person asks for may speak of a part that
#: is not disputed, and a plan takes a promise's place.
SPOKEN_OF = {
    "payment_thanks": {_PAID, _PROMISED, _DISPUTED},
    "apology": {_PAID, _PROMISED, _DISPUTED},
    "dispute_acknowledged": {_DISPUTED, _PROMISED},
    "dispute_answered": {_DISPUTED, _PROMISED, _PAID},
    "promise_acknowledged": {_PROMISED},
    "call_confirmation": {_PROMISED},
    "instalment_offer": {_PROMISED},
    "instalment_confirmation": {_PROMISED},
    "early_settlement_offer": {_PROMISED},
}
#: What must stand for a letter to make sense.
MUST = {"payment_thanks": {_PAID}, "apology": {_PAID}, "promise_acknowledged": {_PROMISED}}
#: Calendar days between two reminders of one invoice, in every preset.
GAP = timedelta(days=7)


@dataclass(frozen=True)
class Taken:
    """One step of one case in a message that a provider took, or a letter beside its ladder.

    Attributes:
        step: None for such a letter.
        is_answer: it answers what the debtor did; it is no contact in the budget's eyes.
    """

    message_id: str
    key: str
    number: str
    step: int | None
    channel: str
    tone: int
    day: date
    deadline_on: date | None
    is_courtesy: bool
    is_answer: bool = False


@dataclass
class World:
    """The model: events by id, messages as they were taken, what came back, and what went wrong."""

    office: Office
    told: dict[str, Inbound] = field(default_factory=dict)
    taken: list[Taken] = field(default_factory=list)
    returned: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)

    # --- facts ------------------------------------------------------------------------------------------------------

    def learn(self, event: Inbound) -> None:
        """The ledger has acknowledged this event."""
        self.told[event.event_id] = event

    def all(self, kind: type[Any]) -> list[Any]:
        """Every acknowledged event of one kind, in the order in which they happened."""
        found = [event for event in self.told.values() if isinstance(event, kind)]
        return sorted(found, key=lambda event: (event.at, event.event_id))

    def invoice(self, number: str) -> InvoiceIssued:
        """The invoice as it was issued."""
        issued: list[InvoiceIssued] = [event for event in self.all(InvoiceIssued) if event.invoice_no == number]
        return issued[0]

    @property
    def today(self) -> date:
        """The debtors' day."""
        return self.office.clock.now().astimezone(PARIS).date()

    def owed(self, number: str) -> int:
        """What was billed less what was paid and credited, and what of it went back."""
        owed: int = self.invoice(number).total.amount
        for paid in self.all(PaymentReceived):
            is_back = any(back.payment_id == paid.payment_id for back in self.all(PaymentReversed))
            owed -= sum(part.amount for part in paid.allocations if part.invoice_no == number and not is_back)
        notes = [note for note in self.all(CreditNoteIssued) if note.invoice_no == number]
        return owed - sum(int(note.amount.amount) for note in notes)

    def stops(self, number: str) -> list[str]:
        """Everything that forbids a message about this invoice now, in words."""
        debtor = self.invoice(number).debtor.ref
        found = ["it is paid"] if self.owed(number) <= 0 else []
        settled = {event.dispute_id for event in self.all(DisputeResolved) if event.outcome == "creditor"}
        noted = any(note.invoice_no == number for note in self.all(CreditNoteIssued))
        if noted:  # how much of a lost dispute they cover is looked at by tests of their own
            settled |= {event.dispute_id for event in self.all(DisputeResolved)}
        disputes = [event for event in self.all(DisputeOpened) if event.invoice_no == number and event.amount is None]
        found += ["it is disputed"] if any(event.dispute_id not in settled for event in disputes) else []
        promises = [event.date for event in self.all(PromiseMade) if number in event.invoice_nos]
        called = [event for event in self.all(CallLogged) if number in event.invoice_nos]
        promises += [event.promised_on for event in called if event.promised_on is not None]
        found += ["a promise runs"] if any(day >= self.today for day in promises) else []
        for scope, ref in (("invoice", number), ("debtor", debtor)):
            words = [
                each for each in self.all(CasePaused) + self.all(CaseResumed) if (each.scope, each.ref) == (scope, ref)
            ]
            last = max(words, key=lambda event: (event.at, event.event_id), default=None)
            found += ["it is paused"] if isinstance(last, CasePaused) and last.until >= self.today else []
        words = [each for each in self.all(DebtorInsolvent) + self.all(DebtorRecovered) if each.debtor_ref == debtor]
        last = max(words, key=lambda event: (event.at, event.event_id), default=None)
        found += ["the debtor is insolvent"] if isinstance(last, DebtorInsolvent) else []
        said = [each.do_not_contact for each in self.all(DebtorUpdated) if each.debtor_ref == debtor]
        said = [word for word in said if word is not None]
        return found + (["nobody may contact the debtor"] if said and said[-1] else [])

    # --- messages ---------------------------------------------------------------------------------------------------

    def left(self, message: OutgoingMessage) -> None:
        """A provider has just taken this message: was it allowed to leave?"""
        rows = self.office.rows(
            "SELECT key, number, step, dispatches.channel, tone, ladder, facts->>'deadline_on' AS deadline_on, "
            "dispatches.template, dispatches.template = 'preventive' AS is_courtesy "
            "FROM dispatches JOIN messages USING (message_id) JOIN cases USING (case_id) WHERE message_id = :id",
            id=message.message_id,
        )
        if not rows:
            self.wrong.append(f"{message.message_id} left and no dispatch knows it")
        for row in rows:
            deadline = None if row.deadline_on is None else date.fromisoformat(row.deadline_on)
            one = Taken(
                message.message_id, row.key, row.number, row.step, row.channel, row.tone, self.today, deadline,
                is_courtesy=row.is_courtesy, is_answer=row.step is None and row.template in ANSWERS,
            )  # fmt: skip
            if self.has_refused(row.number, row.channel):
                self.wrong.append(f"{row.key} left although the debtor refuses {row.channel}")
            spoken_of = SPOKEN_OF.get(row.template, set()) if row.step is None else set()
            stops = [words for words in self.stops(row.number) if words not in spoken_of]
            self.wrong += [f"{row.key} left although {words}" for words in stops]
            if row.template in MUST and not MUST[row.template] & set(self.stops(row.number)):
                self.wrong.append(f"{row.key} left although there is nothing to speak of")
            self.wrong += [f"{row.key} {words}" for words in self._jumps(one)]
            self.taken.append(one)

    def _jumps(self, new: Taken) -> list[str]:
        """What is wrong with this step after those that reached the debtor before."""
        if new.step is None:
            return []
        before = [one for one in self.taken if one.number == new.number and one.message_id not in self.returned]
        before = [one for one in before if one.step is not None]
        found = []
        if any((one.step or 0) >= new.step for one in before):
            found.append(f"repeats step {new.step}, or goes back to it")
        for one in before:
            if not one.is_courtesy and new.day - one.day < GAP:
                found.append(f"follows step {one.step} of {one.day} too soon")
            if one.deadline_on is not None and new.day <= one.deadline_on:
                found.append(f"breaks the deadline {one.deadline_on} that step {one.step} granted")
        if new.channel == Channel.REGISTERED and all(one.is_courtesy for one in before):
            found.append("is a formal notice without a reminder before it")
        return found

    def messages_of_one_key(self) -> Counter[str]:
        """How often each dispatch was taken by a provider."""
        return Counter(one.key for one in self.taken)

    def contact_days(self) -> dict[str, set[date]]:
        """Days on which something reached each debtor."""
        days: dict[str, set[date]] = defaultdict(set)
        for one in self.taken:
            if one.is_answer:
                continue
            days[self.invoice(one.number).debtor.ref].add(one.day)
        return days

    def has_refused(self, number: str, channel: str) -> bool:
        """Whether the debtor's last word about this channel is that it is not wanted."""
        debtor = self.invoice(number).debtor.ref
        words = [each for each in self.all(ContactOptedOut) + self.all(ContactOptedIn) if each.debtor_ref == debtor]
        words = sorted(words, key=lambda event: (event.at, event.event_id))
        last = next((each for each in reversed(words) if each.channel == channel), None)
        return isinstance(last, ContactOptedOut)

    def has_taken(self, message_id: str) -> bool:
        """Whether the provider has this message, as it would answer a person who looks it up."""
        return any(one.message_id == message_id for one in self.taken)


@dataclass
class Watched(Provider):
    """A provider that tells the world what it takes."""

    world: World | None = None

    def take(self, message: OutgoingMessage) -> Receipt:
        """Accept, and let the world look."""
        if self.world is not None:
            self.world.left(message)
        return super().take(message)


@dataclass
class Answering(Watched):
    """A provider that can be asked by our reference where its abilities say so, and always knows."""

    abilities: Abilities = field(default_factory=Abilities)

    def look_up(self, message_id: str) -> Receipt | None:
        """What it has taken."""
        assert self.world is not None
        return Receipt(provider_id="known", detail="listed") if self.world.has_taken(message_id) else None


def weeks_with_too_many(days: set[date], most: int) -> list[date]:
    """Days that end a week with more than `most` contacts."""
    return [last for last in days if sum(last - timedelta(days=7) < day <= last for day in days) > most]


def begin(path: Any, at: datetime) -> None:  # noqa: ANN401 - a path
    """Write the instant at which a story begins; the clock of an earlier story is not turned back."""
    path.write_text(f"{at.isoformat()}\n", encoding="ascii")
