"""Every rule refuses a bad letter made for it, and lets its good twin pass."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from workers.rendering.catalogue import shipped
from workers.rendering.checking import Case, example_of, written
from workflows.invoice import Channel, DebtorKind
from workflows.letter_examples import TODAY, example
from workflows.letter_reading import amounts_in, dates_in, deadlines_in, rates_in, small_words_in
from workflows.letter_rules import RULES, Draft, lint
from workflows.letter_words import LANGUAGES, parts
from workflows.letter_words.spelling import unaccented
from workflows.wording import LetterFacts

SPACE = "\u202f"


def drafted(
    letter: str = "first_reminder",
    *,
    add: str = "",
    drop: str = "",
    subject: str = "",
    **changes: Any,  # noqa: ANN401 - any fact
) -> Draft:
    """A letter that ships, with a sentence added, a piece taken out, or another subject."""
    facts = example(letter, **changes)
    message = written(shipped().letter(letter, facts.language), facts, shipped())
    is_bare = facts.channel in {Channel.SMS, Channel.CALL}
    assert drop in message.body
    text = message.body.replace(drop, "") if drop else message.body
    given = subject or message.subject
    return Draft(facts, "" if is_bare else given, f"{text}\n{add}" if add else text)


def rules_of(draft: Draft) -> set[str]:
    return {finding.rule for finding in lint(draft)}


FIRM: dict[str, Any] = {"letter": "second_reminder_firm"}
LATE: dict[str, Any] = {"letter": "third_reminder"}
NOTICE: dict[str, Any] = {"letter": "formal_notice"}
CONSUMER: dict[str, Any] = {"kind": DebtorKind.CONSUMER}

#: Rule, language, the letter it is added to, a sentence that is refused, and its good twin.
SENTENCES: list[tuple[str, str, dict[str, Any], str, str]] = [
    ("past-deadline", "fr", {}, "Payez avant le 14 novembre 2026.", "Payez avant le 22 novembre 2026."),
    ("past-deadline", "en", {}, "Pay by 14 November 2026.", "Pay by 22 November 2026."),
    ("several-deadlines", "fr", {}, "Répondez avant le 3 décembre 2026.", "Répondez avant le 22 novembre 2026."),
    ("several-deadlines", "en", {}, "Reply before 3 December 2026.", "Reply before 22 November 2026."),
    ("several-deadlines", "fr", {**FIRM, "channel": Channel.LETTER}, "Au plus tard le 3 décembre.", "Dans ce délai."),
    ("vague-deadline", "fr", {}, "Réglez dans les meilleurs délais.", "Réglez avant le 22 novembre 2026."),
    ("vague-deadline", "en", {}, "Please pay as soon as possible.", "Please pay by 22 November 2026."),
    ("foreign-date", "fr", {}, "Nous fermons le 24 décembre.", "Nous vous écrivons le 14 novembre 2026."),
    ("foreign-date", "en", {}, "We close on 24 December.", "We write to you on 14 November 2026."),
    ("loud", "fr", {}, "Merci de votre confiance !", "Merci de votre confiance."),
    ("loud", "en", {}, "Thank you :)", "Thank you."),
    ("capitals", "fr", {}, "Ce courrier est URGENT.", "Ce courrier vous est adressé avec notre IBAN."),
    ("capitals", "en", {}, "This is IMPORTANT.", "This is our IBAN."),
    ("stock-phrase", "fr", {}, "Merci de bien vouloir nous répondre.", "Répondez-nous par retour de courriel."),
    ("stock-phrase", "en", {}, "Kindly answer us.", "Please answer us."),
    ("invoice-by-month", "fr", {}, "Il s'agit de votre facture de février.", "Il s'agit de la facture F-2026-0042."),
    ("invoice-by-month", "en", {}, "This is your February invoice.", "This is invoice F-2026-0042."),
    ("reproach", "fr", {}, "Votre facture reste impayée.", "Nous n'avons pas encore enregistré votre règlement."),
    ("reproach", "en", {}, "Your invoice is unpaid.", "We have not yet recorded your payment."),
    ("early-threat", "fr", {}, "Une mise en demeure suivra.", "Nous reprendrons contact avec vous."),
    ("early-threat", "en", FIRM, "We will go to the competent court.", "We will contact you again."),
    ("early-threat", "en", {}, "Une mise en demeure will follow.", "A letter will follow."),
    ("early-suspension", "fr", {}, "Nous suspendrons nos livraisons.", "Nos livraisons continuent."),
    ("early-suspension", "en", {}, "We will suspend our deliveries.", "Our deliveries continue."),
    (
        *("commercial-terms-to-consumer", "fr", CONSUMER),
        *("L'indemnité forfaitaire s'ajoute.", "Rien ne s'ajoute à cette somme."),
    ),
    (
        *("commercial-terms-to-consumer", "en", CONSUMER),
        *("The fixed compensation is added.", "Nothing is added to this sum."),
    ),
    ("daily-rate", "fr", FIRM, "Soit 12,40 % par jour de retard.", "Soit 12,40 % par an."),
    ("daily-rate", "en", FIRM, "That is 12.40% per day.", "That is 12.40% a year."),
    (
        *("penalties-later", "fr", FIRM, "Des pénalités de retard seront appliquées après cette date."),
        "Les pénalités de retard courent depuis l'échéance.",
    ),
    (
        *("penalties-later", "en", FIRM, "Late-payment interest will be charged after that date."),
        "Late-payment interest has been running since the due date.",
    ),
    ("costs-on-debtor", "fr", LATE, "Les frais seront à votre charge.", "Les frais restent à notre charge."),
    ("costs-on-debtor", "en", LATE, "A reminder fee is added.", "Nothing is added for this reminder."),
    ("outdated-title", "fr", LATE, "Un huissier suivra.", "Un commissaire de justice suivra."),
    ("outdated-title", "en", LATE, "A French huissier will follow.", "A commissaire de justice will follow."),
    ("court-imitation", "fr", NOTICE, "Ceci est un commandement de payer.", "Ceci est une demande de paiement."),
    ("court-imitation", "en", NOTICE, "You are hereby summoned.", "You are asked to pay."),
    ("forbidden-threat", "fr", NOTICE, "Nous préviendrons votre employeur.", "Nous vous préviendrons."),
    ("forbidden-threat", "en", NOTICE, "We will seize your accounts.", "We will call you."),
    (
        *("interrupts-limitation", "fr", NOTICE, "Cette lettre interrompt la prescription."),
        "Cette lettre rappelle nos échanges.",
    ),
    (
        *("interrupts-limitation", "en", NOTICE, "This letter interrupts the limitation period."),
        "This letter recalls our messages.",
    ),
    ("foreign-amount", "fr", {}, "Il reste 17,50 €.", f"Il reste 1{SPACE}250,00 €."),
    ("foreign-amount", "en", {}, "There is €17 left.", "There is €1,250 left."),
    ("foreign-rate", "fr", FIRM, "Le taux est de 9,99 %.", "Le taux est de 12,40 %."),
    ("foreign-rate", "en", FIRM, "The rate is 9.99%.", "The rate is 12.40%."),
    ("empty-variable", "fr", {}, "Bonjour {{ contact }}", "Bonjour Madame Perrin."),
    ("empty-variable", "en", {}, "The invoice, , is due.", "The invoice is due."),
]


@pytest.mark.parametrize(("rule", "language", "where", "bad", "good"), SENTENCES)
def test_a_sentence_is_refused_and_its_twin_is_not(  # noqa: PLR0917 - the columns of the table
    rule: str, language: str, where: dict[str, Any], bad: str, good: str
) -> None:
    assert rule in rules_of(drafted(add=bad, language=language, **where))
    assert lint(drafted(add=good, language=language, **where)) == ()


#: Rule, language, where, and a sentence that says by other words, or hides, what the rule refuses.
DISGUISED: list[tuple[str, str, dict[str, Any], str]] = [
    ("vague-deadline", "fr", {}, "Payez sous huitaine."),
    ("vague-deadline", "fr", {}, "Réglez sous 48 h."),
    ("vague-deadline", "fr", {}, "Réglez d'ici la fin du mois."),
    ("vague-deadline", "fr", {}, "Réglez avant vendredi."),
    ("vague-deadline", "fr", {}, "Réglez avant le vingt décembre."),
    ("vague-deadline", "fr", {}, "Reglez au plus tot."),
    ("vague-deadline", "fr", {}, "Réglez rapide\u00adment."),
    ("vague-deadline", "fr", {}, "Réglez ra\u200bpidement."),
    ("vague-deadline", "fr", {}, "Réglez ｉmmédiatement."),
    ("vague-deadline", "fr", {}, "Réglez imme\u0301diatement."),
    ("vague-deadline", "en", {}, "Please pay within 7 days."),
    ("vague-deadline", "en", {}, "Please pay by the end of the month."),
    ("vague-deadline", "en", {}, "Please pay right away."),
    ("several-deadlines", "fr", {}, "Réglez avant le 20/12."),
    ("several-deadlines", "fr", {}, "Réglez avant le 20/12/26."),
    ("several-deadlines", "en", {}, "Please pay before December 20, 2026."),
    ("several-deadlines", "en", {}, "Please pay by Dec. 20."),
    ("foreign-date", "fr", {}, "Nous fermons le 24 decembre."),
    ("foreign-amount", "fr", {}, "Il reste 99,5 €."),
    ("foreign-amount", "fr", {}, "Il reste mille euros."),
    ("foreign-amount", "en", {}, "There is EUR 99.5 left."),
    ("foreign-amount", "en", {}, "There is $99 left."),
    ("reproach", "fr", {}, "Votre facture est impayee."),
    ("reproach", "fr", {}, "Votre facture n'est toujours pas honorée."),
    ("early-threat", "fr", {}, "Nous porterons l'affaire devant le juge."),
    ("early-threat", "fr", {}, "Une action sera engagée contre vous."),
    ("early-threat", "en", {}, "We will sue you."),
    ("early-threat", "en", {}, "We will pass this to a collector."),
    ("early-suspension", "fr", {}, "Vos livraisons seront arrêtées."),
    ("early-suspension", "en", {}, "Your account will be blocked."),
    ("commercial-terms-to-consumer", "fr", CONSUMER, "Des pénalités s'ajoutent."),
    ("commercial-terms-to-consumer", "fr", CONSUMER, "Les intérêts de retard s'ajoutent."),
    ("commercial-terms-to-consumer", "fr", CONSUMER, "L'article L441‑10 s'applique."),
    ("commercial-terms-to-consumer", "fr", CONSUMER, "Une indemnité de quarante euros s'ajoute."),
    ("commercial-terms-to-consumer", "en", CONSUMER, "Penalties are due."),
    ("daily-rate", "fr", FIRM, "Soit 12,40 % chaque jour."),
    ("daily-rate", "en", FIRM, "That is 12.40 per cent per day."),
    ("penalties-later", "fr", FIRM, "Faute de quoi, vous devrez des pénalités."),
    ("costs-on-debtor", "fr", LATE, "Tous les frais de recouvrement vous incomberont."),
    ("costs-on-debtor", "fr", LATE, "Nos honoraires seront à votre seule charge."),
    ("costs-on-debtor", "en", LATE, "You must reimburse our costs."),
    ("forbidden-threat", "fr", NOTICE, "Vos comptes seront saisis."),
    ("forbidden-threat", "fr", NOTICE, "Nous viendrons chez vous."),
    ("forbidden-threat", "fr", NOTICE, "Votre employeur sera informé."),
    ("forbidden-threat", "en", NOTICE, "We'll seize your bank account."),
    ("forbidden-threat", "en", NOTICE, "Your employer will be told."),
    ("capitals", "fr", {}, "R É G L E Z cette facture."),
    ("empty-variable", "fr", {}, "Votre r&egrave;glement."),
    ("language", "fr", {}, "Votre régl\u0435ment nous manque."),
    ("forbidden-threat", "fr", {"channel": Channel.SMS}, "Plainte suivra."),
    ("early-threat", "fr", {"channel": Channel.SMS}, "Puis tribunal."),
    ("early-threat", "fr", {"channel": Channel.CALL}, "Dites que le tribunal suivra."),
]


@pytest.mark.parametrize(("rule", "language", "where", "bad"), DISGUISED)
def test_a_sentence_in_disguise_is_refused(rule: str, language: str, where: dict[str, Any], bad: str) -> None:
    assert rule in rules_of(drafted(add=bad, language=language, **where))


@pytest.mark.parametrize(
    ("language", "where", "good"),
    [
        ("fr", {}, "Notre service est ouvert du lundi au vendredi ; nous vous rappellerons dans la journée."),
        ("fr", {}, "Nous pouvons arrêter la date d'un échéancier avec vous."),
        ("fr", {}, "La saisie de votre commande a pu se perdre ; les frais de port vous seront remboursés."),
        ("fr", CONSUMER, "Vous pouvez régler en trois fois, sans frais."),
        ("fr", LATE, "Aucuns frais ne s'ajoutent à cette somme, quel que soit le mode de règlement."),
        ("en", {}, "Our customer service is closed at noon; we may call you back later."),
        ("en", {}, "We agreed on payment within 30 days of the invoice."),
        ("en", CONSUMER, "You may pay in three instalments, at no cost."),
    ],
)
def test_what_a_creditor_may_well_write_is_accepted(language: str, where: dict[str, Any], good: str) -> None:
    assert [str(each) for each in lint(drafted(add=good, language=language, **where))] == []


@pytest.mark.parametrize(
    "subject", ["Dernier rappel avant poursuites", "Reglez sous huitaine", "Votre facture impayee"]
)
def test_a_subject_is_judged_like_the_letter(subject: str) -> None:
    assert lint(drafted(subject=f"{subject} – F-2026-0042"))


sms = partial(drafted, channel=Channel.SMS)
notice = partial(drafted, "formal_notice")
#: Rule, a letter that is refused as a whole, and its good twin.
SHAPES: list[tuple[str, Callable[[], Draft], Callable[[], Draft]]] = [
    ("penalty-without-terms", partial(drafted, add="Des pénalités de retard courent."), drafted),
    (
        "penalty-without-terms",
        partial(drafted, language="en", add="Late-payment interest is running."),
        partial(drafted, **FIRM, language="en", add="Late-payment interest is running."),
    ),
    ("penalty-without-terms", partial(drafted, **FIRM, drop="taux annuel"), partial(drafted, **FIRM)),
    ("penalty-without-terms", partial(drafted, **FIRM, drop="22"), partial(drafted, **FIRM)),
    (
        "attachment-missing",
        partial(drafted, add="La facture est jointe à ce message."),
        partial(drafted, add="La facture est jointe à ce message.", attached=("F-2026-0042",)),
    ),
    (
        "attachment-missing",
        partial(drafted, language="en", add="The invoice is attached.", count=2, attached=("F-2026-0042",)),
        partial(drafted, language="en", add="The invoice is attached.", attached=("F-2026-0042",)),
    ),
    ("subject-names-one", partial(drafted, count=3, subject="Facture F-2026-0042"), partial(drafted, count=3)),
    (
        "subject-names-one",
        partial(drafted, count=3, language="en", subject="Invoice F-2026-0042"),
        partial(drafted, count=3, language="en", subject="Your account"),
    ),
    ("subject-too-long", partial(drafted, subject="Facture " + "suivi de règlement " * 6), drafted),
    (
        "subject-too-long",
        partial(drafted, language="en", subject="Invoice " + "and payment " * 9),
        partial(drafted, language="en"),
    ),
    ("sms-spaces", partial(sms, add="1\u00a0250,00 EUR"), sms),
    ("sms-spaces", partial(sms, language="en", add=f"at 9{SPACE}am"), partial(sms, language="en")),
    ("sms-too-long", partial(sms, add="Nous vous écrivons encore. " * 12), sms),
    ("sms-too-long", partial(sms, language="en", add="We write to you again. " * 12), partial(sms, language="en")),
    ("letter-too-long", partial(drafted, add="Nous vous écrivons encore. " * 2_000), drafted),
    (
        "letter-too-long",
        partial(drafted, language="en", add="We write to you again. " * 2_000),
        partial(drafted, language="en"),
    ),
    ("incomplete", partial(drafted, drop="FR76 3000 6000 0112 3456 7890 189".replace(" ", "\u00a0")), drafted),
    ("incomplete", partial(drafted, drop="22\u00a0novembre 2026"), drafted),
    ("incomplete", partial(drafted, drop="23\u00a0octobre 2026"), drafted),
    ("incomplete", partial(drafted, drop="compta@atelier-martin.example"), drafted),
    ("incomplete", partial(drafted, drop="à 9\u00a0h\u00a012"), drafted),
    ("incomplete", partial(drafted, drop="Si le paiement est déjà en route"), drafted),
    ("incomplete", partial(drafted, drop="nous reprendrons contact"), drafted),
    ("incomplete", partial(drafted, drop="AGRIFRPP"), drafted),
    ("incomplete", partial(drafted, language="en", drop="already on its way"), partial(drafted, language="en")),
    ("incomplete", partial(drafted, **FIRM, channel=Channel.LETTER, drop="de la réception"), drafted),
    ("incomplete", partial(sms, drop="04 00 00 00 00"), sms),
    ("incomplete", partial(sms, language="en", drop="Atelier Martin"), partial(sms, language="en")),
    ("formal-notice-incomplete", partial(notice, drop="mettons en demeure"), notice),
    ("formal-notice-incomplete", partial(notice, drop="SIREN 552\u00a0100\u00a0554"), notice),
    ("formal-notice-incomplete", partial(notice, drop="12\u00a0avenue de la République"), notice),
    ("formal-notice-incomplete", partial(notice, drop="sans effet"), notice),
    ("formal-notice-incomplete", partial(notice, drop="9,34\u00a0€"), notice),
    ("formal-notice-incomplete", partial(notice, drop="40,00\u00a0€"), notice),
    ("formal-notice-incomplete", partial(notice, drop="9\u00a0novembre 2026"), notice),
    ("formal-notice-incomplete", partial(notice, **CONSUMER, drop="taux légal"), partial(notice, **CONSUMER)),
    ("formal-notice-incomplete", partial(notice, language="en", drop="formal notice"), partial(notice, language="en")),
    (
        "formal-notice-incomplete",
        partial(drafted, **LATE, add="Nous vous mettons en demeure."),
        partial(drafted, **LATE),
    ),
]


@pytest.mark.parametrize(("rule", "bad", "good"), SHAPES)
def test_a_letter_is_refused_and_its_twin_is_not(
    rule: str, bad: Callable[[], Draft], good: Callable[[], Draft]
) -> None:
    assert rule in rules_of(bad())
    assert lint(good()) == ()


def with_facts(**changes: Any) -> Draft:  # noqa: ANN401 - any fact
    good = drafted()
    return Draft(good.facts.model_copy(update=changes), good.subject, good.text)


@pytest.mark.parametrize(
    "changes",
    [{"grand_total": 1}, {"balance": 124_999}, {"interest_total": 1}],
    ids=lambda changes: next(iter(changes)),
)
def test_facts_whose_parts_do_not_add_up_are_refused(changes: dict[str, int]) -> None:
    assert "sums" in rules_of(with_facts(**changes))


@pytest.mark.parametrize(("spoken", "read"), [(a, b) for a in sorted(LANGUAGES) for b in sorted(LANGUAGES) if a != b])
def test_a_letter_in_another_language_is_refused(spoken: str, read: str) -> None:
    written_in, meant_for = drafted(language=spoken), drafted(language=read)

    assert "language" in rules_of(Draft(meant_for.facts, written_in.subject, written_in.text))


def test_a_language_that_nobody_can_judge_is_refused() -> None:
    assert "language" in rules_of(with_facts(language="pl"))


def test_every_rule_has_its_bad_letter_in_french_and_english() -> None:
    tried = {row[0] for row in SENTENCES} | {row[0] for row in SHAPES} | {"sums", "language"}
    by_words = {row[0]: {other[1] for other in SENTENCES if other[0] == row[0]} for row in SENTENCES}

    assert tried == {rule.id for rule in RULES}
    assert {rule for rule, languages in by_words.items() if languages != {"fr", "en"}} == set()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_says_why_and_how_to_mend_in_both_languages(rule: Any) -> None:  # noqa: ANN401 - a Rule
    said = (*rule.why, *rule.mend)

    assert all(text and text[0] != " " and not text.endswith(".") for text in said)
    assert rule.why.fr != rule.why.en


def test_names_from_the_facts_are_not_judged() -> None:
    debtor = example("first_reminder").debtor.model_copy(update={"name": "TRIBUNAL Express ! 12,40 % du 3 mai 2020"})

    assert lint(drafted(debtor=debtor)) == ()


def test_a_name_with_200_characters_makes_a_letter_that_is_accepted() -> None:
    debtor = example("first_reminder").debtor.model_copy(update={"name": "É" * 200})

    assert lint(drafted(debtor=debtor)) == ()


def test_a_finding_says_where_why_and_how_to_mend_it() -> None:
    draft = drafted(add="Réglez rapidement.")
    finding = next(iter(lint(draft)))

    assert finding.line == draft.text.count("\n") + 1
    assert str(finding) == "vague-deadline: 'rapidement'; nobody knows when it ends; name one date"
    assert finding.text("fr") == (
        "vague-deadline : « rapidement » ; personne ne sait quand ce délai s’achève ; donnez une date précise"
    )
    assert lint(drafted(subject="Facture F-2026-0042 urgent"))[0].line == 0


# Every letter that ships

KINDS = tuple(DebtorKind)
EVERY = [pytest.param(*key, id=" ".join(key)) for key in sorted(shipped().letters)]


def cases(name: str, *, needs_business: bool) -> list[Case]:
    """Each kind with one and several invoices; the channels in turn, so that every letter tries each of its own."""
    kinds = KINDS[:1] if needs_business else KINDS
    ways = sorted(shipped().letter(name, "fr").meta.channels)
    kinds_and_counts = [(kind, count) for count in (1, 3) for kind in kinds]
    return [Case(ways[at % len(ways)], kind, count=count) for at, (kind, count) in enumerate(kinds_and_counts)]


@pytest.mark.parametrize(("language", "name"), EVERY)
def test_every_letter_that_ships_is_accepted(language: str, name: str) -> None:
    letter = shipped().letter(name, language)
    for case in cases(name, needs_business="business" in letter.meta.needs):
        facts: LetterFacts = example_of(letter, language, case)
        message = written(letter, facts, shipped())
        subject = "" if case.channel in {Channel.SMS, Channel.CALL} else message.subject

        assert [str(each) for each in lint(Draft(facts, subject, message.body, letter.meta.asks_payment))] == [], case


# Reading


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("1\u202f250,00\u00a0€", {125_000}, id="French"),
        pytest.param("€1,250.00", {125_000}, id="English"),
        pytest.param("1.250,00\u00a0€", {125_000}, id="German"),
        pytest.param("€\u00a01.250,00", {125_000}, id="Dutch"),
        pytest.param("40 euros, EUR 50 et 1\u202f250 €", {4_000, 5_000, 125_000}, id="without cents"),
        pytest.param("F-0042 250,00 € 1\u202f000,00 €", {25_000, 100_000}, id="an ordinary space separates"),
        pytest.param("le 23.10.2026", set(), id="a date with points is no amount"),
        pytest.param("12,40 %", set(), id="a rate is no amount"),
    ],
)
def test_amounts_are_read_as_the_debtor_reads_them(text: str, expected: set[int]) -> None:
    assert amounts_in(text) == expected


def test_rates_are_read_with_a_comma_or_a_point() -> None:
    assert {str(rate) for rate in rates_in("12,40 % puis 8.25%")} == {"12.4", "8.25"}


@pytest.mark.parametrize(
    ("text", "days"),
    [
        pytest.param(
            "le 1er octobre 2026, 02/10/2026, 3\u00a0Oct\u00a02026, 31 février 2026", {1, 2, 3}, id="any form"
        ),
        pytest.param("des 4, 5 et 9 novembre 2026", {4, 5, 9}, id="a French list"),
        pytest.param("vom 1. und 3. Oktober 2026", {1, 3}, id="a German list"),
        pytest.param("1 y 3 de octubre de 2026", {1, 3}, id="a Spanish list"),
        pytest.param("il 1º ottobre 2026 o 2-10-2026", {1, 2}, id="Italian and Dutch"),
    ],
)
def test_dates_are_read_in_words_and_figures(text: str, days: set[int]) -> None:
    assert {day.day for day in dates_in(text)} == days


@pytest.mark.parametrize(
    ("text", "language"), [("payez au plus tard le 4 octobre 2026", "fr"), ("pay no later than 4 October 2026", "en")]
)
def test_a_limit_is_told_from_other_dates(text: str, language: str) -> None:
    assert [f"{day}" for day in deadlines_in(f"{text}, 5 mai 2026", language, TODAY)] == ["2026-10-04"]


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_the_language_is_told_by_its_small_words(language: str) -> None:
    counts = small_words_in(drafted(language=language).text)

    assert max(counts, key=lambda code: counts[code]) == language


def test_the_core_of_a_pattern_is_in_everything_that_it_matches() -> None:
    texts = [unaccented(text.lower()) for row in SENTENCES for text in row[3:]]
    texts += [
        drafted(letter, language=language).bare for language in LANGUAGES for letter in ("formal_notice", "insistent")
    ]
    fields = [name for name, _patterns in LANGUAGES["fr"].pattern_fields()]
    hits = [
        (part, hit[0])
        for name in fields
        for part in parts(name)
        for text in texts
        for hit in part.expression.finditer(text)
    ]

    assert len({part for part, _text in hits}) > 100
    assert [(part, text) for part, text in hits if part.core not in text] == []
