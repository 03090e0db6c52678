"""`relance tasks`: what people have to do, and that it was done."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from workers.cli.bilingual import Group, argument, command, json_option, option
from workers.cli.exit_codes import ExitCode
from workers.cli.failures import Failure
from workers.cli.invocation import Invocation, pass_invocation
from workers.cli.options import cursor_option, limit_option
from workers.cli.tables import Column, show_json

if TYPE_CHECKING:
    from workers.ledger.queries.paging import Row


@click.group(
    "tasks",
    cls=Group,
    invoke_without_command=True,
    fr="Liste ce que les personnes ont à faire, le plus ancien d’abord.",
    en="List what people have to do, the oldest first.",
)
@option("--kind", fr="Une sorte de tâche.", en="One kind of task.")
@option("--creditor", fr="Le créancier.", en="The creditor.")
@limit_option
@cursor_option
@json_option
@click.pass_context
def tasks(
    ctx: click.Context, *, kind: str | None, creditor: str | None, limit: int, cursor: str | None, as_json: bool
) -> ExitCode | None:
    """Show one page, unless a command of the group is named."""
    if ctx.invoked_subcommand is not None:
        return None
    from workers.cli import words  # noqa: PLC0415 - help must not pay for it
    from workers.cli.paged import checked_cursor, tell_next  # noqa: PLC0415
    from workers.ledger.queries.inbox import list_tasks  # noqa: PLC0415

    invocation = ctx.ensure_object(Invocation)
    with checked_cursor(), invocation.system.ledger.connect() as connection:
        page = list_tasks(connection, kind=kind, creditor=creditor, limit=limit, cursor=cursor)
    if as_json:
        show_json(invocation, "tasks", {"tasks": [dict(row._mapping) for row in page.rows], "next": page.cursor})  # noqa: SLF001 - SQLAlchemy's public name
        return ExitCode.OK if page.rows else ExitCode.NOTHING_MATCHED
    language = invocation.language
    details = _details(invocation, page.rows)
    columns = [Column("À FAIRE", "TO DO"), Column("DOSSIER", "CASE"), Column("DÉTAIL", "DETAIL"),
               Column("AVANT LE", "BY"), Column("DEPUIS", "SINCE"), Column("CLÉ", "KEY")]  # fmt: skip
    rows = [
        [words.task_text(row.kind, language), row.case_id or "–", details.get(row.key, row.detail),
         words.day_text(row.due_on, language),
         words.moment_text(row.asked_at, language), row.key]
        for row in page.rows
    ]  # fmt: skip
    return tell_next(invocation, "tasks", (columns, rows), page.cursor)


def _details(invocation: Invocation, rows: "Sequence[Row]") -> dict[str, str]:
    """For tasks about a reply: its id, and what it seems to say."""
    from workers.cli.reply_words import reading_text  # noqa: PLC0415 - help must not pay for it
    from workers.ledger.queries.incoming import readings_of  # noqa: PLC0415
    from workflows.replies import Reading  # noqa: PLC0415

    replies = {row.key: row.detail for row in rows if row.kind == "reply"}
    if not replies:
        return {}
    with invocation.system.ledger.connect() as connection:
        known = readings_of(connection, set(replies.values()))
    return {
        key: f"{mail_id[:10]} · {reading_text(Reading.model_validate_json(known[mail_id]), invocation.language)}"
        for key, mail_id in replies.items()
        if mail_id in known
    }


@command("done", fr="Note qu’une tâche est faite.", en="Note that a task is done.")
@argument("key", metavar="CLÉ", fr="La clé de la tâche.", en="The key of the task.")
@option("--note", required=True, fr="Ce qui a été fait.", en="What was done.")
@pass_invocation
def done(invocation: Invocation, *, key: str, note: str) -> None:
    """Close one task."""
    from workers.cli.acting import doing  # noqa: PLC0415 - help must not pay for it
    from workers.operations.tasks import finish  # noqa: PLC0415

    was_open = finish(invocation.system, key, doing(note))
    if was_open is None:
        raise Failure(f"aucune tâche {key}", f"no task {key}", ExitCode.NOTHING_MATCHED)
    invocation.tell("faite" if was_open else "déjà faite", "done" if was_open else "done already")


tasks.add_command(done)
