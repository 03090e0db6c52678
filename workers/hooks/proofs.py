"""Proofs that carriers give of letters: inside a call, or behind an address in it.

They are kept in the ledger with the message that they prove, so that every machine has them, and for as long as the
message; their hash stands in `letter.tracked` and its chain.
"""

import base64
import time
from collections.abc import Mapping
from datetime import datetime
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
import sqlalchemy as sa
import structlog
from sqlalchemy.dialects.postgresql import insert

from workers.hooks.base import Proof
from workers.ledger import schema

#: Bytes of one proof.
LARGEST: Final = 10_000_000
_TIMEOUT_S: Final = 10.0
#: Seconds for the whole of one, however slowly it drips.
_DEADLINE_S: Final = 60.0
_FORMS: Final[Mapping[bytes, str]] = {b"%PDF-": "application/pdf", b"\xff\xd8\xff": "image/jpeg"}
log = structlog.get_logger()


def proof_of(content: bytes) -> Proof | None:
    """A proof; None if it is neither PDF nor JPEG, or too large."""
    media_type = next((name for start, name in _FORMS.items() if content.startswith(start)), None)
    if media_type is None or len(content) > LARGEST:
        log.warning("proof_left", bytes=len(content), begins=content[:8].hex())
        return None
    return Proof(content, media_type)


def proof_in(said: Mapping[str, Any], name: str) -> Proof | None:
    """The proof in Base64 in field `name`, if there is one; a torn one stays with the call, and holds nothing up."""
    value = said.get(name)
    if not value:
        return None
    try:
        return proof_of(base64.b64decode(str(value), validate=True))
    except ValueError:  # and binascii.Error, which is one
        log.warning("proof_torn", field=name)
        return None


def proof_at(url: object, own_url: str | None = None) -> tuple[Proof | None, bool]:
    """The proof behind an address that the provider gave, and whether it cannot be had yet.

    What became of the letter is told all the same: the address stays with the call, which is read again.

    Args:
        url: the address.
        own_url: the provider's interface, as the settings give it: proofs may come from there, wherever it is.
    """
    if not url:
        return None, False
    host = _host_of(url, own_url)
    if host is None:
        log.warning("proof_address_refused")
        return None, False
    try:
        with (
            httpx.Client(timeout=_TIMEOUT_S, trust_env=False) as client,
            client.stream("GET", str(url)) as response,
        ):
            response.raise_for_status()
            content = _content(response)
    except httpx.InvalidURL:
        log.warning("proof_address_refused")
        return None, False
    except httpx.HTTPError as error:
        log.warning(
            "proof_not_fetched", host=host, kind=type(error).__name__
        )  # an address may open the proof by itself
        return None, True
    return proof_of(content), False


def keep(connection: sa.Connection, message_id: str, proof: Proof, at: datetime) -> None:
    """Put a proof beside its message; the same proof twice is one."""
    row = {"message_id": message_id, "sha256": proof.sha256, "taken_at": at, "media_type": proof.media_type,
           "content": proof.content}  # fmt: skip
    connection.execute(insert(schema.letter_proofs).values(row).on_conflict_do_nothing())


def _host_of(url: object, own_url: str | None) -> str | None:
    """Whom an address asks; None where it must not be asked: a call must not make us ask our own network.

    Only the provider's own address, or a public name over TLS.
    """
    if not isinstance(url, str):
        return None
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return None
    is_own = own_url is not None and url.startswith(f"{own_url}/")
    is_public = parts.scheme == "https" and "." in host and not host.endswith((".local", ".internal"))
    return host if is_own or (is_public and _is_name(host)) else None


def _is_name(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return not host.replace(".", "").isdigit()  # 127.1 is an address, too
    return False


def _content(response: httpx.Response) -> bytes:
    """As much as a proof may have, and what came before its time was over; what was cut is no proof."""
    until, content = time.monotonic() + _DEADLINE_S, bytearray()
    for piece in response.iter_bytes():
        content += piece
        if len(content) > LARGEST:
            break
        if time.monotonic() > until:
            raise httpx.ReadTimeout("no end of it")
    return bytes(content)
