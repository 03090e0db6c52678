"""An e-mail that came in becomes one event: a reply, an automatic reply, a bounce; or it waits for a person."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, Literal

import sqlalchemy as sa
import structlog
from pydantic import TypeAdapter
from sqlalchemy.dialects.postgresql import insert

from workers.intake.mail_bounces import Report, is_formal, plain_report, report_in
from workers.intake.mail_matching import By, Match, is_from_us, match_of, ours, tagged_message
from workers.intake.mail_reading import Mail, Refused, read_mail, unreadable
from workers.ledger import schema
from workers.ledger.queries.paging import Row
from workers.return_addresses import Tagged, return_addresses
from workflows.events import Inbound, MessageBounced, MessageDelivered, ReplyReceived
from workflows.regions import Region, day_at
from workflows.replies import Reading, ReplyKind, read_reply

if TYPE_CHECKING:
    from workers.wiring import System

Status = Literal["reply", "automatic", "bounce", "notice", "own", "unmatched", "refused"]
SOURCE: Final = "/mailbox"
_INBOUND: TypeAdapter[Inbound] = TypeAdapter(Inbound)
#: How far the Date of a message may lie from now and still be believed.
_BELIEVED: Final = timedelta(days=30)
log = structlog.get_logger()
#: Reasons, in French and in English.
_NOBODY: Final = (
    "ni un de nos messages, ni un numéro de facture, ni un expéditeur connu ne désigne un débiteur ; rattachez-le\n"
    "no message of ours, no invoice number and no known sender names a debtor; match it by hand"
)
_REPORT_OF_NOBODY: Final = (
    "un avis de serveur qui ne désigne aucun de nos messages\na mail server's report that names no message of ours"
)
_A_COPY: Final = "une copie d’un de nos messages\na copy of a message of ours"
_BY_US: Final = "écrit depuis l’adresse d’un créancier\nwritten from a creditor's own address"
#: Replies of one address within a day that become events; a program that answers programs writes more.
MOST_A_DAY: Final = 20
_FLOOD: Final = (
    f"plus de {MOST_A_DAY} réponses de cette adresse en un jour, comme une boucle de programmes ; rattachez-le\n"
    f"more than {MOST_A_DAY} replies of this address within a day, as in a loop of programs; match it by hand"
)


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one message.

    Attributes:
        is_new: whether this is the first time; the same message twice is one.
        reason: why it is refused or fits nobody.
        reading: what a reply seems to say.
    """

    mail_id: str
    status: Status
    sender: str
    subject: str
    is_new: bool = True
    match: Match | None = None
    reason: str | None = None
    reading: Reading | None = None
    event: Inbound | None = None


def take(system: "System", raw: bytes, *, recipient: str | None = None, dry_run: bool = False) -> Taken:
    """Take in one message as a mail server gave it; bad input is an answer, never an exception.

    The message is kept first, with the event it becomes; the event is published then. Whoever dies in between is
    followed by the next attempt, which publishes the same event.

    Args:
        system: where it goes.
        raw: the message.
        recipient: the address that its envelope named, where it is known and no header says so.
        dry_run: say what would become of it, and write nothing.

    Raises:
        sqlalchemy.exc.OperationalError: the ledger is away; nothing happened, take it again.
    """
    now = system.clock.now()
    try:
        mail = read_mail(raw)
        report = report_in(mail)
        tag = return_addresses(system.settings).read([recipient or "", *mail.recipients])
    except Refused as error:
        return refuse(system, raw, error, dry_run=dry_run)
    except Exception as error:  # noqa: BLE001 - whatever a message does to its readers, those behind it must come in
        log.warning("mail_unreadable", error=repr(error))
        return refuse(system, raw, unreadable(), dry_run=dry_run)
    with system.ledger.begin() as connection:
        known = _known(connection, mail.mail_id)
        taken = _look_at(connection, mail, _Named(tag, report), now) if known is None else known
        if known is None and not dry_run:
            taken = _keep(connection, taken, raw, _row(mail, now))
    if taken.event is not None and not dry_run:
        system.engine.handle(taken.event)
    return taken


