"""`relance scenarios`: the ladders, described in words and checked before they are used; without any server."""

import json
from pathlib import Path

import click

from workers.cli.bilingual import argument, command, group, json_option
from workers.cli.choose_command import choose
from workers.cli.exit_codes import ExitCode
from workers.cli.invocation import Invocation, pass_invocation
from workers.cli.ladder_files import find_ladder, read_ladder
from workers.cli.tables import Column, show_json, show_table


@group(
    "scenarios",
    fr="Liste, décrit et vérifie les échelles de relance.",
    en="List, describe and check the ladders of reminders.",
)
def scenarios() -> None:
    """Have commands of its own."""


@command("list", fr="Liste les échelles livrées et les vôtres.", en="List the ladders that ship and yours.")
@json_option
@pass_invocation
def list_scenarios(invocation: Invocation, *, as_json: bool) -> int:
    """Print a line for each ladder."""
    from workers.wiring import ladders_of  # noqa: PLC0415 - help must not pay for it

    ladders = ladders_of(invocation.settings)
    if as_json:
        show_json(invocation, "scenarios", {"scenarios": [each.model_dump(mode="json") for each in ladders]})
        return ExitCode.OK
    columns = (Column("NOM", "NAME"), Column("TITRE", "TITLE"), Column("POUR", "FOR"), Column("ÉTAPES", "STEPS"))
    rows = [
        (
            str(each.ref),
            each.title.get(invocation.language, each.name),
            ", ".join(sorted(each.kinds)),
            str(len(each.steps)),
        )
        for each in ladders
    ]
    show_table(invocation, columns, rows)
    return ExitCode.OK


@command("show", fr="Décrit une échelle en toutes lettres.", en="Describe a ladder in words.")
@argument("name", fr="Son nom, comme standard.", en="Its name, such as standard.")
@pass_invocation
def show(invocation: Invocation, name: str) -> int:
    """Print the ladder as prose."""
    from workflows.scenario_files import describe  # noqa: PLC0415 - help must not pay for it

    invocation.show(describe(find_ladder(invocation, name), invocation.language))
    return ExitCode.OK


@command("check", fr="Vérifie un fichier d’échelle et la décrit.", en="Check a file of a ladder and describe it.")
@argument(
    "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), fr="Un fichier TOML.", en="A TOML file."
)
@pass_invocation
def check(invocation: Invocation, file: Path) -> int:
    """Parse the file with every check, and print what it says."""
    from workflows.scenario_files import describe  # noqa: PLC0415 - help must not pay for it

    invocation.show(describe(read_ladder(invocation, file), invocation.language))
    return ExitCode.OK


@command("schema", fr="Le schéma JSON d’un fichier d’échelle.", en="The JSON Schema of a file of a ladder.")
@pass_invocation
def schema(invocation: Invocation) -> int:
    """Print the schema, for editors."""
    from workflows.scenario_files import scenario_schema  # noqa: PLC0415 - help must not pay for it

    invocation.show(json.dumps(scenario_schema(), ensure_ascii=invocation.is_ascii, indent=2))
    return ExitCode.OK


for each in (list_scenarios, show, check, choose, schema):
    scenarios.add_command(each)
