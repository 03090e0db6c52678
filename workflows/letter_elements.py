"""What every letter must contain, and what a formal notice must contain besides."""

import re
from collections.abc import Iterator

from workflows.invoice import DebtorKind
from workflows.letter_reading import amounts_in, dates_in, plain
from workflows.wording import RECEIPTS, LetterFacts

FORMAL_NOTICE = "formal_notice"


def missing(facts: LetterFacts, subject: str, text: str) -> Iterator[str]:
    """The elements of any letter that are not in it, one by one."""
    wanted = {**_parties_contact(facts), **_values(facts)}
    compact = _compact(f"{subject}\n{text}")
    yield from (name for name, value in wanted.items() if _compact(value) not in compact)
    days, amounts = dates_in(text), amounts_in(text)
    for line in facts.lines:
        if {line.issued_on, line.due_on} - days:
            yield f"dates of issue and of maturity of {line.number}"
        if {line.total, line.paid, line.balance} - amounts:
            yield f"total, paid and balance of {line.number}"
    if facts.today not in days:
        yield "the day of the figures (situation)"
    yield from _request(facts, text)


def missing_of_formal_notice(facts: LetterFacts, text: str) -> Iterator[str]:
    """The elements of a formal notice that are not in it, one by one."""
    line, compact = plain(text), _compact(text)
    if not re.search(r"mettons en demeure|mise en demeure", line) or (
        facts.language == "en" and "formal notice" not in line
    ):
        yield "the words « mise en demeure »"
    parties = {
        "creditor's SIREN": facts.creditor.siren or "",
        "creditor's address": " ".join(facts.creditor.address.lines),
        "debtor's name": facts.debtor.name,
        "debtor's SIREN": facts.debtor.siren or "",
        "debtor's address": " ".join(facts.contact.address.lines) if facts.contact.address else "",
    }
    yield from (name for name, value in parties.items() if _compact(value) not in compact)
    if facts.grand_total not in amounts_in(text):
        yield "the total that is demanded"
    if not re.search(r"juridiction|tribunal|commissaire de justice|\bcourt\b", line):
        yield "the consequence"
    if {contact.on.day for contact in facts.reminders} and not re.search(
        r"sans effet|sans réponse|without effect|unanswered", line
    ):
        yield "the reminders before it"
    yield from _interest(facts, text, line)


def _parties_contact(facts: LetterFacts) -> dict[str, str]:
    creditor = facts.creditor
    return {
        "creditor's name": creditor.name,
        "creditor's address": creditor.address.city,
        "whom to call": creditor.contact_name,
        "telephone": creditor.phone,
        "e-mail": creditor.email,
    }


def _values(facts: LetterFacts) -> dict[str, str]:
    wanted = {f"number {line.number}": line.number for line in facts.lines}
    if facts.balance or facts.letter not in RECEIPTS:
        bank = facts.creditor.bank
        wanted |= {"IBAN": bank.iban, "beneficiary": bank.holder, "reference to quote": facts.payment_reference}
        wanted |= {"BIC": bank.bic or "", "pay link": facts.pay_url or ""}
    return wanted


def _request(facts: LetterFacts, text: str) -> Iterator[str]:
    """The one action with its date, and the line for who has paid already."""
    line = plain(text)
    if facts.deadline_on and facts.deadline_on not in dates_in(text):
        yield f"the date to answer by, {facts.deadline_on}"
    if facts.from_reception and not re.search(r"de la réception|of receiving", line):
        yield "the period from reception"
    if facts.letter in RECEIPTS:
        return
    if not re.search(r"déjà en route|entre-temps|already on its way|in the meantime", line):
        yield "the line « si c'est déjà payé »"


def _interest(facts: LetterFacts, text: str, line: str) -> Iterator[str]:
    if facts.kind is DebtorKind.CONSUMER:
        if not re.search(r"taux légal|legal rate", line):
            yield "interest at the legal rate from reception"
        return
    if facts.interest and facts.interest_total not in amounts_in(text):
        yield "the amount of interest to date"
    if facts.indemnity and facts.indemnity not in amounts_in(text):
        yield "the recovery indemnity"


def _compact(text: str) -> str:
    return re.sub(r"[\s,]+", "", text.replace("’", "'")).lower()
