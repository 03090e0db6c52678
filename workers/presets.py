"""The ladders: those that ship in `workflows/scenarios`, and those of a folder of yours."""

from collections.abc import Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable

from workflows.errors import ScenarioError
from workflows.scenario import Scenario
from workflows.scenario_files import parse_scenario


def load_presets(templates: Mapping[str, frozenset[str]] | None = None) -> dict[str, Scenario]:
    """The ladders that ship, by name.

    Args:
        templates: channels of each known template; None leaves templates unchecked.

    Raises:
        ScenarioError: a file does not obey the rules; nothing is loaded.
    """
    return load_scenarios(files("workflows") / "scenarios", templates)


def load_scenarios(folder: Traversable, templates: Mapping[str, frozenset[str]] | None = None) -> dict[str, Scenario]:
    """Every `*.toml` of `folder`, by name; a file is called after its scenario.

    Args:
        folder: a `pathlib.Path` or a folder of package data.
        templates: channels of each known template; None leaves templates unchecked.

    Raises:
        ScenarioError: the first file, in the order of names, that does not obey the rules.
    """
    scenarios: dict[str, Scenario] = {}
    for file in sorted(folder.iterdir(), key=lambda each: each.name):
        if not file.name.endswith(".toml"):
            continue
        scenario = parse_scenario(_text(file), file.name, templates)
        stem = file.name.removesuffix(".toml")
        if scenario.name != stem:
            fix = f'write name = "{stem}" or rename the file'
            raise ScenarioError(file.name, (f"name {scenario.name!r} differs from the file's; {fix}",))
        scenarios[scenario.name] = scenario
    return scenarios


def _text(file: Traversable) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ScenarioError(file.name, ("is not UTF-8; save it in that encoding",)) from None
