"""A ladder that a command is given: by its name, or as a TOML file with every check."""

from pathlib import Path
from typing import TYPE_CHECKING

from workers.cli.exit_codes import ExitCode
from workers.cli.failures import Failure
from workers.cli.invocation import Invocation

if TYPE_CHECKING:
    from workflows.scenario import Scenario


def read_ladder(invocation: Invocation, file: Path) -> "Scenario":
    """The ladder in `file`.

    Raises:
        Failure: it does not obey the rules; says every finding with its line.
    """
    from workers.own_letters import channels_of  # noqa: PLC0415 - help must not pay for it
    from workflows.errors import ScenarioError  # noqa: PLC0415
    from workflows.scenario_files import parse_scenario  # noqa: PLC0415

    try:
        return parse_scenario(file.read_text(encoding="utf-8-sig"), file.name, channels_of(invocation.settings))
    except ScenarioError as error:
        words = "\n".join(f"{error.source}: {finding}" for finding in error.findings)
        raise Failure(words, words, ExitCode.FAILURE) from None
    except UnicodeDecodeError:
        raise Failure(f"{file} n’est pas en UTF-8", f"{file} is not UTF-8", ExitCode.FAILURE) from None


def find_ladder(invocation: Invocation, name: str) -> "Scenario":
    """The newest version of the ladder called `name`, that ships or is yours; or the one in the file `name`.

    Raises:
        Failure: there is none.
    """
    from workers.wiring import ladders_of  # noqa: PLC0415 - help must not pay for it

    if name.endswith(".toml"):
        file = Path(name)
        if not file.is_file():
            raise Failure(f"{name} n’existe pas", f"{name} does not exist", ExitCode.USAGE)
        return read_ladder(invocation, file)
    known = {each.name: each for each in sorted(ladders_of(invocation.settings), key=lambda each: each.version)}
    if name not in known:
        names = ", ".join(sorted(known))
        raise Failure(
            f"aucune échelle « {name} » ; connues : {names}", f"no ladder {name!r}; known: {names}",
            ExitCode.NOTHING_MATCHED,
        )  # fmt: skip
    return known[name]
