"""`relance import`: a CSV file of invoices or of payments into the ledger."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import click

from workers.cli.bilingual import argument, command, json_option, option
from workers.cli.failures import Failure
from workers.cli.invocation import Invocation, pass_invocation

FILE = click.Path(path_type=Path, dir_okay=False)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line asks for; the options below say what each means."""

    file: Path
    kind: Literal["invoices", "payments"]
    creditor: str | None
    mapping: Path | None
    dry_run: bool
    may_correct: bool
    encoding: str | None
    rejects: Path | None
    batch: int
    as_of: str | None
    feed: bool | None
    as_json: bool


@command(
    "import",
    fr=(
        "Importe un fichier CSV de factures ou de règlements.\n\nLes lignes correctes sont enregistrées ; chaque ligne "
        "rejetée est citée avec sa raison et réécrite dans un fichier à corriger et à réimporter. Réimporter le même "
        "fichier ne change rien."
    ),
    en=(
        "Import a CSV file of invoices or of payments.\n\nGood lines go in; each rejected line is told with its reason "
        "and written to a file, to be corrected and imported again. Importing the same file twice changes nothing."
    ),
)
@argument("file", type=FILE, fr="Le fichier CSV.", en="The CSV file.")
@option(
    "--kind",
    type=click.Choice(("invoices", "payments")),
    required=True,
    fr="Ce que contient le fichier : factures (invoices) ou règlements (payments).",
    en="What the file holds.",
)
@option(
    "--creditor", metavar="REF", fr="Le créancier, s’il y en a plusieurs.", en="The creditor, if there are several."
)
@option(
    "--map",
    "mapping",
    type=FILE,
    metavar="TOML",
    fr="Le fichier de correspondance des colonnes (docs/import.md).",
    en="The file that maps columns (docs/import.md).",
)
@option(
    "--dry-run", is_flag=True, fr="N’écrit rien ; dit ce qui se passerait.", en="Write nothing; say what would happen."
)
@option(
    "--update",
    "may_correct",
    is_flag=True,
    fr="Corrige l’échéance et le total des factures déjà connues autrement.",
    en="Correct due date and total of invoices that are known otherwise.",
)
@option("--encoding", fr="L’encodage ; sinon il est détecté.", en="The encoding; else it is detected.")
@option(
    "--rejects",
    type=FILE,
    fr="Où écrire les lignes rejetées ; sinon FICHIER.rejets.csv, à côté du fichier.",
    en="Where to write rejected lines; else FILE.rejets.csv beside the file.",
)
@option(
    "--batch",
    type=click.IntRange(1, 5_000),
    default=500,
    show_default=True,
    fr="Événements par transaction.",
    en="Events in one transaction.",
)
@option(
    "--as-of",
    metavar="DATE",
    fr="Règlements : le moment jusqu’auquel ils sont connus ; sinon maintenant.",
    en="Payments: the moment up to which they are known; else now.",
)
@option(
    "--feed/--no-feed",
    "feed",
    default=None,
    fr="Règlements : les déclare à jour ; par défaut, si aucune ligne n’est rejetée.",
    en="Payments: declare them up to date; by default, if no line was rejected.",
)
@json_option
@pass_invocation
def import_command(invocation: Invocation, /, **options: Any) -> int:  # noqa: ANN401 - the options of `Asked`
    """Import one file."""
    from workers.cli.import_run import run_import  # noqa: PLC0415 - help must not pay for it
    from workers.intake.findings import BadFile  # noqa: PLC0415

    asked = Asked(**options)
    try:
        return run_import(invocation, asked)
    except BadFile as error:
        raise Failure(f"{asked.file} : {error.fr}", f"{asked.file}: {error.en}") from None
