"""The hour in which electronic registered letters may leave: a person opens it, and what waited for it leaves."""

from typing import NamedTuple

import sqlalchemy as sa

from workers.ledger import schema
from workers.letter_outlets import lre_of
from workers.operations.doing import Doing, note
from workers.wiring import System
from workflows.invoice import Channel
from workflows.machine.records import CLOSED

#: Why a dispatch waits for the hour: none was open, or it ended while the letter was being given.
_PUT_OFF = (CLOSED, "delivery.retry")


class Opened(NamedTuple):
    """What opening the hour did.

    Attributes:
        until: its end, in ISO 8601 with its zone.
        waiting: letters that leave now, unless their cases no longer want them.
    """

    until: str
    waiting: int


def open_hour(system: System, code: str, doing: Doing) -> Opened:
    """Prove to the provider who the sender is, and let look again at what waited for that.

    Args:
        system: with `[lre]` in its settings.
        code: of one use, as the sender's key makes them.
        doing: who opens it, and why.

    Raises:
        ValueError: the settings name no provider.
        ChannelError: the provider does not take the code.
    """
    provider = lre_of(system.settings.lre, system.settings.data_dir)
    try:
        until = provider.open_hour(code)
    finally:
        provider.close()
    row = schema.dispatches.c
    waiting = sa.update(schema.dispatches).where(row.status == "wanted", row.channel == Channel.LRE)
    with system.ledger.begin() as connection:
        note(connection, doing, "lre_open", subject=provider.name, now=system.clock.now())
        again = waiting.where(row.reason.in_(_PUT_OFF)).values(published=False, not_before=None, reason=None)
        return Opened(until.isoformat(), connection.execute(again).rowcount)
