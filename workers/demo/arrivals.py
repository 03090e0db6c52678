"""What may come in during a demonstration: files, events, mail, people who do something, the round to the post."""

import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

from workers.intake.csv_fields import Kind
from workflows.business_days import Region, zone_of

ZONE: Final = zone_of(Region.METROPOLE)
#: Who says what the script says.
SOURCE: Final = "/demo"


@dataclass(frozen=True, slots=True)
class FileArrives:
    """A CSV file is imported; for payments, the bank also says up to when its data are complete.

    Attributes:
        file: None where there is nothing in it.
        feed_as_of: None for a statement that does not arrive, and for invoices.
    """

    at: datetime
    creditor: str
    kind: Kind
    file: Path | None
    feed_as_of: datetime | None = None


@dataclass(frozen=True, slots=True)
class EventArrives:
    """Another program sends an event: `payload`, as it travels; `event_id` None where it is unreadable."""

    at: datetime
    creditor: str
    event_id: str | None
    payload: str


@dataclass(frozen=True, slots=True)
class MailArrives:
    """An e-mail comes back about a message that left.

    Attributes:
        name: of the file, and of the reply in what people do about it.
        kind: what a debtor writes, what his program writes, or what a mail server writes.
        text: the words; of a bounce, the code of the server.
        answers: the `Message-ID` of ours that it is about.
    """

    at: datetime
    creditor: str
    name: str
    kind: Literal["reply", "absence", "bounce"]
    text: str
    answers: str


@dataclass(frozen=True, slots=True)
class PersonActs:
    """Somebody of a creditor types a command: what follows `relance`; `{NAME}` stands for the reply of that name."""

    at: datetime
    creditor: str
    who: str
    command: str


@dataclass(frozen=True, slots=True)
class PostGoes:
    """Somebody prints the letters that wait and takes them to the post; nothing happens where none wait.

    Attributes:
        tracking: numbers for registered letters, by invoice.
    """

    at: datetime
    creditor: str
    who: str
    tracking: dict[str, str]


Arrival: TypeAlias = FileArrives | EventArrives | MailArrives | PersonActs | PostGoes


@dataclass(frozen=True, slots=True)
class AfterMessage:
    """A line of the script that happens some time after a message has left, about that message."""

    invoice_no: str
    step: str
    line: dict[str, Any]

    def once_sent(self, sent_at: datetime, message_id: str) -> Arrival:
        """What comes in, now that its message is known: so many minutes later, or at a time of a later day."""
        after = self.line["after"]
        at = sent_at + timedelta(minutes=after.get("minutes", 0))
        if "time" in after:
            day: date = sent_at.astimezone(ZONE).date() + timedelta(days=after["days"])
            at = datetime.combine(day, time.fromisoformat(after["time"]), ZONE)
        return arrival_of(self.line, at, message_id)


def arrival_of(line: dict[str, Any], at: datetime, message_id: str = "") -> Arrival:
    """What a line of the script says comes in at `at`, about the message that it follows.

    Raises:
        KeyError: a field is missing.
    """
    creditor = line["creditor"]
    if "raw" in line:
        return EventArrives(at, creditor, None, line["raw"])
    if "mail" in line:
        mail = line["mail"]
        return MailArrives(at, creditor, mail["name"], mail["kind"], mail["text"], message_id)
    if "does" in line:
        return PersonActs(at, creditor, line["who"], line["does"])
    return _event(line, at, message_id)


def local(text: str) -> datetime:
    """An instant on the clock of the script."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def _event(line: dict[str, Any], at: datetime, message_id: str) -> EventArrives:
    happened = local(line["time"]) if "time" in line else at
    about = {"message_id": message_id} if message_id else {}
    envelope = {
        "specversion": "1.0", "id": line["id"], "source": SOURCE, "type": line["type"], "time": happened.isoformat(),
        "data": {"creditor": line["creditor"], **line["data"], **about},
    }  # fmt: skip
    return EventArrives(at, line["creditor"], line["id"], json.dumps(envelope, ensure_ascii=False))
