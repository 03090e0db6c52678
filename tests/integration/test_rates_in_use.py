"""The rates that the running system uses: those of the operator too, and a word before they end."""

from datetime import UTC, datetime

import pytest

from tests.office import Office
from workers.operations.doctor import examine
from workers.settings import Settings
from workers.wiring import open_system

OWN = """
[sources.read]
text = "read on the day"
confidence = "official"
[[semesters]]
semester = "2027-S1"
ecb = 2.65
ecb_source = "read"
legal = 2.7
legal_source = "read"
"""


def told(office: Office) -> tuple[str, str]:
    (found,) = [finding for finding in examine(office.system) if finding.name == "rates"]
    return found.level, found.en


@pytest.mark.parametrize(
    ("today", "level", "words"),
    [
        (datetime(2026, 11, 16, tzinfo=UTC), "ok", "rates known up to 2026-S2"),
        (datetime(2026, 11, 17, tzinfo=UTC), "warning", "soon over; add what follows once it is published"),
        (
            datetime(2027, 1, 1, 12, tzinfo=UTC),
            "failure",
            "letters with interest fail; add what follows: relance rates",
        ),
    ],
    ids=["enough", "45 days before the end", "over"],
)
def test_the_doctor_says_before_the_rates_end(today: datetime, level: str, words: str, office: Office) -> None:
    office.clock.jump_to(today)

    found, said = told(office)

    assert (found, words in said) == (level, True)


def test_letters_and_the_doctor_use_the_rates_of_the_operator(settings: Settings) -> None:
    settings.own_rates.write_text(OWN, encoding="utf-8")
    system = open_system(settings)
    try:
        assert system.delivery.rates.semesters[-1].semester == "2027-S1"
    finally:
        system.close()
