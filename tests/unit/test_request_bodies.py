"""Bodies of requests: read to their end, or refused before they fill the process."""

import asyncio
from collections.abc import Sequence

import pytest
from starlette.requests import Request

from workers.web import bodies
from workers.web.bodies import Bodies, NotRead


def a_request(pieces: Sequence[bytes], *, announced: str | None = None, is_cut: bool = False) -> Request:
    """A request whose body comes in `pieces`; one that `is_cut` never ends."""
    messages = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
    messages += [] if is_cut else [{"type": "http.request", "body": b"", "more_body": False}]
    waiting = iter(messages)

    async def receive() -> dict[str, object]:
        found = next(waiting, None)
        if found is None:
            await asyncio.Event().wait()
        return found or {}

    headers = [] if announced is None else [(b"content-length", announced.encode())]
    return Request({"type": "http", "method": "POST", "path": "/", "headers": headers}, receive)


async def read(held: Bodies, request: Request, largest: int = 100) -> bytes | int:
    try:
        async with held.read(request, largest) as body:
            return body
    except NotRead as error:
        return error.status


@pytest.mark.parametrize(
    ("pieces", "announced", "found"),
    [
        pytest.param([], None, b"", id="nothing"),
        pytest.param([b"ab", b"c"], "3", b"abc", id="in pieces"),
        pytest.param([b"x" * 100], None, b"x" * 100, id="as much as there may be"),
        pytest.param([b"x" * 60, b"x" * 60], None, 413, id="too much, unannounced"),
        pytest.param([], "101", 413, id="too much, announced"),
        pytest.param([], "many", 413, id="no number"),
        pytest.param([], "-1", 413, id="less than nothing"),
    ],
)
def test_a_body_is_read_up_to_its_limit(pieces: list[bytes], announced: str | None, found: bytes | int) -> None:
    assert asyncio.run(read(Bodies(), a_request(pieces, announced=announced))) == found


def test_a_body_that_never_ends_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "PATIENCE_S", 0.01)

    assert asyncio.run(read(Bodies(), a_request([b"x"], is_cut=True))) == 408


def test_who_comes_when_there_is_no_room_comes_again_and_finds_it() -> None:
    async def story() -> list[bytes | int]:
        held = Bodies(room=150)
        async with held.read(a_request([b"x" * 100]), 100):
            full = await read(held, a_request([b"y" * 60]))
            fits = await read(held, a_request([b"y" * 50]))
        return [full, fits, await read(held, a_request([b"y" * 100]))]

    assert asyncio.run(story()) == [503, b"y" * 50, b"y" * 100]


def test_a_refused_body_gives_its_room_back() -> None:
    async def story() -> bytes | int:
        held = Bodies(room=120)
        for _attempt in range(5):
            assert await read(held, a_request([b"x" * 110])) == 413
        return await read(held, a_request([b"y" * 100]))

    assert asyncio.run(story()) == b"y" * 100
