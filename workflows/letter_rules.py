"""What must and must not be written to a debtor, by stage and kind: each rule says why and how to mend.

The words are looked for in the letter as its reader sees it, without the names and references that come from the facts.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from workflows import letter_elements
from workflows.invoice import Channel, DebtorKind
from workflows.letter_reading import deadlines_in, language_of
from workflows.scenario import FORMAL_TONE
from workflows.wording import LetterFacts
from workflows.wording_checks import BadFacts, check_facts

#: From this tone on a letter may call an invoice unpaid and speak of legal steps.
LEGAL_TONE = 4
#: Up to this tone nothing is said about suspending a service.
FIRST_REMINDERS_TONE = 2


@dataclass(frozen=True)
class Draft:
    """A letter as it would be read.

    Attributes:
        subject: one line; empty for an SMS.
        text: the body as plain text.
    """

    facts: LetterFacts
    subject: str
    text: str

    @cached_property
    def own(self) -> str:
        """Subject and text in lower case, without what comes from the facts: only the wording is judged."""
        return _without_values(f"{self.subject}\n{self.text}", self.facts).lower()


@dataclass(frozen=True)
class Finding:
    """One reason why a letter must not leave.

    Attributes:
        rule: id of the rule.
        excerpt: what was found, or what is missing.
        why: the reason, in words for the person who writes the letter.
        mend: what to write instead.
    """

    rule: str
    excerpt: str
    why: str
    mend: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.excerpt!r}; {self.why}; {self.mend}"


@dataclass(frozen=True)
class Rule:
    """A rule and its reader: `find` gives the excerpts that break it, none for a good letter."""

    id: str
    why: str
    mend: str
    find: Callable[[Draft], Iterable[str]]


def lint(draft: Draft) -> tuple[Finding, ...]:
    """Every reason why the letter must not leave; empty for a good one."""
    return tuple(Finding(rule.id, excerpt, rule.why, rule.mend) for rule in RULES for excerpt in rule.find(draft))


def _words(
    pattern: str, *, below_tone: int = FORMAL_TONE + 1, kind: DebtorKind | None = None
) -> Callable[[Draft], Iterator[str]]:
    """A reader for words that are refused below a tone, for one kind of debtor or for all."""
    compiled = re.compile(pattern)

    def find(draft: Draft) -> Iterator[str]:
        if draft.facts.tone < below_tone and kind in {None, draft.facts.kind}:
            yield from dict.fromkeys(found[0] for found in compiled.finditer(draft.own))

    return find


def _past_deadlines(draft: Draft) -> Iterator[str]:
    limits = deadlines_in(f"{draft.subject}\n{draft.text}")
    yield from (f"{day:%Y-%m-%d}" for day in sorted(limits) if day <= draft.facts.today)


def _capitals(draft: Draft) -> Iterator[str]:
    known = {"IBAN", "SIREN", "SIRET", "SEPA"}
    own = _without_values(f"{draft.subject}\n{draft.text}", draft.facts)
    yield from (word for word in re.findall(r"\b[A-ZÀ-Þ]{4,}\b", own) if word not in known)


def _penalty_without_terms(draft: Draft) -> Iterator[str]:
    named = re.search(
        r"pénalités de retard|intérêts moratoires|late-payment interest|interest for late payment", draft.own
    )
    if not named or draft.facts.kind is DebtorKind.CONSUMER:
        return
    if not re.search(r"(taux annuel|taux annuels|yearly rates?)\b", draft.own) or "%" not in draft.own:
        yield f"{named[0]}, no yearly rate"
    if not re.search(r"\d+ (jours?|days?)\b|\b(jours|days)\b +(taux|yearly)", draft.own):
        yield f"{named[0]}, no number of days"


def _one_of_several(draft: Draft) -> Iterator[str]:
    numbers = [line.number for line in draft.facts.lines]
    named = [number for number in numbers if number in draft.subject]
    if draft.subject and 0 < len(named) < len(numbers):
        yield f"{len(named)} of {len(numbers)} invoices: {draft.subject}"


def _other_language(draft: Draft) -> Iterator[str]:
    read = language_of(draft.own)
    if read is not None and read != draft.facts.language:
        yield f"reads as {read!r}, the debtor's language is {draft.facts.language!r}"


def _sums(draft: Draft) -> Iterator[str]:
    try:
        check_facts(draft.facts)
    except BadFacts as bad:
        yield from bad.findings


def _missing(draft: Draft) -> Iterator[str]:
    if draft.facts.channel not in {Channel.SMS, Channel.CALL}:
        yield from letter_elements.missing(draft.facts, draft.subject, draft.text)


def _missing_of_notice(draft: Draft) -> Iterator[str]:
    if draft.facts.letter == letter_elements.FORMAL_NOTICE:
        yield from letter_elements.missing_of_formal_notice(draft.facts, draft.text)


def _without_values(text: str, facts: LetterFacts) -> str:
    """The text, one line, with every name, reference and address of the facts taken out."""
    creditor, contact = facts.creditor, facts.contact
    address = [part for place in (creditor.address, contact.address) if place for part in (*place.lines, place.city)]
    values = [
        *(creditor.name, creditor.legal_form, creditor.contact_name, creditor.email, creditor.cheque_address),
        *(creditor.bank.holder, creditor.bank.iban, creditor.bank.bic, creditor.phone),
        *(facts.debtor.name, contact.name, contact.email, facts.payment_reference, facts.pay_url, *address),
        *(value for line in facts.lines for value in (line.number, line.po_number)),
    ]
    line = " ".join(text.replace("\u00a0", " ").replace("\u202f", " ").replace("’", "'").split())
    for value in sorted(
        {" ".join(value.replace("’", "'").split()) for value in values if value}, key=len, reverse=True
    ):
        line = line.replace(value, "·")
    return line


_VAGUE = (
    r"dans les (?:meilleurs|plus brefs) délais|\brapidement|au plus vite|au plus tôt|dès que possible|sans (?:plus )?"
    r"(?:tarder|délai)|sous peu|prochain jour|as soon as possible|promptly|without delay|at your earliest convenience"
)
_THREAT = (
    r"mise en demeure|mettons en demeure|tribunal|juridiction|huissier|commissaire de justice|poursuites|contentieux"
    r"|judiciaire|\bavocat|titre exécutoire|assignation|formal notice|\bcourt\b|legal (?:action|proceedings)|bailiff"
    r"|lawyer"
)
_CHARGED = (
    r"frais[^.]{0,60}à votre charge|à vos frais|frais de (?:relance|dossier)|at your (?:expense|cost)|reminder fee"
    r"|(?:costs?|fees?)[^.]{0,60}charged to you"
)
_MONTHS = "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"

RULES: tuple[Rule, ...] = (
    Rule(
        "past-deadline",
        "a deadline in the past cannot be kept",
        "grant a new date after the day of the letter",
        _past_deadlines,
    ),
    Rule("vague-deadline", "nobody knows when it ends", "name one date", _words(_VAGUE)),
    Rule(
        "loud",
        "an exclamation mark, a smiley or a stock phrase makes the letter loud or servile",
        "say it in a plain sentence",
        _words(r"!|[:;]-?[)(]|[\U0001F300-\U0001FAFF]|merci de bien vouloir|auriez-vous l'obligeance|kindly"),
    ),
    Rule("capitals", "capitals shout", "write the word in lower case", _capitals),
    Rule(
        "invoice-by-month",
        "a month is no reference",
        "give the invoice's number and date",
        _words(rf"facture (?:de |d'|du mois de |du mois d')(?:{_MONTHS})|(?:january|march|april) invoice\b"),
    ),
    Rule(
        "reproach",
        f"reproach closes the door before tone {LEGAL_TONE}",
        "write « nous n'avons pas encore enregistré votre règlement »",
        _words(r"impayée?s?\b|\bunpaid\b|mauvaise foi|bad faith|négligen\w+", below_tone=LEGAL_TONE),
    ),
    Rule(
        "early-threat",
        f"legal steps are only named from tone {LEGAL_TONE} on",
        "say that you will come back to the debtor",
        _words(_THREAT, below_tone=LEGAL_TONE),
    ),
    Rule(
        "early-suspension",
        "a first reminder does not speak of suspending anything",
        "leave it out, or say it in a later letter",
        _words(
            r"suspen(?:dre|drons|sion|du)\w*|interrompre|couper|\bsuspend\w*|cut off",
            below_tone=FIRST_REMINDERS_TONE + 1,
        ),
    ),
    Rule(
        "commercial-terms-to-consumer",
        "a consumer owes neither the indemnity nor commercial penalties (L441-10 code de commerce: professionals)",
        "leave them out; the legal rate runs from the reception of the formal notice (1231-6 code civil)",
        _words(
            r"indemnité forfaitaire|l441-10|d441-5|pénalités de retard|intérêts moratoires|fixed compensation"
            r"|late-payment interest|recovery costs",
            kind=DebtorKind.CONSUMER,
        ),
    ),
    Rule(
        "daily-rate", "the rate is yearly", "write « au taux annuel de … % »", _words(r"% (?:par jour|per day|a day)")
    ),
    Rule(
        "penalty-without-terms",
        "a penalty is stated with its yearly rate and its days, or it cannot be checked",
        "add the rate and the number of days, or the [[interest]] block",
        _penalty_without_terms,
    ),
    Rule(
        "costs-on-debtor",
        "the costs of amicable collection stay with the creditor (L111-8 code des procédures civiles d'exécution)",
        "leave the sentence out",
        _words(_CHARGED),
    ),
    Rule(
        "empty-variable",
        "something was not filled in",
        "fill it in or ask for it with {% if %}",
        _words(r"\{\{|\}\}|\{%|\[\[|\]\]|\bnone\b[,.]|\bundefined\b|\( *\)|, *,| [.,](?= )"),
    ),
    Rule(
        "subject-names-one",
        "a letter about several invoices must not name only some in its subject",
        "name all of them or none",
        _one_of_several,
    ),
    Rule("language", "the debtor reads another language", "use the letter in the debtor's language", _other_language),
    Rule("sums", "the facts contradict each other or the law", "mend the facts", _sums),
    Rule("incomplete", "every letter carries all that is needed to pay or to answer", "add the element", _missing),
    Rule(
        "formal-notice-incomplete",
        "a formal notice without it may be worth nothing in court",
        "add the element",
        _missing_of_notice,
    ),
)
