"""`relance case`: what remains claimable of an invoice that was paid late, and that no letter claims."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.command_line import CommandLine
from tests.office import DUE, Office, a_debtor, a_payment, an_invoice
from workflows.invoice import DebtorKind

FR, EN = "aucune lettre ne les réclame", "no letter claims them"


@pytest.fixture
def command_line(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> CommandLine:
    return CommandLine(office.system.settings, tmp_path, monkeypatch, capsys)


def paid(office: Office, days_late: int, **changes: Any) -> None:  # noqa: ANN401 - any field of the invoice
    """An invoice of 1 000 €, paid so many days after the due date."""
    invoice = an_invoice(**changes)
    came_on = DUE + timedelta(days=days_late)
    at = datetime(came_on.year, came_on.month, came_on.day, 12, tzinfo=UTC)
    office.happen(invoice)
    office.go_to(at)
    office.happen(a_payment({"F-1": invoice.total.amount}, at))


def test_what_a_late_payment_leaves_claimable_is_told_with_the_case(office: Office, command_line: CommandLine) -> None:
    paid(office, 30)  # 1 000 € for 30 days at 12.15 %
    office.go_on(days=60)  # the invoice is paid: nothing more runs

    lines = command_line("--lang", "fr", "case", "F-1").out.replace("\u202f", "").replace("\u00a0", " ").splitlines()
    assert f"payée en retard : 9,99 € d’intérêts et 40,00 € d’indemnité restent dus ; {FR}" in lines
    assert (
        "paid late: 9.99 EUR of interest and 40.00 EUR of indemnity" in command_line("--lang", "en", "case", "F-1").out
    )
    assert json.loads(command_line("case", "F-1", "--json").out)["charges"] == {
        "interest": "9.99",
        "indemnity": "40.00",
    }


@pytest.mark.parametrize(
    ("days_late", "changes"),
    [
        pytest.param(0, {}, id="paid on the due date"),
        pytest.param(30, {"debtor": a_debtor(kind=DebtorKind.CONSUMER)}, id="a consumer without a formal notice"),
    ],
)
def test_nothing_is_told_where_nothing_is_owed(
    days_late: int, changes: dict[str, Any], office: Office, command_line: CommandLine
) -> None:
    paid(office, days_late, **changes)

    assert EN not in command_line("--lang", "en", "case", "F-1").out
    assert json.loads(command_line("case", "F-1", "--json").out)["charges"] is None


def test_a_rate_that_no_letter_may_apply_is_told(office: Office, command_line: CommandLine) -> None:
    paid(office, 30, contract_rate="1")

    assert "charges not computed, a rate is missing or too low" in command_line("--lang", "en", "case", "F-1").out
