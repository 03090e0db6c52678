"""Rules about form: references, subjects, text messages, language, and what was not filled in."""

import re
from collections.abc import Iterator

from workflows.invoice import Channel
from workflows.letter_reading import small_words_in
from workflows.letter_rules.drafts import Draft
from workflows.letter_rules.rule import Hit, Rule, Said, found, words_of
from workflows.letter_words import LANGUAGES
from workflows.sms import sms_segments

#: Characters of a subject, each value of the facts counted as one; more is cut off by most mail clients.
SUBJECT_LENGTH = 100
#: Messages that one text may be sent as.
SMS_SEGMENTS = 2
#: Characters of one letter; a statement of a hundred invoices has a third of it.
LETTER_LENGTH = 40_000
_UNFILLED = re.compile(
    r"\{\{|\}\}|\{%|%\}|\[\[|\]\]|\bnone\b[,.]|\bundefined\b|\( *\)|, *,| [.,](?= |$)|&(?:#\w+|[a-z]{2,8});"
)
#: Greek and Cyrillic: some of their letters look like ours.
_OTHER_SCRIPT = re.compile(r"\S*[\u0370-\u03ff\u0400-\u052f]\S*")


def _unfilled(draft: Draft) -> Iterator[Hit]:
    for mark in _UNFILLED.finditer(draft.own):
        yield found(draft.own[max(mark.start() - 20, 0) : mark.end()], draft.line_at(mark.start()))


def _one_of_several(draft: Draft) -> Iterator[Hit]:
    numbers = [line.number for line in draft.facts.lines]
    named = [number for number in numbers if number in draft.subject]
    if draft.subject and 0 < len(named) < len(numbers):
        yield found(f"{len(named)}/{len(numbers)} : {draft.subject}", 0)


def _long_subject(draft: Draft) -> Iterator[Hit]:
    own = draft.wording.partition("\n")[0]
    if len(own) > SUBJECT_LENGTH:
        yield found(f"{len(own)} > {SUBJECT_LENGTH} : {draft.subject}", 0)


def _other_language(draft: Draft) -> Iterator[Hit]:
    wanted, counts = draft.facts.language, small_words_in(draft.own)
    if wanted not in LANGUAGES:
        known = ", ".join(sorted(LANGUAGES))
        yield Hit(Said(f"{wanted} : le vérificateur ne lit que {known}", f"{wanted}: the linter only reads {known}"))
    elif strange := _OTHER_SCRIPT.search(draft.own):
        yield found(strange[0], draft.line_at(strange.start()))
    elif counts[read := max(counts, key=lambda code: counts[code])] > 2 * counts[wanted] + 1:
        yield Hit(Said(f"se lit comme {read}, et non {wanted}", f"reads as {read}, not {wanted}"))


def _sms_spaces(draft: Draft) -> Iterator[Hit]:
    if draft.facts.channel is Channel.SMS and (bad := re.search(r".{0,20}[\u00a0\u202f\u2009\u2007]", draft.text)):
        yield found(bad[0], 1)


def _sms_length(draft: Draft) -> Iterator[Hit]:
    if draft.facts.channel is not Channel.SMS:
        return
    alphabet, segments = sms_segments(draft.text)
    if segments > SMS_SEGMENTS:
        yield found(f"{segments} × SMS ({alphabet}), {len(draft.text)} > {SMS_SEGMENTS} × SMS", 1)


def _too_long(draft: Draft) -> Iterator[Hit]:
    if len(draft.text) > LETTER_LENGTH:
        yield found(f"{len(draft.text)} > {LETTER_LENGTH}")


RULES = (
    Rule(
        "invoice-by-month",
        Said("un mois n’est pas une référence", "a month is no reference"),
        Said("donnez le numéro et la date de la facture", "give the invoice's number and date"),
        words_of("month_reference"),
    ),
    Rule(
        "empty-variable",
        Said("quelque chose n’a pas été rempli", "something was not filled in"),
        Said("remplissez-le, ou entourez-le de {% if %}", "fill it in or ask for it with {% if %}"),
        _unfilled,
    ),
    Rule(
        "subject-names-one",
        Said(
            "l’objet d’une lettre sur plusieurs factures n’en nomme pas quelques-unes seulement",
            "a letter about several invoices must not name only some in its subject",
        ),
        Said("nommez-les toutes ou aucune", "name all of them or none"),
        _one_of_several,
    ),
    Rule(
        "subject-too-long",
        Said("un objet plus long est coupé à l’écran", "a longer subject is cut off on screens"),
        Said("gardez la référence et le sujet", "keep the reference and the matter"),
        _long_subject,
    ),
    Rule(
        "language",
        Said("le débiteur lit une autre langue", "the debtor reads another language"),
        Said("écrivez dans la langue du débiteur", "write in the debtor's language"),
        _other_language,
    ),
    Rule(
        "sms-spaces",
        Said("une espace insécable double le prix d’un SMS", "a no-break space doubles the price of a text message"),
        Said(
            "écrivez des espaces ordinaires, et {{ f.plain_balance }}",
            "write ordinary spaces, and {{ f.plain_balance }}",
        ),
        _sms_spaces,
    ),
    Rule(
        "sms-too-long",
        Said("un SMS se lit en une fois", "a text message is read at one glance"),
        Said("raccourcissez le texte", "shorten the text"),
        _sms_length,
    ),
    Rule(
        "letter-too-long",
        Said("personne ne lit une lettre de cette longueur", "nobody reads a letter of this length"),
        Said("raccourcissez-la, ou joignez un relevé", "shorten it, or attach a statement"),
        _too_long,
    ),
)
