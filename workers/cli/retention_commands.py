"""`relance retention`: what becomes anonymous because its time is over."""

from typing import TYPE_CHECKING

import click

from workers.cli.bilingual import command, group, json_option, option
from workers.cli.exit_codes import ExitCode
from workers.cli.failures import Failure
from workers.cli.invocation import Invocation, pass_invocation
from workers.cli.tables import Column, show_json, show_table

if TYPE_CHECKING:
    from workers.privacy.tally import Tally

#: Progress is told after so many debtors or batches.
_EVERY = 100
_RULES = {
    "retention.correspondence": ("correspondance, 5 ans après la clôture", "correspondence, 5 years from closing"),
    "retention.evidence": ("pièces comptables, 10 ans", "accounting evidence, 10 years"),
    "retention.unmatched": ("sans rattachement ou refusé", "unmatched or refused"),
    "retention.logs": ("traces de travail", "logs of work"),
}


@group(
    "retention",
    fr="Anonymise ce dont la durée de conservation est échue.",
    en="Anonymise what has been kept for its time.",
)
def retention() -> None:
    """Have commands of its own."""


@command(
    "plan",
    fr="Dit ce qui serait anonymisé, et pourquoi le reste est gardé ; n’écrit rien.",
    en="Tell what would be anonymised, and why the rest is kept; write nothing.",
)
@json_option
@pass_invocation
def plan(invocation: Invocation, *, as_json: bool) -> int:
    """Look, and say."""
    found = _planned(invocation)
    if as_json:
        show_json(invocation, "retention.plan", _plain(found))
    else:
        _show(invocation, found)
    return ExitCode.OK


@command(
    "apply",
    fr="Anonymise ce qui est échu, pour de bon ; reprend là où un arrêt l’a laissé.",
    en="Anonymise what is over, for good; goes on where a stop left it.",
)
@option("--yes", is_flag=True, fr="Ne demande pas de confirmation.", en="Do not ask for confirmation.")
@json_option
@pass_invocation
def apply(invocation: Invocation, *, yes: bool, as_json: bool) -> int:
    """Show the plan, ask, do it."""
    from workers.cli.acting import doing  # noqa: PLC0415 - help must not pay for it
    from workers.privacy import run  # noqa: PLC0415
    from workers.privacy.tally import Tally  # noqa: PLC0415

    system, done = invocation.system, Tally()
    if not yes:
        _ask(invocation, _planned(invocation))
    by = doing("retention").by
    for number, each in enumerate(run.apply(system.ledger, system.settings.retention, system.clock.now(), by=by), 1):
        done.take(each)
        if number % _EVERY == 0:
            invocation.tell(f"{done.total} lignes…", f"{done.total} rows…")
    if as_json:
        show_json(invocation, "retention.apply", _plain(done))
    else:
        _show(invocation, done)
    return ExitCode.OK


def _planned(invocation: Invocation) -> "Tally":
    from workers.privacy import run  # noqa: PLC0415 - help must not pay for it

    system = invocation.system
    return run.plan(system.ledger, system.settings.retention, system.clock.now())


def _ask(invocation: Invocation, found: "Tally") -> None:
    """Let a person look before what cannot be undone.

    Raises:
        Failure: the answer is not yes.
    """
    _show(invocation, found)
    if not found.total:
        return
    fr, en = "Anonymiser pour de bon ?", "Anonymise for good?"
    try:
        is_sure = click.confirm(invocation.say(fr, en), err=True)
    except click.Abort:
        is_sure = False
    if not is_sure:
        raise Failure(
            "rien n’a été anonymisé ; ajoutez --yes, ou répondez y",
            "nothing was anonymised; add --yes, or answer y",
            ExitCode.GUARDED,
        )


def _show(invocation: Invocation, found: "Tally") -> None:
    if found.changed:
        columns = [Column("RÈGLE", "RULE"), Column("TABLE", "TABLE"), Column("LIGNES", "ROWS", "right"),
                   Column("DEPUIS", "SINCE")]  # fmt: skip
        rows = [
            [invocation.say(*_RULES[rule]), table, str(count), str(found.oldest.get(rule, "–"))]
            for (rule, table), count in sorted(found.changed.items())
        ]
        show_table(invocation, columns, rows)
    else:
        invocation.show(invocation.say("Rien n’est échu.", "Nothing is over."))
    for why, count in sorted(found.kept.items()):
        invocation.tell(f"gardés : {count} – {_why(why)[0]}", f"kept: {count} – {_why(why)[1]}")


def _why(code: str) -> tuple[str, str]:
    from workers.privacy.policy import WHY  # noqa: PLC0415 - help must not pay for it

    return WHY[code]


def _plain(found: "Tally") -> dict[str, object]:
    return {
        "rows": found.total, "debtors": found.debtors,
        "changed": [
            {"rule": rule, "table": table, "rows": count, "oldest": found.oldest.get(rule)}
            for (rule, table), count in sorted(found.changed.items())
        ],
        "kept": [{"why": why, "fr": _why(why)[0], "en": _why(why)[1], "cases": count}
                 for why, count in sorted(found.kept.items())],
    }  # fmt: skip


for _each in (plan, apply):
    retention.add_command(_each)
