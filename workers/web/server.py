"""The HTTP server of one process."""

import socket
import threading

import structlog
import uvicorn

from workers.web.app import app_of
from workers.wiring import System

#: Requests that are answered at one time; more of them are told to come again.
CROWD = 256
#: Seconds that a request under way has to end when the server stops.
PARTING_S = 5
#: Seconds between two looks at whether it still answers.
LOOK_S = 1.0
log = structlog.get_logger()


class ServerEnded(Exception):
    """The HTTP server ended by itself; its log says why."""

    def __str__(self) -> str:
        return "the HTTP server ended by itself; its last lines say why"


class WebServer:
    """Answers about one system. It listens from the moment it is made.

    Args:
        system: what is looked at, anew for each question.
        host: the address to listen on; None takes that of the settings.
        port: 0 takes any free one; None takes that of the settings.

    Raises:
        OSError: the address cannot be opened.
    """

    def __init__(self, system: System, host: str | None = None, port: int | None = None) -> None:
        web = system.settings.web
        address = (web.host if host is None else host, web.port if port is None else port)
        family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self._socket = socket.create_server(address, family=family, backlog=128)
        config = uvicorn.Config(
            app_of(system), loop="asyncio", http="h11", ws="none", lifespan="off", log_config=None, access_log=False,
            server_header=False, proxy_headers=False, limit_concurrency=CROWD, timeout_graceful_shutdown=PARTING_S,
        )  # fmt: skip
        self._server = uvicorn.Server(config)

    @property
    def url(self) -> str:
        """Where it answers."""
        host, port = self._socket.getsockname()[:2]
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    def serve_until(self, stopping: threading.Event) -> None:
        """Answer until `stopping` is set; what is under way is finished.

        Raises:
            ServerEnded: it answers no more, although nobody asked it to stop; whoever watches this process starts it
                again.
        """
        thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True)
        thread.start()
        log.info("web_started", url=self.url)
        with self._socket:
            while not stopping.wait(LOOK_S):
                if not thread.is_alive():
                    raise ServerEnded
            self._server.should_exit = True
            thread.join()
        log.info("web_stopped")
