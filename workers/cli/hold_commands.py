"""`relance hold` and `relance release`: the big red button."""

import click

from workers.cli.bilingual import command, option
from workers.cli.exit_codes import ExitCode
from workers.cli.failures import Failure
from workers.cli.invocation import Invocation, pass_invocation
from workers.cli.options import Moment, at, reason_option

CHANNELS = ("email", "sms", "letter", "tracked", "registered", "lre", "call")
channel_option = option(
    "--channel",
    type=click.Choice(CHANNELS),
    fr="Ce canal seul ; sinon tous.",
    en="This channel alone; else all of them.",
)
until_option = option(
    "--until",
    type=Moment(),
    metavar="T",
    fr="Jusqu’à ce moment ; sinon jusqu’à release.",
    en="Until then; else until release.",
)


@command(
    "hold",
    fr="Suspend tout : rien ne part, jusqu’à relance release. Ce qui est déjà en cours part encore.",
    en="Hold everything: nothing leaves until relance release. What is under way already still leaves.",
)
@channel_option
@until_option
@reason_option
@pass_invocation
def hold(invocation: Invocation, *, channel: str | None, until: str | None, reason: str) -> None:
    """Hold everything, or one channel."""
    hold_scope(invocation, channel or "all", reason, until)


@command("release", fr="Laisse repartir ce que relance hold retenait.", en="Let leave what relance hold kept back.")
@channel_option
@reason_option
@pass_invocation
def release(invocation: Invocation, *, channel: str | None, reason: str) -> None:
    """Release everything, or one channel."""
    release_scope(invocation, channel or "all", reason)


def hold_scope(invocation: Invocation, scope: str, reason: str, until: str | None) -> None:
    """Hold, and say so."""
    from workers.cli.acting import doing  # noqa: PLC0415 - help must not pay for it
    from workers.operations import holds  # noqa: PLC0415

    system = invocation.system
    moment = None if until is None else at(until, system)
    try:
        is_new = holds.hold(system, scope, doing(reason), until=moment)
    except ValueError as error:
        raise Failure(str(error), str(error), ExitCode.USAGE) from None
    if is_new:
        invocation.tell(f"suspendu : {_french(scope)}", f"held: {scope}")
    else:
        invocation.tell(f"déjà suspendu, pour la même raison : {_french(scope)}",
                        f"held already, for the same reason: {scope}")  # fmt: skip


def release_scope(invocation: Invocation, scope: str, reason: str) -> None:
    """Release, and say how many were waiting."""
    from workers.cli.acting import doing  # noqa: PLC0415 - help must not pay for it
    from workers.operations import holds  # noqa: PLC0415

    count = holds.release(invocation.system, scope, doing(reason))
    if count is None:
        raise Failure(f"rien n’est suspendu : {_french(scope)}", f"nothing is held: {scope}", ExitCode.NOTHING_MATCHED)
    invocation.tell(
        f"repris : {_french(scope)} ; envois qui attendaient : {count}",
        f"released: {scope}; dispatches that waited: {count}",
    )


def _french(scope: str) -> str:
    return "tout" if scope == "all" else scope
