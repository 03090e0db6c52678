"""docs/channels.md: every block of settings is accepted, and the figures are the program's."""

import re
from pathlib import Path

import pytest

from workers.channels.circuit import Circuit
from workers.channels.http_outcomes import OUR_SETTINGS_S, outcome_of_status
from workers.delivery.reports import RETRY_MINUTES
from workers.settings import load

PAGE = (Path(__file__).parents[2] / "docs" / "channels.md").read_text("utf-8")
BLOCKS = re.findall(r"```toml settings\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("block", BLOCKS)
def test_every_block_of_settings_is_accepted(tmp_path: Path, block: str) -> None:
    (tmp_path / "relance.toml").write_text(block, encoding="utf-8")

    settings = load(tmp_path / "relance.toml", {})

    assert set(settings.delivery.channels.model_dump().values()) != {"folder"}


@pytest.mark.parametrize(("listed", "kind"), [("refuses", "Refused"), ("wants another key", "TryLater")])
def test_the_statuses_of_the_page_mean_what_it_says(listed: str, kind: str) -> None:
    line = next(line for line in PAGE.splitlines() if line.startswith(f"| {listed}"))
    statuses = [int(text.replace("xx", "01")) for text in re.findall(r"\d(?:\d\d|xx)\b", line.partition("|")[2])]

    assert len(statuses) > 4
    assert {type(outcome_of_status(status, "", {})).__name__ for status in statuses} == {kind}


def test_the_waits_of_the_page_are_the_programs() -> None:
    assert ", ".join(f"{minutes:,}" for minutes in RETRY_MINUTES) in PAGE
    assert f"first after {OUR_SETTINGS_S // 60} minutes" in PAGE
    assert f"After {Circuit().failures} failures in a row" in PAGE
    assert Circuit().pause_s == 60
