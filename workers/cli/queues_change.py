"""`relance queues retry|postpone|discard|resolve|pause|resume`: acting on messages, each time with a reason."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import click

from workers.cli.bilingual import argument, command, json_option, option
from workers.cli.empty import tell_empty
from workers.cli.exit_codes import ExitCode
from workers.cli.failures import Failure
from workers.cli.hold_commands import hold_scope, release_scope, until_option
from workers.cli.invocation import Invocation, pass_invocation
from workers.cli.options import Moment, at, dry_run_option, reason_option, yes_option
from workers.cli.queues_filters import CHANNELS, QUEUES, filter_of, narrowing_options
from workers.cli.tables import Column, show_json, show_table

if TYPE_CHECKING:
    from workers.operations.dispatches import Result
    from workers.operations.doing import Doing

#: More messages than this are only shown, unless `--yes` says that they are meant.
MANY = 20
messages_argument = argument(
    "messages", nargs=-1, metavar="[MESSAGE]…", fr="Les clés des messages.", en="The keys of the messages."
)
queue_option = option("--queue", type=click.Choice(CHANNELS), fr="La file.", en="The queue.")
max_option = option(
    "--max",
    "most",
    type=click.IntRange(1, 1000),
    default=100,
    show_default=True,
    fr="Combien au plus.",
    en="How many at most.",
)
_SAID = {
    "done": ("fait", "done"), "unchanged": ("rien à changer", "unchanged"), "refused": ("refusé", "refused"),
    "missing": ("introuvable", "not found"),
}  # fmt: skip


@command(
    "retry",
    fr="Réessaie maintenant : des messages nommés, ou tous ceux d’un filtre.",
    en="Try again now: messages by name, or all of a filter.",
)
@messages_argument
@option(
    "--state",
    type=click.Choice(["dead", "retry", "delayed", "held"]),
    fr="Tous ceux de cet état.",
    en="All in this state.",
)
@queue_option
@narrowing_options
@max_option
@dry_run_option
@yes_option
@reason_option
@json_option
@pass_invocation
def retry(invocation: Invocation, /, *, messages: tuple[str, ...], reason: str, **options: Any) -> ExitCode:  # noqa: ANN401 - the shared options
    """Try again."""
    from workers.cli.acting import doing  # noqa: PLC0415 - help must not pay for it
    from workers.operations import dispatches  # noqa: PLC0415
    from workers.operations.messages import revive  # noqa: PLC0415

    act = doing(reason)
    system = invocation.system

    def one(key: str) -> list["Result"]:
        found = _dead(invocation, key)
        if found is not None:
            return [dispatches.Result(key, "done" if revive(system, found, act) else "missing")]
        return [dispatches.retry(system.engine, key, act)]

    return _each(invocation, messages, one, options)


@command("postpone", fr="Reporte un message à plus tard.", en="Put a message off.")
@argument("message", metavar="MESSAGE", fr="Sa clé.", en="Its key.")
@option("--until", required=True, type=Moment(), metavar="T", fr="Pas avant ce moment.", en="Not before then.")
@reason_option
@json_option
@pass_invocation
def postpone(invocation: Invocation, *, message: str, until: str, reason: str, as_json: bool) -> ExitCode:
    """Put one message off."""
    from workers.cli.acting import doing  # noqa: PLC0415 - help must not pay for it
    from workers.operations import dispatches  # noqa: PLC0415

    system = invocation.system
    try:
        result = dispatches.postpone(system.engine, message, at(until, system), doing(reason))
    except ValueError as error:
        raise Failure(f"--until : {error}", f"--until: {error}", ExitCode.USAGE) from None
    return _tell(invocation, [result], as_json=as_json)


@command(
    "discard",
    fr="Abandonne : l’étape ne part pas, le dossier passe à la suivante.",
    en="Give up: the step does not leave, the case goes on to the next.",
)
@messages_argument
@option(
    "--state",
    type=click.Choice(["dead", "retry", "delayed", "held"]),
    fr="Tous ceux de cet état.",
    en="All in this state.",
)
@queue_option
@narrowing_options
@max_option
@dry_run_option
@yes_option
@reason_option
@json_option
@pass_invocation
def discard(invocation: Invocation, /, *, messages: tuple[str, ...], reason: str, **options: Any) -> ExitCode:  # noqa: ANN401 - the shared options
    """Give up."""
    from workers.cli.acting import doing  # noqa: PLC0415 - help must not pay for it
    from workers.operations import dispatches  # noqa: PLC0415
    from workers.operations.messages import bury  # noqa: PLC0415

    act = doing(reason)
    system = invocation.system

    def one(key: str) -> list["Result"]:
        found = _dead(invocation, key)
        if found is not None:
            return [dispatches.Result(key, "done" if bury(system, found, act) else "missing")]
        return [dispatches.discard(system.engine, key, act)]

    return _each(invocation, messages, one, options)


@command(
    "resolve",
    fr="Lève le doute d’un message : il était parti (--sent), ou non (--resend) ; ou le demande (--look-up).",
    en="Resolve a message in doubt: it had left (--sent), or not (--resend); or ask the provider (--look-up).",
)
@argument("message", metavar="MESSAGE", fr="Sa clé, ou son Message-ID.", en="Its key, or its Message-ID.")
@option("--sent", is_flag=True, fr="Il était parti.", en="It had left.")
@option("--resend", is_flag=True, fr="Il n’était pas parti : à renvoyer.", en="It had not left: send it again.")
@option("--look-up", is_flag=True, fr="Demande au prestataire.", en="Ask the provider.")
@option("--provider-id", fr="Le nom que le prestataire lui donne.", en="The provider's name for it.")
@reason_option
@json_option
@pass_invocation
def resolve(
    invocation: Invocation,
    *,
    message: str,
    sent: bool,
    resend: bool,
    look_up: bool,
    provider_id: str | None,
    reason: str,
    as_json: bool,
) -> ExitCode:
    """Say what became of it."""
    from workers.cli.acting import doing  # noqa: PLC0415 - help must not pay for it
    from workers.operations import dispatches  # noqa: PLC0415

    if [sent, resend, look_up].count(True) != 1:
        raise Failure("donnez --sent, --resend ou --look-up", "give --sent, --resend or --look-up", ExitCode.USAGE)
    engine, act = invocation.system.engine, doing(reason)
    if look_up:
        return _tell(invocation, _looked_up(invocation, message, act), as_json=as_json)
    if sent:
        results = dispatches.resolve_sent(engine, message, act, provider_id=provider_id)
    else:
        results = dispatches.resolve_resend(engine, message, act)
    return _tell(invocation, results, as_json=as_json)


@command(
    "pause",
    fr="Arrête une file : rien n’en part, jusqu’à resume.",
    en="Stop a queue: nothing leaves by it until resume.",
)
@argument("queue", type=click.Choice(QUEUES), metavar="FILE", fr="La file.", en="The queue.")
@until_option
@reason_option
@pass_invocation
def pause(invocation: Invocation, *, queue: str, until: str | None, reason: str) -> None:
    """Stop a queue; a channel by a hold, which the ledger explains."""
    from workers.cli.acting import doing  # noqa: PLC0415 - help must not pay for it
    from workers.operations.messages import pause_queue  # noqa: PLC0415

    if queue in CHANNELS:
        hold_scope(invocation, queue, reason, until)
        return
    if until is not None:
        raise Failure(
            f"--until : seulement pour {', '.join(CHANNELS)}",
            f"--until: only for {', '.join(CHANNELS)}",
            ExitCode.USAGE,
        )
    pause_queue(invocation.system, queue, doing(reason))
    invocation.tell(f"{queue} : en pause", f"{queue}: paused")


@command("resume", fr="Reprend une file.", en="Let a queue go on.")
@argument("queue", type=click.Choice(QUEUES), metavar="FILE", fr="La file.", en="The queue.")
@reason_option
@pass_invocation
def resume(invocation: Invocation, *, queue: str, reason: str) -> None:
    """Let a queue go on."""
    from workers.cli.acting import doing  # noqa: PLC0415 - help must not pay for it
    from workers.operations.messages import resume_queue  # noqa: PLC0415

    if queue in CHANNELS:
        release_scope(invocation, queue, reason)
        return
    resume_queue(invocation.system, queue, doing(reason))
    invocation.tell(f"{queue} : reprise", f"{queue}: goes on")


# --- selecting, acting, telling -------------------------------------------------------------------------------------


def _looked_up(invocation: Invocation, message: str, act: "Doing") -> "list[Result]":
    from workers.channels.base import ChannelError  # noqa: PLC0415 - help must not pay for it
    from workers.operations.look_up import resolve_by_look_up  # noqa: PLC0415

    try:
        return resolve_by_look_up(invocation.system, message, act)
    except ChannelError as error:
        raise Failure(f"le doute reste : {error}", f"the doubt stays: {error}") from None


def _dead(invocation: Invocation, name: str) -> Any:  # noqa: ANN401 - a message, or None
    """A dead message of the timetable: its names have no slash, those of dispatches have."""
    from workers.operations.messages import find_dead  # noqa: PLC0415 - help must not pay for it

    return None if "/" in name else find_dead(invocation.system, name)


def _each(
    invocation: Invocation, messages: Sequence[str], one: Callable[[str], "list[Result]"], options: dict[str, Any]
) -> ExitCode:
    keys = list(messages) or _selected(invocation, options)
    if not keys:
        return tell_empty(invocation, "messages")
    is_guarded = len(keys) > MANY and not options["yes"]
    if options["dry_run"] or is_guarded:
        _preview(invocation, keys, is_guarded=is_guarded, as_json=options["as_json"])
        return ExitCode.GUARDED if is_guarded and not options["dry_run"] else ExitCode.OK
    return _tell(invocation, [result for key in keys for result in one(key)], as_json=options["as_json"])


def _selected(invocation: Invocation, options: dict[str, Any]) -> list[str]:
    """Keys of all that the filter names."""
    from workers.ledger.queries.dispatches import list_dispatches  # noqa: PLC0415 - help must not pay for it

    if options["state"] is None:
        raise Failure("donnez des messages, ou --state", "give messages, or --state", ExitCode.USAGE)
    system = invocation.system
    wanted = filter_of(options["state"], options["queue"], options)
    with system.ledger.connect() as connection:
        page = list_dispatches(connection, wanted, system.clock.now(), limit=options["most"])
    return [row.key for row in page.rows]


def _preview(invocation: Invocation, keys: Sequence[str], *, is_guarded: bool, as_json: bool) -> None:
    if as_json:
        show_json(invocation, "preview", {"would": list(keys)})
    else:
        show_table(invocation, [Column("SERAIT TOUCHÉ", "WOULD BE TOUCHED")], [[key] for key in keys])
    if is_guarded:
        invocation.tell(
            f"{len(keys)} messages, rien n’est fait : ajoutez --yes",
            f"{len(keys)} messages, nothing is done: add --yes",
        )


def _tell(invocation: Invocation, results: "Sequence[Result]", *, as_json: bool) -> ExitCode:
    from dataclasses import asdict  # noqa: PLC0415 - help must not pay for it

    from workers.cli import words  # noqa: PLC0415

    language = invocation.language
    if as_json:
        show_json(invocation, "results", {"results": [asdict(result) for result in results]})
    else:
        columns = [Column("MESSAGE", "MESSAGE"), Column("RÉSULTAT", "RESULT"), Column("AVANT", "BEFORE"),
                   Column("APRÈS", "AFTER"), Column("DOSSIER", "CASE"), Column("PROCHAINE ACTION", "NEXT")]  # fmt: skip
        show_table(invocation, columns, [
            [each.key, invocation.say(*_SAID[each.said]), words.status_text(each.before or "–", language),
             words.status_text(each.after or "–", language),
             "–" if each.stage is None else words.stage_text(each.stage, language),
             words.moment_text(each.next_wake_at, language)]
            for each in results
        ])  # fmt: skip
    if all(result.said == "missing" for result in results):
        invocation.tell("aucun message de ce nom", "no message of that name")
        return ExitCode.NOTHING_MATCHED
    return ExitCode.GUARDED if any(result.said == "refused" for result in results) else ExitCode.OK
