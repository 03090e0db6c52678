"""Connections are kept, shared, replaced and counted; a message never suffers for it."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.mail_examples import MakeChannel, a_message, channels_to
from workers.channels.base import ChannelError, InDoubt, OutgoingMessage, TryLater
from workers.channels.loop_thread import LoopThread
from workers.channels.mail import MailChannel
from workers.channels.mail_server import MailServer
from workers.channels.sink import SmtpSink
from workers.channels.sink_dialogue import SinkSettings
from workers.channels.sink_faults import Fault
from workers.channels.sink_files import count_by_message_id


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[SmtpSink]:
    with SmtpSink(SinkSettings(directory=tmp_path / "sink")) as running:
        yield running


@pytest.fixture
def make_channel(sink: SmtpSink) -> Iterator[MakeChannel]:
    with channels_to(sink.port) as make:
        yield make


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < deadline, "it did not come to pass within 10 s"
        threading.Event().wait(0.01)


def test_one_connection_serves_many_messages(make_channel: MakeChannel, sink: SmtpSink) -> None:
    channel = make_channel()
    for _ in range(20):
        channel.send(a_message())

    assert (sink.connections, len(sink.messages())) == (1, 20)


def test_a_connection_is_replaced_after_so_many_messages(make_channel: MakeChannel, sink: SmtpSink) -> None:
    channel = make_channel(mails_per_connection=3)
    for _ in range(7):
        channel.send(a_message())

    assert (sink.connections, len(sink.messages())) == (3, 7)


def test_an_idle_connection_is_closed(make_channel: MakeChannel, sink: SmtpSink) -> None:
    channel = make_channel(idle_s=0.05)
    channel.send(a_message())
    until(lambda: sink.open_connections == 0)
    channel.send(a_message())

    assert (sink.connections, len(sink.messages())) == (2, 2)


def test_a_closed_channel_leaves_no_connection_and_no_thread(make_channel: MakeChannel, sink: SmtpSink) -> None:
    channel = make_channel()
    channel.send(a_message())
    channel.close()
    channel.close()

    until(lambda: sink.open_connections == 0)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("mail to")]


def test_a_message_that_a_closing_channel_gives_up_is_in_doubt(make_channel: MakeChannel, sink: SmtpSink) -> None:
    sink.fail(Fault.parse("kept=hang"))
    channel, message = make_channel(), a_message()
    with ThreadPoolExecutor(1) as threads:
        attempt = threads.submit(channel.send, message)
        until(lambda: len(sink.messages()) == 1)
        channel.close()
        with pytest.raises(InDoubt):
            attempt.result()


def test_two_channels_may_share_a_thread(sink: SmtpSink) -> None:
    server, shared = MailServer(host="127.0.0.1", port=sink.port, security="none"), LoopThread("shared")
    one, two = (MailChannel(server, loop_thread=shared) for _ in range(2))
    one.send(a_message())
    one.close()
    two.send(a_message())
    two.close()
    shared.close()

    assert len(sink.messages()) == 2


def test_a_connection_that_the_server_closed_costs_nothing(make_channel: MakeChannel, sink: SmtpSink) -> None:
    channel = make_channel()
    channel.send(a_message())
    sink.hang_up()
    channel.send(a_message())

    assert (sink.connections, len(sink.messages())) == (2, 2)


def test_a_server_that_was_restarted_gets_the_next_message(make_channel: MakeChannel, tmp_path: Path) -> None:
    settings = SinkSettings(directory=tmp_path / "restarted")
    with SmtpSink(settings) as before:
        channel = make_channel(port=before.port)
        channel.send(a_message())
    with SmtpSink(SinkSettings(directory=settings.directory, port=before.port)) as after:
        channel.send(a_message())

        assert [message.path.name[:6] for message in after.messages()] == ["000001", "000002"]


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param("mail=close*1", id="it was closed behind our back"),
        pytest.param("rcpt=close*1", id="it closes at RCPT"),
        pytest.param("data=close*1", id="it closes at DATA"),
        pytest.param("mail=421 idle too long*1", id="it says goodbye"),
        pytest.param("mail=hang*1", id="it is dead and says nothing"),
    ],
)
def test_an_old_connection_that_fails_before_the_text_is_replaced_at_once(
    make_channel: MakeChannel, sink: SmtpSink, fault: str
) -> None:
    channel, message = make_channel(timeout_s=0.5), a_message()
    channel.send(a_message())
    sink.fail(Fault.parse(fault))
    channel.send(message)

    assert (sink.connections, count_by_message_id(sink.directory)[message.message_id]) == (2, 1)


def test_a_new_connection_that_fails_is_not_replaced_again(make_channel: MakeChannel, sink: SmtpSink) -> None:
    channel = make_channel()
    channel.send(a_message())
    sink.fail(Fault.parse("mail=close"))
    with pytest.raises(TryLater):
        channel.send(a_message())

    assert sink.connections == 2


def test_an_old_connection_that_fails_after_the_dot_is_in_doubt(make_channel: MakeChannel, sink: SmtpSink) -> None:
    channel, message = make_channel(), a_message()
    channel.send(a_message())
    sink.fail(Fault.parse("kept=close*1"))
    with pytest.raises(InDoubt):
        channel.send(message)

    assert (sink.connections, count_by_message_id(sink.directory)[message.message_id]) == (1, 1)


def test_eight_threads_share_four_connections(make_channel: MakeChannel, sink: SmtpSink) -> None:
    channel, messages = make_channel(max_connections=4), [a_message() for _ in range(200)]
    with ThreadPoolExecutor(8) as threads:
        receipts = list(threads.map(channel.send, messages))

    assert count_by_message_id(sink.directory) == {message.message_id: 1 for message in messages}
    assert len({receipt.provider_id for receipt in receipts}) == 200
    assert sink.connections <= 4


def test_trouble_of_one_message_is_not_that_of_its_neighbours(make_channel: MakeChannel, sink: SmtpSink) -> None:
    channel = make_channel(timeout_s=1, answer_timeout_s=1)
    faults = ("rcpt=hang", "rcpt=close", "rcpt=550 5.1.1 no", "dot=hang", "kept=close", "dot=451 no")
    sick = [f"sick{number}@client.example" for number in range(len(faults))]
    sink.fail(*(Fault.parse(fault.replace("=", f"@{to}=", 1)) for fault, to in zip(faults, sick, strict=True)))
    healthy = [a_message() for _ in range(24)]
    messages = [m for pair in zip(healthy, [a_message(to=to) for to in sick * 4], strict=True) for m in pair]

    def fate(message: OutgoingMessage) -> str:
        try:
            channel.send(message)
        except ChannelError as error:
            return type(error).__name__
        return "Receipt"

    with ThreadPoolExecutor(8) as threads:
        fates = dict(zip((m.message_id for m in messages), threads.map(fate, messages), strict=True))

    assert {fates[message.message_id] for message in healthy} == {"Receipt"}
    assert {fates[m.message_id] for m in messages if m not in healthy} == {"TryLater", "Refused", "InDoubt"}


def test_a_message_beyond_the_rate_is_told_when_to_come_back(make_channel: MakeChannel, sink: SmtpSink) -> None:
    channel = make_channel(mails_per_minute=1, burst=2, max_wait_s=0)
    channel.send(a_message())
    channel.send(a_message())
    with pytest.raises(TryLater) as caught:
        channel.send(a_message())

    assert (caught.value.code, caught.value.retry_after_s) == ("rate", 60)
    assert len(sink.messages()) == 2


def test_a_short_wait_for_the_rate_is_waited(make_channel: MakeChannel, sink: SmtpSink) -> None:
    channel, began = make_channel(mails_per_minute=600, max_wait_s=5), time.monotonic()
    for _ in range(4):
        channel.send(a_message())

    assert time.monotonic() - began >= 0.3
    assert len(sink.messages()) == 4


def test_a_message_without_a_free_connection_comes_back_later(make_channel: MakeChannel, sink: SmtpSink) -> None:
    sink.fail(Fault.parse("dot=slow:1*1"))
    channel = make_channel(max_connections=1, deadline_s=0.3)
    with ThreadPoolExecutor(1) as threads:
        first = threads.submit(channel.send, a_message())
        until(lambda: sink.open_connections == 1)
        with pytest.raises(TryLater) as caught:
            channel.send(a_message())
        first.result()

    assert caught.value.code == "busy"
