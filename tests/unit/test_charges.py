"""What a letter claims beside the invoices: sums that add up, and that `relance interest` gives again."""

import json
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fact_strategies import facts
from tests.unit.ladder_facts import COMPANY, DUE, NUMBER, TOTAL, Story, after, disputed, issued, paid, reversed_
from workers.cli import run
from workers.delivery.charges import Charges, RateTooLow, with_charges, without_charges
from workflows.events import (
    CreditNoteIssued,
    DebtorInsolvent,
    DebtorRecovered,
    DisputeOpened,
    DisputeResolved,
    InvoiceChange,
    InvoiceUpdated,
    LetterState,
    LetterTracked,
    PaymentReceived,
    PaymentReversed,
)
from workflows.imputation import Order
from workflows.invoice import Channel, DebtorKind
from workflows.money import Money, decimal_text
from workflows.rates import load_rates, parse_rates

TODAY = after(50).date()  # 28 December 2026: every semester is known
RATES = load_rates()


def told(*events: Any, **said: Any) -> Story:  # noqa: ANN401 - events of any kind, fields of the invoice
    return Story(opening=issued(**said)).happens(*events)


def claimed(story: Story, *, formal: bool = True, kind: DebtorKind = DebtorKind.BUSINESS) -> Charges:
    debtor = COMPANY.model_copy(update={"kind": kind})
    return with_charges([story.case], debtor, TODAY, RATES, is_formal=formal)


def credited(amount: int, days: int, *, corrective: bool = False) -> CreditNoteIssued:
    return CreditNoteIssued(
        event_id="credit", at=after(days), credit_note_no="A-1", amount=Money(amount=amount), invoice_no=NUMBER,
        corrective=corrective,
    )  # fmt: skip


def insolvent(days: int, procedure: Literal["sauvegarde", "liquidation"] = "liquidation") -> DebtorInsolvent:
    return DebtorInsolvent(
        event_id=f"judged{days}", at=after(days + 2), debtor_ref=COMPANY.ref, procedure=procedure,
        judgment_date=after(days).date(),
    )  # fmt: skip


STORIES = {
    "nothing was paid": told(),
    "paid in part": told(paid(40_000, after(20))),
    "paid less than the interest": told(paid(300, after(20))),
    "paid in part before it was due": told(paid(40_000, after(-5))),
    "paid twice": told(paid(20_000, after(10)), paid(30_000, after(30), "p2")),
    "paid and taken back": told(paid(40_000, after(20)), reversed_(40_000, after(25))),
    "paid and taken back in part": told(paid(40_000, after(20)), reversed_(15_000, after(25))),
    "credited": told(credited(25_000, 20)),
    "corrected": told(credited(25_000, 20, corrective=True)),
    "disputed in part": told(disputed(after(5), 45_000), paid(40_000, after(20))),
    "insolvent": told(paid(40_000, after(20)), insolvent(30)),
    "a contract": told(paid(40_000, after(20)), contract_rate="15"),
    "an indexed contract": told(paid(40_000, after(20)), contract_rate="3x"),
    "a few cents": told(total=Money(amount=3)),
}


@pytest.mark.parametrize("formal", [True, False], ids=["formal", "amicable"])
@pytest.mark.parametrize("kind", [DebtorKind.BUSINESS, DebtorKind.PUBLIC])
@pytest.mark.parametrize("name", STORIES)
def test_the_lines_of_a_claim_add_up(name: str, kind: DebtorKind, *, formal: bool) -> None:
    found = claimed(STORIES[name], formal=formal, kind=kind)

    (line,) = found.lines
    assert line.total == line.paid - line.charges_paid + line.disputed + line.balance
    assert found.balance == line.balance
    assert found.interest_total == sum(each.amount for each in found.interest)
    assert found.interest
    assert all(each.amount + each.settled >= 0 for each in found.interest)


