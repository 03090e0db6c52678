"""What was agreed, offered, promised and paid, in any order of arrival: the same case and the same letters."""

from itertools import permutations

import pytest

from tests.unit.ladder_facts import COMPANY, DEBTOR, NUMBER, TOTAL, Story, after, disputed, paid, reversed_
from tests.unit.letter_facts import NOW, USUAL, called, escalated, promised, wish
from tests.unit.test_offers import agreed, discount, plan_offered, refused, withdrawn
from workflows.case import Case
from workflows.events import CaseReviewed, DebtorInsolvent, Event, InstalmentPlanBroken, ReplyHandled, ReplyReceived
from workflows.machine import decide, occasions

#: Later than every fact, so that nothing is looked at before all is known.
LATER = CaseReviewed(event_id="later", at=after(45), invoice_no=NUMBER)
BROKEN = InstalmentPlanBroken(event_id="pe", at=after(41, 11), plan_id="p", invoice_no=NUMBER)
REPLY = ReplyReceived(event_id="rr", at=after(10), reply_id="y", debtor_ref=DEBTOR)
READ = ReplyHandled(event_id="rh", at=after(12), reply_id="y", debtor_ref=DEBTOR)
INSOLVENT = DebtorInsolvent(
    event_id="i", at=after(14), debtor_ref=DEBTOR, procedure="liquidation", judgment_date=after(13).date()
)


def after_all(case: Case, facts: tuple[Event, ...]) -> tuple[object, ...]:
    for fact in (*facts, LATER):
        case = decide(case, fact, USUAL, COMPANY).case
    called_for = sorted((item.template, item.of) for item in occasions.occasions(case, USUAL, COMPANY))
    known = case.model_dump(exclude={"epoch", "letters", "asked", "answered", "next_wake_at", "idle_reason"})
    return case.next_wake_at, case.idle_reason, sorted(case.asked - case.answered), called_for, known


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param([plan_offered(), agreed(), paid(60_000, after(40)), BROKEN], id="offered, agreed, paid, broken"),
        pytest.param([plan_offered(), agreed(), reversed_(60_000, after(41)), paid(60_000, after(12)), refused()],
                     id="offered, agreed, paid and reversed, ended"),
        pytest.param([discount(), paid(TOTAL - 2_500, after(11)), withdrawn(), reversed_(TOTAL - 2_500, after(30))],
                     id="discount, paid, taken back, reversed"),
        pytest.param([promised(), called(), REPLY, READ], id="promised, called, replied, read"),
        pytest.param([plan_offered(), plan_offered(event_id="o2", plan_id="q", at=after(10)), agreed(plan_id="q")],
                     id="two plans on offer"),
        pytest.param([disputed(NOW, 10_000), discount(), called(), escalated()], id="contested and handed over"),
        pytest.param([promised(), discount(), INSOLVENT, paid(TOTAL, after(15))], id="a procedure, then money"),
        pytest.param([wish("payment_thanks"), paid(TOTAL, after(11)), reversed_(TOTAL, after(12)), promised()],
                     id="thanked, reversed, promised"),
    ],
)  # fmt: skip
def test_any_order_of_dealings_leads_to_one_case(facts: list[Event]) -> None:
    start = Story(USUAL).climbs(2).case

    found = [after_all(start, order) for order in permutations(facts)]

    assert all(one == found[0] for one in found[1:])
