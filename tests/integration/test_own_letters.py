"""Letters that a creditor brings itself, on a real ledger: used for its own cases, refused before anything leaves."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.office import CREDITOR, Office, a_debtor, an_invoice, office_at
from workers.channels.base import OutgoingMessage
from workers.own_letters import LettersRefused
from workers.rendering.catalogue import SHIPPED
from workers.settings import Settings

LETTER = (SHIPPED / "fr" / "first_reminder.md.j2").read_text("utf-8")
SENTENCE = "Il s'agit sans doute d'un simple contretemps."
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
