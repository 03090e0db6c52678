"""What becomes of a message, whatever the server does; over real sockets."""

import hashlib
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.mail_examples import MakeChannel, a_message, channels_to
from workers.channels.base import Attachment, Channel, ChannelError, InDoubt, OutgoingMessage, Refused, TryLater
from workers.channels.mail_message import to_mime
from workers.channels.sink import SmtpSink
from workers.channels.sink_dialogue import SinkSettings
from workers.channels.sink_faults import Fault
from workers.channels.sink_files import count_by_message_id

PDF = Attachment(filename="Facture n° 42.pdf", media_type="application/pdf", content=bytes(range(256)) * 120)
HUGE = Attachment(filename="plan.bin", media_type="application/octet-stream", content=bytes(8_000_000))


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[SmtpSink]:
    with SmtpSink(SinkSettings(directory=tmp_path / "sink")) as running:
        yield running


@pytest.fixture
def make_channel(sink: SmtpSink) -> Iterator[MakeChannel]:
    with channels_to(sink.port) as make:
        yield make


def failure(channel: Channel, message: OutgoingMessage) -> ChannelError:
    with pytest.raises(ChannelError) as caught:
        channel.send(message)
    return caught.value


def test_the_channel_keeps_the_contract_of_channels(make_channel: MakeChannel) -> None:
    channel: Channel = make_channel()

    assert channel.name == "email"


def test_an_accepted_message_arrives_byte_for_byte(make_channel: MakeChannel, sink: SmtpSink) -> None:
    message = a_message(html="<p>Échéance</p>", attachments=(PDF,), text=".\n..\nÉchéance\n", sender_name="Père & Fils")
    receipt = make_channel().send(message)
    (arrived,) = sink.messages()

    assert (receipt.provider_id, receipt.detail) == ("000001", "250 2.0.0 Ok: queued as 000001")
    assert arrived.message_id == message.message_id
    assert hashlib.sha256(arrived.path.read_bytes()).digest() == hashlib.sha256(to_mime(message)).digest()


def test_bounces_go_to_the_envelope_sender(make_channel: MakeChannel, sink: SmtpSink) -> None:
    make_channel().send(a_message(envelope_sender="retour+42@atelier.example"))

    assert [message.mail_from for message in sink.messages()] == ["retour+42@atelier.example"]


def test_addresses_in_french_arrive(make_channel: MakeChannel, sink: SmtpSink) -> None:
    message = a_message(to="hélène@société.example", to_name="Hélène Œuvré")
    make_channel().send(message)
    (arrived,) = sink.messages()

    assert arrived.recipients == ("hélène@xn--socit-esab.example",)
    assert arrived.path.read_bytes() == to_mime(message)


@pytest.mark.parametrize(
    ("fault", "kind", "code"),
    [
        pytest.param("banner=close", TryLater, "no-connection", id="hangs up before a word"),
        pytest.param("banner=hang", TryLater, "timeout", id="never greets"),
        pytest.param("banner=554 no service", TryLater, "554", id="greets with a no"),
        pytest.param("banner=421 busy", TryLater, "421", id="greets with a not now"),
        pytest.param("banner=SSH-2.0-OpenSSH", TryLater, "garbage", id="speaks no SMTP"),
        pytest.param("hello=close", TryLater, "closed", id="hangs up at EHLO"),
        pytest.param("mail=550 5.1.8 unknown sender", TryLater, "550", id="refuses our sender"),
        pytest.param("mail=552 5.3.4 too big", Refused, "552", id="finds the message too big"),
        pytest.param("mail=hang", TryLater, "timeout", id="hangs at MAIL"),
        pytest.param("rcpt=450 4.2.0 greylisted", TryLater, "450", id="greylists"),
        pytest.param("rcpt=550 5.1.1 no such user", Refused, "550", id="knows no such user"),
        pytest.param("rcpt=554 5.7.1 relay denied", TryLater, "554", id="does not relay for us"),
        pytest.param("rcpt=close", TryLater, "closed", id="hangs up at RCPT"),
        pytest.param("rcpt=hang", TryLater, "timeout", id="hangs at RCPT"),
        pytest.param("data=451 later", TryLater, "451", id="takes no text now"),
        pytest.param("data=554 no", Refused, "554", id="takes no text"),
        pytest.param("data=close", TryLater, "closed", id="hangs up at DATA"),
        pytest.param("data=hang", TryLater, "timeout", id="hangs at DATA"),
        pytest.param("dot=451 4.3.0 disk full", TryLater, "451", id="cannot keep it now"),
        pytest.param("dot=554 5.7.1 spam", Refused, "554", id="does not want the text"),
        pytest.param("dot=close", InDoubt, "closed", id="hangs up after the dot and kept nothing"),
        pytest.param("dot=hang", InDoubt, "timeout", id="hangs after the dot and kept nothing"),
        pytest.param("dot=certainly", InDoubt, "garbage", id="babbles after the dot"),
        pytest.param("kept=close", InDoubt, "closed", id="keeps it and hangs up"),
        pytest.param("kept=hang", InDoubt, "timeout", id="keeps it and hangs"),
        pytest.param("kept=354 go on", InDoubt, "garbage", id="keeps it and answers something else"),
    ],
)
def test_a_server_that(  # noqa: PLR0917 - a row of the table
    make_channel: MakeChannel, sink: SmtpSink, fault: str, kind: type[ChannelError], code: str
) -> None:
    channel, message = make_channel(timeout_s=0.5, answer_timeout_s=0.5), a_message()
    sink.fail(Fault.parse(fault))
    error = failure(channel, message)

    assert (type(error), error.code) == (kind, code)
    assert count_by_message_id(sink.directory) == ({message.message_id: 1} if fault.startswith("kept") else {})


