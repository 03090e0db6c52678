"""Every letter written with example facts and judged by the rules: what is at fault, where, why, and how to mend it."""

from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from workers.rendering.errors import TemplateProblem
from workers.rendering.library import Catalogue, Letter
from workers.rendering.messages import Rendered
from workers.rendering.unreached import refused_words
from workers.rendering.words import words
from workflows.invoice import SHEETS, Channel, DebtorKind
from workflows.letter_examples import TONES, example
from workflows.letter_rules import Draft, Said, lint
from workflows.letter_words.spelling import plain
from workflows.wording import NOT_REMINDERS, LetterFacts, Need, NextStep
from workflows.wording_checks import BadFacts, check_facts

#: Letters whose example has the part that a need asks for; the first need that a letter has chooses.
_LIKE: Final[dict[Need, str]] = {
    Need.ANSWER: "reply_answer",
    Need.INSOLVENCY: "insolvency_declaration", Need.PLAN_MISSED: "instalment_missed", Need.PLAN: "instalment_offer",
    Need.OFFER: "early_settlement_offer", Need.HANDED_OVER: "hand_over_notice",
    Need.HAND_OVER_AHEAD: "hand_over_warning", Need.CALL: "call_confirmation", Need.CROSSED: "apology",
    Need.PAYMENT: "payment_thanks", Need.PAID: "payment_thanks", Need.DISPUTE_ANSWERED: "dispute_answered",
    Need.DISPUTE: "dispute_acknowledged", Need.DISPUTED: "dispute_acknowledged", Need.TERMS: "credit_policy",
    Need.PROMISED_ON: "promise_acknowledged", Need.NOT_YET_DUE: "preventive", Need.INTEREST: "before_penalties",
}  # fmt: skip
#: What a need asks for, by the name of the fact.
_PARTS: Final[dict[str, set[Need]]] = {
    "promised_on": {Need.PROMISED_ON}, "terms_days": {Need.TERMS}, "call": {Need.CALL}, "offer": {Need.OFFER},
    "plan": {Need.PLAN, Need.PLAN_MISSED}, "hand_over": {Need.HAND_OVER_AHEAD, Need.HANDED_OVER},
    "payment": {Need.PAYMENT, Need.CROSSED}, "dispute": {Need.DISPUTE, Need.DISPUTE_ANSWERED},
    "insolvency": {Need.INSOLVENCY}, "answer": {Need.ANSWER},
}  # fmt: skip
#: Letters whose example is wholly paid: nothing is left to be disputed.
_PAID: Final = frozenset({"apology", "payment_thanks"})
#: Channels that show the text alone, without a subject.
_BARE: Final = frozenset({Channel.SMS, Channel.CALL})


@dataclass(frozen=True)
class Flaw:
    """One reason why a letter must not be used.

    Attributes:
        file: path below the folder of letters.
        line: of the file where `in_file`, else of the written letter (0 is its subject); None for the whole.
        rule: id of the rule; `template` for a fault of the template itself.
        seen: with which facts it shows: channel, kind of debtor, number of invoices; empty for the template itself.
    """

    file: str
    line: int | None
    rule: str
    excerpt: Said
    why: Said
    mend: Said
    seen: str = ""
    in_file: bool = False

    def text(self, language: str) -> str:
        """The whole flaw as one line of text."""
        seen = ", ".join(part for part in (self.seen, self._place.text(language)) if part)
        head = f"{self.file}{f':{self.line}' if self.in_file and self.line else ''}{f' ({seen})' if seen else ''}"
        excerpt, why, mend = (each.text(language) for each in (self.excerpt, self.why, self.mend))
        reasons = (" ; " if language == "fr" else "; ").join(part for part in (excerpt, why, mend) if part)
        return f"{head} {self.rule}{' : ' if language == 'fr' else ': '}{reasons}"

    @property
    def _place(self) -> Said:
        """Where in the written letter, in words."""
        if self.in_file or self.line is None:
            return Said("", "")
        return Said(f"ligne {self.line}", f"line {self.line}") if self.line else Said("objet", "subject")


