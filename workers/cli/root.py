"""The command `relance` itself: its general options, and its commands, imported when they are used."""

from importlib import import_module, metadata
from pathlib import Path

import click

from workers.cli.bilingual import Group, language_of, option
from workers.cli.invocation import Invocation, pass_invocation
from workers.cli.registry import COMMANDS, HEADINGS
from workers.cli.speech import LANGUAGES


class Root(Group):
    """A group whose commands are imported one by one."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The names, in the order of the registry."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Import the module of one command."""
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        module, _, attribute = entry.target.partition(":")
        found = getattr(import_module(module), attribute)
        if not isinstance(found, click.Command):
            raise TypeError(f"{entry.target} is no click command")
        return found

    def sections(self, ctx: click.Context) -> list[tuple[str, list[tuple[str, str]]]]:  # noqa: D102 - see Group
        is_french, width = language_of(ctx) == "fr", max(map(len, COMMANDS))
        return [
            (
                f"{heading.fr}\N{NO-BREAK SPACE}" if is_french else heading.en,
                [(name.ljust(width), entry.fr if is_french else entry.en) for name, entry in heading.commands.items()],
            )
            for heading in HEADINGS
        ]

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; the nearest ones are offered for a word that is none."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            raise click.NoSuchCommand(args[0], possibilities=COMMANDS, ctx=ctx)
        return super().resolve_command(ctx, args)


def _version(ctx: click.Context, _param: click.Parameter, is_asked: bool) -> None:
    if is_asked and not ctx.resilient_parsing:
        try:
            number = metadata.version("relance")
        except metadata.PackageNotFoundError:  # run from its sources
            number = "(sources)"
        click.echo(f"relance {number}")
        ctx.exit()


@click.group(
    cls=Root,
    fr=(
        "Relance les factures impayées, et dit pourquoi.\n\n"
        "Les données vont sur la sortie standard, les messages sur la sortie d’erreur. « relance COMMANDE --help » "
        "décrit une commande."
    ),
    en=(
        "Chase unpaid invoices, and say why.\n\n"
        "Data go to standard output, talk to standard error. 'relance COMMAND --help' describes a command."
    ),
)
@option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="TOML",
    fr="Le fichier de réglages ; sinon RELANCE_CONFIG, puis relance.toml ici.",
    en="The settings file; else RELANCE_CONFIG, then relance.toml here.",
)
@option(
    "--data",
    "data_dir",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    fr="Le répertoire des données et des serveurs embarqués.",
    en="The directory of the data and of the embedded servers.",
)
@option(
    "--lang",
    type=click.Choice(LANGUAGES),
    fr="La langue des messages ; le français par défaut.",
    en="The language of messages; French by default.",
)
@option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_version,
    fr="Affiche la version.",
    en="Show the version.",
)
@pass_invocation
def relance(invocation: Invocation, config: Path | None, data_dir: Path | None, lang: str | None) -> None:  # noqa: ARG001 - `--lang` was heard before
    """Take the general options."""
    invocation.config, invocation.data_dir = config, data_dir
