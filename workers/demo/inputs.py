"""The script of the demonstration: files by day, events and acts by hour, read from the folder `data`."""

import json
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

from workers.demo.arrivals import ZONE, AfterMessage, Arrival, FileArrives, PostGoes, arrival_of, local
from workflows.business_days import Region, is_working_day

#: The files of the demonstration.
DATA: Final = Path(__file__).parent / "data"


@dataclass(slots=True)
class Script:
    """Everything that will come in, in order, and what waits for a message to leave first.

    Attributes:
        creditors: the text of the settings that declares them.
        refused: recipients that the SMTP server refuses for good.
    """

    begins_at: datetime
    ends_at: datetime
    creditors: str
    refused: tuple[str, ...]
    arrivals: list[Arrival]
    waiting: list[AfterMessage] = field(default_factory=list)

    @property
    def next_at(self) -> datetime | None:
        """When the next one comes in."""
        return self.arrivals[0].at if self.arrivals else None

    def take_until(self, now: datetime) -> Iterator[Arrival]:
        """Those whose moment has come, in order; each is given once."""
        while self.arrivals and self.arrivals[0].at <= now:
            yield self.arrivals.pop(0)

    def message_left(self, invoice_no: str, step: str, sent_at: datetime, message_id: str) -> None:
        """A message has left: what waited for it has a moment now."""
        for each in [item for item in self.waiting if (item.invoice_no, item.step) == (invoice_no, step)]:
            self.waiting.remove(each)
            self.arrivals.append(each.once_sent(sent_at, message_id))
            self.arrivals.sort(key=_order)


def read_script(folder: Path = DATA, *, days: int | None = None) -> Script:
    """Read the folder; `days` shortens or lengthens the run.

    Raises:
        OSError, ValueError, KeyError: a file of the demonstration is damaged.
    """
    plan = tomllib.loads((folder / "deroulement.toml").read_text(encoding="utf-8"))
    first, length = plan["begins_on"], days or plan["days"]
    begins_at = datetime.combine(first, time(0, 0), ZONE)
    ends_at = datetime.combine(first + timedelta(days=length), time(0, 0), ZONE)
    lines = list(_lines(folder / "evenements.ndjson"))
    timed = [arrival_of(line, local(line["at"])) for line in lines if "at" in line]
    arrivals: list[Arrival] = [*_invoice_files(folder, plan), *_statements(folder, plan, ends_at), *timed]
    arrivals += _rounds(plan, ends_at)
    return Script(
        begins_at=begins_at,
        ends_at=ends_at,
        creditors=(folder / "creanciers.toml").read_text(encoding="utf-8"),
        refused=tuple(plan["refused_recipients"]),
        arrivals=sorted((item for item in arrivals if item.at < ends_at), key=_order),
        waiting=[_after(line) for line in lines if "after" in line],
    )


def _order(arrival: Arrival) -> tuple[datetime, str]:
    """By moment; at one moment by creditor, and otherwise as written."""
    return arrival.at, arrival.creditor


def _lines(file: Path) -> Iterator[dict[str, Any]]:
    for text in file.read_text(encoding="utf-8").splitlines():
        if text.strip() and not text.startswith("#"):
            yield json.loads(text)


def _after(line: dict[str, Any]) -> AfterMessage:
    return AfterMessage(line["after"]["invoice_no"], line["after"]["step"], line)


def _invoice_files(folder: Path, plan: dict[str, Any]) -> Iterator[FileArrives]:
    for file in sorted((folder / "factures").glob("*/*.csv")):
        at = datetime.combine(date.fromisoformat(file.stem), plan["invoices_at"], ZONE)
        yield FileArrives(at, file.parent.name, "invoices", file)


def _statements(folder: Path, plan: dict[str, Any], ends_at: datetime) -> Iterator[FileArrives]:
    """One statement of the bank every working day for each creditor, but for those that are late."""
    late = {each["creditor"]: each for each in plan["late_statements"]}
    for place in sorted(folder.glob("reglements/*")):
        missing_from, back_at = _outage(late.get(place.name))
        for day in _working_days(plan, ends_at):
            at = datetime.combine(day, plan["payments_at"], ZONE)
            if back_at is not None and day == back_at.date():
                at = back_at
            is_missing = back_at is not None and missing_from <= day < back_at.date()
            file = place / f"{day.isoformat()}.csv"
            found = file if file.exists() and not is_missing else None
            yield FileArrives(at, place.name, "payments", found, feed_as_of=None if is_missing else at)


def _rounds(plan: dict[str, Any], ends_at: datetime) -> Iterator[PostGoes]:
    """One round to the post every working day."""
    post = plan["post"]
    for day in _working_days(plan, ends_at):
        yield PostGoes(datetime.combine(day, post["at"], ZONE), "", post["who"], post["tracking"])


def _working_days(plan: dict[str, Any], ends_at: datetime) -> Iterator[date]:
    day = plan["begins_on"]
    while day < ends_at.date():
        if is_working_day(day, Region.METROPOLE):
            yield day
        day += timedelta(days=1)


def _outage(late: dict[str, Any] | None) -> tuple[date, datetime | None]:
    """From which day a creditor's statements are missing, and when they are back; None where none is."""
    return (date.max, None) if late is None else (late["missing_from"], late["arrives_at"].replace(tzinfo=ZONE))
