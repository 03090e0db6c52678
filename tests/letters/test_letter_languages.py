"""What German, Spanish, Italian and Dutch ask of letters: forms of address, articles that change, words of blocks."""

import tomllib
from datetime import date
from decimal import Decimal

import pytest

from workers.rendering.catalogue import SHIPPED, shipped
from workers.rendering.messages import Rendered, render
from workers.rendering.words import words
from workflows.invoice import Channel, DebtorKind
from workflows.letter_example_people import contact_of
from workflows.letter_examples import LADDER_LETTERS, TONES, example, invoice_lines

NEW = ("de", "es", "it", "nl")


def written(letter: str, language: str, **changes: object) -> Rendered:
    return render(example(letter, language=language, **changes))  # type: ignore[arg-type]


def one_line(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize(
    ("language", "kind", "civility", "greeting"),
    [
        ("de", DebtorKind.BUSINESS, "Frau", "Sehr geehrte Frau Schröder,"),
        ("de", DebtorKind.BUSINESS, "Madame", "Sehr geehrte Frau Schröder,"),
        ("de", DebtorKind.BUSINESS, "Herr Dr.", "Sehr geehrter Herr Dr. Schröder,"),
        ("de", DebtorKind.BUSINESS, "Dr.", "Guten Tag Dr. Schröder,"),
        ("de", DebtorKind.BUSINESS, None, "Sehr geehrte Damen und Herren,"),
        ("de", DebtorKind.CONSUMER, None, "Sehr geehrte Kundin, sehr geehrter Kunde,"),
        ("es", DebtorKind.BUSINESS, "Sra.", "Estimada señora Ibáñez:"),
        ("es", DebtorKind.BUSINESS, "M.", "Estimado señor Ibáñez:"),
        ("es", DebtorKind.BUSINESS, "Dra.", "A la atención de Dra. Ibáñez:"),
        ("es", DebtorKind.PUBLIC, None, "Estimados señores:"),
        ("es", DebtorKind.CONSUMER, None, "Estimada clienta, estimado cliente:"),
        ("it", DebtorKind.BUSINESS, "Sig.ra", "Gentile signora Ferrari,"),
        ("it", DebtorKind.BUSINESS, "Sig.", "Gentile signor Ferrari,"),
        ("it", DebtorKind.BUSINESS, "dott.ssa", "Gentile dott.ssa Ferrari,"),
        ("it", DebtorKind.PUBLIC, None, "Spettabile Comune di Ventimiglia,"),
        ("it", DebtorKind.CONSUMER, None, "Gentile cliente,"),
        ("nl", DebtorKind.BUSINESS, "Mevr.", "Geachte mevrouw De Vries,"),
        ("nl", DebtorKind.BUSINESS, "de heer", "Geachte heer De Vries,"),
        ("nl", DebtorKind.PUBLIC, None, "Geachte heer, mevrouw,"),
        ("nl", DebtorKind.CONSUMER, None, "Geachte klant,"),
    ],
)
def test_the_debtor_is_addressed_as_the_language_does(
    language: str, kind: DebtorKind, civility: str | None, greeting: str
) -> None:
    contact = contact_of(kind, language).model_copy(update={"civility": civility})

    text = written("first_reminder", language, kind=kind, contact=contact).text

    assert text.split("\n", 1)[0] == greeting


@pytest.mark.parametrize(
    "civility", ["Mme", "Mlle", "Ms", "Mrs", "Frau", "Sra.", "Signora", "Sig.ra", "Mevrouw", "Mw."]
)
def test_a_madam_is_known_in_every_language(civility: str) -> None:
    contact = contact_of(DebtorKind.BUSINESS, "fr").model_copy(update={"civility": civility})

    assert words(example("first_reminder", contact=contact)).address_form == "madam"


@pytest.mark.parametrize("civility", ["M.", "Mr", "Mr.", "Herr", "Sr.", "Señor", "Signor", "Sig.", "Dhr.", "de heer"])
def test_a_sir_is_known_in_every_language(civility: str) -> None:
    contact = contact_of(DebtorKind.BUSINESS, "fr").model_copy(update={"civility": civility})

    assert words(example("first_reminder", contact=contact)).address_form == "sir"


@pytest.mark.parametrize(
    ("day", "of", "by", "sms"),
    [
        (1, "del 1º ", "entro il 1º ", "entro il 01/12/2026"),
        (8, "dell’8 ", "entro l’8 ", "entro l'08/12/2026"),
        (11, "dell’11 ", "entro l’11 ", "entro l'11/12/2026"),
        (18, "del 18 ", "entro il 18 ", "entro il 18/12/2026"),
    ],
)
def test_an_italian_article_is_elided_before_eight_and_eleven(day: int, of: str, by: str, sms: str) -> None:
    lines = tuple(
        line.model_copy(update={"issued_on": date(2026, 9, day)}) for line in invoice_lines(1, date(2026, 10, 23))
    )
    changes = {"lines": lines, "deadline_on": date(2026, 12, day)}

    message = written("first_reminder", "it", **changes)

    assert f"F-2026-0042 {of}settembre 2026" in one_line(message.subject)
    assert f"{by}dicembre 2026" in one_line(message.text)
    assert sms in written("first_reminder", "it", channel=Channel.SMS, **changes).sms


@pytest.mark.parametrize(
    ("rate", "expected"), [("8.15", "dell’8,15%"), ("11.40", "dell’11,40%"), ("12.40", "del 12,40%")]
)
def test_an_italian_rate_takes_the_article_that_is_spoken(rate: str, expected: str) -> None:
    facts = example("second_reminder_firm", language="it")
    lines = tuple(line.model_copy(update={"rate": Decimal(rate)}) for line in facts.interest)

    assert f"al tasso annuo {expected}" in one_line(render(facts.model_copy(update={"interest": lines})).text)


@pytest.mark.parametrize(
    ("language", "one", "many"),
    [
        ("es", "volveremos a ponernos en contacto con usted.", "volveremos a ponernos en contacto con ustedes."),
        ("it", "La ricontatteremo.", "vi ricontatteremo."),
    ],
)
def test_a_person_and_an_authority_are_spoken_to_differently(language: str, one: str, many: str) -> None:
    assert one in one_line(written("first_reminder", language).text)
    assert many in one_line(written("first_reminder", language, kind=DebtorKind.PUBLIC).text)


def test_german_goes_on_in_lower_case_after_the_greeting() -> None:
    for letter in LADDER_LETTERS - {"payment_thanks"}:  # « Ihre » keeps its capital
        body = written(letter, "de").text.partition("Frau Schröder,\n\n")[2]

        assert body[0].islower(), letter


@pytest.mark.parametrize("language", NEW)
def test_the_blocks_have_every_word_that_french_ones_have(language: str) -> None:
    mine, french = (tomllib.loads((SHIPPED / code / "_labels.toml").read_text("utf-8")) for code in (language, "fr"))

    assert mine.keys() == french.keys()
    for name, text in french.items():
        assert sorted(_fields(mine[name])) == sorted(_fields(text)), name


def _fields(text: str) -> list[str]:
    return [part.partition("}")[0] for part in text.split("{")[1:]]


@pytest.mark.parametrize("language", NEW)
def test_a_letter_beside_the_ladder_is_borrowed_from_english(language: str) -> None:
    borrowed = {letter for letter in TONES if shipped().language_for(letter, language) != language}

    assert borrowed == TONES.keys() - LADDER_LETTERS
    assert {shipped().language_for(letter, language) for letter in borrowed} == {"en"}


@pytest.mark.parametrize("language", NEW)
@pytest.mark.parametrize("letter", sorted(LADDER_LETTERS))
def test_every_ladder_letter_says_what_french_ones_say(letter: str, language: str) -> None:
    """The same blocks, the same needs: nothing is left out on the way."""
    mine, french = shipped().letter(letter, language), shipped().letter(letter, "fr")

    assert mine.meta == french.meta
    assert mine.blocks == french.blocks
    assert mine.sections.keys() == french.sections.keys()
