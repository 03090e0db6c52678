"""Letters by Merci Facteur: a form to `POST /sendCourrier`, our reference against repetition in `antidoublon`.

What `antidoublon` names is taken once in thirty days: a letter that may have arrived is given again, once and at once,
and counts as taken where the provider answers that it has it. A registered letter goes as `lrare`, whose
acknowledgement of receipt is scanned and reported; that of `lrar` comes back on paper only.

Its electronic registered letters (`ere_otp_mail`, `ere_otp_sms`) are of the simple kind (art. 43 of regulation (EU)
910/2014), not qualified (art. 44): they do not equal a registered letter, and are not used.

Source: merci-facteur.com/api/1.2 and the provider's own repository MerciFacteur/Merci-facteur-API (fields, limits,
`antidoublon`, `gestionNpai`, prices, what `success: false` means).
Not verified, for lack of an account: the code of a repetition, those of a missing credit (`merci_facteur_door`), the
answer of `getPostagePrice`, which is therefore not asked.
"""

import base64
import json
import re
import unicodedata
from typing import Any, Final
from urllib.parse import urlencode

from workers.channels.base import InDoubt, OutgoingMessage, Party, Place, Receipt, TryLater
from workers.channels.http_door import Answer
from workers.channels.merci_facteur_door import MerciFacteurDoor, is_accepted, is_repetition, outcome
from workers.channels.post_message import PaperLetter, Postage, Printing, paper_letter
from workers.channels.provider import Abilities

#: Characters of a reference that the provider prints and sends back.
_SHORT_REFERENCE: Final = 30
_FORM: Final = {"content-type": "application/x-www-form-urlencoded"}
#: Countries whose name at Merci Facteur is not what stands on an envelope.
_COUNTRIES: Final = {
    "GB": "ROYAUME-UNI", "CZ": "REPUBLIQUE TCHEQUE", "US": "ETATS-UNIS", "NC": "NOUVELLE CALEDONIE",
    "RE": "REUNION", "GF": "GUYANE FRANCAISE", "PF": "POLYNESIE FRANCAISE", "CI": "COTE D IVOIRE",
}  # fmt: skip


class MerciFacteurPost:
    """Gives letters to Merci Facteur. Repeating a letter is harmless for thirty days.

    Args:
        door: with its token.
        user_id: in whose name letters leave.
        printing: colour is the PDF's: the provider prints as the file is.
        registered: `lrare` or `lrar`.
    """

    abilities = Abilities(idempotency_key=True, delivery_events=True, cost=True)

    def __init__(self, door: MerciFacteurDoor, *, user_id: int, printing: Printing, registered: str = "lrare") -> None:
        self._door, self._user_id, self._printing = door, user_id, printing
        self._modes = {Postage.SIMPLE: "normal", Postage.TRACKED: "suivi", Postage.REGISTERED: registered}

    @property
    def name(self) -> str:
        """What operators call it."""
        return "merci_facteur"

    def send(self, message: OutgoingMessage) -> Receipt:
        """Give it one letter; see `workers.channels.base.Channel.send`."""
        form = urlencode(self._fields(paper_letter(message, self.name))).encode()
        try:
            answer = self._give(form)
        except InDoubt as doubt:
            return self._give_again(form, doubt)
        if is_accepted(answer) and _id_of(answer):
            return _receipt(answer)
        if is_repetition(answer):  # from before this attempt: somebody decided that it had not left
            raise InDoubt("repetition", "it has had a letter under our reference: look for it in its console")
        failure = outcome(answer)
        if isinstance(failure, InDoubt):
            return self._give_again(form, failure)
        raise failure

    def check(self) -> str:
        """Ask for the account's credit; see `Channel.check`."""
        answer = self._door.ask("GET", "/getQuotaCompte")
        if not is_accepted(answer):
            raise outcome(answer)
        quotas = answer.json.get("quotas")
        credit = quotas.get("credit") if isinstance(quotas, dict) else None
        return f"{self._door.url} answers, credit {json.dumps(credit, ensure_ascii=False)[:80]}"

    def close(self) -> None:
        """Give connections back."""
        self._door.close()

    def _give(self, form: bytes) -> Answer:
        return self._door.ask("POST", "/sendCourrier", headers=_FORM, content=form)

    def _give_again(self, form: bytes, doubt: InDoubt) -> Receipt:
        """After a doubt, the very same form once more: it becomes one letter, or the answer that it is one already.

        Raises:
            InDoubt: the first doubt, where the second answer does not end it.
        """
        try:
            answer = self._give(form)
        except (InDoubt, TryLater):
            raise doubt from None
        if is_accepted(answer) and _id_of(answer):
            return _receipt(answer)
        if is_repetition(answer):
            return Receipt(provider_id=None, detail=f"{answer.status}, it has this letter under our reference")
        raise doubt

    def _fields(self, letter: PaperLetter) -> dict[str, str]:
        sides = "rectoverso" if self._printing.both_sides else "recto"
        pdf = base64.b64encode(letter.pdf).decode()
        sheets = {"files": "", "base64files": [pdf], "print_sides": sides, "final_filename": "lettre"}
        ends = {
            "exp": _address(letter.origin, letter.back_to, ""),
            "dest": [_address(letter.recipient, letter.to, _short(letter.reference))],
        }
        fields = {
            "idUser": str(self._user_id), "modeEnvoi": self._modes[letter.postage],
            "adress": json.dumps(ends, ensure_ascii=False), "antidoublon": letter.reference[:200],
            "content": json.dumps({"letter": sheets, "photo": "", "card": ""}),
        }  # fmt: skip
        if self._printing.returned_mail and letter.postage is not Postage.REGISTERED:
            fields["gestionNpai"] = "1"
        return fields


def _address(party: Party, place: Place, reference: str) -> dict[str, str]:
    """All keys stand, as the provider demands; what is not known is empty."""
    lines = [*place.lines, "", "", ""]
    company = "" if party.is_consumer else party.name
    return {
        "civilite": "", "nom": (party.person or "") if company else party.name, "prenom": "", "societe": company,
        "adresse1": lines[0], "adresse2": lines[1], "adresse3": lines[2], "cp": place.postcode, "ville": place.city,
        "pays": _country(place), "reference": reference,
    }  # fmt: skip


def _country(place: Place) -> str:
    """As the provider's list spells it: capitals without accents."""
    known = _COUNTRIES.get(place.country)
    if known is not None:
        return known
    letters = unicodedata.normalize("NFD", place.country_name)
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).upper()


def _short(reference: str) -> str:
    """What the provider lets through: digits, letters, `-` and `_`. The first thirty name a message as well as all."""
    return re.sub(r"[^0-9A-Za-z_-]", "-", reference)[:_SHORT_REFERENCE]


def _id_of(answer: Answer) -> str:
    found = answer.json.get("envoi_id")
    return str(found) if isinstance(found, int | str) and found else ""


def _receipt(answer: Answer) -> Receipt:
    return Receipt(provider_id=_id_of(answer), detail=f"{answer.status}, {_price(answer.json.get('price'))}")


def _price(price: Any) -> str:  # noqa: ANN401 - whatever the provider says
    total = price.get("total") if isinstance(price, dict) else None
    if not isinstance(total, dict) or "ttc" not in total:
        return "price not told"
    return f"{total['ttc']} € with tax"
