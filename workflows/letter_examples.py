"""Made-up facts for every letter: what the gallery shows, what the checks of letters read, what tests start from.

`example(...)` gives facts with which a letter can be written; every sum follows the lines. Names are invented;
the accounts are those that banks publish as examples.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from workflows.events.answers import DisputeReason
from workflows.invoice import SHEETS, Channel, DebtorKind
from workflows.letter_example_people import CREDITOR, MANDATAIRE, contact_of, debtor_of
from workflows.money import Cents, half_up
from workflows.wording import RECEIPTS, InterestLine, InvoiceLine, LetterFacts, NextStep, PreviousContact
from workflows.wording_parts import (
    AnswerKind,
    AnswerLink,
    AnswerPart,
    CallPart,
    DisputePart,
    HandOverPart,
    InsolvencyPart,
    InstalmentLine,
    OfferPart,
    PaymentPart,
    PlanPart,
)

NOW = datetime(2026, 11, 14, 9, 12, tzinfo=ZoneInfo("Europe/Paris"))
TODAY = NOW.date()
#: Every letter with its tone, in the order in which a debtor might get them; 1 courteous … 5 formal and legal.
TONES: Mapping[str, int] = {
    "preventive": 1, "first_reminder": 1, "first_reminder_warm": 1, "account_reminder": 1, "large_amount": 2,
    "loyal_client": 1, "second_reminder": 2, "second_reminder_firm": 3, "insistent": 3, "before_penalties": 3,
    "credit_policy": 3, "reason_request": 2, "call_confirmation": 2, "instalment_offer": 2,
    "instalment_confirmation": 2, "instalment_missed": 4, "early_settlement_offer": 2, "services_reminder": 2,
    "third_reminder": 4, "last_amicable": 4, "formal_notice": 5, "final_warning": 5, "hand_over_warning": 5,
    "hand_over_notice": 5, "payment_thanks": 1, "dispute_acknowledged": 1, "dispute_answered": 1,
    "promise_acknowledged": 1, "apology": 1, "insolvency_declaration": 4, "reply_answer": 1,
}  # fmt: skip
#: The letters of the amicable ladder, the formal notice, and the receipts that any case may need: written in every
#: language. The others are in French and English.
LADDER_LETTERS = frozenset({
    "preventive", "first_reminder", "first_reminder_warm", "account_reminder", "large_amount", "loyal_client",
    "second_reminder", "second_reminder_firm", "insistent", "third_reminder", "last_amicable", "formal_notice",
    "promise_acknowledged", "dispute_acknowledged", "payment_thanks",
})  # fmt: skip
#: Letters that state interest and indemnity to date, where the law lets the creditor claim them.
_CHARGING = frozenset({
    "second_reminder_firm", "insistent", "before_penalties", "third_reminder", "last_amicable", "formal_notice",
    "final_warning", "hand_over_warning", "hand_over_notice", "insolvency_declaration",
})  # fmt: skip
#: Letters whose deadline runs from reception where they are posted.
_FROM_RECEPTION = frozenset({"second_reminder_firm", "last_amicable", "formal_notice"})
#: Letters that come after a formal notice, and how many reminders come before some others.
_AFTER_NOTICE = frozenset({"final_warning", "hand_over_warning", "hand_over_notice"})
_REMINDERS: Mapping[str, int] = {"second_reminder_firm": 1, "third_reminder": 2}
#: Percent a year in the second semester of 2026: between professionals, and for public buyers.
_RATE, _PUBLIC_RATE = Decimal("12.40"), Decimal("10.40")
#: What the creditor answers to a dispute, by language.
_NOTES: Mapping[str, str] = {
    "fr": "Le bon de livraison signé le 12 octobre 2026 porte les quantités facturées.",
    "en": "The delivery note signed on 12 October 2026 shows the quantities invoiced.",
}
#: Subject and text of the answer to a reply, by language.
_ANSWERS: Mapping[str, tuple[str, str]] = {
    "fr": (
        "Re: Rappel de facture",
        "Merci de votre message. Voici la situation et les coordonnées demandées.\n\n[[invoices]]\n\n[[payment]]",
    ),
    "en": (
        "Re: Invoice reminder",
        "Thank you for your message. Here are the statement and the bank details.\n\n[[invoices]]\n\n[[payment]]",
    ),
}
_UNIT: Cents = 125_000
_JUDGMENT = TODAY - timedelta(days=5)


def example(
    letter: str,
    *,
    channel: Channel = Channel.EMAIL,
    kind: DebtorKind = DebtorKind.BUSINESS,
    language: str = "fr",
    count: int = 1,
    paid: Cents = 0,
    disputed: Cents = 0,
    **changes: Any,  # noqa: ANN401 - any field of LetterFacts
) -> LetterFacts:
    """Facts with which `letter` can be written.

    Args:
        letter: a key of `TONES`, or a letter of one's own, which gets the facts of a reminder.
        channel: how it travels.
        kind: of the debtor.
        language: of the letter; the debtor lives where it is spoken.
        count: number of invoices, 1,250.00 each, a week apart.
        paid: cents already paid of each invoice.
        disputed: cents disputed of each invoice.
        changes: fields of `LetterFacts` that replace those of the example; sums follow changed `lines`.
    """
    tone = changes.pop("tone", TONES.get(letter, 2))
    lines = changes.pop("lines", None) or _lines(letter, count, paid, disputed)
    balance = sum(line.balance for line in lines)
    interest = _charges(letter, tone, kind, lines)
    indemnity = 4_000 * len(lines) if interest else 0
    charges = sum(line.amount for line in interest)
    base: dict[str, Any] = {
        "letter": letter, "tone": tone, "channel": channel, "language": language, "creditor": CREDITOR,
        "debtor": debtor_of(kind, language), "contact": contact_of(kind, language), "lines": lines,
        "balance": balance, "situation_at": NOW, "previous": _previous(letter, tone, channel), "interest": interest,
        "interest_total": charges, "indemnity": indemnity, "grand_total": balance + charges + indemnity,
        "next_step": {4: NextStep.FORMAL_NOTICE, 5: NextStep.LEGAL_ACTION}.get(tone, NextStep.REMINDER),
        "payment_reference": lines[0].number if len(lines) == 1 else "CPT-D1-1114",
    }  # fmt: skip
    facts = base | _deadline(letter, channel) | _own(letter, balance, lines, language) | changes
    return LetterFacts.model_validate(facts)


def invoice_lines(count: int, due_on: date, *, paid: Cents = 0, disputed: Cents = 0) -> tuple[InvoiceLine, ...]:
    """`count` invoices of 1,250.00, a week apart, the last one due on `due_on`; all partly paid alike."""
    days = [due_on - timedelta(days=7 * (count - 1 - at)) for at in range(count)]
    return tuple(
        InvoiceLine(
            number=f"F-2026-{42 + at:04d}", issued_on=due - timedelta(days=30), due_on=due, total=_UNIT, paid=paid,
            disputed=disputed, balance=_UNIT - paid - disputed, days_late=max((TODAY - due).days, 0),
        )
        for at, due in enumerate(days)
    )  # fmt: skip


def interest_on(
    lines: tuple[InvoiceLine, ...], last_on: date = TODAY, rate: Decimal = _RATE
) -> tuple[InterestLine, ...]:
    """Interest at `rate` percent a year on each late line up to `last_on`, rounded by line."""
    found = []
    for line in lines:
        days = (last_on - line.due_on).days
        if days > 0 and line.balance:
            amount = half_up(line.balance * rate * days / 365 / 100)
            found.append(
                InterestLine(
                    invoice=line.number, principal=line.balance, from_on=line.due_on + timedelta(days=1),
                    to_on=last_on, days=days, rate=rate, amount=amount,
                )
            )  # fmt: skip
    return tuple(found)


def _lines(letter: str, count: int, paid: Cents, disputed: Cents) -> tuple[InvoiceLine, ...]:
    ahead = TODAY + timedelta(days=5 + 7 * (count - 1))
    due_on = ahead if letter == "preventive" else TODAY - timedelta(days=22)
    paid = {"payment_thanks": _UNIT, "apology": _UNIT}.get(letter, paid)
    disputed = {"dispute_acknowledged": 50_000}.get(letter, disputed)
    return invoice_lines(count, due_on, paid=paid, disputed=disputed)


def _charges(letter: str, tone: int, kind: DebtorKind, lines: tuple[InvoiceLine, ...]) -> tuple[InterestLine, ...]:
    """Interest to date; none for a consumer, none where the letter does not speak of it."""
    known = letter in TONES
    if kind is DebtorKind.CONSUMER or (letter not in _CHARGING if known else tone < 3):  # noqa: PLR2004 - from tone 3
        return ()
    last_on = _JUDGMENT - timedelta(days=1) if letter == "insolvency_declaration" else TODAY
    return interest_on(lines, last_on, _PUBLIC_RATE if kind is DebtorKind.PUBLIC else _RATE)


def _deadline(letter: str, channel: Channel) -> dict[str, object]:
    silent = RECEIPTS | {"preventive", "promise_acknowledged", "call_confirmation", "instalment_confirmation"}
    if letter in silent:
        return {}
    if channel in SHEETS and letter in _FROM_RECEPTION:
        return {"deadline_days": 8, "from_reception": True}
    days = {"final_warning": 5, "hand_over_warning": 2, "before_penalties": 7}.get(letter, 8)
    return {"deadline_on": TODAY + timedelta(days=days)}


def _previous(letter: str, tone: int, channel: Channel) -> tuple[PreviousContact, ...]:
    """As many reminders as the letter suggests, five days apart; after a formal notice, whose time has run out."""
    if tone == 1:
        return ()
    by = Channel.EMAIL if channel in {Channel.SMS, Channel.CALL} else channel
    is_after_notice = letter in _AFTER_NOTICE
    count = 3 if is_after_notice else _REMINDERS.get(letter, tone - 1)
    last_on = TODAY - timedelta(days=11 if is_after_notice else 5)
    days = [last_on - timedelta(days=5 * at) for at in reversed(range(count))]
    found = [PreviousContact(on=day, template="first_reminder", channel=by) for day in days]
    if is_after_notice:
        found[-1] = PreviousContact(on=last_on, template="formal_notice", channel=Channel.REGISTERED)
    return tuple(found)


def _own(letter: str, balance: Cents, lines: tuple[InvoiceLine, ...], language: str) -> dict[str, object]:
    """The part that only this letter has."""
    if letter == "dispute_answered":
        return _dispute(outcome="creditor", note=_NOTES.get(language, _NOTES["en"]))
    if letter == "reply_answer":
        subject, text = _ANSWERS.get(language, _ANSWERS["en"])
        return {"answer": AnswerPart(reply_id="r1", subject=subject, text=text)}
    recipe = _RECIPES.get(letter)
    return recipe(balance, lines) if recipe else {}


_Lines = tuple[InvoiceLine, ...]


def _promise(balance: Cents, _lines: _Lines) -> dict[str, object]:
    del balance
    return {"promised_on": TODAY + timedelta(days=6)}


def _call(balance: Cents, lines: _Lines) -> dict[str, object]:
    call = CallPart(on=TODAY - timedelta(days=1), with_name="Madame Perrin")
    return _promise(balance, lines) | {"call": call, "promised_amount": balance}


def _terms(_balance: Cents, lines: _Lines) -> dict[str, object]:
    return {"terms_days": (lines[0].due_on - lines[0].issued_on).days}


def _answers(_balance: Cents, lines: _Lines) -> dict[str, object]:
    address = f"mailto:{CREDITOR.email}?subject={lines[0].number}"
    return {"answers": tuple(AnswerLink(kind=kind, url=address) for kind in AnswerKind)}


def _plan(balance: Cents, *, first_on: date, missed: int | None = None) -> dict[str, object]:
    """Three instalments, a month apart; cents that do not divide go into the last one."""
    each = balance // 3
    amounts = (each, each, balance - 2 * each)
    lines = tuple(
        InstalmentLine(due_on=first_on + timedelta(days=30 * at), amount=amount) for at, amount in enumerate(amounts)
    )
    return {"plan": PlanPart(lines=lines, missed=missed)}


def _offer(balance: Cents, _lines: _Lines) -> dict[str, object]:
    discount = half_up(Decimal(balance) * 2 / 100)
    return {"offer": OfferPart(percent=Decimal(2), discount=discount, net=balance - discount)}


def _hand_over(*, days: int, to: str, name: str | None = None) -> dict[str, object]:
    contact = "04 00 00 00 09" if name else None
    part = {"to": to, "on": TODAY + timedelta(days=days), "name": name, "contact": contact}
    return {"hand_over": HandOverPart.model_validate(part)}


def _payment(lines: _Lines, *, crossed: bool = False) -> dict[str, object]:
    on = TODAY - timedelta(days=2)
    crossed_on = on + timedelta(days=1) if crossed else None
    return {"payment": PaymentPart(on=on, amount=sum(line.paid for line in lines), crossed_on=crossed_on)}


def _dispute(outcome: str | None = None, note: str | None = None) -> dict[str, object]:
    opened_on = TODAY - timedelta(days=9 if outcome else 1)
    part = {"opened_on": opened_on, "reason": DisputeReason.QUANTITY, "outcome": outcome, "note": note}
    return {"dispute": DisputePart.model_validate(part)}


def _insolvency(_balance: Cents, _lines: _Lines) -> dict[str, object]:
    part = InsolvencyPart(
        procedure="redressement", judgment_on=_JUDGMENT, published_on=TODAY - timedelta(days=2),
        declare_by=date(2027, 1, 12), mandataire="Selarl Aubert, mandataire judiciaire",
    )  # fmt: skip
    return {"insolvency": part, "contact": MANDATAIRE}


_RECIPES: Mapping[str, Callable[[Cents, _Lines], dict[str, object]]] = {
    "promise_acknowledged": _promise,
    "call_confirmation": _call,
    "credit_policy": _terms,
    "reason_request": _answers,
    "instalment_offer": lambda balance, _lines: _plan(balance, first_on=TODAY + timedelta(days=16)),
    "instalment_confirmation": lambda balance, _lines: _plan(balance, first_on=TODAY + timedelta(days=16)),
    "instalment_missed": lambda balance, _lines: _plan(balance, first_on=TODAY - timedelta(days=6), missed=1),
    "early_settlement_offer": _offer,
    "final_warning": lambda _balance, _lines: _hand_over(days=6, to="court"),
    "hand_over_warning": lambda _balance, _lines: _hand_over(days=3, to="commissaire_de_justice", name="Étude Lacaze"),
    "hand_over_notice": lambda _balance, _lines: _hand_over(days=0, to="agency", name="Cabinet Recouvra"),
    "payment_thanks": lambda _balance, lines: _payment(lines),
    "apology": lambda _balance, lines: _payment(lines, crossed=True),
    "dispute_acknowledged": lambda _balance, _lines: _dispute(),
    "insolvency_declaration": _insolvency,
}
