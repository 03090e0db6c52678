"""The way in at AR24: signed requests, sealed answers, and a status of its own behind HTTP's, which is always 200.

Every request bears a token and the time in Paris, and in the header `signature` that time under AES-256-CBC. The key is
the first 32 characters of the SHA-256 of the private key in hexadecimal, the vector the first 16 of that hash hashed
again; an answer is sealed with the hash of time and private key. Errors and `maintenance` come in clear.

Source: developers.ar24.fr (token, date, status, maintenance, time-outs); how to sign is shown there with an example
that public clients repeat and `tests/unit/test_ar24_door.py` checks. Codes of errors are from public clients.
Not verified, for lack of an access: the whole list of those codes; whether an answer may bear a sealed `result` alone.
"""

import base64
import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from workers.channels.base import ChannelError, Refused, TryLater
from workers.channels.http_door import Answer, HttpDoor
from workers.channels.http_outcomes import OUR_SETTINGS_S, outcome_of_status
from workers.channels.multipart import multipart

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers import Cipher
    from cryptography.hazmat.primitives.ciphers.modes import CBC

PARIS: Final = ZoneInfo("Europe/Paris")
TIME: Final = "%Y-%m-%d %H:%M:%S"
_MAINTENANCE_S: Final = 1_800
_IDENTITY_S: Final = 4 * 3_600
#: Of AES and its padding.
_BLOCK_BITS: Final = 128
_FORM: Final = "application/x-www-form-urlencoded"
_IDENTITY: Final = re.compile(r"otp|identity", re.IGNORECASE)
_ADDRESS: Final = re.compile(r"invalid_(email|recipient)|email_wrong_format|to_email", re.IGNORECASE)
#: Our access, our clock, our account; nothing has left.
_OURS: Final = re.compile(r"token|date|signature|user|access|payment|billing|cgu", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Ar24Access:
    """What opens the door.

    Attributes:
        token: sent with every request.
        private_key: never sent.
        user_id: the sender's account.
    """

    token: str = field(repr=False)
    private_key: str = field(repr=False)
    user_id: int


@dataclass(frozen=True, slots=True)
class Said:
    """What AR24 said, unsealed.

    Attributes:
        status: `SUCCESS`, `ERROR`, `MAINTENANCE`, in capitals; empty where it could not be read.
        slug: the code of an error.
        message: its words.
        result: of a success.
        http: the answer as it came.
    """

    status: str
    slug: str
    message: str
    result: Any
    http: Answer

    @property
    def is_success(self) -> bool:
        """Whether AR24 itself says so."""
        return self.status == "SUCCESS"

    def field(self, name: str) -> str:
        """One field of the result as text; empty if there is none."""
        found = self.result.get(name) if isinstance(self.result, dict) else None
        return str(found) if isinstance(found, str | int) else ""


def signature(private_key: str, date: str) -> str:
    """What AR24 wants in `signature`."""
    from cryptography.hazmat.primitives.padding import PKCS7  # noqa: PLC0415 - who sends no such letter must not pay

    padder, encryptor = PKCS7(_BLOCK_BITS).padder(), _cipher(private_key, _vector(private_key)).encryptor()
    padded = padder.update(date.encode()) + padder.finalize()
    return base64.b64encode(encryptor.update(padded) + encryptor.finalize()).decode()


def unseal(private_key: str, date: str, sealed: str) -> str:
    """The words of an answer to the request of `date`.

    Raises:
        ValueError: they are not sealed so.
    """
    from cryptography.hazmat.primitives.padding import PKCS7  # noqa: PLC0415

    content = base64.b64decode(sealed, validate=True)
    unpadder = PKCS7(_BLOCK_BITS).unpadder()
    decryptor = _cipher(date + private_key, _vector(private_key)).decryptor()
    padded = decryptor.update(content) + decryptor.finalize()
    return (unpadder.update(padded) + unpadder.finalize()).decode("utf-8")


class Ar24Door:
    """Asks with a signature. Thread-safe.

    Args:
        door: to `…/api`.
        access: of the sender.
        now: the machine's time: AR24 takes a request for ten minutes only.
    """

    def __init__(self, door: HttpDoor, access: Ar24Access, now: Callable[[], datetime]) -> None:
        self.url, self.now = door.url, now
        self._door, self._access = door, access

    def get(self, path: str, fields: Mapping[str, str] | None = None) -> Said:
        """Ask for something."""
        date = self._date()
        query = urlencode({**self._common(date), **(fields or {})})
        return self._said(self._door.ask("GET", f"{path}?{query}", headers=self._headers(date)), date)

    def post(self, path: str, fields: Mapping[str, str], *, pdf: tuple[str, bytes] | None = None) -> Said:
        """Give something.

        Args:
            path: below the address.
            fields: of the form.
            pdf: name and bytes of a file, which goes as `file`.
        """
        date = self._date()
        form = {**self._common(date), **fields}
        content, media_type = (urlencode(form).encode(), _FORM) if pdf is None else multipart(form, "file", pdf)
        headers = {**self._headers(date), "content-type": media_type}
        return self._said(self._door.ask("POST", path, headers=headers, content=content), date)

    def close(self) -> None:
        """Give connections back."""
        self._door.close()

    def _date(self) -> str:
        return self.now().astimezone(PARIS).strftime(TIME)

    def _common(self, date: str) -> dict[str, str]:
        return {"token": self._access.token, "date": date, "id_user": str(self._access.user_id)}

    def _headers(self, date: str) -> dict[str, str]:
        return {"signature": signature(self._access.private_key, date), "accept-language": "fr"}

    def _said(self, answer: Answer, date: str) -> Said:
        found = answer.json or self._unsealed(answer, date)
        text = {name: str(found.get(name) or "") for name in ("status", "slug", "message")}
        return Said(text["status"].upper(), text["slug"], text["message"], found.get("result"), answer)

    def _unsealed(self, answer: Answer, date: str) -> dict[str, Any]:
        try:
            found = json.loads(unseal(self._access.private_key, date, answer.text.strip()))
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}


def outcome(said: Said) -> ChannelError:
    """What an answer that is no success means."""
    words = f"{said.slug} {said.message}".strip()
    match said.status:
        case "MAINTENANCE":
            return TryLater("maintenance", "AR24 is being maintained", _MAINTENANCE_S)
        case "ERROR" if _IDENTITY.search(said.slug):
            return TryLater("no-session", f"{words}: open an hour with `relance lre open CODE`", _IDENTITY_S)
        case "ERROR" if _ADDRESS.search(said.slug):
            return Refused(said.slug, words, address_is_bad=True)
        case "ERROR" if _OURS.search(said.slug):
            return TryLater(said.slug, words, OUR_SETTINGS_S)
        case "ERROR":
            return Refused(said.slug or "error", words, address_is_bad=False)
        case _:
            return outcome_of_status(said.http.status, words or said.http.text, said.http.headers)


def _cipher(secret: str, vector: bytes) -> "Cipher[CBC]":
    from cryptography.hazmat.primitives.ciphers import Cipher  # noqa: PLC0415
    from cryptography.hazmat.primitives.ciphers.algorithms import AES  # noqa: PLC0415
    from cryptography.hazmat.primitives.ciphers.modes import CBC  # noqa: PLC0415

    return Cipher(AES(hashlib.sha256(secret.encode()).hexdigest()[:32].encode()), CBC(vector))


def _vector(private_key: str) -> bytes:
    once = hashlib.sha256(private_key.encode()).hexdigest()
    return hashlib.sha256(once.encode()).hexdigest()[:16].encode()
