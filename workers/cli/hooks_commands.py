"""`relance hooks`: what providers called back about, and what nobody could be found for."""

import json
from typing import Any, Final

import click

from workers.cli.bilingual import Group, argument, command, json_option, option
from workers.cli.exit_codes import ExitCode
from workers.cli.failures import Failure
from workers.cli.invocation import Invocation, pass_invocation
from workers.cli.options import cursor_option, limit_option
from workers.cli.prefixes import the_one
from workers.cli.tables import Column, show_json

STATUSES: Final = {
    "new": ("à lire", "to be read"), "parked": ("en attente", "waiting"), "done": ("fait", "done"),
    "unmatched": ("à rattacher", "fits nobody"), "unreadable": ("illisible", "unreadable"),
    "refused": ("refusé", "refused"),
}  # fmt: skip


@click.group(
    "hooks",
    cls=Group,
    fr="Montre ce que les prestataires signalent et ce qui n’a trouvé personne, le relit.",
    en="Show what providers call back about and what fits nobody, read it again.",
)
def hooks() -> None:
    """Have commands of its own."""


@command(
    "list",
    fr="Liste les appels qui demandent un regard, le plus ancien d’abord.",
    en="List the calls that a person should look at, the oldest first.",
)
@option("--all", "everything", is_flag=True, fr="Tous les appels.", en="All calls.")
@option("--status", type=click.Choice(list(STATUSES)), fr="Ceux de cet état.", en="Those in this state.")
@option("--provider", fr="Ceux de ce prestataire.", en="Those of this provider.")
@limit_option
@cursor_option
@json_option
@pass_invocation
def list_hooks(invocation: Invocation, /, *, limit: int, cursor: str | None, as_json: bool, **narrow: Any) -> int:  # noqa: ANN401 - the options
    """Show one page."""
    from workers.cli.paged import checked_cursor, tell_next  # noqa: PLC0415 - help must not pay for it
    from workers.cli.words import moment_text  # noqa: PLC0415
    from workers.ledger.queries.hook_calls import WAITING, list_calls  # noqa: PLC0415

    chosen = (narrow["status"],) if narrow["status"] else () if narrow["everything"] else WAITING
    with checked_cursor(), invocation.system.ledger.connect() as connection:
        page = list_calls(connection, statuses=chosen, provider=narrow["provider"], limit=limit, cursor=cursor)
    if as_json:
        show_json(invocation, "hooks", {"calls": [_plain(row) for row in page.rows], "next": page.cursor})
        return ExitCode.OK if page.rows else ExitCode.NOTHING_MATCHED
    columns = [Column("N°", "ID"), Column("REÇU", "RECEIVED"), Column("PRESTATAIRE", "PROVIDER"),
               Column("ÉTAT", "STATE"), Column("POURQUOI", "WHY")]  # fmt: skip
    rows = [
        [row.call_id[:10], moment_text(row.received_at, invocation.language), row.provider,
         invocation.say(*STATUSES[row.status]), _reason(invocation, row) or "–"]
        for row in page.rows
    ]  # fmt: skip
    return tell_next(invocation, "hooks", (columns, rows), page.cursor)


@command("show", fr="Montre un appel en entier, tel qu’il est venu.", en="Show one call whole, as it came.")
@argument("call_id", metavar="N°", fr="Le numéro, ou son début.", en="The id, or its beginning.")
@json_option
@pass_invocation
def show(invocation: Invocation, *, call_id: str, as_json: bool) -> None:
    """Show what it said, and what became of it."""
    row = _the_call(invocation, call_id)
    said = bytes(row.body).decode("utf-8", "replace")
    if as_json:
        show_json(invocation, "hook", _plain(row) | {"headers": json.loads(row.headers), "body": said})
        return
    state = invocation.say(*STATUSES[row.status])
    about = [f"{row.call_id} · {row.provider} · {state} · {row.received_at.isoformat(timespec='seconds')}",
             f"{row.method} {row.url}", row.message_id, _reason(invocation, row),
             *(f"{event['kind']} {event['id']}" for event in _events(row)), "", said]  # fmt: skip
    for line in about:
        if line is not None:
            invocation.show(line)


@command(
    "again",
    fr="Relit un appel, une fois ce qui lui manquait en place ; deux fois ne change rien.",
    en="Read a call again, once what it lacked is there; twice changes nothing.",
)
@argument("call_id", metavar="N°", fr="Le numéro, ou son début.", en="The id, or its beginning.")
@pass_invocation
def again(invocation: Invocation, *, call_id: str) -> int:
    """Read it now, in this process."""
    from workers.hooks import calls, take  # noqa: PLC0415 - help must not pay for it

    row, system = _the_call(invocation, call_id), invocation.system
    with system.ledger.begin() as connection:
        calls.reopen(connection, row.call_id, system.clock.now())
    status = take.take(system, row.call_id) or row.status
    after = _the_call(invocation, row.call_id)
    words = (row.call_id[:10], invocation.say(*STATUSES[status]), _reason(invocation, after))
    invocation.show("  ".join(filter(None, words)))
    return ExitCode.OK if status == "done" else ExitCode.FAILURE


@command(
    "addresses",
    fr="Donne les adresses à saisir chez les prestataires ; elles contiennent leurs secrets.",
    en="Give the addresses to enter at the providers; they hold their secrets.",
)
@pass_invocation
def addresses(invocation: Invocation) -> int:
    """One line a provider."""
    from workers.hooks.addresses import address_of  # noqa: PLC0415 - help must not pay for it
    from workers.hooks.ovh import STOP  # noqa: PLC0415

    settings = invocation.settings
    if settings.web.public_url is None:
        raise Failure(
            "web.public_url manque ; donnez l’adresse par laquelle on vous joint de l’extérieur",
            "web.public_url is missing; give the address at which you are reached from outside",
            ExitCode.USAGE,
        )
    found = {name: address_of(settings, name) for name in type(settings.hooks).model_fields}
    for name, address in found.items():
        if address is not None:
            invocation.show(f"{name}  {address}")
        if address is not None and name == "ovh":
            invocation.show(f"{name} STOP  {address}?{STOP}")
    if not any(found.values()):
        invocation.tell("aucun prestataire n’est ouvert : [hooks]", "no provider is open: [hooks]")
        return ExitCode.NOTHING_MATCHED
    return ExitCode.OK


for each in (list_hooks, show, again, addresses):
    hooks.add_command(each)


def _the_call(invocation: Invocation, call_id: str) -> Any:  # noqa: ANN401 - a row of `hook_calls`
    """The one call whose id begins with `call_id`.

    Raises:
        Failure: there is none, or several are.
    """
    from workers.ledger.queries.hook_calls import find_calls  # noqa: PLC0415 - help must not pay for it

    with invocation.system.ledger.connect() as connection:
        found = find_calls(connection, call_id)
    return the_one(found, call_id, ("appel", "call"), "relance hooks list --all")


def _events(row: Any) -> list[dict[str, str]]:  # noqa: ANN401 - a row
    return list(json.loads(row.events)) if row.events else []


def _reason(invocation: Invocation, row: Any) -> str | None:  # noqa: ANN401 - a row
    """The line of the language, where the reason has one for each."""
    fr, _, en = (row.reason or "").partition("\n")
    return (fr if invocation.language == "fr" or not en else en) or None


def _plain(row: Any) -> dict[str, object]:  # noqa: ANN401 - a row
    names = ("call_id", "received_at", "provider", "method", "url", "status", "reason", "message_id", "again_at")
    return {name: getattr(row, name) for name in names} | {"events": _events(row)}
