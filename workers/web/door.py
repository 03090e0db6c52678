"""Where providers call: proved first, kept next, answered then; what it means is found out afterwards.

Whoever cannot prove to be the provider gets the answer of a page that does not exist. A call that was proved is in the
ledger before it is answered, so that nothing is lost: while the ledger is away the answer is 503, and the provider
calls again.
"""

import time
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

import structlog
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from workers.hooks import calls
from workers.hooks.base import Call
from workers.hooks.queue import hand_on
from workers.hooks.registry import Entrance
from workers.web.bodies import Bodies, NotRead
from workers.wiring import System

#: Bytes of a call whose address and headers prove nothing yet: of a signed form, and of whatever strangers send.
LARGEST_UNPROVED: Final = 64 << 10
#: Seconds after which a provider should call again while the ledger is away, or this process is full.
CALL_AGAIN_S: Final = 60
#: What is answered to whoever asks for what does not exist, or is not theirs.
NOTHING_HERE: Final = "404: /, /healthz\n"
log = structlog.get_logger()


class Door:
    """Takes the calls of the providers that the settings let in.

    Args:
        system: its ledger keeps them, its broker hands them on.
    """

    def __init__(self, system: System) -> None:
        self._system = system
        self._entrances: Mapping[str, Entrance] = system.entrances
        self._public_url = system.settings.web.public_url
        self._bodies = Bodies()

    async def knock(self, request: Request) -> Response:
        """Answer one call; the log gets its outcome, and nothing of what it says."""
        begun = time.monotonic()
        provider = request.path_params["provider"]
        entrance = self._entrances.get(provider)
        try:
            async with self._bodies.read(request, self._largest(request, entrance)) as body:
                response = await self._answer(self._call(request, body), entrance)
        except ClientDisconnect:
            response = Response(status_code=400)
        except NotRead as error:
            again = {"Retry-After": str(CALL_AGAIN_S)} if error.status == HTTPStatus.SERVICE_UNAVAILABLE else {}
            response = Response(status_code=error.status, headers={"Connection": "close", **again})
        known = None if entrance is None else provider
        took_ms = round((time.monotonic() - begun) * 1000)
        log.info("hook_called", provider=known, status=response.status_code, took_ms=took_ms)
        return response

    def _largest(self, request: Request, entrance: Entrance | None) -> int:
        """Bytes that are read: strangers get little, and the same whether a provider is let in or not."""
        if entrance is None or not _is_genuine(entrance, self._call(request, b"")):
            return LARGEST_UNPROVED
        return entrance.largest

    async def _answer(self, call: Call, entrance: Entrance | None) -> Response:
        if entrance is None or call.method not in entrance.methods or not _is_genuine(entrance, call):
            return nothing_here()
        try:
            call_id = await run_in_threadpool(self._keep, entrance.hook.name, call)
        except Exception as error:  # noqa: BLE001 - whatever the ledger has, the provider calls again; its words hold the call
            log.warning("hook_call_not_kept", provider=entrance.hook.name, kind=type(error).__name__)
            return Response(status_code=503, headers={"Retry-After": str(CALL_AGAIN_S)})
        after = None if call_id is None else BackgroundTask(self._hand_on, call_id)
        return Response(entrance.answer, media_type=entrance.media_type, background=after)

    def _call(self, request: Request, body: bytes) -> Call:
        """With the address as the provider knows it, whatever a proxy made of it on the way."""
        raw_path = request.scope.get("raw_path") or request.url.path.encode()
        query = request.scope["query_string"].decode("latin-1")
        base = self._public_url or str(request.base_url).rstrip("/")
        return Call(
            method=request.method, url=f"{base}{raw_path.decode('latin-1')}{'?' if query else ''}{query}",
            headers={name.lower(): value for name, value in request.headers.items()},
            query=tuple(request.query_params.multi_items()), body=body, token=request.path_params.get("token", ""),
            received_at=self._system.clock.now(),
        )  # fmt: skip

    def _keep(self, provider: str, call: Call) -> str | None:
        with self._system.ledger.begin() as connection:
            return calls.keep(connection, provider, call)

    def _hand_on(self, call_id: str) -> None:
        """Give it to its queue; what is lost here the relay finds."""
        try:
            hand_on(self._system.broker, call_id)
        except Exception as error:  # noqa: BLE001 - it is kept and answered: whatever this is, the relay repeats it
            log.warning("hook_call_not_handed_on", call_id=call_id, error=repr(error))


def _is_genuine(entrance: Entrance, call: Call) -> bool:
    """Whether the provider made it; a hook that stumbles over a call does not believe it."""
    try:
        return entrance.hook.is_genuine(call)
    except Exception as error:  # noqa: BLE001 - whatever a stranger sends, the answer is the same
        log.warning("hook_call_not_proved", provider=entrance.hook.name, kind=type(error).__name__)
        return False


def nothing_here() -> Response:
    """The one answer to everything that is not here or not yours."""
    return Response(NOTHING_HERE, status_code=404, media_type="text/plain")
