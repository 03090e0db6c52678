"""`relance letters`: listed, shown and checked from the command line, without any server."""

import json
from pathlib import Path

import pytest

from workers.cli import run
from workers.rendering.catalogue import SHIPPED, shipped

LETTER = (SHIPPED / "fr" / "first_reminder.md.j2").read_text("utf-8")
SENTENCE = "Il s'agit sans doute d'un simple contretemps."


def own(folder: Path, sentence: str) -> str:
    (folder / "fr").mkdir()
    (folder / "fr" / "first_reminder.md.j2").write_text(LETTER.replace(SENTENCE, sentence), "utf-8")
    return str(folder)


def test_the_letters_are_listed_with_what_they_are_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--lang", "fr", "letters", "list"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(shipped().ids) + 1
    assert any(line.startswith("formal_notice") and "La mise en demeure" in line for line in lines)


def test_the_list_is_json_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["letters", "list", "--json"]) == 0

    answer = json.loads(capsys.readouterr().out)
    notice = next(each for each in answer["letters"] if each["id"] == "formal_notice")
    assert answer["schema"] == "relance.letters/1"
    assert (notice["tone"], notice["channels"]) == (5, ["email", "letter", "registered"])


def test_a_letter_is_shown_as_its_reader_reads_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["letters", "show", "formal_notice", "--channel", "lre"]) == 0
    capsys.readouterr()
    assert run(["letters", "show", "formal_notice", "--kind", "consumer", "--channel", "registered"]) == 0

    text = capsys.readouterr().out
    assert text.startswith("Mise en demeure de payer")
    assert "taux légal" in text
    assert "indemnité" not in text


@pytest.mark.parametrize(
    ("language", "price", "said"),
    [
        pytest.param("fr", "0.065", "(1 segment, GSM-7, 0,065 €)", id="in French"),
        pytest.param("en", "0.065", "(1 segment, GSM-7, €0.065)", id="in English"),
        pytest.param("fr", None, "(1 segment, GSM-7, prix inconnu (sms.price_per_segment))", id="without a price"),
    ],
)
def test_a_text_message_says_its_length_and_price_before_any_leaves(
    language: str, price: str | None, said: str, *, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if price is not None:
        monkeypatch.setenv("RELANCE_SMS__PRICE_PER_SEGMENT", price)

    assert run(["--lang", language, "letters", "show", "first_reminder", "--channel", "sms"]) == 0

    assert capsys.readouterr().out.splitlines()[-1] == said


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        pytest.param(["nothing"], "letter 'nothing' in 'fr' is none of", id="an unknown letter"),
        pytest.param(["first_reminder", "--language", "pl"], "exists in", id="an unknown language"),
        pytest.param(
            ["formal_notice", "--channel", "sms"],
            "it has email, letter, tracked, registered, lre",
            id="another channel",
        ),
    ],
)
def test_what_cannot_be_shown_is_answered(words: list[str], answer: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--lang", "en", "letters", "show", *words]) == 3

    assert answer in capsys.readouterr().err


def test_a_letter_that_is_only_for_businesses_is_not_shown_to_a_consumer(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["letters", "show", "credit_policy", "--kind", "consumer"]) == 1

    assert "this letter rests on the law between businesses" in capsys.readouterr().err


def test_a_letter_that_ships_is_checked(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--lang", "fr", "letters", "check", "--language", "fr", "--letter", "preventive"]) == 0

    answer = capsys.readouterr()
    assert answer.out == ""
    assert "1 lettre(s), 0 refus" in answer.err


def test_a_folder_is_checked_and_every_finding_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = own(tmp_path, "Réglez rapidement, à vos frais.")

    assert run(["--lang", "fr", "letters", "check", folder]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(" ")[0] for line in lines] == ["fr/first_reminder.md.j2:21"] * 2
    assert {line.partition(") ")[2].partition(" ")[0] for line in lines} == {"vague-deadline", "costs-on-debtor"}

    assert run(["letters", "check", folder, "--json"]) == 1
    findings = json.loads(capsys.readouterr().out)["findings"]
    assert findings[0]["rule"] == "vague-deadline"
    assert (findings[0]["line"], findings[0]["line_of"]) == (21, "file")
    assert set(findings[0]["why"]) == {"fr", "en"}


def test_a_template_that_reads_files_is_refused_before_it_is_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["--lang", "en", "letters", "check", own(tmp_path, "{% include '/etc/passwd' %}")]) == 1

    assert capsys.readouterr().out == (
        "fr/first_reminder.md.j2:21 template: a letter includes no file; write the sentence, or use a phrase of"
        " _phrases.md.j2\n"
    )


def test_a_letter_of_ones_own_is_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = own(tmp_path, "Un virement a pu nous échapper.")

    assert run(["letters", "show", "first_reminder", "--folder", folder]) == 0
    assert "Un virement a pu nous échapper." in capsys.readouterr().out


def test_names_that_do_not_exist_are_answered(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--lang", "fr", "letters", "check", "--letter", "frist_reminder"]) == 3

    assert "frist_reminder" in capsys.readouterr().err
