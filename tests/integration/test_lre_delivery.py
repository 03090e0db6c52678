"""Electronic registered letters through the whole shell: they wait for the sender's hour, and leave in it, once."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from tests.command_line import CommandLine
from tests.fake_post import AR24_KEY, AR24_TOKEN, AR24_USER, CODE, Ar24
from tests.fake_provider import FakeProvider
from tests.office import Office, a_contact, a_debtor, an_invoice
from workers.channels.provider import Guarded
from workers.letter_outlets import lre_of
from workers.settings_parts.post import Lre
from workflows.invoice import Channel
from workflows.scenario_files import parse_scenario

LADDER = """
name = "electronique"
version = 1

[[steps]]
name = "premier"
after_due_days = 2
channel = "email"
fallback = ["letter"]
template = "first_reminder"
tone = 1
deadline = { days = 8 }

[[steps]]
name = "recommande"
after_due_days = 14
channel = "lre"
fallback = ["registered"]
template = "third_reminder"
tone = 4
deadline = { days = 8, runs_from = "reception" }
"""
WEDNESDAY = datetime(2026, 1, 28, 12, tzinfo=UTC)
FEBRUARY = datetime(2026, 2, 5, tzinfo=UTC)


@pytest.fixture
def asked(office: Office, post: FakeProvider, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeProvider]:
    """A case that wants an electronic registered letter by AR24, whose sender has opened no hour."""
    post.interfaces["/ar24"] = Ar24()
    access = {"token": AR24_TOKEN, "private_key": AR24_KEY, "user_id": AR24_USER, "url": f"{post.url}/ar24"}
    table = {"provider": "ar24", "ar24": access}
    monkeypatch.setenv("RELANCE_LRE", json.dumps(table))
    way = Guarded(lre_of(Lre.model_validate(table), office.system.settings.data_dir))
    office.system.outlets[Channel.LRE] = way  # type: ignore[index] # a dict, in tests
    ladder = parse_scenario(LADDER, "electronique.toml")
    office.write(
        "INSERT INTO scenarios (name, version, facts, published_at) VALUES (:name, 1, CAST(:facts AS jsonb), :at)",
        name=ladder.name, facts=ladder.model_dump_json(), at=office.clock.now(),
    )  # fmt: skip
    invoice = an_invoice(debtor=a_debtor("btp", a_contact()), due_date=date(2026, 1, 10), scenario=ladder.name)
    office.happen(invoice)
    yield post
    way.close()


def waits(office: Office) -> tuple[str, str, str]:
    row = office.rows("SELECT status, reason, detail FROM dispatches WHERE channel = 'lre'")[0]
    return row.status, row.reason, row.detail


def test_a_letter_waits_for_the_hour_with_words_that_say_how_to_open_it(office: Office, asked: FakeProvider) -> None:
    office.go_to(WEDNESDAY)

    assert waits(office)[:2] == ("wanted", "gate.provider_closed")
    assert ("postponed", "gate.provider_closed") in office.told()
    assert asked.asked == []


def test_the_senders_code_lets_waiting_letters_leave_once(
    office: Office, asked: FakeProvider, relance: CommandLine
) -> None:
    office.go_to(WEDNESDAY)

    done = relance("lre", "open", CODE, "--reason", "letters of the day", "--json")
    office.system.relay.sweep()
    office.work()
    office.go_to(FEBRUARY)

    assert done.code == 0, done.err
    assert json.loads(done.out)["waiting"] == 1
    assert [sent.facts["dest_statut"] for sent in asked.taken] == ["professionnel"]
    assert waits(office)[:2] == ("sent", "delivery.sent")
    assert office.one("SELECT provider_id FROM messages WHERE channel = 'lre'") == "1"
    assert office.one("SELECT reason FROM operations WHERE verb = 'lre_open'") == "letters of the day"


@pytest.mark.usefixtures("asked")
def test_a_wrong_code_opens_nothing_and_says_so(office: Office, relance: CommandLine) -> None:
    done = relance("lre", "open", "000000", "--reason", "tried")

    assert done.code == 1
    assert "l’heure n’est pas ouverte" in done.err
    assert "invalid_otp" in done.err
    assert office.one("SELECT count(*) FROM operations") == 0


def test_without_a_provider_the_command_names_the_setting(relance: CommandLine) -> None:
    done = relance("lre", "open", CODE, "--reason", "tried")

    assert done.code == 2
    assert "lre.provider manque" in done.err


def open_tasks(office: Office) -> list[str]:
    return [row.key for row in office.rows("SELECT key FROM tasks WHERE done_at IS NULL ORDER BY key")]


def test_letters_wait_for_the_hour_as_long_as_it_takes_and_one_task_a_day_asks_for_it(
    office: Office, asked: FakeProvider, relance: CommandLine
) -> None:
    second = an_invoice("F-2", debtor=a_debtor("sud", a_contact()), due_date=date(2026, 1, 10), scenario="electronique")
    office.happen(second)

    office.go_to(FEBRUARY)

    rows = office.rows("SELECT status, reason FROM dispatches WHERE channel = 'lre'")
    assert [tuple(row) for row in rows] == [("wanted", "gate.provider_closed")] * 2
    assert office.one("SELECT count(*) FROM attempts WHERE outcome <> 'sent'") == 0
    assert open_tasks(office) == ["atelier/open_provider/lre/2026-02-04"]
    assert asked.asked == []

    relance("lre", "open", CODE, "--reason", "letters of the day")
    office.system.relay.sweep()
    office.work()
    office.go_to(datetime(2026, 2, 6, tzinfo=UTC))

    assert len(asked.taken) == 2
    assert open_tasks(office) == []


@pytest.mark.usefixtures("asked")
def test_the_doctor_says_whether_the_hour_is_open(relance: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RELANCE_DELIVERY__CHANNELS__LRE", "provider")
    before = relance("doctor").out

    relance("lre", "open", CODE, "--reason", "letters of the day")

    assert "identity verified; no hour open: relance lre open CODE" in " ".join(before.split())
    assert "identity verified; open until 2099-01-01" in " ".join(relance("doctor").out.split())
