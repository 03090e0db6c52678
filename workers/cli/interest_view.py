"""How `relance interest` shows an account: tables for people, one object for programs."""

from datetime import timedelta
from decimal import Decimal

from workers.cli.invocation import Invocation
from workers.cli.tables import Column, money_text, show_json, show_table
from workflows.imputation import Account, MovementKind
from workflows.money import Cents, decimal_text
from workflows.penalties import Basis, semesters_under_floor
from workflows.rates import Rates, SemesterRates

_BASES = {
    Basis.LEGAL_DEFAULT: (
        "taux BCE + 10 points, par semestre (art. L441-10 II du code de commerce)",
        "ECB rate + 10 points, by semester (art. L441-10 II of the commercial code)",
    ),
    Basis.CONTRACT: ("taux du contrat", "the contract's rate"),
    Basis.PUBLIC_BUYER: (
        "taux BCE du premier semestre + 8 points, pour tout le retard (art. R2192-31 C. commande publique)",
        "ECB rate of the first semester + 8 points, for the whole delay (art. R2192-31 C. commande publique)",
    ),
    Basis.FORMAL_NOTICE: (
        "taux légal à compter de la mise en demeure (art. 1231-6 du code civil)",
        "legal rate from the formal notice (art. 1231-6 of the civil code)",
    ),
}
_KINDS = {
    MovementKind.PAYMENT: ("règlement", "payment"),
    MovementKind.CREDIT_NOTE: ("avoir", "credit note"),
    MovementKind.CORRECTION: ("avoir rectificatif", "correction"),
}


def show_account(invocation: Invocation, account: Account, rates: Rates, *, as_json: bool) -> None:
    """Print the lines of interest, what each movement settled, and what is left."""
    if as_json:
        show_json(invocation, "interest", _document(account, rates))
        return
    invocation.show(invocation.say(*_BASES[account.basis]))
    if account.segments:
        _show_lines(invocation, account)
    if account.settlements:
        _show_settlements(invocation, account)
    _show_balances(invocation, account)


def tell_warnings(invocation: Invocation, account: Account, rates: Rates) -> None:
    """What a person should know before relying on the figures."""
    if account.is_provisional:
        last = rates.semesters[-1].semester
        invocation.tell(
            f"attention : taux provisoires, le dernier connu est celui de {last} ; refaites le calcul ensuite",
            f"warning: provisional rates, the last known is that of {last}; compute again later",
        )
    if low := under_floor(account, rates):
        told = ", ".join(f"{each.semester} : {percent_text(each.floor, 'fr')}" for each in low)
        told_en = ", ".join(f"{each.semester}: {percent_text(each.floor, 'en')}" for each in low)
        invocation.tell(
            f"attention : taux du contrat sous le plancher de trois fois le taux légal ({told}) ; corrigez le contrat",
            f"warning: the contract's rate is under the floor of three times the legal rate ({told_en}); mend it",
        )
    if account.overpaid:
        invocation.tell(
            f"attention : {money_text(account.overpaid, 'EUR', 'fr')} de trop reçus, à rendre",
            f"warning: {money_text(account.overpaid, 'EUR', 'en')} too much received, to give back",
        )
    if not account.segments:
        _tell_why_nothing(invocation, account)


def _tell_why_nothing(invocation: Invocation, account: Account) -> None:
    first_on = account.terms.first_on
    if first_on is None:
        invocation.tell(
            "un particulier ne doit d’intérêts qu’après une mise en demeure : --formal-notice",
            "a consumer owes interest only after a formal notice: --formal-notice",
        )
    elif account.as_of < first_on:
        invocation.tell(f"aucun intérêt avant le {first_on}", f"no interest before {first_on}")
    elif (judged_on := account.terms.insolvent_on) is not None and judged_on <= first_on:
        invocation.tell(
            f"aucun intérêt : le jugement du {judged_on} en arrête le cours dès la veille",
            f"no interest: the judgment of {judged_on} stops it the day before",
        )


def under_floor(account: Account, rates: Rates) -> tuple[SemesterRates, ...]:
    """The semesters of the statement in which the contract's rate is too low; of the first late day at least."""
    first_on = account.terms.due_on + timedelta(days=1)
    return semesters_under_floor(account.terms, first_on, max(account.terms.last_on(account.as_of), first_on), rates)


