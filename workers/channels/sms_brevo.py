"""Text messages by Brevo: `POST /transactionalSMS/send`, type `transactional`, our reference as tag.

Source: developers.brevo.com, transactional SMS endpoints, SMS activity (unaggregated events), platform quotas.
"""

import json
from urllib.parse import urlencode

from workers.channels.base import ChannelError, InDoubt, OutgoingMessage, Receipt
from workers.channels.http_door import Answer, HttpDoor
from workers.channels.http_outcomes import outcome_of_status
from workers.channels.provider import Abilities
from workers.channels.receipts import receipts_for
from workers.channels.sms_message import SmsSender


class BrevoSms:
    """Gives text messages to Brevo. It has no key against repetition: what may have arrived is looked up by its tag.

    Args:
        door: to its interface.
        api_key: of the account.
        sender: under whose name messages leave.
        receipts_at: where Brevo tells what became of each; None asks for nothing.
    """

    abilities = Abilities(look_up=True, delivery_events=True)

    def __init__(self, door: HttpDoor, *, api_key: str, sender: SmsSender, receipts_at: str | None = None) -> None:
        self._door, self._sender, self._receipts_at = door, sender, receipts_at
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
            "type": "transactional", "tag": _tag(message.message_id), "unicodeEnabled": sms.is_unicode,
        }  # fmt: skip
        if self._receipts_at is not None:
            body["webUrl"] = receipts_for(self._receipts_at, message.message_id)
        content = json.dumps(body, ensure_ascii=False).encode()
        answer = self._door.ask("POST", "/transactionalSMS/send", headers=self._headers, content=content)
        found = answer.json.get("messageId")
        if not answer.is_success or not isinstance(found, int | str) or not found:
            raise _outcome(answer)
        return Receipt(provider_id=str(found), detail=f"{answer.status}, {sms.words}")

    def look_up(self, message_id: str) -> Receipt | None:
        """The message that bears our reference, if Brevo lists one; see `workers.channels.provider.CanLookUp`.

        Its list fills with a delay, so that a message which is not there may still come: that stays in doubt.
        """
        tag = _tag(message_id)
        query = urlencode({"tags": tag, "limit": 100})
        answer = self._door.ask("GET", f"/transactionalSMS/statistics/events?{query}", headers=self._headers)
        events = answer.json.get("events", [])
        is_object = answer.text.lstrip().startswith("{")  # an empty one where it knows nothing
        if not answer.is_success or not is_object or not isinstance(events, list):
            raise _outcome(answer)
        mine = [each for each in events if isinstance(each, dict) and each.get("tag") == tag and each.get("messageId")]
        if not mine:
            raise InDoubt("not-listed", f"{self._door.url} lists no event of {tag}; that proves nothing yet")
        return Receipt(provider_id=str(mine[0]["messageId"]), detail=f"listed as {mine[0].get('event', 'unknown')}")

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


def _tag(message_id: str) -> str:
    return message_id.strip("<>")


def _outcome(answer: Answer) -> ChannelError:
    code, words = str(answer.json.get("code", "")), str(answer.json.get("message", ""))
    is_number = answer.status in (400, 422) and "recipient" in f"{code} {words}".lower()
    text = f"{code}: {words}" if answer.json else answer.text
    return outcome_of_status(answer.status, text, answer.headers, address_is_bad=is_number)
