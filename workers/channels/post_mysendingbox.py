"""Letters by MySendingBox: a form with the PDF to `POST /letters`, and our reference in its `metadata`.

The key is the name of HTTP's Basic; one that begins with `test_` prints nothing.

Source: docs.mysendingbox.fr (addresses, endpoints, keys) and the provider's own clients for PHP and Node (fields of a
letter, `metadata`, `manage_delivery_proof`, `manage_returned_mail`, prices in euros, the list of letters).
Not verified, for lack of an account: whether `limit` and `offset` of that list may be chosen, and its order, so that a
letter which is not found may still be there; the name of the plain postage, which changes with La Poste's catalogue and
is therefore a setting; a postage for tracked letters (others report that `suivie` was withdrawn in 2026); whether
prices include tax; whether it takes a key against repetition.
"""

import json
from dataclasses import dataclass
from typing import Any, Final

from workers.channels.base import ChannelError, InDoubt, OutgoingMessage, Party, Place, Receipt
from workers.channels.http_door import Answer, HttpDoor
from workers.channels.http_outcomes import outcome_of_status
from workers.channels.multipart import multipart
from workers.channels.post_message import PaperLetter, Postage, Printing, paper_letter, reference_of
from workers.channels.provider import Abilities

#: Letters on one page of the list, and pages that are looked through.
_PAGE: Final = 50
_PAGES: Final = 20
_FORM: Final = "letter.pdf"


@dataclass(frozen=True, slots=True)
class MsbPostage:
    """What MySendingBox calls each postage.

    Attributes:
        simple: of a plain letter.
        tracked: None where it carries none.
        registered: with acknowledgement of receipt.
    """

    simple: str = "verte"
    tracked: str | None = None
    registered: str = "lrar"

    def of(self, postage: Postage) -> str:
        """Its own name for `postage`.

        Raises:
            ValueError: it has none; the settings should not have let this happen.
        """
        name = {Postage.SIMPLE: self.simple, Postage.TRACKED: self.tracked, Postage.REGISTERED: self.registered}[
            postage
        ]
        if name is None:
            raise ValueError(f"post.mysendingbox.{postage} is missing: MySendingBox has no name for that postage")
        return name


class MySendingBoxPost:
    """Gives letters to MySendingBox. What may have arrived is looked for among its letters by our reference."""

    abilities = Abilities(look_up=True, delivery_events=True, cost=True)

    def __init__(
        self, door: HttpDoor, *, api_key: str, postage: MsbPostage, printing: Printing, address_page: bool = True
    ) -> None:
        self._door, self._postage, self._printing = door, postage, printing
        self._placement = "insert_blank_page" if address_page else "first_page"
        self._is_test = api_key.startswith("test_")

    @property
    def name(self) -> str:
        """What operators call it."""
        return "mysendingbox"

    def send(self, message: OutgoingMessage) -> Receipt:
        """Give it one letter; see `workers.channels.base.Channel.send`."""
        letter = paper_letter(message, self.name)
        content, content_type = multipart(self._fields(letter), "source_file", (_FORM, letter.pdf))
        answer = self._door.ask("POST", "/letters", headers={"content-type": content_type}, content=content)
        if not answer.is_success or not _id_of(answer.json):
            raise _outcome(answer)
        return Receipt(provider_id=_id_of(answer.json), detail=f"{answer.status}, {_price(answer.json.get('price'))}")

    def look_up(self, message_id: str) -> Receipt | None:
        """The letter that bears our reference, if MySendingBox lists it; see `workers.channels.provider.CanLookUp`.

        Nothing says that its list is whole: a letter that is not there stays in doubt.
        """
        reference, seen = reference_of(message_id), set[str]()
        for page in range(_PAGES):
            answer = self._door.ask("GET", f"/letters?limit={_PAGE}&offset={page * _PAGE}", headers={})
            letters = answer.json.get("letters")
            if not answer.is_success or not isinstance(letters, list):
                raise _outcome(answer)
            for found in letters:
                if _reference_in(found) == reference and _id_of(found):
                    return Receipt(provider_id=_id_of(found), detail=f"listed, {_price(found.get('price'))}")
            ids = {_id_of(found) for found in letters}
            if ids <= seen:  # the end, or the same page again
                break
            seen |= ids
        raise InDoubt("not-listed", f"{self._door.url} lists no letter of {reference}; that proves nothing yet")

    def check(self) -> str:
        """Ask for the price of a letter of one page; see `Channel.check`."""
        prices = [f"{postage} {self._price_of(postage)}" for postage in (Postage.SIMPLE, Postage.REGISTERED)]
        key = "test key, nothing is printed" if self._is_test else "live key"
        return f"{self._door.url} answers, {key}; one page: {', '.join(prices)}"

    def close(self) -> None:
        """Give connections back."""
        self._door.close()

    def _price_of(self, postage: Postage) -> str:
        wanted = {
            "color": self._colour, "postage_type": self._postage.of(postage), "page_count": 1,
            "both_sides": self._printing.both_sides, "address_country": "France",
        }  # fmt: skip
        headers = {"content-type": "application/json"}
        answer = self._door.ask("POST", "/letters/price", headers=headers, content=json.dumps(wanted).encode())
        if not answer.is_success or not answer.json:
            raise _outcome(answer)
        return _price(answer.json.get("price", answer.json))

    @property
    def _colour(self) -> str:
        return "color" if self._printing.colour else "bw"

    def _fields(self, letter: PaperLetter) -> dict[str, str]:
        is_registered = letter.postage is Postage.REGISTERED
        return {
            **_address("to", letter.recipient, letter.to), **_address("from", letter.origin, letter.back_to),
            "color": self._colour, "both_sides": _flag(self._printing.both_sides),
            "postage_type": self._postage.of(letter.postage), "address_placement": self._placement,
            "manage_delivery_proof": _flag(is_registered), "manage_returned_mail": _flag(self._printing.returned_mail),
            "source_file_type": "file", "description": letter.reference[:100], "metadata[reference]": letter.reference,
        }  # fmt: skip


def _address(end: str, party: Party, place: Place) -> dict[str, str]:
    """The fields of one end: the company, the person, up to three lines."""
    parts = {"company": party.name, "name": party.person} if party.person else {"name": party.name}
    lines = {f"address_line{number}": line for number, line in enumerate(place.lines, start=1)}
    town = {"address_postalcode": place.postcode, "address_city": place.city, "address_country": place.country_name}
    return {f"{end}[{field}]": str(value) for field, value in (parts | lines | town).items()}


def _flag(value: bool) -> str:  # noqa: FBT001 - a form's true and false
    return "true" if value else "false"


def _id_of(letter: object) -> str:
    found = letter.get("_id") if isinstance(letter, dict) else None
    return found if isinstance(found, str) else ""


def _reference_in(letter: object) -> object:
    metadata = letter.get("metadata") if isinstance(letter, dict) else None
    return metadata.get("reference") if isinstance(metadata, dict) else None


def _price(price: Any) -> str:  # noqa: ANN401 - whatever the provider says
    total = price.get("total") if isinstance(price, dict) else None
    return f"{total} €" if isinstance(total, int | float) else "price not told"


def _outcome(answer: Answer) -> ChannelError:
    error = answer.json.get("error")
    words = str(error.get("message", "")) if isinstance(error, dict) else str(answer.json.get("message", ""))
    blames_address = answer.status in (400, 422) and "address" in words.lower() and "from" not in words.lower()
    return outcome_of_status(answer.status, words or answer.text, answer.headers, address_is_bad=blames_address)
