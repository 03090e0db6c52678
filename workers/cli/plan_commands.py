"""`relance plan`: note that a plan is asked for, offer one, note its agreement, end it; list and show plans."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from workers.cli.acts import act
from workers.cli.bilingual import command, group, option
from workers.cli.exit_codes import ExitCode
from workers.cli.figures import dated_amount_of, day_of
from workers.cli.invocation import Invocation
from workers.cli.listing import Which, about_dealings, show_lines
from workers.cli.tables import Column, money_text, show_table
from workers.cli.telling import About, about_a_case

if TYPE_CHECKING:
    from workers.ledger.queries.plans import Instalment, PlanView
    from workflows.events import PlanLine

line_option = option(
    "--line", "lines", multiple=True, metavar="DATE:MONTANT", fr="Une échéance, comme 2026-12-15:250 ; plusieurs fois.",
    en="An instalment, such as 2026-12-15:250; several times.",
)  # fmt: skip
plan_option = option("--plan", "plan_id", metavar="REF", fr="La référence de l’échéancier.", en="The plan's reference.")
_STATES = {
    "requested": ("demandé", "asked for"), "offered": ("proposé", "on offer"), "running": ("en cours", "in force"),
    "missed": ("en défaut", "instalment missing"), "done": ("soldé", "paid"), "ended": ("terminé", "ended"),
}  # fmt: skip


@group("plan", fr="Échéanciers : demande, proposition, accord, fin, suivi.",
       en="Instalment plans: wish, offer, agreement, end, follow-up.")  # fmt: skip
def plan() -> None:
    """Have commands of its own."""


@command(
    "request",
    fr="Note que le débiteur demande à payer en plusieurs fois ; une personne propose ou refuse.",
    en="Note that the debtor asks to pay in parts; a person offers a plan or refuses.",
)
@about_a_case
@option("--parts", required=True, type=click.IntRange(2, 60), fr="Le nombre d’échéances.", en="How many instalments.")
@option("--first", "first_on", required=True, metavar="DATE", fr="La première.", en="The first one.")
@option("--with", "said_by", metavar="NOM", fr="Qui le demande.", en="Who asks.")
@option("--note", metavar="TEXTE", fr="Une note pour le journal.", en="A note for the journal.")
def request(
    invocation: Invocation, about: About, *, parts: int, first_on: str, said_by: str | None, note: str | None
) -> int:
    """Publish the wish."""
    from workers.dealings import plans  # noqa: PLC0415 - help must not pay for it
    from workflows.refusals import PlanWish  # noqa: PLC0415

    wish, asking = PlanWish(parts, day_of("--first", first_on)), plans.Asking(said_by, None, note)
    case_id = about.file.case.case_id
    return act(invocation, about, lambda who: plans.request(invocation.system, who, case_id, wish, asking=asking))


@command(
    "offer",
    fr="Propose un échéancier par écrit ; sans --line, celui qui est demandé, à parts égales.",
    en="Offer an instalment plan in writing; without --line, the one asked for, in equal parts.",
)
@about_a_case
@line_option
@option("--answer-by", required=True, metavar="DATE", fr="Le jour de la réponse.", en="The day of the answer.")
@plan_option
def offer(invocation: Invocation, about: About, *, lines: Sequence[str], answer_by: str, plan_id: str | None) -> int:
    """Publish the offer."""
    from workers.dealings import plans  # noqa: PLC0415 - help must not pay for it

    given, day, case_id = _lines(lines), day_of("--answer-by", answer_by), about.file.case.case_id
    return act(invocation, about, lambda who: plans.offer(
        invocation.system, who, case_id, given, answer_by=day, plan_id=plan_id
    ))  # fmt: skip


@command(
    "agree",
    fr="Note l’accord sur un échéancier ; sans --line, celui qui est proposé.",
    en="Note that a plan was agreed; without --line, the one on offer.",
)
@about_a_case
@line_option
@plan_option
@option(
    "--no-clause", is_flag=True, fr="Une échéance manquée ne rend pas tout exigible.",
    en="A missed instalment does not make the whole due.",
)  # fmt: skip
def agree(invocation: Invocation, about: About, *, lines: Sequence[str], plan_id: str | None, no_clause: bool) -> int:
    """Publish the agreement."""
    from workers.dealings import plans  # noqa: PLC0415 - help must not pay for it

    given, case_id = _lines(lines), about.file.case.case_id
    return act(invocation, about, lambda who: plans.agree(
        invocation.system, who, case_id, given, plan_id=plan_id, break_clause=not no_clause
    ))  # fmt: skip


@command(
    "break",
    fr="Met fin à un échéancier, à sa proposition ou à sa demande : l’échelle reprend où elle en était.",
    en="End a plan, its offer, or the wish for one: the ladder resumes where it stood.",
)
@about_a_case
@plan_option
def end(invocation: Invocation, about: About, *, plan_id: str | None) -> int:
    """Publish the end."""
    from workers.dealings import plans  # noqa: PLC0415 - help must not pay for it

    case_id = about.file.case.case_id
    return act(invocation, about, lambda who: plans.end(invocation.system, who, case_id, plan_id=plan_id))


@command("list", fr="Liste les échéanciers demandés, proposés et en cours.",
         en="List plans asked for, on offer and in force.")  # fmt: skip
@about_dealings
def list_(invocation: Invocation, which: Which, *, as_json: bool) -> int:
    """Show the plans."""
    plans = _plans(invocation, which)
    columns = [
        Column("FACTURE", "INVOICE"), Column("DÉBITEUR", "DEBTOR"), Column("ÉTAT", "STATE"),
        Column("ÉCHÉANCES", "INSTALMENTS"), Column("PREMIÈRE", "FIRST"),
        Column("RESTE DÛ", "OWED", "right"), Column("ÉCHÉANCIER", "PLAN"),
    ]  # fmt: skip
    rows = [_row(invocation, each) for each in plans]
    return show_lines(invocation, "plans", plans, (columns, rows), as_json=as_json)


@command("show", fr="Montre chaque échéance d’un échéancier.", en="Show each instalment of a plan.")
@about_dealings
def show(invocation: Invocation, which: Which, *, as_json: bool) -> int:
    """Show the plans of an invoice or a debtor, instalment by instalment."""
    plans = _plans(invocation, which | {"everything": True})
    if as_json or not plans:
        return show_lines(invocation, "plans", plans, ((), ()), as_json=as_json)
    columns = [Column("LE", "ON"), Column("MONTANT", "AMOUNT", "right"), Column("ÉTAT", "STATE")]
    for each in plans:
        invocation.show(" · ".join(_row(invocation, each)))
        if each.lines:
            show_table(invocation, columns, [_instalment(invocation, each, line) for line in each.lines])
    return ExitCode.OK


def _plans(invocation: Invocation, which: Which) -> "list[PlanView]":
    from workers.ledger.queries.plans import list_plans  # noqa: PLC0415 - help must not pay for it

    system = invocation.system
    with system.ledger.connect() as connection:
        return list_plans(connection, system.clock.now(), **which)


def _row(invocation: Invocation, each: "PlanView") -> list[str]:
    from workers.cli.words import day_text  # noqa: PLC0415 - help must not pay for it

    language = invocation.language
    return [
        each.number, each.debtor_name, _STATES[each.state][language != "fr"], f"{each.paid}/{each.count}",
        day_text(each.first_on, language), money_text(each.balance, each.currency, language), each.plan_id,
    ]  # fmt: skip


def plan_text(invocation: Invocation, each: "PlanView") -> str:
    """A plan in one line: how it stands, what is paid, and its name."""
    return f"{_STATES[each.state][invocation.language != 'fr']}, {each.paid}/{each.count}, {each.plan_id}"


def _instalment(invocation: Invocation, each: "PlanView", line: "Instalment") -> list[str]:
    from workers.cli.words import day_text  # noqa: PLC0415 - help must not pay for it

    say, language = invocation.say, invocation.language
    state = say("payée", "paid") if line.is_paid else say("à venir", "ahead")
    if line.is_missed:
        state = say("manquée", "missed")
    return [day_text(line.due_on, language), money_text(line.amount, each.currency, language), state]


def _lines(given: Sequence[str]) -> "list[PlanLine]":
    from workers.dealings.plans import lines_of  # noqa: PLC0415 - help must not pay for it

    return lines_of([dated_amount_of("--line", text) for text in given])


for each in (request, offer, agree, end, list_, show):
    plan.add_command(each)
