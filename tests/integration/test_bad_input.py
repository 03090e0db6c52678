"""What is wrong with a letter's facts is found before anything is claimed, told to a person, and stops nothing else."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.office import CREDITOR, Office, a_contact, a_debtor, an_invoice, office_at, wanted
from tests.unit.test_logo import png
from workers.delivery import letters
from workers.delivery.charges import Charges, without_charges
from workers.settings import Settings
from workflows.invoice import Address, DebtorKind

HOME = Address(lines=("12 rue des Lilas",), postcode="75011", city="Paris")
ISSUED, OVERDUE = date(2026, 1, 5), date(2026, 1, 10)
#: No rate is known for the first semester of 2027.
LATE_DUE = date(2026, 12, 18)
CONSUMER = a_debtor("jean", kind=DebtorKind.CONSUMER)


def failures(office: Office) -> list[str]:
    """What was said of the letters that could not be written, each once; none of them was claimed."""
    rows = office.rows("SELECT DISTINCT detail FROM dispatches WHERE status = 'failed'")
    assert not office.rows("SELECT 1 FROM dispatches WHERE status = 'failed' AND message_id IS NOT NULL")
    assert len(office.rows("SELECT 1 FROM dispatches WHERE status = 'failed' AND reason <> 'gate.template'")) == 0
    return [row.detail for row in rows]


def letters_of(office: Office, debtor: str) -> list[str]:
    rows = office.rows("SELECT template FROM messages WHERE debtor_ref = :ref ORDER BY claimed_at", ref=debtor)
    return [row.template for row in rows]


def asked_of(office: Office, number: str) -> set[str]:
    """Why a person is asked about a case."""
    rows = office.rows("SELECT detail FROM tasks WHERE case_id = :id AND done_at IS NULL", id=f"atelier/{number}")
    return {row.detail for row in rows}


def test_a_semester_without_a_rate_stops_the_letters_that_state_interest(office: Office) -> None:
    office.happen(
        an_invoice(due_date=LATE_DUE), an_invoice("F-2", debtor=CONSUMER, due_date=LATE_DUE, total=an_invoice().total)
    )

    office.go_to(datetime(2027, 2, 1, tzinfo=UTC))

    [detail] = failures(office)
    assert "2027-S1" in detail
    assert "relance rates" in detail
    assert letters_of(office, "btp") == ["preventive", "first_reminder", "second_reminder"]
    assert "third_reminder" in letters_of(office, "jean")
    assert "blocked.failed" in asked_of(office, "F-1")


def with_logo(settings: Settings, logo: Path) -> Settings:
    mine, other = CREDITOR | {"logo": str(logo)}, CREDITOR | {"ref": "autre", "name": "Autre SARL"}
    return Settings.model_validate(settings.model_dump() | {"creditors": [mine, other]})


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        pytest.param(Path.unlink, "the file cannot be read (No such file or directory); give the path", id="deleted"),
        pytest.param(lambda path: path.write_bytes(b"GIF89a"), "neither PNG, JPEG nor SVG", id="replaced"),
        pytest.param(lambda path: path.write_bytes(png()[:-9]), "PNG file is damaged", id="cut"),
    ],
)
def test_a_logo_that_is_spoilt_while_the_program_runs_stops_the_letters_that_show_it(
    settings: Settings, tmp_path: Path, spoil: Callable[[Path], Any], words: str
) -> None:
    logo = tmp_path / "logo.png"
    logo.write_bytes(png())

    with office_at(with_logo(settings, logo)) as office:
        office.happen(an_invoice(creditor="atelier"), an_invoice("F-2", creditor="autre", debtor=a_debtor("autre")))
        spoil(logo)
        office.go_to(datetime(2026, 2, 12, tzinfo=UTC))

        [detail] = failures(office)
        assert detail.startswith(f"creditors[atelier].logo {logo}: ")
        assert words in detail
        assert {mail.sender_name for mail in office.mails} == {"Autre SARL"}
        assert "blocked.failed" in asked_of(office, "F-1")


@pytest.mark.parametrize("name", ["Société " + "très " * 38, "X" * 200], ids=["of words", "without a space"])
def test_a_name_of_200_characters_is_written_in_full(office: Office, name: str) -> None:
    debtor = a_debtor("btp", a_contact(address=HOME)).model_copy(update={"name": name.strip()})

    office.happen(an_invoice(debtor=debtor, issue_date=ISSUED, due_date=OVERDUE))
    office.go_to(datetime(2026, 4, 30, tzinfo=UTC))

    assert failures(office) == []
    assert "formal_notice" in letters_of(office, "btp")


def test_a_debtor_without_an_address_gets_no_formal_notice_and_a_person_is_asked(office: Office) -> None:
    office.happen(
        an_invoice(issue_date=ISSUED, due_date=OVERDUE),
        an_invoice("F-2", debtor=a_debtor("other", a_contact(address=HOME)), issue_date=ISSUED, due_date=OVERDUE),
    )

    office.go_to(datetime(2026, 4, 30, tzinfo=UTC))

    assert "formal_notice" not in letters_of(office, "btp")
    assert "formal_notice" in letters_of(office, "other")
    assert asked_of(office, "F-1") == {"blocked.no_contact"}


def test_amounts_that_do_not_add_up_stop_the_letter_that_would_state_them(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def a_cent_off(cases: Any, today: date) -> Charges:  # noqa: ANN401 - as the function itself has it
        right = without_charges(cases, today)
        if cases[0].invoice.number != "F-1":
            return right
        return Charges(tuple(line.model_copy(update={"balance": line.balance - 1}) for line in right.lines))

    monkeypatch.setattr(letters, "without_charges", a_cent_off)
    office.happen(an_invoice(), an_invoice("F-2", debtor=a_debtor("other")))
    wanted(office)
    office.go_to(datetime(2026, 2, 12, tzinfo=UTC))

    details = failures(office)
    assert details
    for detail in details:
        assert "lines[0] (F-1): paid - charges_paid + disputed + balance is 999.99, total is 1000.00" in detail
        assert "take them from the same reading of the ledger" in detail
    assert "blocked.failed" in asked_of(office, "F-1")
    assert letters_of(office, "btp") == []
    assert letters_of(office, "other")
