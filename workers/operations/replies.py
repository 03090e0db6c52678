"""A person accepts what a reply seems to say, or says otherwise: the fact is published, and the reply is read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from workers.ledger.queries.incoming import APPROVED
from workers.operations.doing import Doing, note
from workers.orders import Outcome
from workers.wiring import System
from workflows.events import (
    EVENT,
    ContactOptedOut,
    DisputeOpened,
    DisputeReason,
    Inbound,
    InstalmentPlanRequested,
    PaymentAnnounced,
    PromiseMade,
    ReplyHandled,
    ReplyReceived,
)
from workflows.invoice import Channel
from workflows.money import Cents, Money
from workflows.replies import Reading, ReplyKind

#: Kinds that are published as a fact about invoices when they are accepted.
PUBLISHED: Final = frozenset({ReplyKind.PROMISE, ReplyKind.DISPUTE, ReplyKind.ALREADY_PAID, ReplyKind.INSTALMENTS})
_LONGEST_COMMENT: Final = 4000
_LONGEST_NAME: Final = 200


class CannotAccept(Exception):
    """What was said of a reply does not make a fact.

    Args:
        fr: what is missing, and what to type, in French.
        en: the same in English.
    """

    def __init__(self, fr: str, en: str) -> None:
        super().__init__(fr, en)
        self.fr, self.en = fr, en

    def __str__(self) -> str:
        return self.en


@dataclass(frozen=True, slots=True)
class Accepted:
    """What a person takes a reply to say.

    Attributes:
        invoice_nos: of the debtor's open invoices, at least one unless the reply is only marked as read.
        day: of a promise, or of the first instalment that is wished for.
        amount: cents; None for all of the balance.
        count: of instalments that are wished for; without it the wish is read, and nothing is recorded.
        wrong_address: of a contact, to which nothing about this debtor is written any more.
        approved_by: who in charge agreed to a promised day that is far away; `note` says why.
        is_answered: a person answers it, or did: the ladder sends no note of its own about a promise or a dispute.
    """

    kind: ReplyKind
    invoice_nos: tuple[str, ...]
    day: date | None = None
    amount: Cents | None = None
    category: DisputeReason | None = None
    count: int | None = None
    wrong_address: str | None = None
    is_answered: bool = False
    approved_by: str | None = None
    note: str | None = None


def merged(reading: Reading, invoice_nos: Sequence[str], **said: Any) -> Accepted:  # noqa: ANN401 - fields of Accepted
    """What the program read, with what the person says over it; None counts as unsaid."""
    over = {name: value for name, value in said.items() if value is not None}
    same = over.get("kind", reading.kind) is reading.kind
    read = {"day": reading.day, "amount": reading.amount, "category": reading.category} if same else {}
    return Accepted(**{"kind": reading.kind, "invoice_nos": tuple(invoice_nos), **read, **over})


def facts_of(event: str, accepted: Accepted, now: datetime) -> list[Inbound]:
    """The events that say it: the fact first, and that the reply was read.

    Args:
        event: JSON of the `reply.received` that was published about the message.
        accepted: what the person takes it to say.
        now: when.

    Raises:
        CannotAccept: a day or an invoice is missing.
    """
    reply = EVENT.validate_json(event)
    if not isinstance(reply, ReplyReceived):
        raise CannotAccept("ce message n’est pas une réponse", "this message is no reply")
    common: dict[str, Any] = {"source": APPROVED, "at": now, "creditor": reply.creditor}
    handled = ReplyHandled(
        event_id=f"{reply.reply_id}-read", reply_id=reply.reply_id, debtor_ref=reply.debtor_ref,
        invoice_nos=reply.invoice_nos, note=f"accepted as {accepted.kind}", **common,
    )  # fmt: skip
    return [*_facts(reply, accepted, common), handled]


def _facts(reply: ReplyReceived, accepted: Accepted, common: dict[str, Any]) -> list[Inbound]:
    if accepted.kind is ReplyKind.WRONG_PERSON and accepted.wrong_address is not None:
        return [_wrong_person(reply, accepted.wrong_address, common)]
    if accepted.kind not in PUBLISHED or (accepted.kind is ReplyKind.INSTALMENTS and accepted.count is None):
        return []
    if not accepted.invoice_nos:
        raise CannotAccept(
            "aucune facture ouverte n’est concernée ; nommez-la : --invoice NUMÉRO",
            "no open invoice is concerned; name it: --invoice NUMBER",
        )
    if accepted.kind is ReplyKind.PROMISE:
        return [_promise(reply, accepted, common)]
    if accepted.kind is ReplyKind.ALREADY_PAID:
        return [_announcement(reply, number, accepted, common) for number in accepted.invoice_nos]
    if accepted.kind is ReplyKind.INSTALMENTS:
        return [_wish(reply, number, accepted, common) for number in accepted.invoice_nos]
    return [_dispute(reply, accepted, common)]


def _wish(reply: ReplyReceived, number: str, accepted: Accepted, common: dict[str, Any]) -> InstalmentPlanRequested:
    if accepted.day is None or accepted.count is None:
        raise CannotAccept("dites quand le premier versement viendrait : --date AAAA-MM-JJ",
                           "say when the first instalment would come: --date YYYY-MM-DD")  # fmt: skip
    place = accepted.invoice_nos.index(number)
    return InstalmentPlanRequested(
        event_id=f"{reply.reply_id}-plan-{place}", plan_id=f"reply:{reply.reply_id}:{place}", invoice_no=number,
        count=accepted.count, first_on=accepted.day, by=reply.sender[:_LONGEST_NAME] if reply.sender else None,
        channel="email", note=reply.text[:_LONGEST_COMMENT] or None, **common,
    )  # fmt: skip


def _wrong_person(reply: ReplyReceived, address: str, common: dict[str, Any]) -> ContactOptedOut:
    """Nothing is written to this address any more; with no other one the case is blocked, and a person hears of it."""
    return ContactOptedOut(
        event_id=f"{reply.reply_id}-wrong-person", debtor_ref=reply.debtor_ref, channel=Channel.EMAIL, address=address,
        how=f"Mauvais interlocuteur, réponse {reply.reply_id[:10]}", **common,
    )  # fmt: skip


def _promise(reply: ReplyReceived, accepted: Accepted, common: dict[str, Any]) -> PromiseMade:
    if accepted.day is None:
        raise CannotAccept("le jour promis n’est pas lu ; dites-le : --date AAAA-MM-JJ",
                           "the promised day was not read; say it: --date YYYY-MM-DD")  # fmt: skip
    return PromiseMade(
        event_id=f"{reply.reply_id}-promise", promise_id=f"reply:{reply.reply_id}", invoice_nos=accepted.invoice_nos,
        date=accepted.day, amount=accepted.amount, by=reply.sender[:_LONGEST_NAME] if reply.sender else None,
        channel="email", acknowledge=not accepted.is_answered, approved_by=accepted.approved_by, note=accepted.note,
        **common,
    )  # fmt: skip


def _announcement(reply: ReplyReceived, number: str, accepted: Accepted, common: dict[str, Any]) -> PaymentAnnounced:
    """The money is said to be under way: time for the bank statement to show it, from today on."""
    amount = accepted.amount if len(accepted.invoice_nos) == 1 else None
    return PaymentAnnounced(
        event_id=f"{reply.reply_id}-paid-{accepted.invoice_nos.index(number)}", invoice_no=number,
        expected_date=common["at"].date(), amount=None if amount is None else Money(amount=amount), **common,
    )  # fmt: skip


def _dispute(reply: ReplyReceived, accepted: Accepted, common: dict[str, Any]) -> DisputeOpened:
    if len(accepted.invoice_nos) != 1:
        names = ", ".join(accepted.invoice_nos)
        raise CannotAccept(f"un litige porte sur une facture ; choisissez : --invoice, parmi {names}",
                           f"a dispute is about one invoice; choose: --invoice, out of {names}")  # fmt: skip
    return DisputeOpened(
        event_id=f"{reply.reply_id}-dispute", dispute_id=f"reply:{reply.reply_id}", invoice_no=accepted.invoice_nos[0],
        reason=accepted.category or DisputeReason.OTHER, amount=accepted.amount,
        comment=reply.text[:_LONGEST_COMMENT] or None, acknowledge=not accepted.is_answered, **common,
    )  # fmt: skip


def accept(system: System, events: Sequence[Inbound], doing: Doing) -> list[Outcome]:
    """Publish the events of `facts_of` in one transaction, and note who did it."""
    outcomes = system.engine.handle_many(events)
    with system.ledger.begin() as connection:
        note(connection, doing, "reply_accepted", subject=events[-1].event_id, now=system.clock.now())
    return outcomes
