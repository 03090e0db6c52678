"""What a stored call becomes: events about a message of ours, a contact that opted out, or something for a person.

Every event has an id made of what the provider said, so that a call may be read any number of times, by several workers
at once and in any order: the second time changes nothing.
"""

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import structlog
from pydantic import ValidationError

from workers.channels.base import ChannelError
from workers.hooks import calls, matching, proofs
from workers.hooks.base import Notice, Unreadable
from workers.hooks.became import Became, event_id, publish, source_of
from workers.hooks.calls import ENDED, PARKED_S, Row, Status
from workers.hooks.people import about_phone
from workers.ledger.pipeline import UNSTORABLE
from workers.ledger.store import kind_of
from workers.operations import dispatches
from workers.operations.doing import Doing
from workflows.events import Inbound, LetterState, LetterTracked, MessageBounced, MessageDelivered

if TYPE_CHECKING:
    from workers.wiring import System

#: What becomes of a call with several notices: the worst of them.
_WORST: Final[tuple[Status, ...]] = ("parked", "unreadable", "unmatched", "refused", "done")
#: French and English: a registered letter that came back unseen.
_CAME_BACK: Final = (
    "recommandé revenu sans motif : regardez le pli, et publiez letter.tracked (refused, unclaimed ou npai)\n"
    "registered letter came back without a reason: look at it, publish letter.tracked (refused, unclaimed or npai)"
)
#: By how much a provider's instant may lie before ours: some tell the day only.
_CLOCKS: Final = timedelta(days=2)
_TOO_EARLY: Final = (
    "l’appel date le fait d’avant l’envoi de la lettre : regardez-le, et publiez letter.tracked avec le bon jour\n"
    "the call dates the fact before the letter left: look at it, publish letter.tracked with the right day"
)
_UNSTORABLE: Final = (
    "l’appel contient des caractères qu’aucun texte ne peut contenir\nthe call holds characters that no text can hold"
)
_LATE_PROOF: Final = (
    "ce que dit l’appel est noté ; sa preuve ne peut pas encore être lue à son adresse\n"
    "what the call says is noted; its proof cannot be had at its address yet"
)
_LONGEST_REASON: Final = 2_000
log = structlog.get_logger()


def take(system: "System", call_id: str) -> Status | None:
    """Read one stored call and publish what it says; None if there is no such call.

    Raises:
        sqlalchemy.exc.OperationalError: the ledger is away; take it again.
    """
    with system.ledger.connect() as connection:
        row = calls.find(connection, call_id)
    if row is None or row.status in ENDED:
        return None if row is None else row.status
    became = _read(system, row)
    status: Status = min((each.status for each in became), key=_WORST.index, default="done")
    parked_s = PARKED_S[row.attempts] if row.attempts < len(PARKED_S) else None
    if status == "parked" and parked_s is None:
        status = "unmatched"
    again_at = system.clock.now() + timedelta(seconds=parked_s or 0) if status == "parked" else None
    reason = next((each.reason for each in became if each.status == status and each.reason), None)
    with system.ledger.begin() as connection:
        calls.end(
            connection, call_id, status, again_at=again_at, reason=None if reason is None else _storable(reason),
            message_id=next((each.message_id for each in became if each.message_id), None),
            events=[{"kind": kind_of(event), "id": event.event_id} for each in became for event in each.events],
        )  # fmt: skip
    log.info("hook_call_read", call_id=call_id, provider=row.provider, status=status)
    return status


def _storable(reason: str) -> str:
    """As much of it as the ledger keeps, in characters that it can hold."""
    return reason.replace("\0", "").encode("utf-8", "replace").decode()[:_LONGEST_REASON]


def _read(system: "System", row: Row) -> list[Became]:
    entrance = system.entrances.get(row.provider)
    if entrance is None:
        fr = f"hooks.{row.provider} n’est plus réglé ; réglez-le, puis : relance hooks again"
        en = f"hooks.{row.provider} is not set any more; set it, then: relance hooks again"
        return [Became("unreadable", f"{fr}\n{en}")]
    try:
        notices = entrance.hook.read(calls.call_of(row))
    except Unreadable as error:
        return [Became("unreadable", str(error))]
    except ChannelError as error:
        fr, en = f"{row.provider}, interrogé, n’a pas répondu", f"{row.provider} was asked, and did not answer"
        return [Became("parked", f"{fr} : {error}\n{en}: {error}")]
    except Exception as error:  # noqa: BLE001 - whatever a call does to its reader, it is kept and those behind it go on
        log.warning("hook_call_unreadable", call_id=row.call_id, provider=row.provider, kind=type(error).__name__)
        return [Became("unreadable", f"the reader of {row.provider} failed: {error!r}")]
    return [_applied(system, row, notice) for notice in notices]


