"""`relance lre`: the hour in which electronic registered letters may leave."""

from workers.cli.bilingual import argument, command, group, json_option
from workers.cli.exit_codes import ExitCode
from workers.cli.failures import Failure
from workers.cli.invocation import Invocation, pass_invocation
from workers.cli.options import reason_option
from workers.cli.tables import show_json


@group(
    "lre",
    fr="Ouvre l’heure pendant laquelle les recommandés électroniques peuvent partir.",
    en="Open the hour in which electronic registered letters may leave.",
)
def lre() -> None:
    """Have commands of its own."""


@command(
    "open",
    fr="Prouve à AR24 qui est l’expéditeur, par son code à usage unique : une heure d’envois.",
    en="Prove to AR24 who the sender is, by his code of one use: an hour of letters.",
)
@argument("code", fr="Le code à usage unique.", en="The code of one use.")
@reason_option
@json_option
@pass_invocation
def open_hour(invocation: Invocation, *, code: str, reason: str, as_json: bool) -> ExitCode:
    """Open the hour."""
    from workers.channels.base import ChannelError  # noqa: PLC0415 - help must not pay for it
    from workers.cli.acting import doing  # noqa: PLC0415
    from workers.operations import lre as act  # noqa: PLC0415

    try:
        opened = act.open_hour(invocation.system, code, doing(reason))
    except ValueError as error:
        fr = "lre.provider manque : nommez le prestataire, ar24, et donnez [lre.ar24]"
        raise Failure(fr, str(error), ExitCode.USAGE) from None
    except ChannelError as error:
        raise Failure(f"l’heure n’est pas ouverte : {error}", f"the hour is not open: {error}") from None
    if as_json:
        show_json(invocation, "lre_open", opened._asdict())
        return ExitCode.OK
    invocation.tell(
        f"ouvert jusqu’à {opened.until} ; {opened.waiting} lettre(s) attendaient",
        f"open until {opened.until}; {opened.waiting} letter(s) waited",
    )
    return ExitCode.OK


lre.add_command(open_hour)
