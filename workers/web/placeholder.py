"""A small HTTP server: `/healthz` for monitors, and a page that says that the console is still to come."""

import json
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import structlog

from workers.health import Health, look
from workers.wiring import System

HOST, PORT = "127.0.0.1", 8620
#: Seconds for a request's lines to arrive; a client that hangs holds a thread no longer.
PATIENCE_S = 10.0
_PAGE = """<!doctype html>
<html lang="fr"><head><meta charset="utf-8"><title>relance</title></head>
<body><h1>relance</h1>
<p>La console n’existe pas encore ; elle viendra ici. L’état du système : <a href="/healthz">/healthz</a>.</p>
<p lang="en">There is no console yet; it will come here. The state of the system: <a href="/healthz">/healthz</a>.</p>
</body></html>
"""
log = structlog.get_logger()


class HealthServer(ThreadingHTTPServer):
    """Answers about one system.

    Args:
        system: what is looked at, anew for each question.
        host: the address to listen on.
        port: 0 takes any free one.
    """

    daemon_threads = True

    def __init__(self, system: System, host: str = HOST, port: int = PORT) -> None:
        self.system = system
        super().__init__((host, port), _Handler)

    @property
    def url(self) -> str:
        """Where it answers."""
        host, port = self.server_address[:2]
        return f"http://{host!s}:{port}"

    def serve_until(self, stopping: threading.Event) -> None:
        """Answer until `stopping` is set; what is under way is finished."""
        thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.2}, daemon=True)
        thread.start()
        log.info("web_started", url=self.url)
        stopping.wait()
        self.shutdown()
        self.server_close()
        log.info("web_stopped")


class _Handler(BaseHTTPRequestHandler):
    server: HealthServer
    server_version = "relance"
    sys_version = ""
    timeout = PATIENCE_S

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path == "/healthz":
            health = look(self.server.system)
            status = HTTPStatus.OK if health.is_up else HTTPStatus.SERVICE_UNAVAILABLE
            self._answer(status, "application/json", json.dumps(health_json(health), ensure_ascii=False) + "\n")
        elif path == "/":
            self._answer(HTTPStatus.OK, "text/html; charset=utf-8", _PAGE)
        else:
            self._answer(HTTPStatus.NOT_FOUND, "text/plain; charset=utf-8", "404: /, /healthz\n")

    do_HEAD = do_GET  # noqa: N815 - the library's name

    def _answer(self, status: HTTPStatus, media_type: str, text: str) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        log.debug("web_request", line=format % args)


def health_json(health: Health) -> dict[str, object]:
    """One look as JSON; the schema `relance.health/1`."""
    return {
        "schema": "relance.health/1",
        "status": "up" if health.is_up else "down",
        **{
            each.name: {"ok": each.is_well, "took_ms": each.took_ms, "error": each.error}
            for each in (health.ledger, health.timetable)
        },
        "payments": [
            {"creditor": feed.creditor, "as_of": feed.as_of.isoformat(), "fresh": feed.is_fresh}
            for feed in health.feeds
        ],
        "workers": sum(each.is_alive for each in health.processes if each.kind == "worker"),
        "relays": sum(each.is_alive for each in health.processes if each.kind == "relay"),
        "holds": list(health.holds),
    }