def _applied(system: "System", row: Row, notice: Notice) -> Became:
    """What becomes of a notice, even of one with characters that no text of the ledger can hold."""
    try:
        return _apply(system, row.provider, notice)
    except (*UNSTORABLE, ValidationError) as error:
        log.warning("hook_call_unstorable", call_id=row.call_id, provider=row.provider, kind=type(error).__name__)
        return Became("unreadable", _UNSTORABLE)


def _apply(system: "System", provider: str, notice: Notice) -> Became:
    if notice.what == "unread":
        return Became("unreadable", notice.text)
    if notice.what in ("opted_out", "replied"):
        return about_phone(system, provider, notice)
    with system.ledger.connect() as connection:
        message = matching.message_of(connection, provider, notice)
    if message is None:
        return _unmatched(provider, notice)
    if message.status == "claimed":  # on its way: what its worker says of it comes first
        return Became("parked", "l’envoi n’est pas encore noté\nits sending is not recorded yet", message.message_id)
    if notice.what == "noted":
        return Became("done", notice.code, message.message_id)
    if notice.what == "letter" and notice.at < message.claimed_at - _CLOCKS:
        return Became("unreadable", _TOO_EARLY, message.message_id)
    if notice.what == "returned":
        return _returned(system, provider, notice, message)
    return _about_message(system, provider, notice, message)


def _unmatched(provider: str, notice: Notice) -> Became:
    if notice.what == "noted":
        return Became("done", notice.code)
    if notice.reference is not None:
        fr = f"aucun de nos messages n’a la référence {notice.reference!r}"
        return Became("unmatched", f"{fr}\nno message of ours has the reference {notice.reference!r}")
    fr = f"{provider} ne connaît aucun de nos messages sous le nom {notice.provider_id!r}"
    return Became("parked", f"{fr}\nno message of ours is known to {provider} as {notice.provider_id!r}")


def _returned(system: "System", provider: str, notice: Notice, message: Row) -> Became:
    """A registered letter came back: nobody fetched it, if the carrier had left word of it; else a person looks."""
    with system.ledger.connect() as connection:
        is_presented = matching.was_presented(connection, message.message_id)
    if not is_presented:
        return Became("unreadable", _CAME_BACK, message.message_id)
    unclaimed = replace(notice, what="letter", letter_state=LetterState.UNCLAIMED)
    return _about_message(system, provider, unclaimed, message)


def _about_message(system: "System", provider: str, notice: Notice, message: Row) -> Became:
    arrived = notice.what != "bounced" and notice.letter_state is not LetterState.NPAI
    if message.status == "failed" and arrived:
        return _contradicts(provider, message.message_id)
    _keep_beside(system, provider, notice, message.message_id)
    if message.status == "in_doubt" and (arrived or notice.bounce in ("soft", "complaint")):
        doing = Doing(by=source_of(provider), reason=f"{provider} reports: {notice.code or notice.what}")
        done = dispatches.resolve_sent(system.engine, message.message_id, doing, provider_id=notice.provider_id)
        if any(each.said == "refused" for each in done):  # a person has just said that it did not leave
            return _contradicts(provider, message.message_id)
    became = publish(system, _event(provider, notice, message), message.message_id)
    if notice.proof_is_late and became.status == "done":
        return replace(became, status="parked", reason=_LATE_PROOF)
    return became


def _contradicts(provider: str, message_id: str) -> Became:
    fr = f"{provider} en rend compte, alors qu’il est noté comme non parti ; vérifiez avant tout nouvel envoi"
    en = f"{provider} reports it, although it is recorded as not sent; look before it is sent again"
    return Became("refused", f"{fr}\n{en}", message_id)


def _keep_beside(system: "System", provider: str, notice: Notice, message_id: str) -> None:
    """The provider's name for the message, and the proof of what became of it."""
    if notice.provider_id is None and notice.proof is None:
        return
    with system.ledger.begin() as connection:
        if notice.provider_id is not None:
            matching.name_message(connection, message_id, provider, notice.provider_id)
        if notice.proof is not None:
            proofs.keep(connection, message_id, notice.proof, system.clock.now())


def _event(provider: str, notice: Notice, message: Row) -> Inbound:
    facts: dict[str, Any] = {
        "event_id": event_id(provider, notice, message.message_id), "source": source_of(provider), "at": notice.at,
        "creditor": message.creditor_ref, "message_id": message.message_id,
    }  # fmt: skip
    match notice.what:
        case "bounced":
            return MessageBounced(**facts, bounce=notice.bounce or "soft", code=notice.code)
        case "letter" if notice.letter_state is not None:
            sha256 = None if notice.proof is None else notice.proof.sha256
            return LetterTracked(
                **facts, state=notice.letter_state, tracking_no=notice.tracking_no, proof_sha256=sha256
            )
        case _:
            return MessageDelivered(**facts)
