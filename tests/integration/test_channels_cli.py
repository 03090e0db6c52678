"""`relance channels`: what carries each channel, what it can do, and how it fares."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.command_line import CommandLine
from tests.office import GRENOBLE, Office, a_contact, a_debtor, an_invoice, deliver, wanted
from workers.channels.base import TryLater

OVERDUE = date(2026, 1, 10)
MONDAY = datetime(2026, 1, 19, 9, tzinfo=UTC)
TUESDAY = datetime(2026, 1, 20, 9, tzinfo=UTC)
SMS = """
[delivery.channels]
sms = "provider"
letter = "print"

[sms]
provider = "brevo"
sender = "ATELIER"
price_per_segment = "0.065"

[sms.brevo]
api_key = "k3y"
"""


def listed(relance: CommandLine) -> dict[str, Any]:
    done = relance("channels", "--json")
    assert done.code == 0, done.err
    return {line["channel"]: line for line in json.loads(done.out)["channels"]}


def test_each_channel_says_what_carries_it_and_what_that_can_do(
    office: Office, relance: CommandLine, tmp_path: Path
) -> None:
    (tmp_path / "relance.toml").write_text(SMS, encoding="utf-8")

    found = listed(relance)

    assert list(found) == ["email", "sms", "letter", "tracked", "registered", "lre", "call"]
    sms = found["sms"]
    assert (sms["way"], sms["name"], sms["price_per_segment"]) == ("provider", "brevo", "0.065")
    assert sms["abilities"] == ["look_up", "delivery_events"]
    assert {line["state"] for line in found.values()} == {"unused"}
    assert (found["letter"]["way"], found["lre"]["way"]) == ("print", "folder")
    text = relance("--lang", "fr", "channels").out
    assert "provider (brevo)" in text
    assert "retrouve par notre référence" in text
    assert "0,065 € le segment" in text
    assert "k3y" not in text
    assert office.tasks() == []


def test_the_last_success_and_the_failures_since_are_told(office: Office, relance: CommandLine) -> None:
    office.happen(an_invoice(due_date=OVERDUE))
    office.go_to(MONDAY)
    assert listed(relance)["email"]["state"] == "working"

    office.mail.script = [office.mail.refuse(TryLater("503", "closed"))] * 2
    office.happen(an_invoice("F-2", due_date=OVERDUE, debtor=a_debtor("b2")))
    office.go_to(TUESDAY)
    sent = listed(relance)["email"]

    assert (sent["state"], sent["failed_in_row"], sent["last_failed"]["code"]) == ("working", 0, "503")
    assert sent["last_failed"]["at"] < sent["last_sent"]["at"]


@pytest.mark.parametrize(
    ("code", "minutes", "state"),
    [
        pytest.param("503", 0, "failing", id="it fails"),
        pytest.param("circuit", 0, "resting", id="its circuit is open"),
        pytest.param("circuit", 3, "failing", id="its circuit has closed by now"),
    ],
)
def test_a_provider_that_fails_shows_it(
    office: Office, relance: CommandLine, *, code: str, minutes: int, state: str
) -> None:
    office.happen(an_invoice(due_date=OVERDUE))
    key = wanted(office)
    office.mail.script = [office.mail.refuse(TryLater(code, "closed", retry_after_s=7200))]
    deliver(office, key)
    office.jump(minutes=minutes)

    line = listed(relance)["email"]

    assert (line["state"], line["failed_in_row"]) == (state, 1)
    assert (line["last_sent"], line["last_failed"]["code"]) == (None, code)


def test_a_hold_is_told_with_its_reason(office: Office, relance: CommandLine) -> None:
    office.happen(an_invoice(debtor=a_debtor("btp", a_contact(address=GRENOBLE))))

    assert relance("hold", "--channel", "letter", "--reason", "grève").code == 0

    found = listed(relance)
    assert (found["letter"]["state"], found["letter"]["held"], found["email"]["held"]) == ("held", "grève", None)
    assert "suspendu : grève" in relance("--lang", "fr", "channels").out


def test_one_channel_is_asked_whether_it_would_work(office: Office, relance: CommandLine, tmp_path: Path) -> None:
    assert "can be written" in relance("channels", "check", "letter").out
    (tmp_path / "relance.toml").write_text(SMS + 'url = "http://127.0.0.1:9"\n', encoding="utf-8")

    done = relance("channels", "check", "sms")
    told = relance("channels", "check", "sms", "--json")

    assert (done.code, "brevo" in done.err) == (1, True)
    assert (told.code, json.loads(told.out)["ok"]) == (1, False)
    assert office.mails == []
