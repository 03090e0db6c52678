"""Chats and mailboxes of the creditor's own people, on real sockets: what leaves, what fails, what stays secret."""

import io
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from apprise.plugins.slack import NotifySlack
from pydantic import SecretStr

from tests.chat_server import Chat, Trouble, chat_server
from workers.channels.base import ChannelError, InDoubt, Refused, TryLater
from workers.channels.mail import MailChannel
from workers.channels.mail_server import MailServer
from workers.channels.sink import SmtpSink
from workers.channels.sink_dialogue import SinkSettings
from workers.team.doors import ChatDoor, MailDoor, outcome_of
from workers.team.messages import Note

AT = datetime(2026, 1, 12, 9, tzinfo=UTC)
NOTE = Note("relance : litige ouvert – BTP Rhône, F-1", "litige ouvert – BTP Rhône, F-1 & Cie\nrelance case F-1")
SLACK = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7/"
SECRETS = ("TIiajkdnlazkcOXrIdevi7", "A1BRTD4JD", "sesame", "s3cr3tsignature")


@pytest.fixture
def chat() -> Iterator[Chat]:
    with chat_server() as server:
        yield server


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """All that an installation with the noisiest log would show."""
    text, root = io.StringIO(), logging.getLogger()
    handler, level = logging.StreamHandler(text), root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield text
    root.removeHandler(handler)
    root.setLevel(level)


def json_door(chat: Chat, **limits: float) -> ChatDoor:
    url = SecretStr(f"json://user:sesame@127.0.0.1:{chat.port}/hook")
    return ChatDoor(url, **{"timeout_s": 5.0, "deadline_s": 10.0} | limits)


