"""The delivery of a rehearsal: the gates and the merging of the real one, and a provider that takes everything."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from workflows.business_days import next_slot, window_of
from workflows.case import Case, SideLetter, StepRecord
from workflows.errands import deadline_on, lead_of, letter_that_fits, previous_contacts, together
from workflows.invoice import Channel
from workflows.last_look import Reading, Verdict, gate_of_case, gate_of_debtor
from workflows.machine import records, standing
from workflows.rehearsal.desk import Desk
from workflows.rehearsal.imagined import Imagined, ladder_of, message_id, parts_of
from workflows.rehearsal.told import Because, Planned, Stuck

#: Why something leaves that was ordered before the rehearsal began.
ON_ITS_WAY = Because("outlook.on_its_way")
#: Guard rails that are no gates.
MERGED, REPLACED, WINDOW = "gate.merged", "letter.first_reminder", "window."
_ANY = timedelta(days=1)
_CHANNELS = tuple(Channel)


def _merged(ready: Sequence[Imagined]) -> list[Imagined]:
    return together(ready, min(ready, key=lambda each: each.key))


class Outbox:
    """What the cases of `desk` have ordered, on its way out."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.rules, self.debtor = desk, desk.rules, desk.debtor
        self.manners = self.rules.own.get(desk.account.creditor_ref, self.rules.manners)
        self.contacts = list(desk.account.contacts)
        self._waits_for_an_event: dict[str, str] = {}
        self._guards: dict[str, list[str]] = {}

    def begin(self) -> None:
        """What was claimed before leaves, and is not told again; what the carrier has will be delivered."""
        desk = self.desk
        for case_id, wanted in list(desk.wanted.items()):
            for record in wanted:
                if record.key in desk.account.claimed:
                    desk.report(case_id, record, desk.since, "sent", message_id=message_id(record.key))
        for case_id, case in list(desk.cases.items()):
            for record in records.reached(case):
                if record.from_reception and records.received_on(case, record, self.debtor) is None:
                    desk.post(record.message_id or "", record.at, (case_id,))

    def next_look(self) -> datetime | None:
        """When something wanted is looked at next."""
        moments = [
            record.postponed_until or self.desk.since
            for wanted in self.desk.wanted.values()
            for record in wanted
            if record.key not in self._waits_for_an_event
        ]
        return min(moments, default=None)

    def deliver(self, now: datetime) -> bool:
        """Look once more at everything that is wanted now, and let out what passes; whether there was any."""
        looked = False
        for channel in _CHANNELS:
            if not any(self.desk.wanted.values()):
                break
            while ready := self._ready(channel, now):
                looked = True
                self._look(ready if len(ready) == 1 else _merged(ready), channel, now)
        return looked

    def _ready(self, channel: Channel, now: datetime) -> list[Imagined]:
        desk, waiting = self.desk, self._waits_for_an_event
        return [
            self._imagined(desk.cases[case_id], record)
            for case_id, wanted in desk.wanted.items()
            for record in wanted
            if record.channel is channel
            and record.key not in waiting
            and (record.postponed_until is None or record.postponed_until <= now)
        ]

    def _imagined(self, case: Case, record: StepRecord | SideLetter) -> Imagined:
        return Imagined(case, self.debtor, self.rules.scenarios[ladder_of(record, case)], record)

    # --- the last look ----------------------------------------------------------------------------------------------

    def _look(self, group: Sequence[Imagined], channel: Channel, now: datetime) -> None:
        closed = gate_of_debtor(self._reading(group[0], now))
        passed: list[Imagined] = []
        for each in group:
            verdict = closed or gate_of_case(each, now) or self._gate_of_document(each)
            if verdict is None:
                passed.append(each)
            else:
                self._withhold(each, verdict, now)
        if passed:
            self._send(passed, channel, now)

    def _reading(self, errand: Imagined, now: datetime) -> Reading:
        """Payment data are assumed to stay fresh: the bank goes on reporting, and reports nothing."""
        channel = errand.record.channel
        held = next((hold.reason for hold in self.rules.holds if hold.covers(channel, now)), None)
        return Reading(
            now=now, debtor=self.debtor, channel=channel, budget=self.rules.budgets[self.debtor.kind],
            contacts=self.contacts, payments_as_of=None, freshness=_ANY, held=held,
            is_answer=errand.is_answer,
        )  # fmt: skip

    def _gate_of_document(self, errand: Imagined) -> Verdict | None:
        """A document that is missing now is assumed to stay so."""
        is_missing = errand.case.case_id in self.desk.account.incomplete
        return Verdict("gate.missing_attachment") if is_missing else None

    def _withhold(self, errand: Imagined, verdict: Verdict, now: datetime) -> None:
        """A closed gate; one that only an event opens stays closed, but for a hold that ends by itself."""
        self._guards.setdefault(errand.key, []).append(verdict.rule)
        case_id, record = errand.case.case_id, errand.record
        if verdict.for_good:
            self.desk.report(case_id, record, now, "withheld", reason=verdict.rule)
            return
        until = verdict.until or self._end_of_hold(record.channel, now)
        if until is None:
            self._waits_for_an_event[record.key] = verdict.rule
        self.desk.report(case_id, record, now, "postponed", reason=verdict.rule, until=until)

    def _end_of_hold(self, channel: Channel, now: datetime) -> datetime | None:
        ends = [hold.until for hold in self.rules.holds if hold.covers(channel, now)]
        known = [end for end in ends if end is not None]
        return max(known) if known and len(known) == len(ends) else None

    def stuck(self) -> Iterator[Stuck]:
        """Cases whose message still waits for an event at the end."""
        for case_id, wanted in self.desk.wanted.items():
            for record in wanted:
                if record.key in self._waits_for_an_event:
                    yield self.desk.stuck(self.desk.cases[case_id], self._waits_for_an_event[record.key])

    # --- leaving ----------------------------------------------------------------------------------------------------

    def _send(self, group: Sequence[Imagined], channel: Channel, now: datetime) -> None:
        ordered = sorted(group, key=lambda each: (each.case.invoice.due_on, each.case.case_id))
        planned = self._planned(ordered, channel, now)
        self.desk.told.planned.append(planned)
        if not lead_of(group).is_answer:
            self.contacts.append(now)
        identifier = message_id(lead_of(group).key)
        for each in group:
            self.desk.report(
                each.case.case_id, each.record, now, "sent", message_id=identifier, deadline=planned.deadline_on
            )
        if any(each.from_reception for each in group):
            self.desk.post(identifier, now, tuple(each.case.case_id for each in ordered))

    def _planned(self, ordered: Sequence[Imagined], channel: Channel, now: datetime) -> Planned:
        lead, letter = lead_of(ordered), self._letter(ordered)
        day, replaced = records.local_day(now, self.debtor), letter != lead.template
        return Planned(
            at=now, day=day, creditor_ref=self.desk.account.creditor_ref, debtor_ref=self.debtor.ref,
            debtor_name=self.debtor.name, channel=channel, letter=letter,
            tone=self.manners.tones.get(letter, lead.tone) if replaced else lead.tone,
            currency=lead.case.invoice.currency, parts=parts_of(ordered),
            why=self.desk.because.get(lead.key, (ON_ITS_WAY,)),
            guards=(*self._moved(lead, channel, day), *self._guards_of(ordered, replaced=replaced)),
            deadline_on=deadline_on(lead, day),
        )  # fmt: skip

    def _moved(self, lead: Imagined, channel: Channel, day: date) -> Iterator[str]:
        """What the contact window did to the first day on which the step might have left."""
        why = self.desk.because.get(lead.key, ())
        earliest = next((value for each in reversed(why) for name, value in each.facts if name == "day"), None)
        if earliest is None or date.fromisoformat(earliest) >= day:
            return
        begin, window = (
            standing.start_of(date.fromisoformat(earliest), self.debtor),
            window_of(self.debtor.kind, channel),
        )
        slot = next_slot(begin, window, records.region(self.debtor), key=self.debtor.ref)
        yield from (f"{WINDOW}{code}" for code in slot.moved_because)

    def _letter(self, ordered: Sequence[Imagined]) -> str:
        lead = lead_of(ordered)
        if lead.template not in self.manners.citing:
            return lead.template
        previous = previous_contacts(ordered, self.debtor)
        return letter_that_fits(lead, previous, cites_reminders=True)

    def _guards_of(self, group: Sequence[Imagined], *, replaced: bool) -> tuple[str, ...]:
        found = [rule for each in group for rule in self._guards.pop(each.key, ())]
        found += [MERGED] if len(group) > 1 else []
        found += [REPLACED] if replaced else []
        return tuple(dict.fromkeys(found))
