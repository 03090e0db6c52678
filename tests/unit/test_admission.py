"""What is refused when it first arrives: each objection names the field, the value and the fix."""

from datetime import date, timedelta

import pytest

from tests.unit.ladder_facts import (
    DEBTOR,
    DUE,
    LADDER,
    NUMBER,
    TOTAL,
    Story,
    after,
    disputed,
    issued,
    paid,
    resolved,
    reversed_,
)
from workflows.admission import objections
from workflows.events import (
    CasePaused,
    ContactOptedIn,
    CreditNoteIssued,
    DebtorInsolvent,
    DebtorUpdated,
    Inbound,
    InstalmentPlanAgreed,
    InvoiceChange,
    InvoiceUpdated,
    NewDebtor,
    PaymentAnnounced,
    PlanLine,
    PromiseMade,
    ScenarioChanged,
    StepApproved,
)
from workflows.invoice import Channel
from workflows.money import Money

#: An invoice of 1,250.00 of which 250.00 were paid, and 100.00 of that went back.
CASE = Story().happens(paid(25_000, after(1)), reversed_(10_000, after(2))).case
FRANCS = Money(amount=100, currency="CHF")
WHEN = after(5)


def promise(day: date, amount: int | None = None) -> PromiseMade:
    return PromiseMade(event_id="x", at=WHEN, promise_id="w", invoice_nos=(NUMBER,), date=day, amount=amount)


def plan(*amounts: int, first: date = DUE + timedelta(days=30)) -> InstalmentPlanAgreed:
    lines = tuple(PlanLine(due_date=first + timedelta(days=30 * n), amount=amount) for n, amount in enumerate(amounts))
    return InstalmentPlanAgreed(event_id="x", at=WHEN, plan_id="p", invoice_no=NUMBER, lines=lines)


def update(**changed: object) -> InvoiceUpdated:
    return InvoiceUpdated(
        event_id="x", at=WHEN, invoice_no=NUMBER, changed=InvoiceChange.model_validate(changed), reason="x"
    )


def note(amount: Money) -> CreditNoteIssued:
    return CreditNoteIssued(event_id="x", at=WHEN, credit_note_no="a", amount=amount, invoice_no=NUMBER)


@pytest.mark.parametrize(
    ("event", "words"),
    [
        pytest.param(
            note(FRANCS),
            "amount.currency 'CHF' differs: invoice 'F-2026-0042' is in EUR; convert it",
            id="currency of a note",
        ),
        pytest.param(update(total=FRANCS), "changed.total.currency 'CHF' differs", id="currency of a correction"),
        pytest.param(
            issued(total=Money(amount=TOTAL, currency="CHF")),
            "total.currency 'CHF' differs",
            id="currency of the invoice",
        ),
        pytest.param(
            plan(60_000, 60_000),
            "lines add up to 1200.00, the balance is 1100.00; make them equal",
            id="plan not adding up",
        ),
        pytest.param(
            note(Money(amount=TOTAL + 1)),
            "amount 1250.01 is more than the total 1250.00 of invoice",
            id="note above total",
        ),
        pytest.param(
            disputed(WHEN, TOTAL + 1), "amount 1250.01 is more than the total 1250.00", id="dispute above total"
        ),
        pytest.param(promise(date(2026, 12, 1), TOTAL + 1), "amount 1250.01 is more than", id="promise above total"),
        pytest.param(
            promise(date(2026, 10, 1)), "date 2026-10-01 was long past when it was promised", id="promise past"
        ),
        pytest.param(promise(date(2028, 1, 1)), "date 2028-01-01 is more than a year after", id="promise far ahead"),
        pytest.param(
            PaymentAnnounced(event_id="x", at=WHEN, invoice_no=NUMBER, expected_date=date(2062, 12, 1)),
            "expected_date 2062-12-01 is more than a year after 2026-11-13",
            id="announced for another century",
        ),
        pytest.param(
            ContactOptedIn(
                event_id="x", at=WHEN, debtor_ref=DEBTOR, channel=Channel.LRE, how="form", on=date(2026, 11, 15)
            ),
            "on 2026-11-15 is after 2026-11-13; note the consent once it was given",
            id="a consent that is not given yet",
        ),
        pytest.param(
            CasePaused(event_id="x", at=WHEN, ref=NUMBER, until=date(2028, 1, 1), reason="x"),
            "until 2028-01-01 is more than a year after",
            id="an endless pause",
        ),
        pytest.param(
            update(due_date=date(2126, 1, 1)), "changed.due_date 2126-01-01 is not from 2000 to 2090", id="2126"
        ),
        pytest.param(
            plan(110_000, first=date(1926, 12, 1)), "lines[0].due_date 1926-12-01 is not from 2000 to 2090", id="1926"
        ),
        pytest.param(
            DebtorInsolvent(
                event_id="x", at=WHEN, debtor_ref=DEBTOR, procedure="liquidation", judgment_date=date(206, 1, 1)
            ),
            "judgment_date 0206-01-01 is not from 2000 to 2090; correct the year",
            id="a year of three digits",
        ),
        pytest.param(
            issued(due_date=date(2026, 12, 8)),
            "due_date 2026-12-08 differs from 2026-11-08, known for invoice 'F-2026-0042'; publish invoice.updated",
            id="issued again with another due date",
        ),
        pytest.param(
            issued(total=Money(amount=1)),
            "total.amount 0.01 differs from 1250.00",
            id="issued again with another total",
        ),
        pytest.param(
            issued(debtor=NewDebtor(ref="other", name="Autre")),
            "debtor.ref other differs from perrin",
            id="other debtor",
        ),
        pytest.param(
            reversed_(15_001, after(3), reversal_id="r2"),
            "amount 150.01 is more than the 150.00 that payment 'p1' still holds; correct it",
            id="reversal above payment",
        ),
        pytest.param(
            paid(30_000, after(1), event_id="other"),
            "payment_id 'p1' is known with 250.00 of 2026-11-09",
            id="other money",
        ),
    ],
)
def test_an_objection_names_the_field_the_value_and_the_fix(event: Inbound, words: str) -> None:
    found = objections(event, CASE)

    assert len(found) == 1
    assert words in found[0]


