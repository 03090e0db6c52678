"""`relance queues drain|reconcile|check`: waiting, comparing, and the probe for monitors."""

import time
from dataclasses import asdict

import click

from workers.cli.bilingual import argument, command, json_option, option
from workers.cli.exit_codes import ExitCode
from workers.cli.invocation import Invocation, pass_invocation
from workers.cli.queues_filters import QUEUES
from workers.cli.tables import Column, show_json, show_table

#: Seconds between two looks while waiting.
LOOK_EVERY_S = 0.2
#: Findings shown to people; all of them are in the JSON.
SHOWN = 20
_WORDS = {
    "missing": ("absente de l’échéancier", "missing from the timetable"),
    "moved": ("autre moment dans l’échéancier", "another moment in the timetable"),
    "orphan": ("inconnue du registre", "unknown to the ledger"),
    "lost": ("dans aucune file", "in no queue"),
}
#: What the probe compares, in words.
_FIGURES = {
    "latency": ("plus vieux message prêt (s)", "oldest ready message (s)"),
    "dead": ("morts", "dead"),
    "in_doubt": ("incertains", "in doubt"),
    "workers": ("workers vivants", "workers alive"),
    "stale": ("encaissements périmés", "stale payments"),
}


@command(
    "drain",
    fr="Attend qu’une file soit vide : rien de prêt, rien en cours. Pour un déploiement.",
    en="Wait until a queue is empty: nothing ready, nothing running. For a deployment.",
)
@argument(
    "queue",
    required=False,
    type=click.Choice(QUEUES),
    metavar="[FILE]",
    fr="La file ; sinon toutes.",
    en="The queue; else all.",
)
@option(
    "--timeout",
    type=click.FloatRange(0),
    default=60.0,
    show_default=True,
    fr="Secondes, au plus.",
    en="Seconds, at most.",
)
@pass_invocation
def drain(invocation: Invocation, *, queue: str | None, timeout: float) -> ExitCode:
    """Wait."""
    broker = invocation.system.broker
    deadline = time.monotonic() + timeout
    while True:
        stats = broker.queue_stats(None if queue is None else [queue])
        left = sum(each.ready + each.running for each in stats)
        if left == 0:
            invocation.tell("vide", "empty")
            return ExitCode.OK
        if time.monotonic() >= deadline:
            invocation.tell(
                f"encore {left} message(s) après {timeout:g} s", f"{left} message(s) left after {timeout:g} s"
            )
            return ExitCode.FAILURE
        time.sleep(LOOK_EVERY_S)


@command(
    "reconcile",
    fr="Compare le registre et l’échéancier ; avec --fix, remet ce qui manque et ôte ce qui n’est à personne.",
    en="Compare ledger and timetable; with --fix, put back what is missing and take away what is nobody's.",
)
@option("--fix", is_flag=True, fr="Répare.", en="Mend.")
@json_option
@pass_invocation
def reconcile(invocation: Invocation, *, fix: bool, as_json: bool) -> ExitCode:
    """Compare, and mend."""
    from workers.operations.reconcile import reconcile as compare  # noqa: PLC0415 - help must not pay for it

    found = compare(invocation.system, fix=fix)
    if as_json:
        show_json(invocation, "reconcile", asdict(found))
    else:
        columns = [Column("FILE", "QUEUE"), Column("QUOI", "WHAT"), Column("NOM", "NAME")]
        rows = [[each.queue, invocation.say(*_WORDS[each.what]), each.name] for each in found.findings[:SHOWN]]
        if rows:
            show_table(invocation, columns, rows)
        wakes, sends, count = found.wake_ups, found.dispatches, len(found.findings)
        invocation.tell(
            f"comparés : {wakes} échéances, {sends} envois ; {count} écart(s), {found.mended} réparé(s)",
            f"compared: {wakes} wake-ups, {sends} dispatches; {count} difference(s), {found.mended} mended",
        )
    return ExitCode.OK if not found.findings or fix else ExitCode.FAILURE


@command(
    "check",
    fr="Sonde de surveillance : code 4 si un seuil est dépassé ou si des encaissements sont périmés.",
    en="Probe for monitors: exit code 4 when a threshold is exceeded, or payments are stale.",
)
@option(
    "--max-latency",
    type=click.FloatRange(0),
    default=300.0,
    show_default=True,
    metavar="S",
    fr="Âge du plus vieux message prêt.",
    en="Age of the oldest ready message.",
)
@option("--max-dead", type=click.IntRange(0), default=0, show_default=True, fr="Messages morts.", en="Dead messages.")
@option(
    "--max-indoubt",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    fr="Messages incertains.",
    en="Messages in doubt.",
)
@option(
    "--min-workers", type=click.IntRange(0), default=1, show_default=True, fr="Workers vivants.", en="Workers alive."
)
@json_option
@pass_invocation
def check(
    invocation: Invocation, *, max_latency: float, max_dead: int, max_indoubt: int, min_workers: int, as_json: bool
) -> ExitCode:
    """Compare figures with thresholds."""
    bounds = {"latency": max_latency, "dead": max_dead, "in_doubt": max_indoubt, "workers": min_workers, "stale": 0}
    results = [(name, value, bounds[name], _keeps(name, value, bounds[name])) for name, value in _figures(invocation)]
    if as_json:
        checks = [{"name": name, "value": value, "limit": bound, "ok": ok} for name, value, bound, ok in results]
        show_json(invocation, "check", {"checks": checks})
    else:
        rows = [
            ["✓" if ok else "✗", invocation.say(*_FIGURES[name]), f"{value:g}", f"{_sign(name)} {bound:g}"]
            for name, value, bound, ok in results
        ]
        columns = [
            Column("", ""),
            Column("MESURE", "FIGURE"),
            Column("VALEUR", "VALUE", "right"),
            Column("SEUIL", "LIMIT"),
        ]
        show_table(invocation, columns, rows)
    return ExitCode.OK if all(ok for *_rest, ok in results) else ExitCode.THRESHOLD_EXCEEDED


def _figures(invocation: Invocation) -> list[tuple[str, float]]:
    """What is compared; a queue that somebody stopped is not late."""
    from workers.health import look  # noqa: PLC0415 - help must not pay for it
    from workers.operations.overview import queue_lines  # noqa: PLC0415

    lines, health = queue_lines(invocation.system), look(invocation.system)
    return [
        ("latency", max((line.oldest_s or 0.0 for line in lines if line.stop is None), default=0.0)),
        ("dead", sum(line.dead for line in lines)),
        ("in_doubt", sum(line.in_doubt for line in lines)),
        ("workers", sum(each.is_alive for each in health.processes if each.kind == "worker")),
        ("stale", sum(not feed.is_fresh for feed in health.feeds)),
    ]


def _sign(name: str) -> str:
    return "≥" if name == "workers" else "≤"


def _keeps(name: str, value: float, bound: float) -> bool:
    return value >= bound if name == "workers" else value <= bound
