"""What the linter must know of a language to read a letter in it."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import TypeAlias

#: Regular expressions, each an alternative; see `LanguageWords` for the text that they are compared with.
Patterns: TypeAlias = tuple[str, ...]


def one_a_line(text: str) -> Patterns:
    """The patterns of a block of text that gives one on each line."""
    return tuple(line for each in text.splitlines() if (line := each.strip()))


def split(text: str) -> tuple[str, ...]:
    """The words of a block of text."""
    return tuple(text.split())


#: Stands in a pattern for the name of any month of the language.
MONTH = "MONTH"


@dataclass(frozen=True, kw_only=True)
class LanguageWords:
    r"""The words of one language that rules look for.

    Patterns are compared with the letter in lower case and on one line, with ordinary single spaces and straight
    apostrophes, and with every name and reference of the facts taken out (a `·` stands in their place). Accents are
    taken off on both sides.
    They are searched, not matched: set `\b` where a word must begin or end, and no capital letter anywhere.

    Fields marked *every language* are also looked for in letters of the other languages, because the law does not
    depend on the language: qualify a word that means something else elsewhere (English `court` is a French verb: write
    `competent court`). The others are only looked for in letters of this language.

    Attributes:
        code: two letters, as letters name their language.
        months: twelve, January first, in lower case.
        short_months: twelve, as short dates write them; empty where short dates have figures only.
        small_words: frequent short words by which the language is told from the others; thirty or so, and none that
            is as frequent in another language (leave `de`, `en`, `la`, `in` out).
        acronyms: words in capitals that belong to the language, besides IBAN, BIC, SEPA, SIREN, SIRET and the like.
        sets_deadline: what stands just before a date that is a limit and can only be ahead, up to its first figure
            (`au plus tard le`, `by`); the space between is added.
        vague_deadline: a deadline of which nobody knows when it ends (`rapidement`, `as soon as possible`).
        month_reference: an invoice named by its month alone; `MONTH` stands for any month (`facture de MONTH`).
        reproach: words that accuse, refused before tone 4 (`impayée`, `négligence`).
        legal_threat: legal steps, refused before tone 4: formal notice, court, bailiff, lawyer. *Every language.*
        suspension: stopping a service or deliveries, refused in a first reminder.
        stock_phrases: worn or servile formulas, and hollow urgency (`merci de bien vouloir`, `au plus vite`).
        commercial_terms: what only professionals owe: the indemnity, commercial penalties, their articles of law.
            *Every language.*
        penalty: a penalty or interest for late payment, named; it then needs its rate and its days.
        yearly_rate: says that a rate is yearly.
        day_count: a number of days, in a sentence (`\d+ jours`) or as the head of a column beside the rate.
        daily_rate: a rate a day, a week or a month (`% par jour`). *Every language.*
        penalties_later: reads as if penalties only started with this letter or after its deadline (`seront
            appliquées`). Between professionals they run from the day after the due date.
        costs_charged: costs of collection put on the debtor. *Every language.*
        outdated_titles: titles that the law has abolished. *Every language.*
        court_imitation: forms and headings of courts and their officers (`commandement de payer`). *Every language.*
        forbidden_threats: what a creditor may not do or cannot do without a judge: seizure, prison, telling the
            employer or others, a public list. *Every language.*
        interrupts_limitation: presents a letter as interrupting the prescription. *Every language.*
        says_attached: claims that an invoice is attached or enclosed.
        already_paid: the line for a debtor who has paid already.
        from_reception: says that a period runs from reception.
        gives_notice: the act of giving formal notice (`mettons en demeure`), not its mere announcement.
        consequence: what follows an unheeded formal notice: the court, an enforceable order.
        without_effect: says that the previous reminders had no effect or no answer.
        legal_rate: interest at the legal rate, as a consumer's notice states it.
        still_possible: a formal notice's word that an agreement remains possible until its period ends.
        what_follows: announces the next step, at any tone: another contact, a call, a last reminder, a notice, a court.
    """

    code: str
    months: tuple[str, ...]
    short_months: tuple[str, ...] = ()
    small_words: frozenset[str]
    acronyms: frozenset[str] = frozenset()
    sets_deadline: Patterns
    vague_deadline: Patterns
    month_reference: Patterns
    reproach: Patterns
    legal_threat: Patterns
    suspension: Patterns
    stock_phrases: Patterns
    commercial_terms: Patterns
    penalty: Patterns
    yearly_rate: Patterns
    day_count: Patterns
    daily_rate: Patterns
    penalties_later: Patterns
    costs_charged: Patterns
    outdated_titles: Patterns = ()
    court_imitation: Patterns
    forbidden_threats: Patterns
    interrupts_limitation: Patterns
    says_attached: Patterns
    already_paid: Patterns
    from_reception: Patterns
    gives_notice: Patterns
    consequence: Patterns
    without_effect: Patterns
    legal_rate: Patterns
    still_possible: Patterns
    what_follows: Patterns

    def pattern_fields(self) -> Iterator[tuple[str, Patterns]]:
        """Every field that holds patterns, by name."""
        for each in fields(self):
            if each.type == "Patterns" or each.type is Patterns:
                yield each.name, getattr(self, each.name)
