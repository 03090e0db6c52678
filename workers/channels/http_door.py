"""One provider's HTTP interface: every exchange has an end, and an answer has a size."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

from workers.channels.base import InDoubt
from workers.channels.http_outcomes import outcome_of_break, outcome_of_status

#: Bytes of an answer that are read; no provider's acceptance comes near.
LONGEST_ANSWER: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Answer:
    """What a provider said.

    Attributes:
        status: of HTTP.
        headers: their names in lower case.
        text: the body, undecodable bytes replaced.
        json: the body as an object; empty where it is none.
    """

    status: int
    headers: Mapping[str, str]
    text: str
    json: dict[str, Any] = field(default_factory=dict)

    @property
    def is_success(self) -> bool:
        """2xx, which alone is no acceptance."""
        return 200 <= self.status <= 299  # noqa: PLR2004


class HttpDoor:
    """Asks one provider. Thread-safe.

    Args:
        url: without a final slash.
        timeout_s: seconds for a connection, for sending, and between two pieces of an answer.
        deadline_s: seconds for the whole of an answer, however slowly it drips.
        transport: another way to the provider, for tests of rare faults.
    """

    def __init__(
        self,
        url: str,
        *,
        timeout_s: float = 20.0,
        deadline_s: float = 60.0,
        auth: tuple[str, str] | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.url, self.longest_s = url.rstrip("/"), deadline_s + 3 * timeout_s
        self._deadline_s = deadline_s
        # an idle connection may close just as a message leaves by it, which would leave that message in doubt
        limits = httpx.Limits(max_connections=20, max_keepalive_connections=0)
        self._client = httpx.Client(
            timeout=timeout_s, limits=limits, auth=auth, trust_env=False, transport=transport,
            verify=url.startswith("https://"),  # in clear there is nothing to verify
        )  # fmt: skip

    def ask(self, method: str, path: str, *, headers: Mapping[str, str], content: bytes | None = None) -> Answer:
        """One exchange.

        Raises:
            TryLater: nothing was said.
            InDoubt: something was said, and no whole answer came.
        """
        try:
            with self._client.stream(method, self.url + path, headers=dict(headers), content=content) as response:
                body = self._read(response)
        except httpx.HTTPError as error:
            raise outcome_of_break(error) from error
        except (httpx.InvalidURL, ValueError) as error:
            raise outcome_of_status(404, f"{self.url}{path}: {error}", {}) from error
        lowered = {name.lower(): value for name, value in response.headers.items()}
        text = body.decode("utf-8", "replace")
        return Answer(response.status_code, lowered, text, _object(text))

    def close(self) -> None:
        """Give connections back."""
        self._client.close()

    def _read(self, response: httpx.Response) -> bytes:
        until, body = time.monotonic() + self._deadline_s, b""
        for piece in response.iter_bytes():
            body += piece
            if len(body) > LONGEST_ANSWER:
                raise InDoubt("too-long", f"{response.status_code}, and more than {LONGEST_ANSWER} bytes")
            if time.monotonic() > until:
                raise InDoubt("timeout", f"{response.status_code}, and no end after {self._deadline_s:g} s")
        return body


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
