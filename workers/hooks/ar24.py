"""Calls of AR24: what became of an electronic registered letter. Not signed: a secret ends their address.

A call names the letter, its new state and the proof of it. There are four proofs: of deposit and sending, which is the
first presentation, since the recipient is told from then on; of reception; of refusal; of non-claim, after fifteen
days. AR24 calls again every quarter of an hour, 48 times at most; the first times it waits 2.5 seconds for an answer,
which is given before anything is read.

Source: ar24.fr/base-de-connaissances (webhooks, repeats, the proofs and what they prove); the fields of a call and its
states from public descriptions of the interface by AR24's group and by others. Not verified, for lack of an access: the
spelling of every state, so that an unknown one is kept for a person.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from workers.channels.ar24_door import PARIS, TIME
from workers.hooks.base import Call, Notice, SecretAddress, Unreadable
from workers.hooks.contents import form_of, needed, reference_of
from workers.hooks.proofs import proof_at
from workflows.events import LetterState

#: States by AR24's word, with the field that dates them.
_STATES: Final[Mapping[str, tuple[LetterState, str]]] = {
    "sent": (LetterState.NOTIFIED, "ts_ev_date"),
    "ev": (LetterState.NOTIFIED, "ts_ev_date"),
    "ar": (LetterState.DELIVERED, "view_date"),
    "refused": (LetterState.REFUSED, "refused_date"),
    "negligence": (LetterState.UNCLAIMED, "negligence_date"),
}
_UNDER_WAY: Final = frozenset({"waiting", "dp", "recipient_update"})
_BAD_ADDRESS: Final = frozenset({"bounced"})
_LOST: Final = frozenset({"error"})


class Ar24Hook(SecretAddress):
    """Reads calls of one access.

    Args:
        token: the secret that ends the address.
        own_url: of its interface, from where proofs may come.
    """

    def __init__(self, token: str, own_url: str | None = None) -> None:
        super().__init__(token)
        self._own_url = own_url

    @property
    def name(self) -> str:
        """As in the path."""
        return "ar24"

    def read(self, call: Call) -> tuple[Notice, ...]:
        """What it says; see `workers.hooks.base.Hook.read`."""
        said = _fields(call)
        if "id_mail" not in said:  # about a user's account, not about a letter
            return ()
        letter, state = needed(said, "id_mail"), needed(said, "new_state")
        about = Notice(
            what="noted", at=call.received_at, reference=reference_of(call), provider_id=letter, code=state,
            provider_event_id=f"{letter}/{state}",
        )  # fmt: skip
        return self._notices(about, state.lower(), said)

    def _notices(self, about: Notice, state: str, said: Mapping[str, Any]) -> tuple[Notice, ...]:
        if state in _STATES:
            known, dated_by = _STATES[state]
            dated = replace(about, at=_instant(said.get(dated_by)) or about.at)
            proof, is_late = proof_at(said.get("proof_url"), self._own_url)
            tracked = replace(dated, what="letter", letter_state=known, proof=proof, proof_is_late=is_late)
            if known is not LetterState.NOTIFIED:
                return (tracked,)
            deposited = replace(
                tracked, letter_state=LetterState.DEPOSITED, provider_event_id=f"{about.provider_event_id}/deposited"
            )
            return (deposited, tracked)
        if state in _BAD_ADDRESS | _LOST:
            return (replace(about, what="bounced", bounce="hard" if state in _BAD_ADDRESS else "soft"),)
        if state not in _UNDER_WAY:
            raise Unreadable("new_state", state, f"one of {', '.join(sorted(_STATES))}, or another that is documented")
        return (about,)


def _fields(call: Call) -> Mapping[str, Any]:
    """A form, or an object in JSON where the access was set up so."""
    if "json" in call.headers.get("content-type", ""):
        try:
            found = json.loads(call.body)
        except (ValueError, RecursionError) as error:
            raise Unreadable("body", call.body[:100], f"send a form, or JSON ({error})") from None
        if not isinstance(found, dict):
            raise Unreadable("body", call.body[:100], "send an object")
        return found
    return dict(form_of(call))


def _instant(value: object) -> datetime | None:
    try:
        return datetime.strptime(str(value), TIME).replace(tzinfo=PARIS)
    except ValueError:
        return None
