"""Letters in German, Spanish, Italian and Dutch are read as severely as French ones."""

import re
from typing import Any

import pytest

from workers.rendering.messages import Rendered, render
from workflows.invoice import Channel, DebtorKind
from workflows.letter_examples import TODAY, example
from workflows.letter_reading import dates_in, deadlines_in
from workflows.letter_rules import Draft, lint
from workflows.letter_words import LANGUAGES

#: Said in a first reminder unless the row says otherwise: language, the rule that refuses it, the sentence.
REFUSED = (
    ("de", "vague-deadline", "Bitte überweisen Sie den Betrag umgehend."),
    ("de", "reproach", "Die Rechnung ist noch immer unbezahlt."),
    ("de", "reproach", "Sie befinden sich in Verzug."),
    ("de", "early-threat", "Andernfalls übergeben wir die Sache unserem Rechtsanwalt."),
    ("de", "early-threat", "Wir beantragen dann einen Mahnbescheid."),
    ("de", "early-suspension", "Bis zum Ausgleich werden wir die Lieferungen einstellen."),
    ("de", "stock-phrase", "Zögern Sie nicht, uns anzurufen."),
    ("de", "daily-rate", "Der Zinssatz beträgt 12,40 % pro Tag."),
    ("de", "penalties-later", "Verzugszinsen werden dann von uns berechnet."),
    ("de", "costs-on-debtor", "Wir berechnen eine Mahngebühr."),
    ("de", "costs-on-debtor", "Alle Kosten gehen zu Ihren Lasten."),
    ("de", "forbidden-threat", "Wir werden Ihren Arbeitgeber informieren."),
    ("de", "forbidden-threat", "Wir melden den Vorgang der Schufa."),
    ("de", "court-imitation", "Dies ist die letzte Warnung vor der Pfändung."),
    ("de", "interrupts-limitation", "Dieses Schreiben unterbricht die Verjährung."),
    ("de", "invoice-by-month", "Es geht um Ihre Septemberrechnung."),
    ("de", "past-deadline", "Bitte zahlen Sie bis zum 4. November 2026."),
    ("de", "attachment-missing", "Die Rechnung liegt diesem Schreiben bei."),
    ("es", "vague-deadline", "Abone la suma a la mayor brevedad."),
    ("es", "reproach", "La factura continúa impagada."),
    ("es", "reproach", "Su incumplimiento nos perjudica."),
    ("es", "early-threat", "De lo contrario acudiremos a la vía judicial."),
    ("es", "early-threat", "El asunto pasará a nuestro abogado."),
    ("es", "early-suspension", "Tendremos que suspender los suministros."),
    ("es", "stock-phrase", "No dude en llamarnos."),
    ("es", "daily-rate", "El tipo es del 12,40 % por día."),
    ("es", "penalties-later", "Los intereses de demora se aplicarán después de esa fecha."),
    ("es", "costs-on-debtor", "Los gastos correrán a su cargo."),
    ("es", "forbidden-threat", "Inscribiremos su empresa en un registro de morosos."),
    ("es", "court-imitation", "Queda usted emplazado."),
    ("es", "interrupts-limitation", "Esta carta interrumpe la prescripción."),
    ("es", "invoice-by-month", "Se trata de la factura de septiembre."),
    ("es", "past-deadline", "Pague antes del 4 de noviembre de 2026."),
    ("es", "attachment-missing", "Adjuntamos la factura."),
    ("it", "vague-deadline", "La preghiamo di pagare al più presto."),
    ("it", "reproach", "La fattura risulta insoluta."),
    ("it", "reproach", "La Sua negligenza ci sorprende."),
    ("it", "early-threat", "In caso contrario adiremo le vie legali."),
    ("it", "early-threat", "La pratica passerà al nostro avvocato."),
    ("it", "early-suspension", "Dovremo sospendere le forniture."),
    ("it", "stock-phrase", "Non esiti a chiamarci."),
    ("it", "daily-rate", "Il tasso è del 12,40% al giorno."),
    ("it", "penalties-later", "Gli interessi di mora saranno applicati dopo tale data."),
    ("it", "costs-on-debtor", "Ogni spesa e tutti i costi sono a Suo carico."),
    ("it", "forbidden-threat", "Procederemo a pignorare i beni."),
    ("it", "court-imitation", "La presente vale come atto di precetto."),
    ("it", "interrupts-limitation", "Questa lettera interrompe la prescrizione."),
    ("it", "invoice-by-month", "Si tratta della fattura di settembre."),
    ("it", "past-deadline", "Il pagamento era atteso entro l’8 novembre 2026."),
    ("it", "attachment-missing", "In allegato la fattura."),
    ("nl", "vague-deadline", "Wij vragen u zo spoedig mogelijk te betalen."),
    ("nl", "reproach", "De factuur is nog steeds onbetaald."),
    ("nl", "reproach", "U bent nalatig."),
    ("nl", "early-threat", "Anders schakelen wij een deurwaarder in."),
    ("nl", "early-threat", "Dan volgen juridische stappen."),
    ("nl", "early-suspension", "Wij moeten de leveringen stopzetten."),
    ("nl", "stock-phrase", "Aarzel niet ons te bellen."),
    ("nl", "daily-rate", "De rentevoet bedraagt 12,40% per dag."),
    ("nl", "penalties-later", "Na die datum zullen wij u rente aanrekenen."),
    ("nl", "costs-on-debtor", "Wij rekenen aanmaningskosten aan."),
    ("nl", "costs-on-debtor", "Alle kosten zijn voor uw rekening."),
    ("nl", "forbidden-threat", "Wij laten beslag leggen."),
    ("nl", "court-imitation", "Dit is een bevel tot betaling."),
    ("nl", "interrupts-limitation", "Deze brief stuit de verjaring."),
    ("nl", "invoice-by-month", "Het gaat om de factuur van september."),
    ("nl", "past-deadline", "Betaal uiterlijk op 4 november 2026."),
    ("nl", "attachment-missing", "De factuur vindt u in de bijlage."),
)
NEW = ("de", "es", "it", "nl")