@dataclass(frozen=True)
class Case:
    """With which facts a letter is tried."""

    channel: Channel
    kind: DebtorKind
    count: int = 1
    paid: int = 0
    disputed: int = 0
    next_step: NextStep | None = None
    is_bare: bool = False
    is_attached: bool = False

    def __str__(self) -> str:
        parts = [str(self.channel), str(self.kind), f"{self.count}×"]
        parts += ["paid"] * bool(self.paid) + ["disputed"] * bool(self.disputed) + ["bare"] * self.is_bare
        parts += ["attached"] * self.is_attached
        return ", ".join([*parts, *([str(self.next_step)] if self.next_step else [])])


def template_flaw(problem: TemplateProblem, seen: str = "") -> Flaw:
    """A fault of the template as a flaw; `seen` says with which facts."""
    detail, nothing = Said(problem.french, problem.detail), Said("", "")
    return Flaw(problem.template, problem.line or None, "template", detail, nothing, nothing, seen, in_file=True)


def cases_of(letter: Letter) -> Iterator[Case]:
    """What a letter is tried with: its channels and kinds, one and several invoices, paid and disputed in part."""
    meta = letter.meta
    kinds = [DebtorKind.BUSINESS] if Need.BUSINESS in meta.needs else list(DebtorKind)
    disputed = 0 if _like(letter) in _PAID else 20_000
    for channel in sorted(meta.channels):
        for kind in kinds:
            yield Case(channel, kind)
            yield Case(channel, kind, count=3)
            yield Case(channel, kind, paid=50_000)
            yield Case(channel, kind, count=2, disputed=disputed)
            yield Case(channel, kind, is_bare=True)
        yield Case(channel, kinds[0], is_attached=True)
        yield from (Case(channel, kinds[0], next_step=step) for step in NextStep)


def flaws_of(letter: Letter, language: str, catalogue: Catalogue, cases: Collection[Case]) -> list[Flaw]:
    """What the rules refuse in one letter, each finding once, with the first case that shows it."""
    found: dict[tuple[str, Said], Flaw] = {}
    for case in cases:
        for flaw in _flaws(letter, language, catalogue, case):
            found.setdefault((flaw.rule, flaw.excerpt), flaw)
    told = {(flaw.rule, flaw.excerpt) for flaw in found.values()}
    return [*found.values(), *(flaw for flaw in _unreached(letter, language) if (flaw.rule, flaw.excerpt) not in told)]


def check_letters(
    catalogue: Catalogue,
    only: Collection[tuple[str, str]] | None = None,
    tell: Callable[[str, str], None] = lambda _language, _letter: None,
) -> list[Flaw]:
    """What is at fault in the letters of a catalogue; the templates were judged when it was read.

    Args:
        catalogue: read without faults.
        only: language and id of the letters to try; None tries all.
        tell: hears of each letter before it is tried.
    """
    flaws: list[Flaw] = []
    for (language, name), letter in sorted(catalogue.letters.items()):
        if only is None or (language, name) in only:
            tell(language, name)
            flaws += flaws_of(letter, language, catalogue, list(cases_of(letter)))
    return flaws


def example_of(letter: Letter, language: str, case: Case) -> LetterFacts:
    """Facts with which the letter can be written in this case.

    Raises:
        BadFacts: no example has what the letter needs.
    """
    meta = letter.meta
    next_step = case.next_step
    if meta.id not in TONES and _like(letter) in NOT_REMINDERS:
        next_step = NextStep.NONE  # nothing follows a letter beside the ladder
    changes: dict[str, object] = {"next_step": next_step} if next_step else {}
    facts = example(
        _like(letter), channel=case.channel, kind=case.kind, language=language, count=case.count, paid=case.paid,
        disputed=case.disputed, tone=meta.tone, **changes,
    )  # fmt: skip
    attached = tuple(line.number for line in facts.lines) if case.is_attached else ()
    facts = facts.model_copy(update={"letter": meta.id, "attached": attached})
    facts = _bare(facts, meta.needs) if case.is_bare else facts
    check_facts(facts, meta.needs)
    return facts