def refuse(system: "System", raw: bytes, why: Refused, *, dry_run: bool = False) -> Taken:
    """Keep the fact that a message was not read, and why; its content stays where it came from."""
    now = system.clock.now()
    mail_id = hashlib.sha256(raw).hexdigest()[:32]
    with system.ledger.begin() as connection:
        known = _known(connection, mail_id)
        taken = known or Taken(mail_id, "refused", "", "", reason=f"{why.fr}\n{why.en}")
        if known is None and not dry_run:
            _keep(connection, taken, None, {"taken_at": now, "sent_at": now, "text": "",
                                            "raw_sha256": hashlib.sha256(raw).hexdigest()})  # fmt: skip
    return taken


def belongs_to(system: "System", mail_id: str, match: Match) -> Taken | None:
    """A person says whom an unmatched message is from; None where no such message waits."""
    table, now = schema.incoming, system.clock.now()
    with system.ledger.begin() as connection:
        chosen = sa.select(table.c.raw).where(table.c.mail_id == mail_id, table.c.status == "unmatched")
        raw = connection.scalars(chosen.with_for_update()).one_or_none()
        if raw is None:
            return None
        mail = read_mail(raw)
        taken = _reply(mail, match, now)
        connection.execute(sa.update(table).where(table.c.mail_id == mail_id).values(_columns(taken)))
    if taken.event is not None:
        system.engine.handle(taken.event)
    return taken


@dataclass(frozen=True, slots=True)
class _Named:
    """What a message says of the one that it is about.

    Attributes:
        tag: in the address to which it was sent, signed by us.
        report: the report that it is.
    """

    tag: Tagged | None
    report: Report | None


def _look_at(connection: sa.Connection, mail: Mail, named: _Named, now: datetime) -> Taken:
    """What a new message is: by the address it was sent to, else by what it says."""
    tagged = None if named.tag is None else tagged_message(connection, named.tag)
    report = named.report
    if tagged is not None and named.tag is not None and named.tag.purpose == "bounces" and not is_formal(mail):
        report = plain_report(mail, is_automatic=_read(mail, now).kind is ReplyKind.AUTOMATIC)
    if report is not None:
        by: By = "message" if tagged is None else "tag"
        return _report(mail, report, tagged or ours(connection, report.named), now=now, by=by)
    if mail.message_id is not None and ours(connection, (mail.message_id,)) is not None:
        return _taken(mail, "own", reason=_A_COPY)
    if is_from_us(connection, mail):
        return _taken(mail, "own", reason=_BY_US)
    match = match_of(connection, mail, tagged)
    if match is None or _is_a_flood(connection, mail.sender, now):
        return _taken(mail, "unmatched", reason=_FLOOD if match else _NOBODY, reading=_read(mail, now))
    return _reply(mail, match, now)


def _taken(mail: Mail, status: Status, **facts: Any) -> Taken:  # noqa: ANN401 - the fields of Taken
    return Taken(mail.mail_id, status, mail.sender, mail.subject, **facts)


def _reply(mail: Mail, match: Match, now: datetime) -> Taken:
    reading = _read(mail, now)
    automatic = reading.kind is ReplyKind.AUTOMATIC
    event = ReplyReceived(
        event_id=mail.mail_id, source=SOURCE, at=now, creditor=match.creditor_ref, reply_id=mail.mail_id,
        debtor_ref=match.debtor_ref, invoice_nos=match.invoice_nos, sender=mail.sender or None,
        in_reply_to=mail.named[0] if mail.named else None, text=mail.text, automatic=automatic,
    )  # fmt: skip
    return _taken(mail, "automatic" if automatic else "reply", match=match, reading=reading, event=event)


