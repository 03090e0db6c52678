"""Calls of MySendingBox: how a letter goes on its way. Not signed: a secret ends their address.

A call holds the event and the whole letter, with the carrier's steps in `tracking_events` and proofs as addresses.
A registered letter that comes back after it waited at the post office was not claimed. One that comes back without
having waited may have been refused or be wrongly addressed: a person looks at it, unless `letter.wrong_address` says
more.

Source: docs.mysendingbox.fr and the provider's own clients (the letter, its events and steps). The names of the events
are from programs of others that receive them, checked by them in the provider's debugger; not verified here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final, NamedTuple

from workers.hooks.base import Call, Notice, SecretAddress, Unreadable
from workers.hooks.contents import each_of, needed, objects_of
from workers.hooks.proofs import proof_at
from workflows.events import LetterState


class _Meaning(NamedTuple):
    """Of an event: the state, the step of the carrier that dates it, and the proof that comes with it."""

    state: LetterState
    step: str = ""
    proof: str = ""


_STATES: Final[Mapping[str, _Meaning]] = {
    "letter.filing_proof": _Meaning(LetterState.DEPOSITED, "PRIS_EN_CHARGE", "filing_proof"),
    "letter.sent": _Meaning(LetterState.DEPOSITED, "PRIS_EN_CHARGE"),
    "letter.waiting_to_be_withdrawn": _Meaning(LetterState.NOTIFIED, "A_RETIRER"),
    "letter.distributed": _Meaning(LetterState.DELIVERED, "DISTRIBUE"),
    "letter.delivery_proof": _Meaning(LetterState.DELIVERED, "DISTRIBUE", "delivery_proof"),
    "letter.wrong_address": _Meaning(LetterState.NPAI, proof="return_to_sender_proof"),
}
_UNCLAIMED: Final = _Meaning(LetterState.UNCLAIMED, proof="return_to_sender_proof")
_RETURNED: Final = frozenset({"letter.returned_to_sender", "letter.return_to_sender_proof"})
_UNDER_WAY: Final = frozenset({"letter.created", "letter.accepted", "letter.in_transit"})
#: It never came near the debtor; his address may be right.
_LOST: Final = frozenset({"letter.lost", "letter.error", "letter.canceled"})
_WAITED: Final = "A_RETIRER"


class MySendingBoxHook(SecretAddress):
    """Reads calls of one account.

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
        return "mysendingbox"

    def read(self, call: Call) -> tuple[Notice, ...]:
        """What it says; see `workers.hooks.base.Hook.read`."""
        return tuple(each_of(objects_of(call), partial(self._notices, call), call.received_at))

    def _notices(self, call: Call, said: Mapping[str, Any]) -> Iterator[Notice]:
        event, letter = _object(said, "event"), _object(said, "letter")
        name = needed(event, "name")
        metadata = letter.get("metadata")
        reference = metadata.get("reference") if isinstance(metadata, dict) else None
        about = Notice(
            what="noted", at=_instant(event.get("created_at")) or call.received_at, code=name,
            reference=reference if isinstance(reference, str) and reference else None,
            provider_id=needed(letter, "_id"), tracking_no=_text(letter.get("tracking_number")),
            provider_event_id=_text(event.get("_id")),
        )  # fmt: skip
        if name in _STATES:
            yield self._tracked(about, letter, _STATES[name])
        elif name in _RETURNED:
            yield from self._returned(about, letter)
        elif name in _LOST:
            yield replace(about, what="bounced", bounce="soft")
        elif name in _UNDER_WAY or not name.startswith("letter."):
            yield about
        else:
            raise Unreadable("event.name", name, f"one of {', '.join(sorted(_STATES))}, or another that is documented")

    def _tracked(self, about: Notice, letter: Mapping[str, Any], meaning: _Meaning) -> Notice:
        found = letter.get(meaning.proof) if meaning.proof else None
        proof, is_late = proof_at(found.get("url") if isinstance(found, dict) else None, self._own_url)
        at = _step(letter, meaning.step) or about.at
        return replace(about, what="letter", at=at, letter_state=meaning.state, proof=proof, proof_is_late=is_late)

    def _returned(self, about: Notice, letter: Mapping[str, Any]) -> Iterator[Notice]:
        waited = _step(letter, _WAITED)
        event_id = about.provider_event_id or f"{about.provider_id}/{about.code}"
        if waited is not None:
            shown = replace(about, at=waited, provider_event_id=f"{event_id}/shown")
            yield replace(shown, what="letter", letter_state=LetterState.NOTIFIED)
            yield self._tracked(about, letter, _UNCLAIMED)
        elif letter.get("postage_type") in ("lr", "lrar"):
            yield replace(about, what="returned")
        else:
            yield about


def _object(said: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = said.get(name)
    if not isinstance(found, dict):
        raise Unreadable(name, found, "send an object")
    return found


def _step(letter: Mapping[str, Any], status: str) -> datetime | None:
    """When the carrier first said `status`, if it did."""
    steps = letter.get("tracking_events")
    dates = [
        _instant(step.get("date"))
        for step in (steps if isinstance(steps, list) else [])
        if isinstance(step, dict) and step.get("status") == status
    ]
    return min((date for date in dates if date is not None), default=None)


def _instant(value: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def _text(value: object) -> str | None:
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) and value else None
