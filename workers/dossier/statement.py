"""The statement of interest to a day, invoice by invoice, in the order of the law (art. 1343-1 C. civ.)."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from workers.delivery.charges import account_of
from workers.dossier.writing import Writing, csv_of
from workers.ledger.queries.proofs import Evidence
from workers.rendering.formats import FORMATS
from workers.rendering.sheets import Grid, Part, Sheet
from workflows.case import Case
from workflows.imputation import Account, Order
from workflows.machine import standing
from workflows.money import decimal_text
from workflows.penalties import Basis
from workflows.rates import Rates

_BASES: Final = {
    Basis.LEGAL_DEFAULT: (
        "taux de la BCE majoré de 10 points, par semestre (art. L441-10 II du code de commerce)",
        "the ECB’s rate plus 10 points, by semester (art. L441-10 II of the commercial code)",
    ),
    Basis.CONTRACT: ("taux convenu au contrat", "the contract’s rate"),
    Basis.PUBLIC_BUYER: (
        "taux de la BCE majoré de 8 points (art. R2192-31 du code de la commande publique)",
        "the ECB’s rate plus 8 points (art. R2192-31 of the public procurement code)",
    ),
    Basis.FORMAL_NOTICE: (
        "taux légal à compter de la mise en demeure (art. 1231-6 du code civil)",
        "the legal rate from the formal notice (art. 1231-6 of the civil code)",
    ),
}
HEADER: Final = (
    "invoice", "line", "from", "to", "days", "principal", "rate", "amount", "to_interest", "to_indemnity",
    "to_principal", "currency",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Claimed:
    """One open invoice with its account."""

    case: Case
    account: Account


def claimed(found: Evidence, as_of: date, rates: Rates) -> tuple[Claimed, ...]:
    """The accounts of the invoices that are still open; a case that has ended claims nothing.

    Raises:
        UnknownRate: a semester up to `as_of` has no rate.
        RateTooLow: a contract sets less than the law allows.
    """
    order = Order(found.creditor.imputation)
    cases = [each.case for each in found.cases if each.case.is_open and not standing.is_settled_early(each.case)]
    return tuple(Claimed(case, account_of(case, found.debtor, as_of, rates, order=order)) for case in cases)


def basis_text(account: Account, writing: Writing) -> str:
    """Where the rate comes from."""
    return writing.say(*_BASES[account.basis])


def statement_csv(open_ones: tuple[Claimed, ...]) -> bytes:
    """Every line of interest, every payment with what it settled, and what is left; decimal points, ISO days."""
    return csv_of(HEADER, (row for each in open_ones for row in _rows(each)))


def _rows(each: Claimed) -> list[tuple[str, ...]]:
    number, currency, account = each.case.invoice.number, each.case.invoice.currency, each.account
    rows: list[tuple[str, ...]] = [
        (number, "interest", f"{line.first_on}", f"{line.last_on}", f"{line.days}", decimal_text(line.principal),
         f"{line.rate}", decimal_text(line.amount), "", "", "", currency)
        for line in account.segments
    ]  # fmt: skip
    rows += [
        (number, item.movement.kind, f"{item.movement.on}", "", "", "", "", decimal_text(item.movement.amount),
         decimal_text(item.to_interest), decimal_text(item.to_indemnity), decimal_text(item.to_principal), currency)
        for item in account.settlements
    ]  # fmt: skip
    left = {"principal_left": account.principal_left, "interest_left": account.interest_left}
    left |= {"indemnity_left": account.indemnity_left, "total_left": account.total_left}
    day = f"{account.as_of}"
    return rows + [
        (number, name, "", day, "", "", "", decimal_text(amount), "", "", "", currency) for name, amount in left.items()
    ]


def statement(found: Evidence, open_ones: tuple[Claimed, ...], as_of: date, writing: Writing) -> Sheet:
    """The same as a sheet."""
    say, day = writing.say, writing.day(as_of)
    about = [
        say(f"Créancier : {found.creditor.name}. Débiteur : {found.debtor.name}.",
            f"Creditor: {found.creditor.name}. Debtor: {found.debtor.name}."),
        say("Intérêts simples, année de 365 jours, chaque ligne arrondie au centime. Un paiement s’impute sur les "
            "intérêts, l’indemnité, puis le principal (art. 1343-1 du code civil). Ce qui est contesté n’y figure pas.",
            "Simple interest, a year of 365 days, each line rounded to the cent. A payment settles interest, the "
            "indemnity, then the principal (art. 1343-1 of the civil code). What is disputed is left out."),
    ]  # fmt: skip
    parts = [_part(each, writing) for each in open_ones]
    parts.append(_total(open_ones, writing))
    title = say(f"Décompte au {day}", f"Statement to {day}")
    return Sheet(writing.language, title, about, parts, found.debtor.name)


def _part(each: Claimed, writing: Writing) -> Part:
    invoice, account, say = each.case.invoice, each.account, writing.say
    percent = FORMATS[writing.language].percent
    rows = [
        (f"{writing.day(line.first_on)} – {writing.day(line.last_on)}", f"{line.days}",
         writing.money(line.principal, invoice.currency), percent(line.rate),
         writing.money(line.amount, invoice.currency))
        for line in account.segments
    ]  # fmt: skip
    heads = (say("Période", "Period"), say("Jours", "Days"), "Principal", say("Taux annuel", "Yearly rate"),
             say("Intérêts", "Interest"))  # fmt: skip
    words = [_head(each, writing), *(_paid(each, writing)), _left(each, writing)]
    grid = Grid(heads, rows, (6, 2, 4, 3, 4), (1, 2, 3, 4)) if rows else None
    return Part(say(f"Facture {invoice.number}", f"Invoice {invoice.number}"), words, grid)


def _head(each: Claimed, writing: Writing) -> str:
    invoice = each.case.invoice
    total, due, basis = writing.money(invoice.total, invoice.currency), writing.day(invoice.due_on), ""
    if each.account.segments:
        basis = writing.say(" Intérêts : ", " Interest: ") + basis_text(each.account, writing) + "."
    return writing.say(f"{total} TTC, échéance le {due}.", f"{total} with taxes, due {due}.") + basis


def _paid(each: Claimed, writing: Writing) -> list[str]:
    money, currency = writing.money, each.case.invoice.currency
    return [
        writing.say(
            f"{writing.day(item.movement.on)} : reçu ou crédité {money(item.movement.amount, currency)}, dont intérêts "
            f"{money(item.to_interest, currency)}, indemnité {money(item.to_indemnity, currency)}, principal "
            f"{money(item.to_principal, currency)}.",
            f"{writing.day(item.movement.on)}: received or credited {money(item.movement.amount, currency)}, of which "
            f"interest {money(item.to_interest, currency)}, indemnity {money(item.to_indemnity, currency)}, principal "
            f"{money(item.to_principal, currency)}.",
        )
        for item in each.account.settlements
    ]


def _left(each: Claimed, writing: Writing) -> str:
    account, currency = each.account, each.case.invoice.currency
    principal, interest, indemnity, total = (
        writing.money(amount, currency)
        for amount in (account.principal_left, account.interest_left, account.indemnity_left, account.total_left)
    )
    return writing.say(
        f"Reste dû : principal {principal}, intérêts {interest}, indemnité forfaitaire {indemnity} ; en tout {total}.",
        f"Left: principal {principal}, interest {interest}, fixed indemnity {indemnity}; in all {total}.",
    )


def _total(open_ones: tuple[Claimed, ...], writing: Writing) -> Part:
    heading, sums = writing.say("Total", "Total"), totals(open_ones)
    if not sums:
        return Part(heading, (writing.say("Aucune facture n’est ouverte.", "No invoice is open."),))
    return Part(heading, [writing.money(amount, currency) for currency, amount in sums.items()])


def totals(open_ones: tuple[Claimed, ...]) -> dict[str, int]:
    """Cents that are left in all, by currency."""
    sums: dict[str, int] = {}
    for each in open_ones:
        currency = each.case.invoice.currency
        sums[currency] = sums.get(currency, 0) + each.account.total_left
    return sums
