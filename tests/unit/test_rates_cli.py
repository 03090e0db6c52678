"""`relance rates`: what is known, what is missing soon, and a semester of one's own."""

import json
import re
from decimal import Decimal
from pathlib import Path

import pytest

from workers.cli import run
from workers.rates_file import BadRatesFile, rates_of
from workers.settings import load
from workflows.rates import load_rates

Capture = pytest.CaptureFixture[str]
NEXT = ("add", "2027-S1", "--ecb", "2.65", "--legal", "2,71", "--source", "arrêté du 18 décembre 2026, « essai »")
HEAD = '[sources.x]\ntext = "a test"\nconfidence = "memory"\n'
SEMESTER = '[[semesters]]\nsemester = "{}"\necb = {}\necb_source = "x"\nlegal = {}\nlegal_source = "x"\n'


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings with a clock of their own and no servers."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RELANCE_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("RELANCE_CONFIG", raising=False)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    (tmp_path / "relance.toml").write_text('clock_file = "clock"\nrates_file = "own/taux.toml"\n', encoding="utf-8")
    return at(tmp_path, "2026-09-01")


def at(folder: Path, day: str) -> Path:
    (folder / "clock").write_text(f"{day}T08:00:00+00:00\n", encoding="ascii")
    return folder


def answered(capture: Capture, *words: str, lang: str = "en") -> tuple[int, str, str]:
    capture.readouterr()
    code = run(["--lang", lang, "rates", *words])
    told = capture.readouterr()
    return code, told.out.replace("\u00a0", " "), told.err


def test_every_semester_is_listed_with_what_follows_from_it(capsys: Capture) -> None:
    code, out, _err = answered(capsys, "list", lang="fr")

    assert code == 0
    assert re.split(r"\s{2,}", out.splitlines()[-1]) == [
        "2026-S2", "2,40 %", "12,40 %", "10,40 %", "2,75 %", "8,25 %", "6,84 %", "indirect",
    ]  # fmt: skip
    assert len(out.splitlines()) == 1 + len(load_rates().semesters)


def test_programs_read_the_source_of_every_figure(capsys: Capture) -> None:
    _code, out, _err = answered(capsys, "list", "--json")

    semesters = json.loads(out)["semesters"]
    assert semesters[-1]["business"] == "12.40"
    assert semesters[-1]["sources"]["legal_private"]["confidence"] == "secondary"
    assert all(each["sources"].keys() == {"ecb", "legal", "legal_private"} for each in semesters)


@pytest.mark.parametrize(
    ("day", "code", "told"),
    [
        pytest.param("2026-11-16", 0, "", id="nothing is missing"),
        pytest.param("2026-11-17", 0, "2027-S1 is missing soon", id="45 days before the end"),
        pytest.param("2027-01-01", 1, "2027-S1 is missing already", id="too late"),
    ],
)
def test_a_semester_that_is_missing_soon_is_told(
    *, day: str, code: int, told: str, place: Path, capsys: Capture
) -> None:
    at(place, day)

    found, out, err = answered(capsys, "check")

    assert (found, told in err, bool(err)) == (code, True, bool(told))
    assert "rates known from 2009-S1 to 2026-S2" in out
    assert "no source: 2009-S1, 2009-S2, 2010-S1, 2010-S2" in out


def test_programs_learn_what_has_no_official_source(capsys: Capture) -> None:
    found = json.loads(answered(capsys, "check", "--json")[1])

    assert (found["first"], found["last"], found["coverage"]) == ("2009-S1", "2026-S2", "enough")
    assert {"2010-S1", "2026-S2"} <= set(found["not_official"])
    assert "2016-S1" not in found["not_official"]


def test_a_semester_that_is_added_is_used_from_then_on(place: Path, capsys: Capture) -> None:
    code, out, _err = answered(capsys, *NEXT, "--legal-private", "6.9", "--confidence", "official")

    entry = rates_of(load()).semesters[-1]
    assert (code, out) == (0, f"{place / 'own' / 'taux.toml'}\n")
    assert (entry.semester, entry.ecb, entry.legal, entry.legal_private) == (
        "2027-S1", Decimal("2.65"), Decimal("2.71"), Decimal("6.9"),
    )  # fmt: skip
    assert rates_of(load()).weakest_source(entry).text == "arrêté du 18 décembre 2026, « essai »"
    at(place, "2027-02-01")
    assert answered(capsys, "check")[0] == 0
    assert run(["interest", "--principal", "100", "--due", "2026-12-31", "--as-of", "2027-01-31"]) == 0


