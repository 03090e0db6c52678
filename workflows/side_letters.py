"""Letters beside the ladder: which there are, how firm they are, and which of them leave by themselves."""

from typing import Final, NamedTuple

from pydantic import Field

from workflows.invoice import Fact


class SideKind(NamedTuple):
    """One letter beside the ladder.

    Attributes:
        tone: 1 courteous … 5 formal and legal.
        is_answer: it answers what the debtor did or said. It is no pressure: neither the budget of contacts nor the
            age of payment data holds it back, and it is no contact in the budget's eyes.
        days: calendar days that it grants where nobody named a day; None where it grants none.
        is_chasing: it asks for money beside the ladder, so it leaves only while the ladder runs.
    """

    tone: int
    is_answer: bool = True
    days: int | None = None
    is_chasing: bool = False


#: What a person approved as the answer to a reply; a pause, a promise or a dispute holds it back no more than a word
#: spoken on the telephone.
REPLY_ANSWER: Final = "reply_answer"
SIDE_LETTERS: Final[dict[str, SideKind]] = {
    "apology": SideKind(1),
    "call_confirmation": SideKind(2),
    "credit_policy": SideKind(3, is_answer=False, days=8, is_chasing=True),
    "dispute_acknowledged": SideKind(1),
    "dispute_answered": SideKind(1, days=8),
    "early_settlement_offer": SideKind(2, is_answer=False),
    "hand_over_notice": SideKind(5, is_answer=False),
    "instalment_confirmation": SideKind(2),
    "instalment_missed": SideKind(4, is_answer=False),
    "instalment_offer": SideKind(2, is_answer=False),
    "loyal_client": SideKind(1, is_answer=False, days=8, is_chasing=True),
    "payment_thanks": SideKind(1),
    "promise_acknowledged": SideKind(1),
    REPLY_ANSWER: SideKind(1),
    "reason_request": SideKind(2, is_answer=False, is_chasing=True),
    "services_reminder": SideKind(2, is_answer=False, days=8, is_chasing=True),
}
#: Those that are no contact in the eyes of the pressure budget.
ANSWERS: Final = frozenset(name for name, kind in SIDE_LETTERS.items() if kind.is_answer)


class Automatic(Fact):
    """Which letters beside the ladder leave by themselves; the others wait for a person's `letter.requested`.

    Offers of a plan or a discount always leave: making them is asking for the letter.

    Attributes:
        payment_thanks: once a case that was reminded is paid.
        apology: instead of thanks, where a reminder crossed the payment.
        promise_acknowledged: the day is noted, and silence until then.
        call_confirmation: the same for a promise made in a call.
        dispute_acknowledged: the dispute is noted, and what is contested is not chased.
        dispute_answered: a dispute was resolved; off, since a person usually writes why.
        instalment_confirmation: the plan as agreed.
        instalment_missed: an instalment did not come in; without it the clause that makes the whole due is not used.
        instalment_thanks: thanks for each instalment of a plan; one for what came in on the same day.
        hand_over_notice: the file went to somebody; off, since they usually write themselves.
        missed_days: calendar days that `instalment_missed` grants.
        dispute_days: working days in which a dispute is answered, where nobody named a day; None for no such day.
        pause_reminder: a person is asked on the last working day of a pause.
    """

    payment_thanks: bool = False
    apology: bool = True
    promise_acknowledged: bool = True
    call_confirmation: bool = True
    dispute_acknowledged: bool = True
    dispute_answered: bool = False
    instalment_confirmation: bool = True
    instalment_missed: bool = True
    instalment_thanks: bool = True
    hand_over_notice: bool = False
    missed_days: int = Field(8, ge=1, le=30)
    dispute_days: int | None = Field(10, ge=1, le=60)
    pause_reminder: bool = True


#: For ladders that were published before there were letters beside them.
NONE_BY_THEMSELVES: Final = Automatic(
    apology=False, promise_acknowledged=False, call_confirmation=False, dispute_acknowledged=False,
    instalment_confirmation=False, instalment_missed=False, instalment_thanks=False, dispute_days=None,
    pause_reminder=False,
)  # fmt: skip
