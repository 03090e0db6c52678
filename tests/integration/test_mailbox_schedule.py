"""The mailbox is fetched every so often by one process at a time; its faults are told, and stop nothing."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.command_line import CommandLine
from tests.imap_server import PASSWORD, USER, ImapServer, imap_server
from tests.office import Office, an_invoice
from workers.actors import QUEUES
from workers.intake.mailbox_schedule import alone, ask, last_turn, looks, take_turn
from workers.operations.doctor import examine
from workers.settings import Settings

TUESDAY = datetime(2026, 1, 20, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def imap(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ImapServer]:
    with imap_server(tmp_path_factory.mktemp("imap")) as server:
        yield server


@pytest.fixture
def settings(settings: Settings, imap: ImapServer) -> Settings:
    box = {"host": "127.0.0.1", "port": imap.port, "security": "none", "username": USER, "password": PASSWORD,
           "every_minutes": 10, "timeout_s": 5, "processed": "lus"}  # fmt: skip
    return Settings.model_validate(settings.model_dump() | {"mailbox": box})


@pytest.fixture
def reminded(office: Office) -> Office:
    """One reminder has left, and it is Tuesday morning."""
    office.happen(an_invoice(due_date=date(2026, 1, 10)))
    office.go_to(TUESDAY)
    return office


def a_reply(number: int) -> bytes:
    message = EmailMessage()
    message["From"], message["Message-ID"] = "anne.perrin@btp-rhone.example", f"<answer-{number}@btp.example>"
    message.set_content("Je paie vendredi.")
    return message.as_bytes()


def mailbox_line(office: Office) -> tuple[str, str]:
    [found] = [each for each in examine(office.system) if each.name == "mailbox"]
    return found.level, found.en


def test_the_relay_has_it_fetched_and_the_worker_takes_what_waits(reminded: Office, imap: ImapServer) -> None:
    assert mailbox_line(reminded)[0] == "warning"
    imap.put(a_reply(1), a_reply(2))
    reminded.system.relay.sweep()
    reminded.system.relay.sweep()

    assert reminded.work_on("intake") == 1
    assert imap.count("INBOX") == 0
    assert reminded.one("SELECT count(*) FROM incoming WHERE status = 'reply'") == 2
    turn = last_turn(reminded.system.broker)
    assert turn is not None
    assert (turn.taken, turn.error) == (2, None)
    assert mailbox_line(reminded) == ("ok", f"fetched at {turn.at}, 2 message(s)")
    reminded.jump(hours=2)
    assert mailbox_line(reminded)[0] == "warning"


def test_it_is_asked_for_once_in_a_while(reminded: Office) -> None:
    broker, now = reminded.system.broker, reminded.clock.now()
    assert [ask(broker, timedelta(minutes=10), now) for _relay in range(3)] == [True, False, False]

    broker.client.delete(f"{broker.namespace}:mailbox:asked")
    assert ask(broker, timedelta(minutes=10), now)


def test_one_process_at_a_time(
    *,
    reminded: Office,
    settings: Settings,
    imap: ImapServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "relance.toml").write_text(imap.settings(processed="lus"), encoding="utf-8")
    relance = CommandLine(settings, tmp_path, monkeypatch, capsys)
    imap.put(a_reply(3))
    with alone(reminded.system) as mine:
        assert mine
        assert take_turn(reminded.system) is None
        assert relance("mailbox", "fetch").code == 5
        assert imap.count("INBOX") == 1

    assert take_turn(reminded.system) is not None
    assert imap.count("INBOX") == 0


def test_a_mailbox_that_is_away_is_told_and_stops_nothing(reminded: Office, imap: ImapServer) -> None:
    box = reminded.system.settings.mailbox
    reminded.system.settings = reminded.system.settings.model_copy(
        update={"mailbox": box.model_copy(update={"port": 1})}
    )
    found = take_turn(reminded.system)

    assert found is not None
    assert found.error is not None
    level, words = mailbox_line(reminded)
    assert level == "failure"
    assert PASSWORD not in words
    assert reminded.system.relay.sweep() is not None
    reminded.system.settings = reminded.system.settings.model_copy(update={"mailbox": box})
    imap.put(a_reply(4))
    assert take_turn(reminded.system) is not None
    assert mailbox_line(reminded)[0] == "ok"


def test_whoever_died_while_reading_is_not_waited_for_for_ever(reminded: Office) -> None:
    client, key = reminded.system.broker.client, f"{reminded.system.broker.namespace}:mailbox:turn"
    client.set(key, "somebody who died", ex=900)
    assert take_turn(reminded.system) is None
    assert 0 < client.ttl(key) <= 900

    client.delete(key)
    assert take_turn(reminded.system) is not None


def test_without_a_schedule_nothing_is_asked(office: Office) -> None:
    office.system.settings = Settings()

    assert list(looks(office.system)) == []
    assert take_turn(office.system) is None
    assert "intake" in QUEUES
