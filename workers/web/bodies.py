"""Reading what a request carries: never more than its kind may hold, nor more at one time than there is room for."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from starlette.requests import Request

#: Bytes of all bodies that are held at one time.
ROOM: Final = 64 << 20
#: Seconds for the whole of a body to arrive.
PATIENCE_S: Final = 10.0


class NotRead(Exception):
    """A body that was not read to its end; the rest of it is not wanted.

    Attributes:
        status: of the answer: 408 too slow, 413 too large, 503 no room now.
    """

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status

    def __str__(self) -> str:
        return f"the body was not read to its end: {self.status}"


class Bodies:
    """Reads the bodies of requests of one process.

    Args:
        room: bytes that are held at one time; whoever comes when it is full is asked to come again.
    """

    def __init__(self, room: int = ROOM) -> None:
        self._room = room

    @asynccontextmanager
    async def read(self, request: Request, largest: int) -> AsyncIterator[bytes]:
        """The body, and its room until the answer is made.

        Raises:
            NotRead: it is larger than `largest` bytes, too slow, or there is no room.
        """
        announced = request.headers.get("content-length", "0")
        if not (announced.isascii() and announced.isdigit()) or int(announced) > largest:
            raise NotRead(413)
        pieces: list[bytes] = []
        try:
            try:
                async with asyncio.timeout(PATIENCE_S):
                    await self._take_in(request, pieces, largest)
            except TimeoutError:
                raise NotRead(408) from None
            pieces = [b"".join(pieces)]  # the parts are let go
            yield pieces[0]
        finally:
            self._room += sum(map(len, pieces))

    async def _take_in(self, request: Request, pieces: list[bytes], largest: int) -> None:
        size = 0
        async for piece in request.stream():
            size += len(piece)
            self._room -= len(piece)
            pieces.append(piece)
            if size > largest:
                raise NotRead(413)
            if self._room < 0:
                raise NotRead(503)
