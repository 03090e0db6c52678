"""`relance queues list|show|trace`: looking at messages."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from workers.cli.bilingual import argument, command, json_option, option
from workers.cli.exit_codes import ExitCode
from workers.cli.failures import Failure
from workers.cli.invocation import Invocation, pass_invocation
from workers.cli.options import cursor_option, limit_option
from workers.cli.queues_filters import CHANNELS, STATES, filter_of, narrowing_options, queue_argument
from workers.cli.tables import Column, show_json, show_table

if TYPE_CHECKING:
    from workers.ledger.queries.dispatches import DispatchFile, DispatchLine
    from workers.ledger.queries.paging import Page

#: States that messages of `events` and `wake` have.
_OF_TIMETABLE = ("ready", "running", "delayed", "dead")
#: What of one message is shown to people, in this order.
_LABELS = {
    "number": ("facture", "invoice"),
    "debtor_ref": ("débiteur", "debtor"),
    "template": ("modèle", "letter"),
    "recipient": ("destinataire", "recipient"),
    "subject": ("objet", "subject"),
    "message_id": ("Message-ID", "Message-ID"),
    "detail": ("réponse", "answer"),
    "claimed_by": ("pris par", "claimed by"),
    "path": ("fichier", "file"),
    "wanted_at": ("voulu", "wanted"),
    "not_before": ("pas avant", "not before"),
}


@command(
    "list",
    fr="Liste les messages d’un état, le plus ancien d’abord.",
    en="List the messages in one state, the oldest first.",
)
@queue_argument
@option("--state", type=click.Choice(STATES), default="ready", show_default=True, fr="L’état.", en="The state.")
@narrowing_options
@limit_option
@cursor_option
@json_option
@pass_invocation
def list_messages(
    invocation: Invocation,
    /,
    *,
    queue: str | None,
    state: str,
    limit: int,
    cursor: str | None,
    as_json: bool,
    **narrow: Any,  # noqa: ANN401 - the options of `narrowing_options`
) -> ExitCode:
    """Show one page of dispatches, or of messages that are none."""
    if queue is not None and queue not in CHANNELS and not any(narrow.values()):
        return _list_timetable(invocation, queue, state, limit=limit, as_json=as_json)
    from workers.cli.paged import checked_cursor  # noqa: PLC0415 - help must not pay for it
    from workers.ledger.queries.dispatches import list_dispatches  # noqa: PLC0415

    system = invocation.system
    with checked_cursor(), system.ledger.connect() as connection:
        wanted = filter_of(state, queue, narrow)
        page = list_dispatches(connection, wanted, system.clock.now(), limit=limit, cursor=cursor)
    if as_json:
        show_json(invocation, "dispatches", {"dispatches": [asdict(row) for row in page.rows], "next": page.cursor})
        return ExitCode.OK if page.rows else ExitCode.NOTHING_MATCHED
    return _show_page(invocation, page)


def _show_page(invocation: Invocation, page: "Page[DispatchLine]") -> ExitCode:
    from workers.cli import words  # noqa: PLC0415 - help must not pay for it
    from workers.cli.paged import tell_next  # noqa: PLC0415

    language = invocation.language
    columns = [
        Column("MESSAGE", "MESSAGE"), Column("FACTURE", "INVOICE"), Column("DÉBITEUR", "DEBTOR"),
        Column("DEPUIS", "SINCE"), Column("PAS AVANT", "NOT BEFORE"), Column("ESSAIS", "ATTEMPTS", "right"),
        Column("POURQUOI", "WHY"), Column("RÉPONSE", "ANSWER"),
    ]  # fmt: skip
    rows = [
        [row.key, row.number, row.debtor_ref, words.moment_text(row.since, language),
         words.moment_text(row.not_before, language), str(row.attempts), words.rule_text(row.reason, language),
         (row.detail or "").partition("\n")[0]]
        for row in page.rows
    ]  # fmt: skip
    return tell_next(invocation, "messages", (columns, rows), page.cursor)


def _list_timetable(invocation: Invocation, queue: str, state: str, *, limit: int, as_json: bool) -> ExitCode:
    """Messages that only the timetable knows: wake-ups and events."""
    from workers.cli.paged import tell_next  # noqa: PLC0415 - help must not pay for it
    from workers.cli.words import moment_text  # noqa: PLC0415

    if state not in _OF_TIMETABLE:
        names = ", ".join(_OF_TIMETABLE)
        raise Failure(f"--state : {names} pour la file {queue}", f"--state: {names} for queue {queue}", ExitCode.USAGE)
    found = _delayed(invocation, queue, limit) if state == "delayed" else _others(invocation, queue, state, limit)
    if as_json:
        show_json(invocation, "messages", {"queue": queue, "state": state, "messages": found})
        return ExitCode.OK if found else ExitCode.NOTHING_MATCHED
    columns = [
        Column("MESSAGE", "MESSAGE"), Column("ACTEUR", "ACTOR"), Column("ARGUMENTS", "ARGUMENTS"),
        Column("PRÉVU", "DUE"), Column("ERREUR", "ERROR"),
    ]  # fmt: skip
    language = invocation.language
    rows = [
        [row["message_id"], row["actor"], _short(row["args"]), moment_text(row["due"], language), row["error"]]
        for row in found
    ]
    return tell_next(invocation, "messages", (columns, rows), None)


def _others(invocation: Invocation, queue: str, state: str, limit: int) -> list[dict[str, Any]]:
    from workers.broker import MessageState  # noqa: PLC0415 - help must not pay for it
    from workers.operations.messages import listed  # noqa: PLC0415

    return [
        {"message_id": each.message_id, "actor": each.actor, "args": list(each.args), "due": None,
         "worker": each.worker, "error": each.error}
        for each in listed(invocation.system, queue, MessageState(state), limit=limit)
    ]  # fmt: skip


def _delayed(invocation: Invocation, queue: str, limit: int) -> list[dict[str, Any]]:
    return [
        {"message_id": each.key, "actor": each.message.actor_name, "args": list(each.message.args),
         "due": datetime.fromtimestamp(each.due_ms / 1000, UTC), "worker": None, "error": ""}
        for each in invocation.system.broker.due_between(queue, 0, 2**53, limit)
    ]  # fmt: skip


def _short(args: list[object], longest: int = 60) -> str:
    text = ", ".join(map(str, args))
    return text if len(text) <= longest else f"{text[:longest]}…"


@command(
    "show",
    fr="Montre un message : essais, réponse, destinataire masqué, ce que des personnes y ont fait.",
    en="Show one message: attempts, answer, masked recipient, what people did to it.",
)
@argument("message", metavar="MESSAGE", fr="Sa clé, ou son Message-ID.", en="Its key, or its Message-ID.")
@option("--reveal", is_flag=True, fr="Montre l’adresse entière.", en="Show the whole address.")
@json_option
@pass_invocation
def show(invocation: Invocation, *, message: str, reveal: bool, as_json: bool) -> None:
    """Show one dispatch."""
    from workers.cli.words import masked  # noqa: PLC0415 - help must not pay for it
    from workers.ledger.queries.dispatches import find_dispatch  # noqa: PLC0415
    from workers.ledger.queries.inbox import operations  # noqa: PLC0415

    with invocation.system.ledger.connect() as connection:
        file = find_dispatch(connection, message)
        acts = [] if file is None else operations(connection, file.line.key)
    if file is None:
        raise Failure(f"aucun message {message}", f"no message {message}", ExitCode.NOTHING_MATCHED)
    content: dict[str, Any] = asdict(file.line)
    content["attempts"] = [dict(row._mapping) for row in file.attempts]  # noqa: SLF001 - SQLAlchemy's public name
    content["operations"] = [dict(row._mapping) for row in acts]  # noqa: SLF001 - same
    content["companions"] = list(file.companions)
    if file.message is not None:
        content["subject"], content["body_sha256"] = file.message.subject, file.message.body_sha256
        content["recipient"] = file.message.recipient if reveal else masked(file.message.recipient)
        content["claimed_by"], content["lease_until"] = file.message.claimed_by, file.message.lease_until
        content["receipt"], content["path"] = file.message.receipt, file.message.path
    if as_json:
        show_json(invocation, "dispatch", content)
        return
    _show_file(invocation, file, content)


def _show_file(invocation: Invocation, file: "DispatchFile", content: dict[str, Any]) -> None:
    from workers.cli import words  # noqa: PLC0415 - help must not pay for it

    language, line = invocation.language, file.line
    invocation.show(line.key)
    invocation.show(f"{words.status_text(line.status, language)} · {words.rule_text(line.reason, language)}")
    for name, label in _LABELS.items():
        value = content.get(name)
        text = words.moment_text(value, language) if isinstance(value, datetime) else value
        if text:
            invocation.show(f"  {invocation.say(*label):<13} {text}")
    if file.companions:
        invocation.show(f"  {invocation.say('avec', 'together with'):<13} {', '.join(file.companions)}")
    rows = [
        [
            words.moment_text(row.at, language),
            words.status_text(row.outcome, language),
            row.code or "–",
            row.detail or "",
        ]
        for row in file.attempts
    ]
    rows += [
        [words.moment_text(row["at"], language), row["verb"], row["by"], row["reason"]] for row in content["operations"]
    ]
    if rows:
        columns = [
            Column("QUAND", "WHEN"),
            Column("QUOI", "WHAT"),
            Column("CODE, QUI", "CODE, WHO"),
            Column("DÉTAIL", "DETAIL"),
        ]
        show_table(invocation, columns, rows)
