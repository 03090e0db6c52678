"""`relance queues`: the queues at a glance, and the verbs about their messages."""

import time
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from workers.cli.bilingual import Group, json_option, option
from workers.cli.invocation import Invocation
from workers.cli.queues_change import discard, pause, postpone, resolve, resume, retry
from workers.cli.queues_list import list_messages, show
from workers.cli.queues_trace import trace
from workers.cli.queues_upkeep import check, drain, reconcile
from workers.cli.tables import Column, show_json, show_table

if TYPE_CHECKING:
    from workers.operations.overview import QueueLine

_STATES = {"active": ("active", "active"), "paused": ("en pause", "paused"), "idle": ("sans worker", "no worker")}


@click.group(
    "queues",
    cls=Group,
    invoke_without_command=True,
    fr="Montre les files d’un coup d’œil ; agit sur leurs messages.",
    en="Show the queues at a glance; act on their messages.",
)
@option(
    "--watch",
    type=click.FloatRange(0.2, 3600),
    metavar="S",
    fr="Montre à nouveau toutes les S secondes.",
    en="Show again every S seconds.",
)
@json_option
@option("--prometheus", is_flag=True, fr="Écrit le format de Prometheus.", en="Write the format of Prometheus.")
@click.pass_context
def queues(ctx: click.Context, *, watch: float | None, as_json: bool, prometheus: bool) -> None:
    """Show the overview, unless a verb is named."""
    if ctx.invoked_subcommand is not None:
        return
    from workers.operations.overview import queue_lines  # noqa: PLC0415 - help must not pay for it

    invocation = ctx.ensure_object(Invocation)
    while True:
        lines = queue_lines(invocation.system)
        if as_json:
            show_json(invocation, "queues", {"queues": [asdict(line) | {"state": line.state} for line in lines]})
        elif prometheus:
            invocation.show(_metrics(lines))
        else:
            _show(invocation, lines)
        if watch is None:
            return
        time.sleep(watch)


for verb in (list_messages, show, trace, retry, postpone, discard, resolve, pause, resume, drain, reconcile, check):
    queues.add_command(verb)


def _show(invocation: Invocation, lines: "list[QueueLine]") -> None:
    from workers.cli.words import span_text  # noqa: PLC0415 - help must not pay for it

    columns = [
        Column("FILE", "QUEUE"), Column("ÉTAT", "STATE"), Column("PRÊTS", "READY", "right"),
        Column("EN COURS", "RUNNING", "right"), Column("DIFFÉRÉS", "DELAYED", "right"),
        Column("RETENUS", "HELD", "right"), Column("À RÉESSAYER", "RETRY", "right"), Column("MORTS", "DEAD", "right"),
        Column("INCERTAINS", "IN DOUBT", "right"), Column("PLUS VIEUX", "OLDEST", "right"),
        Column("DÉBIT/MIN", "PER MIN", "right"), Column("WORKERS", "WORKERS", "right"),
    ]  # fmt: skip
    rows = []
    for line in lines:
        counts = (line.ready, line.running, line.delayed, line.held, line.retry, line.dead, line.in_doubt)
        oldest = span_text(line.oldest_s, invocation.language)
        state = invocation.say(*_STATES[line.state])
        rows.append([line.queue, state, *map(str, counts), oldest, f"{line.per_minute:g}", str(line.workers)])
    show_table(invocation, columns, rows)
    for line in lines:
        _remark(invocation, line)


def _remark(invocation: Invocation, line: "QueueLine") -> None:
    from workers.cli.words import moment_text  # noqa: PLC0415 - help must not pay for it

    language, stop = invocation.language, line.stop
    if stop is not None and stop.by is None:
        invocation.show(invocation.say(f"! {line.queue} : en pause (relance queues resume {line.queue})",
                                       f"! {line.queue}: paused (relance queues resume {line.queue})"))  # fmt: skip
    elif stop is not None:
        since, until = moment_text(stop.since, language), moment_text(stop.until, language)
        end = "" if stop.until is None else invocation.say(f" (reprise {until})", f" (until {until})")
        invocation.show(
            invocation.say(
                f"! {line.queue} : en pause depuis {since} par {stop.by} — « {stop.reason} »{end}",
                f"! {line.queue}: paused since {since} by {stop.by} — “{stop.reason}”{end}",
            )
        )
    if line.in_doubt:
        command = f"relance queues list {line.queue} --state indoubt"
        invocation.show(invocation.say(f"! {line.in_doubt} message(s) incertain(s) : {command}",
                                       f"! {line.in_doubt} message(s) in doubt: {command}"))  # fmt: skip
    if line.is_stuck:
        invocation.show(invocation.say(f"! {line.queue} : personne ne traite cette file",
                                       f"! {line.queue}: nothing consumes this queue"))  # fmt: skip


def _metrics(lines: "list[QueueLine]") -> str:
    """The text format of Prometheus; one gauge a figure."""
    states = ("ready", "running", "delayed", "held", "retry", "dead", "in_doubt")
    text = ["# HELP relance_messages Messages by queue and state.", "# TYPE relance_messages gauge"]
    text += [
        f'relance_messages{{queue="{line.queue}",state="{state}"}} {getattr(line, state)}'
        for line in lines
        for state in states
    ]
    gauges = {
        "oldest_ready_seconds": "Age of the oldest message that could leave.",
        "per_minute": "Messages done per minute, over five minutes.",
        "workers": "Processes alive that work on the queue.",
        "paused": "1 while nothing leaves by the queue.",
    }
    for name, help_text in gauges.items():
        text += [f"# HELP relance_queue_{name} {help_text}", f"# TYPE relance_queue_{name} gauge"]
        text += [f'relance_queue_{name}{{queue="{line.queue}"}} {_gauge(line, name):g}' for line in lines]
    return "\n".join(text)


def _gauge(line: "QueueLine", name: str) -> float:
    if name == "oldest_ready_seconds":
        return line.oldest_s or 0.0
    if name == "paused":
        return float(line.stop is not None)
    return float(getattr(line, name))