def percent_text(rate: Decimal, language: str) -> str:
    """`12,40 %` in French, `12.40 %` in English; at least two decimals."""
    text = f"{rate:.2f}" if rate == round(rate, 2) else f"{rate.normalize():f}"
    return f"{text.replace('.', ',') if language == 'fr' else text}\u00a0%"


def _show_lines(invocation: Invocation, account: Account) -> None:
    columns = (
        Column("DU", "FROM"), Column("AU", "TO"), Column("JOURS", "DAYS", "right"), Column("BASE", "BASE", "right"),
        Column("TAUX", "RATE", "right"), Column("INTÉRÊTS", "INTEREST", "right"), Column("", ""),
    )  # fmt: skip
    rows = [
        (
            str(line.first_on), str(line.last_on), str(line.days), _money(invocation, line.principal),
            percent_text(line.rate, invocation.language), _money(invocation, line.amount),
            invocation.say("provisoire", "provisional") if line.is_provisional else "",
        )
        for line in account.segments
    ]  # fmt: skip
    total = _money(invocation, account.interest)
    show_table(invocation, columns, [*rows, (invocation.say("total", "total"), "", "", "", "", total, "")])


def _show_settlements(invocation: Invocation, account: Account) -> None:
    columns = (
        Column("LE", "ON"), Column("QUOI", "WHAT"), Column("MONTANT", "AMOUNT", "right"),
        Column("SUR INTÉRÊTS", "TO INTEREST", "right"), Column("SUR INDEMNITÉ", "TO INDEMNITY", "right"),
        Column("SUR PRINCIPAL", "TO PRINCIPAL", "right"), Column("EN TROP", "LEFT OVER", "right"),
    )  # fmt: skip
    rows = [
        (
            str(item.movement.on), invocation.say(*_KINDS[item.movement.kind]),
            *(
                _money(invocation, amount)
                for amount in (
                    item.movement.amount, item.to_interest, item.to_indemnity, item.to_principal, item.left_over,
                )
            ),
        )
        for item in account.settlements
    ]  # fmt: skip
    show_table(invocation, columns, rows)


def _show_balances(invocation: Invocation, account: Account) -> None:
    provisional = invocation.say(", provisoire", ", provisional") if account.is_provisional else ""
    rows = [
        (invocation.say("principal restant", "principal left"), account.principal_left),
        (invocation.say("intérêts restants", "interest left"), account.interest_left),
        (invocation.say("indemnité restante", "indemnity left"), account.indemnity_left),
        (
            invocation.say(f"total dû au {account.as_of}", f"total owed on {account.as_of}") + provisional,
            account.total_left,
        ),
    ]
    if account.overpaid:
        rows.append((invocation.say("trop-perçu", "overpaid"), account.overpaid))
    columns = (Column("RESTE DÛ", "LEFT"), Column("MONTANT", "AMOUNT", "right"))
    show_table(invocation, columns, [(words, _money(invocation, amount)) for words, amount in rows])


def _money(invocation: Invocation, amount: Cents) -> str:
    return money_text(amount, "EUR", invocation.language)


def _document(account: Account, rates: Rates) -> dict[str, object]:
    return {
        "principal": decimal_text(account.principal),
        "due_on": account.terms.due_on,
        "as_of": account.as_of,
        "kind": account.terms.kind,
        "basis": account.basis,
        "order": account.order,
        "segments": [
            {
                "from": line.first_on, "to": line.last_on, "days": line.days, "principal": decimal_text(line.principal),
                "rate": str(line.rate), "amount": decimal_text(line.amount), "provisional": line.is_provisional,
            }
            for line in account.segments
        ],
        "settlements": [
            {
                "on": item.movement.on, "kind": item.movement.kind, "amount": decimal_text(item.movement.amount),
                "to_interest": decimal_text(item.to_interest), "to_indemnity": decimal_text(item.to_indemnity),
                "to_principal": decimal_text(item.to_principal), "left_over": decimal_text(item.left_over),
            }
            for item in account.settlements
        ],
        "interest": decimal_text(account.interest),
        "indemnity": decimal_text(account.indemnity),
        "principal_left": decimal_text(account.principal_left),
        "interest_left": decimal_text(account.interest_left),
        "indemnity_left": decimal_text(account.indemnity_left),
        "total_left": decimal_text(account.total_left),
        "overpaid": decimal_text(account.overpaid),
        "provisional": account.is_provisional,
        "under_floor": [{"semester": each.semester, "floor": str(each.floor)} for each in under_floor(account, rates)],
    }  # fmt: skip
