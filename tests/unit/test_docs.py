import json
import re
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from workers.presets import load_presets
from workers.settings import load
from workflows.choice import ChoiceCondition, care
from workflows.errors import BadEvent
from workflows.event_schemas import EXAMPLES, INTERNAL, KINDS, read_event, schema_of
from workflows.invoice import Segment
from workflows.scenario import Condition, Deadline, Scenario, Step
from workflows.scenario_files import describe, parse_scenario
from workflows.segments import SegmentPolicy

DOCS = Path(__file__).parents[2] / "docs"
EVENTS = (DOCS / "events.md").read_text("utf-8")
SCENARIOS = (DOCS / "scenarios.md").read_text("utf-8")


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def section(kind: str) -> str:
    return EVENTS.split(f"### `{kind}`\n", 1)[1].split("\n#", 1)[0]


def listed(text: str, title: str) -> list[str]:
    line = next(line for line in text.splitlines() if line.startswith(f"- {title}:"))
    return re.findall(r"`([^`]+)`", line)


def test_the_page_of_events_has_every_kind_and_no_other() -> None:
    assert sorted(re.findall(r"^### `(.+)`$", EVENTS, re.MULTILINE)) == sorted(KINDS)
    assert all(f"`{kind}`" in EVENTS for kind in INTERNAL)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_page_of_events_lists_the_fields_of_every_kind(kind: str) -> None:
    schema = schema_of(kind)
    optional = set(schema["properties"]) - set(schema["required"]) - {"creditor"}

    assert listed(section(kind), "Required") == schema["required"]
    assert set(listed(section(kind), "Optional")) == optional


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_page_of_events_shows_the_example_of_every_kind(kind: str) -> None:
    (example,) = blocks(section(kind), "json")

    assert json.loads(example) == EXAMPLES[kind]


@pytest.mark.parametrize("block", blocks(EVENTS, "json"))
def test_every_event_on_the_page_is_accepted(block: str) -> None:
    raw: dict[str, Any] = json.loads(block)

    assert read_event(raw).event_id == raw["id"]


@pytest.mark.parametrize("block", blocks(SCENARIOS, "toml"))
def test_every_scenario_on_the_page_is_accepted(block: str) -> None:
    assert parse_scenario(block, "docs/scenarios.md").steps


@pytest.mark.parametrize("block", blocks(SCENARIOS, "toml settings"))
def test_every_setting_on_the_page_of_scenarios_is_accepted(tmp_path: Path, block: str) -> None:
    (tmp_path / "relance.toml").write_text(block, encoding="utf-8")

    settings = load(tmp_path / "relance.toml", {})

    assert settings.choice or settings.segments != SegmentPolicy()


def test_the_page_of_scenarios_names_every_segment_and_threshold_as_it_is() -> None:
    policy = SegmentPolicy().model_dump(mode="json")

    assert [segment for segment in Segment if f"`{segment}`" not in SCENARIOS] == []
    for name, value in policy.items():
        said = json.dumps(sorted(value) if isinstance(value, list) else value)
        assert f"`{name}` = {said}" in SCENARIOS


def test_the_page_of_scenarios_puts_the_presets_in_the_order_of_their_care() -> None:
    presets = load_presets()
    order = ", ".join(f"`{name}`" for name in sorted(presets, key=lambda name: care(presets[name])))

    assert f"from the most careful: {order}." in SCENARIOS


def test_the_page_of_scenarios_shows_every_preset_as_it_is() -> None:
    for name, preset in load_presets().items():
        assert f"### `{name}`\n\n```text\n{describe(preset, 'fr')}\n```" in SCENARIOS


@pytest.mark.parametrize("model", [Scenario, Step, Deadline, Condition, ChoiceCondition])
def test_the_page_of_scenarios_explains_every_key(model: type[BaseModel]) -> None:
    missing = [name for name in model.model_fields if f"`{name}`" not in SCENARIOS]

    assert missing == []


def test_the_errors_on_the_page_are_those_of_the_program() -> None:
    raw = deepcopy(EXAMPLES["invoice.issued"])
    raw["time"] = "2026-11-17T06:00:00"
    raw["data"]["due_date"] = "2026-13-01"
    raw["data"]["total"]["amount"] = 1250.5

    with pytest.raises(BadEvent) as fields:
        read_event(raw)
    with pytest.raises(BadEvent) as kind:
        read_event(raw | {"type": "payment.recieved", "time": "2026-11-17T06:00:00Z"})

    assert sorted([*fields.value.findings, *kind.value.findings]) == sorted(blocks(EVENTS, "text")[0].splitlines())
