"""`relance demo`: the main job, visible, on real input and real processes."""

import signal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from workers.cli.bilingual import command, json_option, option
from workers.cli.exit_codes import ExitCode
from workers.cli.failures import Failure
from workers.cli.invocation import Invocation, pass_invocation
from workers.cli.tables import show_json

if TYPE_CHECKING:
    from types import FrameType

    from workers.demo.place import Place

#: Where a demonstration lies if nothing else is said.
DIRECTORY = Path("relance-demo")
#: The script tells ninety days; what is open afterwards goes on by itself.
MOST_DAYS = 180


@command(
    "demo",
    fr=(
        "Fait passer 90 jours en quelques secondes : trois créanciers, une quarantaine de factures, de vrais "
        "processus, et des personnes qui lisent, appellent, impriment et décident.\n\n"
        "Les messages vont à un serveur SMTP local et dans des dossiers ; rien ne sort de cette machine. Deux "
        "exécutions donnent les mêmes résultats."
    ),
    en=(
        "Let 90 days pass in seconds: three creditors, some forty invoices, real processes, and people who read, "
        "call, print and decide.\n\n"
        "Messages go to a local SMTP server and into folders; nothing leaves this machine. Two runs give the same "
        "results."
    ),
)
@option(
    "--data",
    "directory",
    type=click.Path(path_type=Path),
    metavar="DIR",
    fr="Le répertoire de la démonstration ; ./relance-demo sinon. Il est vidé à chaque fois.",
    en="The directory of the demonstration; else ./relance-demo. It is emptied each time.",
)
@option(
    "--days",
    type=click.IntRange(1, MOST_DAYS),
    metavar="N",
    fr="Combien de jours ; 90 sinon.",
    en="How many days; else 90.",
)
@option(
    "--keep",
    is_flag=True,
    fr="Laisse tourner les serveurs embarqués après la fin.",
    en="Leave the embedded servers running at the end.",
)
@json_option
@pass_invocation
def demo(invocation: Invocation, *, directory: Path | None, days: int | None, keep: bool, as_json: bool) -> None:
    """Run one demonstration."""
    from workers import logs  # noqa: PLC0415 - help must not pay for it
    from workers.demo.children import ChildDied  # noqa: PLC0415
    from workers.demo.desk import CommandFailed  # noqa: PLC0415
    from workers.demo.driver import NothingSettles  # noqa: PLC0415
    from workers.demo.place import NotADemo, prepared  # noqa: PLC0415

    logs.configure(level="WARNING")
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        with prepared(directory or invocation.data_dir or DIRECTORY) as place:
            _perform(invocation, place, days=days, keep=keep, as_json=as_json)
    except NotADemo as refusal:
        raise Failure(refusal.text("fr"), refusal.text("en"), ExitCode.GUARDED) from None
    except (ChildDied, CommandFailed, NothingSettles) as fault:
        raise Failure(fault.text("fr"), fault.text("en")) from None


def _perform(invocation: Invocation, place: "Place", *, days: int | None, keep: bool, as_json: bool) -> None:
    from workers.demo.inputs import read_script  # noqa: PLC0415 - help must not pay for it
    from workers.demo.run import run_demo  # noqa: PLC0415
    from workers.demo.screen import Screen  # noqa: PLC0415
    from workers.demo.summary import show_summary  # noqa: PLC0415

    script = read_script(days=days)
    screen = Screen(invocation, script, is_quiet=as_json)
    with screen.shown():
        found = run_demo(place, script, language=invocation.language, watch=screen.tell, keep=keep)
    if as_json:
        show_json(invocation, "demo", found.as_json())
    else:
        show_summary(invocation, found, place, days=(script.ends_at - script.begins_at).days, keep=keep)


def _interrupt(_number: int, _frame: "FrameType | None") -> None:
    """End as Ctrl-C does: softly, with every process and server."""
    raise KeyboardInterrupt
