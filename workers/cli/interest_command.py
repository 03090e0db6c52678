"""`relance interest`: what is owed on one late invoice, line by line; without any server."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import click

from workers.cli.bilingual import command, json_option, option
from workers.cli.exit_codes import ExitCode
from workers.cli.failures import Failure
from workers.cli.figures import amount_of, dated_amount_of, day_of
from workers.cli.invocation import Invocation, pass_invocation

if TYPE_CHECKING:
    from workflows.agreed_rates import AgreedRate
    from workflows.imputation import Account, Movement
    from workflows.money import Cents
    from workflows.penalties import Terms
    from workflows.rates import Rates, UnknownRate

_REPEATED = {"multiple": True, "metavar": "DATE:AMOUNT"}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The options as they were typed."""

    principal: str
    due: str
    as_of: str | None
    kind: str
    contract_rate: str | None
    formal_notice: str | None
    payment: tuple[str, ...]
    credit_note: tuple[str, ...]
    correction: tuple[str, ...]
    insolvency: str | None
    order: str
    private_creditor: bool
    raise_to_floor: bool
    provisional: bool
    as_json: bool


@command(
    "interest",
    fr="Calcule les intérêts de retard, l’indemnité et ce qui reste dû d’une facture.",
    en="Compute late-payment interest, the indemnity and what is left of an invoice.",
)
@option("--principal", required=True, metavar="AMOUNT", fr="Montant TTC, en euros.", en="Amount with taxes, in euros.")
@option("--due", required=True, metavar="DATE", fr="Échéance : AAAA-MM-JJ.", en="Due date: YYYY-MM-DD.")
@option("--as-of", metavar="DATE", fr="Dernier jour compté ; aujourd’hui sinon.", en="Last day counted; else today.")
@option(
    "--kind",
    type=click.Choice(["business", "consumer", "public"]),
    default="business",
    show_default=True,
    fr="Qui doit : entreprise, particulier, acheteur public.",
    en="Who owes.",
)
@option(
    "--contract-rate",
    metavar="RATE",
    fr="Taux annuel du contrat en pour cent (15), ou multiple du taux légal (3x).",
    en="The contract's yearly rate in percent (15), or a multiple of the legal rate (3x).",
)
@option(
    "--formal-notice",
    metavar="DATE",
    fr="Jour où le particulier a reçu la mise en demeure.",
    en="Day on which the consumer received the formal notice.",
)
@option("--payment", **_REPEATED, fr="Un règlement ; peut être répété.", en="A payment; may be repeated.")
@option(
    "--credit-note",
    **_REPEATED,
    fr="Un avoir ; il réduit le principal dès son jour.",
    en="A credit note; it lowers the principal from its day.",
)
@option(
    "--correction",
    **_REPEATED,
    fr="Un avoir qui corrige la facture depuis l’origine.",
    en="A credit note that corrects the invoice from the origin.",
)
@option(
    "--insolvency",
    metavar="DATE",
    fr="Jour du jugement d’ouverture ; les intérêts cessent la veille.",
    en="Day of the opening judgment; interest stops the day before.",
)
@option(
    "--order",
    type=click.Choice(["formal", "principal_first", "indemnity_last"]),
    default="formal",
    show_default=True,
    fr="Ce qu’un règlement éteint d’abord : formal suit l’article 1343-1 du code civil.",
    en="What a payment settles first: formal follows article 1343-1 of the civil code.",
)
@option(
    "--private-creditor",
    is_flag=True,
    fr="Le créancier est un particulier : l’autre taux légal.",
    en="The creditor is a private person: the other legal rate.",
)
@option(
    "--raise-to-floor",
    is_flag=True,
    fr="Relève tout taux à trois fois le taux légal ; la loi ne le fait pas.",
    en="Raise every rate to three times the legal rate; the law does not.",
)
@option(
    "--provisional",
    is_flag=True,
    fr="Après le dernier semestre connu, garde son taux, à titre provisoire.",
    en="After the last known semester, keep its rate, marked provisional.",
)
@json_option
@pass_invocation
def interest(invocation: Invocation, /, **typed: object) -> int:
    """Print the statement."""
    from workers.cli.interest_view import show_account, tell_warnings  # noqa: PLC0415 - help must not pay for it

    asked = Asked(**typed)  # type: ignore[arg-type] # click gives what the options say
    rates = invocation.rates
    account = _account(invocation, asked, rates)
    show_account(invocation, account, rates, as_json=asked.as_json)
    if not asked.as_json:
        tell_warnings(invocation, account, rates)
    return ExitCode.OK


