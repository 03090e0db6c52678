"""The hour of AR24 as a file: who may read it, and what a torn one means."""

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from workers.channels.lre_session import LreSession

UNTIL = datetime(2026, 1, 20, 10, tzinfo=UTC)


def test_an_hour_is_known_to_whoever_shares_the_folder_and_to_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "data" / "session.json"
    LreSession(path).open(UNTIL)

    assert LreSession(path).until() == UNTIL
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("content", ["", "{", "[]", '{"until": 3}', '{"until": "2026-01-20T10:00:00"}', '"until"'])
def test_a_file_that_says_nothing_certain_opens_nothing(tmp_path: Path, content: str) -> None:
    path = tmp_path / "session.json"
    path.write_text(content)

    assert LreSession(path).until() is None


def test_what_was_closed_stays_closed_and_closing_twice_is_harmless(tmp_path: Path) -> None:
    session = LreSession(tmp_path / "session.json")
    session.open(UNTIL)

    session.close()
    session.close()

    assert session.until() is None