def test_a_bad_address_is_told_from_an_unwanted_text(make_channel: MakeChannel, sink: SmtpSink) -> None:
    sink.fail(Fault.parse("rcpt@ancien@client.example=550 5.1.1 no such user"), Fault.parse("dot=554 5.7.1 spam*1"))
    channel = make_channel()
    unwanted, bad = failure(channel, a_message()), failure(channel, a_message(to="ancien@client.example"))
    channel.send(a_message())

    assert [getattr(error, "address_is_bad", None) for error in (unwanted, bad)] == [False, True]
    assert sink.connections == 1


def test_a_break_while_the_text_leaves_is_no_doubt(make_channel: MakeChannel, sink: SmtpSink) -> None:
    sink.fail(Fault.parse("body=close"))
    error = failure(make_channel(), a_message(attachments=(HUGE,)))

    assert (type(error), error.code) == (TryLater, "closed")


def test_a_server_that_takes_the_text_slowly_gets_it_all(make_channel: MakeChannel, sink: SmtpSink) -> None:
    sink.fail(Fault.parse("body=slow:0.2"))
    message = a_message(attachments=(HUGE,))
    make_channel().send(message)

    assert [arrived.path.read_bytes() for arrived in sink.messages()] == [to_mime(message)]


def test_dribbling_answers_end_at_the_deadline(make_channel: MakeChannel, sink: SmtpSink) -> None:
    sink.fail(*(Fault(stage, "slow:0.4") for stage in ("banner", "hello", "mail", "rcpt")))
    error = failure(make_channel(timeout_s=5, deadline_s=0.8), a_message())

    assert (type(error), error.code) == (TryLater, "timeout")
    assert sink.messages() == ()


def test_nobody_listens(make_channel: MakeChannel) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        error = failure(make_channel(port=taken.getsockname()[1]), a_message())

    assert (type(error), error.code) == (TryLater, "no-connection")


def test_no_such_host(make_channel: MakeChannel) -> None:
    error = failure(make_channel(host="nobody.invalid", timeout_s=2, deadline_s=2), a_message())

    assert isinstance(error, TryLater)


def test_an_address_that_is_none_never_reaches_the_server(make_channel: MakeChannel, sink: SmtpSink) -> None:
    error = failure(make_channel(), a_message(to="claire@client.example>\r\nDATA"))

    assert isinstance(error, Refused)
    assert error.address_is_bad
    assert sink.connections == 0


def test_a_malformed_message_never_reaches_the_server(make_channel: MakeChannel, sink: SmtpSink) -> None:
    with pytest.raises(ValueError, match=r"^subject is"):
        make_channel().send(a_message(subject="Rappel\r\nBcc: tous@client.example"))

    assert sink.connections == 0


def test_the_probe_says_what_it_found_and_sends_nothing(make_channel: MakeChannel, sink: SmtpSink) -> None:
    words = make_channel().check()

    assert words == f"127.0.0.1:{sink.port} answers, not encrypted, without login, takes up to 33 MB"
    assert sink.messages() == ()


def test_the_probe_tells_why_it_failed(make_channel: MakeChannel, sink: SmtpSink) -> None:
    sink.fail(Fault.parse("banner=554 go away"))
    with pytest.raises(TryLater, match="go away"):
        make_channel().check()