def test_semesters_are_added_one_after_the_other_and_the_file_stays_readable(place: Path, capsys: Capture) -> None:
    (place / "own").mkdir()
    (place / "own" / "taux.toml").write_text("# à moi\n" + HEAD + SEMESTER.format("2027-S1", 2.65, 2.7), "utf-8")

    code, _out, _err = answered(capsys, "add", "2027-S2", "--ecb", "2.4", "--legal", "2.5", "--source", "JO")

    assert code == 0
    assert [each.semester for each in rates_of(load()).semesters[-2:]] == ["2027-S1", "2027-S2"]
    assert (place / "own" / "taux.toml").read_text("utf-8").startswith("# à moi\n")
    assert list((place / "own").iterdir()) == [place / "own" / "taux.toml"]


@pytest.mark.parametrize(
    ("words", "finding"),
    [
        pytest.param(["add", "2027-S2", *NEXT[2:]], "'2027-S2' does not follow", id="a gap"),
        pytest.param(["add", "2026-S2", *NEXT[2:]], "add 2027-S1 first", id="known already"),
        pytest.param(["add", "soon", *NEXT[2:]], "'soon' does not follow", id="no semester"),
        pytest.param([*NEXT, "--ecb", "-1"], "--ecb '-1': this is not a yearly rate", id="negative"),
        pytest.param([*NEXT, "--legal", "101"], "--legal '101': this is not a yearly rate", id="over 100"),
        pytest.param([*NEXT, "--legal-private", "x"], "--legal-private 'x': this is not", id="no number"),
        pytest.param([*NEXT, "--source", ""], "--source: one line of 1 to 200 characters", id="no source"),
    ],
)
def test_what_cannot_be_added_is_refused_and_nothing_is_written(
    words: list[str], finding: str, place: Path, capsys: Capture
) -> None:
    code, _out, err = answered(capsys, *words)

    assert code == 2
    assert finding in err
    assert not (place / "own").exists()


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        pytest.param(HEAD + SEMESTER.format("2027-S1", 2.65, 2.7), None, id="the next semester"),
        pytest.param(HEAD + SEMESTER.format("2026-S2", 2.40, 2.75), None, id="known with the same figures"),
        pytest.param(
            HEAD + SEMESTER.format("2026-S2", 2.40, 2.8),
            "2026-S2 is known with ecb 2.4, legal 2.75, legal_private 6.84, your file says ecb 2.4, legal 2.8",
            id="a contradiction",
        ),
        pytest.param(HEAD + SEMESTER.format("2027-S2", 2, 2), "2027-S2 stands after 2026-S2", id="a gap"),
        pytest.param(SEMESTER.format("2027-S1", 2, 2), "sources: Field required", id="no source"),
        pytest.param("semesters = 3", "semesters", id="no table"),
        pytest.param("?", "not TOML", id="no TOML"),
    ],
)
def test_a_file_is_checked_against_what_is_known(text: str, finding: str | None, place: Path, capsys: Capture) -> None:
    file = place / "checked.toml"
    file.write_text(text, encoding="utf-8")

    code, _out, err = answered(capsys, "check", str(file))

    assert code == (0 if finding is None else 2)
    assert (finding or "") in err


def test_a_file_that_cannot_be_written_is_told_with_what_to_do(place: Path, capsys: Capture) -> None:
    (place / "own").write_text("not a folder", encoding="ascii")

    code, out, err = answered(capsys, *NEXT, lang="fr")

    assert (code, out) == (1, "")
    assert "taux.toml : écriture impossible (" in err
    assert err.endswith(" ; vérifiez les droits, ou réglez rates_file\n")


def test_a_folder_in_the_place_of_the_file_is_no_file(place: Path, capsys: Capture) -> None:
    (place / "own" / "taux.toml").mkdir(parents=True)

    code, _out, err = answered(capsys, *NEXT)

    assert code == 2
    assert "not a file; give a TOML file" in err


def test_a_link_to_the_file_stays_a_link(place: Path, capsys: Capture) -> None:
    (place / "own").mkdir()
    (place / "own" / "taux.toml").symlink_to(place / "versioned.toml")

    assert answered(capsys, *NEXT)[0] == 0

    assert (place / "own" / "taux.toml").is_symlink()
    assert rates_of(load()).semesters[-1].semester == "2027-S1"


def test_a_file_that_contradicts_stops_every_use(place: Path) -> None:
    (place / "own").mkdir()
    (place / "own" / "taux.toml").write_text(HEAD + SEMESTER.format("2026-S1", 9, 9), encoding="utf-8")

    with pytest.raises(BadRatesFile, match="2026-S1 is known with"):
        rates_of(load())
    assert run(["interest", "--principal", "1", "--due", "2026-01-01", "--as-of", "2026-01-02"]) == 2


def test_without_a_file_what_ships_is_used() -> None:
    assert rates_of(load()) is load_rates()
