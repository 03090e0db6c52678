import tomllib
from pathlib import Path

import pytest

from workers.presets import load_presets, load_scenarios
from workers.rendering.catalogue import shipped
from workflows.errors import ScenarioError
from workflows.invoice import Channel, DebtorKind
from workflows.scenario import FORMAL_NOTICE, Deadline, Mode, Scenario
from workflows.scenario_checks import BUSINESS_ONLY, NEVER_PUBLIC, exclusive
from workflows.scenario_files import scenario_schema

PRESETS = load_presets()
FOLDER = Path(__file__).parents[2] / "workflows" / "scenarios"


@pytest.fixture(params=sorted(PRESETS))
def preset(request: pytest.FixtureRequest) -> Scenario:
    return PRESETS[request.param]


def test_eight_presets_ship() -> None:
    assert set(PRESETS) == {
        "standard", "classique", "courtoise", "progressive", "quinze_lettres", "consumer", "public_buyer", "micro",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "days"),
    [
        pytest.param("standard", [-5, 5, 15, 30, None], id="standard"),
        pytest.param("classique", [-5, 5, 15, 30, None], id="classique"),
        pytest.param("courtoise", [10, 15, 25, 40], id="courtoise"),
        pytest.param("progressive", [1, 3, 7, 15, 30, None], id="progressive"),
        pytest.param("quinze_lettres", [5, 7, 15, 28, 40, None, None, None], id="quinze_lettres"),
        pytest.param("consumer", [-5, 7, 21, 36, None], id="consumer"),
        pytest.param("public_buyer", [10, 30, 50, None], id="public_buyer"),
        pytest.param("micro", [10, 30], id="micro"),
    ],
)
def test_the_days_of_the_presets(name: str, days: list[int | None]) -> None:
    assert [step.after_due_days for step in PRESETS[name].steps] == days


def test_every_preset_uses_letters_that_are_written_for_each_of_its_channels() -> None:
    assert load_presets(shipped().channels()) == PRESETS


def test_a_ladder_whose_content_changed_has_a_new_version() -> None:
    assert {str(preset.ref) for preset in PRESETS.values()} >= {"courtoise@2", "progressive@2", "standard@1"}


def test_what_needs_a_decision_waits_for_a_person() -> None:
    asked = [step.name for step in PRESETS["quinze_lettres"].steps if step.mode is Mode.TO_CONFIRM]

    assert asked == ["before_penalties", "formal_notice", "final_warning", "hand_over_warning"]


def test_the_last_warning_leaves_forty_eight_hours() -> None:
    last = PRESETS["quinze_lettres"].steps[-1]

    assert (last.template, last.deadline) == ("hand_over_warning", Deadline(days=2))


def test_no_ladder_offers_a_public_buyer_to_waive_its_interest() -> None:
    for preset in PRESETS.values():
        if DebtorKind.PUBLIC in preset.kinds:
            assert not NEVER_PUBLIC & {step.template for step in preset.steps}


def test_small_amounts_get_two_reminders_and_nothing_firmer() -> None:
    micro = PRESETS["micro"]

    assert (micro.max_reminders, micro.at_end, max(step.tone for step in micro.steps)) == (2, "stop", 2)


def test_a_preset_reaches_a_debtor_who_has_only_a_postal_address(preset: Scenario) -> None:
    posted = {Channel.LETTER, Channel.REGISTERED}

    assert all(posted & {step.channel, *step.fallback} for step in preset.steps if not step.is_preventive)


def test_every_reminder_of_a_preset_grants_a_new_date(preset: Scenario) -> None:
    assert all(step.deadline for step in preset.steps if not step.is_preventive)


def test_a_formal_notice_leaves_the_day_after_the_last_deadline_at_the_earliest() -> None:
    for preset in PRESETS.values():
        for before, step in zip(preset.steps, preset.steps[1:], strict=False):
            if step.template == FORMAL_NOTICE:
                assert before.deadline is not None
                assert step.after_previous_days is not None
                assert step.after_previous_days > before.deadline.days


def test_consumers_have_their_own_ladder_without_commercial_penalties() -> None:
    for_consumers = [name for name, preset in PRESETS.items() if DebtorKind.CONSUMER in preset.kinds]

    assert for_consumers == ["consumer"]
    assert not BUSINESS_ONLY & {step.template for step in PRESETS["consumer"].steps}


@pytest.mark.parametrize("name", ["courtoise", "progressive", "quinze_lettres"])
def test_a_debtor_gets_only_one_form_of_the_first_reminder(name: str) -> None:
    first = [step.when for step in PRESETS[name].steps if step.name.startswith("first")]

    assert all(exclusive(one, other) for one in first for other in first if one is not other)


def test_a_file_is_called_after_its_scenario(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_bytes((FOLDER / "standard.toml").read_bytes())
    (tmp_path / "notes.txt").write_text("not a scenario")

    with pytest.raises(ScenarioError, match=r"'standard' differs from the file's; write name = \"mine\""):
        load_scenarios(tmp_path)


def test_a_folder_of_your_own_is_read_whatever_its_byte_order_mark(tmp_path: Path) -> None:
    (tmp_path / "standard.toml").write_bytes(b"\xef\xbb\xbf" + (FOLDER / "standard.toml").read_bytes())

    assert load_scenarios(tmp_path) == {"standard": PRESETS["standard"]}


def test_a_file_in_another_encoding_is_answered(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_bytes("# été".encode("cp1252"))

    with pytest.raises(ScenarioError, match=r"mine\.toml: is not UTF-8; save it in that encoding"):
        load_scenarios(tmp_path)


def test_the_schema_knows_every_key_of_the_presets(preset: Scenario) -> None:
    schema = scenario_schema()
    raw = tomllib.loads((FOLDER / f"{preset.name}.toml").read_text("utf-8"))

    assert set(raw) <= set(schema["properties"])
    assert all(set(each) <= set(schema["$defs"]["Step"]["properties"]) for each in raw["steps"])
    assert schema["additionalProperties"] is False
