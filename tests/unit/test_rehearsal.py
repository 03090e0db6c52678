"""Rehearsals, debtor by debtor: the machine, the gates and the merging of production on an imagined clock."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.unit.ladder_facts import (
    COMPANY,
    CREDITOR,
    DUE,
    FIRST,
    LADDER,
    SECOND,
    THIRD,
    TOTAL,
    Mode,
    Story,
    after,
    at,
    disputed,
    issued,
    ladder,
    paid,
)
from workflows.case import Case
from workflows.invoice import Channel, Contact, Debtor, DebtorKind
from workflows.limitation import Claim
from workflows.machine import open_case
from workflows.pressure import budget_of
from workflows.rehearsal import Account, Arrival, Assumed, Hold, Manners, Planned, Rules, Told, rehearse
from workflows.rehearsal.difference import difference
from workflows.rehearsal.draft import entry_step, on_draft
from workflows.rehearsal.ladder import one_invoice
from workflows.rehearsal.past import History, Left, account_of, as_planned, hits_on_paid
from workflows.scenario import Scenario

SINCE = after(-10)
YEAR = SINCE + timedelta(days=365)


def rules(*ladders: Scenario, **changes: Any) -> Rules:  # noqa: ANN401 - any field of the rules
    known = ladders or (LADDER,)
    budgets = {kind: budget_of(kind) for kind in DebtorKind}
    return Rules({str(each.ref): each for each in known}, budgets, **changes)


def a_case(number: str = "F-1", scenario: Scenario = LADDER, debtor: Debtor = COMPANY, **said: Any) -> Case:  # noqa: ANN401
    return open_case(issued(number, **said), CREDITOR, scenario, debtor).case


def account(*cases: Case, debtor: Debtor = COMPANY, **more: Any) -> Account:  # noqa: ANN401 - any field of the account
    return Account(CREDITOR, debtor, cases, **more)


def told_of(given: Account, by: Rules | None = None, *, until: datetime = YEAR) -> Told:
    return rehearse(given, by or rules(), SINCE, until)


def steps(planned: list[Planned]) -> list[tuple[str, str]]:
    return [(part.step, str(each.channel)) for each in planned for part in each.parts]


# --- the course -----------------------------------------------------------------------------------------------------


def test_one_case_climbs_its_whole_ladder() -> None:
    told = told_of(account(a_case()))

    assert steps(told.planned) == [
        ("preventive", "email"), ("first", "email"), ("second", "email"), ("second", "sms"), ("third", "email"),
        ("formal_notice", "registered"),
    ]  # fmt: skip
    assert [each.task for each in told.asked] == ["decision"]


def test_every_moment_is_the_machines_own() -> None:
    told = told_of(account(Story().case))
    story = Story().climbs(5)

    lived = {record.step: record.at for record in story.case.steps}
    by_step = {part.step: each.at for each in told.planned for part in each.parts if each.channel is not Channel.SMS}
    assert list(by_step.values()) == list(lived.values())


def test_the_rehearsal_ends_where_it_is_told_to() -> None:
    told = told_of(account(a_case()), until=after(12))

    assert [name for name, _channel in steps(told.planned)] == ["preventive", "first"]


def test_what_was_ordered_before_leaves_first() -> None:
    told = told_of(account(Story().rings().case), until=after(0))

    assert [each.why[0].rule for each in told.planned] == ["outlook.on_its_way"]


def test_what_is_on_its_way_already_is_not_told_again() -> None:
    case = Story().rings().case
    [wanted] = case.steps

    told = told_of(account(case, claimed=frozenset({wanted.key})), until=after(10))

    assert steps(told.planned) == [("first", "email")]


def test_a_rehearsal_leaves_its_cases_as_they_were() -> None:
    case = a_case()
    before = case.model_dump_json()

    assert told_of(account(case)) == told_of(account(case))
    assert case.model_dump_json() == before


# --- what may be assumed --------------------------------------------------------------------------------------------


def test_without_a_word_of_the_carrier_a_person_is_asked() -> None:
    told = told_of(account(a_case()), rules(assumed=Assumed(post_days=None)))

    assert [each.task for each in told.asked] == ["reception_unknown"]


@pytest.mark.parametrize(
    ("confirms", "names"),
    [(False, ["first"]), (True, ["first", "second", "second", "third"])],
    ids=["waits", "goes on"],
)
def test_a_step_to_confirm(confirms: bool, names: list[str]) -> None:  # noqa: FBT001 - a case of the table
    careful = ladder(FIRST, SECOND.model_copy(update={"mode": Mode.TO_CONFIRM}), THIRD)

    told = told_of(account(a_case(scenario=careful)), rules(careful, assumed=Assumed(confirms=confirms)))

    assert [name for name, _channel in steps(told.planned)] == names
    assert told.asked[0].task == "confirm_step"


# --- guard rails ----------------------------------------------------------------------------------------------------


def test_invoices_that_are_due_together_leave_in_one_message() -> None:
    told = told_of(account(a_case("F-1"), a_case("F-2")), until=after(8))

    assert [[part.number for part in each.parts] for each in told.planned] == [["F-1", "F-2"], ["F-1", "F-2"]]
    assert told.planned[1].amount == 2 * TOTAL
    assert told.planned[1].guards == ("gate.merged",)


def test_currencies_are_not_merged() -> None:
    francs = a_case("F-2", total={"amount": TOTAL, "currency": "CHF"})

    told = told_of(account(a_case("F-1"), francs), until=after(8))

    assert sorted(each.currency for each in told.planned) == ["CHF", "CHF", "EUR", "EUR"]


def test_pressure_puts_a_message_off_and_is_named() -> None:
    yesterday = after(4)

    told = told_of(account(a_case(), contacts=(yesterday,)), until=after(12))

    first = next(each for each in told.planned if each.parts[0].step == "first")
    assert "gate.pressure" in first.guards
    assert first.day >= yesterday.date() + timedelta(days=3)


@pytest.mark.parametrize(
    ("hold", "leaves"),
    [
        (Hold("all", "audit"), False), (Hold("email", "audit"), False), (Hold("letter", "audit"), True),
        (Hold("all", "audit", until=after(6)), True),
    ],
    ids=["everything", "its channel", "another channel", "until a moment"],
)  # fmt: skip
def test_a_hold(hold: Hold, leaves: bool) -> None:  # noqa: FBT001 - a case of the table
    told = told_of(account(a_case()), rules(holds=(hold,)), until=after(14))

    assert ("first" in dict(steps(told.planned))) is leaves
    assert [each.rule for each in told.stuck] == ([] if leaves else ["gate.hold"])


def test_a_debtor_without_an_address_is_stuck() -> None:
    nobody = Debtor(ref="nobody", name="Personne", contacts=(Contact(name="Personne"),))

    told = told_of(account(a_case(debtor=nobody), debtor=nobody))

    assert told.planned == []
    assert [each.rule for each in told.stuck] == ["blocked.no_contact"]


def test_a_letter_that_would_cite_reminders_gives_way_to_the_first_one() -> None:
    alone = ladder(SECOND)
    by = rules(alone, manners=Manners(frozenset({"second_reminder"}), {"first_reminder": 1}))

    email = told_of(account(a_case(scenario=alone)), by).planned[0]

    assert (email.letter, email.tone) == ("first_reminder", 1)
    assert "letter.first_reminder" in email.guards


def test_the_window_that_moved_a_step_is_named() -> None:
    monday = ladder(FIRST.model_copy(update={"after_due_days": 8}))

    [planned] = told_of(account(a_case(scenario=monday)), rules(monday)).planned

    assert planned.day == DUE + timedelta(days=9)  # a Monday waits for Tuesday
    assert planned.guards == ("window.preferred_day",)


# --- what becomes known on the way ----------------------------------------------------------------------------------


@pytest.mark.parametrize("fact", [paid(TOTAL, after(6)), disputed(after(6))], ids=["a payment", "a dispute"])
def test_what_becomes_known_stops_the_rest(fact: Any) -> None:  # noqa: ANN401 - an event
    case = a_case("F-2026-0042")
    coming = Arrival(after(6), fact, (case.case_id,))

    told = told_of(account(case, arrivals=(coming,)))

    assert [name for name, _channel in steps(told.planned) if name not in ("payment_thanks", "apology")][:2] == [
        "preventive", "first",
    ]  # fmt: skip
    assert "third" not in dict(steps(told.planned))


def test_a_fact_counts_from_the_moment_at_which_it_is_known() -> None:
    case = a_case("F-2026-0042")
    told = told_of(account(case, arrivals=(Arrival(after(20), paid(TOTAL, after(1)), (case.case_id,)),)))

    assert "second" in dict(steps(told.planned))


# --- one imagined invoice -------------------------------------------------------------------------------------------


def test_a_whole_ladder_is_dated_for_an_imagined_invoice() -> None:
    told = one_invoice(LADDER, COMPANY, rules(), due_on=DUE, total=TOTAL, known_on=DUE - timedelta(days=30))

    assert [name for name, _channel in steps(told.planned)] == [
        "preventive", "first", "second", "second", "third", "formal_notice",
    ]  # fmt: skip


def test_a_late_invoice_begins_with_the_step_that_fits() -> None:
    told = one_invoice(LADDER, COMPANY, rules(), due_on=DUE, total=TOTAL, known_on=DUE + timedelta(days=40))

    assert steps(told.planned)[0][0] == "first"
    assert told.planned[0].day > DUE + timedelta(days=40) - timedelta(days=1)


# --- a draft --------------------------------------------------------------------------------------------------------

SLOWER = Scenario(name="standard", version=2, steps=(FIRST.model_copy(update={"after_due_days": 9}), SECOND))


@pytest.mark.parametrize(
    ("climbed", "entry"), [(0, 0), (1, 1), (2, 1), (3, 2), (5, 2)], ids=["none", "preventive", "first", "second", "all"]
)
def test_a_case_enters_a_draft_after_the_step_of_the_same_name(climbed: int, entry: int) -> None:
    story = Story().climbs(climbed) if climbed else Story()

    assert entry_step(story.case, LADDER, SLOWER) == entry


def on_slower(case: Case) -> Account | None:
    return on_draft(account(case), SLOWER, replaces="standard", ladders={"standard@1": LADDER}, at=SINCE)


def test_the_difference_names_what_moves_what_falls_and_what_comes() -> None:
    moving = on_slower(a_case())
    assert moving is not None
    active = told_of(account(a_case()))
    drafted = told_of(moving, rules(LADDER, SLOWER))

    changed = difference(active.planned, drafted.planned, SINCE.date())

    assert {(each.turn, each.step) for each in changed.changes} == {
        ("later", "first"), ("later", "second"), ("dropped", "preventive"), ("dropped", "third"),
        ("dropped", "formal_notice"),
    }  # fmt: skip
    assert changed.invoices == {"earlier": 0, "later": 1, "dropped": 1, "new": 0}


def test_invoices_that_hear_tomorrow_only_with_the_draft_are_counted() -> None:
    planned = told_of(account(a_case())).planned
    eve = planned[1].day - timedelta(days=1)

    assert difference(planned[:1], planned, eve).tomorrow == 1
    assert difference(planned, planned, eve).tomorrow == 0


def test_debtors_that_hear_more_often_are_counted_by_their_peak() -> None:
    [first, second, *_] = told_of(account(a_case())).planned
    near = [first._replace(day=DUE + timedelta(days=n), at=after(n)) for n in (0, 2, 4)]
    far = [second._replace(day=DUE + timedelta(days=n), at=after(n)) for n in (0, 8, 16)]

    assert difference(far, near, SINCE.date()).busier == {3: 1}
    assert difference(near, far, SINCE.date()).busier == {}


def test_a_draft_that_does_not_suit_the_debtor_leaves_it_where_it_is() -> None:
    consumers = SLOWER.model_copy(update={"kinds": frozenset({DebtorKind.CONSUMER})})

    assert on_draft(account(a_case()), consumers, replaces="standard", ladders={}, at=SINCE) is None
    assert on_draft(account(a_case()), SLOWER, replaces="courtoise", ladders={}, at=SINCE) is None


# --- the past -------------------------------------------------------------------------------------------------------


def a_history() -> History:
    """Reminded on day 5 and 16; the money was there on day 10, and the ledger learnt of it on day 20."""
    late_word = paid(TOTAL, after(10))
    story = Story().climbs(3).happens(late_word)
    known = [(each.at, each) for each in story.events[:-1]]
    left = tuple(
        Left(record.at, f"m{record.step}", record.ladder, record.step, record.channel, record.template, record.tone)
        for record in story.case.steps
        if record.state == "sent"
    )
    return History(story.case, "standard@1", (*known, (after(20), late_word)), left)


def test_the_past_replayed_on_its_own_ladder_is_the_past() -> None:
    history = a_history()
    given = account_of(CREDITOR, COMPANY, [history], draft=LADDER, replaces="standard")

    told = rehearse(given, rules(), at(date(2026, 10, 1)), after(30))
    left = as_planned(CREDITOR, COMPANY, [history], {"standard@1": LADDER})

    assert difference(left, told.planned[: len(left)], DUE).changes == ()


def test_the_past_is_replayed_for_what_the_creditor_sells() -> None:
    history = a_history()
    carried = History(history.case.model_copy(update={"claim": Claim.CARRIAGE}), history.ladder, history.events)
    given = account_of(CREDITOR, COMPANY, [carried], draft=LADDER, replaces="standard")

    assert {arrival.claim for arrival in given.arrivals} == {Claim.CARRIAGE}


def test_reminders_of_money_that_was_there_are_counted() -> None:
    history = a_history()
    left = as_planned(CREDITOR, COMPANY, [history], {"standard@1": LADDER})

    after_the_money = sum(each.day >= DUE + timedelta(days=10) for each in left)
    assert hits_on_paid(left, {history.case.case_id: history.case}) == after_the_money > 0


def test_a_slower_draft_would_have_hit_nobody() -> None:
    history = a_history()
    very_slow = Scenario(name="standard", version=2, steps=(FIRST.model_copy(update={"after_due_days": 30}),))
    given = account_of(CREDITOR, COMPANY, [history], draft=very_slow, replaces="standard")

    told = rehearse(given, replace(rules(), scenarios={"standard@2": very_slow}), at(date(2026, 10, 1)), after(60))

    assert hits_on_paid(told.planned, {history.case.case_id: history.case}) == 0
    assert told.planned == [] or told.planned[0].at > datetime(2026, 11, 20, tzinfo=UTC)
