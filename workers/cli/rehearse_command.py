"""`relance rehearse`: what would be sent to whom and why, from the real ledger, changing nothing."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from workers.cli.bilingual import command, json_option, option
from workers.cli.exit_codes import ExitCode
from workers.cli.failures import Failure
from workers.cli.invocation import Invocation, pass_invocation

if TYPE_CHECKING:
    from workers.rehearsal.plan import Draft
    from workers.rehearsal.run import Progress, Wish

_DAYS = click.IntRange(1, 366)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line asks for; the options below say what each means."""

    scenario: Path | None
    replaces: str | None
    days: int
    past: int | None
    begin: datetime | None
    post_days: int
    confirmed: bool
    processes: int
    limit: int
    as_csv: bool
    as_json: bool


@command(
    "rehearse",
    fr=(
        "Dit ce qui partirait, à qui et pourquoi, d’après la base réelle ; rien n’est écrit ni envoyé.\n\nLes règles "
        "sont celles de la production. Hypothèses : rien n’arrive (ni règlement, ni réponse), tout message part, une "
        "lettre recommandée arrive après quelques jours. Avec un brouillon d’échelle, montre ce qui changerait."
    ),
    en=(
        "Tell what would be sent to whom and why, from the real ledger; nothing is written or sent.\n\nThe rules are "
        "those of production. Assumed: nothing comes in (no payment, no answer), every message leaves, a registered "
        "letter arrives after some days. With a draft of a ladder, show what would change."
    ),
)
@option("--days", type=_DAYS, default=30, show_default=True, fr="Jusqu’où regarder.", en="How far to look.")
@option("--scenario", type=_FILE, metavar="FICHIER", fr="Un brouillon d’échelle.", en="A draft of a ladder.")
@option(
    "--replaces", metavar="NOM", fr="L’échelle que le brouillon remplacerait ; sinon celle de son nom.",
    en="The ladder that the draft would replace; else the one of its name.",
)  # fmt: skip
@option(
    "--past", type=click.IntRange(1, 3660), metavar="JOURS", fr="Rejoue ces jours passés avec le brouillon.",
    en="Replay so many past days with the draft.",
)  # fmt: skip
@option(
    "--from", "begin", type=click.DateTime(["%Y-%m-%d"]), metavar="AAAA-MM-JJ", fr="Ne montre rien avant ce jour.",
    en="Show nothing before this day.",
)  # fmt: skip
@option(
    "--post-days", type=click.IntRange(1, 30), default=3, show_default=True,
    fr="Jours qu’une lettre recommandée met à arriver.", en="Days that a registered letter takes.",
)  # fmt: skip
@option(
    "--confirmed", is_flag=True, fr="Suppose que chaque étape à confirmer l’est aussitôt.",
    en="Assume that each step to confirm is confirmed at once.",
)  # fmt: skip
@option(
    "--processes", type=click.IntRange(1, 64), default=2, show_default=True, fr="Processus au plus.",
    en="Processes at most.",
)  # fmt: skip
@option(
    "--limit", type=click.IntRange(0), default=40, show_default=True, fr="Lignes montrées au plus.",
    en="Lines shown at most.",
)  # fmt: skip
@option("--csv", "as_csv", is_flag=True, fr="Écrit tout en CSV.", en="Write all of it as CSV.")
@json_option
@pass_invocation
def rehearse(invocation: Invocation, /, **given: Any) -> int:  # noqa: ANN401 - the options above
    """Rehearse what comes, or replay what went."""
    asked = Asked(**given)
    if asked.as_csv and asked.as_json:
        raise Failure("choisissez --csv ou --json", "choose --csv or --json", ExitCode.USAGE)
    if asked.replaces is not None and asked.scenario is None:
        raise Failure(
            "--replaces ne change rien sans brouillon : ajoutez --scenario FICHIER",
            "--replaces changes nothing without a draft: add --scenario FILE", ExitCode.USAGE,
        )  # fmt: skip
    if asked.past is not None and asked.scenario is None:
        raise Failure(
            "--past rejoue le passé avec un brouillon : ajoutez --scenario FICHIER",
            "--past replays the past with a draft: add --scenario FILE", ExitCode.USAGE,
        )  # fmt: skip
    return _past(invocation, asked) if asked.past is not None else _ahead(invocation, asked)