def written(letter: Letter, facts: LetterFacts, catalogue: Catalogue) -> Rendered:
    """The letter, with forms that are written when asked for."""
    return Rendered(facts, letter, words(facts), catalogue.labels[facts.language], catalogue.layouts)


def _flaws(letter: Letter, language: str, catalogue: Catalogue, case: Case) -> Iterator[Flaw]:
    try:
        facts = example_of(letter, language, case)
        rendered = written(letter, facts, catalogue)
        subject = rendered.subject
        draft = Draft(facts, "" if case.channel in _BARE else subject, rendered.body, letter.meta.asks_payment)
    except TemplateProblem as problem:
        yield template_flaw(problem, str(case))
    except BadFacts as bad:
        text = "; ".join(bad.findings)
        why = Said("aucun exemple n’a ce que demande cette lettre", "no example has what this letter asks for")
        mend = Said("retirez-le de needs", "take it out of needs")
        yield Flaw(letter.path, 1, "needs", Said(text, text), why, mend, str(case), in_file=True)
    else:
        for each in lint(draft):
            written_at = _line_of(letter, each.excerpt.en)
            line = each.line if written_at is None else written_at
            said = (each.rule, each.excerpt, each.why, each.mend)
            yield Flaw(letter.path, line, *said, str(case), in_file=written_at is not None)


def _unreached(letter: Letter, language: str) -> Iterator[Flaw]:
    """What only other facts than those of the examples would show."""
    case = next(cases_of(letter))
    with suppress(BadFacts):  # told already, with every case
        for line, each in refused_words(letter, example_of(letter, language, case)):
            yield Flaw(letter.path, line, each.rule, each.excerpt, each.why, each.mend, in_file=True)


def _line_of(letter: Letter, excerpt: str) -> int | None:
    """The line of the letter's file that holds these words as they were read; None where its facts or phrases do."""
    for section in letter.sections.values():
        for number, line in enumerate(section.source.split("\n"), start=section.first_line):
            if not section.path and excerpt in plain(line):
                return number
    return None


def _like(letter: Letter) -> str:
    """Whose example serves: the letter's own, or that of one with the same needs."""
    if letter.meta.id in TONES:
        return letter.meta.id
    if letter.meta.grants_deadline == "from_reception" and letter.meta.channels & SHEETS:
        return "last_amicable"
    return next((like for need, like in _LIKE.items() if need in letter.meta.needs), "first_reminder")


def _bare(facts: LetterFacts, needs: Collection[Need]) -> LetterFacts:
    """The facts without anything that the letter did not ask for: what a letter prints, it must need or ask for."""
    contact = facts.contact.model_copy(update={"name": None, "civility": None})
    bank = facts.creditor.bank.model_copy(update={"bic": None})
    creditor = facts.creditor.model_copy(
        update={"bank": bank, "legal_form": None, "cheque_address": None, "siren": None, "pay_url": None}
    )
    changes: dict[str, object] = {"contact": contact, "creditor": creditor, "pay_url": None, "answers": ()}
    if Need.INTEREST not in needs:
        changes |= {"interest": (), "interest_total": 0, "indemnity": 0, "grand_total": facts.balance}
    if Need.PREVIOUS not in needs:
        changes |= {"previous": ()}
    if Need.DEADLINE not in needs:
        changes |= {"deadline_on": None, "deadline_days": None, "from_reception": False}
    for name, asked in _PARTS.items():
        changes |= {} if asked & set(needs) else {name: None}
    return facts.model_copy(update=changes)
