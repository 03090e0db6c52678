"""What answers over HTTP: the health of the system, the calls of providers, and a page that says what is to come."""

import json
from typing import Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from workers.health import look
from workers.hooks.addresses import PATH
from workers.web.door import Door, nothing_here
from workers.web.health_json import health_json
from workers.wiring import System

_PAGE: Final = """<!doctype html>
<html lang="fr"><head><meta charset="utf-8"><title>relance</title></head>
<body><h1>relance</h1>
<p>La console n’existe pas encore ; elle viendra ici. L’état du système : <a href="/healthz">/healthz</a>.</p>
<p lang="en">There is no console yet; it will come here. The state of the system: <a href="/healthz">/healthz</a>.</p>
</body></html>
"""
_ON_EVERY_ANSWER: Final = ((b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff"))
#: Together they say where a body ends twice (RFC 9112, 6.1): what is behind it may be somebody else's request.
_TWO_LENGTHS: Final = frozenset({b"content-length", b"transfer-encoding"})
_REFUSED: Final = Response(status_code=400, headers={"Connection": "close"})


def app_of(system: System) -> ASGIApp:
    """Answers about one system."""
    door = Door(system)

    def healthz(_request: Request) -> Response:
        """In a thread: it asks both servers."""
        health = look(system)
        text = json.dumps(health_json(health), ensure_ascii=False) + "\n"
        return Response(text, status_code=200 if health.is_up else 503, media_type="application/json")

    async def page(_request: Request) -> Response:
        return HTMLResponse(_PAGE)

    async def not_found(_request: Request, _error: Exception) -> Response:
        return nothing_here()

    routes = [
        Route("/", page),
        Route("/healthz", healthz),
        Route(f"{PATH}/{{provider}}", door.knock, methods=["GET", "POST"]),
        Route(f"{PATH}/{{provider}}/{{token}}", door.knock, methods=["GET", "POST"]),
    ]
    app = Starlette(routes=routes, exception_handlers={404: not_found})
    app.router.redirect_slashes = False  # a redirection would tell a path that exists from one that does not
    return _Careful(app)


class _Careful:
    """Adds the headers that every answer bears, and takes no request in which two programs may see two ends."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *_ON_EVERY_ANSWER]
            await send(message)

        is_ambiguous = {name.lower() for name, _value in scope.get("headers", ())} >= _TWO_LENGTHS
        await (_REFUSED if is_ambiguous else self._app)(scope, receive, add)
