"""Rules about tone: what may be said at which stage, and how."""

import re
from collections.abc import Iterator

from workflows.letter_rules.drafts import VALUE, Draft
from workflows.letter_rules.rule import Hit, Rule, Said, found, words_of
from workflows.letter_words import LANGUAGES

#: From this tone on a letter may call an invoice unpaid and speak of legal steps.
LEGAL_TONE = 4
#: Up to this tone nothing is said about suspending a service.
FIRST_REMINDERS_TONE = 2
#: Acronyms that every language writes in capitals.
_ACRONYMS = frozenset({"IBAN", "SIREN", "SIRET", "SEPA", "BODACC"})
_LOUD = re.compile(r"!|[:;]-?[)(]|[\U0001F300-\U0001FAFF☹☺✨❤]")
_CAPITALS = re.compile(r"\b[A-ZÀ-ÖØ-Þ]{4,}(?:-[A-ZÀ-ÖØ-Þ]+)*\b|\b(?:[A-ZÀ-ÖØ-Þ] ){3,}[A-ZÀ-ÖØ-Þ]\b")
#: The country below a foreign address.
_COUNTRY = re.compile(rf"({VALUE}(?:, |\n))[A-ZÀ-ÖØ-Þ][A-ZÀ-ÖØ-Þ -]+\b")


def _loud(draft: Draft) -> Iterator[Hit]:
    for mark in _LOUD.finditer(draft.own):
        yield found(draft.own[max(mark.start() - 20, 0) : mark.end()], draft.line_at(mark.start()))


def _capitals(draft: Draft) -> Iterator[Hit]:
    words = LANGUAGES.get(draft.facts.language)
    known = _ACRONYMS | {draft.facts.currency} | (words.acronyms if words else frozenset())
    addresses = (draft.facts.creditor.address, draft.facts.contact.address)
    is_abroad = any(place and place.country != "FR" for place in addresses)
    wording = _COUNTRY.sub(r"\1", draft.wording) if is_abroad else draft.wording
    for number, line in enumerate(wording.split("\n")):
        yield from (found(word, number) for word in _CAPITALS.findall(line) if word not in known)


RULES = (
    Rule(
        "loud",
        Said("un point d’exclamation ou un smiley hausse le ton", "an exclamation mark or a smiley is loud"),
        Said("dites-le d’une phrase simple", "say it in a plain sentence"),
        _loud,
    ),
    Rule(
        "capitals",
        Said("les majuscules crient", "capitals shout"),
        Said("écrivez le mot en minuscules", "write the word in lower case"),
        _capitals,
    ),
    Rule(
        "stock-phrase",
        Said("cette formule toute faite est servile, ou creuse", "this stock phrase is servile, or hollow"),
        Said("demandez simplement ce que vous demandez", "simply ask what you ask"),
        words_of("stock_phrases"),
    ),
    Rule(
        "reproach",
        Said(
            f"un reproche ferme la porte avant le ton {LEGAL_TONE}",
            f"reproach closes the door before tone {LEGAL_TONE}",
        ),
        Said(
            "écrivez « nous n’avons pas encore enregistré votre règlement »",
            "write that you have not yet recorded the payment",
        ),
        words_of("reproach", below_tone=LEGAL_TONE),
    ),
    Rule(
        "early-threat",
        Said(
            f"on ne parle de justice qu’à partir du ton {LEGAL_TONE}",
            f"legal steps are only named from tone {LEGAL_TONE} on",
        ),
        Said("dites que vous reprendrez contact", "say that you will come back to the debtor"),
        words_of("legal_threat", every_language=True, below_tone=LEGAL_TONE),
    ),
    Rule(
        "early-suspension",
        Said(
            "un premier rappel ne parle pas de suspendre quoi que ce soit",
            "a first reminder does not speak of suspending anything",
        ),
        Said("supprimez-le, ou gardez-le pour une lettre plus tardive", "leave it out, or say it in a later letter"),
        words_of("suspension", below_tone=FIRST_REMINDERS_TONE + 1),
    ),
)
