"""Every target of the settings with its door, its clock and its language."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from workers.channels.base import Channel as Outlet
from workers.settings import Settings
from workers.settings_parts.team import Target
from workers.team.crew import Listener
from workers.team.doors import ChatDoor, Door, MailDoor
from workers.team.messages import ROOM, ROOM_OF_A_MAIL, Reader
from workflows.invoice import Creditor
from workflows.regions import Region, region_of, zone_of


def listeners_of(settings: Settings, outlet: Callable[[], Outlet]) -> dict[str, Listener]:
    """Every target, by its name.

    Args:
        settings: they were checked to be whole.
        outlet: the channel that carries e-mails, asked for when one leaves.
    """
    return {target.name: _listener(settings, target, outlet) for target in settings.team.targets}


def lease_of(settings: Settings) -> timedelta:
    """How long a worker may take for one message, by chat or by e-mail."""
    return timedelta(seconds=settings.delivery.lease_s + settings.team.deadline_s)


def _listener(settings: Settings, target: Target, outlet: Callable[[], Outlet]) -> Listener:
    region = _region(_creditors(settings, target))
    reader = Reader(
        language=target.language,
        zone=zone_of(region),
        room=ROOM if target.email is None else ROOM_OF_A_MAIL,
    )
    return Listener(target=target, door=_door(settings, target, outlet), region=region, reader=reader)


def _door(settings: Settings, target: Target, outlet: Callable[[], Outlet]) -> Door:
    url, team = settings.team.url_of(target), settings.team
    if url is not None:
        return ChatDoor(url, timeout_s=team.timeout_s, deadline_s=team.deadline_s)
    sender = _sender(settings, _creditors(settings, target))
    return MailDoor(outlet, str(target.email), sender, target.language)


def _creditors(settings: Settings, target: Target) -> Sequence[Creditor]:
    return [each for each in settings.creditors if not target.creditors or each.ref in target.creditors]


def _sender(settings: Settings, creditors: Sequence[Creditor]) -> tuple[str, str | None] | None:
    """Who writes: the address of the settings, else the first creditor's own."""
    if settings.smtp.sender is not None:
        return settings.smtp.sender, settings.smtp.sender_name or "relance"
    return (creditors[0].email, "relance") if creditors else None


def _region(creditors: Sequence[Creditor]) -> Region:
    """Where they work; mainland France where they work in several places, or none is declared."""
    found = {region_of(each.address.postcode, each.address.country) for each in creditors}
    return found.pop() if len(found) == 1 else Region.METROPOLE
