"""`relance promise`: note a promise, take it back, list promises and how reliable debtors are."""

from typing import TYPE_CHECKING

from workers.cli.acts import act
from workers.cli.bilingual import command, group, option
from workers.cli.case_command import the_case
from workers.cli.figures import amount_of, day_of
from workers.cli.invocation import Invocation
from workers.cli.listing import Which, about_dealings, show_lines
from workers.cli.tables import Column, money_text
from workers.cli.telling import About, about_a_case

if TYPE_CHECKING:
    from workers.ledger.queries.promises import PromiseLine

_STATES = {
    "ahead": ("à venir", "ahead"), "kept": ("tenue", "kept"), "partly": ("tenue en partie", "kept in part"),
    "broken": ("non tenue", "broken"), "withdrawn": ("retirée", "withdrawn"),
}  # fmt: skip


@group("promise", fr="Note les promesses de paiement, et dit si elles sont tenues.",
       en="Note promises to pay, and tell whether they are kept.")  # fmt: skip
def promise() -> None:
    """Have commands of its own."""


@command(
    "make",
    fr="Note une promesse : silence jusqu’à son jour et son délai de grâce.",
    en="Note a promise: silence until its day and its grace.",
)
@about_a_case
@option("--date", "day", required=True, metavar="DATE", fr="Le jour promis.", en="The promised day.")
@option("--amount", metavar="MONTANT", fr="Le montant ; sinon tout le solde.", en="The amount; else all of it.")
@option("--also", multiple=True, metavar="NUMÉRO", fr="Une autre facture ; plusieurs fois.",
        en="Another invoice; several times.")  # fmt: skip
@option("--with", "said_by", metavar="NOM", fr="Qui l’a dit.", en="Who said it.")
@option("--channel", metavar="CANAL", fr="Comment : email, letter, call…", en="How: email, letter, call…")
@option("--by", "approved_by", metavar="NOM", fr="Le responsable qui accepte un jour lointain.",
        en="The person in charge who agrees to a day far away.")  # fmt: skip
@option("--reason", "note", metavar="TEXTE", fr="Pourquoi.", en="Why.")
def make(
    invocation: Invocation,
    about: About,
    *,
    day: str,
    amount: str | None,
    also: tuple[str, ...],
    said_by: str | None,
    channel: str | None,
    approved_by: str | None,
    note: str | None,
) -> int:
    """Publish the promise."""
    from workers.dealings import promises  # noqa: PLC0415 - help must not pay for it

    creditor = about.file.case.invoice.creditor_ref
    files = [about.file, *(the_case(invocation, number, creditor) for number in also)]
    vow = promises.Vow(
        day=day_of("--date", day), amount=None if amount is None else amount_of("--amount", amount), said_by=said_by,
        channel=channel, approved_by=approved_by, note=note,
    )  # fmt: skip
    return act(invocation, about, lambda who: promises.make(
        invocation.system, who, [file.case.case_id for file in files], vow
    ))  # fmt: skip


@command("withdraw", fr="Retire une promesse ; sans --promise, la dernière.",
         en="Take a promise back; without --promise, the last one.")  # fmt: skip
@about_a_case
@option("--promise", "promise_id", metavar="REF", fr="La promesse.", en="The promise.")
def withdraw(invocation: Invocation, about: About, *, promise_id: str | None) -> int:
    """Publish the withdrawal."""
    from workers.dealings import promises  # noqa: PLC0415 - help must not pay for it

    case_id = about.file.case.case_id
    return act(invocation, about, lambda who: promises.withdraw(invocation.system, who, case_id, promise_id))


@command("list", fr="Liste les promesses à venir et non tenues ; --debtor en donne la fiabilité.",
         en="List promises ahead and not kept; --debtor tells how reliable one is.")  # fmt: skip
@about_dealings
def list_(invocation: Invocation, which: Which, *, as_json: bool) -> int:
    """Show the promises."""
    from workers.ledger.queries.promises import list_promises  # noqa: PLC0415 - help must not pay for it

    system = invocation.system
    with system.ledger.connect() as connection:
        lines = list_promises(connection, system.clock.now(), **which)
    columns = [
        Column("FACTURE", "INVOICE"), Column("DÉBITEUR", "DEBTOR"), Column("LE", "ON"),
        Column("MONTANT", "AMOUNT", "right"), Column("ÉTAT", "STATE"), Column("PROMESSE", "PROMISE"),
    ]  # fmt: skip
    rows = [_row(invocation, line) for line in lines]
    code = show_lines(invocation, "promises", lines, (columns, rows), as_json=as_json)
    if not as_json and which["debtor"] and lines:
        _tell_reliability(invocation, lines[0])
    return code


def _row(invocation: Invocation, line: "PromiseLine") -> list[str]:
    from workers.cli.words import day_text  # noqa: PLC0415 - help must not pay for it

    language = invocation.language
    state = state_text(line.state, language)
    return [
        line.number, line.debtor_name, day_text(line.on, language), money_text(line.amount, line.currency, language),
        state, line.promise_id,
    ]  # fmt: skip


def state_text(state: str, language: str) -> str:
    """What became of a promise, in words."""
    return _STATES[state][language != "fr"]


def _tell_reliability(invocation: Invocation, line: "PromiseLine") -> None:
    from workers.ledger.queries.promises import reliability_of  # noqa: PLC0415 - help must not pay for it

    system = invocation.system
    with system.ledger.connect() as connection:
        past = reliability_of(connection, line.creditor_ref, line.debtor_ref, system.clock.now())
    if past.percent is not None:
        invocation.show(invocation.say(
            f"{line.debtor_name} : {past.kept} promesses tenues sur {past.made} ({past.percent} %)",
            f"{line.debtor_name}: {past.kept} promises kept of {past.made} ({past.percent} %)",
        ))  # fmt: skip


for each in (make, withdraw, list_):
    promise.add_command(each)
