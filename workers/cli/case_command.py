"""`relance case NUMBER`: one case with all that happened to it."""

from typing import TYPE_CHECKING

from workers.cli.bilingual import argument, command, json_option, option
from workers.cli.exit_codes import ExitCode
from workers.cli.failures import Failure
from workers.cli.invocation import Invocation, pass_invocation
from workers.cli.tables import Column, money_text, show_json, show_table

if TYPE_CHECKING:
    from workers.ledger.queries.cases import CaseFile, TimelineEntry

number_argument = argument("number", metavar="NUMÉRO", fr="Le numéro de facture.", en="The invoice number.")
creditor_option = option(
    "--creditor", fr="Le créancier, s’il y en a plusieurs.", en="The creditor, where there are several."
)


def the_case(invocation: Invocation, number: str, creditor: str | None) -> "CaseFile":
    """The one case of this number.

    Raises:
        Failure: there is none, or several creditors have used the number.
    """
    from workers.ledger.queries.cases import find_cases  # noqa: PLC0415 - help must not pay for it

    with invocation.system.ledger.connect() as connection:
        found = find_cases(connection, number, creditor)
    if not found:
        raise Failure(
            f"aucun dossier pour la facture {number} ; relance cases les liste",
            f"no case for invoice {number}; relance cases lists them",
            ExitCode.NOTHING_MATCHED,
        )
    if len(found) > 1:
        names = ", ".join(each.case.invoice.creditor_ref for each in found)
        raise Failure(
            f"la facture {number} existe chez {names} ; ajoutez --creditor",
            f"invoice {number} exists for {names}; add --creditor",
            ExitCode.USAGE,
        )
    return found[0]


@command(
    "case",
    fr="Montre un dossier : où il en est, ce qui s’est passé, ce qui est parti, ce qu’il reste à faire.",
    en="Show one case: where it stands, what happened, what left, what remains to be done.",
)
@number_argument
@creditor_option
@json_option
@pass_invocation
def case(invocation: Invocation, *, number: str, creditor: str | None, as_json: bool) -> None:
    """Show one case."""
    from workers.cli.case_dealings import show_dealings  # noqa: PLC0415 - help must not pay for it
    from workers.cli.paid_late import PaidLate  # noqa: PLC0415 - help must not pay for it
    from workers.ledger.queries.cases import open_tasks_of, timeline  # noqa: PLC0415

    file = the_case(invocation, number, creditor)
    charges = PaidLate(invocation, file.case, file.debtor)
    with invocation.system.ledger.connect() as connection:
        entries = timeline(connection, file.case.case_id)
        tasks = open_tasks_of(connection, [file.case.case_id])
    if as_json:
        content: dict[str, object] = {"case": file.case.model_dump(mode="json"), "stage": file.case.stage}
        content["charges"] = charges.plain()
        content["timeline"] = [_plain(entry) for entry in entries]
        show_json(invocation, "case", content | {"tasks": [dict(row._mapping) for row in tasks]})  # noqa: SLF001 - SQLAlchemy's public name
        return
    show_head(invocation, file)
    show_dealings(invocation, file, entries)
    charges.show()
    _show_timeline(invocation, entries)
    if tasks:
        from workers.cli.words import day_text, task_text  # noqa: PLC0415

        language = invocation.language
        columns = [Column("À FAIRE", "TO DO"), Column("AVANT LE", "BY"), Column("CLÉ", "KEY")]
        show_table(
            invocation,
            columns,
            [[task_text(row.kind, language), day_text(row.due_on, language), row.key] for row in tasks],
        )


def _plain(entry: "TimelineEntry") -> dict[str, object]:
    return {
        "at": entry.at, "recorded_at": entry.recorded_at, "source": entry.source, "kind": entry.kind,
        "event": entry.happened.model_dump(mode="json"), "stage": entry.stage, "balance": entry.balance,
        "reasons": [reason.model_dump() for reason in entry.reasons], "next_wake_at": entry.next_wake_at,
        "idle_reason": entry.idle_reason, "effects": list(entry.effects),
    }  # fmt: skip


def show_head(invocation: Invocation, file: "CaseFile") -> None:
    """Where the case stands, in a few lines."""
    from workers.cli import words  # noqa: PLC0415 - help must not pay for it
    from workflows.machine.standing import balance  # noqa: PLC0415

    case, language, say = file.case, invocation.language, invocation.say
    invoice = case.invoice
    owed = money_text(balance(case), invoice.currency, language)
    invocation.show(f"{invoice.number} · {file.debtor.name} · {invoice.creditor_ref}")
    due = words.day_text(invoice.due_on, language)
    stage = words.stage_text(case.stage, language)
    invocation.show(say(f"{stage}, reste dû {owed}, échéance {due}, scénario {case.scenario}",
                        f"{stage}, owed {owed}, due {due}, scenario {case.scenario}"))  # fmt: skip
    if case.next_wake_at is not None:
        at = words.moment_text(case.next_wake_at, language)
        invocation.show(say(f"prochaine échéance : {at}", f"next moment: {at}"))
    else:
        invocation.show(words.rule_text(case.idle_reason, language))


def _show_timeline(invocation: Invocation, entries: "list[TimelineEntry]") -> None:
    from workers.cli import words  # noqa: PLC0415 - help must not pay for it
    from workflows.reasons import say_all  # noqa: PLC0415

    language = invocation.language
    rows = [
        [words.moment_text(entry.at, language), entry.kind, words.stage_text(entry.stage, language),
         say_all(entry.reasons, language)]
        for entry in entries
    ]  # fmt: skip
    show_table(
        invocation,
        [Column("QUAND", "WHEN"), Column("FAIT", "FACT"), Column("ÉTAT", "STAGE"), Column("POURQUOI", "WHY")],
        rows,
    )