def _account(invocation: Invocation, asked: Asked, rates: "Rates") -> "Account":
    from workflows.imputation import Order, settle  # noqa: PLC0415 - help must not pay for it
    from workflows.rates import UnknownPrivateRate, UnknownRate  # noqa: PLC0415

    as_of = today_of(invocation) if asked.as_of is None else day_of("--as-of", asked.as_of)
    terms, movements = _terms(asked), _movements(asked, as_of)
    try:
        return settle(
            _principal(asked), terms, movements, as_of=as_of, rates=rates, order=Order(asked.order)
        )  # fmt: skip
    except UnknownRate as error:
        raise Failure(_unknown_rate(error), f"{error}{'' if error.is_older else '; or take --provisional'}") from None
    except UnknownPrivateRate as error:
        raise Failure(f"{error.semester} : le taux légal des particuliers (legal_private) manque", str(error)) from None


def _unknown_rate(error: "UnknownRate") -> str:
    known = f"aucun taux connu pour {error.semester} (table de {error.first} à {error.last})"
    if error.is_older:
        return f"{known} ; les intérêts d’une dette aussi ancienne ne se calculent pas ici"
    return (
        f"{known} ; ajoutez-le : relance rates add {error.semester} --ecb … --legal … --source … ; "
        "ou acceptez un calcul provisoire : --provisional"
    )


def today_of(invocation: Invocation) -> date:
    """The day in Paris, by the clock of the settings."""
    from workers.cli.options import PARIS  # noqa: PLC0415 - help must not pay for it
    from workers.clock import clock_of  # noqa: PLC0415

    return clock_of(invocation.settings).now().astimezone(PARIS).date()


def _principal(asked: Asked) -> "Cents":
    return amount_of("--principal", asked.principal)


def _terms(asked: Asked) -> "Terms":
    from workflows.invoice import DebtorKind  # noqa: PLC0415 - help must not pay for it
    from workflows.penalties import Terms  # noqa: PLC0415

    kind = DebtorKind(asked.kind)
    _refuse_misplaced(asked, kind)
    return Terms(
        kind=kind, due_on=day_of("--due", asked.due), agreed=_agreed(asked.contract_rate),
        formal_notice_on=None if asked.formal_notice is None else day_of("--formal-notice", asked.formal_notice),
        insolvent_on=None if asked.insolvency is None else day_of("--insolvency", asked.insolvency),
        is_private_creditor=asked.private_creditor, raised_to_floor=asked.raise_to_floor, provisional=asked.provisional,
    )  # fmt: skip


def _refuse_misplaced(asked: Asked, kind: str) -> None:
    """An option that would have no effect is a mistake of whoever typed it."""
    misplaced = {
        "--contract-rate": asked.contract_rate is not None and kind != "business",
        "--raise-to-floor": asked.raise_to_floor and kind != "business",
        "--formal-notice": asked.formal_notice is not None and kind != "consumer",
        "--private-creditor": asked.private_creditor and kind != "consumer",
    }
    needs = {"--contract-rate": "business", "--raise-to-floor": "business"}
    for name, is_misplaced in misplaced.items():
        if is_misplaced:
            needed = needs.get(name, "consumer")
            raise Failure(
                f"{name} ne change rien avec --kind {kind} ; retirez-le, ou prenez --kind {needed}",
                f"{name} changes nothing with --kind {kind}; leave it out, or take --kind {needed}",
                ExitCode.USAGE,
            )


def _agreed(text: str | None) -> "AgreedRate | None":
    from workflows.agreed_rates import agreed_rate  # noqa: PLC0415 - help must not pay for it

    if text is None:
        return None
    try:
        return agreed_rate(text.replace(",", "."))
    except ValueError:
        raise Failure(
            f"--contract-rate « {text} » : ce n’est pas un taux ; écrivez-le en pour cent par an, comme 12.5, ou 3x "
            "pour trois fois le taux légal",
            f"--contract-rate {text!r}: this is not a rate; write percent a year such as 12.5, or 3x for three times "
            "the legal rate",
            ExitCode.USAGE,
        ) from None


def _movements(asked: Asked, as_of: date) -> list["Movement"]:
    from workflows.imputation import Movement, MovementKind  # noqa: PLC0415 - help must not pay for it

    given = {
        MovementKind.PAYMENT: asked.payment,
        MovementKind.CREDIT_NOTE: asked.credit_note,
        MovementKind.CORRECTION: asked.correction,
    }
    found = []
    for kind, texts in given.items():
        name = f"--{kind.replace('_', '-')}"
        for text in texts:
            on, amount = dated_amount_of(name, text)
            if on > as_of:
                raise Failure(
                    f"{name} « {text} » : ce jour est après --as-of {as_of} ; retirez-le, ou comptez jusqu’à ce jour",
                    f"{name} {text!r}: that day is after --as-of {as_of}; leave it out, or count until that day",
                    ExitCode.USAGE,
                )
            found.append(Movement(kind=kind, on=on, amount=amount))
    return found
