"""Calls of Merci Facteur: how letters go on their way. The key of the account stands in `X-Mf-Webhook-Secret-Key`.

A call is a form with two fields that hold JSON: `event`, and `detail`, a list with one letter each. Proofs come inside,
in Base64. The provider calls three times at most: after an hour, and a day later.

A letter that comes back (`distribue_expediteur`) is NPAI unless it was registered: then it was not claimed if it had
waited at the post office before, and else a person looks at it, since it may have been refused.

Source: the provider's own guide to webhooks (MerciFacteur/Merci-facteur-API): fields, events, states, header, repeats.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from workers.hooks.base import Bounce, Call, Notice, Unreadable, What, same
from workers.hooks.contents import each_of, form_of, needed
from workers.hooks.proofs import proof_in
from workflows.events import LetterState

#: Bytes of a call: proofs come inside.
LARGEST: Final = 16 << 20
_HEADER: Final = "x-mf-webhook-secret-key"
_STATES: Final[Mapping[str, LetterState]] = {
    "pris_en_charge": LetterState.DEPOSITED,
    "scan_pdd": LetterState.DEPOSITED,
    "attente_au_guichet": LetterState.NOTIFIED,
    "distribue": LetterState.DELIVERED,
    "retour_are": LetterState.DELIVERED,
}
_PROOFS: Final = ("pdd_base64_pdf", "are_base64_jpeg")
_RETURNED: Final = frozenset({"distribue_expediteur", "archivage_pnd"})
_UNDER_WAY: Final = frozenset(
    {"wait", "imprime", "prix_en_charge_pays_destinataire", "traitement", "traitement_pays_destination",
     "transit_pays_intermediaire", "entree_douane", "sortie_douane", "retenu_douane", "attente_presentation",
     "distribution_en_cours", "probleme_resolu", "probleme_en_cours", "non_distribuable", "retour_expediteur"}
)  # fmt: skip
#: Of its electronic letters, which are none of ours.
_ELECTRONIC: Final = frozenset(
    {"envoye", "accept_wait", "accept_lock", "accept_notification_error", "accepted", "accepted_downloaded", "expired",
     "refused"}
)  # fmt: skip
_REGISTERED: Final = frozenset({"lrar", "lrare"})


class MerciFacteurHook:
    """Reads calls of one account.

    Args:
        key: of webhooks, as the account shows it.
    """

    def __init__(self, key: str) -> None:
        self._key = key

    @property
    def name(self) -> str:
        """As in the path."""
        return "merci_facteur"

    def is_genuine(self, call: Call) -> bool:
        """Whether it bears the account's key; see `workers.hooks.base.Hook.is_genuine`."""
        return same(call.headers.get(_HEADER, ""), self._key)

    def read(self, call: Call) -> tuple[Notice, ...]:
        """What it says; see `workers.hooks.base.Hook.read`."""
        form = dict(form_of(call))
        event, letters = _json(form, "event"), _json(form, "detail")
        if not isinstance(event, dict) or not isinstance(letters, list):
            raise Unreadable("event, detail", form, "send an object, and a list of objects")
        name, at = needed(event, "name_event"), _at(event, call.received_at)
        return tuple(each_of(letters, lambda letter: (_notice(name, at, letter),), at))


def _notice(name: str, at: datetime, letter: object) -> Notice:
    if not isinstance(letter, dict):
        raise Unreadable("detail", letter, "send a list of objects")
    status, mailing = needed(letter, "statut_courrier"), needed(letter, "id_envoi")
    what, state, bounce = _meaning(status, str(letter.get("mode_envoi", "")))
    proofs = [proof_in(letter, field) for field in _PROOFS]
    reference, tracking_no = letter.get("ref_interne"), letter.get("tracking_number")
    return Notice(
            what=what, at=at, provider_id=mailing, bounce=bounce, letter_state=state,
            code=f"{name} {status}",
            reference=reference if isinstance(reference, str) and reference else None,
            tracking_no=tracking_no if isinstance(tracking_no, str) and tracking_no else None,
            proof=next((proof for proof in proofs if proof), None),
            provider_event_id=f"{letter.get('ref_courrier') or mailing}/{name}/{status}",
        )  # fmt: skip


def _meaning(status: str, mode: str) -> tuple[What, LetterState | None, Bounce | None]:
    if status in _STATES:
        return "letter", _STATES[status], None
    if status in _RETURNED:
        return ("returned", None, None) if mode in _REGISTERED else ("letter", LetterState.NPAI, None)
    if status not in _UNDER_WAY | _ELECTRONIC:
        raise Unreadable(
            "statut_courrier", status, f"one of {', '.join(sorted(_STATES))}, or another that is documented"
        )
    return "noted", None, None


def _json(form: Mapping[str, str], name: str) -> object:
    try:
        return json.loads(needed(form, name))
    except (ValueError, RecursionError) as error:
        raise Unreadable(name, form.get(name), f"send JSON ({error})") from None


def _at(event: Mapping[str, Any], otherwise: datetime) -> datetime:
    """When it happened, in Unix seconds."""
    seconds = event.get("date_event")
    if isinstance(seconds, bool) or not isinstance(seconds, int) or not 0 < seconds < 4_102_444_800:  # noqa: PLR2004 - 2100
        return otherwise
    return datetime.fromtimestamp(seconds, UTC)