def _ahead(invocation: Invocation, asked: Asked) -> int:
    from workers.cli.rehearsal_report import show_rehearsed  # noqa: PLC0415 - help must not pay for it
    from workers.clock import clock_of  # noqa: PLC0415
    from workers.rehearsal.run import rehearse_ledger  # noqa: PLC0415

    wish = _wish(invocation, asked, asked.days)
    with _progress(invocation) as progress:
        found = rehearse_ledger(_ledger(invocation), clock_of(invocation.settings).now(), wish, progress)
    if wish.draft is not None and not found.moved:
        raise _nobody_moves(wish.draft)
    return show_rehearsed(invocation, asked, found)


def _past(invocation: Invocation, asked: Asked) -> int:
    from workers.cli.rehearsal_report import show_replayed  # noqa: PLC0415 - help must not pay for it
    from workers.clock import clock_of  # noqa: PLC0415
    from workers.rehearsal.past import replay_past  # noqa: PLC0415

    wish = _wish(invocation, asked, asked.past or 0)
    with _progress(invocation) as progress:
        found = replay_past(_ledger(invocation), clock_of(invocation.settings).now(), wish, progress)
    if wish.draft is not None and not found.cases:
        raise _nobody_moves(wish.draft)
    return show_replayed(invocation, asked, found)


def _nobody_moves(draft: "Draft") -> Failure:
    return Failure(
        f"aucun dossier n’est sur l’échelle « {draft.replaces} » ; nommez avec --replaces celle que le brouillon "
        "remplacerait", f"no case is on the ladder {draft.replaces!r}; name with --replaces the one that the draft "
        "would replace", ExitCode.NOTHING_MATCHED,
    )  # fmt: skip


def _wish(invocation: Invocation, asked: Asked, days: int) -> "Wish":
    from datetime import timedelta  # noqa: PLC0415 - beside what it is for

    from workers.cli.ladder_files import read_ladder  # noqa: PLC0415 - help must not pay for it
    from workers.rehearsal.plan import Draft  # noqa: PLC0415
    from workers.rehearsal.rules import rules_for  # noqa: PLC0415
    from workers.rehearsal.run import Wish  # noqa: PLC0415
    from workflows.rehearsal import Assumed  # noqa: PLC0415

    ladder = None if asked.scenario is None else read_ladder(invocation, asked.scenario)
    # nobody knows what a person would have confirmed in the past: everything, so that no message is called avoided
    assumed = Assumed(post_days=asked.post_days, confirms=asked.confirmed or asked.past is not None)
    return Wish(
        days=days, rules=rules_for(invocation.settings, assumed), processes=asked.processes,
        draft=None if ladder is None else Draft(ladder, asked.replaces or ladder.name),
        fresh_for=timedelta(hours=invocation.settings.delivery.freshness_hours),
    )  # fmt: skip


def _ledger(invocation: Invocation) -> str:
    from workers.rehearsal.ledgers import NotReady, ledger_of  # noqa: PLC0415 - help must not pay for it

    try:
        return ledger_of(invocation.settings)
    except NotReady as error:
        raise Failure(
            "la base n’est pas au schéma de cette version : lancez relance init", str(error), ExitCode.GUARDED
        ) from None


@contextmanager
def _progress(invocation: Invocation) -> Iterator["Progress | None"]:
    """A bar on a terminal; nothing elsewhere."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console  # noqa: PLC0415 - only a terminal pays for it
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(invocation.say("répétition", "rehearsal"), total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
