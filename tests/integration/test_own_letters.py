"""Letters that a creditor brings itself, on a real ledger: used for its own cases, refused before anything leaves."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.command_line import CommandLine
from tests.office import CREDITOR, Office, a_debtor, an_invoice, office_at
from workers.channels.base import OutgoingMessage
from workers.cli.exit_codes import ExitCode
from workers.own_letters import LettersRefused, version_of
from workers.rendering.catalogue import SHIPPED
from workers.settings import Settings

LETTER = (SHIPPED / "fr" / "first_reminder.md.j2").read_text("utf-8")
SENTENCE = "Il s'agit sans doute d'un simple contretemps."
TABLE = """
[[creditors]]
ref = "atelier"
name = "Atelier Martin SAS"
email = "compta@atelier-martin.example"
phone = "04 65 71 00 12"
contact_name = "Claire Delmas"
letters_dir = "lettres"
address = { lines = ["12 rue des Forges"], postcode = "38000", city = "Grenoble" }
bank = { holder = "ATELIER MARTIN SAS", iban = "FR7630006000011234567890189" }
"""
LATE = datetime(2026, 2, 14, tzinfo=UTC)


def own(folder: Path, sentence: str) -> Path:
    (folder / "fr").mkdir(parents=True, exist_ok=True)
    (folder / "fr" / "first_reminder.md.j2").write_text(LETTER.replace(SENTENCE, sentence), "utf-8")
    return folder


def with_two_creditors(settings: Settings, folder: Path) -> Settings:
    mine: dict[str, Any] = CREDITOR | {"letters_dir": str(folder)}
    other = CREDITOR | {"ref": "autre", "name": "Autre SARL"}
    return Settings.model_validate(settings.model_dump() | {"creditors": [mine, other]})


def text_of(office: Office, creditor: str) -> str:
    sent: list[OutgoingMessage] = [mail for mail in office.mails if mail.sender_name == creditor]
    return " ".join(sent[-1].text.split())


def test_a_creditors_own_letter_reaches_its_debtors_and_not_those_of_another(
    settings: Settings, tmp_path: Path
) -> None:
    folder = own(tmp_path / "own", "Un virement a pu nous échapper.")

    with office_at(with_two_creditors(settings, folder)) as office:
        office.happen(an_invoice(creditor="atelier"), an_invoice("F-2", creditor="autre", debtor=a_debtor("autre")))
        office.go_to(LATE)

        assert "Un virement a pu nous échapper." in text_of(office, "Atelier Martin SAS")
        assert "simple contretemps" in text_of(office, "Autre SARL")


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        pytest.param("{% for i in range(9) %}x{% endfor %}", "a loop runs over a list of the facts", id="loops"),
        pytest.param("{% include '/etc/passwd' %}", "a letter includes no file", id="reads a file"),
        pytest.param("Réglez rapidement.", "vague-deadline", id="breaks a rule"),
    ],
)
def test_a_letter_at_fault_ends_the_start_before_anything_is_claimed(
    settings: Settings, tmp_path: Path, sentence: str, said: str
) -> None:
    refused = with_two_creditors(settings, own(tmp_path / "own", sentence))

    with pytest.raises(LettersRefused, match=said), office_at(refused):
        pytest.fail("the office opened")

    with office_at(settings) as office:
        assert office.one("SELECT count(*) FROM messages") == 0


def test_every_command_that_opens_the_system_tells_every_finding(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    own(tmp_path / "lettres", "Réglez rapidement, à vos frais.")
    (tmp_path / "relance.toml").write_text(TABLE, "utf-8")
    relance = CommandLine(settings, tmp_path, monkeypatch, capsys)

    for command in ("init", "doctor"):
        done = relance("--lang", "fr", command)

        assert done.code == ExitCode.USAGE
        assert done.err.startswith("lettres refusées :")
        assert f"{tmp_path}/lettres/fr/first_reminder.md.j2:21 (" in done.err
        assert "vague-deadline" in done.err
        assert "costs-on-debtor" in done.err


def test_the_doctor_names_the_letters_that_were_accepted(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = own(tmp_path / "lettres", "Un virement a pu nous échapper.")
    (tmp_path / "relance.toml").write_text(TABLE, "utf-8")

    done = CommandLine(settings, tmp_path, monkeypatch, capsys)("--lang", "fr", "doctor")

    assert f"lettres de atelier acceptées ({version_of(folder)[:12]})" in done.out
