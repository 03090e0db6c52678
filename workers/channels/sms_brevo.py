"""Text messages by Brevo: `POST /transactionalSMS/send`, type `transactional`, our reference as tag.

Source: developers.brevo.com, transactional SMS endpoints and platform quotas.
"""

import json

from workers.channels.base import ChannelError, OutgoingMessage, Receipt
from workers.channels.http_door import Answer, HttpDoor
from workers.channels.http_outcomes import outcome_of_status
from workers.channels.provider import Abilities
from workers.channels.sms_message import SmsSender


class BrevoSms:
    """Gives text messages to Brevo. It has no key against repetition: what may have arrived is in doubt."""

    abilities = Abilities(delivery_events=True)

    def __init__(self, door: HttpDoor, *, api_key: str, sender: SmsSender) -> None:
        self._door, self._sender = door, sender
        self._headers = {"api-key": api_key, "accept": "application/json", "content-type": "application/json"}

    @property
    def name(self) -> str:
        """What operators call it."""
        return "brevo"

    def send(self, message: OutgoingMessage) -> Receipt:
        """Give it one message; see `workers.channels.base.Channel.send`."""
        sms = self._sender.about_to_leave(message, self.name)
        body = {
            "sender": self._sender.name, "recipient": sms.to.removeprefix("+"), "content": sms.text,
            "type": "transactional", "tag": message.message_id.strip("<>"), "unicodeEnabled": sms.is_unicode,
        }  # fmt: skip
        content = json.dumps(body, ensure_ascii=False).encode()
        answer = self._door.ask("POST", "/transactionalSMS/send", headers=self._headers, content=content)
        found = answer.json.get("messageId")
        if not answer.is_success or not isinstance(found, int | str) or not found:
            raise _outcome(answer)
        return Receipt(provider_id=str(found), detail=f"{answer.status}, {sms.segments} segment(s)")

    def check(self) -> str:
        """Ask for the account; see `Channel.check`."""
        answer = self._door.ask("GET", "/account", headers=self._headers)
        if not answer.is_success or not answer.json:
            raise _outcome(answer)
        plans = answer.json.get("plan")
        credits_left = [
            plan.get("credits") for plan in plans or () if isinstance(plan, dict) and plan.get("type") == "sms"
        ]
        left = credits_left[0] if credits_left else "unknown"
        return f"{self._door.url} answers, {left} SMS credits; {self._sender.tariff}"

    def close(self) -> None:
        """Give connections back."""
        self._door.close()


def _outcome(answer: Answer) -> ChannelError:
    code, words = str(answer.json.get("code", "")), str(answer.json.get("message", ""))
    is_number = answer.status in (400, 422) and "recipient" in f"{code} {words}".lower()
    text = f"{code}: {words}" if answer.json else answer.text
    return outcome_of_status(answer.status, text, answer.headers, address_is_bad=is_number)
