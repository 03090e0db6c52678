"""The functions that a console and a portal call: within limits, and the same form twice is one act."""

from datetime import UTC, date, datetime

import pytest

from tests.office import CREDITOR, Office, a_contact, a_debtor, an_invoice, office_at
from workers.dealings import disputes, plans, promises
from workers.dealings.acts import Act, NotAllowed, Refused
from workers.dealings.promises import Vow
from workers.ledger.queries.promises import list_promises, reliability_of
from workers.settings import Settings
from workflows.events import DisputeReason
from workflows.machine.promises import PromiseState
from workflows.refusals import PlanWish, PromiseWish

TUESDAY = datetime(2026, 1, 20, 9, tzinfo=UTC)
CASE = "atelier/F-1"
DEBTOR = Act(by="Anne Perrin", source="/portal")


@pytest.fixture
def reminded(office: Office) -> Office:
    office.happen(an_invoice(due_date=date(2026, 1, 10)))
    office.go_to(TUESDAY)
    return office


def test_a_debtor_promises_by_himself_twice_and_is_then_asked_to_call(reminded: Office) -> None:
    for day in (25, 28):
        promises.make_alone(reminded.system, DEBTOR, CASE, PromiseWish(date(2026, 1, day)))
        reminded.jump(minutes=1)

    with pytest.raises(NotAllowed, match="call us to agree on another one") as refused:
        promises.make_alone(reminded.system, DEBTOR, CASE, PromiseWish(date(2026, 1, 30)))

    assert refused.value.is_guard
    assert "appelez-nous" in refused.value.fr
    with reminded.system.ledger.connect() as connection:
        lines = list_promises(connection, reminded.clock.now(), everything=True)
        past = reliability_of(connection, "atelier", "btp", reminded.clock.now())
    assert [(line.is_self_service, line.state) for line in lines] == [(True, PromiseState.AHEAD)] * 2
    assert (past.made, past.percent, past.ahead) == (0, None, 2)


def test_a_debtor_asks_for_a_plan_by_himself_once(reminded: Office) -> None:
    told = plans.request_alone(reminded.system, DEBTOR, CASE, PlanWish(3, date(2026, 2, 1)))
    assert told.decisions[0].stage == "paused"

    reminded.jump(minutes=1)
    with pytest.raises(NotAllowed, match="already in force or asked for"):
        plans.request_alone(reminded.system, DEBTOR, CASE, PlanWish(2, date(2026, 2, 1)))


def test_a_creditor_s_own_limits_go_before_those_of_all(settings: Settings) -> None:
    generous = CREDITOR | {"self_service": {"promise_days": 90}}
    own = Settings.model_validate(settings.model_dump() | {"creditors": [generous]})
    with office_at(own) as office:
        office.happen(an_invoice(due_date=date(2026, 1, 10)))
        office.go_to(TUESDAY)

        told = promises.make_alone(office.system, DEBTOR, CASE, PromiseWish(date(2026, 3, 30)))

    assert told.decisions[0].stage == "promised"
    assert own.self_service_of("nobody").promise_days == 30


def test_the_same_form_sent_twice_is_one_act(reminded: Office) -> None:
    act, vow = Act(by="claire", source="/console", token="form-1"), Vow(day=date(2026, 1, 30))
    first = promises.make(reminded.system, act, [CASE], vow)
    reminded.jump(minutes=1)
    again = promises.make(reminded.system, act, [CASE], vow)

    assert ([event.kind for event in first.events], again.events) == (["promise.made"], ())
    assert [warning.en for warning in again.warnings] == ["this was done already"]
    assert reminded.one("SELECT count(*) FROM events WHERE kind = 'promise.made'") == 1


def test_a_form_of_two_facts_is_one_act_too(reminded: Office) -> None:
    opened = Act(by="claire", source="/console", token="form-2")
    disputes.open_dispute(reminded.system, opened, CASE, disputes.Opening(reason=DisputeReason.PRICE))
    reminded.jump(minutes=1)
    act, ending = Act(by="claire", source="/console", token="form-3"), disputes.Ending(outcome="creditor")

    told = [disputes.resolve(reminded.system, act, CASE, ending) for _ in range(2)]

    assert [[event.kind for event in each.events] for each in told] == [["dispute.resolved", "letter.requested"], []]


def test_a_promise_is_about_invoices_of_one_debtor(reminded: Office) -> None:
    reminded.happen(an_invoice("F-2", debtor=a_debtor("verre", a_contact(email="v@verre.example"))))

    with pytest.raises(NotAllowed, match="several debtors"):
        promises.make(reminded.system, DEBTOR, [CASE, "atelier/F-2"], Vow(day=date(2026, 1, 30)))


def test_an_act_on_no_case_is_refused(reminded: Office) -> None:
    with pytest.raises(NotAllowed, match="no case atelier/F-9"):
        promises.make(reminded.system, DEBTOR, ["atelier/F-9"], Vow(day=date(2026, 1, 30)))


def test_what_the_ledger_refuses_names_the_field_and_nothing_of_the_form_is_written(reminded: Office) -> None:
    disputes.open_dispute(reminded.system, DEBTOR, CASE, disputes.Opening(reason=DisputeReason.PRICE, amount=100_00))
    before = reminded.one("SELECT count(*) FROM events")

    with pytest.raises(Refused, match=r"amount 200\.00 is more than the 100\.00 contested"):
        disputes.resolve(reminded.system, DEBTOR, CASE, disputes.Ending(outcome="partial", amount=200_00))

    assert reminded.one("SELECT count(*) FROM events") == before
