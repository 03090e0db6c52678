"""What is odd about the text of an answer beyond what letters are judged by: concessions, and ways to reach others.

A person may mean all of it; whoever approves the text is told. A draft that was talked into something is caught here.
"""

import re
from collections.abc import Iterator
from typing import Final

from workflows.letter_rules import Finding, Said
from workflows.letter_words.spelling import plain, unaccented
from workflows.wording import LetterFacts

#: Words that give something up, in letters without accents.
_CONCESSIONS: Final = re.compile(
    r"\b(?:annul\w*|efface\w*|renonc\w*|exoner\w*|remise (?:de|sur|exceptionnelle|gracieuse)\w*|abandonn\w*"
    r"|(?:ne (?:me |nous |lui )?(?:devez|devrez) plus|plus rien a (?:payer|regler)|rien n'est plus du|soldee? a zero)"
    r"|dispens\w*|geste commercial|cancel\w*|waiv\w*|writ(?:e|ten|ing) off|wrote off|forgiv\w*|forgave"
    r"|no longer (?:owe|due)\w*|nothing (?:is|remains) (?:due|owed|to pay)|discount\w*|goodwill)"
)
_EMAIL: Final = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
_LINK: Final = re.compile(r"(?:https?://|www\.)[^\s<>\"']+", re.IGNORECASE)
_IBAN: Final = re.compile(r"\b[A-Z]{2}\d{2}(?:[ \u00a0\u202f]?[A-Z0-9]{4}){2,7}(?:[ \u00a0\u202f]?[A-Z0-9]{1,3})?\b")
_PHONE: Final = re.compile(r"(?<![\w/-])(?:\+|00)?\d(?:[ .\u00a0\u202f-]?\d){8,14}(?![\w/-])")
_BLANK: Final = re.compile(r"\[[^\[\]\n]{1,40}\]|\b[xX]{3,}\b|_{3,}")

_GIVEN_UP: Final = Said("ces mots accordent quelque chose", "these words grant something")
_SAY_SO: Final = Said("retirez-les, ou approuvez-les sciemment", "take them out, or approve them knowingly")
_STRANGE: Final = Said("cela ne vient pas du dossier", "this does not come from the facts")
_USE_OURS: Final = Said("n’indiquez que vos propres coordonnées", "give your own details only")
_LEFT: Final = Said("quelque chose reste à remplir", "something is left to be filled in")
_FILL: Final = Said("complétez le texte", "complete the text")


def odd_words(text: str, facts: LetterFacts) -> Iterator[Finding]:
    """What whoever approves the text should know; each different one once.

    Args:
        text: the message as it would leave.
        facts: whose addresses, accounts and numbers are known.
    """
    bare = unaccented(plain(text))
    for words in dict.fromkeys(found[0] for found in _CONCESSIONS.finditer(bare)):
        yield Finding("concession", Said(words, words), _GIVEN_UP, _SAY_SO)
    known = _compact(" ".join(str(value) for value in _ours(facts)))
    for pattern in (_EMAIL, _LINK, _IBAN, _PHONE):
        for each in dict.fromkeys(found[0].rstrip(".,;") for found in pattern.finditer(text)):
            if _compact(each) not in known:
                yield Finding("foreign-contact", Said(each, each), _STRANGE, _USE_OURS)
        text = pattern.sub(" ", text)  # the figures of an account are no telephone
    for each in dict.fromkeys(found[0] for found in _BLANK.finditer(text)):
        yield Finding("blank", Said(each, each), _LEFT, _FILL)


def _ours(facts: LetterFacts) -> Iterator[object]:
    creditor = facts.creditor
    phone = creditor.phone.replace("+33", "0")
    yield from (creditor.email, creditor.phone, phone, creditor.bank.iban, facts.pay_url, creditor.siren)
    yield from (facts.payment_reference, facts.contact.email, *(line.number for line in facts.lines))


def _compact(text: str) -> str:
    return re.sub(r"[\s.\u00a0\u202f-]", "", text).lower()
