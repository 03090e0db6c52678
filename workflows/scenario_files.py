"""Reading a scenario from TOML: every mistake at once, each with its line and its fix.

Pure: the text comes from the caller (`workers.presets` reads the files that ship).
"""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from workflows.errors import ScenarioError
from workflows.findings import Path, fields_at, keys_at, problem
from workflows.scenario import Scenario
from workflows.scenario_checks import Finding, ladder_findings, step_findings
from workflows.scenario_prose import describe
from workflows.toml_lines import line_numbers, line_of

__all__ = ["describe", "parse_scenario", "scenario_schema"]

_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


def parse_scenario(text: str, source: str, templates: Mapping[str, frozenset[str]] | None = None) -> Scenario:
    """Read and check one scenario.

    Args:
        text: TOML.
        source: file name or other origin, for the error.
        templates: channels of each known template; None leaves templates unchecked.

    Raises:
        ScenarioError: with every finding, in the order of the lines.
    """
    raw = _read(text, source)
    findings = list(_form(raw))
    findings += _rules(raw, {path for path, _ in findings}, templates)
    if not findings:
        return Scenario.model_validate_json(_as_json({"letters": {}} | raw), strict=True)
    lines = line_numbers(text)
    placed = sorted((line_of(lines, path), _label(raw, path), words) for path, words in findings)
    raise ScenarioError(source, tuple(f"line {line}: {label}{words}" for line, label, words in placed))


def scenario_schema() -> dict[str, Any]:
    """JSON Schema of a scenario file, for editors that complete and check TOML."""
    schema = Scenario.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "relance scenario"
    return schema


def _read(text: str, source: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        words = str(error)
        place = _PLACE.search(words)
        line = int(place[1]) if place and place[1] else text.count("\n") + 1
        column = f", column {place[2]}" if place and place[2] else ""
        reason = _PLACE.sub("", words).rstrip(".")
        finding = f"line {line}{column}: not TOML: {reason}; mend this line, the rest is read afterwards"
        raise ScenarioError(source, (finding,)) from None
    except RecursionError:
        raise ScenarioError(source, ("line 1: is nested too deeply; a scenario needs four levels",)) from None


def _as_json(raw: Mapping[str, Any]) -> str:
    return json.dumps(raw, default=str)


def _form(raw: dict[str, Any]) -> Iterator[Finding]:
    """Unknown keys, missing keys, wrong types and values out of bounds."""
    try:
        Scenario.model_validate_json(_as_json(raw), strict=True)
    except ValidationError as error:
        schema = Scenario.model_json_schema()
        for detail in error.errors():
            path = detail["loc"]
            unused = set(fields_at(schema, path[:-1])) - keys_at(raw, path[:-1])
            hint = "; open each step with a line [[steps]]" if path == ("steps",) else ""
            yield path, problem(detail, unused) + hint
    except ArithmeticError:
        yield ("steps",), "an amount is out of range; write decimal strings such as '1250.00'"


def _rules(
    raw: dict[str, Any], malformed: set[Path], templates: Mapping[str, frozenset[str]] | None
) -> Iterator[Finding]:
    """What breaks a rule; rules between steps wait until every step can be read."""
    bad = {path[:2] if path[0] == "steps" else path[:1] for path in malformed}
    if ("steps",) in bad:
        return
    numbers = [number for number in range(len(raw["steps"])) if ("steps", number) not in bad]
    if not numbers:
        return
    kept = {key: value for key, value in raw.items() if (key,) not in bad}
    kept["steps"] = [raw["steps"][number] for number in numbers]
    draft = Scenario.model_validate_json(_as_json({"name": "draft", **kept}), strict=True)
    for number, step in zip(numbers, draft.steps, strict=True):
        yield from step_findings(number, step, draft, templates)
    if len(numbers) == len(raw["steps"]):
        yield from ladder_findings(draft)


def _label(raw: dict[str, Any], path: Path) -> str:
    """`step 'second': channel: `, as people name the place."""
    if path[0] != "steps" or len(path) == 1:
        return _dotted(path)
    step = raw["steps"][path[1]]
    name = step.get("name") if isinstance(step, dict) else None
    where = repr(name[:40]) if isinstance(name, str) else str(int(path[1]) + 1)
    return f"step {where}: {_dotted(path[2:])}"


def _dotted(path: Path) -> str:
    return ".".join(str(part) for part in path) + ": " if path else ""