@pytest.mark.parametrize("formal", [True, False], ids=["formal", "amicable"])
@pytest.mark.parametrize("kind", [DebtorKind.BUSINESS, DebtorKind.PUBLIC])
@pytest.mark.parametrize("name", STORIES)
def test_the_command_gives_a_claim_again_from_the_same_facts(
    *, name: str, kind: DebtorKind, formal: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setenv("RELANCE_DATA_DIR", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    story = STORIES[name]
    found = claimed(story, formal=formal, kind=kind)
    capsys.readouterr()

    code = run(["interest", *command(story, kind, formal=formal), "--json"])

    said = capsys.readouterr()
    assert said.err == ""
    answer = json.loads(said.out)
    assert code == 0
    assert answer["principal_left"] == decimal_text(found.balance)
    assert answer["interest_left"] == decimal_text(found.interest_total)
    assert answer["indemnity_left"] == decimal_text(found.indemnity)
    known = [(part["from"], part["to"], part["rate"], part["principal"]) for part in answer["segments"]]
    lines = [
        (str(each.from_on), str(each.to_on), f"{each.rate}", decimal_text(each.principal)) for each in found.interest
    ]
    assert known[len(known) - len(lines) :] == lines


def command(story: Story, kind: DebtorKind, *, formal: bool) -> list[str]:
    """What a person types to check the letter."""
    case, contested = story.case, 45_000 if story.case.disputes else 0
    words = ["--principal", decimal_text(case.invoice.total - contested), "--due", str(DUE), "--as-of", str(TODAY)]
    words += ["--kind", kind.value]
    for payment in case.payments:
        back = sum(item.amount for item in case.reversals if item.payment_id == payment.payment_id)
        if payment.amount > back:
            words += ["--payment", f"{payment.value_date}:{decimal_text(payment.amount - back)}"]
    for credit in case.credits:
        name = "--correction" if credit.is_corrective else "--credit-note"
        words += [name, f"{credit.stamp[0].date()}:{decimal_text(credit.amount)}"]
    if case.insolvency is not None and case.insolvency.judgment_on is not None:
        words += ["--insolvency", str(case.insolvency.judgment_on)]
    if case.invoice.contract_rate is not None and kind is DebtorKind.BUSINESS:
        words += ["--contract-rate", case.invoice.contract_rate]
    formal = formal or case.insolvency is not None
    return [*words, "--order", "formal" if formal else "principal_first"]


MONEY = (
    PaymentReceived, PaymentReversed, CreditNoteIssued, DisputeOpened, DisputeResolved, InvoiceUpdated, DebtorInsolvent,
    DebtorRecovered,
)  # fmt: skip


@given(events=st.lists(facts(MONEY, -20, 40), max_size=8), kind=st.sampled_from(DebtorKind), formal=st.booleans())
def test_the_lines_of_a_claim_add_up_whatever_happened(*, events: list[Any], kind: DebtorKind, formal: bool) -> None:
    case = told(*sorted(events, key=lambda event: event.at)).case
    debtor = COMPANY.model_copy(update={"kind": kind})

    found = with_charges([case], debtor, date(2026, 12, 31), RATES, is_formal=formal)

    (line,) = found.lines
    assert line.total == line.paid - line.charges_paid + line.disputed + line.balance
    assert min(line.balance, line.disputed, line.paid, line.charges_paid, found.indemnity) >= 0
    if kind is DebtorKind.CONSUMER:
        assert (found.interest, found.indemnity, line.charges_paid) == ((), 0, 0)
    days = [(each.from_on, each.to_on) for each in found.interest]
    assert days == sorted(days)
    assert all(before[1] < after_[0] for before, after_ in pairwise(days))


def test_a_formal_claim_shows_principal_interest_and_indemnity_that_are_left() -> None:
    found = claimed(STORIES["paid in part"])

    (line,) = found.lines
    assert (line.paid, line.charges_paid, line.balance) == (40_000, 4_000 + 849, TOTAL - 40_000 + 4_849)
    assert (found.indemnity, [each.from_on for each in found.interest]) == (0, [DUE + timedelta(days=21)])


def test_an_amicable_claim_lets_a_payment_lower_the_principal() -> None:
    found = claimed(STORIES["paid in part"], formal=False)

    (line,) = found.lines
    assert (line.paid, line.charges_paid, line.balance, found.indemnity) == (40_000, 0, TOTAL - 40_000, 4_000)
    assert [each.principal for each in found.interest] == [TOTAL, TOTAL - 40_000]


def test_what_a_payment_left_of_a_line_is_told_from_what_it_settled() -> None:
    (line,) = claimed(STORIES["paid less than the interest"]).interest[:1]

    assert (line.amount, line.settled, line.amount + line.settled) == (549, 300, 849)


def test_a_payment_of_today_may_leave_no_interest() -> None:
    found = claimed(told(paid(40_000, after(50))))

    assert (found.interest, found.indemnity) == ((), 0)
    assert found.lines[0].charges_paid > 4_000


def test_a_consumer_owes_interest_from_the_day_after_the_notice_was_received() -> None:
    private = COMPANY.model_copy(update={"kind": DebtorKind.CONSUMER})
    story = Story(debtor=private).climbs(5)
    message = next(record.message_id for record in story.case.steps if record.channel is Channel.REGISTERED)
    received_on = story.case.as_of + timedelta(days=2)
    assert with_charges([story.case], private, TODAY + timedelta(days=3), RATES, is_formal=True).interest == ()

    story.hears(LetterTracked, received_on, message_id=message, state=LetterState.DELIVERED)
    found = with_charges([story.case], private, date(2026, 12, 31), RATES, is_formal=True)

    first_on = received_on.date() + timedelta(days=1)
    assert [(line.from_on, line.rate) for line in found.interest] == [(first_on, Decimal("2.75"))]
    assert (found.notice_received_on, found.indemnity) == (received_on.date(), 0)


def test_a_consumer_is_claimed_neither_before_a_notice() -> None:
    found = claimed(STORIES["paid in part"], kind=DebtorKind.CONSUMER)

    assert found == without_charges([STORIES["paid in part"].case], TODAY)
    assert (found.interest, found.indemnity, found.balance) == ((), 0, TOTAL - 40_000)


def test_a_debtor_in_a_procedure_is_claimed_by_the_order_of_the_law() -> None:
    story = STORIES["insolvent"]

    assert claimed(story, formal=False) == claimed(story)
    assert max(line.to_on for line in claimed(story).interest) == after(29).date()


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["in order", "the end arrives first"])
def test_after_a_procedure_no_interest_runs_again_over_it(order: tuple[int, int]) -> None:
    over = DebtorRecovered(event_id="over", at=after(40), debtor_ref=COMPANY.ref)
    events = (insolvent(30), over)

    found = claimed(told(*(events[n] for n in order)))

    assert max(line.to_on for line in found.interest) == after(29).date()
    assert found.indemnity == 4000


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["in order", "the later arrives first"])
def test_a_procedure_that_becomes_another_stops_interest_at_its_first_judgment(order: tuple[int, int]) -> None:
    events = (insolvent(20, "sauvegarde"), insolvent(40))

    assert max(line.to_on for line in claimed(told(*(events[n] for n in order))).interest) == after(19).date()


