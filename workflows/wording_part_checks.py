"""The parts that only some letters have, checked: sums, dates, and what each letter needs of them."""

from collections.abc import Callable, Iterator
from typing import Literal

from workflows.money import decimal_text
from workflows.wording import LetterFacts, Need
from workflows.wording_parts import HandOverPart


def parts_findings(facts: LetterFacts) -> Iterator[str]:
    """What contradicts itself in the parts that are there; each names the field, the value and the fix."""
    for find in (_plan, _offer, _happened, _insolvency):
        yield from find(facts)


def _plan(facts: LetterFacts) -> Iterator[str]:
    if (plan := facts.plan) is None:
        return
    days = [line.due_on for line in plan.lines]
    if days != sorted(set(days)):
        yield "plan.lines: the days do not rise; give each instalment a later day than the one before"
    owed = sum(line.amount for line in plan.lines if not line.is_paid)
    if owed not in (facts.balance, facts.grand_total):
        yield (
            f"plan.lines add up to {decimal_text(owed)}, the balance is {decimal_text(facts.balance)};"
            " share out exactly what is owed"
        )
    if plan.missed is not None and plan.missed > len(plan.lines):
        yield f"plan.missed is {plan.missed}, the plan has {len(plan.lines)} instalments; number them from 1"
    elif plan.missed is not None and plan.lines[plan.missed - 1].due_on >= facts.today:
        yield f"plan.missed is {plan.missed}, due on {days[plan.missed - 1]}: not late on {facts.today}"


def _offer(facts: LetterFacts) -> Iterator[str]:
    if (offer := facts.offer) is not None and offer.discount + offer.net != facts.balance:
        yield (
            f"offer: discount {decimal_text(offer.discount)} and net {decimal_text(offer.net)} do not add up to the"
            f" balance, {decimal_text(facts.balance)}; compute net from it"
        )


def _happened(facts: LetterFacts) -> Iterator[str]:
    """What the letter says took place is not ahead of it."""
    days = {
        "call.on": facts.call.on if facts.call else None,
        "payment.on": facts.payment.on if facts.payment else None,
        "payment.crossed_on": facts.payment.crossed_on if facts.payment else None,
        "dispute.opened_on": facts.dispute.opened_on if facts.dispute else None,
        "insolvency.judgment_on": facts.insolvency.judgment_on if facts.insolvency else None,
        "notice_received_on": facts.notice_received_on,
    }
    for field, day in days.items():
        if day is not None and day > facts.today:
            yield f"{field} {day} is after situation_at, {facts.today}; a letter speaks of what happened"


def _insolvency(facts: LetterFacts) -> Iterator[str]:
    """Interest stops the day before the opening judgment (art. L622-28 C. com.)."""
    if (part := facts.insolvency) is None:
        return
    for at, line in enumerate(facts.interest):
        if line.to_on >= part.judgment_on:
            yield f"interest[{at}].to_on {line.to_on} is not before the judgment, {part.judgment_on}; stop it there"
    if part.declare_by < facts.today:
        yield f"insolvency.declare_by {part.declare_by} has passed on {facts.today}; a lawyer must ask to be relieved"
    if part.declare_by <= part.judgment_on:
        yield f"insolvency.declare_by {part.declare_by} is not after the judgment, {part.judgment_on}; correct it"


def _call(facts: LetterFacts) -> str | None:
    return "call is missing; this letter confirms a call that was logged" if facts.call is None else None


def _needs_plan(facts: LetterFacts) -> str | None:
    return "plan is missing; give the instalments" if facts.plan is None else None


def _plan_missed(facts: LetterFacts) -> str | None:
    if facts.plan is None or facts.plan.missed is None:
        return "plan.missed is missing; this letter names the instalment that did not come in"
    return None


def _needs_offer(facts: LetterFacts) -> str | None:
    return "offer is missing; give the discount and what remains to be paid" if facts.offer is None else None


def _hand_over_ahead(facts: LetterFacts) -> str | None:
    if facts.hand_over is None or facts.hand_over.on <= facts.today:
        return "hand_over.on is missing or past; this letter announces what a person decided, with its day"
    return _nobody(facts.hand_over, "name")


def _handed_over(facts: LetterFacts) -> str | None:
    if facts.hand_over is None or facts.hand_over.on > facts.today:
        return "hand_over.on is missing or ahead; this letter is only written once the file has gone"
    return _nobody(facts.hand_over, "name", "contact")


def _nobody(part: HandOverPart, *fields: Literal["name", "contact"]) -> str | None:
    """Which of `fields` a letter about somebody outside the house lacks."""
    lacking = " and ".join(f"hand_over.{each}" for each in fields if getattr(part, each) is None)
    if part.to in {"court", "contentieux"} or not lacking:
        return None
    return f"{lacking} is missing for hand_over.to {part.to}; say who has the file and how to reach them"


def _payment(facts: LetterFacts) -> str | None:
    return "payment is missing; this letter speaks of a payment that came in" if facts.payment is None else None


def _crossed(facts: LetterFacts) -> str | None:
    if facts.payment is None or facts.payment.crossed_on is None:
        return "payment.crossed_on is missing; this letter excuses the reminder that crossed the payment"
    return None


def _dispute(facts: LetterFacts) -> str | None:
    return "dispute is missing; this letter answers one" if facts.dispute is None else None


def _dispute_answered(facts: LetterFacts) -> str | None:
    if facts.dispute is None or (facts.dispute.outcome is None and facts.dispute.note is None):
        return "dispute.outcome is missing, and so is dispute.note; this letter answers it, or says how it ended"
    return None


def _needs_insolvency(facts: LetterFacts) -> str | None:
    return "insolvency is missing; a declaration of claim names the procedure" if facts.insolvency is None else None


def _answer(facts: LetterFacts) -> str | None:
    return "answer is missing; a person approves what is written" if facts.answer is None else None


PART_NEEDS: dict[Need, Callable[[LetterFacts], str | None]] = {
    Need.CALL: _call,
    Need.PLAN: _needs_plan,
    Need.PLAN_MISSED: _plan_missed,
    Need.OFFER: _needs_offer,
    Need.HAND_OVER_AHEAD: _hand_over_ahead,
    Need.HANDED_OVER: _handed_over,
    Need.PAYMENT: _payment,
    Need.CROSSED: _crossed,
    Need.DISPUTE: _dispute,
    Need.DISPUTE_ANSWERED: _dispute_answered,
    Need.INSOLVENCY: _needs_insolvency,
    Need.ANSWER: _answer,
}
