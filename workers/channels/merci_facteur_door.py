"""The way in at Merci Facteur: a token for a day, asked for with a signature, and errors that say what they mean.

Source: merci-facteur.com/api/1.2 and the provider's own repository MerciFacteur/Merci-facteur-API (guides, PHP client):
`GET /getToken` with `ww-service-signature`, the hexadecimal HMAC-SHA256 of service id and Unix time, joined, under the
secret key; `ww-access-token` with every other request; `success` and `error` in every answer.
"""

import hashlib
import hmac
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from workers.channels.base import ChannelError, InDoubt, TryLater
from workers.channels.http_door import Answer, HttpDoor
from workers.channels.http_outcomes import OUR_SETTINGS_S, outcome_of_status

#: Seconds before its end from which a token is not used any more.
_MARGIN_S: Final = 60
_DAY_S: Final = 86_400
#: Words of a code that speak of our account. The provider's list of codes was not at hand: these are guesses that only
#: choose between waiting and giving up; nothing has left either way.
_OURS: Final = re.compile(r"(^|_)(CREDIT|QUOTA|SOLDE|TOKEN|SERVICE|SIGNATURE|IP|USER)(_|$)", re.IGNORECASE)
_ADDRESS: Final = re.compile(r"ADDRESS|ADRESS|COUNTRY|PAYS", re.IGNORECASE)
_TWICE: Final = re.compile(r"doublon|duplicate", re.IGNORECASE)
_MALFORMED: Final = re.compile(r"invalid|missing|long|format", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class MfKeys:
    """What opens the door.

    Attributes:
        service_id: public.
        secret_key: never sent.
        authorized_ips: who may use the token; `111.111.111` where the provider has lifted that limit.
    """

    service_id: str
    secret_key: str = field(repr=False)
    authorized_ips: str = "111.111.111"


def signature(keys: MfKeys, timestamp: int) -> str:
    """What Merci Facteur wants in `ww-service-signature`; it holds for five minutes."""
    said = f"{keys.service_id}{timestamp}".encode()
    return hmac.new(keys.secret_key.encode(), said, hashlib.sha256).hexdigest()


class MerciFacteurDoor:
    """Asks with a token. Thread-safe.

    Args:
        door: to `…/api/1.2/prod/service`.
        keys: of the account.
        now: the machine's time, which the provider compares with its own.
    """

    def __init__(self, door: HttpDoor, keys: MfKeys, now: Callable[[], datetime]) -> None:
        self.url = door.url
        self._door, self._keys, self._now = door, keys, now
        self._lock, self._token, self._until_s = threading.Lock(), "", 0

    def ask(
        self, method: str, path: str, *, headers: Mapping[str, str] | None = None, content: bytes | None = None
    ) -> Answer:
        """One exchange; a token that the provider no longer takes is asked for anew next time.

        Raises:
            TryLater: nothing was said, or there is no token.
            InDoubt: something was said, and no whole answer came.
        """
        mine = {"ww-service-id": self._keys.service_id, "ww-access-token": self._fresh_token(), **(headers or {})}
        answer = self._door.ask(method, path, headers=mine, content=content)
        if answer.status in (401, 403):
            self._until_s = 0
        return answer

    def close(self) -> None:
        """Give connections back."""
        self._door.close()

    def _fresh_token(self) -> str:
        with self._lock:
            now_s = int(self._now().timestamp())
            if now_s + _MARGIN_S >= self._until_s:
                self._token, self._until_s = self._ask_for_token(now_s)
            return self._token

    def _ask_for_token(self, now_s: int) -> tuple[str, int]:
        """Nothing was said of any letter yet, so that whatever goes wrong is tried again."""
        headers = {
            "ww-service-signature": signature(self._keys, now_s), "ww-timestamp": str(now_s),
            "ww-service-id": self._keys.service_id, "ww-authorized-ip": self._keys.authorized_ips,
        }  # fmt: skip
        try:
            answer = self._door.ask("GET", "/getToken", headers=headers)
        except InDoubt as error:
            raise TryLater(error.code, f"asking for a token: {error.text}") from error
        token, until = answer.json.get("token"), answer.json.get("expire")
        if not answer.is_success or not isinstance(token, str) or not token:
            code, words = error_in(answer)
            raise TryLater(code or str(answer.status), f"no token: {words}", OUR_SETTINGS_S)
        return token, until if isinstance(until, int) else now_s + _DAY_S


def is_accepted(answer: Answer) -> bool:
    """Whether it says so itself; HTTP's status alone is no acceptance."""
    return answer.is_success and answer.json.get("success") is True


def is_repetition(answer: Answer) -> bool:
    """Whether it refuses because it has a letter with the same `antidoublon`.

    The provider documents that it refuses, not with which code: recognised by the word, unless it calls it malformed.
    """
    said = " ".join(error_in(answer))
    is_named = bool(_TWICE.search(said)) and not _MALFORMED.search(said)
    return answer.json.get("success") is False and is_named


def outcome(answer: Answer) -> ChannelError:
    """What an answer that is no acceptance means. `success: false` is a certain no, as the provider documents."""
    code, words = error_in(answer)
    said_no = answer.json.get("success") is False and answer.status < 500  # noqa: PLR2004 - its own answer, no gateway's
    if said_no and answer.status in (200, 400):
        if _OURS.search(code):
            return TryLater(code, words, OUR_SETTINGS_S)
        return outcome_of_status(400, f"{code} {words}", answer.headers, address_is_bad=bool(_ADDRESS.search(code)))
    return outcome_of_status(answer.status, words, answer.headers)


def error_in(answer: Answer) -> tuple[str, str]:
    """Its code and its words; `error` is an object with both, or the code alone."""
    error = answer.json.get("error")
    if isinstance(error, dict):
        return str(error.get("code", "")), f"{error.get('code', '')} {error.get('text', '')}".strip()
    return (str(error), str(error)) if error else ("", answer.text)