def _read(mail: Mail, now: datetime) -> Reading:
    written_on = day_at(_sent_at(mail, now), Region.METROPOLE)
    return read_reply(mail.text, mail.subject, mail.headers, received_on=written_on)


def _sent_at(mail: Mail, now: datetime) -> datetime:
    """When it was written; now, where its Date cannot be true."""
    sent_at = mail.sent_at
    return sent_at if sent_at is not None and now - _BELIEVED <= sent_at <= now else now


def _report(mail: Mail, report: Report, found: Row | None, *, now: datetime, by: By) -> Taken:
    if found is None:
        return _taken(mail, "unmatched", reason=_REPORT_OF_NOBODY)
    match = Match(found.creditor_ref, found.debtor_ref, (), by)
    facts: dict[str, Any] = {
        "event_id": mail.mail_id, "source": SOURCE, "at": now, "creditor": found.creditor_ref,
        "message_id": found.message_id,
    }  # fmt: skip
    reason = f"{report.what} {report.code or ''}".strip()
    if report.what == "delayed":
        return _taken(mail, "notice", match=match, reason=reason)
    if report.what == "delivered":
        return _taken(mail, "notice", match=match, reason=reason, event=MessageDelivered(**facts))
    bounced = MessageBounced(**facts, bounce=report.what, code=report.code)
    return _taken(mail, "bounce", match=match, reason=reason, event=bounced)


# --- the ledger -----------------------------------------------------------------------------------------------------


def _known(connection: sa.Connection, mail_id: str) -> Taken | None:
    """What became of the same message before; a message that fitted nobody is looked at again by a person alone."""
    table = schema.incoming.c
    row = connection.execute(sa.select(schema.incoming).where(table.mail_id == mail_id)).one_or_none()
    if row is None:
        return None
    match = None if row.debtor_ref is None else Match(row.creditor_ref, row.debtor_ref, (), row.matched_by)
    return Taken(
        row.mail_id, row.status, row.sender, row.subject, is_new=False, match=match, reason=row.reason,
        reading=None if row.reading is None else Reading.model_validate_json(row.reading),
        event=None if row.event is None else _INBOUND.validate_json(row.event),
    )  # fmt: skip


def _is_a_flood(connection: sa.Connection, sender: str, now: datetime) -> bool:
    """Whether this address wrote so much within a day that no person did."""
    table = schema.incoming.c
    taken = sa.select(table.mail_id).where(table.sender == sender, table.taken_at > now - timedelta(days=1),
                                           table.status.in_(["reply", "automatic"]))  # fmt: skip
    return len(connection.execute(taken.limit(MOST_A_DAY)).all()) == MOST_A_DAY


def _row(mail: Mail, now: datetime) -> dict[str, object]:
    return {"taken_at": now, "sent_at": _sent_at(mail, now), "text": mail.text}


def _columns(taken: Taken) -> dict[str, object]:
    match = taken.match
    return {
        "status": taken.status, "reason": taken.reason,
        "creditor_ref": match.creditor_ref if match else None, "debtor_ref": match.debtor_ref if match else None,
        "matched_by": match.by if match else None,
        "reading": sa.null() if taken.reading is None else taken.reading.model_dump_json(),
        "event": sa.null() if taken.event is None else _INBOUND.dump_json(taken.event).decode(),
    }  # fmt: skip


def _keep(connection: sa.Connection, taken: Taken, raw: bytes | None, facts: dict[str, object]) -> Taken:
    """Write it down; where another program did so in this very moment, what that one made of it counts."""
    values = {"mail_id": taken.mail_id, "sender": taken.sender, "subject": taken.subject, "raw": raw,
              "raw_sha256": hashlib.sha256(raw or b"").hexdigest()} | facts | _columns(taken)  # fmt: skip
    done = connection.execute(insert(schema.incoming).values(values).on_conflict_do_nothing())
    return taken if done.rowcount else _known(connection, taken.mail_id) or taken
