"""Calls of OVHcloud: what became of a text message, and STOP. Not signed: a secret ends their address.

OVHcloud puts what it says into the query of the address that its account was given. For receipts it documents which
parameters; for a STOP it does not, so that the address given for STOP ends with `?what=stop`, and the only telephone
number in the call is taken for the one that wrote it.

Source: docs.ovhcloud.com, Tout savoir sur les utilisateurs SMS (step 5: `id`, `ptt`, `date`, `description`), FAQ SMS;
the model `sms.Account` of its API (`callBack`, `stopCallBack`).
"""

import re
from dataclasses import replace
from typing import Final

from workers.hooks.base import Call, Notice, SecretAddress, Unreadable
from workers.hooks.contents import e164, form_of, needed

#: What ends the address given for STOP, so that its calls are known from receipts.
STOP: Final = "what=stop"
#: `description`, the state of the receipt.
_DELIVERED: Final = "1"
_UNDER_WAY: Final = frozenset({"0", "4", "8"})
_LOST: Final = frozenset({"2", "16"})
#: `ptt`: a number that is wrong or barred for good, a telephone that cannot take text messages.
_BAD_NUMBER: Final = frozenset({"23", "27"})
#: A telephone number with its country; a `+` that was not escaped arrives as a space.
_NUMBER: Final = re.compile(r"(?:\+|00| )[1-9]\d{6,14}", re.ASCII)


class OvhHook(SecretAddress):
    """Reads calls of one account."""

    @property
    def name(self) -> str:
        """As in the path."""
        return "ovh"

    def read(self, call: Call) -> tuple[Notice, ...]:
        """What it says; see `workers.hooks.base.Hook.read`."""
        given = [*call.query, *(form_of(call) if call.body else ())]
        return (_stop(call, given),) if tuple(STOP.split("=")) in given else (_receipt(call, dict(given)),)


def _receipt(call: Call, given: dict[str, str]) -> Notice:
    sms, state, ptt = needed(given, "id"), needed(given, "description"), given.get("ptt", "")
    code = f"{state}/{ptt}" if ptt else state
    about = Notice(
        what="noted", at=call.received_at, provider_id=sms, code=code, provider_event_id=f"{sms}/{code}"
    )  # fmt: skip
    if state == _DELIVERED:
        return replace(about, what="delivered")
    if state in _LOST:
        return replace(about, what="bounced", bounce="sms_rejected" if ptt in _BAD_NUMBER else "soft")
    if state not in _UNDER_WAY:
        raise Unreadable("description", state, "0, 1, 2, 4, 8 or 16, as OVHcloud documents")
    return about


def _stop(call: Call, given: list[tuple[str, str]]) -> Notice:
    numbers = {e164(value, name) for name, value in given if _NUMBER.fullmatch(value)}
    if len(numbers) != 1:
        names = ", ".join(sorted({name for name, _value in given}))
        raise Unreadable("query", names, "send exactly one telephone number with a STOP")
    return Notice(what="opted_out", at=call.received_at, phone=numbers.pop(), code="STOP")
