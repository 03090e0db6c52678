"""`relance up`: everything on this machine, under one process."""

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from workers.cli.bilingual import command, option
from workers.cli.exit_codes import ExitCode
from workers.cli.invocation import Invocation, pass_invocation
from workers.cli.web_command import host_option, port_option

if TYPE_CHECKING:
    from workers.supervision import Child
    from workers.wiring import System


@command(
    "up",
    fr="Lance tout sur cette machine : workers, relais, web ; relance ce qui tombe. Ctrl-C arrête en douceur.",
    en="Run everything on this machine: workers, relay, web; restart what dies. Ctrl-C stops softly.",
)
@option(
    "--workers",
    type=click.IntRange(1, 64),
    default=2,
    show_default=True,
    fr="Combien de processus de travail.",
    en="How many worker processes.",
)
@option(
    "--threads",
    type=click.IntRange(1, 16),
    default=8,
    show_default=True,
    fr="Combien de messages à la fois, par processus.",
    en="How many messages at a time, for each process.",
)
@host_option
@port_option
@pass_invocation
def up(invocation: Invocation, *, workers: int, threads: int, host: str | None, port: int | None) -> ExitCode:
    """Start all of it and keep it running."""
    from workers import logs  # noqa: PLC0415 - help must not pay for it
    from workers.processes import stop_on_signals  # noqa: PLC0415
    from workers.supervision import Child, Supervisor  # noqa: PLC0415

    stopping = stop_on_signals()
    system = invocation.system  # servers, schema, creditors, scenarios: before the first child
    logs.configure()
    at_host, at_port = host or system.settings.web.host, system.settings.web.port if port is None else port
    children = [Child(f"worker-{number}", ["worker", "--threads", str(threads)]) for number in range(1, workers + 1)]
    children += [Child("relay", ["relay"]), Child("web", ["web", "--host", at_host, "--port", str(at_port)])]
    _tell_addresses(invocation, system, f"http://{at_host}:{at_port}")
    announcer = threading.Thread(target=_announce, args=(invocation, system, children, stopping), daemon=True)
    announcer.start()
    Supervisor(general_words(invocation), children).run(stopping)
    announcer.join()
    invocation.tell(
        "tout est arrêté ; les serveurs embarqués continuent (relance stop les arrête)",
        "all stopped; embedded servers go on (relance stop ends them)",
    )
    return ExitCode.OK


def general_words(invocation: Invocation) -> list[str]:
    """The general options that a child needs to find the same settings."""
    words: list[str] = []
    if invocation.config is not None:
        words += ["--config", str(invocation.config)]
    if invocation.data_dir is not None:
        words += ["--data", str(invocation.data_dir)]
    return words


def _tell_addresses(invocation: Invocation, system: "System", web: str) -> None:
    settings = system.settings
    pool = system.broker.client.connection_pool.connection_kwargs
    timetable = pool.get("path") or f"{pool.get('host', 'localhost')}:{pool.get('port', 6379)}"
    lines = [
        ("registre", "ledger", system.ledger.url.render_as_string()),
        ("échéancier", "timetable", str(timetable)),
        ("fichiers", "files", str(settings.outbox)),
        ("web", "web", web),
    ]
    for fr, en, value in lines:
        invocation.tell(f"{fr:<11} {value}", f"{en:<11} {value}")


def _announce(invocation: Invocation, system: "System", children: Sequence["Child"], stopping: threading.Event) -> None:
    """Say once that every worker and relay lives."""
    from workers.health import look  # noqa: PLC0415 - help must not pay for it

    wanted = {child.name for child in children if not child.name.startswith("web")}
    while not stopping.wait(0.2):
        alive = {each.pid for each in look(system).processes if each.is_alive}
        mine = {child.name for child in children if child.process is not None and child.process.pid in alive}
        if wanted <= mine:
            count = len(wanted) - 1
            invocation.tell(
                f"prêt : {count} worker(s) et un relais au travail", f"ready: {count} worker(s) and a relay at work"
            )
            return
