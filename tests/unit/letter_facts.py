"""Facts of letters for tests: one creditor, three kinds of debtor, any number of invoices."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from workflows.invoice import Address, BankAccount, Channel, Contact, Creditor, Debtor, DebtorKind
from workflows.wording import POSTED, InterestLine, InvoiceLine, LetterFacts, NextStep, PreviousContact

NOW = datetime(2026, 11, 14, 9, 12, tzinfo=ZoneInfo("Europe/Paris"))
TODAY = NOW.date()

CREDITOR = Creditor(
    ref="martin",
    name="Atelier Martin",
    siren="732829320",
    legal_form="SARL au capital de 20 000 €",
    address=Address(lines=("4 rue des Tanneurs",), postcode="69001", city="Lyon"),
    email="compta@atelier-martin.example",
    phone="04 00 00 00 00",
    contact_name="Claire Delmas",
    bank=BankAccount(holder="ATELIER MARTIN SARL", iban="FR7630006000011234567890189", bic="AGRIFRPP"),
    cheque_address="4 rue des Tanneurs, 69001 Lyon",
)

CONTACTS = {
    DebtorKind.BUSINESS: Contact(
        name="Perrin",
        civility="Madame",
        email="perrin@dupont.example",
        phone="+33400000001",
        address=Address(lines=("Bâtiment C", "12 avenue de la République"), postcode="38000", city="Grenoble"),
    ),
    DebtorKind.CONSUMER: Contact(
        email="jean@petit.example",
        phone="+33600000002",
        address=Address(lines=("3 chemin du Lac",), postcode="74000", city="Annecy"),
    ),
    DebtorKind.PUBLIC: Contact(
        role="billing",
        email="finances@mairie.example",
        phone="+33400000003",
        address=Address(lines=("Place de la Mairie",), postcode="73000", city="Chambéry"),
    ),
}
DEBTORS = {
    DebtorKind.BUSINESS: Debtor(
        ref="d1", name="Établissements Dupont", siren="552100554", client_since=date(2018, 3, 1)
    ),
    DebtorKind.CONSUMER: Debtor(ref="d2", name="Jean Petit", kind=DebtorKind.CONSUMER, client_since=date(2018, 3, 1)),
    DebtorKind.PUBLIC: Debtor(
        ref="d3", name="Ville de Chambéry", kind=DebtorKind.PUBLIC, client_since=date(2018, 3, 1)
    ),
}


def invoice_lines(count: int, due_on: date, *, paid: int = 0, disputed: int = 0) -> tuple[InvoiceLine, ...]:
    """`count` invoices of 1,250.00, a week apart, the last one due on `due_on`; all partly paid alike."""
    lines = []
    for at in range(count):
        due = due_on - timedelta(days=7 * (count - 1 - at))
        lines.append(
            InvoiceLine(
                number=f"F-2026-{42 + at:04d}",
                issued_on=due - timedelta(days=30),
                due_on=due,
                total=125_000,
                paid=paid,
                disputed=disputed,
                balance=125_000 - paid - disputed,
                days_late=max((TODAY - due).days, 0),
            )
        )
    return tuple(lines)


def interest_on(lines: tuple[InvoiceLine, ...]) -> tuple[InterestLine, ...]:
    """Interest at 12.40 % on each late line, rounded by line."""
    return tuple(
        InterestLine(
            invoice=line.number,
            principal=line.balance,
            from_on=line.due_on + timedelta(days=1),
            to_on=TODAY,
            days=line.days_late,
            rate=Decimal("12.40"),
            amount=round(line.balance * Decimal("0.124") * line.days_late / 365),
        )
        for line in lines
        if line.days_late and line.balance
    )


def facts_for(
    letter: str,
    *,
    tone: int,
    channel: Channel = Channel.EMAIL,
    kind: DebtorKind = DebtorKind.BUSINESS,
    language: str = "fr",
    count: int = 1,
    **changes: Any,  # noqa: ANN401 - any field of LetterFacts
) -> LetterFacts:
    """Facts with which `letter` can be written; `changes` replace fields, and the sums follow the lines."""
    preventive, receipt = letter == "preventive", letter in {"payment_thanks", "dispute_acknowledged"}
    due_on = TODAY + timedelta(days=5 + 7 * (count - 1)) if preventive else TODAY - timedelta(days=22)
    paid = {"payment_thanks": 125_000}.get(letter, 0)
    disputed = {"dispute_acknowledged": 50_000}.get(letter, 0)
    lines = changes.pop("lines", None) or invoice_lines(count, due_on, paid=paid, disputed=disputed)
    formal = tone >= 3 and kind is not DebtorKind.CONSUMER and not receipt  # penalties are named from tone 3 on
    interest = interest_on(lines) if formal else ()
    indemnity = 4_000 * len(lines) if formal else 0
    balance = sum(line.balance for line in lines)
    posted = channel in POSTED and letter in {"second_reminder_firm", "last_amicable", "formal_notice"}
    granting = not preventive and not receipt and letter != "promise_acknowledged"
    facts = {
        "letter": letter,
        "tone": tone,
        "channel": channel,
        "language": language,
        "creditor": CREDITOR,
        "debtor": DEBTORS[kind],
        "contact": CONTACTS[kind],
        "lines": lines,
        "balance": balance,
        "deadline_on": TODAY + timedelta(days=8) if granting and not posted else None,
        "deadline_days": 8 if posted else None,
        "from_reception": posted,
        "situation_at": NOW,
        "previous": _previous(tone, channel),
        "interest": interest,
        "interest_total": sum(line.amount for line in interest),
        "indemnity": indemnity,
        "grand_total": balance + sum(line.amount for line in interest) + indemnity,
        "next_step": _next_step(tone),
        "payment_reference": lines[0].number if len(lines) == 1 else "CPT-D1-1114",
        "promised_on": TODAY + timedelta(days=6) if letter == "promise_acknowledged" else None,
    }
    return LetterFacts.model_validate({**facts, **changes})


def _previous(tone: int, channel: Channel) -> tuple[PreviousContact, ...]:
    """As many reminders as the tone suggests, five days apart, the last one five days ago."""
    if tone == 1:
        return ()
    by = Channel.EMAIL if channel in {Channel.SMS, Channel.CALL} else channel
    days = [TODAY - timedelta(days=5 * at) for at in range(1, tone)]
    return tuple(PreviousContact(on=day, template="first_reminder", channel=by) for day in sorted(days))


def _next_step(tone: int) -> NextStep:
    return {4: NextStep.FORMAL_NOTICE, 5: NextStep.LEGAL_ACTION}.get(tone, NextStep.REMINDER)
