"""Text messages by Twilio: a form to `/2010-04-01/Accounts/{sid}/Messages.json`, with the account's name and token.

Source: twilio.com/docs, Messages resource, Twilio API responses, error dictionary.
"""

from typing import Final
from urllib.parse import quote, urlencode

from workers.channels.base import ChannelError, OutgoingMessage, Receipt, TryLater
from workers.channels.http_door import Answer, HttpDoor
from workers.channels.http_outcomes import OUR_SETTINGS_S, outcome_of_status
from workers.channels.provider import Abilities
from workers.channels.receipts import receipts_for
from workers.channels.sms_message import SmsSender

#: No number, not for this destination, no mobile, and whoever wrote STOP.
_BAD_NUMBER: Final = frozenset({21211, 21610, 21614})
#: Our sender, our rights, our address for receipts: no fault of the number.
_OURS: Final = frozenset({21212, 21408, 21603, 21606, 21609, 21659})


class TwilioSms:
    """Gives text messages to Twilio. It has no key against repetition: what may have arrived is in doubt.

    Args:
        door: to its interface.
        account_sid: of the account.
        sender: under whose name messages leave.
        receipts_at: where Twilio tells what became of each; None asks for nothing.
    """

    abilities = Abilities(delivery_events=True, cost=True)

    def __init__(self, door: HttpDoor, *, account_sid: str, sender: SmsSender, receipts_at: str | None = None) -> None:
        self._door, self._sender, self._receipts_at = door, sender, receipts_at
        self._account = f"/2010-04-01/Accounts/{quote(account_sid, safe='')}"

    @property
    def name(self) -> str:
        """What operators call it."""
        return "twilio"

    def send(self, message: OutgoingMessage) -> Receipt:
        """Give it one message; see `workers.channels.base.Channel.send`."""
        sms = self._sender.about_to_leave(message, self.name)
        said = {"To": sms.to, "From": self._sender.name, "Body": sms.text}
        if self._receipts_at is not None:
            said["StatusCallback"] = receipts_for(self._receipts_at, message.message_id)
        form = urlencode(said).encode()
        headers = {"content-type": "application/x-www-form-urlencoded"}
        answer = self._door.ask("POST", f"{self._account}/Messages.json", headers=headers, content=form)
        found, status = answer.json.get("sid"), answer.json.get("status")
        if not answer.is_success or not isinstance(found, str) or not found or status in ("failed", "canceled"):
            raise _outcome(answer)
        return Receipt(provider_id=found, detail=f"{answer.status} {status}, {sms.words}")

    def check(self) -> str:
        """Ask for the account; see `Channel.check`."""
        answer = self._door.ask("GET", f"{self._account}.json", headers={})
        if not answer.is_success or not answer.json:
            raise _outcome(answer)
        return f"{self._door.url} answers, the account is {answer.json.get('status', 'unknown')}; {self._sender.tariff}"

    def close(self) -> None:
        """Give connections back."""
        self._door.close()


def _outcome(answer: Answer) -> ChannelError:
    """An error's number stands in `code`, or in `error_code` of a message that was made and failed at once."""
    code = answer.json.get("code") or answer.json.get("error_code")
    words = answer.json.get("message") or answer.json.get("error_message") or ""
    text = f"{code}: {words}" if answer.json else answer.text
    if code in _OURS:
        return TryLater(str(code), text, OUR_SETTINGS_S)
    failed = answer.is_success and answer.json.get("status") in ("failed", "canceled")
    status = 400 if failed else answer.status
    return outcome_of_status(status, text, answer.headers, address_is_bad=code in _BAD_NUMBER)
