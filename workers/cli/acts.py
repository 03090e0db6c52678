"""What the commands share that act through `workers.dealings`: who acts, what followed, why something was refused."""

import getpass
from collections.abc import Callable
from typing import TYPE_CHECKING

from workers.cli.exit_codes import ExitCode
from workers.cli.failures import Failure
from workers.cli.invocation import Invocation
from workers.cli.tables import show_json
from workers.cli.telling import About

if TYPE_CHECKING:
    from workers.dealings.acts import Act, NotAllowed, Told


def act_of(*, is_trial: bool) -> "Act":
    """The account of the operating system acts, on the command line."""
    from workers.dealings.acts import Act  # noqa: PLC0415 - help must not pay for it

    return Act(by=getpass.getuser(), source="/cli", is_trial=is_trial)


def act(invocation: Invocation, about: About, do: "Callable[[Act], Told]") -> int:
    """Let `do` act on a case, and show what followed.

    Raises:
        Failure: it was refused; nothing was written.
    """
    return act_on(invocation, do, is_trial=about.dry_run, as_json=about.as_json)


def act_on(invocation: Invocation, do: "Callable[[Act], Told]", *, is_trial: bool, as_json: bool) -> int:
    """The same for what is not about one case; see `act`."""
    from workers.dealings.acts import NotAllowed  # noqa: PLC0415 - help must not pay for it

    try:
        told = do(act_of(is_trial=is_trial))
    except NotAllowed as error:
        raise failure_of(error) from None
    _show(invocation, told, as_json=as_json)
    return ExitCode.OK


def failure_of(error: "NotAllowed") -> Failure:
    """How a command ends that was not allowed."""
    from workers.dealings.acts import Refused  # noqa: PLC0415 - help must not pay for it

    code = ExitCode.GUARDED if error.is_guard else ExitCode.USAGE
    return Failure(error.fr, error.en, ExitCode.FAILURE if isinstance(error, Refused) else code)


def _show(invocation: Invocation, told: "Told", *, as_json: bool) -> None:
    from workers.cli import words  # noqa: PLC0415 - help must not pay for it
    from workflows.reasons import say_all  # noqa: PLC0415

    for warning in told.warnings:
        invocation.tell(warning.fr, warning.en)
    if as_json:
        _json(invocation, told)
        return
    if told.is_trial:
        invocation.show(invocation.say("Essai : rien n’est écrit.", "A trial: nothing is written."))
    language = invocation.language
    for decision in told.decisions:
        invocation.show(f"{decision.case.invoice.number} · {words.stage_text(decision.stage, language)}")
        invocation.show(say_all(decision.reasons, language))
    if told.is_trial:
        _show_letters(invocation, told)


def _show_letters(invocation: Invocation, told: "Told") -> None:
    """The letters that would leave, as they would be written now."""
    from workers.cli import words  # noqa: PLC0415 - help must not pay for it
    from workers.dealings.preview import previews  # noqa: PLC0415

    for letter in previews(invocation.system, told):
        name = words.letter_text(letter.template, invocation.language)
        invocation.show(f"\n--- {name} · {letter.channel} · {letter.subject}\n{letter.text}")


def _json(invocation: Invocation, told: "Told") -> None:
    from workers.cli.events_publish import decision_json  # noqa: PLC0415 - help must not pay for it
    from workers.ledger.store import kind_of  # noqa: PLC0415

    kinds = [kind_of(event) for event in told.events]
    content: dict[str, object] = {"dry_run": told.is_trial, "type": kinds[0], "types": kinds}
    content["decisions"] = [decision_json(decision) for decision in told.decisions]
    content["warnings"] = [warning.fr if invocation.language == "fr" else warning.en for warning in told.warnings]
    show_json(invocation, "told", content)
