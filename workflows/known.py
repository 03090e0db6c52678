"""What a case knows: facts, each with the stamp of the event that said it."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict

from workflows.events import (
    DisputeReason,
    HandOverPlan,
    LetterState,
    PlanLine,
    RequestedLetter,
    Spoken,
    Unanswered,
)
from workflows.events.base import Paragraph
from workflows.invoice import Channel, Line, Stamp
from workflows.money import CentsField


class Known(BaseModel):
    """Common part of what is known: frozen, with the stamp of the event that said it."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    stamp: Stamp


class Payment(Known):
    """The part of a payment that belongs to this invoice.

    Attributes:
        before: cents of the same payment allocated ahead of this part; a reversal takes them back first.
        whole: cents of the payment in all, whatever they are for.
    """

    payment_id: str
    amount: CentsField
    before: CentsField
    whole: CentsField
    value_date: date


class Reversal(Known):
    """Money of a payment that went back; counts once the payment is known."""

    reversal_id: str
    payment_id: str
    amount: CentsField


class Credit(Known):
    """A credit note on this invoice; a corrective one counts from the origin.

    Attributes:
        dispute_id: of the dispute that it ends, where that was said.
    """

    credit_note_no: str
    amount: CentsField
    is_corrective: bool = False
    dispute_id: str | None = None


class Dispute(Known):
    """What is contested; `amount` None for all of the invoice.

    Attributes:
        owner, deadline: as first said; `DisputeWord` may say otherwise later.
        is_acknowledged: whether the letter that notes it may leave.
    """

    dispute_id: str
    amount: CentsField | None = None
    reason: DisputeReason = DisputeReason.OTHER
    owner: Line | None = None
    deadline: date | None = None
    is_acknowledged: bool = True


class DisputeWord(Known):
    """What was said of a dispute later; what is None was not spoken of."""

    dispute_id: str
    owner: Line | None = None
    deadline: date | None = None
    awaiting: Literal["creditor", "debtor"] | None = None


class DisputeAnswer(Known):
    """One side's answer in a dispute that goes on; its words stay in the event."""

    dispute_id: str
    answer_id: str
    by: Literal["creditor", "debtor"]


class Resolution(Known):
    """The explicit end of a dispute; `amount` is what was given up, where a part was."""

    dispute_id: str
    outcome: Literal["creditor", "debtor", "partial"]
    amount: CentsField | None = None


class Promise(Known):
    """A day the debtor named; `amount` None for the whole balance.

    Attributes:
        in_writing: he wrote it himself.
        is_self_service: he made it on the portal, with nobody.
        is_acknowledged: whether the letter that notes the day may leave.
    """

    promise_id: str
    on: date
    amount: CentsField | None = None
    in_writing: bool = False
    is_self_service: bool = False
    is_acknowledged: bool = True


class Withdrawal(Known):
    """A promise that no longer counts."""

    promise_id: str


class Call(Known):
    """A call in which somebody was spoken to; what was promised in it is a promise, too (`promise_of_call`)."""

    call_id: str
    disposition: Spoken
    with_name: Line | None = None
    promised_on: date | None = None
    promised_amount: CentsField | None = None


class Attempt(Known):
    """A call that has to be made again, or elsewhere.

    Attributes:
        call_back_on: the day that was named; None for the next working day.
    """

    call_id: str
    disposition: Unanswered
    call_back_on: date | None = None


class PlanRequest(Known):
    """The debtor's wish to pay in `count` parts from `first_on` on; it waits for a person."""

    plan_id: str
    count: int
    first_on: date


class Plan(Known):
    """An instalment plan as agreed; the latest one counts.

    Attributes:
        break_clause: one missed instalment makes the whole due; False for plans that were agreed before cases kept it.
    """

    plan_id: str
    lines: tuple[PlanLine, ...]
    break_clause: bool = False


class PlanOffer(Known):
    """An instalment plan that was offered; the latest one counts. Silence until `answer_by` and its grace."""

    plan_id: str
    lines: tuple[PlanLine, ...]
    answer_by: date


class PlanEnd(Known):
    """A plan that a person ended, or an offer of one that was refused."""

    plan_id: str


class Settlement(Known):
    """A discount offered for payment by `until`; the latest offer counts.

    Attributes:
        percent: of the balance when it was offered, as a decimal text; None where `amount` was offered.
        amount: cents.
    """

    offer_id: str
    until: date
    percent: str | None = None
    amount: CentsField | None = None


class SettlementEnd(Known):
    """An offer that was taken back; what was paid for it before still counts."""

    offer_id: str


class Announcement(Known):
    """The debtor says the money left or will leave on `expected_on`."""

    expected_on: date


class Reply(Known):
    """A reply that a person should read."""

    reply_id: str


class ReplyRead(Known):
    """The end of a reply's hold."""

    reply_id: str


class Answer(Known):
    """The answer to a reply, as a person approved it; see `reply.answered`."""

    reply_id: str
    text: str
    sender: str | None = None
    subject: Line | None = None
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    deadline_on: date | None = None
    attach_invoices: bool = False


class Pause(Known):
    """The latest word on a pause: `until` a day, or None for resumed."""

    until: date | None


class Insolvency(Known):
    """The latest word on a collective procedure.

    Attributes:
        judgment_on: interest stops the day before.
        declare_by: last day to declare the claim.
    """

    is_open: bool
    judgment_on: date | None = None
    declare_by: date | None = None


class Judgment(Known):
    """The latest word on the judgment that opened a procedure of one kind; it stays known once that is over."""

    procedure: Literal["sauvegarde", "redressement", "liquidation"]
    on: date


class HandOver(Known):
    """Where the file went.

    Attributes:
        on: the day, where it is not that of the event.
        name, contact: of whom the debtor deals with now, where it was said.
    """

    to: Literal["agency", "commissaire_de_justice", "avocat", "contentieux"]
    on: date | None = None
    name: Line | None = None
    contact: Line | None = None


class Track(Known):
    """One report of a carrier on one posted letter."""

    message_id: str
    state: LetterState


class Bounce(Known):
    """A message that came back for good; a complaint is none, for it arrived."""

    message_id: str


class Approval(Known):
    """A person let a step leave; counts for the ladder the case was on at that instant.

    Attributes:
        hand_over: where the file will go, for a step that announces it.
    """

    step: int
    hand_over: HandOverPlan | None = None


class Skip(Known):
    """A person passed a step over; counts for the ladder the case was on at that instant."""

    step: int


class LetterRequest(Known):
    """A person asks for a letter beside the ladder.

    Attributes:
        channel: None for e-mail, or a letter where there is no e-mail.
        note: what the letter tells the debtor, printed as it stands.
    """

    request_id: str
    letter: RequestedLetter
    channel: Channel | None = None
    deadline_on: date | None = None
    note: Paragraph | None = None
