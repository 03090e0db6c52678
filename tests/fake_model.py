"""A chat model behind an OpenAI-compatible interface, on a real socket: it writes what a test says, or fails."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class FakeModel:
    """What it writes, what it was asked, and how it fails: 500, html, hang, cut, empty, drip, huge."""

    url: str = ""
    text: str = "Bonjour,\n\nMerci de votre message."
    fault: str = ""
    asked: list[tuple[dict[str, str], dict[str, Any]]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def answer(self) -> tuple[int, bytes]:
        """Status and body."""
        said = {"choices": [{"index": 0, "message": {"role": "assistant", "content": self.text}}]}
        bodies = {"html": (200, b"<html>Maintenance</html>"), "500": (500, b"{}"), "empty": (200, b'{"choices": []}'),
                  "huge": (200, b"x" * 2_000_000)}  # fmt: skip
        return bodies.get(self.fault, (200, json.dumps(said).encode()))


@contextmanager
def fake_model() -> Iterator[FakeModel]:
    """A model that listens until the block ends."""
    model = FakeModel()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            model.asked.append(({name.lower(): value for name, value in self.headers.items()}, json.loads(body)))
            if self.path != "/v1/chat/completions" or model.fault in {"hang", "cut"}:
                if model.fault == "hang":
                    model.over.wait(30)
                self.close_connection = True
                return
            status, answer = model.answer()
            self.send_response(status)
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            with suppress(OSError):
                self._write(answer)

        def _write(self, answer: bytes) -> None:
            if model.fault != "drip":
                self.wfile.write(answer)
                return
            for byte in answer:
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
                if model.over.wait(0.2):
                    return

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as the library calls it
            del format, args

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    model.url = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield model
    finally:
        model.over.set()
        server.shutdown()
        server.server_close()
        thread.join(timeout=10)