@pytest.mark.parametrize(
    "event",
    [
        pytest.param(issued(event_id="again"), id="the same invoice again"),
        pytest.param(plan(110_000), id="a plan of the balance"),
        pytest.param(note(Money(amount=TOTAL)), id="a note of the whole"),
        pytest.param(reversed_(15_000, after(3), reversal_id="r2"), id="the rest goes back"),
        pytest.param(reversed_(99_999_999, after(3), "unknown", "r9"), id="a reversal before its payment"),
        pytest.param(reversed_(10_000, after(2)), id="the same reversal again"),
        pytest.param(resolved(WHEN, "unknown"), id="the end of a dispute still to come"),
        pytest.param(promise(date(2026, 11, 12)), id="a promise entered a day late"),
        pytest.param(paid(TOTAL * 3, after(3), "p9"), id="more money than owed"),
        pytest.param(DebtorUpdated(event_id="x", at=WHEN, debtor_ref=DEBTOR), id="no news"),
    ],
)
def test_what_may_be_true_is_welcome(event: Inbound) -> None:
    assert objections(event, CASE) == ()


def test_a_plan_entered_late_may_add_up_to_what_was_owed_then() -> None:
    case = Story().happens(paid(25_000, after(9))).case

    assert objections(plan(TOTAL), case) == ()
    assert objections(plan(TOTAL - 25_000), case) == ()


def test_a_corrected_invoice_may_come_again_as_it_was_issued() -> None:
    story = Story().happens(update(due_date=date(2026, 12, 8), total=Money(amount=100)))

    assert objections(issued(event_id="again"), story.case) == ()


def test_a_new_invoice_is_looked_at_too() -> None:
    assert objections(issued(due_date=date(2999, 1, 1)), None) == (
        "due_date 2999-01-01 is not from 2000 to 2090; correct the year",
    )


@pytest.mark.parametrize(
    ("event", "words"),
    [
        pytest.param(
            StepApproved(event_id="x", at=WHEN, invoice_no=NUMBER, step=5),
            ("step 5 does not exist; scenario standard@1 has steps 0 to 4",),
            id="approved",
        ),
        pytest.param(StepApproved(event_id="x", at=WHEN, invoice_no=NUMBER, step=4), (), id="the last one"),
        pytest.param(
            ScenarioChanged(
                event_id="x", at=WHEN, invoice_no=NUMBER, scenario="standard", version=1, entry_step=7, reason="x"
            ),
            ("entry_step 7 does not exist; scenario standard@1 has steps 0 to 4",),
            id="moved",
        ),
    ],
)
def test_steps_must_exist_where_the_ladder_is_known(event: Inbound, words: tuple[str, ...]) -> None:
    assert objections(event, CASE, LADDER) == words
    assert objections(event, CASE) == ()


@pytest.mark.parametrize(
    "again",
    [
        pytest.param(reversed_(10_000, after(3), payment_id="p2"), id="of another payment"),
        pytest.param(reversed_(9_000, after(3)), id="of another amount"),
    ],
)
def test_other_money_under_a_known_reversal_id_is_not_lost_silently(again: Inbound) -> None:
    assert objections(again, CASE) == ("reversal_id 'r1' is known for 100.00 of payment 'p1'; use a new id",)
