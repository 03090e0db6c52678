"""The seven promises as sentences that hold after every step of a random story."""

from typing import Any, ClassVar

from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
)

from tests.office import Office
from tests.stateful.world import CONTACTS_A_WEEK, World, weeks_with_too_many
from workflows.effects import Reason
from workflows.events import (
    InvoiceIssued,
)
from workflows.reasons import say


class Promises(RuleBasedStateMachine):
    """What must hold; a subclass brings the office, the world, and what may happen in it."""

    office: ClassVar[Office]
    world: World

    @invariant()
    def promises_1_and_4_nothing_left_that_should_not_have_and_nothing_jumped(self) -> None:
        assert self.world.wrong == [], self.world.wrong

    @invariant()
    def promise_2_nothing_reached_anybody_twice(self) -> None:
        assert [key for key, times in self.world.messages_of_one_key().items() if times > 1] == []

    @invariant()
    def promise_3_every_case_has_its_moment_or_a_reason(self) -> None:
        odd = self.office.rows(
            "SELECT case_id FROM cases WHERE (next_wake_at IS NULL) = (idle_reason IS NULL) "
            "OR (idle_reason = 'waits.wanted' OR idle_reason LIKE 'sends.%') AND NOT EXISTS (SELECT FROM dispatches "
            "WHERE dispatches.case_id = cases.case_id AND status IN ('wanted', 'claimed')) "
            "OR idle_reason = 'waits.in_doubt' AND NOT EXISTS (SELECT FROM dispatches "
            "WHERE dispatches.case_id = cases.case_id AND status = 'in_doubt')"
        )

        assert odd == []

    @invariant()
    def promise_4_nobody_is_contacted_too_often(self) -> None:
        for ref, days in self.world.contact_days().items():
            kind = "consumer" if ref == "dupont" else "business"

            assert weeks_with_too_many(days, CONTACTS_A_WEEK[kind]) == []

    @invariant()
    def promise_5_what_is_owed_is_what_was_billed_less_what_was_paid(self) -> None:
        ledger = {row.number: row.balance for row in self.office.rows("SELECT number, balance FROM cases")}

        assert ledger == {number: self.world.owed(number) for number in ledger}
        assert len(ledger) == len(self.world.all(InvoiceIssued))

    @invariant()
    def promise_6_every_decision_and_every_end_has_its_reason(self) -> None:
        dumb = "SELECT key FROM dispatches WHERE reason IS NULL AND status NOT IN ('wanted', 'claimed')"
        assert self.office.rows(dumb) == []
        rules = self.office.rows(
            "SELECT DISTINCT reason->>'rule' AS rule FROM journal, jsonb_array_elements(decision::jsonb->'reasons') "
            "AS reason UNION SELECT NULL FROM journal WHERE decision::jsonb->'reasons' = '[]'"
        )
        assert [row.rule for row in rows_without_words(rules)] == []

    @invariant()
    def promise_7_what_was_refused_is_kept_with_its_findings(self) -> None:
        mute = "SELECT event_id FROM events WHERE status = 'refused' AND findings IS NULL"

        assert self.office.rows(mute) == []


def rows_without_words(rules: Any) -> list[Any]:  # noqa: ANN401 - rows
    """Rules for which an operator would read only a code."""
    return [row for row in rules if row.rule is None or "sans texte" in say(Reason(rule=row.rule))]
