"""`relance cases`: lists of cases."""

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

import click

from workers.cli.bilingual import command, json_option, option
from workers.cli.exit_codes import ExitCode
from workers.cli.invocation import Invocation, pass_invocation
from workers.cli.options import cursor_option, limit_option
from workers.cli.tables import Column, money_text, show_json

if TYPE_CHECKING:
    from workers.ledger.queries.cases import CaseLine
    from workers.ledger.queries.paging import Page

_STAGES = [
    "watching", "reminding", "formal_notice", "handed_over", "promised", "disputed", "instalments", "paused", "blocked",
    "insolvent", "paid", "cancelled", "written_off",
]  # fmt: skip
_DAY = click.DateTime(["%Y-%m-%d"])


@command(
    "cases",
    fr="Liste les dossiers, l’échéance la plus ancienne d’abord ; ceux qui sont ouverts, sauf avec --stage.",
    en="List cases, the oldest due date first; open ones unless --stage says otherwise.",
)
@option(
    "--stage",
    "stages",
    multiple=True,
    type=click.Choice(_STAGES),
    fr="Un état ; répétable.",
    en="A stage; may be repeated.",
)
@option("--creditor", fr="Le créancier.", en="The creditor.")
@option("--debtor", fr="La référence du débiteur.", en="The debtor's reference.")
@option("--number", fr="Le numéro de facture.", en="The invoice number.")
@option("--scenario", fr="Le scénario.", en="The scenario.")
@option("--due-from", type=_DAY, metavar="AAAA-MM-JJ", fr="Échue ce jour ou après.", en="Due on this day or later.")
@option("--due-to", type=_DAY, metavar="AAAA-MM-JJ", fr="Échue ce jour ou avant.", en="Due on this day or sooner.")
@limit_option
@cursor_option
@json_option
@pass_invocation
def cases(
    invocation: Invocation,
    /,
    *,
    stages: tuple[str, ...],
    due_from: datetime | None,
    due_to: datetime | None,
    limit: int,
    cursor: str | None,
    as_json: bool,
    **equal: str | None,
) -> ExitCode:
    """Show one page."""
    from workers.cli.paged import checked_cursor  # noqa: PLC0415 - help must not pay for it
    from workers.ledger.queries.cases import CaseFilter, list_cases  # noqa: PLC0415
    from workflows.case import Stage  # noqa: PLC0415

    wanted = CaseFilter(
        stages=tuple(Stage(name) for name in stages),
        due_from=due_from.date() if due_from else None, due_to=due_to.date() if due_to else None, **equal,
    )  # fmt: skip
    with checked_cursor(), invocation.system.ledger.connect() as connection:
        page = list_cases(connection, wanted, limit=limit, cursor=cursor)
    if as_json:
        show_json(invocation, "cases", {"cases": [asdict(row) for row in page.rows], "next": page.cursor})
        return ExitCode.OK if page.rows else ExitCode.NOTHING_MATCHED
    return _show(invocation, page)


def _show(invocation: Invocation, page: "Page[CaseLine]") -> ExitCode:
    from workers.cli import words  # noqa: PLC0415 - help must not pay for it
    from workers.cli.paged import tell_next  # noqa: PLC0415

    language = invocation.language
    columns = [
        Column("FACTURE", "INVOICE"), Column("CRÉANCIER", "CREDITOR"), Column("DÉBITEUR", "DEBTOR"),
        Column("ÉTAT", "STAGE"), Column("RESTE DÛ", "OWED", "right"), Column("ÉCHÉANCE", "DUE"),
        Column("PROCHAINE ACTION", "NEXT"), Column("SINON", "OR WHY NOT"),
    ]  # fmt: skip
    rows = [
        [row.number, row.creditor_ref, row.debtor_name, words.stage_text(row.stage, language),
         money_text(row.balance, row.currency, language), words.day_text(row.due_on, language),
         words.moment_text(row.next_wake_at, language), words.rule_text(row.idle_reason, language)]
        for row in page.rows
    ]  # fmt: skip
    return tell_next(invocation, "cases", (columns, rows), page.cursor)
