"""`relance simulate`: the dated ladder of an imagined invoice, as people and programs ask for it."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.test_scenarios_cli import own
from workers.cli import run

USUAL = ("--due", "2026-11-08", "--today", "2026-10-09")


@pytest.fixture(autouse=True)
def _away(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No settings, and no server anywhere."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RELANCE_DATA_DIR", str(tmp_path / "data"))


def simulated(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    assert run(["simulate", *words, "--json"]) == 0
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    return told


def test_every_step_has_its_day_and_what_it_grants(capsys: pytest.CaptureFixture[str]) -> None:
    told = simulated(capsys, "standard", *USUAL)

    days = [(each["invoices"][0]["step"], each["channel"], each["day"]) for each in told["messages"]]
    assert days == [
        ("preventive", "email", "2026-11-03"), ("first", "email", "2026-11-13"), ("second", "email", "2026-11-24"),
        ("second", "sms", "2026-11-24"), ("third", "email", "2026-12-08"),
        ("formal_notice", "registered", "2026-12-16"),
    ]  # fmt: skip
    assert [each["deadline_on"] for each in told["messages"][:2]] == [None, "2026-11-23"]
    assert [(each["task"], each["day"]) for each in told["tasks"]] == [("decision", "2026-12-28")]


def test_text_messages_say_their_length_and_price_before_any_leaves(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RELANCE_SMS__PRICE_PER_SEGMENT", "0.065")

    texts = simulated(capsys, "standard", *USUAL)["sms"]
    assert run(["--lang", "fr", "simulate", "standard", *USUAL]) == 0

    length = texts["letters"]["second_reminder"]
    assert (texts["messages"], texts["segments"], texts["euros"]) == (1, length["segments"], "0.065")
    assert "SMS : 1, 1 segment(s) d’après les textes d’exemple, 0,065 €" in capsys.readouterr().out
    assert simulated(capsys, "consumer", *USUAL, "--kind", "consumer")["sms"]["messages"] == 0


def test_no_server_and_no_file_is_needed(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    simulated(capsys, "standard", *USUAL)

    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("language", "words"),
    [("fr", ["DÉLAI ACCORDÉ", "mar. 03/11/2026", "8 j dès réception", "Hypothèses"]),
     ("en", ["DEADLINE", "Tue 2026-11-03", "8 d from reception", "Assumed"])],
)  # fmt: skip
def test_people_read_it_in_their_language(capsys: pytest.CaptureFixture[str], language: str, words: list[str]) -> None:
    assert run(["--lang", language, "simulate", "standard", *USUAL]) == 0

    shown = capsys.readouterr().out
    assert [word for word in words if word not in shown] == []


@pytest.mark.parametrize(
    ("postcode", "day"), [("75001", "2026-12-26"), ("67000", "2026-12-28")], ids=["Paris", "Strasbourg"]
)
def test_the_holidays_are_those_of_the_region(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, postcode: str, day: str
) -> None:
    """26 December 2025 is a Friday, and a holiday in Alsace-Moselle only."""
    file = own(tmp_path, days=4)

    told = simulated(capsys, str(file), "--due", "2025-12-22", "--today", "2025-12-01", "--postcode", postcode)

    expected = {"2026-12-26": "2025-12-26", "2026-12-28": "2025-12-30"}[day]  # Strasbourg: Monday waits for Tuesday
    assert told["messages"][0]["day"] == expected


@pytest.mark.parametrize(
    ("options", "channels"),
    [
        ([], {"email", "sms", "registered"}), (["--no-email"], {"letter", "sms", "registered"}),
        (["--no-mobile"], {"email", "registered"}),
    ],
    ids=["everything", "no e-mail", "no telephone"],
)  # fmt: skip
def test_the_channels_are_those_that_reach_the_debtor(
    capsys: pytest.CaptureFixture[str], options: list[str], channels: set[str]
) -> None:
    told = simulated(capsys, "standard", *USUAL, *options)

    assert {each["channel"] for each in told["messages"]} == channels


def test_what_nothing_can_carry_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    told = simulated(capsys, "standard", *USUAL, "--no-address")

    assert told["stuck"] == ["blocked.no_contact"]


def test_an_amount_that_is_not_chased_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--lang", "en", "simulate", "standard", *USUAL, "--amount", "14,99"]) == 3

    assert "nothing leaves below 15.00 EUR" in capsys.readouterr().out


def test_the_same_question_has_the_same_answer(capsys: pytest.CaptureFixture[str]) -> None:
    assert simulated(capsys, "classique", *USUAL) == simulated(capsys, "classique", *USUAL)


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["standart", *USUAL], 3, "courtoise"),
        (["nowhere.toml", *USUAL], 2, "nowhere.toml does not exist"),
        (["standard", *USUAL, "--amount", "12,555"], 2, "--amount '12,555': this is not an amount"),
        (["standard", *USUAL, "--amount", "-3.00"], 2, "--amount"),
        (["standard", *USUAL, "--postcode", "7"], 2, "--postcode: '7' is not a postcode"),
        (["consumer", *USUAL], 2, "is made for: consumer"),
        (["standard", "--due", "demain"], 2, "--due 'demain': this is not a day"),
        (["standard", "--due", "9999-12-31"], 2, "--due '9999-12-31': the year is not from 2000 to 2090"),
    ],
    ids=[
        "unknown ladder",
        "no such file",
        "three decimals",
        "below zero",
        "postcode",
        "wrong kind",
        "no date",
        "no year",
    ],
)
def test_bad_input_names_what_to_mend(
    capsys: pytest.CaptureFixture[str], words: list[str], code: int, says: str
) -> None:
    assert run(["--lang", "en", "simulate", *words]) == code

    assert says in capsys.readouterr().err


def test_a_file_with_a_mistake_is_refused_as_by_the_check(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = str(own(tmp_path, template="unwritten"))

    assert run(["--lang", "en", "simulate", file, *USUAL]) == 1
    refused = capsys.readouterr().err
    run(["--lang", "en", "scenarios", "check", file])

    assert capsys.readouterr().err == refused
