"""Proofs that carriers give: kept as files named by their hash, which stands in `letter.tracked` and its chain.

They lie in `proofs` of the data directory, `<sha256>.pdf` or `.jpg`; the same proof twice is one file.
"""

import base64
import binascii
import hashlib
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
import structlog

from workers.channels.whole_files import write_once
from workers.hooks.base import Unreadable

FOLDER: Final = "proofs"
#: Bytes of one proof.
LARGEST: Final = 10_000_000
_TIMEOUT_S: Final = 10.0
_FORMS: Final[Mapping[bytes, str]] = {b"%PDF-": "pdf", b"\xff\xd8\xff": "jpg"}
log = structlog.get_logger()


class ProofShelf:
    """Keeps proofs. Thread-safe.

    Args:
        folder: made when the first is kept.
        own_url: the provider's interface, as the settings give it: proofs may come from there, wherever it is.
    """

    def __init__(self, folder: Path, own_url: str | None = None) -> None:
        self._folder, self._own_url = folder, own_url

    def keep(self, content: bytes) -> str | None:
        """The hash of a proof, which is on the shelf from then on; None if it is neither PDF nor JPEG, or too large."""
        form = next((suffix for start, suffix in _FORMS.items() if content.startswith(start)), None)
        if form is None or len(content) > LARGEST:
            log.warning("proof_left", bytes=len(content), begins=content[:8].hex())
            return None
        sha256 = hashlib.sha256(content).hexdigest()
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{sha256}.{form}"
        if not path.exists():
            write_once(path, content)
        return sha256

    def keep_base64(self, name: str, said: Mapping[str, Any]) -> str | None:
        """The proof in field `name`, if there is one.

        Raises:
            Unreadable: the field is no Base64.
        """
        value = said.get(name)
        if not value:
            return None
        try:
            return self.keep(base64.b64decode(str(value), validate=True))
        except binascii.Error:
            raise Unreadable(name, str(value)[:40], "send a file in Base64") from None

    def fetch(self, url: object) -> str | None:
        """The proof behind an address that the provider gave; None if it cannot be had now.

        What became of the letter is told all the same: the address stays with the call.
        """
        if not isinstance(url, str) or not self._may_ask(url):
            if url:
                log.warning("proof_address_refused", url=str(url)[:200])
            return None
        try:
            with (
                httpx.Client(timeout=_TIMEOUT_S, trust_env=False) as client,
                client.stream("GET", url) as response,
            ):
                response.raise_for_status()
                content = _content(response)
        except httpx.HTTPError as error:
            log.warning("proof_not_fetched", url=url, error=str(error))
            return None
        return self.keep(content)

    def _may_ask(self, url: str) -> bool:
        """Only the provider's own address, or a public name over TLS: a call must not make us ask our own network."""
        if self._own_url is not None and url.startswith(f"{self._own_url}/"):
            return True
        parts = urlsplit(url)
        host = parts.hostname or ""
        return parts.scheme == "https" and "." in host and not host.endswith((".local", ".internal")) and _is_name(host)


def _is_name(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return True
    return False


def _content(response: httpx.Response) -> bytes:
    content = b""
    for piece in response.iter_bytes():
        content += piece
        if len(content) > LARGEST:
            break
    return content
