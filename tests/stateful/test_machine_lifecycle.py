"""One case in a world that rings early, late and twice, and delivers as it likes: the promises of the pure core."""

from datetime import timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.fact_strategies import FINAL, KINDS, facts
from tests.stateful.step_promises import check_decision, owed
from tests.unit.ladder_facts import (
    DUE,
    FIRST,
    FORMAL,
    LADDER,
    PREVENTIVE,
    SECOND,
    THIRD,
    Story,
    at,
    issued,
    ladder,
    only,
)
from workflows.case import ON_THE_LADDER, Case
from workflows.effects import AskOperator, WakeOn
from workflows.events import (
    CallLogged,
    DisputeOpened,
    DisputeResolved,
    Event,
    InstalmentPlanAgreed,
    InstalmentPlanOffered,
    LetterRequested,
    LetterState,
    LetterTracked,
    MessageDelivered,
    PaymentReceived,
    PromiseMade,
    ScenarioChanged,
    SettlementOffered,
    StepFellDue,
)
from workflows.invoice import Channel
from workflows.machine import decide, standing
from workflows.scenario import Condition, Deadline, Mode, Scenario
from workflows.side_letters import Automatic

CAREFUL = ladder(
    PREVENTIVE.model_copy(update={"mode": Mode.TO_CONFIRM}),
    FIRST.model_copy(update={"when": Condition(max_amount=90_000)}),
    SECOND.model_copy(update={"deadline": Deadline(days=40)}),
    THIRD.model_copy(update={"mode": Mode.BY_HAND}),
    FORMAL,
    name="careful",
    min_amount=10_000,
    at_end="stop",
)
WRITTEN = LADDER.model_copy(
    update={"name": "written", "letters": Automatic(payment_thanks=True, dispute_answered=True, hand_over_notice=True)}
)
LADDERS = (LADDER, CAREFUL, WRITTEN)
#: So many events a story has before something may end it.
LONG = 25
LIVELY = tuple(kind for kind in KINDS if kind not in FINAL)
#: What most letters beside the ladder speak of.
TOLD = (
    CallLogged, DisputeOpened, DisputeResolved, InstalmentPlanAgreed, InstalmentPlanOffered, LetterRequested,
    PaymentReceived, PromiseMade, SettlementOffered,
)  # fmt: skip
CONTACTS: tuple[list[Channel], ...] = (
    [Channel.EMAIL], [Channel.LETTER], [Channel.EMAIL, Channel.SMS, Channel.LETTER], [],
)  # fmt: skip


