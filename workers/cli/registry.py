"""Every command of `relance`: where it is, and what it does in one line, so that help needs no import.

To add a command, write it in a module of its own in this folder and give it a line here.
"""

from typing import Final, NamedTuple


class Entry(NamedTuple):
    """Where a command is, and its line in the list of commands.

    Attributes:
        target: `module:attribute` of a click command, imported when the command is used.
    """

    target: str
    fr: str
    en: str


#: In the order of the list: the everyday ones first.
COMMANDS: Final[dict[str, Entry]] = {
    "import": Entry(
        "workers.cli.import_command:import_command",
        "Importe un fichier CSV de factures ou de règlements.",
        "Import a CSV file of invoices or of payments.",
    ),
    "events": Entry(
        "workers.cli.events_commands:events",
        "Publie, vérifie, décrit des événements ; montre ceux qui attendent ou sont refusés.",
        "Publish, check and describe events; show those that wait or were refused.",
    ),
}
