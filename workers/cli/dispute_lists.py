"""`relance dispute list` and `show`: who looks into which dispute, by when, and what was said in it."""

from typing import TYPE_CHECKING

from workers.cli.bilingual import command, option
from workers.cli.exit_codes import ExitCode
from workers.cli.failures import Failure
from workers.cli.invocation import Invocation
from workers.cli.listing import Which, about_dealings, show_lines
from workers.cli.tables import Column, money_text, show_json, show_table

if TYPE_CHECKING:
    from workers.ledger.queries.cases import TimelineEntry
    from workers.ledger.queries.disputes import DisputeLine

_COLUMNS = (
    Column("FACTURE", "INVOICE"), Column("DÉBITEUR", "DEBTOR"), Column("LITIGE", "DISPUTE"), Column("MOTIF", "REASON"),
    Column("CONTESTÉ", "CONTESTED", "right"), Column("OUVERT", "OPENED"), Column("QUI", "OWNER"),
    Column("AVANT LE", "BY"), Column("ON ATTEND", "AWAITING"),
)  # fmt: skip


@command("list", fr="Liste les litiges, le plus urgent d’abord.", en="List disputes, the most urgent first.")
@about_dealings
@option("--owner", metavar="NOM", fr="Qui s’en charge.", en="Who looks into it.")
def list_(invocation: Invocation, which: Which, *, owner: str | None, as_json: bool) -> int:
    """Show the disputes."""
    from workers.ledger.queries.disputes import list_disputes  # noqa: PLC0415 - help must not pay for it

    system = invocation.system
    with system.ledger.connect() as connection:
        lines = list_disputes(connection, system.clock.now(), owner=owner, **which)
    rows = [_row(invocation, line) for line in lines]
    return show_lines(invocation, "disputes", lines, (_COLUMNS, rows), as_json=as_json)


@command("show", fr="Montre tout ce qui s’est dit dans un litige.", en="Show all that was said in a dispute.")
@about_dealings
@option("--dispute", "dispute_id", metavar="REF", fr="Le litige ; sinon tous.", en="The dispute; else all.")
def show(invocation: Invocation, which: Which, *, dispute_id: str | None, as_json: bool) -> int:
    """Show the words of the disputes of an invoice or a debtor."""
    from workers.ledger.queries.disputes import list_disputes, words_of  # noqa: PLC0415 - help must not pay for it

    system = invocation.system
    with system.ledger.connect() as connection:
        lines = list_disputes(connection, system.clock.now(), **which | {"everything": True})
        mine = [line for line in lines if dispute_id in (None, line.dispute_id)]
        words = [(line, words_of(connection, line.case_id, line.dispute_id)) for line in mine]
    if not mine:
        raise Failure(
            "aucun litige ne correspond ; relance dispute list --all les liste",
            "no dispute matches; relance dispute list --all lists them",
            ExitCode.NOTHING_MATCHED,
        )
    if as_json:
        told = [{"dispute_id": line.dispute_id, "words": [_plain(each) for each in said]} for line, said in words]
        show_json(invocation, "dispute", {"disputes": told})
        return ExitCode.OK
    for line, said in words:
        show_table(invocation, _COLUMNS, [_row(invocation, line)])
        for each in said:
            _show_words(invocation, each)
    return ExitCode.OK


def _row(invocation: Invocation, line: "DisputeLine") -> list[str]:
    from workers.cli.words import day_text  # noqa: PLC0415 - help must not pay for it

    language, say = invocation.language, invocation.say
    contested = say("tout", "all") if line.amount is None else money_text(line.amount, line.currency, language)
    late = " !" if line.is_overdue else ""
    return [
        line.number, line.debtor_name, line.dispute_id, _code("reason", line.reason, language), contested,
        day_text(line.opened_on, language), line.owner or "–", day_text(line.deadline, language) + late,
        _end(invocation, line),
    ]  # fmt: skip


def _end(invocation: Invocation, line: "DisputeLine") -> str:
    """Who has to act, or how it ended and which credit note is missing."""
    if line.awaiting is not None:
        return _code("awaiting", line.awaiting, invocation.language)
    outcome = _code("outcome", line.outcome or "", invocation.language)
    if not line.given_up:
        return outcome
    missing = money_text(line.given_up, line.currency, invocation.language)
    return outcome + invocation.say(f" ; avoir attendu : {missing}", f"; credit note awaited: {missing}")


def _code(name: str, value: str, language: str) -> str:
    from workflows.reasons import code_text  # noqa: PLC0415 - help must not pay for it

    return code_text(name, value, language)


def _plain(entry: "TimelineEntry") -> dict[str, object]:
    return {"at": entry.at, "kind": entry.kind, "event": entry.happened.model_dump(mode="json")}


def _show_words(invocation: Invocation, entry: "TimelineEntry") -> None:
    """When, what, and the words that people wrote."""
    from workers.cli.words import moment_text  # noqa: PLC0415 - help must not pay for it
    from workflows.reasons import say_all  # noqa: PLC0415

    event = entry.happened
    texts = [getattr(event, name, None) for name in ("comment", "text", "note")]
    files = ", ".join(getattr(event, "files", ()))
    learnt = say_all(entry.reasons[:1], invocation.language)
    invocation.show(f"{moment_text(entry.at, invocation.language)}  {learnt}")
    for text in (*texts, files):
        if text:
            invocation.show(f"    {text}")
