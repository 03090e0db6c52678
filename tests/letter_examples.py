"""A letter, and the three providers of letters over a fake one."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import mkdtemp

import pytest

from tests.fake_post import AR24_KEY, AR24_TOKEN, AR24_USER, MF_SECRET, MF_SERVICE, MF_USER, MSB_KEY
from tests.fake_provider import HTML, FakeProvider, Fault
from workers.channels.ar24_door import Ar24Access, Ar24Door
from workers.channels.base import Attachment, ChannelError, OutgoingMessage, Party, Place, Receipt
from workers.channels.http_door import LONGEST_ANSWER, HttpDoor
from workers.channels.lre_ar24 import Ar24Lre
from workers.channels.lre_session import LreSession
from workers.channels.merci_facteur_door import MerciFacteurDoor, MfKeys
from workers.channels.post_merci_facteur import MerciFacteurPost
from workers.channels.post_message import Printing
from workers.channels.post_mysendingbox import MsbPostage, MySendingBoxPost
from workers.channels.provider import Provider
from workers.clock import SystemClock

Make = Callable[..., Provider]
REFERENCE = "0123456789abcdef0123456789abcdef01234567@atelier.example"
PDF = b"%PDF-1.7 sheets"
DEBTOR = Party(
    name="Bâtiments du Parc SARL", person="Marie Perrin", email="compta@parc.example",
    place=Place(lines=("Bâtiment B", "12 rue des Lilas"), postcode="38000", city="Grenoble"),
)  # fmt: skip
LETTER = OutgoingMessage(
    dispatch_id="atelier/F-1/fr_standard@1/2", channel="letter", to="Bâtiment B\n12 rue des Lilas\n38000 Grenoble",
    sender="compta@atelier.example", recipient=DEBTOR,
    origin=Party(name="Atelier Martin", place=Place(lines=("3 quai Jongkind",), postcode="38000", city="Grenoble")),
    subject="Facture F-1", text="1 000,00 € restent dus.", message_id=f"<{REFERENCE}>",
    attachments=(Attachment(filename="letter.pdf", media_type="application/pdf", content=PDF),),
    date=datetime(2026, 2, 10, 9, tzinfo=UTC),
)  # fmt: skip
LRE = replace(LETTER, channel="lre", to="compta@parc.example")


def mysendingbox(url: str, *, key: str = MSB_KEY, **door: object) -> Provider:
    way = HttpDoor(f"{url}/msb", auth=(key, ""), **door)  # type: ignore[arg-type] # times in seconds, a transport
    return MySendingBoxPost(way, api_key=key, postage=MsbPostage(), printing=Printing())


def merci_facteur(url: str, *, key: str = MF_SECRET, **door: object) -> Provider:
    way = MerciFacteurDoor(HttpDoor(f"{url}/mf", **door), MfKeys(MF_SERVICE, key), SystemClock().now)  # type: ignore[arg-type] # as above
    return MerciFacteurPost(way, user_id=MF_USER, printing=Printing())


def ar24(url: str, *, key: str = AR24_KEY, open_hour: bool = True, **door: object) -> Ar24Lre:
    session = LreSession(Path(mkdtemp(prefix="relance-lre-")) / "lre-session.json")
    if open_hour:
        session.open(SystemClock().now() + timedelta(hours=1))
    access = Ar24Access(AR24_TOKEN, key, AR24_USER)
    return Ar24Lre(Ar24Door(HttpDoor(f"{url}/ar24", **door), access, SystemClock().now), session)  # type: ignore[arg-type] # as above


def letter_for(make: Make) -> OutgoingMessage:
    """A letter that the provider of `make` carries."""
    return LRE if make is ar24 else LETTER


def struck(fake: FakeProvider, make: Make) -> None:
    """Let faults befall the request that makes the letter."""
    fake.struck = {mysendingbox: "/letters", merci_facteur: "/sendCourrier", ar24: "/mail"}[make]


def outcome(provider: Provider, message: OutgoingMessage) -> Receipt | ChannelError:
    """What becomes of one letter."""
    try:
        return provider.send(message)
    except ChannelError as error:
        return error
    finally:
        provider.close()


#: What leaves nobody certain: what happens, and the code of the doubt.
DOUBTS = [
    pytest.param(Fault(status=500, body=b"{}"), "500", id="failed, who knows where"),
    pytest.param(Fault(status=504, takes=True), "504", id="a gateway gave up"),
    pytest.param(Fault(status=200, body=HTML, media_type="text/html"), "200", id="a page in HTML"),
    pytest.param(Fault(status=200, body=b'{"ok": false}'), "200", id="accepted without an identifier"),
    pytest.param(Fault(status=200, body=b"[1]"), "200", id="JSON, but no object"),
    pytest.param(Fault(takes=True), "closed", id="cut after accepting"),
    pytest.param(Fault(), "closed", id="cut before accepting: nobody can tell"),
    pytest.param(Fault(takes=True, hangs=True), "timeout", id="silent after accepting"),
    pytest.param(
        Fault(takes=True, status=200, body=b"x" * (LONGEST_ANSWER + 1)), "too-long", id="an endless answer"
    ),
]  # fmt: skip
