"""What calls for a letter beside the ladder now: a payment, a promise, a dispute, a plan, an offer, a person's wish.

Derived from what is known, so that the order in which it became known does not matter.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import takewhile
from typing import NamedTuple

from workflows.case import Case, Stage, StepRecord
from workflows.events import promise_of_call
from workflows.invoice import Channel, Debtor
from workflows.known import Answer, LetterRequest, Payment, Promise
from workflows.machine import disputes, instalments, records, standing, time_bar
from workflows.scenario import Scenario, automatic_of
from workflows.side_letters import REPLY_ANSWER, SIDE_LETTERS, Automatic

#: A reminder that left so long before a payment was heard of did not cross it: it did its work.
CROSSING = timedelta(days=10)
#: Stages in which money may be asked for beside the ladder; before the due date nothing is.
_OVERDUE = frozenset({Stage.REMINDING, Stage.FORMAL_NOTICE})
#: Letters about the end of a debt; one of them is enough.
FAREWELLS = frozenset({"payment_thanks", "apology"})


class Occasion(NamedTuple):
    """One letter that is called for.

    Attributes:
        of: id of the fact it speaks of; one fact is one letter.
        since: instant from which it is called for.
        deadline_on: the day it names; None where it grants days from its sending, or nothing.
        channel: the one a person asked for.
        is_lasting: it is called for however late it is heard of; a receipt is not.
    """

    template: str
    of: str
    since: datetime
    deadline_on: date | None = None
    channel: Channel | None = None
    by_hand: bool = False
    is_lasting: bool = False


def occasions(case: Case, scenario: Scenario, debtor: Debtor) -> Iterator[Occasion]:
    """Every letter that is called for at the stage of `case`, whether it left already or not."""
    if case.stage is not Stage.INSOLVENT:
        for answer in case.answers:
            if is_overtaken(case, answer):
                continue
            yield Occasion(
                REPLY_ANSWER, answer.reply_id, answer.stamp[0], answer.deadline_on, Channel.EMAIL, by_hand=True,
                is_lasting=True,
            )  # fmt: skip
    if case.stage in (Stage.CANCELLED, Stage.WRITTEN_OFF, Stage.INSOLVENT):
        return
    if case.stage is Stage.PAID:
        yield from _at_the_end(case, scenario, debtor)
    elif case.stage is Stage.HANDED_OVER:
        yield from _after_the_hand_over(case, scenario)
    else:
        yield from _about_answers(case, scenario, debtor)
        yield from _about_plans(case, scenario, debtor)
    for request in case.requests:
        if _stands(case, request, scenario, debtor):
            yield Occasion(
                request.letter, request.request_id, request.stamp[0], request.deadline_on, request.channel,
                by_hand=True,
            )  # fmt: skip


def is_overtaken(case: Case, answer: Answer) -> bool:
    """Whether what was owed when a person approved an answer is owed no more: its words may ask for it."""
    if case.cancelled is not None and case.cancelled > answer.stamp:
        return True
    return standing.balance(case) <= 0 < standing.balance(standing.known_by(case, answer.stamp[0]))


# --- by themselves --------------------------------------------------------------------------------------------------


def _at_the_end(case: Case, scenario: Scenario, debtor: Debtor) -> Iterator[Occasion]:
    """Thanks for the payment that settled a case which was reminded, or had a plan; an apology where one was crossed.

    Of the days of a plan each has its own thanks.
    """
    payment = settling(case)
    if payment is None:
        return
    automatic, thanks = automatic_of(scenario), tuple(_about_instalments(case, scenario, debtor))
    if automatic.apology and crossing(case, payment, debtor) is not None:
        yield Occasion("apology", payment.payment_id, payment.stamp[0])
    elif thanks:
        yield from thanks
    elif automatic.payment_thanks and any(not item.is_preventive for item in records.reached(case)):
        yield Occasion("payment_thanks", payment.payment_id, payment.stamp[0])


def _after_the_hand_over(case: Case, scenario: Scenario) -> Iterator[Occasion]:
    if automatic_of(scenario).hand_over_notice and case.handed_over is not None:
        yield Occasion("hand_over_notice", case.handed_over.stamp[1], case.handed_over.stamp[0])


def _about_answers(case: Case, scenario: Scenario, debtor: Debtor) -> Iterator[Occasion]:
    if case.disputes:
        yield from _about_disputes(case, scenario, debtor)
    if case.promises:
        yield from _about_promises(case, automatic_of(scenario), debtor)


def _about_promises(case: Case, automatic: Automatic, debtor: Debtor) -> Iterator[Occasion]:
    latest = latest_promise(case, debtor)
    if latest is not None:
        promise = _first_word(case, latest)
        in_a_call = any(promise_of_call(call.call_id) == promise.promise_id for call in case.calls)
        if in_a_call and automatic.call_confirmation:
            yield Occasion("call_confirmation", promise.promise_id, promise.stamp[0])
        elif automatic.promise_acknowledged and promise.is_acknowledged:
            yield Occasion("promise_acknowledged", promise.promise_id, promise.stamp[0])


def _about_disputes(case: Case, scenario: Scenario, debtor: Debtor) -> Iterator[Occasion]:
    automatic, today = automatic_of(scenario), records.local_day(case.as_of, debtor)
    if automatic.dispute_acknowledged:
        for dispute in standing.open_disputes(case):
            if dispute.is_acknowledged:
                day = disputes.deadline_of(case, dispute, scenario, debtor)
                promised = day if day is not None and day > today else None
                yield Occasion("dispute_acknowledged", dispute.dispute_id, dispute.stamp[0], promised)
    if automatic.dispute_answered:
        known = {item.dispute_id for item in case.disputes}
        for end in case.resolutions:
            if end.dispute_id in known:
                yield Occasion("dispute_answered", end.dispute_id, end.stamp[0])


def _first_word(case: Case, latest: Promise) -> Promise:
    """The promise with which the debtor first named the day of `latest`: said in a call and in writing, it is one."""
    said = sorted(standing.open_promises(case), key=lambda item: item.stamp, reverse=True)
    same = list(takewhile(lambda item: (item.on, item.amount) == (latest.on, latest.amount), said))
    return same[-1]


def _about_plans(case: Case, scenario: Scenario, debtor: Debtor) -> Iterator[Occasion]:
    if not (case.plan_offer or case.settlement or case.plan) or standing.chased(case) <= 0:
        return
    today, automatic = records.local_day(case.as_of, debtor), automatic_of(scenario)
    if (offer := standing.open_plan_offer(case)) is not None and today < offer.answer_by:
        yield Occasion("instalment_offer", offer.plan_id, offer.stamp[0], offer.answer_by, is_lasting=True)
    discount = standing.open_settlement(case)
    if discount is not None and today < discount.until and not standing.open_disputes(case):
        yield Occasion("early_settlement_offer", discount.offer_id, discount.stamp[0], discount.until, is_lasting=True)
    plan = instalments.plan_in_force(case, scenario, debtor)
    if plan is None:
        return
    if automatic.instalment_confirmation:
        yield Occasion("instalment_confirmation", plan.plan_id, plan.stamp[0])
    yield from _about_instalments(case, scenario, debtor)
    number = instalments.missed(case, scenario, debtor)
    if automatic.instalment_missed and number is not None:
        day = instalments.checked_on(plan.lines[number - 1], scenario)
        since = max(standing.start_of(day, debtor), plan.stamp[0])
        yield Occasion(instalments.MISSED, instalments.occasion(plan, number), since, is_lasting=True)


def _about_instalments(case: Case, scenario: Scenario, debtor: Debtor) -> Iterator[Occasion]:
    """Thanks for each day on which an instalment was paid; none for money that went back."""
    plan = instalments.plan_in_force(case, scenario, debtor)
    if plan is not None and automatic_of(scenario).instalment_thanks:
        for day, at in instalments.paid_days(case, plan, debtor).items():
            yield Occasion("payment_thanks", instalments.thanks_for(plan, day), at)


# --- by hand --------------------------------------------------------------------------------------------------------


def _stands(case: Case, request: LetterRequest, scenario: Scenario, debtor: Debtor) -> bool:
    """Whether what a person asked for can still be said."""
    if SIDE_LETTERS[request.letter].is_chasing:
        today = records.local_day(case.as_of, debtor)
        is_late = time_bar.is_over(case, debtor, today)
        return case.stage in _OVERDUE and standing.chased(case) > 0 and not is_late
    match request.letter:
        case "payment_thanks":
            return case.stage is Stage.PAID and settling(case) is not None
        case "apology":
            payment = settling(case)
            is_paid = case.stage is Stage.PAID and payment is not None
            return is_paid and payment is not None and crossing(case, payment, debtor, ever=True) is not None
        case "promise_acknowledged":
            return case.is_open and latest_promise(case, debtor) is not None
        case "call_confirmation":
            return case.is_open and bool(case.calls) and latest_promise(case, debtor) is not None
        case "dispute_acknowledged":
            return case.is_open and bool(standing.open_disputes(case)) and standing.balance(case) > 0
        case "dispute_answered":
            return bool(case.resolutions) or (request.note is not None and bool(standing.open_disputes(case)))
        case "instalment_confirmation":
            return case.is_open and instalments.plan_in_force(case, scenario, debtor) is not None
        case "hand_over_notice":
            return case.stage is Stage.HANDED_OVER
        case _:
            return False


# --- the facts they speak of ----------------------------------------------------------------------------------------


def settling(case: Case) -> Payment | None:
    """The payment with which a case was settled, in the order in which payments were heard of."""
    owed = case.invoice.total - sum(credit.amount for credit in case.credits)
    forgiven = standing.discount(case) if standing.is_settled_early(case) else 0
    for payment in sorted(case.payments, key=lambda item: item.stamp):
        kept = standing.kept(case, payment)
        owed -= kept
        if kept > 0 and owed <= forgiven:
            return payment
    return None


def crossing(case: Case, payment: Payment, debtor: Debtor, *, ever: bool = False) -> StepRecord | None:
    """The last reminder that left although `payment` was on its way by its value date; None where none did.

    Args:
        case: paid.
        payment: what settled it.
        debtor: tells which day it was.
        ever: not only in the days before the payment was heard of.
    """
    heard_at = payment.stamp[0]
    found = [
        item
        for item in records.reached(case)
        if not item.is_preventive
        and payment.value_date <= records.local_day(item.at, debtor)
        and (heard_at >= item.at or standing.balance(standing.known_by(case, item.at)) <= 0)
        and (ever or heard_at - item.at <= CROSSING)
    ]
    return max(found, key=lambda item: item.at, default=None)


def latest_promise(case: Case, debtor: Debtor) -> Promise | None:
    """The latest promise that was not withdrawn, if its day is not past and something is owed."""
    if not case.promises or standing.chased(case) <= 0:
        return None
    latest = max(standing.open_promises(case), key=lambda item: item.stamp, default=None)
    return latest if latest is not None and latest.on >= records.local_day(case.as_of, debtor) else None
