"""What posting a batch tells the cases: each letter was deposited, under its number."""

from datetime import datetime, time

from workers.ledger import store
from workers.operations.post import PARIS, Batch
from workers.orders import Outcome
from workers.wiring import System
from workflows.events import LetterState, LetterTracked

#: Where the word comes from, in the journal.
SOURCE = "/post"


def deposited(system: System, batch: Batch) -> list[Outcome]:
    """Tell the cases of a posted batch, once for each letter and number; telling again changes nothing."""
    if batch.posted_on is None:
        return []
    at = max(datetime.combine(batch.posted_on, time(), PARIS), batch.made_at)  # the same whenever it is told
    events = [
        LetterTracked(
            event_id=store.short_id(f"{each.message_id}/{each.tracking_no or ''}"), source=SOURCE, at=at,
            creditor=each.creditor_ref, message_id=each.message_id, state=LetterState.DEPOSITED,
            tracking_no=each.tracking_no,
        )
        for each in batch.letters
        if each.withdrawn is None
    ]  # fmt: skip
    return system.engine.handle_many(events)
