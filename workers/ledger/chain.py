"""The journal's chain: each line is tied to the one before it, and the case to its last line.

A line that was changed, taken out, added or moved breaks it; one that was anonymised does not, for its hash is over
what it promised to become (`seals.py`), and its anonymisation is recorded (`redactions.py`). What the chain cannot show
is a case that disappeared with all of its lines: a copy of the heads kept elsewhere can (`missing`).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

import sqlalchemy as sa

from workers.ledger import redactions, schema, seals, store
from workers.ledger.pipeline import Row
from workflows.events import EVENT

#: Of what a line's hash covers; heads of another format cannot be compared.
FORMAT = 2
#: Lines read in one go.
PAGE = 1000


@dataclass(frozen=True, slots=True)
class Break:
    """Where a chain does not hold.

    Attributes:
        seq: the line; None where the end of the chain is missing.
    """

    case_id: str
    seq: int | None
    reason: str


def _silent(_lines: int) -> None:
    """Tell nobody."""


def verify(
    connection: sa.Connection, case_id: str | None = None, *, told: Callable[[int], None] = _silent
) -> list[Break]:
    """Every break in the chain of one case, or of all; empty when the journal is as it was written.

    Cost: reads every line once, in the order of cases; a million lines take one to two minutes.

    Args:
        connection: whose transaction is read.
        case_id: of the one case; None for all.
        told: hears of every case that is done, with the number of its lines.
    """
    found: list[Break] = []
    ends = dict(_ends(connection, case_id))
    recorded = redactions.recorded(connection, case_id)
    for one, group in groupby(_lines(connection, case_id), key=lambda line: str(line.case_id)):
        lines = list(group)
        end = ends.pop(one, None)
        found += [Break(one, None, "the case of these lines is gone")] if end is None else _breaks(one, lines, end)
        found += [Break(one, seq, reason) for seq, reason in redactions.gaps(lines, recorded.get(one, ()))]
        told(len(lines))
    found += [Break(one, None, "the journal has no line of this case") for one in ends]
    return sorted(found, key=lambda item: (item.case_id, item.seq is None, item.seq or 0))


def heads(connection: sa.Connection) -> dict[str, str]:
    """The hash of the last line of every case, to be kept elsewhere."""
    return dict(_ends(connection, None))


def missing(connection: sa.Connection, kept: Mapping[str, str]) -> list[Break]:
    """The cases whose head was kept elsewhere and is no line of theirs any more: gone, cut short or written anew."""
    given = sa.text(
        "SELECT case_id FROM unnest(CAST(:ids AS text[]), CAST(:heads AS text[])) AS kept(case_id, head) "
        "WHERE NOT EXISTS (SELECT FROM journal WHERE journal.case_id = kept.case_id AND journal.hash = kept.head) "
        "ORDER BY case_id"
    )
    rows = connection.execute(given, {"ids": list(kept), "heads": list(kept.values())})
    return [Break(row.case_id, None, "the line that was kept elsewhere is not there") for row in rows]


def _breaks(case_id: str, lines: Iterable[Row], end: str) -> Iterator[Break]:
    chain = store.NO_HASH
    for line in lines:
        if not _holds(chain, line):
            yield Break(case_id, line.seq, "the line, or the one before it, is not what was written")
        elif not seals.promises_its_copies(line.level, (line.event, line.decision), _promised(line)):
            yield Break(case_id, line.seq, "the line promises to become something else than its own copy")
        elif (said := _said(line)) is None:
            yield Break(case_id, line.seq, "the event of the line cannot be read")
        elif said != (line.source, line.event_id, line.kind, line.at):
            yield Break(case_id, line.seq, "the columns beside the event say something else than the event")
        chain = line.hash
    if chain != end:
        yield Break(case_id, None, "the last line is missing")


def _holds(chain: str, line: Row) -> bool:
    return seals.holds(line.level, (line.event, line.decision), _promised(line)) and line.hash == (
        seals.line_hash(chain, line.case_id, line.recorded_at, line.seals)
    )


def _promised(line: Row) -> seals.Seals:
    return seals.Seals(line.seals, line.salts)


def _said(line: Row) -> tuple[object, ...] | None:
    try:
        event = EVENT.validate_json(line.event)
    except ValueError:
        return None
    return event.source, event.event_id, store.kind_of(event), event.at


def _ends(connection: sa.Connection, case_id: str | None) -> Iterator[tuple[str, str]]:
    cases = schema.cases.c
    ends = sa.select(cases.case_id, cases.chain)
    for row in connection.execute(ends if case_id is None else ends.where(cases.case_id == case_id)):
        yield row.case_id, row.chain


def _lines(connection: sa.Connection, case_id: str | None) -> Iterator[Row]:
    journal = schema.journal.c
    lines = sa.select(schema.journal).order_by(journal.case_id, journal.seq)
    chosen = lines if case_id is None else lines.where(journal.case_id == case_id)
    yield from connection.execute(chosen.execution_options(yield_per=PAGE))
