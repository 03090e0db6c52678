"""`relance events list`, `show` and `retry`: what waits, was refused, or could not be read."""

from typing import TYPE_CHECKING

import click

from workers.cli.bilingual import argument, command, json_option, option
from workers.cli.events_publish import french_or_not
from workers.cli.exit_codes import ExitCode
from workers.cli.failures import Failure
from workers.cli.invocation import Invocation, pass_invocation
from workers.cli.tables import Column, show_json, show_table

if TYPE_CHECKING:
    from workers.intake.inbox import Item

_STATES = ("parked", "refused", "unreadable")
_LONGEST = 120
_FRENCH = {
    "parked": "en attente", "refused": "refusé", "unreadable": "illisible", "accepted": "accepté",
    "duplicate": "déjà connu", "conflict": "en conflit",
}  # fmt: skip


@command(
    "list",
    fr="Liste les événements en attente, refusés ou illisibles, le plus récent d’abord.",
    en="List the events that wait, were refused or are unreadable, the latest first.",
)
@option("--status", "states", type=click.Choice(_STATES), multiple=True, fr="Seulement ceux-là.", en="Only these.")
@option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True, fr="Au plus.", en="At most.")
@json_option
@pass_invocation
def list_events(invocation: Invocation, states: tuple[str, ...], limit: int, *, as_json: bool) -> int:
    """Show what did not simply go in."""
    from workers.intake.inbox import STATES, listed  # noqa: PLC0415 - help must not pay for it

    with invocation.system.ledger.connect() as connection:
        items = listed(connection, [state for state in STATES if not states or state in states], limit=limit)
    if as_json:
        show_json(invocation, "events.list", {"events": [_plain(item) for item in items]})
        return ExitCode.OK
    columns = (
        Column("ID", "ID"), Column("TYPE", "TYPE"), Column("ÉTAT", "STATE"), Column("REÇU LE", "RECEIVED"),
        Column("SOURCE", "SOURCE"), Column("POURQUOI", "WHY"),
    )  # fmt: skip
    if items:
        show_table(invocation, columns, [_row(invocation, item) for item in items])
    else:
        invocation.tell("rien en attente, refusé ou illisible", "nothing waits, was refused or is unreadable")
    return ExitCode.OK


@command("show", fr="Montre un événement et ce qu’il est devenu.", en="Show an event and what became of it.")
@argument("event_id", metavar="ID", fr="Son identifiant, tel que « list » le donne.", en="Its id, as 'list' gives it.")
@option("--source", fr="Sa source, si plusieurs ont cet identifiant.", en="Its source, if several have this id.")
@json_option
@pass_invocation
def show(invocation: Invocation, event_id: str, source: str | None, *, as_json: bool) -> int:
    """Show one event."""
    item = _only(invocation, event_id, source)
    if as_json:
        show_json(invocation, "events.show", _plain(item))
        return ExitCode.OK
    invocation.show(
        f"{item.id}  {item.kind or '-'}  {_state(invocation, item.status)}  {item.source}  {item.at:%Y-%m-%d %H:%M}"
    )
    for words in item.why:
        invocation.show(f"  {french_or_not(invocation, words)}")
    invocation.show(item.body)
    return ExitCode.OK


@command(
    "retry",
    fr="Représente des événements refusés ou illisibles, par exemple une fois le créancier déclaré.",
    en="Try refused or unreadable events again, for example once the creditor is declared.",
)
@argument("event_ids", nargs=-1, metavar="[ID]...", fr="Leurs identifiants.", en="Their ids.")
@option(
    "--all",
    "every",
    is_flag=True,
    fr="Tous ceux qui sont refusés ou illisibles.",
    en="All that are refused or unreadable.",
)
@option("--source", fr="Leur source, si plusieurs ont cet identifiant.", en="Their source, if several have this id.")
@json_option
@pass_invocation
def retry(invocation: Invocation, event_ids: tuple[str, ...], source: str | None, *, every: bool, as_json: bool) -> int:
    """Give events to the engine once more."""
    from workers.intake.inbox import listed, try_again  # noqa: PLC0415 - help must not pay for it

    if every == bool(event_ids):
        raise Failure("donnez des identifiants, ou --all", "give ids, or --all", ExitCode.USAGE)
    if every:
        with invocation.system.ledger.connect() as connection:
            items = listed(connection, ["refused", "unreadable"], limit=10_000)
    else:
        items = [_only(invocation, event_id, source) for event_id in event_ids]
    tried = [item for item in reversed(items) if item.status in ("refused", "unreadable")]
    answers = [(item, try_again(invocation.system, item)) for item in tried]
    if as_json:
        results = [{"id": item.id, "source": item.source, "status": answer.status, "findings": answer.findings}
                   for item, answer in answers]  # fmt: skip
        show_json(invocation, "events.retry", {"results": results})
    else:
        for item, answer in answers:
            why = "; ".join(french_or_not(invocation, words) for words in answer.findings)
            invocation.show(f"{item.id}  {_state(invocation, answer.status)}  {why}".rstrip())
    if not answers:
        return ExitCode.NOTHING_MATCHED
    is_left = any(answer.status not in ("accepted", "duplicate", "parked") for _, answer in answers)
    return ExitCode.FAILURE if is_left else ExitCode.OK


def _only(invocation: Invocation, event_id: str, source: str | None) -> "Item":
    from workers.intake.inbox import found  # noqa: PLC0415 - help must not pay for it

    with invocation.system.ledger.connect() as connection:
        items = found(connection, event_id, source)
    if not items:
        raise Failure(f"aucun événement {event_id}", f"no event {event_id}", ExitCode.NOTHING_MATCHED)
    if len(items) > 1:
        sources = ", ".join(item.source for item in items)
        raise Failure(
            f"plusieurs sources ont l’événement {event_id} ; ajoutez --source : {sources}",
            f"several sources have event {event_id}; add --source: {sources}",
            ExitCode.USAGE,
        )
    return items[0]


def _row(invocation: Invocation, item: "Item") -> tuple[str, ...]:
    why = "; ".join(french_or_not(invocation, words) for words in item.why)
    why = why if len(why) <= _LONGEST else why[: _LONGEST - 1] + "…"  # `show` has all of it
    return item.id, item.kind or "-", _state(invocation, item.status), f"{item.at:%Y-%m-%d %H:%M}", item.source, why


def _state(invocation: Invocation, status: str) -> str:
    return _FRENCH[status] if invocation.language == "fr" else status


def _plain(item: "Item") -> dict[str, object]:
    return {
        "id": item.id, "source": item.source, "status": item.status, "type": item.kind, "received_at": item.at,
        "why": item.why, "body": item.body,
    }  # fmt: skip
