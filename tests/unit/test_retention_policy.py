"""When the time of a case is over, and why it is not: days and reasons, without a ledger."""

from datetime import date

import pytest
from pydantic import ValidationError

from workers.ledger.copies import Level
from workers.privacy.policy import Standing, Verdict, evidence_until, verdict, verdicts, years_after
from workers.settings_parts.retention import Retention
from workflows.case import Stage

CLOSED, TENTH, LATE = date(2026, 3, 20), date(2036, 12, 31), date(2050, 1, 1)


def a_case(case_id: str = "a/1", stage: Stage = Stage.PAID, **changes: object) -> Standing:
    return Standing(case_id=case_id, stage=stage, level=Level.WHOLE, closed_on=CLOSED, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("case", "today", "expected"),
    [
        pytest.param(a_case(), date(2031, 3, 20), Verdict(Level.WHOLE, "correspondence", date(2031, 3, 20)), id="last"),
        pytest.param(a_case(), date(2031, 3, 21), Verdict(Level.EVIDENCE, "evidence", TENTH), id="next day"),
        pytest.param(a_case(), TENTH, Verdict(Level.EVIDENCE, "evidence", TENTH), id="tenth year"),
        pytest.param(a_case(), date(2037, 1, 1), Verdict(Level.BARE), id="all over"),
        pytest.param(a_case(stage=Stage.CANCELLED), date(2037, 1, 1), Verdict(Level.BARE), id="cancelled"),
        pytest.param(a_case(stage=Stage.REMINDING), LATE, Verdict(Level.WHOLE, "open"), id="open"),
        pytest.param(a_case(stage=Stage.DISPUTED), LATE, Verdict(Level.WHOLE, "disputed"), id="disputed"),
        pytest.param(a_case(stage=Stage.HANDED_OVER), LATE, Verdict(Level.WHOLE, "handed_over"), id="in court"),
        pytest.param(a_case(stage=Stage.INSOLVENT), LATE, Verdict(Level.WHOLE, "insolvent"), id="insolvent"),
        pytest.param(a_case(is_disputed=True), LATE, Verdict(Level.WHOLE, "disputed"), id="paid, disputed"),
        pytest.param(
            a_case(stage=Stage.WRITTEN_OFF, claim_ends_on=date(2033, 1, 1)), date(2033, 1, 1),
            Verdict(Level.WHOLE, "claim", date(2033, 1, 1)), id="written off, not time-barred",
        ),
        pytest.param(
            a_case(stage=Stage.WRITTEN_OFF, claim_ends_on=date(2033, 1, 1)), date(2033, 1, 2),
            Verdict(Level.EVIDENCE, "evidence", date(2036, 12, 31)), id="written off, time-barred",
        ),
    ],
)  # fmt: skip
def test_a_case_is_kept_for_its_time_with_the_reason(case: Standing, today: date, expected: Verdict) -> None:
    assert verdict(case, today, Retention()) == expected


def test_a_message_about_two_cases_keeps_both_and_what_hangs_on_them() -> None:
    one = a_case("a/1", messages=frozenset({"m1"}))
    two = a_case("a/2", messages=frozenset({"m1", "m2"}))
    three = a_case("a/3", Stage.REMINDING, messages=frozenset({"m2"}))
    alone = a_case("a/4", messages=frozenset({"m4"}))

    found = verdicts([one, two, three, alone], date(2050, 1, 1), Retention())

    assert {case: each.why for case, each in found.items()} == {
        "a/1": "shared", "a/2": "shared", "a/3": "open", "a/4": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("ends", "closed_on", "until"),
    [
        pytest.param("12-31", date(2026, 12, 31), date(2036, 12, 31), id="on the last day of the year"),
        pytest.param("06-30", date(2026, 6, 30), date(2036, 6, 30), id="on the last day of another year"),
        pytest.param("06-30", date(2026, 7, 1), date(2037, 6, 30), id="on the first day of the next"),
    ],
)
def test_evidence_is_kept_ten_years_from_the_end_of_the_financial_year(ends: str, closed_on: date, until: date) -> None:
    assert evidence_until(closed_on, Retention(financial_year_ends=ends)) == until


def test_the_29th_of_february_never_shortens_a_time() -> None:
    assert years_after(date(2024, 2, 29), 5) == date(2029, 3, 1)


@pytest.mark.parametrize(
    "given",
    [
        {"evidence_years": 9}, {"correspondence_years": 4}, {"unmatched_days": 7}, {"logs_days": 7},
        {"financial_year_ends": "02-29"}, {"financial_year_ends": "31-12"}, {"evidence_years": 51},
    ],
    ids=str,
)  # fmt: skip
def test_a_setting_may_lengthen_a_time_and_not_undercut_the_law(given: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Retention.model_validate(given)


def test_longer_times_count() -> None:
    settings = Retention(correspondence_years=6, evidence_years=12)

    assert verdict(a_case(), date(2032, 3, 20), settings).until == date(2032, 3, 20)
    assert verdict(a_case(), date(2036, 3, 20), settings).until == date(2038, 12, 31)
