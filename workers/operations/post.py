"""Letters that somebody posts: what waits, batches, and what was posted when.

A batch is a row of the ledger before it is a file, and a letter is in one batch at most. The truth is read again when a
batch is made: a letter whose invoices are settled is withdrawn for good; one that no longer says what is owed, or whose
case rests, is kept back and looked at again with the next batch.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from workers.ledger import schema
from workers.operations.doing import Doing, note
from workers.operations.post_letters import PostLetter, letters_of
from workers.outlets import POST
from workers.wiring import System
from workflows.invoice import POSTED

PARIS = ZoneInfo("Europe/Paris")
Why = Literal["no_batch", "posted_already", "in_future", "before_batch", "settled"]


@dataclass(frozen=True, slots=True)
class Batch:
    """Letters that are printed together.

    Attributes:
        batch_id: `L20260216-1`, `T…` for tracked, `R…` for registered ones: kind, day of making, number of that day.
        letters: in the order in which they are printed; those taken out later are still there.
    """

    batch_id: str
    channel: str
    made_at: datetime
    posted_on: date | None
    letters: tuple[PostLetter, ...]


@dataclass(frozen=True, slots=True)
class Made:
    """What became of the letters that were waiting."""

    batches: tuple[Batch, ...]
    withdrawn: tuple[PostLetter, ...]
    kept_back: tuple[PostLetter, ...]


class NotPosted(Exception):
    """A word about a batch that the ledger cannot take.

    Attributes:
        why: the fact.
        letters: those that it is about.
    """

    def __init__(self, why: Why, letters: tuple[PostLetter, ...] = ()) -> None:
        super().__init__(why, letters)
        self.why, self.letters = why, letters


def waiting(system: System) -> tuple[PostLetter, ...]:
    """Letters that were written to be posted and are in no batch yet, oldest first."""
    with system.ledger.connect() as connection:
        return letters_of(connection, _unbatched())


def batches(system: System, *, batch_id: str | None = None) -> tuple[Batch, ...]:
    """All batches, or one, newest first."""
    table = schema.post_batches
    with system.ledger.connect() as connection:
        chosen = sa.select(table).order_by(table.c.made_at.desc(), table.c.batch_id.desc())
        rows = connection.execute(chosen if batch_id is None else chosen.where(table.c.batch_id == batch_id)).all()
        return tuple(
            Batch(row.batch_id, row.channel, row.made_at, row.posted_on, _letters_in(connection, row.batch_id))
            for row in rows
        )


def make(system: System, channels: Sequence[str], doing: Doing, *, include: Collection[str] = ()) -> Made:
    """Put what waits into a batch for each channel, after a new look at every case, in one transaction.

    Args:
        system: where the ledger is.
        channels: of the batches to make.
        doing: who makes them.
        include: numbers of invoices whose letter goes although it would be kept back; never one that is settled.
    """
    now = system.clock.now()
    with system.ledger.begin() as connection:
        connection.execute(sa.text("LOCK TABLE post_letters IN SHARE ROW EXCLUSIVE MODE"))  # two makers, one after one
        found = letters_of(connection, _unbatched(channels), lock=True)
        gone = tuple(each for each in found if each.is_settled)
        kept = tuple(
            each for each in found if not each.is_settled and each.flaw and not set(each.invoices) & set(include)
        )
        for each in gone:
            _insert(connection, each, batch_id=None, place=None, withdrawn="settled")
            note(connection, doing, "post.withdraw", subject=each.message_id, now=now)
        ready = [each for each in found if each not in gone and each not in kept]
        ids = [_make_one(connection, doing, channel, ready, now=now) for channel in channels]
    made = tuple(batch for name in ids if name for batch in batches(system, batch_id=name))
    return Made(made, gone, kept)


def _make_one(
    connection: sa.Connection, doing: Doing, channel: str, ready: Sequence[PostLetter], *, now: datetime
) -> str | None:
    mine = [each for each in ready if each.channel == channel]
    if not mine:
        return None
    stem, table = f"{channel[0].upper()}{_day(now):%Y%m%d}", schema.post_batches
    taken = connection.execute(
        sa.select(sa.func.count()).select_from(table).where(table.c.batch_id.startswith(f"{stem}-"))
    ).scalar_one()
    batch_id = f"{stem}-{taken + 1}"
    row = {"batch_id": batch_id, "channel": channel, "made_at": now, "made_by": doing.by}
    connection.execute(sa.insert(table), row)
    for place, each in enumerate(mine, start=1):
        _insert(connection, each, batch_id=batch_id, place=place, withdrawn=None)
    note(connection, doing, "post.batch", subject=batch_id, now=now)
    return batch_id


def reprinted(system: System, batch_id: str, doing: Doing) -> None:
    """Note that a batch is printed once more."""
    with system.ledger.begin() as connection:
        note(connection, doing, "post.duplicate", subject=batch_id, now=system.clock.now())


def posted(
    system: System,
    batch_id: str,
    on: date,
    doing: Doing,
    *,
    tracking: Mapping[str, str],
    without: Collection[str],
    anyway: bool = False,
) -> Batch:
    """Note that a batch was posted, with tracking numbers by message id; the same word twice changes nothing.

    Args:
        system: where the ledger is.
        batch_id: which batch.
        on: the day it was given to the post.
        doing: who says so.
        tracking: numbers by message id, checked; added to those already known.
        without: message ids that were taken out of the pile.
        anyway: letters settled since the batch was made have left all the same.

    Raises:
        NotPosted: there is no such batch, the day cannot be, or a letter in it has been settled since.
    """
    with system.ledger.begin() as connection:
        table = schema.post_batches
        row = connection.execute(sa.select(table).where(table.c.batch_id == batch_id).with_for_update()).one_or_none()
        if row is None:
            raise NotPosted("no_batch")
        _check_day(row.posted_on, on, made_on=_day(row.made_at), today=_day(system.clock.now()))
        settled = tuple(
            each for each in _letters_in(connection, batch_id)
            if each.is_settled and each.withdrawn is None and each.message_id not in without
        )  # fmt: skip
        if settled and row.posted_on is None and not anyway:
            raise NotPosted("settled", settled)
        changes = {name: {"withdrawn": "taken_out"} for name in without}
        changes |= {name: {"tracking_no": number, **changes.get(name, {})} for name, number in tracking.items()}
        _write_posted(connection, batch_id, on, changes)
        acts = [("post.withdraw", name) for name in without] + [("post.done", batch_id)] * (row.posted_on is None)
        for verb, subject in acts:
            note(connection, doing, verb, subject=subject, now=system.clock.now())
    [batch] = batches(system, batch_id=batch_id)
    return batch


def _write_posted(connection: sa.Connection, batch_id: str, on: date, changes: Mapping[str, Mapping[str, str]]) -> None:
    batch, letter = schema.post_batches, schema.post_letters
    connection.execute(sa.update(batch).where(batch.c.batch_id == batch_id).values(posted_on=on))
    for message_id, values in changes.items():
        connection.execute(sa.update(letter).where(letter.c.message_id == message_id).values(dict(values)))


def _day(at: datetime) -> date:
    """The calendar day where letters are posted."""
    return at.astimezone(PARIS).date()


def _check_day(known: date | None, on: date, *, made_on: date, today: date) -> None:
    if known is not None and known != on:
        raise NotPosted("posted_already")
    if on > today:
        raise NotPosted("in_future")
    if on < made_on:
        raise NotPosted("before_batch")


def _insert(
    connection: sa.Connection, letter: PostLetter, *, batch_id: str | None, place: int | None, withdrawn: str | None
) -> None:
    row = {"message_id": letter.message_id, "batch_id": batch_id, "place": place, "withdrawn": withdrawn}
    connection.execute(sa.insert(schema.post_letters), row)


def _unbatched(channels: Sequence[str] = tuple(sorted(POSTED))) -> sa.Select[tuple[str]]:
    """Message ids of what was written to be posted, on whatever machine, and nobody has put into a batch."""
    message, known = schema.messages.c, sa.select(schema.post_letters.c.message_id)
    is_printed = sa.func.strpos(message.path, sa.func.concat(f"/{POST}/", message.channel, "/")) > 0
    return sa.select(message.message_id).where(
        message.status == "sent", message.channel.in_(channels), is_printed, message.message_id.not_in(known)
    )


def _letters_in(connection: sa.Connection, batch_id: str) -> tuple[PostLetter, ...]:
    letter = schema.post_letters.c
    chosen = sa.select(letter.message_id).where(letter.batch_id == batch_id)
    return tuple(sorted(letters_of(connection, chosen), key=lambda each: each.place or 0))
