"""Notices about a telephone number: whoever wrote STOP gets no text messages any more, whoever wrote else is answered.

A STOP takes the number out of one channel. The debt stays, and so do the other channels.
"""

import hashlib
from typing import TYPE_CHECKING, Final

from sqlalchemy.dialects.postgresql import insert

from workers.hooks import matching
from workers.hooks.base import Notice
from workers.hooks.became import Became, event_id, publish, source_of
from workers.hooks.matching import Whose
from workers.ledger import schema
from workflows.events import ContactOptedOut, ReplyReceived
from workflows.invoice import Channel
from workflows.regions import Region, day_at
from workflows.replies import read_reply

if TYPE_CHECKING:
    from workers.wiring import System

#: Characters of an answer by text message that are kept; ten segments have 1,530.
_LONGEST: Final = 5_000
_SEVERAL: Final = (
    "plusieurs débiteurs ont le numéro qui a écrit ; lisez le message et notez ce qu’il dit\n"
    "several debtors have the number that wrote; read the message, and note what it says"
)


def about_phone(system: "System", provider: str, notice: Notice) -> Became:
    """Apply what somebody wrote from `notice.phone`."""
    phone = notice.phone or ""
    with system.ledger.connect() as connection:
        whose = matching.whose_phone(connection, phone)
    if not whose:
        said = notice.code or notice.what
        return Became(
            "unmatched",
            f"aucun contact n’a le numéro qui a écrit : {said}\nno contact has the number that wrote: {said}",
        )
    if notice.what == "opted_out":
        done = [_opted_out(system, provider, notice, each) for each in whose]
        refused = next((each for each in done if each.status == "refused"), None)
        return refused or Became("done", events=tuple(event for each in done for event in each.events))
    if len(whose) > 1:
        return Became("unmatched", _SEVERAL)
    return _replied(system, provider, notice, whose[0])


def _opted_out(system: "System", provider: str, notice: Notice, whose: Whose) -> Became:
    """The number is out, whoever has it; for every creditor, since the debtor does not know who sends for whom."""
    event = ContactOptedOut(
        event_id=event_id(provider, notice, "/".join(whose)), source=source_of(provider), at=notice.at,
        creditor=whose.creditor_ref, debtor_ref=whose.debtor_ref, channel=Channel.SMS, address=notice.phone,
        how=f"STOP, {provider}",
    )  # fmt: skip
    return publish(system, event)


def _replied(system: "System", provider: str, notice: Notice, whose: Whose) -> Became:
    """An answer is read by rules and waits for a person, as one by e-mail does."""
    reply_id, text = event_id(provider, notice, "/".join(whose)), (notice.text or "")[:_LONGEST].replace("\0", "")
    event = ReplyReceived(
        event_id=reply_id, source=source_of(provider), at=notice.at, creditor=whose.creditor_ref, reply_id=reply_id,
        debtor_ref=whose.debtor_ref, sender=notice.phone, text=text,
    )  # fmt: skip
    reading = read_reply(text, "", {}, received_on=day_at(notice.at, Region.METROPOLE))
    row = {
        "mail_id": reply_id, "taken_at": system.clock.now(), "sent_at": notice.at, "status": "reply",
        "creditor_ref": whose.creditor_ref, "debtor_ref": whose.debtor_ref, "matched_by": "sender",
        "sender": notice.phone, "subject": "SMS", "text": text, "reading": reading.model_dump_json(),
        "event": event.model_dump_json(exclude_none=True), "raw_sha256": hashlib.sha256(text.encode()).hexdigest(),
    }  # fmt: skip
    with system.ledger.begin() as connection:
        connection.execute(insert(schema.incoming).values(row).on_conflict_do_nothing())
    return publish(system, event)
