"""What a letter claims beside the invoices: from cases to lines of interest and the indemnity, with what was paid."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from workflows.agreed_rates import agreed_rate
from workflows.case import Case
from workflows.imputation import Account, Movement, MovementKind, Order, settle
from workflows.invoice import Debtor, DebtorKind
from workflows.machine import records, standing
from workflows.money import Cents
from workflows.penalties import Terms, semesters_under_floor
from workflows.rates import Rates
from workflows.scenario import FORMAL_TONE
from workflows.wording import InterestLine, InvoiceLine


@dataclass(frozen=True, slots=True)
class Charges:
    """What one letter claims; the sums of its parts are the sums of the letter.

    Attributes:
        lines: the invoices, each with its principal that is left.
        interest: lines of interest that are not settled yet.
        indemnity: cents of it that are not settled yet.
        notice_received_on: for a consumer who owes interest, the day he received the first formal notice.
    """

    lines: tuple[InvoiceLine, ...]
    interest: tuple[InterestLine, ...] = ()
    indemnity: Cents = 0
    notice_received_on: date | None = None

    @property
    def balance(self) -> Cents:
        """The principal that is left."""
        return sum(line.balance for line in self.lines)

    @property
    def interest_total(self) -> Cents:
        """The interest that is left."""
        return sum(line.amount for line in self.interest)


class RateTooLow(ValueError):
    """A contract's rate that the law does not allow: no letter claims it."""

    def __init__(self, number: str, rate: str, floor: str) -> None:
        super().__init__(number, rate, floor)
        self.number, self.rate, self.floor = number, rate, floor

    def __str__(self) -> str:
        return (
            f"invoice {self.number!r}: contract_rate {self.rate} is under the floor of {self.floor} % (three times the "
            "legal rate, art. L441-10 II C. com.); publish invoice.updated with changed.contract_rate"
        )


def without_charges(cases: Sequence[Case], today: date) -> Charges:
    """The invoices alone, for a letter that claims nothing beside them: payments lower the principal."""
    return Charges(tuple(_plain_line(case, today) for case in cases))


def with_charges(
    cases: Sequence[Case],
    debtor: Debtor,
    today: date,
    rates: Rates,
    *,
    is_formal: bool,
    formal_order: Order = Order.FORMAL,
) -> Charges:
    """The invoices with interest and the indemnity to date.

    A formal claim follows the law: payments settle interest, the indemnity, then the principal (art. 1343-1 C. civ.),
    unless the creditor concedes another order. An amicable one lets them lower the principal first. Consumers owe no
    indemnity, and interest at the legal rate from the day after they received a formal notice.

    Args:
        cases: the invoices of the letter, oldest due date first.
        debtor: who owes.
        today: last day that bears interest.
        rates: the table of semesters.
        is_formal: see above; a case in a collective procedure is always claimed formally.
        formal_order: the creditor's, for formal claims.

    Raises:
        UnknownRate: a semester has no rate; nothing is extrapolated in a letter.
        RateTooLow: the contract of an invoice sets less than the law allows.
    """
    lines, interest, indemnity = [], [], 0
    noticed = [noticed_on(case, debtor) for case in cases]
    for case in cases:
        if standing.is_settled_early(case):
            lines.append(_plain_line(case, today))
            continue
        order = formal_order if is_formal or _is_in_procedure(case) else Order.PRINCIPAL_FIRST
        account = account_of(case, debtor, today, rates, order=order)
        lines.append(_line(case, account, today))
        interest += _interest_lines(case, account)
        indemnity += account.indemnity_left
    since = min((day for day in noticed if day is not None), default=None) if interest else None
    return Charges(tuple(lines), tuple(interest), indemnity, since)


def account_of(case: Case, debtor: Debtor, today: date, rates: Rates, *, order: Order = Order.FORMAL) -> Account:
    """The account of a case: what is disputed bears nothing, what went back was never paid.

    Raises:
        UnknownRate, RateTooLow: see `with_charges`.
    """
    agreed = case.invoice.contract_rate
    terms = Terms(
        kind=debtor.kind, due_on=case.invoice.due_on, agreed=None if agreed is None else agreed_rate(agreed),
        formal_notice_on=noticed_on(case, debtor), insolvent_on=_judged_on(case),
        region=records.region(debtor),
    )  # fmt: skip
    _refuse_low_rate(case, terms, rates)
    principal = case.invoice.total - standing.disputed(case)
    return settle(principal, terms, movements_of(case, debtor, today), as_of=today, rates=rates, order=order)


