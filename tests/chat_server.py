"""A chat on a real socket: it takes what webhooks of Slack, Teams and `json://` post, or does what a test says."""

import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


@dataclass
class Trouble:
    """What happens to one message instead of a plain acceptance.

    Attributes:
        status: of the answer; None cuts the connection.
        takes: whether the chat shows the message all the same.
        hangs: the answer waits until the test is over.
        drips: the answer comes one byte at a time and never ends before the test does.
    """

    status: int | None = None
    takes: bool = False
    hangs: bool = False
    drips: bool = False
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Chat:
    """What it was posted, and what it does with the next messages."""

    port: int = 0
    shown: list[dict[str, Any]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    script: list[Trouble] = field(default_factory=list)
    answer: bytes = b"ok"
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def texts(self) -> list[str]:
        """The text of every message, whoever's form it has."""
        return [_text(each) for each in self.shown]

    def take(self, path: str, body: bytes) -> None:
        """Show a message; Slack's own rule is that it must be JSON."""
        del path
        self.shown.append(json.loads(body))


def _text(payload: dict[str, Any]) -> str:
    if "message" in payload:
        return f"{payload['title']}\n{payload['message']}"
    if "content" in (payload.get("attachments") or [{}])[0]:
        return "\n".join(str(part.get("text", "")) for part in payload["attachments"][0]["content"]["body"])
    [attachment] = payload["attachments"]
    return f"{attachment['title']}\n{attachment['text']}"


class _Handler(BaseHTTPRequestHandler):
    chat: Chat

    def do_GET(self) -> None:
        """A look; also what a redirected POST would become: an empty success."""
        self.chat.asked.append(f"GET {self.path}")
        self._say(200, self.chat.answer, {})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        self.chat.asked.append(f"POST {self.path}")
        trouble = self.chat.script.pop(0) if self.chat.script else None
        if trouble is None or trouble.takes:
            self.chat.take(self.path, body)
        if trouble is None:
            self._say(200, self.chat.answer, {})
        elif trouble.hangs:
            self.chat.over.wait(10)
        elif trouble.drips:
            self._drip()
        elif trouble.status is None:
            self.connection.close()
        else:
            self._say(trouble.status, trouble.body, trouble.headers)
        self.close_connection = True

    def log_message(self, *_args: object) -> None:
        """Silence."""

    def _drip(self) -> None:
        self.send_response(200)
        self.send_header("content-length", "1000")
        self.end_headers()
        while not self.chat.over.wait(0.02):
            self.wfile.write(b".")

    def _say(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {"content-length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_args: object) -> None:
        """Who asks may have gone."""


@contextmanager
def chat_server(certificate: tuple[Path, Path] | None = None) -> Iterator[Chat]:
    """A chat on a free port of this machine, over TLS if a certificate is given; gone at the end."""
    chat = Chat()
    handler: Callable[..., BaseHTTPRequestHandler] = type("Handler", (_Handler,), {"chat": chat})
    server = _Server(("127.0.0.1", 0), handler)
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    chat.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield chat
    finally:
        chat.over.set()
        server.shutdown()
        server.server_close()
        thread.join(5)
