"""What every letter must contain, and what a formal notice must contain besides."""

import re
from collections.abc import Iterable, Iterator
from datetime import date

from workflows.invoice import DebtorKind
from workflows.letter_reading import names_day
from workflows.letter_rules.drafts import Draft
from workflows.letter_rules.rule import Said, says
from workflows.letter_words import LANGUAGES
from workflows.letter_words.spelling import plain
from workflows.sms import gsm_fold
from workflows.wording import NOT_REMINDERS, LetterFacts, NextStep

_NAME, _TELEPHONE = Said("le nom du créancier", "the creditor's name"), Said("le téléphone", "the telephone")


def missing(draft: Draft) -> Iterator[Said]:
    """The elements of any letter that are not in it, one by one."""
    facts = draft.facts
    yield from _absent(
        draft, {**_contact(facts), **_references(facts), **(_means(facts) if _is_payable(draft) else {})}
    )
    for line in facts.lines:
        if not _names(draft, (line.issued_on, line.due_on)):
            yield Said(f"les dates d’émission et d’échéance de {line.number}", f"the dates of {line.number}")
        if {line.total, line.paid, line.balance} - draft.named_amounts:
            yield Said(f"total, réglé et solde de {line.number}", f"total, paid and balance of {line.number}")
    moment = facts.situation_at
    clock = rf"\b0?{moment.hour}(?: h |[:.]){moment.minute:02d}\b"
    if not _names(draft, (facts.today,)) or not re.search(clock, plain(draft.text)):
        yield Said("le jour et l’heure des chiffres (situation)", "the day and hour of the figures (situation)")
    if facts.language in LANGUAGES:
        yield from _request(draft)


def missing_of_sms(draft: Draft) -> Iterator[Said]:
    """Who writes and whom to call: all that a text message has room for besides its matter."""
    creditor = draft.facts.creditor
    wanted: dict[Said, str | None] = {_NAME: gsm_fold(creditor.name), _TELEPHONE: creditor.phone}
    yield from _absent(draft, wanted)


def missing_of_formal_notice(draft: Draft) -> Iterator[Said]:
    """The elements of a formal notice that are not in it, one by one."""
    facts = draft.facts
    if "en demeure" not in draft.own or not _says(draft, "gives_notice"):
        yield Said("les mots « mise en demeure »", "the words “mise en demeure”")
    yield from _absent(draft, _parties(facts))
    if facts.grand_total not in draft.named_amounts:
        yield Said("la somme demandée", "the sum that is demanded")
    if facts.reminders and not _names(draft, (contact.on for contact in facts.reminders)):
        yield Said("les dates des rappels précédents", "the dates of the reminders before it")
    if facts.reminders and not _says(draft, "without_effect"):
        yield Said("les rappels restés sans effet", "that the reminders had no effect")
    if facts.deadline_on is None and facts.deadline_days is None:
        yield Said("un délai", "a deadline")
    if not _says(draft, "consequence"):
        yield Said("les suites", "the consequence")
    if not _says(draft, "still_possible"):
        yield Said("la possibilité d’un accord dans le délai", "that an agreement is possible until then")
    yield from _interest(draft)


def _contact(facts: LetterFacts) -> dict[Said, str | None]:
    creditor = facts.creditor
    return {
        _NAME: creditor.name,
        Said(
            "l’adresse du créancier", "the creditor's address"
        ): f"{creditor.address.postcode} {creditor.address.city}",
        Said("qui appeler", "whom to call"): creditor.contact_name,
        _TELEPHONE: creditor.phone,
        Said("l’adresse électronique", "the e-mail address"): creditor.email,
    }


def _references(facts: LetterFacts) -> dict[Said, str | None]:
    return {Said(f"le numéro {line.number}", f"number {line.number}"): line.number for line in facts.lines}


def _is_payable(draft: Draft) -> bool:
    """Whether the letter must say how to pay: a file that has gone elsewhere, or a court's, is not paid to us."""
    facts = draft.facts
    gone = facts.insolvency is not None or (facts.hand_over is not None and not draft.asks)
    return draft.asks or (facts.balance > 0 and not gone)


def _means(facts: LetterFacts) -> dict[Said, str | None]:
    bank = facts.creditor.bank
    return {
        Said("l’IBAN", "the IBAN"): bank.iban,
        Said("le BIC", "the BIC"): bank.bic,
        Said("le bénéficiaire", "the beneficiary"): bank.holder,
        Said("la référence à rappeler", "the reference to quote"): facts.payment_reference,
        Said("le lien de paiement", "the pay link"): facts.pay_url,
        Said("l’adresse pour un chèque", "the address for a cheque"): facts.creditor.cheque_address,
    }


def _parties(facts: LetterFacts) -> dict[Said, str | None]:
    address = facts.contact.address
    return {
        Said("le SIREN du créancier", "the creditor's SIREN"): facts.creditor.siren,
        Said("l’adresse du créancier", "the creditor's address"): " ".join(facts.creditor.address.lines),
        Said("le nom du débiteur", "the debtor's name"): facts.debtor.name,
        Said("le SIREN du débiteur", "the debtor's SIREN"): facts.debtor.siren,
        Said("l’adresse du débiteur", "the debtor's address"): " ".join(address.lines) if address else None,
    }


def _request(draft: Draft) -> Iterator[Said]:
    """The one action with its date, the line for who has paid already, and what follows."""
    facts = draft.facts
    if facts.deadline_on and not _names(draft, (facts.deadline_on,)):
        yield Said(f"la date {facts.deadline_on}", f"the date to answer by, {facts.deadline_on}")
    if facts.from_reception and not says(draft, "from_reception"):
        yield Said("le délai à compter de la réception", "the period from reception")
    if not draft.asks:
        return
    if not says(draft, "already_paid"):
        yield Said("la ligne « si c’est déjà payé »", "the line “if it is already paid”")
    follows = facts.next_step is not NextStep.NONE and facts.letter not in NOT_REMINDERS
    if follows and not says(draft, "what_follows"):
        yield Said("la suite", "the next step")


def _interest(draft: Draft) -> Iterator[Said]:
    facts, amounts = draft.facts, draft.named_amounts
    if facts.kind is DebtorKind.CONSUMER:
        if not _says(draft, "legal_rate"):
            yield Said("l’intérêt au taux légal", "interest at the legal rate")
        return
    if facts.interest and facts.interest_total not in amounts:
        yield Said("le montant des intérêts à ce jour", "the amount of interest to date")
    if facts.indemnity and facts.indemnity not in amounts:
        yield Said("l’indemnité de recouvrement", "the recovery indemnity")


def _says(draft: Draft, field: str) -> bool:
    """Whether the letter says it; a language without words is refused by another rule."""
    return draft.facts.language not in LANGUAGES or says(draft, field)


def _names(draft: Draft, days: Iterable[date]) -> bool:
    return all(names_day(day, draft.named_days) for day in days)


def _absent(draft: Draft, wanted: dict[Said, str | None]) -> Iterator[Said]:
    compact = _compact(draft.whole)
    yield from (name for name, value in wanted.items() if value and _compact(value) not in compact)


def _compact(text: str) -> str:
    return re.sub(r"[\s,]+", "", text.replace("’", "'")).lower()
