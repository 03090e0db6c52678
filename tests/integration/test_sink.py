"""The sink as a process of its own, and what it keeps."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.mail_examples import a_message, channels_to
from workers.channels.base import InDoubt, Refused
from workers.channels.mail_message import to_mime
from workers.channels.sink import SmtpSink, main
from workers.channels.sink_dialogue import SinkSettings
from workers.channels.sink_files import count_by_message_id, kept


@contextmanager
def a_sink_process(directory: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    port_file = directory / "port"
    command = [sys.executable, "-W", "error", "-m", "workers.channels.sink", "--dir", str(directory / "kept")]
    process = subprocess.Popen([*command, "--port-file", str(port_file), *arguments])
    deadline = time.monotonic() + 20
    while not port_file.exists():
        assert process.poll() is None, "the sink ended before it listened"
        assert time.monotonic() < deadline, "the sink did not listen within 20 s"
    yield process, int(port_file.read_text())
    process.kill()
    process.wait()


def test_the_process_serves_until_it_is_told_to_stop(tmp_path: Path) -> None:
    with a_sink_process(tmp_path) as (process, port):
        with channels_to(port) as make:
            make().send(a_message())
        process.send_signal(signal.SIGTERM)

        assert process.wait(20) == 0
    assert len(kept(tmp_path / "kept")) == 1


def test_the_process_fails_as_it_was_told(tmp_path: Path) -> None:
    faults = ["--fault", "rcpt@ancien@client.example=550 5.1.1 no such user", "--fault", "kept=close*1"]
    message = a_message()
    with a_sink_process(tmp_path, *faults) as (_, port), channels_to(port) as make:
        channel = make()
        with pytest.raises(Refused):
            channel.send(a_message(to="ancien@client.example"))
        with pytest.raises(InDoubt):
            channel.send(message)
        channel.send(a_message())

    assert count_by_message_id(tmp_path / "kept")[message.message_id] == 1
    assert len(kept(tmp_path / "kept")) == 2


def test_what_was_acknowledged_survives_the_kill_of_the_sink(tmp_path: Path) -> None:
    messages = [a_message() for _ in range(5)]
    with a_sink_process(tmp_path) as (process, port), channels_to(port) as make:
        channel = make()
        for message in messages:
            channel.send(message)
        process.kill()
        process.wait()

    assert [read.path.read_bytes() for read in kept(tmp_path / "kept")] == [to_mime(message) for message in messages]


def test_a_fault_that_is_none_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--dir", str(tmp_path), "--fault", "lunch=closed"])

    assert "fault is 'lunch=closed': write STAGE" in capsys.readouterr().err


def test_the_envelope_lies_beside_the_message(tmp_path: Path) -> None:
    message = a_message(envelope_sender="retour+42@atelier.example")
    with SmtpSink(SinkSettings(directory=tmp_path)) as sink, channels_to(sink.port) as make:
        make().send(message)
        (arrived,) = sink.messages()

    assert json.loads(arrived.path.with_suffix(".json").read_text()) == {
        "message_id": message.message_id,
        "mail_from": "retour+42@atelier.example",
        "recipients": ["claire@client.example"],
        "encrypted": False,
        "user": None,
    }


def test_a_message_twice_counts_twice(tmp_path: Path) -> None:
    message = a_message()
    with SmtpSink(SinkSettings(directory=tmp_path)) as sink, channels_to(sink.port) as make:
        channel = make()
        channel.send(message)
        channel.send(message)

    assert count_by_message_id(tmp_path) == {message.message_id: 2}


def test_encryption_needs_a_certificate(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="certificate is missing"):
        SmtpSink(SinkSettings(directory=tmp_path, security="tls")).start()
