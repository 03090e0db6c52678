"""The limitation clock: how long, from when, what sets it back and what does not."""

from datetime import date, timedelta

import pytest

from tests.unit.ladder_facts import (
    DUE,
    NUMBER,
    Story,
    after,
    paid,
    reversed_,
)
from workflows.events import (
    InstalmentPlanAgreed,
    PaymentAnnounced,
    PlanLine,
    PromiseMade,
    PromiseWithdrawn,
)
from workflows.invoice import DebtorKind
from workflows.limitation import (
    INTERRUPTING,
    Act,
    ActKind,
    Claim,
    Effect,
    alert_due,
    alerts_of,
    delay_of,
    is_time_barred,
    limitation_of,
    start_of,
)
from workflows.machine.acts import acts_of, limitation_of_case

BUSINESS, CONSUMER, PUBLIC = DebtorKind.BUSINESS, DebtorKind.CONSUMER, DebtorKind.PUBLIC
START = date(2024, 4, 30)
EXPIRY = date(2029, 4, 30)


def act(kind: ActKind, on: date, ends_on: date | None = None) -> Act:
    return Act(kind=kind, on=on, ends_on=ends_on)


@pytest.mark.parametrize(
    ("kind", "claim", "years"),
    [
        (BUSINESS, Claim.GENERAL, 5),
        (CONSUMER, Claim.GENERAL, 2),
        (PUBLIC, Claim.GENERAL, 4),
        (BUSINESS, Claim.CARRIAGE, 1),
        (CONSUMER, Claim.CARRIAGE, 1),
        (BUSINESS, Claim.SHIP_SUPPLIES, 1),
        (BUSINESS, Claim.INSURANCE, 2),
        (CONSUMER, Claim.INSURANCE, 2),
        (BUSINESS, Claim.TELECOM, 1),
        (BUSINESS, Claim.UNKNOWN, 1),
        (CONSUMER, Claim.UNKNOWN, 1),
    ],
)
def test_each_claim_has_its_delay_and_an_unknown_one_the_shortest(kind: DebtorKind, claim: Claim, years: int) -> None:
    assert delay_of(kind, claim).years == years
    assert limitation_of(kind, claim, START).expires_on == START.replace(year=START.year + years)


@pytest.mark.parametrize(
    ("start_on", "kind", "expires_on"),
    [
        pytest.param(date(2024, 2, 29), CONSUMER, date(2026, 2, 28), id="29 February falls back to the 28th"),
        pytest.param(date(2024, 2, 29), BUSINESS, date(2029, 2, 28), id="after five years too"),
        pytest.param(date(2024, 2, 29), PUBLIC, date(2028, 2, 29), id="unless there is one"),
        pytest.param(date(2024, 3, 31), BUSINESS, date(2029, 3, 31), id="a Saturday is not moved"),
    ],
)
def test_the_last_day_has_the_same_number_in_its_month(start_on: date, kind: DebtorKind, expires_on: date) -> None:
    assert limitation_of(kind, Claim.GENERAL, start_on).expires_on == expires_on


@pytest.mark.parametrize(
    ("kind", "claim", "completed_on", "start_on"),
    [
        pytest.param(BUSINESS, Claim.GENERAL, date(2026, 1, 5), date(2026, 3, 1), id="businesses: due"),
        pytest.param(CONSUMER, Claim.GENERAL, date(2026, 1, 5), date(2026, 1, 5), id="consumers: completed"),
        pytest.param(CONSUMER, Claim.GENERAL, None, date(2026, 2, 1), id="consumers: issued where unknown"),
        pytest.param(BUSINESS, Claim.CARRIAGE, date(2026, 1, 5), date(2026, 1, 5), id="carriage: delivered"),
        pytest.param(BUSINESS, Claim.UNKNOWN, None, date(2026, 2, 1), id="unknown: the earlier day"),
        pytest.param(CONSUMER, Claim.GENERAL, date(2026, 5, 1), date(2026, 3, 1), id="never after the due date"),
    ],
)
def test_the_delay_runs_from_the_earliest_day_that_may_count(
    *, kind: DebtorKind, claim: Claim, completed_on: date | None, start_on: date
) -> None:
    assert (
        start_of(kind, claim, issued_on=date(2026, 2, 1), due_on=date(2026, 3, 1), completed_on=completed_on)
        == start_on
    )


@pytest.mark.parametrize("kind", sorted(INTERRUPTING - {ActKind.CLAIM_DECLARED}))
def test_an_act_that_interrupts_starts_a_full_delay_anew(kind: ActKind) -> None:
    clock = limitation_of(BUSINESS, Claim.GENERAL, START, [act(kind, date(2027, 9, 15))])

    assert (clock.runs_from, clock.expires_on) == (date(2027, 9, 15), date(2032, 9, 15))
    assert [weighed.effect for weighed in clock.because] == [Effect.STARTED_ANEW]


@pytest.mark.parametrize("kind", sorted(set(ActKind) - INTERRUPTING))
def test_a_reminder_or_a_formal_notice_changes_nothing_even_registered(kind: ActKind) -> None:
    clock = limitation_of(BUSINESS, Claim.GENERAL, START, [act(kind, date(2027, 9, 15))])

    assert (clock.runs_from, clock.expires_on) == (START, EXPIRY)
    assert [weighed.effect for weighed in clock.because] == [Effect.NONE]


def test_the_acts_are_the_three_that_never_count_and_those_that_do() -> None:
    assert set(ActKind) - INTERRUPTING == {ActKind.REMINDER, ActKind.FORMAL_NOTICE, ActKind.REGISTERED_NOTICE}


