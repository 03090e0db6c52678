"""Who carries letters, built from the settings; they were checked to be whole.

Providers compare the time with their own: they are told the machine's, also where a demonstration steps its clock.
"""

from pathlib import Path
from typing import Final

from workers.channels.ar24_door import Ar24Access, Ar24Door
from workers.channels.http_door import HttpDoor
from workers.channels.lre_ar24 import Ar24Lre
from workers.channels.lre_session import LreSession
from workers.channels.merci_facteur_door import MerciFacteurDoor, MfKeys
from workers.channels.post_merci_facteur import MerciFacteurPost
from workers.channels.post_message import Printing
from workers.channels.post_mysendingbox import MsbPostage, MySendingBoxPost
from workers.channels.provider import Provider
from workers.clock import SystemClock
from workers.settings_parts.post import Lre, Post

#: Where the hour that AR24 was opened for is remembered, below the data directory.
SESSION: Final = "lre-session.json"


def post_of(post: Post) -> Provider:
    """Who prints and posts letters."""
    printing = Printing(colour=post.colour, both_sides=post.both_sides, returned_mail=post.returned_mail)
    if post.provider == "mysendingbox" and post.mysendingbox is not None:
        mine = post.mysendingbox
        key = mine.api_key.get_secret_value()
        return MySendingBoxPost(
            HttpDoor(mine.url, timeout_s=post.timeout_s, deadline_s=post.deadline_s, auth=(key, "")),
            api_key=key,
            postage=MsbPostage(simple=mine.simple, tracked=mine.tracked),
            printing=printing,
            address_page=mine.address_page,
        )
    if post.provider == "merci_facteur" and post.merci_facteur is not None:
        his = post.merci_facteur
        keys = MfKeys(his.service_id, his.secret_key.get_secret_value(), his.authorized_ips)
        door = HttpDoor(his.url, timeout_s=post.timeout_s, deadline_s=post.deadline_s)
        return MerciFacteurPost(
            MerciFacteurDoor(door, keys, SystemClock().now),
            user_id=his.user_id,
            printing=printing,
            registered=his.registered,
        )
    raise ValueError("post.provider is missing; name who posts letters: mysendingbox or merci_facteur")


def lre_of(lre: Lre, data_dir: Path, receipts_at: str | None = None) -> Ar24Lre:
    """Who carries electronic registered letters, and where he tells what became of them."""
    if lre.provider != "ar24" or lre.ar24 is None:
        raise ValueError("lre.provider is missing; name who carries electronic registered letters: ar24")
    mine = lre.ar24
    access = Ar24Access(mine.token.get_secret_value(), mine.private_key.get_secret_value(), mine.user_id)
    door = HttpDoor(mine.url, timeout_s=lre.timeout_s, deadline_s=lre.deadline_s)
    return Ar24Lre(Ar24Door(door, access, SystemClock().now), LreSession(data_dir / SESSION), receipts_at=receipts_at)