def noticed_on(case: Case, debtor: Debtor) -> date | None:
    """The day a consumer received the first formal notice, by the carrier's word; None for all others."""
    if debtor.kind is not DebtorKind.CONSUMER:
        return None
    notices = [record for record in records.reached(case) if record.tone >= FORMAL_TONE]
    days = [records.received_on(case, record, debtor) for record in notices]
    return min((day for day in days if day is not None), default=None)


def movements_of(case: Case, debtor: Debtor, today: date) -> tuple[Movement, ...]:
    """Payments that did not go back, and credit notes; what is dated after `today` is known, so it counts today."""
    found = [
        Movement(on=min(payment.value_date, today), amount=kept, reference=payment.payment_id)
        for payment in case.payments
        if (kept := standing.kept(case, payment)) > 0
    ]
    found += [
        Movement(
            kind=MovementKind.CORRECTION if credit.is_corrective else MovementKind.CREDIT_NOTE,
            on=min(records.local_day(credit.stamp[0], debtor), today), amount=credit.amount,
            reference=credit.credit_note_no,
        )
        for credit in case.credits
    ]  # fmt: skip
    return tuple(found)


def _is_in_procedure(case: Case) -> bool:
    return case.insolvency is not None and case.insolvency.is_open


def _judged_on(case: Case) -> date | None:
    """The judgment that stops interest on this invoice: the first since it was issued.

    It does so once the procedure is over, too: nothing runs again over the procedure, and what may have run since its
    end is left to a person. An invoice issued after every judgment bears nothing while a procedure is open.
    """
    days = sorted(judgment.on for judgment in case.judgments)
    if not days and case.insolvency is not None and case.insolvency.judgment_on is not None:
        days = [case.insolvency.judgment_on]  # a case of a ledger that did not keep judgments yet
    since = next((day for day in days if day >= case.invoice.issued_on), None)
    return days[-1] if since is None and days and _is_in_procedure(case) else since


def _refuse_low_rate(case: Case, terms: Terms, rates: Rates) -> None:
    """A contract's rate is measured on the day interest begins."""
    first_on = terms.due_on + timedelta(days=1)
    for low in semesters_under_floor(terms, first_on, first_on, rates):
        raise RateTooLow(case.invoice.number, case.invoice.contract_rate or "", f"{low.floor}")


def _plain_line(case: Case, today: date) -> InvoiceLine:
    contested = standing.disputed(case)
    # what an accepted discount forgives waits for its credit note, and what was paid too much for its return
    owed = 0 if standing.is_settled_early(case) else max(standing.balance(case), 0)
    return _shown(
        case, today, paid=case.invoice.total - owed, disputed=min(contested, owed), balance=max(owed - contested, 0)
    )


def _line(case: Case, account: Account, today: date) -> InvoiceLine:
    taken = sum(item.movement.amount - item.left_over for item in account.settlements)
    return _shown(
        case, today, paid=taken, charges_paid=account.charges_paid, disputed=standing.disputed(case),
        balance=account.principal_left,
    )  # fmt: skip


def _shown(case: Case, today: date, **amounts: Cents) -> InvoiceLine:
    invoice = case.invoice
    return InvoiceLine(
        number=invoice.number, issued_on=invoice.issued_on, due_on=invoice.due_on, total=invoice.total,
        days_late=max((today - invoice.due_on).days, 0), po_number=invoice.po_number, **amounts,
    )  # fmt: skip


def _interest_lines(case: Case, account: Account) -> list[InterestLine]:
    return [
        InterestLine(
            invoice=case.invoice.number, principal=line.principal, from_on=line.first_on, to_on=line.last_on,
            days=line.days, rate=line.rate, amount=left, settled=line.amount - left,
        )
        for line, left in account.open_lines
    ]  # fmt: skip
