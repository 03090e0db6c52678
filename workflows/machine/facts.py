"""What a reason quotes of an event: codes, days and amounts; free text and addresses stay in the event."""

from datetime import datetime
from functools import cache

from workflows.business_days import zone_of
from workflows.case import Case
from workflows.events import DispatchReported, DisputeAnswered, DisputeOpened, Event, Fact, PaymentReversed
from workflows.invoice import Debtor
from workflows.machine.records import region
from workflows.money import Money, decimal_text

#: Fields whose value is a code, a reference or a day.
QUOTED = frozenset({
    "payment_id", "reversal_id", "credit_note_no", "dispute_id", "promise_id", "plan_id", "reply_id", "call_id",
    "value_date", "expected_date", "date", "until", "outcome", "procedure", "to", "step", "channel", "state", "bounce",
    "disposition", "scope", "scenario", "version", "entry_step", "answer_by", "offer_id", "percent", "promised_on",
    "letter", "count", "first_on", "deadline", "awaiting", "call_back_on",
})  # fmt: skip
#: Events whose reason is a code and not a sentence somebody wrote.
_CODED = (DispatchReported, DisputeOpened, PaymentReversed)


def facts_of(event: Event, case: Case, debtor: Debtor) -> dict[str, str]:
    """The facts of `event` that its reason quotes, as text."""
    quoted, has_amount = _quoted(type(event))
    values = {name: value for name in quoted if (value := getattr(event, name)) is not None}
    facts = {name: moment(value, debtor) if isinstance(value, datetime) else str(value)
             for name, value in values.items()}  # fmt: skip
    if isinstance(event, _CODED) and event.reason is not None:
        facts["reason"] = str(event.reason)
    if isinstance(event, DisputeAnswered):
        facts["by"] = event.by
    amount = getattr(event, "amount", None) if has_amount else None
    if isinstance(amount, Money):
        facts["amount"] = f"{decimal_text(amount.amount)} {amount.currency}"
    elif isinstance(amount, int):
        facts["amount"] = f"{decimal_text(amount)} {case.invoice.currency}"
    return facts


@cache
def _quoted(kind: type[Fact]) -> tuple[tuple[str, ...], bool]:
    """The fields of a kind of event that reasons quote as they are, and whether it has an amount."""
    return tuple(name for name in kind.model_fields if name in QUOTED), "amount" in kind.model_fields


def moment(at: datetime, debtor: Debtor) -> str:
    """`at` on the debtor's clock, to the minute."""
    return at.astimezone(zone_of(region(debtor))).isoformat(timespec="minutes")