def test_slack_shows_what_happened(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(NotifySlack, "webhook_url", f"http://127.0.0.1:{chat.port}/services")

    said = ChatDoor(SecretStr(SLACK), timeout_s=5, deadline_s=10).send(NOTE, "x", AT)

    assert said == "Slack"
    assert chat.asked == ["POST /services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7"]
    [attachment] = chat.shown[0]["attachments"]
    assert attachment["title"] == NOTE.title
    assert attachment["text"] == NOTE.body.replace("&", "&amp;")
    assert chat.shown[0]["mrkdwn"] is False
    assert "github" not in str(chat.shown)


def test_slack_that_answers_a_page_in_html_is_a_doubt(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(NotifySlack, "webhook_url", f"http://127.0.0.1:{chat.port}/services")
    chat.script = [Trouble(status=200, body=b"<html>Please log in</html>")]

    with pytest.raises(InDoubt):
        ChatDoor(SecretStr(SLACK), timeout_s=5, deadline_s=10).send(NOTE, "x", AT)


def test_teams_shows_what_happened(certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate[0]))
    with chat_server(certificate) as teams:
        url = SecretStr(f"workflows://localhost:{teams.port}/ABCD/s3cr3tsignature/")
        said = ChatDoor(url, timeout_s=5, deadline_s=10).send(NOTE, "x", AT)

    assert said == "Power Automate / Workflows (for MSTeams)"
    shown = teams.texts[0].replace("\\", "")  # apprise escapes what Teams would take for a format
    assert all(line in shown for line in (NOTE.title, "relance case F-1"))


def test_a_certificate_that_nobody_vouches_for_gets_nothing(certificate: tuple[Path, Path]) -> None:
    with chat_server(certificate) as teams:
        url = SecretStr(f"workflows://localhost:{teams.port}/ABCD/s3cr3tsignature/")
        with pytest.raises(TryLater):
            ChatDoor(url, timeout_s=5, deadline_s=10).send(NOTE, "x", AT)

    assert teams.asked == []


TROUBLES = [
    pytest.param(Trouble(status=429), TryLater, id="429: later"),
    pytest.param(Trouble(status=503), TryLater, id="503: later"),
    pytest.param(Trouble(status=401), TryLater, id="401: our key"),
    pytest.param(Trouble(status=404), TryLater, id="404: our address"),
    pytest.param(Trouble(status=302, headers={"Location": "/elsewhere"}), TryLater, id="302: never followed as a GET"),
    pytest.param(Trouble(status=400), Refused, id="400: refused"),
    pytest.param(Trouble(status=410), Refused, id="410: the channel is gone"),
    pytest.param(Trouble(status=500), InDoubt, id="500: nobody knows"),
    pytest.param(Trouble(takes=True), InDoubt, id="cut after it was taken"),
    pytest.param(Trouble(hangs=True), InDoubt, id="hangs"),
    pytest.param(Trouble(drips=True), InDoubt, id="drips for ever"),
]


@pytest.mark.parametrize(("trouble", "outcome"), TROUBLES)
def test_what_a_failure_means_and_that_no_error_shows_the_address(
    chat: Chat, log: io.StringIO, trouble: Trouble, outcome: type[ChannelError]
) -> None:
    chat.script = [trouble]
    logging.getLogger("asyncio").debug("heard")

    with pytest.raises(outcome) as failed:
        json_door(chat, timeout_s=0.3, deadline_s=0.6).send(NOTE, "x", AT)

    assert len(chat.asked) == 1
    told = f"{failed.value} {failed.value!r} {log.getvalue()}"
    assert "heard" in told
    assert [secret for secret in (*SECRETS, f"{chat.port}", "/hook") if secret in told] == []


def test_a_chat_that_cannot_be_reached_has_nothing() -> None:
    with pytest.raises(TryLater, match="no connection"):
        ChatDoor(SecretStr("json://127.0.0.1:9/hook"), timeout_s=5, deadline_s=10).send(NOTE, "x", AT)


@pytest.mark.parametrize("url", ["slack://sesame", "nosuchservice://sesame/x"])
def test_an_address_that_apprise_does_not_understand_waits_for_another_without_being_shown(
    url: str, log: io.StringIO, capfd: pytest.CaptureFixture[str]
) -> None:
    door = ChatDoor(SecretStr(url), timeout_s=5, deadline_s=10)

    with pytest.raises(TryLater) as failed:
        door.check()

    assert "sesame" not in f"{failed.value}{door!r}{log.getvalue()}{capfd.readouterr()}"


def test_looking_at_a_chat_sends_nothing_and_shows_no_key(chat: Chat) -> None:
    assert json_door(chat).check() == "JSON (apprise)"
    assert chat.asked == []


def test_one_of_two_recipients_that_has_it_makes_a_doubt() -> None:
    lines = [("INFO", "Sent Slack notification."), ("WARNING", "Failed to send to Slack: error=429.")]

    assert isinstance(outcome_of(lines), InDoubt)
    assert isinstance(outcome_of([]), InDoubt)


def test_a_mailbox_gets_the_same_message_by_the_projects_own_channel(tmp_path: Path) -> None:
    with SmtpSink(SinkSettings(directory=tmp_path)) as sink:
        channel = MailChannel(MailServer(host="127.0.0.1", port=sink.port, security="none"))
        door = MailDoor(lambda: channel, "equipe@atelier.example", ("relance@atelier.example", "relance"))
        door.send(NOTE, "compta/1", AT)
        door.send(NOTE, "compta/1", AT)
        channel.close()

    first, again = sorted(tmp_path.rglob("*.eml"))
    assert first.read_bytes() == again.read_bytes()
    assert b"Auto-Submitted: auto-generated" in first.read_bytes()
    assert b"To: equipe@atelier.example" in first.read_bytes()


def test_a_mailbox_without_a_sender_waits_for_one() -> None:
    def nobody() -> MailChannel:
        raise AssertionError

    with pytest.raises(TryLater, match=r"smtp\.sender"):
        MailDoor(nobody, "equipe@atelier.example", None).check()