@pytest.mark.parametrize(
    ("acts", "effects", "expires_on"),
    [
        pytest.param([], [], EXPIRY, id="nothing was done"),
        pytest.param(
            [act(ActKind.PAYMENT, START - timedelta(days=1))], [Effect.BEFORE_START], EXPIRY,
            id="before the delay began",
        ),
        pytest.param([act(ActKind.PAYMENT, START)], [Effect.STARTED_ANEW], EXPIRY, id="on the first day"),
        pytest.param(
            [act(ActKind.PAYMENT, EXPIRY)], [Effect.STARTED_ANEW], date(2034, 4, 30), id="on the last day",
        ),
        pytest.param(
            [act(ActKind.PAYMENT, EXPIRY + timedelta(days=1))], [Effect.TOO_LATE], EXPIRY,
            id="a day too late revives nothing",
        ),
        pytest.param(
            [act(ActKind.PLAN, date(2028, 1, 1)), act(ActKind.PROMISE, date(2025, 1, 1))],
            [Effect.STARTED_ANEW, Effect.STARTED_ANEW], date(2033, 1, 1), id="in any order",
        ),
        pytest.param(
            [act(ActKind.CLAIM_DECLARED, date(2025, 1, 1)), act(ActKind.PAYMENT, date(2026, 1, 1))],
            [Effect.HELD, Effect.NONE], None, id="a declared claim holds the clock",
        ),
        pytest.param(
            [act(ActKind.CLAIM_DECLARED, date(2025, 1, 1), date(2027, 6, 30))],
            [Effect.STARTED_ANEW], date(2032, 6, 30), id="until the procedure is closed",
        ),
    ],
)  # fmt: skip
def test_acts_are_weighed_in_order(acts: list[Act], effects: list[Effect], expires_on: date | None) -> None:
    clock = limitation_of(BUSINESS, Claim.GENERAL, START, acts)

    assert ([weighed.effect for weighed in clock.because], clock.expires_on) == (effects, expires_on)
    assert clock.start_on == START


@pytest.mark.parametrize(
    ("days_before", "alert"),
    [(181, None), (180, 180), (91, 180), (90, 90), (31, 90), (30, 30), (0, 30), (-1, None)],
)
def test_a_person_is_told_180_90_and_30_days_before(days_before: int, alert: int | None) -> None:
    clock = limitation_of(BUSINESS, Claim.GENERAL, START)
    today = EXPIRY - timedelta(days=days_before)

    assert alert_due(clock, today) == alert
    assert is_time_barred(clock, today) is (days_before < 0)


def test_each_alert_has_its_day() -> None:
    clock = limitation_of(BUSINESS, Claim.GENERAL, START)

    assert alerts_of(clock) == ((180, date(2028, 11, 1)), (90, date(2029, 1, 30)), (30, date(2029, 3, 31)))


def test_a_held_clock_has_no_alert_and_bars_nothing() -> None:
    clock = limitation_of(BUSINESS, Claim.GENERAL, START, [act(ActKind.CLAIM_DECLARED, date(2025, 1, 1))])

    assert alerts_of(clock) == ()
    assert alert_due(clock, date(2040, 1, 1)) is None
    assert not is_time_barred(clock, date(2040, 1, 1))


def test_a_case_knows_what_the_debtor_did_and_what_was_written_to_him() -> None:
    story = Story().climbs(4)
    story.happens(paid(20_000, after(60)))
    story.hears(PromiseMade, after(70), promise_id="pr1", invoice_nos=(NUMBER,), date=after(75).date(), channel="sms")
    story.hears(PaymentAnnounced, after(80), invoice_no=NUMBER, expected_date=after(82).date())
    plan = (PlanLine(due_date=after(120).date(), amount=105_000),)
    story.hears(InstalmentPlanAgreed, after(90), plan_id="plan", invoice_no=NUMBER, lines=plan)

    found = [(known.kind, (known.on - DUE).days) for known in acts_of(story.case, story.debtor)]

    written = [kind for kind, _days in found if kind not in INTERRUPTING]
    assert written == [ActKind.REMINDER] * 4  # three letters and a text message
    assert [known for known in found if known[0] in INTERRUPTING] == [
        (ActKind.PAYMENT, 60), (ActKind.PROMISE, 70), (ActKind.PLAN, 90),
    ]  # fmt: skip


def test_a_registered_notice_of_a_case_is_named_and_changes_nothing() -> None:
    story = Story().climbs(5)

    clock = limitation_of_case(story.case, story.debtor)

    assert clock.because[-1].act.kind is ActKind.REGISTERED_NOTICE
    assert {weighed.effect for weighed in clock.because} == {Effect.NONE}
    assert clock.expires_on == DUE.replace(year=DUE.year + 5)


def test_a_partial_payment_sets_the_clock_of_a_case_back_until_it_goes_back_itself() -> None:
    story = Story().happens(paid(20_000, after(60)))
    since = after(60).date()

    assert limitation_of_case(story.case, story.debtor).runs_from == since
    story.happens(reversed_(20_000, after(64)))
    assert limitation_of_case(story.case, story.debtor).runs_from == DUE


def test_a_withdrawn_promise_stays_an_acknowledgement() -> None:
    promise = {"promise_id": "p", "invoice_nos": (NUMBER,), "date": after(9).date(), "channel": "letter"}
    story = Story().hears(PromiseMade, after(5), **promise)
    story.hears(PromiseWithdrawn, after(7), promise_id="p", invoice_nos=(NUMBER,))

    assert limitation_of_case(story.case, story.debtor).runs_from == after(5).date()


def test_a_carrier_has_a_year_from_the_invoice() -> None:
    story = Story()

    clock = limitation_of_case(story.case, story.debtor, Claim.CARRIAGE)

    assert clock.expires_on == story.case.invoice.issued_on.replace(year=2027)