def written(letter: str, language: str, **changes: Any) -> Rendered:  # noqa: ANN401 - any field of LetterFacts
    return render(example(letter, language=language, **changes))


def rules_against(message: Rendered, *, add: str = "") -> set[str]:
    """Ids of the rules that refuse the message with a sentence more."""
    return {finding.rule for finding in lint(Draft(message.facts, message.subject, f"{message.text}\n{add}"))}


@pytest.mark.parametrize(("language", "rule", "sentence"), REFUSED)
def test_a_bad_sentence_is_refused_in_a_letter_that_is_good_without_it(language: str, rule: str, sentence: str) -> None:
    letter = "first_reminder"

    assert rules_against(written(letter, language)) == set()
    assert rule in rules_against(written(letter, language), add=sentence)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("de", "Hinzu kommt eine Pauschale für Beitreibungskosten."),
        ("es", "Se añade la compensación fija por costes de cobro."),
        ("it", "Si aggiunge l’indennità forfettaria per le spese di recupero."),
        ("nl", "Daarbij komt de vaste vergoeding voor invorderingskosten."),
    ],
)
def test_a_consumer_hears_of_no_commercial_terms_in_any_language(language: str, sentence: str) -> None:
    changes = {"kind": DebtorKind.CONSUMER, "channel": Channel.REGISTERED}

    assert rules_against(written("formal_notice", language, **changes)) == set()
    assert "commercial-terms-to-consumer" in rules_against(written("formal_notice", language, **changes), add=sentence)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", "setzen wir Sie förmlich in Verzug"),
        ("de", "mise en demeure"),
        ("de", "beim zuständigen Gericht einen vollstreckbaren Titel"),
        ("es", "requerimos formalmente"),
        ("es", "mise en demeure"),
        ("es", "han quedado sin efecto"),
        ("it", "costituiamo formalmente in mora"),
        ("it", "mise en demeure"),
        ("it", "senza effetto"),
        ("nl", "stellen wij u formeel in gebreke"),
        ("nl", "mise en demeure"),
        ("nl", "zonder resultaat"),
    ],
)
def test_a_formal_notice_without_its_words_is_refused(language: str, words: str) -> None:
    message = written("formal_notice", language, channel=Channel.REGISTERED)
    spaced = r"\s+".join(words.split())

    subject, text = (re.sub(spaced, "·", part) for part in (message.subject, message.text))

    assert text != message.text
    found = {finding.rule for finding in lint(Draft(message.facts, subject, text))}
    assert "formal-notice-incomplete" in found


@pytest.mark.parametrize(
    ("language", "text", "limit"),
    [
        ("de", "zahlen Sie bis zum 8. Dezember 2026", "2026-12-08"),
        ("de", "Zahlung bis 08.12.2026", "2026-12-08"),
        ("es", "a más tardar el 8 de diciembre de 2026", "2026-12-08"),
        ("es", "pago hasta el 08/12/2026", "2026-12-08"),
        ("it", "entro l’8\u00a0dicembre 2026", "2026-12-08"),
        ("it", "entro il 1º\u00a0dicembre 2026", "2026-12-01"),
        ("nl", "uiterlijk op 8 december 2026", "2026-12-08"),
        ("nl", "uiterlijk op 08-12-2026", "2026-12-08"),
    ],
)
def test_a_limit_is_read_as_its_language_writes_it(language: str, text: str, limit: str) -> None:
    assert {f"{day:%Y-%m-%d}" for day in deadlines_in(text, language, TODAY)} == {limit}
    assert {f"{day:%Y-%m-%d}" for day in dates_in(text)} == {limit}


@pytest.mark.parametrize("language", NEW)
@pytest.mark.parametrize("other", [*NEW, "fr", "en"])
def test_a_letter_in_another_of_the_languages_is_refused(language: str, other: str) -> None:
    message = written("second_reminder", language)
    facts = message.facts.model_copy(update={"language": other})

    found = {finding.rule for finding in lint(Draft(facts, message.subject, message.text))}

    assert ("language" in found) is (other != language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_patterns_are_written_as_they_are_compared(language: str) -> None:
    words = LANGUAGES[language]

    assert len(words.months) == 12
    assert not words.small_words & set().union(
        *(other.small_words for code, other in LANGUAGES.items() if code != language)
    )
    for field, patterns in words.pattern_fields():
        for each in patterns:
            plain = each.replace("MONTH", "").replace(r"\W", "").replace(r"\D", "").replace(r"\S", "")
            assert plain == plain.lower(), f"{language}.{field}: {each}"
            assert "’" not in each, f"{language}.{field}: {each}"
