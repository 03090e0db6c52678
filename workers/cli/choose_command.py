"""`relance scenarios choose`: which ladder an invoice would get, why, and why not another."""

from typing import TYPE_CHECKING

import click

from workers.cli.bilingual import command, json_option, option
from workers.cli.exit_codes import ExitCode
from workers.cli.failures import Failure
from workers.cli.figures import amount_of
from workers.cli.invocation import Invocation, pass_invocation
from workers.cli.tables import show_json

if TYPE_CHECKING:
    import sqlalchemy as sa

    from workers.choosing import Chooser, Weighed
    from workflows.invoice import Creditor, Debtor


@command(
    "choose",
    fr="Dit quelle échelle recevrait une facture, pourquoi, et pourquoi pas une autre ; ne change rien.",
    en="Tell which ladder an invoice would get, why, and why not another; changes nothing.",
)
@option(
    "--debtor", "ref", required=True, fr="Sa référence ; inconnue, c’est un nouveau client.",
    en="Its reference; an unknown one is a new client.",
)  # fmt: skip
@option("--amount", required=True, fr="Le montant TTC, en euros.", en="The amount with taxes, in euros.")
@option(
    "--kind", type=click.Choice(["business", "consumer", "public"]), fr="Sa nature ; sinon celle qui est connue.",
    en="Its kind; else the known one.",
)  # fmt: skip
@option("--number", default="", fr="Le numéro de la facture, pour les règles qui en nomment.",
        en="The invoice number, for rules that name some.")  # fmt: skip
@option("--creditor", fr="Le créancier, s’il y en a plusieurs.", en="The creditor, where there are several.")
@json_option
@pass_invocation
def choose(
    invocation: Invocation, /, *, ref: str, amount: str, kind: str | None, number: str, creditor: str | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Weigh one invoice."""
    from workers.arrivals import Memo  # noqa: PLC0415 - help must not pay for it
    from workers.choosing import Chooser  # noqa: PLC0415
    from workers.ledger.book import Book  # noqa: PLC0415

    system = invocation.system
    with system.ledger.connect() as connection:
        owed = _creditor(connection, creditor)
        debtor = _debtor(connection, owed.ref, ref, kind)
        chooser = Chooser(system.engine, Book(connection, system.clock.now()), Memo())
        weighed = _weigh(chooser, owed, debtor, number=number, amount=amount_of("--amount", amount))
        ladder = str(chooser.ladder(weighed.choice.scenario).ref)
    if as_json:
        show_json(invocation, "choice", _plain(invocation, weighed, ladder))
    else:
        _show(invocation, weighed, ladder)


def _creditor(connection: "sa.Connection", ref: str | None) -> "Creditor":
    from workers.ledger import store  # noqa: PLC0415 - help must not pay for it

    known = list(store.creditor_refs(connection))
    if ref is None and len(known) == 1:
        [ref] = known
    found = None if ref is None else store.creditor(connection, ref)
    if found is None:
        names = ", ".join(known) or "–"
        raise Failure(f"nommez le créancier par --creditor ; connus : {names}",
                      f"name the creditor with --creditor; known: {names}", ExitCode.USAGE)  # fmt: skip
    return found


def _debtor(connection: "sa.Connection", creditor_ref: str, ref: str, kind: str | None) -> "Debtor":
    """As known, or a new one."""
    from workers.ledger.queries.debtors import find_debtors  # noqa: PLC0415 - help must not pay for it
    from workflows.invoice import Debtor, DebtorKind  # noqa: PLC0415

    known = find_debtors(connection, ref, creditor_ref)
    debtor = known[0].debtor if known else Debtor(ref=ref, name=ref)
    return debtor if kind is None else debtor.model_copy(update={"kind": DebtorKind(kind)})


def _weigh(chooser: "Chooser", creditor: "Creditor", debtor: "Debtor", *, number: str, amount: int) -> "Weighed":
    from workflows.money import Money  # noqa: PLC0415 - help must not pay for it

    try:
        weighed = chooser.weigh(creditor, debtor, number=number, amount=Money(amount=amount))
        chooser.ladder(weighed.choice.scenario)
    except KeyError as missing:
        name = missing.args[0]
        raise Failure(
            f"l’échelle {name} n’est pas publiée : corrigez la règle de choix ou le créancier qui la nomme",
            f"ladder {name} is not published: mend the choice rule or the creditor that names it",
        ) from None
    return weighed


def _plain(invocation: Invocation, weighed: "Weighed", ladder: str) -> dict[str, object]:
    from workflows.reasons import say  # noqa: PLC0415 - help must not pay for it

    language = invocation.language
    told = {
        name: [reason.model_dump() | {"text": say(reason, language)} for reason in reasons]
        for name, reasons in (
            ("because", [weighed.choice.reason]),
            ("segments", [item.reason for item in weighed.found]),
            ("lost", weighed.choice.lost),
        )
    }
    return {"scenario": ladder, **told}


def _show(invocation: Invocation, weighed: "Weighed", ladder: str) -> None:
    from workflows.reasons import say  # noqa: PLC0415 - help must not pay for it

    language = invocation.language
    invocation.show(f"{ladder}  {say(weighed.choice.reason, language)}")
    parts = (
        (invocation.say("Segments :", "Segments:"), [item.reason for item in weighed.found]),
        (invocation.say("Règles écartées :", "Rules that lost:"), weighed.choice.lost),
    )
    for title, reasons in parts:
        if reasons:
            invocation.show("\n".join([title, *(f"  · {say(reason, language)}" for reason in reasons)]))
