"""`relance call`: which call comes next and what to know beforehand, what came of a call, which calls there are."""

import re
from typing import TYPE_CHECKING

import click

from workers.cli.acts import act
from workers.cli.bilingual import command, group, json_option, option
from workers.cli.case_command import creditor_option, the_case
from workers.cli.dispute_commands import CATEGORIES
from workers.cli.empty import tell_empty
from workers.cli.exit_codes import ExitCode
from workers.cli.failures import Failure
from workers.cli.figures import amount_of, day_of, phone_of
from workers.cli.invocation import Invocation, pass_invocation
from workers.cli.listing import show_lines
from workers.cli.tables import Column, money_text, show_json
from workers.cli.telling import About, about_a_case
from workflows.numbering import national

if TYPE_CHECKING:
    from workers.ledger.queries.calls import CallBrief

_DISPOSITIONS = ("reached", "voicemail", "wrong_number", "promises", "disputes", "refuses", "call_back",
                 "asks_document")  # fmt: skip
_HOURS = re.compile(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d", re.ASCII)


@group("call", fr="Appels : le prochain, ce qu’il en est sorti, la liste.",
       en="Calls: the next one, what came of it, the list.")  # fmt: skip
def call() -> None:
    """Have commands of its own."""


@command(
    "log",
    fr="Note un appel : une promesse est confirmée par écrit, un litige est ouvert.",
    en="Note a call: a promise is confirmed in writing, a dispute is opened.",
)
@about_a_case
@option(
    "--disposition", required=True, type=click.Choice(_DISPOSITIONS), fr="Ce qu’il en est sorti.", en="What came of it."
)
@option("--with", "with_name", metavar="NOM", fr="À qui l’on a parlé.", en="Who was spoken to.")
@option("--phone", metavar="NUMÉRO", fr="Le numéro appelé, sinon celui du contact.",
        en="The number that was called, else the contact’s.")  # fmt: skip
@option("--promised", metavar="DATE", fr="Le jour promis.", en="The promised day.")
@option("--category", type=click.Choice(CATEGORIES), fr="Le motif d’un litige.", en="The reason of a dispute.")
@option("--amount", metavar="MONTANT", fr="Le montant promis ou contesté ; sinon tout.",
        en="The amount promised or contested; else all.")  # fmt: skip
@option("--call-back", metavar="DATE", fr="Le jour où rappeler.", en="The day to call back.")
@option("--hours", metavar="HH:MM-HH:MM", fr="Entre quelles heures.", en="Between which hours.")
@option("--by", "approved_by", metavar="NOM", fr="Le responsable qui accepte un jour lointain, avec --note.",
        en="The person in charge who agrees to a day far away, with --note.")  # fmt: skip
@option("--note", metavar="TEXTE", fr="Une note pour le journal.", en="A note for the journal.")
def log(
    invocation: Invocation,
    about: About,
    *,
    promised: str | None,
    category: str | None,
    amount: str | None,
    call_back: str | None,
    hours: str | None,
    disposition: str,
    phone: str | None,
    **said: str | None,
) -> int:
    """Publish the call."""
    from workers.dealings import calls  # noqa: PLC0415 - help must not pay for it
    from workflows.events import DisputeReason  # noqa: PLC0415

    form = calls.Form(
        disposition=disposition, phone=None if phone is None else phone_of("--phone", phone),
        promised_on=None if promised is None else day_of("--promised", promised),
        category=None if category is None else DisputeReason(category),
        amount=None if amount is None else amount_of("--amount", amount),
        call_back_on=None if call_back is None else day_of("--call-back", call_back), hours=_hours(hours), **said,
    )  # fmt: skip
    return act(invocation, about, lambda who: calls.log(invocation.system, who, [about.file.case.case_id], form))


def _hours(text: str | None) -> tuple[str, str] | None:
    if text is None:
        return None
    if _HOURS.fullmatch(text) is None:
        raise Failure(
            f"--hours « {text} » : écrivez deux heures, comme 14:00-16:00",
            f"--hours {text!r}: write two hours, such as 14:00-16:00",
            ExitCode.USAGE,
        )
    since, _, until = text.partition("-")
    return since, until


@command("next", fr="Le prochain appel, en trois lignes : qui, quoi, ce qui s’est dit.",
         en="The next call, in three lines: who, what, what was said.")  # fmt: skip
@creditor_option
@json_option
@pass_invocation
def next_(invocation: Invocation, *, creditor: str | None, as_json: bool) -> int:
    """Show the brief of the call that comes first."""
    from workers.ledger.queries.calls import calls_to_make  # noqa: PLC0415 - help must not pay for it

    system = invocation.system
    with system.ledger.connect() as connection:
        found = calls_to_make(connection, system.clock.now(), creditor=creditor, today=True)
    if as_json:
        return show_lines(invocation, "calls", found[:1], ((), ()), as_json=True)
    if not found:
        invocation.tell("aucun appel à passer aujourd’hui", "no call to make today")
        return ExitCode.NOTHING_MATCHED
    for line in _brief(invocation, found[0]):
        invocation.show(line)
    return ExitCode.OK


def _brief(invocation: Invocation, brief: "CallBrief") -> list[str]:
    """Who, what, and what was said; then the words, where the ladder wrote some."""
    from workers.cli.words import day_text  # noqa: PLC0415 - help must not pay for it

    say, language = invocation.say, invocation.language
    hours = f" · {brief.hours[0]}-{brief.hours[1]}" if brief.hours else ""
    owed, due = money_text(brief.owed, brief.currency, language), day_text(brief.due_on, language)
    left = say(f"messages laissés : {brief.voicemails}", f"messages left: {brief.voicemails}")
    lines = [
        f"{brief.debtor_name}{f' · {brief.name}' if brief.name else ''} · {national(brief.phone)}{hours}",
        say(f"{brief.number} : {owed}, échue le {due}", f"{brief.number}: {owed}, due on {due}"),
        f"{_promise(invocation, brief)} · {left}",
    ]
    return [*lines, *([say(f"texte : {brief.script}", f"script: {brief.script}")] if brief.script else [])]


def _promise(invocation: Invocation, brief: "CallBrief") -> str:
    from workers.cli.promise_commands import state_text  # noqa: PLC0415 - only here
    from workers.cli.words import day_text  # noqa: PLC0415

    if brief.last_promise is None:
        return invocation.say("aucune promesse", "no promise yet")
    promise, state = brief.last_promise
    day, words = day_text(promise.on, invocation.language), state_text(state, invocation.language)
    return invocation.say(f"dernière promesse : {day}, {words}", f"last promise: {day}, {words}")


@command("list", fr="Liste les appels à passer ; --made, ceux qui ont été notés.",
         en="List the calls to make; --made, those that were logged.")  # fmt: skip
@option("--made", is_flag=True, fr="Ceux qui ont été notés.", en="Those that were logged.")
@option("--invoice", "number", metavar="NUMÉRO", fr="Une facture.", en="One invoice.")
@creditor_option
@json_option
@pass_invocation
def list_(invocation: Invocation, *, made: bool, number: str | None, creditor: str | None, as_json: bool) -> int:
    """Show the calls."""
    from workers.ledger.queries.calls import calls_to_make  # noqa: PLC0415 - help must not pay for it

    if made:
        return _list_made(invocation, number, creditor, as_json=as_json)
    system = invocation.system
    with system.ledger.connect() as connection:
        found = calls_to_make(connection, system.clock.now(), creditor=creditor, number=number)
    columns = [
        Column("LE", "ON"), Column("HEURES", "HOURS"), Column("FACTURE", "INVOICE"), Column("DÉBITEUR", "DEBTOR"),
        Column("TÉLÉPHONE", "TELEPHONE"), Column("DÛ", "OWED", "right"),
    ]  # fmt: skip
    return show_lines(
        invocation, "calls", found, (columns, [_row(invocation, item) for item in found]), as_json=as_json
    )


def _row(invocation: Invocation, brief: "CallBrief") -> list[str]:
    from workers.cli.words import day_text  # noqa: PLC0415 - help must not pay for it

    language = invocation.language
    return [
        day_text(brief.on, language), "-".join(brief.hours or ("", "")).strip("-") or "–", brief.number,
        brief.debtor_name, national(brief.phone), money_text(brief.owed, brief.currency, language),
    ]  # fmt: skip


def _list_made(invocation: Invocation, number: str | None, creditor: str | None, *, as_json: bool) -> int:
    from workers.cli.tables import show_table  # noqa: PLC0415 - only here
    from workers.cli.words import moment_text  # noqa: PLC0415
    from workers.ledger.queries.calls import calls_made  # noqa: PLC0415
    from workflows.reasons import code_text  # noqa: PLC0415

    case_id = None if number is None else the_case(invocation, number, creditor).case.case_id
    with invocation.system.ledger.connect() as connection:
        found = calls_made(connection, creditor=creditor, case_id=case_id)
    language = invocation.language
    if as_json:
        show_json(invocation, "calls_made", {"calls": [event.model_dump(mode="json") for event in found]})
    elif found:
        columns = [Column("QUAND", "WHEN"), Column("FACTURES", "INVOICES"), Column("RÉSULTAT", "OUTCOME"),
                   Column("AVEC", "WITH"), Column("NOTE", "NOTE")]  # fmt: skip
        rows = [
            [moment_text(event.at, language), ", ".join(event.invoice_nos),
             code_text("disposition", event.disposition, language), event.with_name or "–", event.note or ""]
            for event in found
        ]  # fmt: skip
        show_table(invocation, columns, rows)
    else:
        tell_empty(invocation, "calls_made")
    return ExitCode.OK if found else ExitCode.NOTHING_MATCHED


for each in (next_, log, list_):
    call.add_command(each)