def test_a_case_that_kept_no_judgments_yet_stops_interest_at_that_of_its_open_procedure() -> None:
    case = STORIES["insolvent"].case.model_copy(update={"judgments": ()})

    assert with_charges([case], COMPANY, TODAY, RATES, is_formal=True) == claimed(STORIES["insolvent"])


def test_a_judgment_that_is_corrected_counts_as_it_was_said_last() -> None:
    assert max(line.to_on for line in claimed(told(insolvent(20), insolvent(40))).interest) == after(39).date()


def test_an_invoice_issued_after_a_procedure_that_is_over_bears_interest_again() -> None:
    years_ago = insolvent(-900)
    over = DebtorRecovered(event_id="over", at=after(-300), debtor_ref=COMPANY.ref)

    assert claimed(told(years_ago)).interest == ()
    assert claimed(told(years_ago, over)) == claimed(told())


def test_a_contract_under_the_floor_is_refused_until_it_is_corrected() -> None:
    story = told(contract_rate="8.24")

    with pytest.raises(RateTooLow) as caught:
        claimed(story)
    assert str(caught.value).startswith(f"invoice '{NUMBER}': contract_rate 8.24 is under the floor of 8.25 %")
    assert "publish invoice.updated with changed.contract_rate" in str(caught.value)

    mended = InvoiceUpdated(
        event_id="mended", at=after(40), invoice_no=NUMBER, changed=InvoiceChange(contract_rate="8.25"), reason="typo"
    )
    assert {line.rate for line in claimed(story.happens(mended)).interest} == {Decimal("8.25")}


def test_an_older_word_on_the_rate_changes_nothing() -> None:
    def says(rate: str, days: int) -> InvoiceUpdated:
        changed = InvoiceChange(contract_rate=rate)
        return InvoiceUpdated(event_id=rate, at=after(days), invoice_no=NUMBER, changed=changed, reason="typo")

    assert told(says("12", 5), says("9", 3)).case.invoice.contract_rate == "12"
    assert told(says("9", 3), says("12", 5)).case.invoice.contract_rate == "12"


def test_a_letter_never_carries_a_rate_beyond_its_semester() -> None:
    table = parse_rates(
        "[sources.x]\ntext='x'\nconfidence='memory'\n[[semesters]]\nsemester='2026-S1'\necb=2\necb_source='x'\n"
        "legal=2\nlegal_source='x'\n"
    )

    with pytest.raises(Exception, match="no rate is known for 2026-S2"):
        with_charges([told().case], COMPANY, TODAY, table, is_formal=True)


def test_the_days_of_movements_are_those_of_the_debtor() -> None:
    assert date(2026, 11, 8) == DUE
    late = credited(25_000, 20).model_copy(update={"at": after(20, 23)})  # 00:00 of the next day in Paris

    assert claimed(told(late)).interest[0].to_on == DUE + timedelta(days=20)


def test_a_creditor_may_concede_another_order_in_formal_claims() -> None:
    story = told(paid(40_000, after(30)))

    conceded = with_charges(
        [story.case], COMPANY, TODAY, RATES, is_formal=True, formal_order=Order(Order.PRINCIPAL_FIRST)
    )

    assert conceded == claimed(story, formal=False)
    assert conceded != claimed(story)
