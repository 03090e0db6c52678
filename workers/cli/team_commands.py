"""`relance team`: who of the creditor's own people is told what needs a person."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from workers.cli.bilingual import argument, command, group, json_option, option
from workers.cli.exit_codes import ExitCode
from workers.cli.failures import Failure
from workers.cli.invocation import Invocation, pass_invocation
from workers.cli.options import dry_run_option
from workers.cli.tables import Column, show_json, show_table

if TYPE_CHECKING:
    from workers.channels.base import ChannelError
    from workers.team.crew import Crew, Listener
    from workers.team.messages import Note

_STATUSES = ("sent", "wanted", "claimed", "failed", "in_doubt", "withdrawn")
_OUTCOMES = {
    "sent": ("envoyé", "sent"), "wanted": ("sera réessayé", "will be tried again"),
    "failed": ("échoué", "failed"), "in_doubt": ("incertain", "in doubt"),
}  # fmt: skip
target_option = option("--target", metavar="NOM", fr="Une seule cible.", en="One target only.")


@group(
    "team",
    fr="Prévient votre propre équipe de ce qui demande une personne : Slack, Teams, e-mail…",
    en="Tell your own team what needs a person: Slack, Teams, e-mail…",
)
def team() -> None:
    """Have commands of its own."""


@command(
    "list",
    fr="Liste les cibles, ce qu’elles apprennent, et ce qu’il en est depuis 7 jours.",
    en="List the targets, what they are told, and what became of it in the last 7 days.",
)
@json_option
@pass_invocation
def list_targets(invocation: Invocation, *, as_json: bool) -> int:
    """Show every target; no address, no key."""
    listeners, counts = _crew(invocation).listeners, _crew(invocation).counts()
    if as_json:
        found = [_plain(name, listener, counts) for name, listener in listeners.items()]
        show_json(invocation, "team.list", {"targets": found})
        return ExitCode.OK
    columns = [Column("CIBLE", "TARGET"), Column("PAR", "BY"), Column("TOUT DE SUITE", "AT ONCE"),
               Column("LISTE DU JOUR", "DIGEST"), Column("CRÉANCIERS", "CREDITORS"),
               *(Column(fr.upper(), en.upper(), "right") for fr, en in (("dits", "told"), ("à dire", "to tell"),
                 ("échoués", "failed"), ("incertains", "in doubt")))]  # fmt: skip
    show_table(invocation, columns, [_row(invocation, name, listener, counts) for name, listener in listeners.items()])
    return ExitCode.OK


@command(
    "check",
    fr="Vérifie chaque cible sans rien envoyer ; code 1 si l’une ne marcherait pas.",
    en="Check every target and send nothing; exit code 1 when one would not work.",
)
@target_option
@json_option
@pass_invocation
def check(invocation: Invocation, *, target: str | None, as_json: bool) -> int:
    """Look whether each would work."""
    from workers.team.health import check as look_at  # noqa: PLC0415 - help must not pay for it

    looks = [look_at(name, listener) for name, listener in _chosen(invocation, target).items()]
    if as_json:
        found = [{"target": look.target, "level": look.level, "said": look.en} for look in looks]
        show_json(invocation, "team.check", {"targets": found})
    else:
        for look in looks:
            invocation.show(f"{'✓' if look.level == 'ok' else '✗'} {invocation.say(look.fr, look.en)}")
    return ExitCode.OK if all(look.level == "ok" for look in looks) else ExitCode.FAILURE


@command(
    "digest",
    fr="Envoie maintenant la liste de tout ce qui est ouvert, à chaque cible ; l’heure n’importe pas.",
    en="Send the list of all that is open now, to every target, whatever the hour.",
)
@target_option
@dry_run_option
@json_option
@pass_invocation
def digest(invocation: Invocation, *, target: str | None, dry_run: bool, as_json: bool) -> int:
    """Send it, or show what would be sent."""
    crew, answers = _crew(invocation), []
    for name in _chosen(invocation, target):
        note = crew.digest(name)
        outcome = crew.send_digest(name) if note and not dry_run else None
        answers.append({"target": name, "outcome": outcome, "title": note and note.title, "body": note and note.body})
        if not as_json:
            _show_digest(invocation, name, note, outcome)
    if as_json:
        show_json(invocation, "team.digest", {"dry_run": dry_run, "targets": answers})
    if all(answer["title"] is None for answer in answers):
        return ExitCode.NOTHING_MATCHED
    return ExitCode.FAILURE if any(answer["outcome"] in ("failed", "in_doubt") for answer in answers) else ExitCode.OK


@command("send-test", fr="Envoie un message d’essai à une cible.", en="Send a test message to one target.")
@argument("target", metavar="CIBLE", fr="Son nom dans les réglages.", en="Its name in the settings.")
@json_option
@pass_invocation
def send_test(invocation: Invocation, *, target: str, as_json: bool) -> int:
    """Send one message about nothing."""
    from workers.channels.base import ChannelError  # noqa: PLC0415 - help must not pay for it
    from workers.team.messages import trial_note  # noqa: PLC0415

    [(name, listener)] = _chosen(invocation, target).items()
    now, error = invocation.system.clock.now(), None
    try:
        listener.door.send(trial_note(listener.reader), f"test/{name}/{now.isoformat()}", now)
    except ChannelError as problem:
        error = problem
    if as_json:
        outcome = "sent" if error is None else type(error).__name__
        show_json(invocation, "team.send_test", {"target": name, "outcome": outcome, "error": error and str(error)})
    elif error is None:
        invocation.show(invocation.say(f"{name} : envoyé", f"{name}: sent"))
    else:
        raise _not_sent(name, error)
    return ExitCode.OK if error is None else ExitCode.FAILURE


for each in (list_targets, check, digest, send_test):
    team.add_command(each)


def _crew(invocation: Invocation) -> "Crew":
    crew = invocation.system.crew
    if not crew.listeners:
        raise Failure(
            "aucune cible n’est réglée ; donnez une table [[team.targets]] avec name et apprise, ou email",
            "no target is set; give a table [[team.targets]] with name and apprise, or email",
            ExitCode.USAGE,
        )
    return crew


def _chosen(invocation: Invocation, target: str | None) -> "Mapping[str, Listener]":
    listeners = _crew(invocation).listeners
    if target is None:
        return listeners
    if target not in listeners:
        known = ", ".join(listeners)
        raise Failure(
            f"aucune cible {target} ; connues : {known}", f"no target {target}; known: {known}",
            ExitCode.NOTHING_MATCHED,
        )  # fmt: skip
    return {target: listeners[target]}


def _not_sent(name: str, error: "ChannelError") -> Failure:
    from workers.channels.base import InDoubt  # noqa: PLC0415 - help must not pay for it

    if isinstance(error, InDoubt):
        return Failure(
            f"{name} : peut-être parti, regardez s’il est arrivé ({error})",
            f"{name}: it may have left, look whether it arrived ({error})",
        )
    return Failure(f"{name} : n’est pas parti ({error})", f"{name}: it did not leave ({error})")


def _plain(name: str, listener: "Listener", counts: Mapping[tuple[str, str], int]) -> dict[str, Any]:
    target = listener.target
    return {
        "name": name, "by": "email" if target.email else "apprise", "language": target.language,
        "at_once": list(target.at_once), "digest": target.digest, "creditors": list(target.creditors),
        "counts": {status: counts.get((name, status), 0) for status in _STATUSES},
    }  # fmt: skip


def _row(invocation: Invocation, name: str, listener: "Listener", counts: Mapping[tuple[str, str], int]) -> list[str]:
    target = listener.target
    told, failed, doubtful = (counts.get((name, status), 0) for status in ("sent", "failed", "in_doubt"))
    to_tell = counts.get((name, "wanted"), 0) + counts.get((name, "claimed"), 0)
    everyone = invocation.say("tous", "all")
    return [
        name, "e-mail" if target.email else "apprise", ", ".join(target.at_once) or "–",
        invocation.say("oui", "yes") if target.digest else "–", ", ".join(target.creditors) or everyone,
        *map(str, (told, to_tell, failed, doubtful)),
    ]  # fmt: skip


def _show_digest(invocation: Invocation, name: str, note: "Note | None", outcome: str | None) -> None:
    if note is None:
        invocation.show(invocation.say(f"{name} : rien n’est ouvert", f"{name}: nothing is open"))
    elif outcome is None:
        invocation.show(f"{name}\n{note.title}\n{note.body}\n")
    else:
        invocation.show(f"{name} : {invocation.say(*_OUTCOMES[outcome])}")
