"""Which messages a verb of `relance queues` is about: the options, and the ledger's filter made of them."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar

import click

from workers.cli.bilingual import argument, option
from workers.cli.exit_codes import ExitCode
from workers.cli.failures import Failure
from workers.cli.options import Span

if TYPE_CHECKING:
    from workers.ledger.queries.dispatches import DispatchFilter

Decorated = TypeVar("Decorated", bound=Callable[..., Any])
CHANNELS = ("email", "sms", "letter", "tracked", "registered", "lre", "call")
QUEUES = ("events", "wake", *CHANNELS, "intake", "chat")
STATES = ("ready", "running", "delayed", "held", "retry", "dead", "indoubt", "withheld", "done")
#: Options that narrow a list.
NARROWING = ("creditor", "number", "debtor", "error", "older_than", "attempts")

queue_argument = argument(
    "queue",
    required=False,
    metavar="[FILE]",
    type=click.Choice(QUEUES),
    fr="La file ; sinon toutes.",
    en="The queue; else all of them.",
)


def narrowing_options(function: Decorated) -> Decorated:
    """The options that narrow a list of messages."""
    given = (
        option("--creditor", fr="Le créancier.", en="The creditor."),
        option("--invoice", "number", fr="Le numéro de facture.", en="The invoice number."),
        option("--debtor", fr="La référence du débiteur.", en="The debtor's reference."),
        option(
            "--error",
            metavar="GLOB",
            fr="Le motif ou la réponse ; * pour tout.",
            en="The reason or the answer; * for anything.",
        ),
        option("--older-than", type=Span(), metavar="10m", fr="Voulus depuis plus longtemps.", en="Wanted for longer."),
        option(
            "--attempts",
            type=click.IntRange(1),
            metavar="N",
            fr="Autant d’essais, ou plus.",
            en="As many attempts, or more.",
        ),
    )
    for each in reversed(given):
        function = each(function)
    return function


def filter_of(state: str, queue: str | None, narrow: dict[str, Any]) -> "DispatchFilter":
    """The ledger's filter.

    Raises:
        Failure: the queue holds no dispatches, so that they cannot be narrowed.
    """
    from workers.ledger.queries.dispatches import DispatchFilter, State  # noqa: PLC0415 - help must not pay for it

    if queue is not None and queue not in CHANNELS:
        names = ", ".join(f"--{'invoice' if name == 'number' else name.replace('_', '-')}" for name in NARROWING)
        raise Failure(
            f"la file {queue} ne porte pas d’envois : ôtez {names}",
            f"queue {queue} carries no dispatches: leave out {names}",
            ExitCode.USAGE,
        )
    older: timedelta | None = narrow.get("older_than")
    values = {name: narrow.get(name) for name in ("creditor", "number", "debtor", "error", "attempts")}
    return DispatchFilter(state=State(state), channel=queue, older_than=older, **values)
