"""`relance replies`: what debtors wrote back, what it seems to say, and a person's yes or no to it."""

import click

from workers.cli.bilingual import Group, argument, command, json_option, option
from workers.cli.exit_codes import ExitCode
from workers.cli.invocation import Invocation, pass_invocation
from workers.cli.options import cursor_option, limit_option
from workers.cli.replies_accept import accept, match
from workers.cli.replies_answer import answer, draft
from workers.cli.replies_files import files, plain_file
from workers.cli.replies_one import the_mail
from workers.cli.tables import Column, show_json


@click.group(
    "replies",
    cls=Group,
    fr="Liste les réponses des débiteurs, montre ce qu’elles semblent dire, les accepte, y répond.",
    en="List what debtors wrote back, show what it seems to say, accept it, answer it.",
)
def replies() -> None:
    """Have commands of its own."""


@command("list", fr="Liste ce qui attend d’être lu, le plus ancien d’abord.", en="List what waits to be read.")
@option("--all", "everything", is_flag=True, fr="Tout ce qui est arrivé.", en="All that came in.")
@limit_option
@cursor_option
@json_option
@pass_invocation
def list_replies(invocation: Invocation, *, everything: bool, limit: int, cursor: str | None, as_json: bool) -> int:
    """Show one page."""
    from workers.cli.paged import checked_cursor, tell_next  # noqa: PLC0415 - help must not pay for it
    from workers.cli.reply_words import plain, reading_of, reading_text, status_text  # noqa: PLC0415
    from workers.cli.words import moment_text  # noqa: PLC0415
    from workers.ledger.queries.incoming import list_incoming  # noqa: PLC0415

    with checked_cursor(), invocation.system.ledger.connect() as connection:
        page = list_incoming(connection, everything=everything, limit=limit, cursor=cursor)
    if as_json:
        show_json(invocation, "replies", {"replies": [plain(row) for row in page.rows], "next": page.cursor})
        return ExitCode.OK if page.rows else ExitCode.NOTHING_MATCHED
    language = invocation.language
    columns = [Column("N°", "ID"), Column("REÇU", "RECEIVED"), Column("DE", "FROM"), Column("DÉBITEUR", "DEBTOR"),
               Column("ÉTAT", "STATE"), Column("SEMBLE DIRE", "SEEMS TO SAY")]  # fmt: skip
    rows = [
        [row.mail_id[:10], moment_text(row.taken_at, language), row.sender, row.debtor_ref or "–",
         status_text(row.status, language), reading_text(reading_of(row), language)]
        for row in page.rows
    ]  # fmt: skip
    return tell_next(invocation, "replies", (columns, rows), page.cursor)


@command("show", fr="Montre un message en entier.", en="Show one message whole.")
@argument("mail_id", metavar="N°", fr="Le numéro, ou son début.", en="The id, or its beginning.")
@json_option
@pass_invocation
def show(invocation: Invocation, *, mail_id: str, as_json: bool) -> None:
    """Show the text, the files and the proposal."""
    from workers.cli.replies_one import lines_of  # noqa: PLC0415 - help must not pay for it
    from workers.cli.reply_words import plain  # noqa: PLC0415
    from workers.cli.words import moment_text  # noqa: PLC0415
    from workers.intake.mail_files import files_or_none  # noqa: PLC0415
    from workers.ledger.queries.incoming import answer_to  # noqa: PLC0415

    row = the_mail(invocation, mail_id)
    if as_json:
        listed = [plain_file(each) for each in files_or_none(row.raw)]
        show_json(invocation, "reply", plain(row) | {"text": row.text, "files": listed})
        return
    for line in lines_of(row, invocation.language):
        invocation.show(line)
    with invocation.system.ledger.connect() as connection:
        answer = answer_to(connection, row.mail_id)
    if answer is not None:
        at = moment_text(answer.at, invocation.language)
        head = invocation.say(f"Réponse approuvée par {answer.by}, {at}", f"Answer approved by {answer.by}, {at}")
        invocation.show(f"\n{head}\n\n{answer.text}")


for each in (list_replies, show, files, accept, draft, answer, match):
    replies.add_command(each)
