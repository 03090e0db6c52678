"""`relance workers`: who works, and who fell silent."""

from dataclasses import asdict

from workers.cli.bilingual import command, json_option
from workers.cli.exit_codes import ExitCode
from workers.cli.invocation import Invocation, pass_invocation
from workers.cli.tables import Column, show_json, show_table


@command(
    "workers",
    fr="Liste les processus qui disent vivre : workers et relais, sur toutes les machines.",
    en="List the processes that say they live: workers and relays, on every machine.",
)
@json_option
@pass_invocation
def workers(invocation: Invocation, *, as_json: bool) -> ExitCode:
    """Show every heartbeat."""
    from workers.cli import words  # noqa: PLC0415 - help must not pay for it
    from workers.health import processes  # noqa: PLC0415

    with invocation.system.ledger.connect() as connection:
        found = processes(connection)
    if as_json:
        show_json(invocation, "workers", {"workers": [asdict(each) | {"alive": each.is_alive} for each in found]})
        return ExitCode.OK
    if not found:
        invocation.tell(
            "personne ne travaille : relance up, ou relance worker", "nobody works: relance up, or relance worker"
        )
        return ExitCode.NOTHING_MATCHED
    language = invocation.language
    columns = [Column("PROCESSUS", "PROCESS"), Column("MACHINE", "HOST"), Column("PID", "PID", "right"),
               Column("VERSION", "VERSION"), Column("ÉTAT", "STATE"), Column("BATTEMENT", "BEAT", "right"),
               Column("DEPUIS", "SINCE"), Column("FILES", "QUEUES")]  # fmt: skip
    rows = [
        [each.kind, each.host, str(each.pid), each.version,
         invocation.say("actif", "alive") if each.is_alive else invocation.say("muet", "silent"),
         words.span_text(each.silent_s, language), words.moment_text(each.started_at, language),
         ", ".join(each.queues) or "–"]
        for each in found
    ]  # fmt: skip
    show_table(invocation, columns, rows)
    return ExitCode.OK
