"""A message in doubt, asked about where it may be: only what the provider is certain of ends the doubt."""

import sqlalchemy as sa

from workers.channels.base import InDoubt
from workers.channels.provider import CanLookUp
from workers.ledger import schema
from workers.operations import dispatches
from workers.operations.dispatches import Result
from workers.operations.doing import Doing
from workers.wiring import System
from workflows.invoice import Channel


def resolve_by_look_up(system: System, name: str, doing: Doing) -> list[Result]:
    """Resolve the doubt about a message by what its provider knows of our reference.

    Args:
        system: with the channels as the settings choose them now.
        name: of the message, or the key of one of its dispatches.
        doing: who asks, and why.

    Raises:
        ChannelError: the provider does not answer, cannot be asked, or is not certain; the doubt stays.
    """
    row, message = schema.dispatches.c, schema.messages
    chosen = sa.select(row.message_id, row.channel, row.status, message.c.claimed_at)
    chosen = chosen.outerjoin_from(schema.dispatches, message, row.message_id == message.c.message_id)
    chosen = chosen.where(sa.or_(row.key == name, row.message_id == name))
    with system.ledger.connect() as connection:
        found = connection.execute(chosen.limit(1)).one_or_none()
    if found is None:
        return [Result(name, "missing")]
    if found.status != "in_doubt":
        return [Result(name, "refused", found.status, found.status)]
    outlet = system.outlets[Channel(found.channel)]
    if not isinstance(outlet, CanLookUp):
        raise InDoubt("no-look-up", f"{outlet.name} cannot be asked by our reference; look in its own log")
    receipt = outlet.look_up(found.message_id)
    if receipt is None:
        return dispatches.resolve_resend(system.engine, name, doing, attempt=found.claimed_at)
    return dispatches.resolve_sent(system.engine, name, doing, provider_id=receipt.provider_id)