class CaseLifecycle(RuleBasedStateMachine):
    """The model is what came in and what was ordered; everything else is asked of the case."""

    @initialize(late=st.sampled_from([0, 45, 400]), scenario=st.sampled_from(LADDERS))
    def an_invoice_is_issued_or_imported_late(self, late: int, scenario: Scenario) -> None:
        when = at(DUE - timedelta(days=30 - late), 8)
        self.story = Story(scenario, opening=issued(when=when))
        self.now = when
        self.epochs = [0]
        self.seen: dict[str, Event] = {}
        self.decided_for = self.story.debtor
        self.left: set[str] = set()

    # --- the world --------------------------------------------------------------------------------------------------

    def happen(self, event: Event) -> None:
        known = self.seen.setdefault(event.event_id, event)
        if known != event:
            return  # the ledger refuses other content under a known id
        before = self.story.case
        self.story.happens(event)
        self.note(before, event)

    def note(self, before: Case, event: Event) -> None:
        """Look at the decision that was just made."""
        self.epochs.append(self.story.case.epoch)
        if self.story.case != before:
            self.decided_for = self.story.debtor
        check_decision(self.story, self.left, before, event)

    @precondition(lambda self: self.story.case.next_wake_at is not None)
    @rule(late=st.sampled_from([0, 0, 0, 0, 1, 20, 60]), hours=st.integers(0, 23))
    def the_wake_up_rings_on_time_or_late(self, late: int, hours: int) -> None:
        pending = self.story.case.next_wake_at
        assert pending is not None

        self.now = max(self.now, pending + timedelta(days=late, hours=hours if late else 0))
        self.happen(self.ring(self.story.case.epoch))

    @precondition(lambda self: self.story.case.next_wake_at is not None)
    @rule()
    def the_next_step_is_ordered(self) -> None:
        for _attempt in range(4):
            if self.story.case.next_wake_at is not None:
                self.the_wake_up_rings_on_time_or_late(late=0, hours=0)

    @precondition(lambda self: self.story.case.next_wake_at is not None)
    @rule(event=facts(LIVELY), left=st.booleans())
    def a_fact_crosses_a_step_on_its_way(self, event: Event, left: bool) -> None:  # noqa: FBT001 - drawn
        self.the_next_step_is_ordered()
        crossing = [record.key for record in self.story.wanted()]
        self.a_fact_arrives(event, stands=False)
        for key in crossing if left else ():
            self.report(key, "sent", None, None)

    @precondition(lambda self: self.story.case.next_wake_at is not None)
    @rule(received=st.booleans())
    def the_next_step_leaves_and_arrives(self, received: bool) -> None:  # noqa: FBT001 - drawn
        self.the_next_step_is_ordered()
        for record in self.story.wanted():
            self.report(record.key, "sent", None, None)
            if received:
                self.now += timedelta(days=3)
                self.happen(
                    LetterTracked(
                        event_id=f"track{len(self.story.events)}", at=self.now, message_id=f"<{record.key}>",
                        state=LetterState.DELIVERED,
                    )
                )  # fmt: skip

    @precondition(lambda self: self.story.case.next_wake_at is not None)
    @rule()
    def all_goes_as_planned(self) -> None:
        self.the_next_step_leaves_and_arrives(received=True)

    @precondition(lambda self: any(item.state == "wanted" for item in self.story.case.letters))
    @rule(outcome=st.sampled_from(["sent", "sent", "sent", "failed", "in_doubt", "withheld", "postponed"]),
          reason=st.sampled_from(["address", "refused", "discarded", "gate.no_longer_wanted"]))  # fmt: skip
    def the_letters_beside_the_ladder_come_to_something(self, outcome: Any, reason: str) -> None:  # noqa: ANN401 - same
        before = self.story.case
        self.story.answers_letters(outcome, self.now, reason=None if outcome == "sent" else reason)
        self.note(before, self.story.events[-1])

    @rule(event=facts(TOLD), answered=st.booleans())
    def a_fact_calls_for_a_letter(self, event: Event, answered: bool) -> None:  # noqa: FBT001 - drawn
        self.a_fact_arrives(event, stands=False)
        for _attempt in range(2):
            if self.story.case.next_wake_at is not None and "letter.plan" in self.story.rules:
                self.the_wake_up_rings_on_time_or_late(late=0, hours=0)
        if answered:
            self.the_letters_beside_the_ladder_come_to_something("sent", "")

    @rule(days=st.integers(0, 5))
    def the_wake_up_rings_early_or_twice(self, days: int) -> None:
        self.now += timedelta(days=days)
        self.happen(self.ring(self.story.case.epoch))
        self.happen(self.ring(self.epochs[-2] if len(self.epochs) > 1 else 0))

    @rule(data=st.data())
    def an_old_wake_up_rings(self, data: st.DataObject) -> None:
        self.happen(self.ring(data.draw(st.sampled_from(self.epochs))))

    def ring(self, epoch: int) -> StepFellDue:
        number = len(self.story.events)
        return StepFellDue(event_id=f"ring{number}", at=self.now, invoice_no="F-2026-0042", epoch=epoch)

    @precondition(lambda self: self.story.wanted())
    @rule(outcome=st.sampled_from(["sent", "sent", "sent", "failed", "in_doubt", "withheld", "postponed"]),
          reason=st.sampled_from(["address", "refused", "gate.template"]), days=st.integers(0, 3))  # fmt: skip
    def the_delivery_answers(self, outcome: Any, reason: str, days: int) -> None:  # noqa: ANN401 - one of five words
        until = self.now + timedelta(days=days) if outcome == "postponed" else None
        for record in self.story.wanted():
            self.report(record.key, outcome, None if outcome == "sent" else reason, until)

    @precondition(lambda self: self.story.case.steps)
    @rule(data=st.data(), outcome=st.sampled_from(["sent", "failed", "in_doubt", "withheld", "postponed"]))
    def a_report_about_any_dispatch_comes_late(self, data: st.DataObject, outcome: Any) -> None:  # noqa: ANN401 - same
        record = data.draw(st.sampled_from(self.story.case.steps))
        self.report(record.key, outcome, data.draw(st.sampled_from(["retry", "gate.window", None])), None)

    def report(self, key: str, outcome: Any, reason: str | None, until: Any) -> None:  # noqa: ANN401 - same
        record = next(item for item in self.story.case.steps if item.key == key)
        before = self.story.case
        self.left |= {key} if outcome == "sent" else set()
        self.story.reports(record, outcome, self.now, reason=reason, until=until)
        self.note(before, self.story.events[-1])

    @rule(event=facts(LIVELY), stands=st.booleans())
    def a_fact_arrives(self, event: Event, stands: bool) -> None:  # noqa: FBT001 - drawn
        moment = event.at if stands else self.now
        self.happen(event.model_copy(update={"at": moment, "event_id": f"{event.event_id}/{moment:%m%d%H}"}))

    @precondition(lambda self: len(self.story.events) > LONG)
    @rule(event=facts(FINAL))
    def a_grave_fact_arrives(self, event: Event) -> None:
        self.happen(event)

    @precondition(lambda self: self.seen)
    @rule(data=st.data())
    def an_earlier_event_comes_again(self, data: st.DataObject) -> None:
        event = self.seen[data.draw(st.sampled_from(sorted(self.seen)))]
        if not isinstance(event, StepFellDue | ScenarioChanged):
            before = self.story.case.model_copy(update={"as_of": max(self.story.case.as_of, event.at)})
            self.happen(event)
            assert standing.balance(before) == standing.balance(self.story.case)

    @rule(channels=st.sampled_from(CONTACTS), barred=st.booleans())
    def what_is_known_of_the_debtor_changes(self, channels: list[Channel], barred: bool) -> None:  # noqa: FBT001 - drawn
        self.story.debtor = only(channels).model_copy(update={"do_not_contact": barred and not channels})

    @rule(scenario=st.sampled_from(LADDERS), entry=st.sampled_from([0, 0, 2, 4, 9]))
    def a_person_moves_the_case(self, scenario: Scenario, entry: int) -> None:
        self.story.scenario = scenario
        name, version = scenario.ref.name, scenario.ref.version
        self.happen(
            ScenarioChanged(
                event_id=f"move{len(self.story.events):04}", at=max(self.now, self.story.case.as_of), reason="x",
                invoice_no="F-2026-0042", scenario=name, version=version, entry_step=entry,
            )
        )  # fmt: skip
        self.story.scenario = next(item for item in LADDERS if item.ref == self.story.case.scenario)

    # --- what always holds ------------------------------------------------------------------------------------------

    @invariant()
    def a_case_has_one_pending_moment_or_a_reason_to_have_none(self) -> None:
        assert (self.story.case.next_wake_at is None) != (self.story.case.idle_reason is None)

    @invariant()
    def the_last_wake_up_ordered_is_the_pending_one(self) -> None:
        pending = self.story.case.next_wake_at
        if pending is not None:
            last = self.story.wakes[-1]
            assert (last.at, last.epoch) == (pending, self.story.case.epoch)

    @invariant()
    def nothing_is_ordered_twice(self) -> None:
        keys = [send.key for send in (*self.story.sends, *self.story.letters)]
        assert len(keys) == len(set(keys))

    @invariant()
    def nobody_is_asked_the_same_twice(self) -> None:
        keys = [item.key for each in self.story.decisions for item in each.effects if isinstance(item, AskOperator)]
        assert len(keys) == len(set(keys))

    @invariant()
    def epochs_only_rise(self) -> None:
        epochs = [item.epoch for each in self.story.decisions for item in each.effects if isinstance(item, WakeOn)]
        assert epochs == sorted(set(epochs))

    @invariant()
    def nothing_is_wanted_where_nothing_is_chased(self) -> None:
        if self.story.case.stage not in ON_THE_LADDER:
            assert not self.story.wanted()

    @invariant()
    def what_is_wanted_was_ordered_and_not_taken_back_since(self) -> None:
        ordered = {send.key for send in self.story.sends}
        assert {record.key for record in self.story.case.steps} == ordered

    @invariant()
    def what_is_owed_is_what_was_billed_less_credits_and_payments_kept(self) -> None:
        assert standing.balance(self.story.case) == owed(self.story.events)

    @invariant()
    def a_case_survives_its_storage(self) -> None:
        case = self.story.case
        assert Case.model_validate_json(case.model_dump_json(exclude_defaults=True)) == case

    @invariant()
    def hearing_nothing_new_decides_nothing_new(self) -> None:
        case = self.story.case
        if self.decided_for == self.story.debtor:
            idle_talk = MessageDelivered(event_id="told", at=case.as_of, message_id="<unknown>")
            decision = decide(case, idle_talk, self.story.scenario, self.story.debtor)
            rests = case.idle_reason is not None and decision.case.idle_reason is not None

            assert decision.effects == ()
            assert rests or decision.case == case


TestCaseLifecycle = CaseLifecycle.TestCase
TestCaseLifecycle.settings = settings(
    derandomize=True, max_examples=100, stateful_step_count=40, deadline=None, print_blob=True
)
