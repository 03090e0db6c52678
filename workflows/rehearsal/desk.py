"""One debtor's cases in a rehearsal: every fact goes through the machine, as in production, and nothing is written."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from heapq import heappop, heappush
from typing import Literal

from workflows.case import Case, SideLetter, Stage, StepRecord
from workflows.effects import AskOperator, Decision, SendLetter, SendStep
from workflows.events import (
    DispatchReported,
    Event,
    InvoiceIssued,
    LetterState,
    LetterTracked,
    ScenarioChanged,
    StepApproved,
    StepFellDue,
)
from workflows.machine import decide, open_case, records
from workflows.rehearsal.given import Account, Arrival, Rules
from workflows.rehearsal.imagined import step_of, wanted_of
from workflows.rehearsal.told import Asked, Because, Stuck, Told


class Desk:
    """Cases as they stand at the imagined moment, and what is still to come.

    Attributes:
        wanted: what each case has ordered and the delivery has not answered.
        because: by dispatch, the reasons of the decision that ordered it.
        told: what is worth telling.
    """

    def __init__(self, account: Account, rules: Rules, since: datetime) -> None:
        self.account, self.rules, self.debtor = account, rules, account.debtor
        self.since = since
        self.cases = {case.case_id: case for case in sorted(account.cases, key=lambda each: each.case_id)}
        self.wanted = {case_id: wanted_of(case) for case_id, case in self.cases.items()}
        self.because: dict[str, tuple[Because, ...]] = {}
        self.told = Told()
        self._coming: list[tuple[datetime, int, Arrival]] = []
        self._numbers = 0
        for arrival in account.arrivals:
            self.expect(arrival)

    # --- what comes -------------------------------------------------------------------------------------------------

    def expect(self, arrival: Arrival) -> None:
        """Something will become known; at one moment in the order in which it was expected."""
        self._numbers += 1
        heappush(self._coming, (arrival.at, self._numbers, arrival))

    def next_arrival(self) -> datetime | None:
        """When the next of it becomes known."""
        return self._coming[0][0] if self._coming else None

    def take_in(self, now: datetime) -> bool:
        """Let everything become known whose moment has come; whether there was any."""
        found = list(self._due(now))
        for arrival in found:
            self._arrive(arrival)
        return bool(found)

    def _due(self, now: datetime) -> Iterator[Arrival]:
        while self._coming and self._coming[0][0] <= now:
            yield heappop(self._coming)[2]

    def _arrive(self, arrival: Arrival) -> None:
        event = arrival.event
        if isinstance(event, InvoiceIssued):
            ladder = self.rules.scenarios[arrival.ladder]
            opened = open_case(event, self.account.creditor_ref, ladder, self.debtor, claim=arrival.claim)
            self._note(opened, event)
            return
        for case_id in arrival.case_ids:
            if case_id in self.cases:
                self.decide(self.cases[case_id], event)

    def post(self, message_id: str, sent_at: datetime, case_ids: tuple[str, ...]) -> None:
        """The carrier has a letter and will deliver it; one that should have arrived before is waited for."""
        if self.rules.assumed.post_days is None:
            return
        at = sent_at.astimezone(UTC) + timedelta(days=self.rules.assumed.post_days)
        if at >= self.since:
            state = LetterState.DELIVERED
            event = LetterTracked(event_id=self._event_id(), at=at, message_id=message_id, state=state)
            self.expect(Arrival(at, event, case_ids))

    # --- deciding ---------------------------------------------------------------------------------------------------

    def ring(self, now: datetime) -> bool:
        """Let every wake-up ring whose moment has come; whether there was any."""
        due = [case for case in self.cases.values() if case.next_wake_at is not None and case.next_wake_at <= now]
        for case in due:
            number = case.invoice.number
            self.decide(case, StepFellDue(event_id=self._event_id(), at=now, invoice_no=number, epoch=case.epoch))
        return bool(due)

    def decide(self, case: Case, event: Event) -> None:
        """One fact, one decision of the machine."""
        ref = f"{event.scenario}@{event.version}" if isinstance(event, ScenarioChanged) else str(case.scenario)
        self._note(decide(case, event, self.rules.scenarios[ref], self.debtor), event)

    def _note(self, decision: Decision, event: Event) -> None:
        case = decision.case
        self.cases[case.case_id] = case
        self.wanted[case.case_id] = wanted_of(case)
        for effect in decision.effects:
            if isinstance(effect, (SendStep, SendLetter)):
                self.because[effect.key] = tuple(
                    map(Because.of, decision.reasons[1:])
                )  # the first says that the wake-up rang
            elif isinstance(effect, AskOperator):
                self._ask(case, effect, event.at)

    def _ask(self, case: Case, task: AskOperator, now: datetime) -> None:
        self.told.asked.append(Asked(
            now.astimezone(UTC), records.local_day(now, self.debtor), self.account.creditor_ref, self.debtor.ref,
            case.invoice.number, task.task, task.detail,
        ))  # fmt: skip
        if task.task == "confirm_step" and self.rules.assumed.confirms:
            step = int(task.key.split("/")[-2])
            given = StepApproved(event_id=self._event_id(), at=now, invoice_no=case.invoice.number, step=step)
            self.expect(Arrival(now, given, (case.case_id,)))

    def report(
        self,
        case_id: str,
        record: StepRecord | SideLetter,
        now: datetime,
        outcome: Literal["sent", "withheld", "postponed"],
        *,
        reason: str | None = None,
        until: datetime | None = None,
        message_id: str | None = None,
        deadline: date | None = None,
    ) -> None:
        """Tell a case what became of one of its dispatches, as the delivery does."""
        case = self.cases[case_id]
        self.decide(case, DispatchReported(
            event_id=self._event_id(), at=now, invoice_no=case.invoice.number, step=step_of(record),
            channel=record.channel, dispatch_key=record.key, outcome=outcome, message_id=message_id, until=until,
            deadline_on=deadline, reason=reason,
        ))  # fmt: skip

    def blocked(self) -> Iterator[Stuck]:
        """Cases that want to chase and cannot."""
        for case in self.cases.values():
            if case.stage is Stage.BLOCKED:
                yield self.stuck(case, case.idle_reason or "")

    def stuck(self, case: Case, rule: str) -> Stuck:
        """One case that cannot go on, and why."""
        return Stuck(rule, self.account.creditor_ref, self.debtor.ref, case.invoice.number)

    def _event_id(self) -> str:
        self._numbers += 1
        return f"rehearsal/{self._numbers}"
