"""What is left of a late invoice after payments, credit notes and a judgment: principal, interest, indemnity."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.agreed_rates import AgreedRate, agreed_rate, is_another_rate
from workflows.imputation import Account, Movement, MovementKind, Order, settle
from workflows.invoice import DebtorKind
from workflows.money import cents
from workflows.penalties import Basis, Terms, segments, semesters_under_floor
from workflows.rates import UnknownPrivateRate, UnknownRate, load_rates, parse_rates

BUSINESS, CONSUMER, PUBLIC = DebtorKind.BUSINESS, DebtorKind.CONSUMER, DebtorKind.PUBLIC
CREDIT_NOTE, CORRECTION = MovementKind.CREDIT_NOTE, MovementKind.CORRECTION
RATES = load_rates()
DUE, AS_OF = date(2026, 4, 30), date(2026, 8, 31)
TERMS = Terms(kind=BUSINESS, due_on=DUE)


def movement(amount: str, on: date, kind: MovementKind = MovementKind.PAYMENT) -> Movement:
    return Movement(kind=kind, on=on, amount=cents(amount))


def account(
    *movements: Movement, terms: Terms = TERMS, as_of: date = AS_OF, order: Order = Order.FORMAL, principal: int = 10**6
) -> Account:
    return settle(principal, terms, movements, as_of=as_of, rates=RATES, order=order)


def left(found: Account) -> tuple[int, int, int]:
    return found.principal_left, found.interest_left, found.indemnity_left


@pytest.mark.parametrize(
    ("order", "parts", "owed"),
    [
        pytest.param(Order.FORMAL, ("6243.05", "131.50", "0.00"), "6374.55", id="A: interest, indemnity, principal"),
        pytest.param(Order.PRINCIPAL_FIRST, ("6000.00", "329.43", "40.00"), "6369.43", id="B: principal first"),
        pytest.param(Order.INDEMNITY_LAST, ("6203.05", "130.65", "40.00"), "6373.70", id="C: the indemnity last"),
    ],
)
def test_the_three_orders_give_their_figures(order: Order, parts: tuple[str, ...], owed: str) -> None:
    found = account(movement("4000.00", date(2026, 6, 30)), order=order)

    assert left(found) == tuple(cents(part) for part in parts)
    assert found.total_left == cents(owed)
    assert found.interest == sum(line.amount for line in found.segments)


def test_the_order_of_the_law_is_the_default() -> None:
    paid = movement("4000.00", date(2026, 6, 30))

    assert account(paid) == settle(10**6, TERMS, [paid], as_of=AS_OF, rates=RATES)


def test_a_settlement_says_what_a_payment_was_set_against() -> None:
    (settled,) = account(movement("4000.00", date(2026, 6, 30))).settlements

    assert (settled.to_interest, settled.to_indemnity, settled.to_principal, settled.left_over) == (
        20_305, 4_000, 375_695, 0,
    )  # fmt: skip


def test_lines_that_are_settled_are_told_from_those_that_are_open() -> None:
    found = account(movement("100.00", date(2026, 6, 30)))

    assert [(line.first_on, line.amount, rest) for line, rest in found.open_lines] == [
        (date(2026, 5, 1), 20_305, 10_305), (date(2026, 7, 1), 21_063, 21_063),
    ]  # fmt: skip
    assert left(found) == (10**6, 31_368, 4_000)


def test_a_payment_is_counted_before_the_credit_note_of_the_next_day() -> None:
    found = account(movement("4000.00", date(2026, 6, 30)), movement("9900.00", date(2026, 7, 1), CREDIT_NOTE))

    # interest to 30 June 203.05, indemnity 40.00: the payment settles both, and 3 756.95 of the principal
    assert [(item.movement.kind, item.to_interest, item.to_principal) for item in found.settlements] == [
        (MovementKind.PAYMENT, 20_305, 375_695), (CREDIT_NOTE, 0, 624_305),
    ]  # fmt: skip
    assert found.overpaid == 990_000 - 624_305


@pytest.mark.parametrize(
    ("movements", "parts", "overpaid"),
    [
        pytest.param([movement("10000.00", DUE)], (0, 0, 0), 0, id="paid on the due date: nothing"),
        pytest.param([movement("10000.00", date(2026, 4, 1))], (0, 0, 0), 0, id="paid before: nothing"),
        pytest.param([movement("4000.00", DUE)], (600_000, 24_821, 4_000), 0, id="paid in part in time"),
        pytest.param(
            [movement("10000.00", date(2026, 5, 1))], (4_333, 87 + 91, 0), 0,
            id="paid a day late: the charges stay principal",
        ),
        pytest.param([movement("12000.00", AS_OF)], (0, 0, 0), 154_632, id="more than is owed is to give back"),
        pytest.param(
            [movement("10000.00", DUE, CREDIT_NOTE), movement("50.00", AS_OF)], (0, 0, 0), 5_000,
            id="credited in time, then paid",
        ),
        pytest.param([movement("4000.00", DUE, CREDIT_NOTE)], (600_000, 24_821, 4_000), 0, id="credited in time"),
        pytest.param(
            [movement("4000.00", date(2026, 7, 1), CREDIT_NOTE)], (600_000, 20_305 + 12_638, 4_000), 0,
            id="a credit note lowers the principal from its own day",
        ),
        pytest.param(
            [movement("4000.00", date(2026, 7, 1), CORRECTION)], (600_000, 12_183 + 12_638, 4_000), 0,
            id="a correction from the origin",
        ),
        pytest.param(
            [movement("10000.00", date(2026, 7, 1), CORRECTION)], (0, 0, 0), 0, id="corrected away: nothing was owed"
        ),
        pytest.param(
            [movement("11000.00", date(2026, 5, 1), CREDIT_NOTE)], (0, 0, 0), 100_000,
            id="a credit note settles the principal alone",
        ),
        pytest.param(
            [movement("10000.00", date(2026, 5, 2), CREDIT_NOTE)], (0, 333, 4_000), 0,
            id="credited a day late: interest and indemnity stay",
        ),
    ],
)  # fmt: skip
def test_movements_lower_what_they_may(movements: list[Movement], parts: tuple[int, int, int], overpaid: int) -> None:
    found = account(*movements)

    assert (left(found), found.overpaid) == (parts, overpaid)


@pytest.mark.parametrize(
    ("insolvent_on", "last_on", "indemnity"),
    [
        pytest.param(date(2026, 6, 30), date(2026, 6, 29), 4_000, id="interest stops the day before the judgment"),
        pytest.param(date(2026, 9, 15), AS_OF, 4_000, id="a later judgment changes nothing yet"),
        pytest.param(date(2026, 5, 1), None, 4_000, id="due the day before: the indemnity stays"),
        pytest.param(DUE, None, 0, id="due on the day of the judgment: no indemnity"),
        pytest.param(date(2026, 4, 1), None, 0, id="due after it: neither"),
    ],
)
def test_a_judgment_stops_interest_and_bars_later_indemnities(
    insolvent_on: date, last_on: date | None, indemnity: int
) -> None:
    found = account(terms=TERMS.model_copy(update={"insolvent_on": insolvent_on}))

    assert max((line.last_on for line in found.segments), default=None) == last_on
    assert (found.indemnity, found.indemnity_left) == (indemnity, indemnity)


def test_a_payment_after_the_judgment_is_still_counted() -> None:
    terms = TERMS.model_copy(update={"insolvent_on": date(2026, 7, 1)})

    assert left(account(movement("4000.00", date(2026, 7, 20)), terms=terms)) == (624_305, 0, 0)


def test_a_public_buyer_keeps_one_rate_between_payments() -> None:
    terms = Terms(kind=PUBLIC, due_on=date(2026, 3, 24), agreed=AgreedRate(percent=Decimal(20)))

    found = account(movement("4000.00", date(2026, 8, 20)), terms=terms, as_of=date(2026, 9, 30))

    assert found.basis is Basis.PUBLIC_BUYER
    assert {line.rate for line in found.segments} == {Decimal("10.15")}
    assert [(line.first_on, line.last_on) for line in found.segments] == [
        (date(2026, 3, 25), date(2026, 8, 20)), (date(2026, 8, 21), date(2026, 9, 30)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("notice_on", "parts"),
    [
        pytest.param(None, (600_000, 0, 0), id="no formal notice: the principal alone"),
        pytest.param(date(2026, 7, 31), (600_000, 1_401, 0), id="31 days at 2.75 % after it"),
    ],
)
def test_a_consumer_owes_no_indemnity_and_interest_from_the_notice(
    notice_on: date | None, parts: tuple[int, int, int]
) -> None:
    terms = Terms(kind=CONSUMER, due_on=DUE, formal_notice_on=notice_on)

    assert left(account(movement("4000.00", date(2026, 6, 30)), terms=terms)) == parts


def test_a_private_creditor_is_owed_the_other_legal_rate() -> None:
    terms = Terms(kind=CONSUMER, due_on=DUE, formal_notice_on=DUE, is_private_creditor=True)

    assert [line.rate for line in account(terms=terms).segments] == [Decimal("6.67"), Decimal("6.84")]


def test_a_private_rate_that_is_not_in_the_table_is_refused() -> None:
    table = RATES.model_copy(update={"semesters": (RATES.semesters[-1].model_copy(update={"legal_private": None}),)})
    terms = Terms(kind=CONSUMER, due_on=date(2026, 7, 1), formal_notice_on=date(2026, 7, 1), is_private_creditor=True)

    with pytest.raises(UnknownPrivateRate, match="2026-S2 has no legal_private rate; add legal_private"):
        settle(100, terms, [], as_of=AS_OF, rates=table)


@pytest.mark.parametrize(
    ("agreed", "rates"),
    [
        pytest.param("3x", ["7.86", "8.25"], id="three times the legal rate of each semester"),
        pytest.param("15", ["15"], id="one rate for the whole delay"),
    ],
)
def test_a_contract_may_set_a_rate_or_a_multiple_of_the_legal_one(agreed: str, rates: list[str]) -> None:
    found = account(terms=TERMS.model_copy(update={"agreed": agreed_rate(agreed)}))

    assert [line.rate for line in found.segments] == [Decimal(rate) for rate in rates]
    assert found.basis is Basis.CONTRACT


@pytest.mark.parametrize("text", ["", "x", "-3", "0x", "3 x", "100", "12.12345", "1e1", "٣"])
def test_a_rate_that_cannot_be_read_is_refused_with_two_examples(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a rate; write percent a year such as 12.5, or 3x"):
        agreed_rate(text)


@pytest.mark.parametrize(
    ("said", "known", "is_another"),
    [("12.4", "12.40", False), ("12.4", "12.5", True), ("3x", "3x", False), ("12", None, True), (None, "12", False)],
)
def test_a_rate_that_is_said_again_is_compared_by_its_value(
    said: str | None, known: str | None, *, is_another: bool
) -> None:
    assert is_another_rate(said, known) is is_another


@pytest.mark.parametrize(
    ("agreed", "semesters"),
    [
        pytest.param("8", ["2026-S2"], id="over one floor, under the next"),
        pytest.param("7", ["2026-S1", "2026-S2"], id="under both"),
        pytest.param("3x", [], id="three times the legal rate is the floor"),
        pytest.param("2x", ["2026-S1", "2026-S2"], id="twice is not enough"),
        pytest.param(None, [], id="the law's rate has no floor"),
    ],
)
def test_the_semesters_in_which_a_contract_is_under_the_floor_are_named(
    agreed: str | None, semesters: list[str]
) -> None:
    terms = TERMS.model_copy(update={"agreed": None if agreed is None else agreed_rate(agreed)})

    found = semesters_under_floor(terms, date(2026, 5, 1), date(2027, 3, 1), RATES)

    assert [semester.semester for semester in found] == semesters


@pytest.mark.parametrize(
    ("agreed", "raised", "rates"),
    [
        pytest.param(None, False, ["14.50", "14.25"], id="the law does not raise its own rate"),
        pytest.param(None, True, ["15.21", "14.76"], id="on request it is raised"),
        pytest.param("9", False, ["9"], id="a contract's rate is taken as it is"),
        pytest.param("9", True, ["15.21", "14.76"], id="or raised on request"),
        pytest.param("15", True, ["15.21", "15"], id="where it is too low"),
    ],
)
def test_the_floor_raises_nothing_unless_asked(*, agreed: str | None, raised: bool, rates: list[str]) -> None:
    terms = Terms(
        kind=BUSINESS, due_on=date(2024, 5, 31), raised_to_floor=raised,
        agreed=None if agreed is None else agreed_rate(agreed),
    )  # fmt: skip

    found = account(terms=terms, as_of=date(2024, 8, 31))

    assert [line.rate for line in found.segments] == [Decimal(rate) for rate in rates]


def test_an_unknown_semester_is_refused_or_by_choice_marked_provisional() -> None:
    terms = Terms(kind=BUSINESS, due_on=date(2026, 12, 1))
    late = date(2027, 1, 31)

    with pytest.raises(UnknownRate, match="2027-S1"):
        account(terms=terms, as_of=late)
    found = account(terms=terms.model_copy(update={"provisional": True}), as_of=late)

    assert [(line.rate, line.is_provisional) for line in found.segments] == [
        (Decimal("12.40"), False), (Decimal("12.40"), True),
    ]  # fmt: skip
    assert found.is_provisional


def test_a_public_buyer_whose_delay_begins_in_an_unknown_semester_is_provisional_too() -> None:
    terms = Terms(kind=PUBLIC, due_on=date(2027, 1, 5), provisional=True)

    assert account(terms=terms, as_of=date(2027, 2, 5)).is_provisional


def test_no_rate_is_carried_back_before_the_first_semester() -> None:
    with pytest.raises(UnknownRate, match="2008-S2"):
        account(terms=Terms(kind=BUSINESS, due_on=date(2008, 12, 1), provisional=True), as_of=date(2009, 1, 5))


@pytest.mark.parametrize(
    ("principal", "movements", "finding"),
    [
        pytest.param(-1, [], "principal -0.01 is negative", id="negative principal"),
        pytest.param(1, [movement("1.00", date(2026, 9, 1))], "payment of 2026-09-01 is after as_of", id="too late"),
    ],
)
def test_facts_that_cannot_be_are_refused(principal: int, movements: list[Movement], finding: str) -> None:
    with pytest.raises(ValueError, match=finding):
        account(*movements, principal=principal)


def test_movements_of_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match="greater than 0"):
        movement("0.00", DUE)


def test_an_operators_table_is_used_like_the_one_that_ships() -> None:
    text = "[sources.x]\ntext='x'\nconfidence='memory'\n[[semesters]]\nsemester='2030-S1'\necb=1\necb_source='x'\n"
    table = parse_rates(text + "legal=1\nlegal_source='x'\n")

    found = settle(36_500, Terms(kind=BUSINESS, due_on=date(2030, 1, 1)), [], as_of=date(2030, 1, 11), rates=table)

    assert found.interest == 110


days = st.integers(-40, 400).map(lambda days: DUE - timedelta(days=200) + timedelta(days=days))
movements = st.builds(
    Movement, kind=st.sampled_from(MovementKind), on=days, amount=st.integers(1, 500_000), reference=st.text(max_size=3)
)


@given(
    principal=st.integers(0, 10**6),
    known=st.lists(movements, max_size=6),
    kind=st.sampled_from(DebtorKind),
    order=st.sampled_from(Order),
    insolvent_on=st.none() | days,
)
def test_nothing_is_lost_nothing_is_negative_and_the_order_of_arrival_does_not_matter(
    *, principal: int, known: list[Movement], kind: DebtorKind, order: Order, insolvent_on: date | None
) -> None:
    terms = Terms(
        kind=kind, due_on=DUE - timedelta(days=200), formal_notice_on=DUE - timedelta(days=100),
        insolvent_on=insolvent_on,
    )  # fmt: skip
    as_of = DUE + timedelta(days=230)

    found = settle(principal, terms, known, as_of=as_of, rates=RATES, order=order)

    assert min(*left(found), found.overpaid) >= 0
    parts = [(s.to_interest + s.to_indemnity + s.to_principal + s.left_over, s.movement) for s in found.settlements]
    assert all(total == item.amount for total, item in parts)
    assert sum(item.amount for item in known) == sum(total for total, _item in parts)
    assert found.overpaid == sum(settled.left_over for settled in found.settlements)
    taken = sum(item.amount for item in known) - found.overpaid
    assert principal + found.interest + found.indemnity == taken + found.total_left
    assert found.interest_left == sum(rest for _line, rest in found.open_lines)
    assert found == settle(principal, terms, list(reversed(known)), as_of=as_of, rates=RATES, order=order)


@given(principal=st.integers(1, 10**7), delay=st.integers(1, 300), kind=st.sampled_from([BUSINESS, PUBLIC]))
def test_without_movements_the_account_has_the_lines_of_the_whole_delay(
    principal: int, delay: int, kind: DebtorKind
) -> None:
    due_on = date(2025, 12, 15)
    as_of, terms = due_on + timedelta(days=delay), Terms(kind=kind, due_on=due_on)

    found = settle(principal, terms, [], as_of=as_of, rates=RATES)

    first_on = due_on + timedelta(days=1)
    assert found.segments == tuple(segments(principal, terms, RATES, first_on=first_on, last_on=as_of))
