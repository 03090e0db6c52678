"""`relance worker`: one process that works on the queues."""

import click

from workers.cli.bilingual import command, option
from workers.cli.invocation import Invocation, pass_invocation
from workers.cli.options import with_parent_option


def queues_of(_ctx: click.Context, _param: click.Parameter, value: str | None) -> tuple[str, ...]:
    """The queues that are named, or all of them."""
    from workers.actors import QUEUES  # noqa: PLC0415 - help must not pay for it

    names = tuple(name.strip() for name in value.split(",")) if value else QUEUES
    unknown = [name for name in names if name not in QUEUES]
    if unknown:
        raise click.BadParameter(f"{', '.join(unknown)} ?  {', '.join(QUEUES)}")
    return names


@command(
    "worker",
    fr="Traite les files d’attente, jusqu’à SIGTERM ou Ctrl-C ; finit d’abord ce qui est en cours.",
    en="Work on the queues until SIGTERM or Ctrl-C; what is under way is finished first.",
)
@option(
    "--queues",
    metavar="A,B",
    callback=queues_of,
    fr="Les files à traiter, séparées par des virgules ; toutes par défaut.",
    en="The queues to work on, separated by commas; all by default.",
)
@option(
    "--threads",
    type=click.IntRange(1, 16),
    default=8,
    show_default=True,
    fr="Combien de messages à la fois.",
    en="How many messages at a time.",
)
@with_parent_option
@pass_invocation
def worker(invocation: Invocation, queues: tuple[str, ...], threads: int, with_parent: bool) -> None:
    """Run one worker."""
    from workers.cli.running import opened  # noqa: PLC0415 - help must not pay for it
    from workers.processes import run_worker  # noqa: PLC0415

    with opened(invocation, with_parent=with_parent) as (system, stopping):
        run_worker(system, queues=queues, threads=threads, until=stopping)
