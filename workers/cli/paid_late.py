"""What remains claimable of an invoice that was paid late: no letter claims it, so the clerk is told."""

from workers.cli.interest_command import today_of
from workers.cli.invocation import Invocation
from workers.cli.tables import money_text
from workers.delivery.charges import RateTooLow, account_of
from workflows.case import Case, Stage
from workflows.imputation import Account, Order
from workflows.invoice import Debtor
from workflows.machine.standing import is_settled_early
from workflows.money import decimal_text
from workflows.rates import UnknownRate


class PaidLate:
    """The charges of one case that is paid; nothing for any other.

    Payments are set against the principal first, since the case is taken for paid.

    Attributes:
        account: None where nothing remains, or where it cannot be computed.
        is_unknown: a rate is missing, or the contract's is too low.
    """

    def __init__(self, invocation: Invocation, case: Case, debtor: Debtor) -> None:
        self.invocation, self.currency = invocation, case.invoice.currency
        self.account: Account | None = None
        self.is_unknown = False
        if case.stage is not Stage.PAID or is_settled_early(case):
            return
        try:
            found = account_of(case, debtor, today_of(invocation), invocation.rates, order=Order.PRINCIPAL_FIRST)
        except (UnknownRate, RateTooLow):
            self.is_unknown = True
        else:
            self.account = found if found.interest_left or found.indemnity_left else None

    def plain(self) -> dict[str, str] | None:
        """As a program reads it; None where there is nothing to claim, or nothing to compute it with."""
        if self.account is None:
            return None
        left = {"interest": self.account.interest_left, "indemnity": self.account.indemnity_left}
        return {name: decimal_text(amount) for name, amount in left.items()}

    def show(self) -> None:
        """One line, or none."""
        show, say, language = self.invocation.show, self.invocation.say, self.invocation.language
        if self.is_unknown:
            show(say(
                "payée, peut-être en retard : pénalités non calculées, un taux manque ou est trop bas ; voir relance "
                "interest",
                "paid, perhaps late: charges not computed, a rate is missing or too low; see relance interest",
            ))  # fmt: skip
        if self.account is not None:
            interest = money_text(self.account.interest_left, self.currency, language)
            indemnity = money_text(self.account.indemnity_left, self.currency, language)
            show(say(
                f"payée en retard : {interest} d’intérêts et {indemnity} d’indemnité restent dus ; aucune lettre ne "
                "les réclame",
                f"paid late: {interest} of interest and {indemnity} of indemnity are still owed; no letter claims them",
            ))  # fmt: skip
