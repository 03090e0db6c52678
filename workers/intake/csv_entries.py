"""What the readers of CSV files give back: events with the lines that say them, and lines that say none."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from workers.intake.csv_rows import Row
from workers.intake.csv_text import Record
from workers.intake.findings import Finding
from workflows.event_schemas import content_hash
from workflows.events import Fact, Inbound

#: Who says what a file says; with ids made of content, a line that comes again is known.
SOURCE: Final = "/import/csv"
_ZONE: Final = ZoneInfo("Europe/Paris")
_NO_ID: Final = "?"

E = TypeVar("E", bound=Fact)


@dataclass(frozen=True, slots=True)
class Entry:
    """One event, and the lines of the file that say it.

    Attributes:
        notes: what was mended, or looks odd.
    """

    event: Inbound
    records: tuple[Record, ...]
    notes: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Rejected:
    """A line that says no event, and everything that is wrong with it."""

    record: Record
    findings: tuple[Finding, ...]


def identified(event: E) -> E:
    """`event` under an id made of its content: the same line in any file is the same event."""
    return event.model_copy(update={"event_id": content_hash(event)[:32]})


def attributes(day: date, creditor: str, now: datetime) -> dict[str, object]:
    """The common part of an event that happened on `day`: its first moment in Paris, or now if that is still ahead."""
    at = datetime.combine(day, datetime.min.time(), _ZONE).astimezone(UTC)
    return {"event_id": _NO_ID, "source": SOURCE, "at": min(at, now), "creditor": creditor}


def built(row: Row, model: type[E], facts: dict[str, object]) -> E | None:
    """The event that `facts` make; what the contract of events still refuses rejects the line."""
    try:
        return identified(model.model_validate(facts))
    except ValidationError as error:
        for detail in error.errors():
            place, words = ".".join(str(part) for part in detail["loc"]), detail["msg"]
            row.refuse(
                None, f"refusé ({place} : {words}) ; corrigez la ligne", f"refused ({place}: {words}); correct it"
            )
        return None


def rejected(row: Row) -> Rejected:
    """The answer to a line with findings."""
    return Rejected(row.record, tuple(row.findings))


def blamed(row: Row, other: Finding) -> Rejected:
    """The answer to a line that cannot go in without another one."""
    fr = f"fait partie du même paiement que la ligne {other.line}, rejetée ; corrigez celle-ci"
    en = f"belongs to the same payment as line {other.line}, which was rejected; correct that one"
    return Rejected(row.record, (replace(other, line=row.record.line, column=None, value="", fr=fr, en=en),))
