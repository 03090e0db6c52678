"""Text messages by OVHcloud: `POST /sms/{service}/jobs`, each request signed.

`noStopClause` says that this is no advertisement: without it OVHcloud adds a way to opt out, and lets nothing leave at
night or at week-ends.

Source: docs.ovhcloud.com, API SMS Cookbook, and First steps with the OVHcloud APIs (signature: `$1$` and the SHA-1 of
application secret, consumer key, method, URL, body and time, joined by `+`).
"""

import hashlib
import json
import time
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from workers.channels.base import ChannelError, InDoubt, OutgoingMessage, Receipt, Refused, TryLater
from workers.channels.http_door import Answer, HttpDoor
from workers.channels.http_outcomes import OUR_SETTINGS_S, outcome_of_status
from workers.channels.provider import Abilities
from workers.channels.sms_message import SmsSender, TextMessage

#: Our keys or our clock, whatever the status of HTTP.
_OURS: Final = frozenset(
    {"INVALID_SIGNATURE", "INVALID_KEY", "INVALID_CREDENTIAL", "NOT_CREDENTIAL", "NOT_GRANTED_CALL", "QUERY_TIME_OUT"}
)


@dataclass(frozen=True, slots=True)
class OvhKeys:
    """The three keys of an application of OVHcloud."""

    application_key: str
    application_secret: str
    consumer_key: str


def signature(keys: OvhKeys, method: str, url: str, *, body: str, timestamp: int) -> str:
    """What OVHcloud wants in `X-Ovh-Signature`."""
    parts = (keys.application_secret, keys.consumer_key, method, url, body, str(timestamp))
    return "$1$" + hashlib.sha1("+".join(parts).encode()).hexdigest()  # noqa: S324 - OVHcloud's choice


class OvhSms:
    """Gives text messages to OVHcloud. It has no key against repetition: what may have arrived is in doubt."""

    abilities = Abilities(delivery_events=True, cost=True)

    def __init__(self, door: HttpDoor, keys: OvhKeys, *, service: str, sender: SmsSender) -> None:
        self._door, self._keys, self._sender = door, keys, sender
        self._service = f"/sms/{quote(service, safe='')}"
        self._ahead_s: float | None = None

    @property
    def name(self) -> str:
        """What operators call it."""
        return "ovh"

    def send(self, message: OutgoingMessage) -> Receipt:
        """Give it one message; see `workers.channels.base.Channel.send`."""
        sms = self._sender.about_to_leave(message, self.name)
        body = {
            "message": sms.text, "receivers": [sms.to], "sender": self._sender.name, "noStopClause": True,
            "charset": "UTF-8", "coding": "8bit" if sms.is_unicode else "7bit", "priority": "high",
        }  # fmt: skip
        answer = self._signed("POST", f"{self._service}/jobs", json.dumps(body))
        if not answer.is_success:
            raise _outcome(answer)
        return _receipt(answer, sms)

    def check(self) -> str:
        """Ask for the service and its credit; see `Channel.check`."""
        answer = self._signed("GET", self._service, "")
        if not answer.is_success or not answer.json:
            raise _outcome(answer)
        return (
            f"{self._door.url} answers, {answer.json.get('creditsLeft', 'unknown')} SMS credits; {self._sender.tariff}"
        )

    def close(self) -> None:
        """Give connections back."""
        self._door.close()

    def _signed(self, method: str, path: str, body: str) -> Answer:
        at = self._time()
        headers = {
            "X-Ovh-Application": self._keys.application_key,
            "X-Ovh-Consumer": self._keys.consumer_key,
            "X-Ovh-Timestamp": str(at),
            "X-Ovh-Signature": signature(self._keys, method, self._door.url + path, body=body, timestamp=at),
            "Content-Type": "application/json",
        }
        answer = self._door.ask(method, path, headers=headers, content=body.encode() if body else None)
        if not answer.is_success:
            self._ahead_s = None  # should the clocks have drifted apart, the next request asks anew
        return answer

    def _time(self) -> int:
        """OVHcloud's own time, asked for once: it refuses what a wrong clock has signed. Nothing was sent yet."""
        if self._ahead_s is None:
            try:
                answer = self._door.ask("GET", "/auth/time", headers={})
            except InDoubt as error:
                raise TryLater(error.code, f"asking for the time: {error.text}") from error
            if not answer.is_success or not answer.text.strip().isdigit():
                raise TryLater(str(answer.status), "OVHcloud does not tell its time")
            self._ahead_s = int(answer.text) - time.monotonic()
        return int(time.monotonic() + self._ahead_s)


def _receipt(answer: Answer, sms: TextMessage) -> Receipt:
    ids, refused = answer.json.get("ids"), answer.json.get("invalidReceivers")
    if isinstance(ids, list) and ids:
        return Receipt(
            provider_id=str(ids[0]),
            detail=f"{answer.status}, {sms.words}, {answer.json.get('totalCreditsRemoved', 'unknown')} credit(s)",
        )
    if isinstance(refused, list) and refused:
        raise Refused("invalid-receiver", f"OVHcloud does not take {sms.to}", address_is_bad=True)
    raise InDoubt(str(answer.status), f"no identifier in {answer.text[:200]!r}")


def _outcome(answer: Answer) -> ChannelError:
    code, words = str(answer.json.get("errorCode", "")), str(answer.json.get("message", ""))
    text = f"{code} {words}".strip() if answer.json else answer.text
    if code in _OURS:
        return TryLater(code, text, OUR_SETTINGS_S)
    is_number = answer.status in (400, 422) and "receiver" in words.lower()
    return outcome_of_status(answer.status, text, answer.headers, address_is_bad=is_number)
