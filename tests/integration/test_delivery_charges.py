"""What letters really claim: the figures of `relance interest`, or nothing at all."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.command_line import CommandLine
from tests.office import Office, a_contact, a_debtor, a_payment, an_invoice
from workers.operations.dispatches import retry
from workers.operations.doing import Doing
from workflows.events import InvoiceChange, InvoiceUpdated
from workflows.invoice import Address
from workflows.money import cents

HOME = Address(lines=("12 rue des Lilas",), postcode="75011", city="Paris")
OVERDUE, ISSUED = date(2026, 1, 10), date(2026, 1, 5)


@pytest.fixture
def relance(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> CommandLine:
    return CommandLine(office.system.settings, tmp_path, monkeypatch, capsys)


def letter(office: Office, template: str) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads(office.one("SELECT facts FROM messages WHERE template = :name", name=template))
    return facts


def test_a_formal_notice_after_a_payment_claims_what_the_command_computes(office: Office, relance: CommandLine) -> None:
    office.happen(an_invoice(debtor=a_debtor("btp", a_contact(address=HOME)), issue_date=ISSUED, due_date=OVERDUE))
    office.go_to(datetime(2026, 2, 2, tzinfo=UTC))
    office.happen(a_payment({"F-1": 300_00}, datetime(2026, 2, 2, tzinfo=UTC)))
    office.go_to(datetime(2026, 4, 30, tzinfo=UTC))

    facts = letter(office, "formal_notice")
    (line,) = facts["lines"]
    words = ["--principal", "1000.00", "--due", str(OVERDUE), "--as-of", facts["situation_at"][:10]]
    answer = json.loads(relance("interest", *words, "--payment", "2026-02-02:300.00", "--json").out)

    assert (line["paid"], answer["principal_left"]) == ("300.00", line["balance"])
    assert cents(line["charges_paid"]) == sum(
        cents(answer["settlements"][0][name]) for name in ("to_interest", "to_indemnity")
    )
    assert (facts["interest_total"], facts["indemnity"]) == (answer["interest_left"], answer["indemnity_left"])
    assert facts["grand_total"] == answer["total_left"]


def test_a_contract_under_the_floor_stops_the_letter_before_it_is_claimed(office: Office) -> None:
    office.happen(
        an_invoice(
            debtor=a_debtor("btp", a_contact(address=HOME)), issue_date=ISSUED, due_date=OVERDUE, contract_rate="5"
        )
    )

    office.go_to(datetime(2026, 4, 30, tzinfo=UTC))

    failed = office.rows("SELECT key, detail FROM dispatches WHERE status = 'failed'")
    assert "contract_rate 5 is under the floor of 7.86 %" in failed[0].detail
    assert "publish invoice.updated with changed.contract_rate" in failed[0].detail
    assert office.one("SELECT count(*) FROM messages WHERE facts ->> 'interest_total' <> '0.00'") == 0

    changed = InvoiceChange(contract_rate="10")
    office.happen(
        InvoiceUpdated(event_id="mend", at=office.clock.now(), invoice_no="F-1", changed=changed, reason="read again")
    )
    retry(office.system.engine, failed[0].key, Doing("claire", "the rate is right now"))
    office.go_to(datetime(2026, 5, 12, tzinfo=UTC))

    assert office.one("SELECT status FROM dispatches WHERE key = :key", key=failed[0].key) == "sent"
    shown = json.loads(office.one("SELECT facts FROM messages ORDER BY claimed_at DESC LIMIT 1"))
    assert {line["rate"] for line in shown["interest"]} == {"10"}
