"""Encryption is what the settings say, or nothing is said; a password is tried once."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.mail_examples import a_message, channels_to
from workers.channels.base import Channel, Refused, TryLater
from workers.channels.mail import MailChannel
from workers.channels.mail_outcomes import OUR_SETTINGS_S
from workers.channels.mail_server import MailServer
from workers.channels.sink import SmtpSink
from workers.channels.sink_dialogue import SinkSettings

USERS = {"relance": "très secret"}
LOGIN = {"username": "relance", "password": "très secret"}


@contextmanager
def talking(
    tmp_path: Path, sink_facts: dict[str, Any], channel_facts: dict[str, Any]
) -> Iterator[tuple[SmtpSink, Channel]]:
    with SmtpSink(SinkSettings(directory=tmp_path / "sink", **sink_facts)) as sink, channels_to(sink.port) as make:
        yield sink, make(**{"host": "localhost"} | channel_facts)


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_messages_and_passwords_travel_encrypted(tmp_path: Path, certificate: tuple[Path, Path], security: str) -> None:
    server = {"security": security, "certificate": certificate, "users": USERS}
    with talking(tmp_path, server, {"security": security, "ca_file": certificate[0], **LOGIN}) as (sink, channel):
        channel.send(a_message())
        channel.send(a_message())
        words = channel.check()

        assert [(message.encrypted, message.user) for message in sink.messages()] == [(True, "relance")] * 2
        assert (sink.connections, sink.logins) == (2, 2)
        assert "encrypted with TLSv1.3, logged in as relance" in words


@pytest.mark.parametrize(
    ("server", "client", "code", "words"),
    [
        pytest.param({}, {"security": "starttls"}, "settings", "STARTTLS extension not supported", id="no STARTTLS"),
        pytest.param({"security": "starttls"}, {"security": "starttls"}, "tls", "self-signed", id="a stranger"),
        pytest.param({"security": "tls"}, {"security": "tls"}, "tls", "self-signed", id="a stranger at once"),
        pytest.param(
            {"security": "starttls"},
            {"security": "starttls", "host": "127.0.0.1", "trusted": True},
            "tls",
            "not valid for '127.0.0.1'",
            id="another name",
        ),
        pytest.param({"security": "starttls"}, {"security": "none"}, "530", "STARTTLS", id="clear text unwanted"),
        pytest.param({}, {"security": "tls"}, "tls", "SSL", id="no TLS where TLS begins"),
        pytest.param({"users": USERS}, {"security": "none"}, "530", "Authentication required", id="no login"),
        pytest.param({}, {"security": "none", **LOGIN}, "settings", "log in", id="no login offered"),
        pytest.param(
            {"users": USERS}, {"security": "none", **LOGIN, "password": "x"}, "535", "invalid", id="a wrong password"
        ),
    ],
)
def test_settings_that_do_not_fit_are_told_and_nothing_leaves(  # noqa: PLR0917 - a row of the table
    tmp_path: Path,
    certificate: tuple[Path, Path],
    server: dict[str, Any],
    client: dict[str, Any],
    code: str,
    words: str,
) -> None:
    if client.pop("trusted", False):
        client = client | {"ca_file": certificate[0]}
    with talking(tmp_path, {"certificate": certificate} | server, client) as (sink, channel):
        with pytest.raises(TryLater, match=words) as caught:
            channel.send(a_message())

        assert caught.value.code == code
        assert (sink.messages(), sink.logins) == ((), 1 if code == "535" else 0)


def test_a_wrong_password_is_not_tried_again_soon(tmp_path: Path) -> None:
    with talking(tmp_path, {"users": USERS}, {"security": "none", **LOGIN, "password": "x"}) as (_, channel):
        with pytest.raises(TryLater) as caught:
            channel.send(a_message())

        assert caught.value.retry_after_s == OUR_SETTINGS_S


def test_a_server_without_smtputf8_will_never_take_such_an_address(tmp_path: Path) -> None:
    with talking(tmp_path, {"smtputf8": False}, {"security": "none"}) as (sink, channel):
        with pytest.raises(Refused) as caught:
            channel.send(a_message(to="hélène@client.example"))
        channel.send(a_message(to="helene@société.example"))

        assert not caught.value.address_is_bad
        assert [message.recipients for message in sink.messages()] == [("helene@xn--socit-esab.example",)]


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        pytest.param({"security": "none", "username": "a", "password": "b"}, "in clear", id="a password in clear"),
        pytest.param({"username": "a"}, "both or none", id="a name without a password"),
        pytest.param({"security": "ssl"}, "tls, starttls or none", id="a security of nobody"),
        pytest.param({"port": 0}, "below 65536", id="no port"),
        pytest.param({"timeout_s": 0}, "timeout_s is 0", id="no patience at all"),
        pytest.param({"idle_s": -1}, "idle_s is -1", id="a time that ran backwards"),
        pytest.param({"mails_per_minute": 0}, "leave it out", id="nothing a minute"),
    ],
)
def test_settings_that_cannot_be_meant_are_refused(facts: dict[str, Any], words: str) -> None:
    some: dict[str, Any] = {"host": "smtp.atelier.example", "port": 587}
    with pytest.raises(ValueError, match=words):
        MailServer(**some | facts)


def test_a_missing_certificate_file_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"^ca_file is"):
        MailChannel(MailServer(host="localhost", port=587, ca_file=tmp_path / "none.pem"))


def test_a_password_is_in_no_log() -> None:
    server = MailServer(host="smtp.atelier.example", port=587, username="relance", password="très secret")

    assert "très secret" not in repr(server)
